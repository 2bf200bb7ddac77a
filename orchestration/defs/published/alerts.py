"""Who is told of what, after publication."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.alerting import tell_due
from orchestration.intake import now
from orchestration.resources import Warehouse

KEY = dg.AssetKey(["published", "alerts"])
CHECK = "told"
TOLD = (
    "Alerts that were told, as alerts.yml asks. A target that fails is tried again by the next run, three times in all."
)


@dg.multi_asset(
    name="alerts",
    specs=[dg.AssetSpec(KEY, deps=[dg.AssetKey(["published", "snapshot"])], group_name="published", description=TOLD)],
    check_specs=[dg.AssetCheckSpec(CHECK, asset=KEY, description="Whether all that was to be told was told.")],
)
def alerts(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[Any]]:
    """Never fails the run: what could not be told is a check that warns."""
    told = tell_due(warehouse.layout, warehouse.load_registry, now())
    check = dg.AssetCheckResult(
        passed=told.is_fine,
        asset_key=KEY,
        check_name=CHECK,
        severity=dg.AssetCheckSeverity.WARN,
        description=told.sentence,
    )
    metadata = {"told": told.ok_count, "failed": told.failed_count, "state": told.sentence}
    yield dg.MaterializeResult(KEY, metadata=metadata, check_results=[check])
