"""Trying sources out: what a channel answers, how a page reads, and which channels a site has. Keeps nothing.

Belongs here: the order of the questions and their findings as plain values. Does not: how a request is made (web), what
the answer says (feeds, sitemaps, discovery), showing it (orchestration).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import orjson
import polars as pl

from ingest.clean.outlets import Outlets, registrable_domain
from ingest.clean.stage import clean
from ingest.clean.urls import canonical_url, host
from ingest.registry.model import Registry
from ingest.sources.discovery import channels_of_page, guesses, sitemaps_of_robots
from ingest.sources.links import ChannelKind, Link
from ingest.sources.listings import printed_moment, read_listing
from ingest.sources.source import Channel
from ingest.sources.streams import InputError
from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.model import Fetched, Response
from warehouse.contracts import TABLES
from warehouse.keys import hex16

MOST_TRIED = 20
"""Channels that a site declares and that are tried."""


@dataclass(frozen=True)
class ChannelFinding:
    """What a channel answered. Times are naive UTC, ``seconds`` those of the last request.

    ``robots`` says whether its robots.txt allows it (null where it was not asked). ``own_count`` are the links on the
    source's own hosts, ``other_hosts`` the rest by host. An index of sitemaps has ``child_count`` in place of items.
    """

    url: str
    kind: ChannelKind
    section: str | None
    outcome: str
    robots: str | None = None
    status_code: int | None = None
    content_type: str | None = None
    seconds: float | None = None
    byte_count: int | None = None
    title: str | None = None
    item_count: int = 0
    child_count: int = 0
    newest_at_utc: datetime | None = None
    own_count: int = 0
    other_hosts: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    error: str | None = None
    links: tuple[Link, ...] = field(default=(), repr=False)

    @property
    def is_fine(self) -> bool:
        """Whether it was read and tells of something."""
        return self.outcome == "ok" and bool(self.item_count or self.child_count)


@dataclass(frozen=True)
class ArticleFinding:
    """How a page reads. ``date_rule`` says where the time of publication comes from, ``zones`` are words by zone."""

    url: str
    outcome: str
    status_code: int | None = None
    error: str | None = None
    title: str | None = None
    outlet_id: str | None = None
    published_at_utc: datetime | None = None
    precision: str | None = None
    date_rule: str | None = None
    content_kind: str | None = None
    word_count: int = 0
    zones: dict[str, int] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        """Whether it was read as an article with a title, a text and a date."""
        return self.outcome == "ok" and bool(self.title and self.word_count and self.published_at_utc)


@dataclass(frozen=True)
class Site:
    """The channels of a site that answer, best first; ``tried`` are all that were asked."""

    url: str
    title: str | None
    channels: tuple[ChannelFinding, ...]
    tried: tuple[ChannelFinding, ...]


@dataclass(frozen=True)
class Own:
    """Which links are a source's own: those of its outlet, else those on the domains of its channels."""

    outlets: Outlets
    outlet_id: str | None
    domains: frozenset[str]

    @classmethod
    def of(cls, registry: Registry, outlet_id: str | None, urls: Iterable[str]) -> Own:
        """For a source of ``outlet_id`` whose channels are at ``urls``."""
        names = (host(url) for url in urls)
        return cls(
            Outlets(registry["outlets"]), outlet_id, frozenset(registrable_domain(name) for name in names if name)
        )

    def __contains__(self, url: object) -> bool:
        name = host(str(url))
        if name is None:
            return False
        return registrable_domain(name) in self.domains or self.outlets.of(name).outlet_id == self.outlet_id


async def try_channel(fetcher: Fetcher, channel: Channel, own: Own) -> ChannelFinding:
    """Ask a channel now, without conditions."""
    fetched = await fetcher.get(channel.url, kind=channel.kind)
    return _finding(channel, fetched, own)


async def try_channels(fetcher: Fetcher, channels: Sequence[Channel], own: Own) -> list[ChannelFinding]:
    """Ask channels, hosts at once and each host in its pace; in the order given."""
    return await asyncio.gather(*(try_channel(fetcher, channel, own) for channel in channels))


def _finding(channel: Channel, fetched: Fetched, own: Own) -> ChannelFinding:
    last = fetched.tries[-1] if fetched.tries else None
    response = fetched.response
    found = ChannelFinding(
        url=channel.url,
        kind=channel.kind,
        section=channel.section,
        outcome=last.outcome if last else "connection_error",
        robots=_robots(fetched),
        status_code=last.status_code if last else None,
        content_type=response.content_type if response else None,
        seconds=last.duration_seconds if last else None,
        byte_count=len(response.body) if response else None,
        error=last.error if last else "its host is left alone for now",
    )
    if response is None:
        return found
    try:
        listing = read_listing(channel.kind, response)
    except InputError as error:
        return replace(found, outcome=error.problem.outcome, error=error.problem.reason)
    others = Counter(host(link.url) or "?" for link in listing.links if link.url not in own)
    moments = [moment for link in listing.links if (moment := printed_moment(link.published_raw or link.updated_raw))]
    return replace(
        found,
        outcome="ok",
        error=None,
        title=listing.title,
        item_count=len(listing.links),
        child_count=len(listing.children),
        newest_at_utc=max(moments, default=None),
        own_count=len(listing.links) - others.total(),
        other_hosts=dict(others.most_common(5)),
        problems=listing.problems[:5],
        links=listing.links,
    )


def _robots(fetched: Fetched) -> str | None:
    """What robots.txt says of the address that was asked."""
    if not fetched.tries:
        return None
    if fetched.tries[-1].outcome == "robots_denied":
        return "denied"
    return "unknown" if fetched.tries[-1].kind == "robots" else "allowed"


async def try_article(fetcher: Fetcher, link: Link, channel: Channel | None, registry: Registry) -> ArticleFinding:
    """Fetch the page of ``link`` and read it as the pipeline would."""
    fetched = await fetcher.get(link.url, kind="page")
    last = fetched.tries[-1] if fetched.tries else None
    if fetched.response is None:
        outcome = last.outcome if last else "connection_error"
        error = last.error if last else "its host is left alone for now"
        return ArticleFinding(link.url, outcome, last.status_code if last else None, error)
    return read_article(fetched.response, link, channel, registry)


def read_article(response: Response, link: Link, channel: Channel | None, registry: Registry) -> ArticleFinding:
    """How the pipeline reads an answer that ``link`` of ``channel`` led to."""
    told: dict[str, object] = {}
    if channel is not None:
        told = {"kind": channel.kind, "url": channel.url, "title": link.title, "published": link.published_raw}
        told |= {"updated": link.updated_raw, **link.facts}
    metadata: dict[str, object] = {"channel": {name: value for name, value in told.items() if value}} if told else {}
    if response.charset:
        metadata["encoding"] = response.charset
    row = {
        "document_id": hex16("probe", link.url, response.body),
        "source_id": "probe",
        "source_kind": "web",
        "url": response.final_url,
        "source_record_id": None,
        "fetched_at_utc": response.fetched_at_utc,
        "observed_at_utc": None,
        "media_type": "application/pdf" if response.content_type == "application/pdf" else "text/html",
        "payload": response.body,
        "metadata": orjson.dumps(metadata).decode(),
    }
    made = clean(pl.DataFrame([row], schema=TABLES["raw.documents"].polars_schema()), registry)
    if made["articles"].is_empty():
        rule = made["rows"]["rule"][0] if made["rows"].height else "not_an_article"
        return ArticleFinding(link.url, "unreadable", response.status_code, str(rule).replace("_", " "))
    article = made["articles"].row(0, named=True)
    text = article["text"]
    words: Counter[str] = Counter()
    for zone in made["zones"].iter_rows(named=True):
        words[zone["zone"]] += len(text[zone["start"] : zone["end"]].split())
    return ArticleFinding(
        link.url,
        "ok",
        response.status_code,
        None,
        article["title"] or None,
        article["outlet_id"],
        article["published_at_utc"],
        article["precision"],
        article["date_rule"],
        article["content_kind"],
        article["word_count"],
        {zone: count for zone, count in sorted(words.items()) if count},
    )


async def explore_one(
    fetcher: Fetcher, url: str, own: Own, registry: Registry
) -> list[ChannelFinding] | ArticleFinding:
    """What one address is: a feed or sitemap, else an article."""
    fetched = await fetcher.get(url, kind="page")
    itself = _itself(url, fetched, own)
    if itself is not None or fetched.response is None:
        return [itself or _finding(Channel(url, "feed"), fetched, own)]
    return read_article(fetched.response, Link(url), None, registry)


def _itself(url: str, fetched: Fetched, own: Own) -> ChannelFinding | None:
    """The address as a channel, where its answer is one."""
    kinds: tuple[ChannelKind, ...] = ("feed", "sitemap")
    found = (_finding(Channel(url, kind), fetched, own) for kind in kinds)
    return next((finding for finding in found if finding.outcome == "ok"), None)


async def explore(fetcher: Fetcher, url: str, registry: Registry) -> Site:
    """The channels of the site at ``url``, which may be its home page, an overview of its feeds, or a feed itself.

    What the page and robots.txt name is tried first, then the usual addresses until a feed and a news sitemap answer.
    """
    own = Own.of(registry, None, [url])
    fetched = await fetcher.get(url, kind="page")
    response = fetched.response
    if response is None:
        outcome = _finding(Channel(url, "feed"), fetched, own)
        return Site(url, None, (), (outcome,))
    itself = _itself(url, fetched, own)
    if itself is not None:
        return Site(url, itself.title, (itself,), (itself,))
    home = response.final_url
    named = channels_of_page(response.body, home, response.charset)
    robots_url = urljoin(home, "/robots.txt")
    robots = (await fetcher.get(robots_url, kind="robots")).response
    if robots is not None:
        named += sitemaps_of_robots(robots.body.decode("utf-8", "replace"), robots_url)
    tried = await try_channels(fetcher, _distinct(named, set())[:MOST_TRIED], own)
    known = {canonical_url(finding.url) for finding in tried}
    for channel in _distinct(guesses(home), known):
        if any(finding.is_fine and finding.kind == channel.kind for finding in tried):
            continue
        tried.append(await try_channel(fetcher, channel, own))
    return Site(home, _title(response), tuple(_chosen(tried)), tuple(tried))


def _distinct(channels: Iterable[Channel], known: set[str | None]) -> list[Channel]:
    seen, found = set(known), []
    for channel in channels:
        identity = canonical_url(channel.url)
        if identity is not None and identity not in seen:
            seen.add(identity)
            found.append(channel)
    return found


def _chosen(tried: Iterable[ChannelFinding]) -> list[ChannelFinding]:
    """The channels worth asking: feeds, and sitemaps of news; any sitemap where there is nothing else."""
    fine = [finding for finding in tried if finding.is_fine and (finding.own_count or finding.child_count)]
    feeds = [finding for finding in fine if finding.kind == "feed"]
    sitemaps = [finding for finding in fine if finding.kind == "sitemap"]
    news = [finding for finding in sitemaps if "news" in urlsplit(finding.url).path or _is_news(finding.links)]
    return feeds + news or sitemaps[:1]


def _is_news(links: Sequence[Link]) -> bool:
    return any("publication" in link.facts for link in links)


def _title(response: Response) -> str | None:
    from selectolax.lexbor import LexborHTMLParser

    node = LexborHTMLParser(response.body).css_first("title")
    return " ".join(node.text().split())[:100] or None if node else None
