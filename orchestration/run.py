"""Materialises the whole graph in this process: what `kliping run` does.

Does not belong here: talking to people (``cli``).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
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

_DAGSTER_YAML = """\
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
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
    """Dagster's home in the data folder, with its settings; made where it is missing."""
    layout.dagster_home.mkdir(parents=True, exist_ok=True)
    settings_file = layout.dagster_home / "dagster.yaml"
    if not settings_file.exists():
        settings_file.write_text(_DAGSTER_YAML)
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


def materialise_everything(
    layout: Layout,
    paths: Sequence[Path],
    *,
    fetched_at: datetime,
    source_id: str,
    mapping: Path | None,
    registry: Path | None,
) -> None:
    """Take in ``paths`` and bring every layer up to date, in this process.

    ``fetched_at`` is naive UTC. Raises KlipingError for what a user can mend, KeyboardInterrupt where the process
    was told to stop.
    """
    from ingest.sources.collect import inputs_of
    from orchestration.registry import load_registry

    use_folder(layout, registry)
    loaded = load_registry(settings.registry_folder())
    inputs_of(paths, source_id, mapping)  # a wrong path is told at once, not after everything is loaded

    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.partitions import DAYS, range_tags

    day = fetched_on(fetched_at)
    if day < DAYS.start.date():
        raise RunFailedError(f"The day of fetching {day} lies before {DAYS.start:%Y-%m-%d}, the first that can be.")
    first, last = days_to_make(layout, loaded, day)
    config: dict[str, Any] = {
        "paths": [str(path) for path in paths],
        "source_id": source_id,
        "fetched_at_utc": fetched_at.isoformat(),
    }
    if mapping:
        config["mapping"] = str(mapping)
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
