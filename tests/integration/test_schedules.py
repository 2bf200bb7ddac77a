"""Schedules at given times, the landing folder by kinds, the sensor of failed runs: evaluated as the daemon does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl
import pytest
import yaml
from dagster._core.definitions.dependency import NodeHandle  # a job tells its retry policy by a handle alone
from dagster._core.remote_origin import (  # a queued run has an origin
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._utils.schedules import schedule_execution_time_iterator  # the daemon's own reading of a time
from typer.testing import CliRunner

from ingest.registry.load import load
from orchestration.alerts import SourceFailed
from orchestration.alerts_facts import sources as failing
from orchestration.cli import app
from orchestration.edition import make, read_edition, window
from orchestration.partitions import range_tags
from orchestration.run import dagster_home
from orchestration.timetable import Timetable, TimetableError, read_timetable
from orchestration.unattended import hourly_kinds
from tests.small_snapshot import publish_rows
from warehouse.contracts.lake import ARTICLES, DOCUMENTS, FETCH_OUTCOMES
from warehouse.layout import Layout
from warehouse.store import write_part

WIB = ZoneInfo("Asia/Jakarta")
SOURCES = "sources:\n  uji: {on: true, name: Uji, feeds: 'https://uji.example/rss'}\n"


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    from orchestration.definitions import defs

    return defs()


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A data folder with one source that is on."""
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path))
    layout = Layout(tmp_path)
    layout.config.mkdir()
    layout.landing.mkdir()
    layout.sources.write_text(SOURCES)
    return layout


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=WIB)  # type: ignore[arg-type, misc]  # the parts of a time, by their number


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


Tick = Callable[..., dg.RunRequest | dg.SkipReason]


@pytest.fixture
def tick(definitions: dg.Definitions, layout: Layout, instance: dg.DagsterInstance) -> Tick:
    """What a schedule asks for at its tick, evaluated ``now``, on the data folder ``layout``."""
    assert layout.sources.exists()

    def evaluated(name: str, scheduled: datetime, now: datetime | None = None) -> dg.RunRequest | dg.SkipReason:
        with (
            dg.partition_loading_context(now or scheduled),
            dg.build_schedule_context(instance=instance, scheduled_execution_time=scheduled.astimezone(WIB)) as context,
        ):
            found = definitions.resolve_schedule_def(name)(context)
            assert isinstance(found, dg.RunRequest | dg.SkipReason)
            return found

    return evaluated


def asked(request: dg.RunRequest | dg.SkipReason) -> dict[str, Any]:
    assert isinstance(request, dg.RunRequest), request
    config: dict[str, Any] = request.run_config["ops"]["raw"]["config"]
    return config


def days(request: dg.RunRequest | dg.SkipReason) -> tuple[str, str]:
    assert isinstance(request, dg.RunRequest), request
    names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    return request.tags[names[0]], request.tags[names[1]]


def schedule_ticks(cron: Any, start: datetime) -> Iterator[datetime]:
    return schedule_execution_time_iterator(start.timestamp(), cron, "Asia/Jakarta")


def attempt(layout: Layout, kind: str, moment: datetime, outcome: str = "ok") -> None:
    """One attempt at the source's channel in the lake; ``moment`` is naive UTC."""
    row = {
        "attempt_id": f"{moment:%Y%m%d%H%M%S}00", "source_id": "uji", "source_kind": "web", "locator": "https://uji.example/rss",
        "url": "https://uji.example/rss", "fetched_at_utc": moment, "outcome": outcome, "attempt_kind": kind,
    }  # fmt: skip
    missing = [pl.lit(None).alias(name) for name in FETCH_OUTCOMES.column_names if name not in row]
    frame = pl.DataFrame([row]).with_columns(*missing).select(FETCH_OUTCOMES.column_names)
    path = layout.part(FETCH_OUTCOMES, (moment + timedelta(hours=7)).date(), row["attempt_id"])  # type: ignore[arg-type]  # a text
    write_part(frame.cast(dict(FETCH_OUTCOMES.polars_schema())), FETCH_OUTCOMES, path, {})


# --- times ------------------------------------------------------------------------------------------------------------


def test_times_are_those_of_jakarta(definitions: dg.Definitions) -> None:
    for name, first in (
        ("hourly", at(2026, 11, 24, 5, 30)),
        ("sitemaps", at(2026, 11, 25, 2, 15)),
        ("morning", at(2026, 11, 24, 6, 0)),
    ):
        schedule = definitions.resolve_schedule_def(name)
        assert schedule.execution_timezone == "Asia/Jakarta"
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
        ticks = schedule_ticks(schedule.cron_schedule, at(2026, 11, 24, 5, 0))
        assert next(ticks) == first


def test_midnight_utc_is_seven_in_the_morning(tick: Tick) -> None:
    before = tick("hourly", datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    assert days(before) == ("2026-11-23", "2026-11-24")  # 23:30 WIB: it may work past midnight
    after = tick("hourly", datetime(2026, 11, 23, 17, 30, tzinfo=UTC))
    assert days(after) == ("2026-11-24", "2026-11-24")
    morning = tick("hourly", datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert days(morning) == ("2026-11-24", "2026-11-24")


def test_the_morning_asks_all_feeds_for_the_edition_of_its_day(tick: Tick) -> None:
    request = tick("morning", at(2026, 11, 24, 6, 0))
    assert asked(request) == {"collect": ["feed"], "collect_forced": True, "collect_minutes": 8.0}
    assert isinstance(request, dg.RunRequest)
    assert request.tags["kliping/edition"] == "2026-11-24-pagi"
    assert request.run_key == "2026-11-24T06:00"
    assert int(request.tags["dagster/priority"]) > 0


def test_the_last_day_of_a_month_and_of_a_year(tick: Tick) -> None:
    assert days(tick("hourly", at(2026, 11, 30, 23, 30))) == ("2026-11-30", "2026-12-01")
    assert days(tick("hourly", at(2026, 12, 31, 21, 30))) == ("2026-12-31", "2027-01-01")
    assert days(tick("hourly", at(2028, 2, 28, 12, 30))) == ("2028-02-28", "2028-02-28")


def test_the_zone_has_no_summer_time(tick: Tick) -> None:
    """On days when clocks elsewhere change, the tick stands for the same hour in UTC."""
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)):
        request = tick("morning", datetime(day.year, day.month, day.day, 6, 0, tzinfo=WIB))
        assert isinstance(request, dg.RunRequest)
        assert request.run_key == f"{day}T06:00"
        assert request.tags["kliping/edition"] == f"{day}-pagi"


# --- what was missed --------------------------------------------------------------------------------------------------


def test_a_tick_that_is_made_up_for_covers_the_day_it_runs_on(tick: Tick) -> None:
    late = tick("morning", at(2026, 11, 24, 6, 0), now=at(2026, 11, 25, 5, 0))
    assert days(late) == ("2026-11-24", "2026-11-26")
    assert isinstance(late, dg.RunRequest)
    assert late.tags["kliping/edition"] == "2026-11-24-pagi"


def test_sitemaps_that_were_missed_are_asked_by_the_hour(tick: Tick, layout: Layout) -> None:
    now = at(2026, 11, 24, 9, 30)
    assert asked(tick("hourly", now))["collect"] == ["feed", "sitemap"]  # never asked
    attempt(layout, "sitemap", datetime(2026, 11, 21, 19, 20))
    attempt(layout, "feed", datetime(2026, 11, 24, 1, 30))
    assert asked(tick("hourly", now))["collect"] == ["feed", "sitemap"]  # two days ago
    attempt(layout, "sitemap", datetime(2026, 11, 23, 19, 20))  # today at 02:20 WIB
    assert asked(tick("hourly", now)) == {"collect": ["feed"], "collect_minutes": 20.0}
    assert asked(tick("sitemaps", now)) == {"collect": ["sitemap"], "collect_minutes": 40.0}
    utc = datetime(2026, 11, 24, 2, 30)
    assert hourly_kinds(layout, utc + timedelta(hours=17)) == ["feed"]
    assert hourly_kinds(layout, utc + timedelta(hours=18)) == ["feed", "sitemap"]


def test_a_stale_part_of_an_old_day_widens_the_run(tick: Tick, layout: Layout) -> None:
    write_part(DOCUMENTS.empty(), DOCUMENTS, layout.part(DOCUMENTS, date(2025, 3, 7), "0123456789abcdef"), {})
    assert not layout.table(ARTICLES).exists()
    for name, moment in (("hourly", at(2026, 11, 24, 9, 30)), ("morning", at(2026, 11, 24, 6, 0))):
        assert days(tick(name, moment)) == ("2025-03-07", "2026-11-24")


def test_nothing_is_asked_where_no_source_is_on(tick: Tick, layout: Layout) -> None:
    for text in ("sources: {}\n", SOURCES.replace("true", "false"), None):
        if text is None:
            layout.sources.unlink()
        else:
            layout.sources.write_text(text)
        for name in ("hourly", "sitemaps"):
            skipped = tick(name, at(2026, 11, 24, 9, 30))
            assert isinstance(skipped, dg.SkipReason)
            assert "no source is switched on" in str(skipped.skip_message)
        assert asked(tick("morning", at(2026, 11, 24, 6, 0))) == {}  # marts of what came by hand


def test_a_tick_is_skipped_while_its_like_waits(tick: Tick, instance: dg.DagsterInstance) -> None:
    @dg.job
    def waits() -> None:
        pass

    waiting = instance.create_run_for_job(
        waits,
        status=dg.DagsterRunStatus.QUEUED,
        tags={"kliping/collects": "hourly"},
        remote_job_origin=RemoteJobOrigin(
            RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("kliping"), "__repository__"), "unattended"
        ),
    )
    assert isinstance(tick("hourly", at(2026, 11, 24, 9, 30)), dg.SkipReason)
    assert asked(tick("sitemaps", at(2026, 11, 24, 2, 15)))
    assert asked(tick("morning", at(2026, 11, 24, 6, 0)))
    instance.delete_run(waiting.run_id)
    assert asked(tick("hourly", at(2026, 11, 24, 9, 30)))


# --- the timetable ----------------------------------------------------------------------------------------------------


def test_times_can_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "schedules.yml"
    assert read_timetable(path) == Timetable()
    path.write_text('hourly: "*/20 5-22 * * *"\nmorning: "5 6 * * *"\n')
    assert read_timetable(path) == Timetable(hourly="*/20 5-22 * * *", morning="5 6 * * *")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hourly: setiap jam", "hourly: 'setiap jam' is no time; write minute, hour, day, month and weekday"),
        ("hourly: 30", "hourly: must be text"),
        ("hourly: '61 * * * *'", "is no time"),
        ("morning: '0 5 * * *'", "morning: must be once a day from 06:00 to 11:59"),
        ("morning: '*/5 6 * * *'", "morning: must be once a day"),
        ("daily: '0 5 * * *'", "daily: is not known; the file has hourly, sitemaps and morning"),
        ("- a", "must be a mapping"),
        ("hourly: [", "cannot be read as YAML"),
    ],
)
def test_a_mistake_in_the_timetable_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "schedules.yml"
    path.write_text(text)
    with pytest.raises(TimetableError) as refused:
        read_timetable(path)
    assert told in str(refused.value)
    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize("command", ["run", "up"])
def test_the_commands_tell_a_mistake_in_the_timetable(
    layout: Layout, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(layout.dagster_home))  # the command sets it as well
    layout.schedules.write_text("hourly: setiap jam\n")
    done = CliRunner().invoke(app, [command, "--data", str(layout.root)])
    assert done.exit_code == 1
    assert "hourly: 'setiap jam' is no time" in done.output.replace("\n", " ")


# --- what runs --------------------------------------------------------------------------------------------------------


def test_what_is_configured_fits_the_graph(tick: Tick, definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("unattended")
    for name in ("hourly", "sitemaps", "morning"):
        request = tick(name, at(2026, 11, 24, 6, 0))
        assert isinstance(request, dg.RunRequest)
        assert dg.validate_run_config(job, request.run_config)


def test_runs_that_nobody_watches_are_tried_again_but_not_for_a_refusal(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("unattended")
    assert job.executor_def is dg.in_process_executor
    policy = job.get_retry_policy_for_handle(NodeHandle("raw", None))
    assert policy is not None
    assert policy.max_retries == 2
    assert job.tags["dagster/max_retries"] == "1"
    assert job.tags["dagster/retry_on_asset_or_op_failure"] == "false"


def test_a_backfill_of_any_range_is_one_run(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    made = [node for node in graph.asset_nodes if node.is_partitioned and node.is_materializable]
    assert len(made) >= 8
    assert all(node.backfill_policy == dg.BackfillPolicy.single_run() for node in made)


@pytest.fixture
def home(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster's own home in the data folder."""
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home(layout)))
    with dg.DagsterInstance.get() as instance:
        yield instance


def test_a_failed_run_is_noted_with_its_reason(
    definitions: dg.Definitions, layout: Layout, home: dg.DagsterInstance
) -> None:
    """A real run that cannot take what it is given, seen by the sensor."""
    from orchestration.alerts_facts import runs

    job = definitions.resolve_job_def("unattended")
    config = {"ops": {"raw": {"config": {"paths": [str(layout.root / "tidak-ada.jsonl")]}}}}
    result = job.execute_in_process(
        instance=home,
        run_config=config,
        tags=range_tags(date(2026, 11, 24), date(2026, 11, 24)),
        raise_on_error=False,
        asset_selection=[dg.AssetKey(["raw", name]) for name in ("documents", "fetch_outcomes", "discovered_links")],
    )
    assert not result.success
    assert "STEP_UP_FOR_RETRY" not in {event.event_type_value for event in result.all_events}  # a refusal stays one
    sensor = definitions.resolve_sensor_def("run_failed")
    context = dg.build_run_status_sensor_context(
        sensor_name="run_failed",
        dagster_instance=home,
        dagster_run=result.dagster_run,
        dagster_event=next(event for event in result.all_events if event.is_run_failure),
    ).for_run_failure()
    sensor(context)
    (found,) = runs(layout, datetime.now(UTC).replace(tzinfo=None))
    assert "tidak-ada.jsonl" in found.line
    assert found.key == f"run_failed:{result.run_id}"


def test_dagsters_settings_are_kept_up_to_date_but_for_a_users_own(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    path = dagster_home(layout) / "dagster.yaml"
    ours = path.read_text()
    assert yaml.safe_load(ours)["concurrency"] == {"runs": {"max_concurrent_runs": 1}}
    first = "telemetry:\n  enabled: false\nconcurrency:\n  runs:\n    max_concurrent_runs: 1\n"  # of the first versions
    for text, expected in ((first, ours), (ours + "sensors: {}\n", ours), ("telemetry: {}\n", "telemetry: {}\n")):
        path.write_text(text)
        assert dagster_home(layout) == layout.dagster_home
        assert path.read_text() == expected


# --- the morning edition ----------------------------------------------------------------------------------------------


def test_an_edition_counts_its_window_and_names_who_is_late(layout: Layout) -> None:
    start, end = window(date(2026, 11, 24))
    times = [start - timedelta(seconds=1), start, end - timedelta(seconds=1), end]
    rows = [{"article_id": str(n), "published_at_utc": time, "precision": "minute"} for n, time in enumerate(times)]
    rows += [
        {"article_id": f"{day}", "published_date": date(2026, 11, day), "precision": "day"} for day in (22, 23, 24, 25)
    ]
    rows += [{"article_id": "x", "published_at_utc": start, "precision": "minute", "is_counted": False}]
    publish_rows(layout, {"fct_articles": rows})
    layout.sources.write_text(SOURCES + "  lain: {on: true, name: Lain, feeds: 'https://lain.example/rss'}\n")
    attempt(layout, "feed", end + timedelta(minutes=2))
    registry = load()
    made = make(layout, registry, date(2026, 11, 24), end + timedelta(minutes=9))
    assert made == read_edition(layout, date(2026, 11, 24))
    assert (made["article_count"], made["day_only_article_count"]) == (2, 2)
    assert [(source["source_id"], source["state"]) for source in made["sources"]] == [
        ("lain", "late"),
        ("uji", "complete"),
    ]
    assert made["is_on_time"]


def test_a_source_that_answers_no_more_is_told(layout: Layout) -> None:
    """From the lake through the health of sources to what is told."""
    rule = SourceFailed(targets=("tim",))
    morning = datetime(2026, 11, 24, 0, 30)
    attempt(layout, "feed", morning - timedelta(hours=7))
    attempt(layout, "feed", morning - timedelta(hours=1), outcome="timeout")
    assert failing(layout, rule, load(), morning - timedelta(hours=2)) == []
    (found,) = failing(layout, rule, load(), morning)
    assert found.line.startswith("Uji (uji): terakhir berhasil 24-11-2026 00.30 WIB; 1 dari 1 kanal dan 1 dari 2")


# --- the landing folder -----------------------------------------------------------------------------------------------


def test_folders_of_the_landing_folder_say_what_kind_files_are(definitions: dg.Definitions, layout: Layout) -> None:
    sensor = definitions.resolve_sensor_def("landing_folder")
    for name in ("berita.jsonl", "press_release/humas/rilis.txt", "manual/cetak.xlsx", "manual.txt", "lain/a.txt"):
        path = layout.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("isi")

    def look(cursor: str | None) -> tuple[list[dg.RunRequest], str]:
        with dg.build_sensor_context(cursor=cursor) as context:
            found = list(sensor(context))
            assert context.cursor is not None
            return [one for one in found if isinstance(one, dg.RunRequest)], context.cursor

    first, cursor = look(None)
    assert first == []
    requests, cursor = look(cursor)
    taken = {
        asked(request).get("kind"): [str(Path(path).relative_to(layout.landing)) for path in asked(request)["paths"]]
        for request in requests
    }
    assert taken == {
        None: ["berita.jsonl", "lain/a.txt", "manual.txt"],
        "manual": ["manual/cetak.xlsx"],
        "press_release": ["press_release/humas/rilis.txt"],
    }
    assert len({request.run_key for request in requests}) == 3
    assert json.loads(cursor)["taken"].keys() == {name for names in taken.values() for name in names}
    assert look(cursor)[0] == []
