"""What starts a run when something arrives, and what is told when something goes wrong."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from ingest.registry.load import load
from orchestration.alerting import tell_due
from orchestration.alerts_facts import note_failed_run
from orchestration.defs.automation.jobs import everything, unattended
from orchestration.partitions import DAYS
from orchestration.settings import layout, registry_folder
from orchestration.unattended import day_tags, intake, kind_folders
from warehouse.keys import hex16

KINDS = ("press_release", "manual")
"""Folders in the landing folder that say what kind the files below them are."""
_RETRY_AFTER = timedelta(minutes=30)
_TARGET_SECONDS = 8.0  # an evaluation that takes a minute is cut off by Dagster


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@dg.sensor(
    job=unattended,
    minimum_interval_seconds=30,
    name="landing_folder",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def landing_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """New or changed files in the landing folder, in one run for each kind; files stay where they are.

    A file counts once its size has stayed the same from one look to the next: half a copy is not read.
    """
    folder = layout().landing
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    seen: dict[str, dict[str, str]] = json.loads(context.cursor or '{"looked": {}, "taken": {}}')
    now = {path.relative_to(folder).as_posix(): f"{path.stat().st_size}-{path.stat().st_mtime_ns}" for path in files}
    arrived = [name for name, state in now.items() if seen["looked"].get(name) == state != seen["taken"].get(name)]
    if not arrived:
        context.update_cursor(json.dumps({"looked": now, "taken": seen["taken"]}, sort_keys=True))
        yield dg.SkipReason(f"nothing new in {folder}")
        return
    taken = {name: state for name, state in seen["taken"].items() if name in now} | {n: now[n] for n in arrived}
    context.update_cursor(json.dumps({"looked": now, "taken": taken}, sort_keys=True))
    tags = day_tags(layout(), load(registry_folder()), _now(), date.fromisoformat(DAYS.get_last_partition_key()))
    for kind, names in kind_folders(arrived, KINDS).items():
        config = {"paths": [str(folder / name) for name in names]} | ({"kind": kind} if kind else {})
        yield dg.RunRequest(
            run_key=hex16(*(f"{name} {now[name]}" for name in names)), tags=tags, run_config=intake(**config)
        )


@dg.run_failure_sensor(
    name="run_failed", monitored_jobs=[everything, unattended], default_status=dg.DefaultSensorStatus.RUNNING
)
def run_failed(context: dg.RunFailureSensorContext) -> dg.SkipReason:
    """Note the failure, so that it is told even where the target cannot be reached now, and tell it."""
    run = context.dagster_run
    errors = [event.event_specific_data for event in context.get_step_failure_events()]
    reasons = [
        data.user_failure_data.description if data.user_failure_data else data.error.message for data in errors if data
    ]
    reason = next((str(reason) for reason in reasons if reason), context.failure_event.message or "")
    note_failed_run(layout(), run.run_id, run.job_name, reason, _now())
    return _tell()


@dg.sensor(name="alerts", minimum_interval_seconds=300, default_status=dg.DefaultSensorStatus.RUNNING)
def alerts(_: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tell what no run tells: that the edition is late because none ran, and what failed to be told."""
    return _tell()


def _tell() -> dg.SkipReason:
    told = tell_due(
        layout(), lambda: load(registry_folder()), _now(), retry_after=_RETRY_AFTER, seconds=_TARGET_SECONDS
    )
    return dg.SkipReason(told.sentence)
