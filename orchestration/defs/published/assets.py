"""The published snapshot, checked before anybody sees it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.checks import audit_snapshot
from orchestration.events import CHECK
from orchestration.marts import acknowledge
from orchestration.progress import observer
from orchestration.resources import Warehouse
from orchestration.stages import refuse_mixed_versions
from warehouse.contracts import tables_of
from warehouse.contracts.lake import TOPIC_HITS
from warehouse.errors import CheckError
from warehouse.publish import publish

KEY = dg.AssetKey(["published", "snapshot"])
# hits of watch topics too, whether or not a mart reads them: nothing is published while a stage is not done
DEPS = [dg.AssetKey([table.layer, table.name]) for table in (*tables_of("marts"), TOPIC_HITS)]
TOLD = "The latest snapshot: database, parquet, text."
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26))
SUITE = "The marts' Great Expectations suite, on the snapshot's own database."


@dg.multi_asset(
    name="published",
    specs=[dg.AssetSpec(KEY, deps=DEPS, group_name="published", description=TOLD, freshness_policy=FRESH)],
    check_specs=[dg.AssetCheckSpec(CHECK, asset=KEY, blocking=True, description=SUITE)],
)
def published(warehouse: Warehouse) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Export, check, make it the latest; then the parts are acknowledged."""
    observer.get().stage("published", None)
    layout = warehouse.layout
    try:
        refuse_mixed_versions(layout, warehouse.load_registry())
        meta = publish(layout, now_utc=datetime.now(UTC), check=lambda path: audit_snapshot(layout, path))
    except CheckError as error:
        yield dg.AssetCheckResult(passed=False, asset_key=KEY, check_name=CHECK, description=str(error))
        raise dg.Failure(description=str(error), allow_retries=False) from error
    acknowledge(layout)
    passed = dg.AssetCheckResult(passed=True, asset_key=KEY, check_name=CHECK)
    yield dg.MaterializeResult(KEY, metadata={"snapshot_id": meta["snapshot_id"]}, check_results=[passed])
