"""From what a stage reports to what Dagster records: materialisations and checks.

A stage whose suite fails records the failed checks and a failed step, never a materialisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.checks import read_results
from warehouse.contracts import Table
from warehouse.errors import CheckError, KlipingError
from warehouse.layout import Layout

CHECK = "expectations"

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


def key(table: Table) -> dg.AssetKey:
    """The asset key of a table."""
    return dg.AssetKey([table.layer, table.name])


def specs(tables: Sequence[Table], deps: Sequence[Table] = ()) -> list[dg.AssetSpec]:
    """One asset a table, described by its contract."""
    return [
        dg.AssetSpec(
            key(table),
            deps=[key(dep) for dep in deps],
            group_name=table.layer,
            description=f"{table.description} One row per {table.grain}.",
            kinds={"polars", "parquet"},
        )
        for table in tables
    ]


def check_specs(tables: Sequence[Table]) -> list[dg.AssetCheckSpec]:
    """One blocking check a table: its Great Expectations suite."""
    return [
        dg.AssetCheckSpec(CHECK, asset=key(table), blocking=True, description="The table's Great Expectations suite.")
        for table in tables
    ]


def _check(table: Table, rows: Sequence[Mapping[str, Any]]) -> dg.AssetCheckResult:
    mine = [row for row in rows if row["table"] == table.full_name]
    broken = [row["rule"] for row in mine if not row["passed"]]
    return dg.AssetCheckResult(
        passed=not broken,
        asset_key=key(table),
        check_name=CHECK,
        metadata={"rules": len(mine), "broken": dg.MetadataValue.json(broken), "results": dg.MetadataValue.json(mine)},
    )


def run_stage(
    layout: Layout, stage: str, tables: Sequence[Table], work: Callable[[], Mapping[str, Any]]
) -> Iterator[Event]:
    """Do ``work`` and yield one materialisation a table with its check and ``work``'s figures as metadata.

    What ``work`` refuses with a reason becomes a failed step with that sentence; a defect keeps its traceback.
    """
    try:
        figures = work()
    except KlipingError as error:
        if isinstance(error, CheckError):
            rows = read_results(layout, stage)
            yield from (result for table in tables if not (result := _check(table, rows)).passed)
        raise dg.Failure(description=str(error), allow_retries=False) from error
    rows = read_results(layout, stage)
    for table in tables:
        yield dg.MaterializeResult(key(table), metadata=dict(figures), check_results=[_check(table, rows)])
