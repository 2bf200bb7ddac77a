"""The registry, validated and put where dbt and the checks read it."""

from collections.abc import Iterator

import dagster as dg

from orchestration.events import Event, check_specs, run_stage, specs
from orchestration.registry import store_registry
from orchestration.resources import Warehouse
from warehouse.contracts import tables_of

TABLES = tables_of("registry")


@dg.multi_asset(name="registry", specs=specs(TABLES), check_specs=check_specs(TABLES))
def registry(warehouse: Warehouse) -> Iterator[Event]:
    """Facts about bodies, outlets and regions, from the packaged CSV files."""
    loaded = warehouse.load_registry()
    yield from run_stage(
        warehouse.layout, "registry", TABLES, lambda: {"changed": store_registry(warehouse.layout, loaded)}
    )
