"""Collecting from the web: asks channels, notes the links they tell of, fetches the pages, hands out batches.

Belongs here: what happens in which order, and the rows that come of it. Does not: what is due (frontier), how a request
is made (web), what a feed or sitemap says (feeds, sitemaps), where rows go (orchestration).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import orjson

from ingest.sources.batch import Batch
from ingest.sources.frontier import DueChannel, DuePage
from ingest.sources.known import KnownLinks, discovery_id
from ingest.sources.links import Link, Listing, link_id
from ingest.sources.listings import printed_moment, read_listing
from ingest.sources.sink import Sink
from ingest.sources.source import Channel
from ingest.sources.streams import InputError
from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.model import Clock, FetchRules, Response
from warehouse.keys import hex16

MEDIA_TYPES = {
    "text/plain": "text/plain",
    "application/pdf": "application/pdf",
}
"""Media types of pages that are not HTML, by the content type of the answer."""
SITEMAP_DAYS = 3
"""How old an entry of a sitemap may be, where no range is asked for."""
MAX_CHILDREN = 50
"""Sitemaps of one index that are read."""
MAX_DEPTH = 2


@dataclass(frozen=True)
class Range:
    """The time that entries of sitemaps lie in, naive UTC, half-open. ``first`` alone bounds the usual look back."""

    first: datetime
    last: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies within; one that is not known does only where there is no end."""
        if moment is None:
            return self.last is None
        return self.first <= moment and (self.last is None or moment < self.last)


@dataclass(frozen=True)
class Work:
    """What one collection does: channels to ask first, pages that wait; entries of sitemaps are taken in ``range``.

    ``stop_at`` (naive UTC) ends it: what is not begun by then stays due.
    """

    channels: Collection[DueChannel]
    pages: Collection[DuePage]
    range: Range
    stop_at: datetime | None = None


def collect_from_web(
    work: Work,
    rules: FetchRules,
    *,
    known: KnownLinks,
    known_ids: set[str],
    clock: Clock,
    emit: Callable[[Batch], None],
    then: Callable[[], Work] | None = None,
    seed: int = 0,
) -> None:
    """Do ``work``. ``emit`` is given batches, one at a time, from another thread; what it takes is collected.

    ``known_ids`` are the ids of all raw documents; it and ``known`` gain what is handed out. When all of it is,
    ``then`` is asked for what follows, which is done by the same fetcher: a host's pauses and pace hold on. ``seed``
    draws the jitter of the back-off. Raises what ``emit`` and ``then`` raise.
    """
    asyncio.run(_collect(work, rules, known, known_ids, clock, emit, then, seed))


async def _collect(
    work: Work,
    rules: FetchRules,
    known: KnownLinks,
    known_ids: set[str],
    clock: Clock,
    emit: Callable[[Batch], None],
    then: Callable[[], Work] | None,
    seed: int,
) -> None:
    import random

    sink = Sink(emit, known_ids)

    async def crawl(work: Work, fetcher: Fetcher) -> None:
        async with asyncio.TaskGroup() as group:
            _Crawl(work, fetcher, known, clock, sink, _Lanes(rules, group, work.stop_at, clock)).start()

    try:
        async with Fetcher(rules, clock=clock, rng=random.Random(seed)) as fetcher:
            await crawl(work, fetcher)
            if then is not None:
                await sink.close()
                await crawl(then(), fetcher)
    except BaseExceptionGroup as failures:  # of tasks; the first is the cause
        raise failures.exceptions[0] from failures
    finally:  # a run that is stopped keeps what it has
        await sink.close()


@dataclass
class _Lanes:
    """Jobs by host, so that a slow host holds up no other: as many workers a host as it takes requests at once."""

    rules: FetchRules
    group: asyncio.TaskGroup
    stop_at: datetime | None
    clock: Clock
    queues: dict[str, deque[Callable[[], Awaitable[bool]]]] = field(default_factory=dict)
    workers: dict[str, int] = field(default_factory=dict)

    def add(self, url: str, job: Callable[[], Awaitable[bool]], *, is_first: bool = False) -> None:
        host = (urlsplit(url).hostname or "").lower()
        queue = self.queues.setdefault(host, deque())
        if is_first:
            queue.appendleft(job)
        else:
            queue.append(job)
        most = self.rules.host_rules.get(host, self.rules.default_host).requests_at_once
        if self.workers.get(host, 0) < most:
            self.workers[host] = self.workers.get(host, 0) + 1
            self.group.create_task(self._work(host))

    async def _work(self, host: str) -> None:
        queue = self.queues[host]
        while queue and (self.stop_at is None or self.clock() < self.stop_at):
            is_asked = await queue.popleft()()
            if not is_asked:  # the host is left alone for now: what waits stays due
                queue.clear()
        self.workers[host] -= 1


@dataclass
class _Crawl:
    work: Work
    fetcher: Fetcher
    known: KnownLinks
    clock: Clock
    sink: Sink
    lanes: _Lanes
    queued: set[str] = field(default_factory=set)

    def start(self) -> None:
        for due in self.work.channels:
            self.lanes.add(due.channel.url, partial(self._ask, due, due.channel.url))
        for page in self.work.pages:
            self._queue(page)

    def _queue(self, page: DuePage) -> None:
        if page.link_id not in self.queued:
            self.queued.add(page.link_id)
            self.lanes.add(page.url, partial(self._fetch, page))

    # --- channels -------------------------------------------------------------------------------------------------

    async def _ask(self, due: DueChannel, url: str, depth: int = 0) -> bool:
        """Ask a channel, or a sitemap that its index names; whether the host was asked at all."""
        kind = due.channel.kind
        # an index that is not modified says nothing of its children
        etag, modified = (due.etag, due.last_modified) if kind == "feed" else (None, None)
        fetched = await self.fetcher.get(url, kind=kind, etag=etag, last_modified=modified)
        listing: Listing | None = None
        problem = None
        known_count = 0
        if fetched.response is not None:
            try:
                listing = await asyncio.to_thread(read_listing, kind, fetched.response)  # a large one takes seconds
            except InputError as error:
                problem = error.problem
        rows: list[tuple[Any, ...]] = []
        new: list[DuePage] = []
        if listing is not None:
            known_count, rows, new = self._told(due, listing)
        counts = None if listing is None else (len(listing.links), known_count)
        await self.sink.attempts(due.source.source_id, url, fetched, problem=problem, counts=counts, links=rows)
        for page in new:
            self._queue(page)
        if listing is not None and depth < MAX_DEPTH:
            for child in reversed(self._children(listing)):  # each goes before the others
                self.lanes.add(child, partial(self._ask, due, child, depth + 1), is_first=True)
        return bool(fetched.tries)

    def _told(self, due: DueChannel, listing: Listing) -> tuple[int, list[tuple[Any, ...]], list[DuePage]]:
        """How many links this channel told of before; rows of what is told anew; the pages that are new.

        Entries of a sitemap outside the range are counted as known, and nothing is noted of them.
        """
        source, channel, now = due.source, due.channel, self.clock()
        rows: list[tuple[Any, ...]] = []
        new: list[DuePage] = []
        known_count = 0
        for link in listing.links:
            link_key = link_id(link.url)
            moment = printed_moment(link.published_raw or link.updated_raw)
            if channel.kind == "sitemap" and not self.work.range.holds(moment):
                known_count += 1  # passed over on purpose: no sign that the sitemap has moved on unseen
                continue
            known_count += self.known.is_known_to(link_key, channel.url)
            is_new = not self.known.is_known(link_key)
            discovery = discovery_id(link_key, channel.url, link)
            if not self.known.tells(link_key, channel.url, discovery):
                continue
            told = _told_json(channel, link)
            rows.append(
                (
                    discovery, link_key, source.source_id, link.url, channel.url, channel.kind, now,
                    link.title, link.published_raw, link.updated_raw, told,
                )
            )  # fmt: skip
            if is_new:
                new.append(DuePage(link_key, source.source_id, link.url, "new", told))
        return known_count, rows, new

    def _children(self, listing: Listing) -> list[str]:
        """The sitemaps of an index that can hold entries of the range, the youngest first."""
        dated = [(printed_moment(modified), url) for url, modified in listing.children]
        within = [(moment, url) for moment, url in dated if moment is None or moment >= self.work.range.first]
        within.sort(key=lambda child: (child[0] or datetime.max, child[1]), reverse=True)
        return [url for _, url in within[:MAX_CHILDREN]]

    # --- pages ----------------------------------------------------------------------------------------------------

    async def _fetch(self, page: DuePage) -> bool:
        """Fetch a page and hand its rows on; whether the host was asked at all."""
        fetched = await self.fetcher.get(page.url, kind="page", etag=page.etag, last_modified=page.last_modified)
        document = None if fetched.response is None else _document(page, fetched.response)
        await self.sink.attempts(page.source_id, page.url, fetched, document=document)
        return bool(fetched.tries)


def _told_json(channel: Channel, link: Link) -> str:
    told = {
        "kind": channel.kind,
        "url": channel.url,
        "section": channel.section,
        "title": link.title,
        "published": link.published_raw,
        "updated": link.updated_raw,
        **link.facts,
    }
    return orjson.dumps({k: v for k, v in told.items() if v}, option=orjson.OPT_SORT_KEYS).decode()


def _document(page: DuePage, response: Response) -> tuple[Any, ...]:
    """A row of raw.documents. The address is the one that answered where a redirect led to another page."""
    url = page.url if link_id(response.final_url) == page.link_id else response.final_url
    metadata = {"channel": orjson.loads(page.told)}
    if response.charset:
        metadata["encoding"] = response.charset
    return (
        hex16(page.source_id, url, response.body),
        page.source_id,
        "web",
        url,
        None,
        response.fetched_at_utc,
        None,
        MEDIA_TYPES.get(response.content_type or "", "text/html"),
        response.body,
        orjson.dumps(metadata, option=orjson.OPT_SORT_KEYS).decode(),
    )
