"""When the graph is materialised without anyone, in Asia/Jakarta."""

import dagster as dg

from ingest.registry.load import load
from orchestration.defs.automation.jobs import everything
from orchestration.partitions import range_tags
from orchestration.settings import layout, registry_folder
from orchestration.stages import days_to_make


@dg.schedule(job=everything, cron_schedule="0 5 * * *", execution_timezone="Asia/Jakarta", name="daily")
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At 05:00 WIB: make today's partition and every stale one, and publish for the morning edition."""
    today = context.scheduled_execution_time.date()
    first, last = days_to_make(layout(), load(registry_folder()), today)
    return dg.RunRequest(run_key=today.isoformat(), tags=range_tags(first, last))
