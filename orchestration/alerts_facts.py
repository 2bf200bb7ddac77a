"""What there is to tell: failed sources, checks and runs, a late edition, bodies that are covered far more than usual.

Texts are Indonesian and short: the number with its denominator, and what to do. Belongs here: reading facts and wording
them. Does not: whom they are told to and whether they were (``alerts_send``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ingest.registry.load import Registry
from orchestration.alerts import Alerts, SourceFailed, Spike
from orchestration.alerts_send import Alert, append_lines, read_lines
from orchestration.checks import read_results
from orchestration.edition import deadline, edition_id, read_edition, wib_text, window
from orchestration.status import CHECKED
from warehouse.errors import KlipingError
from warehouse.layout import Layout
from warehouse.store import WIB

if TYPE_CHECKING:
    import polars as pl

_FAILED_RUNS_KEPT = timedelta(days=3)
_REASON_LENGTH = 300
_HEADLINES = 2


def gather(
    layout: Layout, config: Alerts, load_registry: Callable[[], Registry], now: datetime
) -> tuple[list[Alert], list[str]]:
    """All that the rules in ``config`` ask to tell at ``now`` (naive UTC), told already or not.

    Beside it a sentence for each rule that could not be judged, for the sources or a part cannot be read.
    """
    rules = config.rules
    looks: dict[str, Callable[[], list[Alert]]] = {
        "source_failed": lambda: sources(layout, rules.source_failed, load_registry(), now),
        "check_failed": lambda: checks(layout),
        "run_failed": lambda: runs(layout, now),
        "edition_late": lambda: late_edition(layout, now),
        "spike": lambda: spikes(layout, rules.spike, now),
    }
    found: list[Alert] = []
    problems = []
    for name in rules.on():
        try:
            found += looks[name]()
        except KlipingError as error:
            problems.append(f"The rule {name} could not be judged: {error}")
    return found, problems


def sources(layout: Layout, rule: SourceFailed | None, registry: Registry, now: datetime) -> list[Alert]:
    """``failed_sources`` of those that are on. Raises SourceError, DamagedError."""
    from ingest.sources.catalogue import read_sources
    from ingest.sources.health import health
    from ingest.sources.known import HORIZON
    from orchestration.collect import recent

    switched_on = read_sources(layout.sources, registry).switched_on
    if not switched_on or rule is None:
        return []
    links, attempts = recent(layout, now - HORIZON)
    return failed_sources(health(attempts, links, switched_on, now), rule, now)


def failed_sources(health: pl.DataFrame, rule: SourceFailed, now: datetime) -> list[Alert]:
    """The sources of a frame of ``ingest.sources.health`` that fail; each is told once a day as long as it does.

    A source that was not asked in time has not failed: then Kliping stood still.
    """
    found = []
    for row in health.sort("source_id").iter_rows(named=True):
        last = row["last_success_utc"]
        is_down = row["failing_channel_count"] >= row["channel_count"]
        is_young = is_down and last is not None and now - last < timedelta(hours=rule.after_hours)
        if row["verdict"] != "failing" or is_young:
            continue
        since = f"terakhir berhasil {wib_text(last)}" if last else "belum pernah berhasil"
        found.append(
            Alert(
                key=f"source_failed:{row['source_id']}:{(now + WIB).date()}",
                rule="source_failed",
                subject=f"{{count}} dari {health.height} sumber gagal diambil",
                line=f"{row['source_name']} ({row['source_id']}): {since};"
                f" {row['failing_channel_count']} dari {row['channel_count']} kanal dan"
                f" {_number(row['failure_count'])} dari {_number(row['attempt_count'])} percobaan sepekan ini gagal",
                advice="Yang harus dilakukan: `kliping sources health`, lalu `kliping sources test NAMA`.",
            )
        )
    return found


def checks(layout: Layout) -> list[Alert]:
    """Rules that the last run of their stage broke; each is told once a day as long as it lasts."""
    results = [(stage, row) for stage in CHECKED for row in read_results(layout, stage)]
    found = []
    for stage, row in results:
        if row["passed"]:
            continue
        looked = datetime.fromtimestamp((layout.checks / f"{stage}.json").stat().st_mtime, UTC).replace(tzinfo=None)
        found.append(
            Alert(
                key=f"check_failed:{stage}:{row['table']}:{row['rule']}:{(looked + WIB).date()}",
                rule="check_failed",
                subject=f"{{count}} dari {len(results)} pemeriksaan gagal",
                line=f"{row['rule']} pada {row['table']} (tahap {stage}): {_number(row['unexpected_count'])} baris",
                advice="Yang harus dilakukan: `kliping status`, lalu docs/runbooks/failed-run.md.",
            )
        )
    return found


def note_failed_run(layout: Layout, run_id: str, job: str, reason: str, at: datetime) -> None:
    """Remember that a run failed, until it is told; ``at`` is naive UTC."""
    row = {"at_utc": at.isoformat(timespec="seconds"), "run_id": run_id, "job": job, "reason": reason}
    append_lines(layout.alert_log / "failed_runs.jsonl", [row])


def runs(layout: Layout, now: datetime) -> list[Alert]:
    """Runs that failed in the last days."""
    noted = {row["run_id"]: row for row in read_lines(layout.alert_log / "failed_runs.jsonl")}
    found = []
    for run_id, row in noted.items():
        at = datetime.fromisoformat(row["at_utc"])
        if now - at > _FAILED_RUNS_KEPT:
            continue
        reason = " ".join(row["reason"].split())
        found.append(
            Alert(
                key=f"run_failed:{run_id}",
                rule="run_failed",
                subject="{count} proses gagal",
                line=f"{row['job']} {run_id[:8]}, {wib_text(at)}: {reason[:_REASON_LENGTH]}",
                advice="Yang terbit terakhir tetap utuh. Yang harus dilakukan: `kliping doctor`, lalu"
                " docs/runbooks/failed-run.md.",
            )
        )
    return found


def late_edition(layout: Layout, now: datetime) -> list[Alert]:
    """This morning's edition where it was not ready in time."""
    day = (now + WIB).date()
    if now < deadline(day) or not layout.latest.exists():
        return []
    made = read_edition(layout, day)
    if made and made["is_on_time"]:
        return []
    state = "belum siap"
    if made:
        ready = datetime.fromisoformat(made["ready_at_utc"])
        late = f"; {made['late_count']} dari {made['source_count']} sumber terlambat"
        state = f"baru siap {wib_text(ready)}{late if made['late_count'] else ''}"
    return [
        Alert(
            key=f"edition_late:{edition_id(day)}",
            rule="edition_late",
            subject=f"edisi pagi {day:%d-%m-%Y} terlambat",
            line=f"Edisi {wib_text(window(day)[0])} sampai {wib_text(window(day)[1])} {state}"
            f" (batas {wib_text(deadline(day))}).",
            advice="Yang harus dilakukan: lihat proses di Dagster (`kliping up`), atau mulai `kliping run`.",
        )
    ]


def spikes(layout: Layout, rule: Spike | None, now: datetime) -> list[Alert]:
    """Top bodies, or the rule's own, whose coverage on one of the last days stands far above its usual."""
    from warehouse.publish import connect, latest_snapshot

    if rule is None or not layout.latest.exists() or "rpt_spikes" not in latest_snapshot(layout)["rows"]:
        return []
    last = (now + WIB).date()
    first = last - timedelta(days=rule.days - 1)
    with connect(layout) as connection:
        found = []
        for day, agency_id, name, coverage, median, z, total, completeness, is_top in connection.execute(
            _SPIKES, [first, last, rule.min_z, rule.min_articles]
        ).fetchall():
            if agency_id not in rule.bodies if rule.bodies else not is_top:
                continue
            headlines = connection.execute(_TITLES, [agency_id, day, _HEADLINES]).fetchall()
            part = "" if completeness == "complete" else ", hari yang belum lengkap"
            found.append(
                Alert(
                    key=f"spike:{agency_id}:{day}",
                    rule="spike",
                    subject="{count} lonjakan pemberitaan",
                    line=f"{name}: {_number(coverage)} dari {_number(total)} artikel pada {day:%d-%m-%Y}{part};"
                    f" biasanya {_number(median)} (z {_number(z)})" + "".join(f"\n  {title}" for (title,) in headlines),
                    advice="Yang harus dilakukan: baca beritanya. z diukur terhadap hari yang sama pekan-pekan lalu.",
                )
            )
    return found


_SPIKES = """
select s.published_date, s.agency_id, a.agency_name, s.agency_coverage, s.median_coverage, s.z_score,
    c.attention_denominator, s.completeness, a.agency_id = a.top_agency_id
from rpt_spikes as s
join dim_agencies as a on a.agency_id = s.agency_id
join rpt_agency_coverage_daily as c
    on c.date_code = s.date_code and c.agency_id = s.agency_id and c.is_rolled_up
where s.is_rolled_up and s.published_date between ? and ? and s.z_score >= ? and s.agency_coverage >= ?
order by s.published_date, s.agency_id
"""
_TITLES = """
select title from fct_articles
where is_counted and article_id in
    (select article_id from fct_mentions where $1 in (agency_id, top_agency_id) and published_date = $2 and is_counted)
order by published_at_utc desc, article_id limit $3
"""


def _number(value: Any) -> str:
    """A number as it is written here: 1.204 and 3,5."""
    if value is None:
        return "?"
    text = f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))
