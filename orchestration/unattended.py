"""What runs that nobody watches are asked to do: the days they cover, and what they collect.

What is due is decided when the run begins, from the lake; so a tick that was missed is made up for by the next one.
Does not belong here: when they start (``timetable``, ``defs/automation``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from ingest.registry.load import Registry
from orchestration.partitions import range_tags
from orchestration.stages import days_to_make
from warehouse.contracts.lake import FETCH_OUTCOMES
from warehouse.layout import Layout
from warehouse.store import fetched_on, read_since

SITEMAPS_MISSED_AFTER = timedelta(hours=25)
"""Sitemaps are asked once a day; where that did not happen, the hourly runs ask for them too."""


def day_tags(layout: Layout, registry: Registry, started: datetime, today: date) -> dict[str, str]:
    """Tags by which a run covers the days that it can fetch on, and all that is stale.

    ``started`` is naive UTC; ``today`` is later than its WIB day where a tick is made up for. Raises
    WatchError, DamagedError.
    """
    first, last = days_to_make(layout, registry, started)
    is_made_up_for = today > fetched_on(started)
    return range_tags(first, max(last, today + timedelta(days=1)) if is_made_up_for else last)


def collects(layout: Layout, registry: Registry) -> bool:
    """Whether a source is switched on: without one nothing is fetched. Raises SourceError."""
    from ingest.sources.catalogue import read_sources

    return layout.sources.exists() and bool(read_sources(layout.sources, registry).switched_on)


def intake(**config: Any) -> dict[str, Any]:
    """Run configuration of the raw assets; what a run does is shown by Dagster, only warnings are printed."""
    return {"ops": {"raw": {"config": config}}, "loggers": {"console": {"config": {"log_level": "WARNING"}}}}


def hourly_kinds(layout: Layout, now: datetime) -> list[str]:
    """Kinds of channels that an hourly run asks: feeds, and sitemaps where their daily run was missed."""
    recent = read_since(layout, FETCH_OUTCOMES, _day_before(now), ["fetched_at_utc", "attempt_kind"])
    last = recent.filter(pl.col("attempt_kind") == "sitemap")["fetched_at_utc"].max()
    is_missed = not isinstance(last, datetime) or now - last > SITEMAPS_MISSED_AFTER
    return ["feed", "sitemap"] if is_missed else ["feed"]


def _day_before(now: datetime) -> date:
    return fetched_on(now - SITEMAPS_MISSED_AFTER)


def kind_folders(names: Sequence[str], kinds: Sequence[str]) -> Mapping[str | None, list[str]]:
    """Names of files below the landing folder by the kind that their first folder states; None where it states none."""
    found: dict[str | None, list[str]] = {}
    for name in names:
        folder, _, rest = name.partition("/")
        found.setdefault(folder if rest and folder in kinds else None, []).append(name)
    return found
