"""What a data folder holds and whether it is up to date, as plain values.

Does not belong here: how it is shown (``cli``).
"""

from __future__ import annotations

from typing import Any

from ingest.registry.load import load
from orchestration.checks import read_results
from orchestration.settings import registry_folder
from orchestration.stages import stages, stale_parts
from warehouse.contracts import Table, tables_of
from warehouse.contracts.lake import QUARANTINE
from warehouse.errors import SnapshotError
from warehouse.layout import Layout
from warehouse.publish import latest_snapshot
from warehouse.store import parts, row_count

CHECKED = ("registry", "raw", "clean", "entities", "topics", "marts")


def _table_row(layout: Layout, table: Table, stage: str | None = None) -> dict[str, Any]:
    found = parts(layout, table)
    return {
        "layer": table.layer,
        "table": table.name,
        "stage": stage or table.layer,
        "rows": sum(row_count(part.path) for part in found),
        "parts": len(found),
        "last_day": found[-1].fetched_on.isoformat() if found else None,
    }


def _check_summary(layout: Layout, stage: str) -> dict[str, Any]:
    results = read_results(layout, stage)
    return {"passed": sum(row["passed"] for row in results), "failed": [r["rule"] for r in results if not r["passed"]]}


def status(layout: Layout) -> dict[str, Any]:
    """Rows, last day, stale parts, quarantine, checks and snapshot of a data folder.

    Raises RegistryError where the registry contradicts itself, WatchError where the watch list cannot be read,
    DamagedError where a part cannot be read.
    """
    registry = load(registry_folder())
    derived = stages(layout)
    stage_of = {table.full_name: stage.name for stage in derived for table in stage.tables}
    tables = [
        _table_row(layout, table, stage_of.get(table.full_name))
        for layer in ("raw", "clean", "entities")
        for table in tables_of(layer)
    ]
    stale = {stage.name: [part.part_id for part in stale_parts(layout, stage, registry)] for stage in derived}
    try:
        snapshot: dict[str, Any] | None = latest_snapshot(layout)
    except SnapshotError:
        snapshot = None
    return {
        "data": str(layout.root),
        "tables": tables,
        "stale_parts": {name: len(found) for name, found in stale.items()},
        "quarantine": _table_row(layout, QUARANTINE)["rows"],
        "checks": {name: _check_summary(layout, name) for name in CHECKED},
        "snapshot": snapshot,
    }
