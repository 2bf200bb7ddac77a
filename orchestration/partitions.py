"""Days of fetching, in Asia/Jakarta, today's included."""

from __future__ import annotations

import dagster as dg

DAYS = dg.DailyPartitionsDefinition(start_date="2015-01-01", timezone="Asia/Jakarta", end_offset=1)

# One run makes any number of days: a run costs its news, not its number of days.
ONE_RUN = dg.BackfillPolicy.single_run()
