"""Tells what is to be told, from a run or from the daemon. Alerting that fails never fails what it is part of.

Does not belong here: what there is to tell (``alerts_facts``), how it is sent (``alerts_send``).
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.registry.load import Registry
from orchestration.alerts import read_alerts
from orchestration.alerts_facts import gather
from orchestration.alerts_send import SECONDS, due, read_ledger, send, sending
from warehouse.errors import KlipingError
from warehouse.layout import Layout


@dataclass(frozen=True)
class Told:
    """How many alerts, counted by target, were told and failed to be; ``error`` is why nothing could be tried."""

    ok_count: int = 0
    failed_count: int = 0
    error: str | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nothing failed."""
        return not self.failed_count and self.error is None

    @property
    def sentence(self) -> str:
        """What became of it."""
        counts = f"{self.ok_count} alerts told, {self.failed_count} failed"
        return f"{self.error} ({counts})" if self.error else counts


def tell_due(
    layout: Layout,
    load_registry: Callable[[], Registry],
    now: datetime,
    *,
    retry_after: timedelta = timedelta(0),
    seconds: float = SECONDS,
) -> Told:
    """Tell everything that is due at ``now`` (naive UTC) and was not told yet; never raises.

    A target may take ``seconds``. Where another process is telling, it is left to that one.
    """
    try:
        config = read_alerts(layout.alerts, os.environ)
        if not config.rules.on():
            return Told()
        with sending(layout) as is_ours:
            if not is_ours:
                return Told()
            alerts, problems = gather(layout, config, load_registry, now)
            rows = send(
                layout, config, due(alerts, config, read_ledger(layout), now, retry_after), now, seconds=seconds
            )
    except KlipingError as error:
        return Told(error=str(error))
    except Exception:  # noqa: BLE001 - a defect in alerting must not fail the run: it is told with its traceback
        return Told(error=traceback.format_exc())
    failed = sum(row["outcome"] == "failed" for row in rows)
    return Told(len(rows) - failed, failed, " ".join(problems) or None)
