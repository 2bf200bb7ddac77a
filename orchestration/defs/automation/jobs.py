"""The one job, the whole graph: as people start it, and as it runs alone."""

import dagster as dg

EVERYTHING = dg.AssetSelection.all()
LOCK = {"kliping/lock": "data"}

everything = dg.define_asset_job("everything", selection=EVERYTHING, tags=LOCK)

# A step that failed for a passing reason is tried again. What Kliping refuses with a reason is not: it says so itself.
# A run whose process died is started again once; one that failed is left to the next tick.
unattended = dg.define_asset_job(
    "unattended",
    selection=EVERYTHING,
    tags={**LOCK, "dagster/max_retries": "1", "dagster/retry_on_asset_or_op_failure": "false"},
    op_retry_policy=dg.RetryPolicy(max_retries=2, delay=20, backoff=dg.Backoff.EXPONENTIAL),
)
