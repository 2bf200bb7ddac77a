"""Collects what is due from the sources that are on, into raw.

Does not belong here: what is due (``ingest.sources.frontier``), how the web is asked (``ingest.sources.crawl``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ingest.errors import SourceError
from orchestration.raw import known_ids, move_in
from warehouse.contracts.lake import DISCOVERED_LINKS, FETCH_OUTCOMES
from warehouse.layout import Layout
from warehouse.store import fetched_on, parts, read_part, read_since

if TYPE_CHECKING:
    import polars as pl

    from ingest.sources.batch import Batch
    from ingest.sources.crawl import Range, Work
    from ingest.sources.known import KnownLinks
    from ingest.sources.source import Sources
    from ingest.sources.web.model import Clock

CHANNEL_KINDS = ("feed", "sitemap")


@dataclass(frozen=True)
class Request:
    """What to collect: channels of ``kinds`` that are due and pages that wait, of all sources that are on.

    ``only`` narrows to sources by id; ``is_forced`` asks channels that are not due as well. ``first`` and ``last``
    (naive UTC, half-open) take entries of sitemaps of that time instead of the last days. ``minutes`` ends it: what is
    not begun by then stays due.
    """

    kinds: Collection[str] = CHANNEL_KINDS
    only: Collection[str] = ()
    is_forced: bool = False
    first: datetime | None = None
    last: datetime | None = None
    minutes: float | None = None


@dataclass
class Collected:
    """What became of the attempts: their number by kind and outcome."""

    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def outcomes(self) -> Counter[str]:
        """Attempts by outcome."""
        counts: Counter[str] = Counter()
        for (_, outcome), count in self.attempts.items():
            counts[outcome] += count
        return counts

    def add(self, batch: Batch) -> None:
        """Count a batch in."""
        self.attempts.update(batch.outcomes.select("attempt_kind", "outcome").iter_rows())


def collect_web(
    layout: Layout,
    sources: Sources,
    request: Request,
    *,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Collected:
    """Collect into the lake, batch by batch; the caller holds the run lock.

    Raises SourceError for a source in ``only`` that is not there or not on, CheckError where what was received breaks
    a rule.
    """
    from ingest.sources.crawl import collect_from_web

    collected = Collected()

    def emit(batch: Batch) -> None:
        move_in(layout, batch)
        collected.add(batch)
        advance(batch.outcomes.height)

    began = clock()
    work, known = plan(layout, sources, request, now=began)
    tell(f"{len(work.channels)} feeds and sitemaps to ask, {len(work.pages)} pages waiting")

    def retold() -> Work:
        """Pages that a channel now tells of in other words: they are due by what was just told."""
        return plan(layout, sources, replace(request, kinds=()), now=began)[0]

    if work.channels or work.pages:
        collect_from_web(
            work,
            sources.rules,
            known=known,
            known_ids=known_ids(layout),
            clock=clock,
            emit=emit,
            then=retold if work.channels else None,
        )
    return collected


def plan(layout: Layout, sources: Sources, request: Request, *, now: datetime) -> tuple[Work, KnownLinks]:
    """What is due at ``now`` (naive UTC), from the lake alone. Raises SourceError as ``collect_web``."""
    from ingest.sources.crawl import Work
    from ingest.sources.frontier import due_channels, due_pages
    from ingest.sources.known import HORIZON

    wanted = [source for source in sources.switched_on if not request.only or source.source_id in request.only]
    if missing := set(request.only) - {source.source_id for source in wanted}:
        raise SourceError(
            f"The source {min(missing)!r} is not switched on; `kliping sources list` shows all, `kliping sources on"
            " ID` switches one on."
        )
    links, attempts = recent(layout, now - HORIZON)
    channels = due_channels(wanted, attempts, now, request.kinds, is_forced=request.is_forced)
    pages = due_pages(wanted, links, attempts, now)
    stop_at = now + timedelta(minutes=request.minutes) if request.minutes is not None else None
    return Work(channels, pages, _range(request, now), stop_at), _known(layout, links, fetched_on(now - HORIZON))


def recent(layout: Layout, since: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """raw.discovered_links and raw.fetch_outcomes (of the web) from the day of ``since`` on."""
    import polars as pl

    day = fetched_on(since)
    links = read_since(layout, DISCOVERED_LINKS, day, DISCOVERED_LINKS.column_names)
    names = [
        "attempt_id", "source_id", "url", "fetched_at_utc", "outcome", "error", "attempt_kind", "http_status", "etag",
        "last_modified", "item_count", "known_item_count",
    ]  # fmt: skip
    attempts = read_since(layout, FETCH_OUTCOMES, day, names)
    return links, attempts.filter(pl.col("attempt_kind").is_not_null() & (pl.col("attempt_kind") != "record"))


def _range(request: Request, now: datetime) -> Range:
    from ingest.sources.crawl import SITEMAP_DAYS, Range

    if request.first is None:
        return Range(now - timedelta(days=SITEMAP_DAYS))
    return Range(request.first, request.last or now)


def _known(layout: Layout, links: pl.DataFrame, first: date) -> KnownLinks:
    from ingest.sources.known import KnownLinks

    old = [part for part in parts(layout, DISCOVERED_LINKS) if part.fetched_on < first]
    ids = (link for part in old for link in read_part(part.path, ["link_id"])["link_id"])
    return KnownLinks.of(links, ids)
