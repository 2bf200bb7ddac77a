"""When the graph is materialised without anyone, in Asia/Jakarta."""

import dagster as dg

from orchestration.defs.automation.jobs import everything
from orchestration.partitions import DAYS


@dg.schedule(job=everything, cron_schedule="0 5 * * *", execution_timezone="Asia/Jakarta", name="daily")
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 05:00 WIB: take over what is stale and publish, ready for the morning edition."""
    day = DAYS.get_last_partition_key(context.scheduled_execution_time)
    return dg.RunRequest(run_key=day, partition_key=day)
