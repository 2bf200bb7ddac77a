"""Mentions and event dates, from articles."""

from collections.abc import Iterator

import dagster as dg

from orchestration.events import Event, check_specs, specs
from orchestration.partitions import DAYS, ONE_RUN
from orchestration.resources import Warehouse
from orchestration.stage_assets import materialise
from orchestration.stages import entities_stage
from warehouse.contracts import TABLES

STAGE = entities_stage()
DEPS = (*STAGE.inputs, *(TABLES[f"registry.{name}"] for name in STAGE.registry_tables))


@dg.multi_asset(
    name="entities",
    specs=specs(STAGE.tables, DEPS),
    check_specs=check_specs(STAGE.tables),
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
)
def entities(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """The stale parts of the run's days, made, checked and moved into the lake."""
    yield from materialise(context, warehouse, STAGE)
