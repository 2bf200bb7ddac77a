"""Days of fetching, in Asia/Jakarta, today's included."""

from __future__ import annotations

from datetime import date

import dagster as dg

DAYS = dg.DailyPartitionsDefinition(start_date="2015-01-01", timezone="Asia/Jakarta", end_offset=1)

# One run makes any number of days: a run costs its news, not its number of days.
ONE_RUN = dg.BackfillPolicy.single_run()


def range_tags(first: date, last: date) -> dict[str, str]:
    """The tags by which Dagster lets one run cover the days from ``first`` to ``last``."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }
