"""The morning edition, written by the run that is asked for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration.edition import READY_BY, latest, make, wanted
from orchestration.intake import now
from orchestration.resources import Warehouse
from orchestration.timetable import ZONE
from orchestration.unattended import collects
from warehouse.errors import KlipingError

KEY = dg.AssetKey(["published", "edition"])
READY = dg.FreshnessPolicy.cron(
    deadline_cron=f"{READY_BY.minute} {READY_BY.hour} * * *", lower_bound_delta=timedelta(minutes=15), timezone=ZONE
)
TOLD = "The morning edition, 06:00 to 06:00 WIB: snapshot, articles, late sources. Written once a day."


@dg.multi_asset(
    name="edition",
    specs=[
        dg.AssetSpec(
            KEY,
            deps=[dg.AssetKey(["published", "snapshot"])],
            group_name="published",
            description=TOLD,
            skippable=True,
            freshness_policy=READY,
        )
    ],
)
def edition(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[Any]]:
    """Nothing, but in the morning or where a run is asked for an edition."""
    record = context.instance.get_run_record_by_id(context.run_id)
    begun = (
        datetime.fromtimestamp(record.start_time, UTC).replace(tzinfo=None) if record and record.start_time else now()
    )
    try:
        registry = warehouse.load_registry()
        day = wanted(warehouse.layout, context.run.tags, begun, collects=collects(warehouse.layout, registry))
        made = make(warehouse.layout, registry, day, now()) if day else None
    except KlipingError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    if made:
        yield dg.MaterializeResult(KEY, metadata={name: value for name, value in made.items() if name != "window"})


@dg.asset_check(asset=KEY, name="ready_by_0615", description="Whether the edition was ready by 06:15 WIB.")
def ready(warehouse: Warehouse) -> dg.AssetCheckResult:
    """The edition that was written last."""
    made = latest(warehouse.layout)
    return dg.AssetCheckResult(
        passed=made is not None and made["is_on_time"],
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"edition": made["edition_id"], "ready_at_wib": made["ready_at_wib"]} if made else {},
    )
