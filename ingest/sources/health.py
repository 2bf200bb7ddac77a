"""How the sources are: what was asked of them lately, what came of it, and what to do.

Belongs here: the verdict over raw.fetch_outcomes and raw.discovered_links, as a pure function. Does not: reading the
lake, counting articles (the marts' report of completeness has that).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ingest.sources.frontier import GIVE_UP_AFTER, SUCCESSES, page_states
from ingest.sources.source import Source

VERDICTS = ("fine", "late", "failing", "silent", "overflowing", "never asked")

_TIME = pl.Datetime("us")
_OUTCOME_COUNTS = pl.List(pl.Struct({"outcome": pl.String, "attempt_count": pl.Int64}))
_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_id": pl.String,
    "source_name": pl.String,
    "is_on": pl.Boolean,
    "verdict": pl.String,
    "advice": pl.String,
    "channel_count": pl.Int64,
    "failing_channel_count": pl.Int64,
    "last_attempt_utc": _TIME,
    "last_success_utc": _TIME,
    "last_page_utc": _TIME,
    "last_link_utc": _TIME,
    "silent_since_utc": _TIME,
    "attempt_count": pl.Int64,
    "failure_count": pl.Int64,
    "outcomes": _OUTCOME_COUNTS,
    "overflow_count": pl.Int64,
    "waiting_count": pl.Int64,
    "given_up_count": pl.Int64,
}
SCHEMA = pl.Schema(_COLUMNS)
"""One row per source. Times are naive UTC.

``last_success_utc`` is when a channel last answered, ``last_page_utc`` when a page was last obtained, ``last_link_utc``
when a channel last told of something; ``silent_since_utc`` is that time where the silence is longer than it ever was
(null elsewhere). The counts of attempts, failures, outcomes and overflows are those of the days asked for;
``waiting_count`` are the links whose pages are still to be fetched, ``given_up_count`` those that no longer are.
"""

OVERFLOW_SEEN = timedelta(hours=24)
"""How long an overflow makes the verdict."""
BROKEN_AFTER = timedelta(hours=24)
"""A channel that fails is told of when it has not answered for so long, or none of its source's does."""
SILENCE_LEAST = timedelta(hours=24)
SILENCE_MOST = timedelta(days=14)
SILENCE_UNKNOWN = timedelta(days=3)
FEWEST_TELLINGS = 5
"""Fewer times of telling than that do not say what is usual."""
FEWEST_PAGES = 5
"""Pages tried within a day, from which on more failures than successes make a source failing."""


def health(
    attempts: pl.DataFrame, links: pl.DataFrame, sources: Iterable[Source], now: datetime, *, days: int = 7
) -> pl.DataFrame:
    """How each of ``sources`` is at ``now`` (naive UTC), in their order: a frame of ``SCHEMA``.

    ``attempts`` (raw.fetch_outcomes) and ``links`` (raw.discovered_links) should reach back a month, so that what is
    usual can be told; the counts are of the last ``days``.
    """
    asked = attempts.filter(
        pl.col("attempt_kind").is_in(["page", "feed", "sitemap", "robots"]), pl.col("fetched_at_utc") <= now
    ).sort("fetched_at_utc", "attempt_id")
    told = links.filter(pl.col("discovered_at_utc") <= now)
    by_source = _grouped(asked, "source_id")
    states = _grouped(page_states(told, asked), "source_id")
    tellings = _grouped(told, "source_id")
    none = (asked.clear(), page_states(told.clear(), asked.clear()), told.clear())
    rows = [
        _row(
            source,
            by_source.get(source.source_id, none[0]),
            states.get(source.source_id, none[1]),
            tellings.get(source.source_id, none[2]),
            now,
            timedelta(days=days),
        )
        for source in sources
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _grouped(frame: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    return {str(key[0]): group for key, group in frame.group_by(column, maintain_order=True)}


def _is_success() -> pl.Expr:
    return pl.col("outcome").is_in(SUCCESSES)


def _row(
    source: Source, asked: pl.DataFrame, states: pl.DataFrame, told: pl.DataFrame, now: datetime, span: timedelta
) -> dict[str, Any]:
    tries = _channel_tries(asked, {channel.url for channel in source.channels})
    failing = _failing(tries)
    recent = asked.filter(pl.col("fetched_at_utc") > now - span, ~_is_step())
    pages = asked.filter(pl.col("attempt_kind") == "page", ~_is_step())
    failed = recent.filter(~_is_success())
    overflows = _overflows(tries)
    missing = states.filter(pl.col("first_success_utc").is_null())
    is_given_up = pl.col("is_final") | _is_given_up(now)
    last_link = told["discovered_at_utc"].max()
    facts: dict[str, Any] = {
        "source_id": source.source_id,
        "source_name": source.source_name,
        "is_on": source.is_on,
        "channel_count": len(source.channels),
        "failing_channel_count": failing.height,
        "last_attempt_utc": asked["fetched_at_utc"].max(),
        "last_success_utc": tries.filter(_is_success())["fetched_at_utc"].max(),
        "last_page_utc": pages.filter(_is_success())["fetched_at_utc"].max(),
        "last_link_utc": last_link,
        "silent_since_utc": last_link if _is_silent(told, now) else None,
        "attempt_count": recent.height,
        "failure_count": failed.height,
        "outcomes": recent.group_by("outcome").len("attempt_count").sort("outcome").to_dicts(),
        "overflow_count": overflows.filter(pl.col("fetched_at_utc") > now - span).height,
        "waiting_count": missing.filter(~is_given_up).height,
        "given_up_count": missing.filter(is_given_up).height,
    }
    verdict, advice = _verdict(source, facts, tries, failing, overflows, pages, now)
    return facts | {"verdict": verdict, "advice": advice}


def _is_step() -> pl.Expr:
    """A redirect that was followed: not an end of anything."""
    return (
        (pl.col("outcome") == "http_error") & pl.col("http_status").is_between(300, 399) & pl.col("error").is_null()
    ).fill_null(False)


def _channel_tries(asked: pl.DataFrame, urls: Collection[str]) -> pl.DataFrame:
    """Attempts at the channels, in order: answers and failures, and where robots.txt could not be read, that."""
    is_unreadable_robots = (
        (pl.col("attempt_kind") == "robots")
        & ~_is_success()
        & ~pl.col("http_status").is_between(400, 499).fill_null(False)
    )
    return asked.filter(
        pl.col("url").is_in(list(urls)),
        pl.col("attempt_kind").is_in(["feed", "sitemap"]) | is_unreadable_robots,
        ~_is_step(),
    )


def _failing(tries: pl.DataFrame) -> pl.DataFrame:
    """Channels whose last attempt failed: url, outcome, http_status, error, answered_utc (null: never), since_utc."""
    return (
        tries.group_by("url", maintain_order=True)
        .agg(
            pl.col("outcome", "http_status", "error").last(),
            answered_utc=pl.col("fetched_at_utc").filter(_is_success()).max(),
            since_utc=pl.col("fetched_at_utc").min(),
        )
        .filter(~_is_success())
        .sort("url")
    )


def _overflows(tries: pl.DataFrame) -> pl.DataFrame:
    """Readings of feeds in which nothing was known although they had answered before: links may have passed by."""
    is_later = _is_success().cast(pl.Int64).cum_sum().over("url") > 1
    feeds = tries.filter(pl.col("attempt_kind") == "feed")
    return feeds.filter(is_later, pl.col("outcome") == "ok", pl.col("item_count") > 0, pl.col("known_item_count") == 0)


def _is_given_up(now: datetime) -> pl.Expr:
    """Links that are asked for no more because they failed, or waited, for too long."""
    moment = pl.lit(now, pl.Datetime("us"))
    waited = (pl.col("attempt_count") == 0) & (moment - pl.col("last_told_utc") > GIVE_UP_AFTER)
    failed = (pl.col("last_attempt_utc") - pl.col("failing_since_utc")) >= GIVE_UP_AFTER
    return waited | failed.fill_null(False)


def _is_silent(told: pl.DataFrame, now: datetime) -> bool:
    """Whether nothing new was told for half as long again as ever before, at least a day, at most two weeks."""
    times = told["discovered_at_utc"].unique().sort()
    if times.is_empty():
        return False
    usual = SILENCE_UNKNOWN
    if len(times) >= FEWEST_TELLINGS and isinstance(longest := times.diff().max(), timedelta):
        usual = 1.5 * longest
    return bool(now - times[-1] > min(max(usual, SILENCE_LEAST), SILENCE_MOST))


def _verdict(
    source: Source,
    facts: dict[str, Any],
    tries: pl.DataFrame,
    failing: pl.DataFrame,
    overflows: pl.DataFrame,
    pages: pl.DataFrame,
    now: datetime,
) -> tuple[str, str]:
    """The verdict and one sentence on what to do."""
    name = source.source_id
    if tries.is_empty():
        return "never asked", (
            "Start `kliping collect`, or `kliping up` for the schedule."
            if source.is_on
            else f"Switch it on by `kliping sources on {name}`."
        )
    since = pl.lit(now - BROKEN_AFTER)
    broken = failing.filter(pl.coalesce("answered_utc", "since_utc") <= since)
    if failing.height == tries["url"].n_unique():
        broken = failing
    if broken.height:
        first = broken.row(0, named=True)
        reason = first["error"] or first["outcome"].replace("_", " ")
        status = f" {first['http_status']}" if first["http_status"] else ""
        return "failing", (
            f"{broken.height} of {len(source.channels)} channels do not answer, the first is {first['url']}"
            f" ({reason}{status}): try `kliping sources test {name}`."
        )
    lately = pages.filter(pl.col("fetched_at_utc") > since)
    bad = lately.filter(~_is_success())
    if lately.height >= FEWEST_PAGES and 2 * bad.height > lately.height:
        outcome = bad["outcome"].mode().sort()[0].replace("_", " ")
        return "failing", (
            f"{bad.height} of {lately.height} pages of the last day failed, mostly by {outcome}: try"
            f" `kliping sources test {name}`, and a longer seconds_between_requests if the outlet refuses."
        )
    if late := _late(source, tries, now):
        return "late", (
            f"{late} of {len(source.channels)} channels were not asked in time: is `kliping up` running? `kliping"
            " collect` catches up."
            if source.is_on
            else f"It is off; switch it on by `kliping sources on {name}`."
        )
    spilt = overflows.filter(pl.col("fetched_at_utc") > now - OVERFLOW_SEEN)
    if spilt.height:
        return "overflowing", (
            f"{spilt['url'][0]} held no known link {spilt.height} times in a day, so links may have passed by: ask it"
            f" more often (feed_minutes below {source.feed_minutes}), or add a sitemap."
        )
    if facts["silent_since_utc"]:
        return "silent", (
            f"Its channels answer but tell of nothing new since {facts['silent_since_utc']:%Y-%m-%d %H:%M} UTC: look"
            f" at the outlet's site, and try `kliping sources add` for its channels of today."
        )
    return "fine", "Nothing to do."


def _late(source: Source, tries: pl.DataFrame, now: datetime) -> int:
    """How many channels were asked before, but not for twice their interval."""
    last = dict(tries.group_by("url").agg(pl.col("fetched_at_utc").max()).iter_rows())
    late = 0
    for channel in source.channels:
        minutes = source.feed_minutes if channel.kind == "feed" else source.sitemap_minutes
        if channel.url in last and now - last[channel.url] > 2 * timedelta(minutes=minutes):
            late += 1
    return late
