"""What is due: which channels to ask and which pages to fetch, from what was told and tried before.

Ticks of a clock that was missed do not matter: a channel is due by its last attempt, a page by its attempts and by what
channels told since. Belongs here: these rules as expressions over frames. Does not: reading the lake, asking the web.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ingest.sources.source import Channel, Source

SUCCESSES = ("ok", "duplicate", "not_modified")
RETRY_AFTER_LEAST = timedelta(minutes=10)
RETRY_AFTER_MOST = timedelta(hours=12)
GIVE_UP_AFTER = timedelta(days=7)
"""Pages that fail are asked for again after as long as they have failed already, within these bounds, then given up."""
CHANGED_AFTER_LEAST = timedelta(hours=1)
REVISIT_GRACE = timedelta(hours=48)

FINAL_OUTCOMES = ("robots_denied", "address_denied")
PATIENT_STATUSES = (408, 421, 425, 429)
"""Answers that asking again does not change, with http errors from 400 to 499 but for those that ask for patience.

What was unreadable, empty or without end may have been so on its way, and redirects in a circle come and go.
"""
_ORDER = ("new", "changed", "retry", "revisit")


@dataclass(frozen=True)
class DueChannel:
    """A channel to ask, with the validators of its last answer."""

    source: Source
    channel: Channel
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class DuePage:
    """A page to fetch, and why: new, changed (as a channel says), retry, revisit. ``told`` is JSON of what is told."""

    link_id: str
    source_id: str
    url: str
    reason: str
    told: str
    etag: str | None = None
    last_modified: str | None = None


def due_channels(
    sources: Collection[Source],
    attempts: pl.DataFrame,
    now: datetime,
    kinds: Collection[str],
    *,
    is_forced: bool = False,
) -> list[DueChannel]:
    """The channels of ``kinds`` whose last attempt is as old as their interval, nine tenths of it counted as the whole.

    ``attempts`` are rows of raw.fetch_outcomes; ``now`` is naive UTC. ``is_forced`` takes all of them.
    """
    asked = attempts.filter(pl.col("attempt_kind").is_in(["feed", "sitemap"])).sort("fetched_at_utc", "attempt_id")
    last = dict(asked.group_by("url").agg(pl.col("fetched_at_utc").max()).iter_rows())
    answered = asked.filter(pl.col("outcome").is_in(SUCCESSES))
    validators = {
        url: (etag, modified)
        for url, etag, modified in answered.group_by("url", maintain_order=True)
        .agg(pl.col("etag").drop_nulls().last(), pl.col("last_modified").drop_nulls().last())
        .iter_rows()
    }
    due = []
    for source in sources:
        for channel in source.channels:
            if channel.kind not in kinds:
                continue
            minutes = source.feed_minutes if channel.kind == "feed" else source.sitemap_minutes
            before = last.get(channel.url)
            if is_forced or before is None or now - before >= 0.9 * timedelta(minutes=minutes):
                due.append(DueChannel(source, channel, *validators.get(channel.url, (None, None))))
    return due


def due_pages(sources: Collection[Source], links: pl.DataFrame, attempts: pl.DataFrame, now: datetime) -> list[DuePage]:
    """The pages to fetch, in order of reason, the link told of last first.

    ``links`` (raw.discovered_links) and ``attempts`` (raw.fetch_outcomes) cover the horizon; links of other sources are
    passed over. Each link comes once.
    """
    wanted = [source.source_id for source in sources]
    mine = links.filter(pl.col("source_id").is_in(wanted)).sort("discovered_at_utc", "discovery_id")
    states = page_states(mine, attempts)
    revisits = pl.DataFrame(
        [(source.source_id, hours) for source in sources for hours in source.revisit_hours],
        schema={"source_id": pl.String, "revisit_hours": pl.Int64},
        orient="row",
    )
    due = (
        states.join(_revisit_due(states, revisits, now), on="link_id", how="left")
        .with_columns(reason=_reason(now))
        .filter(pl.col("reason").is_not_null())
        .with_columns(
            rank=pl.col("reason").replace_strict({name: n for n, name in enumerate(_ORDER)}, return_dtype=pl.Int8)
        )
        .sort("rank", "last_told_utc", "link_id", descending=[False, True, False])
    )
    names = ["link_id", "source_id", "url", "reason", "told", "etag", "last_modified"]
    return [DuePage(*row) for row in due.select(names).iter_rows()]


def page_states(links: pl.DataFrame, attempts: pl.DataFrame) -> pl.DataFrame:
    """One row per link: what is told of it and how its attempts went.

    link_id, source_id, url (as told first), told (JSON, as told last), first_told_utc, last_told_utc, retold_utc (when
    a channel last changed what it says; null), attempt_count, last_attempt_utc, last_outcome, is_final,
    first_success_utc, last_success_utc, failing_since_utc (first attempt after the last success; null), etag,
    last_modified.
    """
    told = links.sort("discovered_at_utc", "discovery_id").with_columns(
        is_retold=pl.int_range(pl.len()).over("link_id", "channel_url", order_by=["discovered_at_utc", "discovery_id"])
        > 0
    )
    states = told.group_by("link_id", maintain_order=True).agg(
        pl.col("source_id", "url").first(),
        pl.col("metadata").last().alias("told"),
        pl.col("discovered_at_utc").first().alias("first_told_utc"),
        pl.col("discovered_at_utc").last().alias("last_told_utc"),
        pl.col("discovered_at_utc").filter("is_retold").max().alias("retold_utc"),
    )
    addresses = told.select("url", "link_id").unique()
    tries = (
        attempts.filter(pl.col("attempt_kind") == "page")
        .join(addresses, on="url", how="inner")
        .sort("fetched_at_utc", "attempt_id")
        .with_columns(is_success=pl.col("outcome").is_in(SUCCESSES))
        .with_columns(
            succeeded_utc=pl.when("is_success").then("fetched_at_utc").max().over("link_id"),
        )
    )
    summary = tries.group_by("link_id").agg(
        attempt_count=pl.len(),
        last_attempt_utc=pl.col("fetched_at_utc").last(),
        last_outcome=pl.col("outcome").last(),
        last_status=pl.col("http_status").last(),
        first_success_utc=pl.col("fetched_at_utc").filter("is_success").first(),
        last_success_utc=pl.col("succeeded_utc").last(),
        failing_since_utc=pl.col("fetched_at_utc")
        .filter(pl.col("succeeded_utc").is_null() | (pl.col("fetched_at_utc") > pl.col("succeeded_utc")))
        .first(),
        etag=pl.col("etag").filter("is_success").drop_nulls().last(),
        last_modified=pl.col("last_modified").filter("is_success").drop_nulls().last(),
    )
    is_refused = (pl.col("last_outcome") == "http_error") & (
        pl.col("last_status").is_between(400, 499) & ~pl.col("last_status").is_in(PATIENT_STATUSES)
    )
    return (
        states.join(summary, on="link_id", how="left", maintain_order="left")
        .with_columns(
            attempt_count=pl.col("attempt_count").fill_null(0),
            is_final=(pl.col("last_outcome").is_in(FINAL_OUTCOMES) | is_refused).fill_null(False),
        )
        .drop("last_status")
    )


def _revisit_due(states: pl.DataFrame, revisits: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """link_id of pages that have reached an age of revisiting since their last attempt; is_revisit_due is true."""
    at = pl.col("first_success_utc") + pl.duration(hours=pl.col("revisit_hours"))
    return (
        states.join(revisits, on="source_id", how="inner")
        .filter((at <= now) & (at > pl.col("last_attempt_utc")) & (now - at <= REVISIT_GRACE))
        .select("link_id", is_revisit_due=pl.lit(True))
        .unique()
    )


def _reason(now: datetime) -> pl.Expr:
    moment = pl.lit(now, pl.Datetime("us"))
    failed_for = pl.col("last_attempt_utc") - pl.col("failing_since_utc")
    pause = pl.min_horizontal(pl.max_horizontal(failed_for, pl.lit(RETRY_AFTER_LEAST)), pl.lit(RETRY_AFTER_MOST))
    is_open = moment - pl.col("last_told_utc") <= GIVE_UP_AFTER
    is_failing = pl.col("failing_since_utc").is_not_null()
    is_changed = (pl.col("retold_utc") > pl.col("last_attempt_utc")) & (
        moment - pl.col("last_attempt_utc") >= CHANGED_AFTER_LEAST
    )
    return (
        pl.when(pl.col("attempt_count") == 0)
        .then(pl.when(is_open).then(pl.lit("new")))
        .when(is_changed)
        .then(pl.lit("changed"))
        .when(is_failing)
        .then(
            pl.when(
                ~pl.col("is_final") & (failed_for < GIVE_UP_AFTER) & (moment - pl.col("last_attempt_utc") >= pause)
            ).then(pl.lit("retry"))
        )
        .when(pl.col("is_revisit_due").fill_null(False))
        .then(pl.lit("revisit"))
    )
