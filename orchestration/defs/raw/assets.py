"""Raw documents, taken in from files, dumps and the web."""

from collections.abc import Iterator

import dagster as dg

from orchestration.events import Event, check_specs, run_stage, specs
from orchestration.intake import Intake, take
from orchestration.partitions import DAYS, ONE_RUN
from orchestration.progress import observer
from orchestration.resources import Warehouse
from warehouse.contracts.lake import DISCOVERED_LINKS, DOCUMENTS, FETCH_OUTCOMES

TABLES = (DOCUMENTS, FETCH_OUTCOMES, DISCOVERED_LINKS)


@dg.multi_asset(
    name="raw", specs=specs(TABLES), check_specs=check_specs(TABLES), partitions_def=DAYS, backfill_policy=ONE_RUN
)
def raw(config: Intake, warehouse: Warehouse) -> Iterator[Event]:
    """Documents as received, what became of every attempt, and the links that channels told of."""
    watcher, layout = observer.get(), warehouse.layout
    watcher.stage("raw", None)
    yield from run_stage(layout, "raw", TABLES, lambda: take(layout, config, warehouse.load_registry, watcher))
