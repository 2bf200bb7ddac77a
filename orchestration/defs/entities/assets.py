"""What articles mention, and where they satisfy the watch topics: the stages entities and topics."""

from collections.abc import Iterator

import dagster as dg

from ingest.entities.topics import REGISTRY_TABLES
from ingest.entities.watch import Watch, read_watch
from orchestration.events import Event, check_specs, specs
from orchestration.partitions import DAYS, ONE_RUN
from orchestration.resources import Warehouse
from orchestration.stage_assets import materialise
from orchestration.stages import entities_stage, topics_stage
from warehouse.contracts import TABLES
from warehouse.contracts.lake import MENTIONS

STAGE = entities_stage()
DEPS = (*STAGE.inputs, *(TABLES[f"registry.{name}"] for name in STAGE.registry_tables))

TOPICS = topics_stage(Watch())
# a watch list whose queries name bodies reads mentions and registry too
TOPICS_DEPS = (*TOPICS.inputs, MENTIONS, *(TABLES[f"registry.{name}"] for name in REGISTRY_TABLES))


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


@dg.multi_asset(
    name="topics",
    specs=specs(TOPICS.tables, TOPICS_DEPS),
    check_specs=check_specs(TOPICS.tables),
    partitions_def=DAYS,
    backfill_policy=ONE_RUN,
)
def topics(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """The stale parts of the run's days by the watch list as it is now."""
    yield from materialise(context, warehouse, topics_stage(read_watch(warehouse.layout.watch)))
