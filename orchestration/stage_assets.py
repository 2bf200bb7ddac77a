"""What the assets of derived layers have in common: the days of the run, the progress, the events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from orchestration.derive import derive
from orchestration.events import Event, run_stage
from orchestration.progress import observer
from orchestration.resources import Warehouse
from orchestration.stages import Stage, stale_parts
from warehouse.store import read_part


def materialise(context: dg.AssetExecutionContext, warehouse: Warehouse, stage: Stage) -> Iterator[Event]:
    """Derive the stale parts of the run's days, and yield the materialisations with their checks."""
    layout, registry, watcher = warehouse.layout, warehouse.load_registry(), observer.get()
    days = context.partition_key_range
    first, last = date.fromisoformat(days.start), date.fromisoformat(days.end)
    stale = [part for part in stale_parts(layout, stage, registry) if first <= part.fetched_on <= last]
    watcher.stage(stage.name, sum(read_part(part.path, ["document_id"]).height for part in stale))

    def work() -> dict[str, Any]:
        report = derive(layout, stage, registry, first=first, last=last, advance=watcher.advance)
        return {
            "parts": report.part_count,
            "documents": report.document_count,
            "rejected": report.rejected_count,
        }

    yield from run_stage(layout, stage.name, stage.tables, work)
