"""The marts: every dbt model with its tests."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.dbt import Translator, manifest
from orchestration.marts import plan
from orchestration.progress import observer
from orchestration.resources import Warehouse


@dbt_assets(manifest=manifest(), dagster_dbt_translator=Translator(), name="marts", pool="duckdb_writer")
def marts(context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse) -> Iterator[Any]:
    """Counts and coverage, for the parts that are not published yet."""
    observer.get().stage("marts", None)
    planned = plan(warehouse.layout, warehouse.load_registry())
    context.log.info(f"{planned.touched_count} parts to take over")
    # Unit tests prove the SQL, not the data: the test suite runs them.
    build = ["build", "--exclude-resource-type", "unit_test"]
    yield from dbt.cli(build, context=context, target_path=warehouse.layout.dbt_target).stream()
