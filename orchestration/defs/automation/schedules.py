"""When the graph is materialised without anyone, in Asia/Jakarta."""

from datetime import UTC, date, datetime
from typing import Any

import dagster as dg

from ingest.registry.load import Registry, load
from orchestration.defs.automation.jobs import unattended
from orchestration.edition import TAG, edition_id
from orchestration.partitions import DAYS
from orchestration.settings import layout, registry_folder
from orchestration.timetable import ZONE, read_timetable
from orchestration.unattended import collects, day_tags, hourly_kinds, intake

# Minutes for collecting, so that marts and snapshot are done before the next tick, the edition's above all.
HOURLY_MINUTES = 20.0
SITEMAP_MINUTES = 40.0
MORNING_MINUTES = 8.0

_Outcome = dg.RunRequest | dg.SkipReason


def _tick(context: dg.ScheduleEvaluationContext) -> datetime:
    """The time that the tick stands for, naive UTC."""
    return context.scheduled_execution_time.astimezone(UTC).replace(tzinfo=None)


def _request(
    context: dg.ScheduleEvaluationContext, registry: Registry, config: dict[str, Any], **tags: str
) -> _Outcome:
    days = day_tags(layout(), registry, _tick(context), date.fromisoformat(DAYS.get_last_partition_key()))
    key = f"{context.scheduled_execution_time:%Y-%m-%dT%H:%M}"
    return dg.RunRequest(run_key=key, run_config=intake(**config), tags=days | tags)


def _collect(context: dg.ScheduleEvaluationContext, name: str, kinds: list[str], minutes: float) -> _Outcome:
    """A run that collects what is due. None where no source is on, or one that will do the same waits."""
    registry = load(registry_folder())
    if not collects(layout(), registry):
        return dg.SkipReason(f"no source is switched on in {layout().sources}")
    waiting = dg.RunsFilter(tags={"kliping/collects": name}, statuses=[dg.DagsterRunStatus.QUEUED])
    if context.instance.get_runs_count(waiting):
        return dg.SkipReason("a run that will collect all that is due is waiting already")
    config = {"collect": kinds, "collect_minutes": minutes}
    return _request(context, registry, config, **{"kliping/collects": name})


def _hourly(context: dg.ScheduleEvaluationContext) -> _Outcome:
    return _collect(context, "hourly", hourly_kinds(layout(), _tick(context)), HOURLY_MINUTES)


def _sitemaps(context: dg.ScheduleEvaluationContext) -> _Outcome:
    return _collect(context, "sitemaps", ["sitemap"], SITEMAP_MINUTES)


def _morning(context: dg.ScheduleEvaluationContext) -> _Outcome:
    """The edition of the tick's day. All feeds are asked, due or not: what they told before 06:00 is not the whole."""
    day = context.scheduled_execution_time.date()
    registry = load(registry_folder())
    config = {"collect": ["feed"], "collect_forced": True, "collect_minutes": MORNING_MINUTES}
    config = config if collects(layout(), registry) else {}
    return _request(context, registry, config, **{TAG: edition_id(day), "dagster/priority": "10"})


@dg.definitions
def schedules() -> dg.Definitions:
    """The schedules, at the times of the data folder's timetable. Raises TimetableError."""
    times = read_timetable(layout().schedules)
    told = {
        "hourly": (times.hourly, _hourly, "Due feeds and waiting pages, to a published snapshot."),
        "sitemaps": (times.sitemaps, _sitemaps, "Sitemaps, which list what feeds have let go."),
        "morning": (times.morning, _morning, "The morning edition: 06:00 to 06:00 WIB, ready by 06:15."),
    }
    return dg.Definitions(
        schedules=[
            dg.schedule(
                name=name,
                job=unattended,
                cron_schedule=cron,
                execution_timezone=ZONE,
                description=description,
                default_status=dg.DefaultScheduleStatus.RUNNING,
            )(act)
            for name, (cron, act, description) in told.items()
        ]
    )
