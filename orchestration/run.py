"""Materialises the whole graph in this process: what `kliping run` does.

Does not belong here: talking to people (``cli``).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.stages import days_to_make
from warehouse.contracts.lake import FETCH_OUTCOMES, QUARANTINE
from warehouse.errors import KlipingError
from warehouse.layout import Layout
from warehouse.store import fetched_on, parts, read_part

# The first text was written by the first versions, without the line that says so.
_OURS = "# Written by Kliping at every start; remove this line to keep settings of your own.\n"
_DAGSTER_YAML = """\
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""
_DAGSTER_EXTRA = """\
run_retries:
  enabled: true
  max_retries: 0  # the jobs that run alone state their own
freshness:
  enabled: true
retention:
  sensor:
    purge_after_days:
      skipped: 2
"""


class RunFailedError(KlipingError):
    """The run failed for a reason that it can tell."""


@dataclass(frozen=True)
class Tally:
    """What became of the rows that one run took in: the four numbers add up to ``rows``."""

    accepted: int
    duplicates: int
    quarantined: int
    unreadable: int

    @property
    def rows(self) -> int:
        """All rows that were attempted."""
        return self.accepted + self.duplicates + self.quarantined + self.unreadable


def dagster_home(layout: Layout) -> Path:
    """Dagster's home in the data folder, with its settings; made where it is missing. A user's own settings stay."""
    layout.dagster_home.mkdir(parents=True, exist_ok=True)
    settings_file = layout.dagster_home / "dagster.yaml"
    found = settings_file.read_text() if settings_file.exists() else _OURS
    wanted = _OURS + _DAGSTER_YAML + _DAGSTER_EXTRA
    if found != wanted and (found.startswith(_OURS) or found == _DAGSTER_YAML):
        draft = settings_file.with_suffix(".draft")
        draft.write_text(wanted)
        draft.replace(settings_file)
    return layout.dagster_home


def use_folder(layout: Layout, registry: Path | None) -> None:
    """Make this process, and those it starts, work on the data folder and registry."""
    os.environ[settings.DATA] = str(layout.root)
    os.environ["DAGSTER_HOME"] = str(dagster_home(layout))
    use_registry(registry)


def use_registry(registry: Path | None) -> None:
    """Make this process, and those it starts, use another registry than the packaged one."""
    if registry:
        os.environ[settings.REGISTRY] = str(registry.expanduser().resolve())


def materialise_everything(layout: Layout, intake: Mapping[str, Any], *, registry: Path | None) -> None:
    """Take in what ``intake`` says (fields of ``orchestration.intake.Intake``; the time of fetching is among them) and
    bring every layer up to date, in this process.

    Raises KlipingError for what a user can mend, KeyboardInterrupt where the process was told to stop.
    """
    from ingest.registry.load import load
    from ingest.sources.collect import inputs_of
    from orchestration.timetable import read_timetable

    use_folder(layout, registry)
    loaded = load(settings.registry_folder())
    read_timetable(layout.schedules)  # the definitions hold the schedules, and would tell a mistake with a traceback
    mapping = intake.get("mapping")
    paths = [Path(path) for path in intake.get("paths", ())]
    # a wrong path is told at once, not after everything is loaded
    inputs_of(paths, "", Path(mapping) if mapping else None, intake.get("kind"))

    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.partitions import DAYS, range_tags

    started = datetime.fromisoformat(intake["fetched_at_utc"])
    day = fetched_on(started)
    if day < DAYS.start.date():
        raise RunFailedError(f"The day of fetching {day} lies before {DAYS.start:%Y-%m-%d}, the first that can be.")
    first, last = days_to_make(layout, loaded, started)
    config = {name: value for name, value in intake.items() if value is not None}
    with dg.DagsterInstance.get() as instance:
        result = (
            defs()
            .resolve_job_def("everything")
            .execute_in_process(
                instance=instance,
                run_config={
                    "ops": {"raw": {"config": config}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                tags=range_tags(first, last),
                raise_on_error=False,
            )
        )
        if not result.success:
            if any(event.is_step_failure and _is_interrupt(event.step_failure_data) for event in result.all_events):
                raise KeyboardInterrupt
            raise RunFailedError(_reason(result))


def _is_interrupt(failure: Any) -> bool:
    """Whether a step ended because the process was told to stop."""
    return failure.error is not None and failure.error.cls_name == "DagsterExecutionInterruptedError"


def _reason(result: Any) -> str:
    """The sentence of the first failed step."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return str(data.user_failure_data.description)
            error = data.error.cause or data.error
            return f"The step {event.step_key} failed: {error.to_string()}"
    for event in result.all_events:
        if event.is_failure and event.message:
            return str(event.message)
    return "The run failed."


def tally(layout: Layout, fetched_at: datetime) -> Tally:
    """What became of the rows taken in at ``fetched_at``, from the lake."""
    import polars as pl

    day = fetched_on(fetched_at)
    mine = [part for part in parts(layout, FETCH_OUTCOMES) if part.fetched_on == day]
    frames = [
        read_part(part.path, ["fetched_at_utc", "outcome", "document_id"]).filter(
            pl.col("fetched_at_utc") == fetched_at
        )
        for part in mine
    ]
    outcomes = pl.concat([FETCH_OUTCOMES.empty().select("fetched_at_utc", "outcome", "document_id"), *frames])
    counts: Counter[str] = Counter(outcomes["outcome"].to_list())
    rejected = [read_part(part.path, ["document_id"]) for part in parts(layout, QUARANTINE) if part.fetched_on == day]
    ok = outcomes.filter(pl.col("outcome") == "ok").select("document_id")
    quarantined = ok.join(pl.concat([ok.clear(), *rejected]).unique(), on="document_id", how="semi").height
    return Tally(
        accepted=counts["ok"] - quarantined,
        duplicates=counts["duplicate"],
        quarantined=quarantined,
        unreadable=counts.total() - counts["ok"] - counts["duplicate"],
    )
