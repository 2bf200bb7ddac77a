"""The resources that assets ask for by name."""

import dagster as dg

from orchestration.dbt import dbt_resource
from orchestration.resources import Warehouse


@dg.definitions
def resources() -> dg.Definitions:
    """The data folder and the dbt command."""
    return dg.Definitions(resources={"warehouse": Warehouse(), "dbt": dbt_resource()})
