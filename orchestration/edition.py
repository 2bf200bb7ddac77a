"""The morning edition: what the snapshot of 06:00 WIB was made of, and who was late for it.

An edition is written once, to ``<data>/editions/<day>-pagi.json``; a later run does not change it, so that it can be
cited. Belongs here: its window, its content, its file. Does not: the dashboard's pages, when its run starts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ingest.registry.load import Registry
from warehouse.errors import KlipingError
from warehouse.layout import Layout
from warehouse.store import WIB, run_lock

NAME = "pagi"
TURNS_AT = time(6, 0)
"""WIB: an edition covers the 24 hours up to here."""
READY_BY = time(6, 15)
MADE_UNTIL = time(12, 0)
"""WIB: until here a run that was not asked for an edition makes one where it is missing."""
TAG = "kliping/edition"
"""Tag of a run that is asked for an edition; its value is the edition's id."""

# Times of articles that are known to the hour at least can be placed in the window.
_PLACED = ("second", "minute", "hour")


class EditionError(KlipingError):
    """An edition that cannot be made, or is not there."""


def edition_id(day: date) -> str:
    """The id of the edition that ends on ``day``, a WIB day."""
    return f"{day.isoformat()}-{NAME}"


def window(day: date) -> tuple[datetime, datetime]:
    """The 24 hours that end at 06:00 WIB of ``day``, naive UTC, half-open."""
    end = datetime.combine(day, TURNS_AT) - WIB
    return end - timedelta(days=1), end


def deadline(day: date) -> datetime:
    """When the edition of ``day`` is to be ready, naive UTC."""
    return datetime.combine(day, READY_BY) - WIB


@dataclass(frozen=True)
class SourceState:
    """Whether a source is whole in an edition; ``reason`` (Indonesian) says why it is late."""

    source_id: str
    source_name: str
    state: str
    reason: str | None
    last_success_at_utc: datetime | None
    waiting_link_count: int


def source_state(
    source_id: str, source_name: str, last_success: datetime | None, waiting: int, end: datetime
) -> SourceState:
    """A source is late where no channel of it answered after the window's ``end``, or links of it wait for their page.

    Times are naive UTC.
    """
    reasons = []
    if last_success is None:
        reasons.append("belum pernah berhasil diambil")
    elif last_success < end:
        reasons.append(f"terakhir berhasil {wib_text(last_success)}")
    if waiting:
        reasons.append(f"{waiting} tautan menunggu diambil")
    state = "late" if reasons else "complete"
    return SourceState(source_id, source_name, state, "; ".join(reasons) or None, last_success, waiting)


def edition(
    day: date,
    *,
    ready_at: datetime,
    snapshot_id: str,
    article_count: int,
    day_only_count: int,
    sources: Sequence[SourceState],
) -> dict[str, Any]:
    """The edition as it is written. Times are naive UTC.

    ``article_count`` articles were published in the window; ``day_only_count`` more print only a day, one of the
    window's two, and may lie in it or not.
    """
    start, end = window(day)
    late = [source for source in sources if source.state == "late"]
    return {
        "edition_id": edition_id(day),
        "date": day.isoformat(),
        "window": {
            "from_wib": _wib(start), "to_wib": _wib(end), "from_utc": start.isoformat(), "to_utc": end.isoformat(),
        },
        "snapshot_id": snapshot_id,
        "ready_at_utc": ready_at.isoformat(timespec="seconds"),
        "ready_at_wib": _wib(ready_at),
        "is_on_time": ready_at <= deadline(day),
        "article_count": article_count,
        "day_only_article_count": day_only_count,
        "source_count": len(sources),
        "complete_count": len(sources) - len(late),
        "late_count": len(late),
        "sources": [
            {name: v.isoformat() if isinstance(v, datetime) else v for name, v in asdict(source).items()}
            for source in sorted(sources, key=lambda source: (source.state != "late", source.source_id))
        ],
    }  # fmt: skip


def wanted(layout: Layout, tags: Mapping[str, str], started: datetime, *, collects: bool) -> date | None:
    """The day whose edition a run makes: the one it was asked for, else this morning's where it is missing.

    ``started`` (naive UTC) is when the run began to collect: only a run that began after the window's end makes its
    edition. None where there is nothing to make; unasked also where no source is on, ``collects``.
    """
    if TAG in tags:
        day = date.fromisoformat(tags[TAG].removesuffix(f"-{NAME}"))
    else:
        local = started + WIB
        if not TURNS_AT <= local.time() < MADE_UNTIL or not collects:
            return None
        day = local.date()
    return None if _path(layout, day).exists() or started < window(day)[1] else day


def make(layout: Layout, registry: Registry, day: date, now: datetime) -> dict[str, Any]:
    """Write the edition of ``day`` from the latest snapshot and the attempts so far; the edition.

    ``now`` is naive UTC. Raises SnapshotError where nothing is published, SourceError where the sources cannot be read,
    EditionError where the day is not over.
    """
    from warehouse.publish import connect, latest_snapshot

    start, end = window(day)
    if now < end:
        raise EditionError(f"The edition {edition_id(day)} ends at {wib_text(end)}; make it after that.")
    with connect(layout) as connection:
        counted = connection.execute(
            "select count(*) filter (published_at_utc >= ? and published_at_utc < ? and precision in ?),"
            " count(*) filter (precision = 'day' and published_date between ? and ?)"
            " from fct_articles where is_counted",
            [start, end, list(_PLACED), (start + WIB).date(), day],
        ).fetchone() or (0, 0)
    written = edition(
        day,
        ready_at=now,
        snapshot_id=latest_snapshot(layout)["snapshot_id"],
        article_count=counted[0],
        day_only_count=counted[1],
        sources=_states(layout, registry, end, now),
    )
    layout.editions.mkdir(parents=True, exist_ok=True)
    draft = layout.editions / f".{edition_id(day)}"
    draft.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    draft.replace(_path(layout, day))
    return written


def make_again(layout: Layout, registry: Registry, day: date, now: datetime) -> dict[str, Any]:
    """``make`` for people: it holds the folder, so that no run publishes meanwhile. Raises LockedError as well."""
    with run_lock(layout):
        return make(layout, registry, day, now)


def read_edition(layout: Layout, day: date) -> dict[str, Any] | None:
    """The edition of ``day``; None where it was not made."""
    path = _path(layout, day)
    found: dict[str, Any] | None = json.loads(path.read_text()) if path.exists() else None
    return found


def latest(layout: Layout) -> dict[str, Any] | None:
    """The edition of the last day that has one."""
    paths = sorted(layout.editions.glob(f"*-{NAME}.json"))
    found: dict[str, Any] | None = json.loads(paths[-1].read_text()) if paths else None
    return found


def wib_text(moment: datetime) -> str:
    """A naive UTC time as people here write it: 24-11-2026 06.15 WIB."""
    return f"{moment + WIB:%d-%m-%Y %H.%M} WIB"


def _path(layout: Layout, day: date) -> Path:
    return layout.editions / f"{edition_id(day)}.json"


def _wib(moment: datetime) -> str:
    return f"{(moment + WIB).isoformat(timespec='seconds')}+07:00"


def _states(layout: Layout, registry: Registry, end: datetime, now: datetime) -> list[SourceState]:
    """The sources that are on, each with the last success of its channels and the pages that wait."""
    from ingest.sources.catalogue import read_sources
    from ingest.sources.health import health
    from ingest.sources.known import HORIZON
    from orchestration.collect import recent

    links, attempts = recent(layout, now - HORIZON)
    found = health(attempts, links, read_sources(layout.sources, registry).switched_on, now)
    return [
        source_state(*row, end)
        for row in found.select("source_id", "source_name", "last_success_utc", "waiting_count").iter_rows()
    ]
