"""The resources that assets ask for by name, and where steps run."""

import dagster as dg

from orchestration.dbt import dbt_resource
from orchestration.resources import Warehouse


@dg.definitions
def resources() -> dg.Definitions:
    """The data folder and the dbt command; all steps in the run's own process, for the run holds the folder's lock."""
    return dg.Definitions(
        resources={"warehouse": Warehouse(), "dbt": dbt_resource()},
        executor=dg.in_process_executor,
    )
