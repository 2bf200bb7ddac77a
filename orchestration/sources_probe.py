"""What `kliping sources` finds out: the list, trying sources out, adding one, their health.

Does not belong here: how answers look (``sources_view``), what the web says (``ingest.sources.probe``), the marts.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ingest.clean.outlets import Outlets, registrable_domain
from ingest.clean.page_rules import PAGE_RULES
from ingest.clean.urls import canonical_url, host
from ingest.errors import SourceError
from ingest.registry.model import Registry
from ingest.sources import sources_file
from ingest.sources.catalogue import ID, read_sources
from ingest.sources.source import Channel, Source, Sources
from warehouse.layout import Layout

if TYPE_CHECKING:
    from ingest.sources.probe import ArticleFinding, ChannelFinding, Site
    from ingest.sources.web.fetch import Fetcher
    from ingest.sources.web.model import Clock

Found = TypeVar("Found")


def listed(layout: Layout, registry: Registry, *, only_on: bool = False) -> list[dict[str, Any]]:
    """Every source with its outlet's facts, its channels and its pace; by id. Raises SourceError."""
    sources = read_sources(layout.sources, registry)
    outlets = {row["outlet_id"]: row for row in registry["outlets"].iter_rows(named=True)}
    return [_described(source, outlets) for source in sources.sources if source.is_on or not only_on]


def _described(source: Source, outlets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    outlet = outlets.get(source.outlet_id or "", {})
    hosts = outlet.get("domains") or [name for channel in source.channels if (name := host(channel.url))]
    return {
        "id": source.source_id,
        "name": source.source_name,
        "outlet": source.outlet_id,
        "network": outlet.get("network"),
        "clock_zone": outlet.get("clock_zone", "WIB"),
        "is_on": source.is_on,
        "origin": source.origin,
        "channels": [
            {"kind": channel.kind, "url": channel.url, "section": channel.section} for channel in source.channels
        ],
        "seconds_between_requests": source.pace.seconds_between_requests,
        "has_page_rule": any(name == domain or name.endswith("." + domain) for name in hosts for domain in PAGE_RULES),
    }


def switch(layout: Layout, registry: Registry, source_ids: list[str], *, every: bool, is_on: bool) -> list[str]:
    """Switch sources on or off; the ids of those that changed. Raises SourceError for an id that there is not."""
    sources = read_sources(layout.sources, registry)
    by_id = {source.source_id: source for source in sources.sources}
    for source_id in source_ids:
        chosen(sources, source_id)
    wanted = sorted(by_id) if every else list(dict.fromkeys(source_ids))
    changed = [source_id for source_id in wanted if by_id[source_id].is_on != is_on]
    if changed:
        sources_file.switch(layout.sources, changed, is_on=is_on)
    return changed


def chosen(sources: Sources, source_id: str) -> Source:
    """The source of that id. Raises SourceError that names the nearest ones."""
    from difflib import get_close_matches

    for source in sources.sources:
        if source.source_id == source_id:
            return source
    near = get_close_matches(source_id, [source.source_id for source in sources.sources], 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`kliping sources list` shows all."
    raise SourceError(f"There is no source {source_id}; {hint}")


def tried(layout: Layout, registry: Registry, target: str, clock: Clock) -> dict[str, Any]:
    """What the channels of a source, or one address, answer now, and how the first article of theirs reads.

    ``target`` is an id or an address: of a feed, a sitemap or a page. Raises SourceError for neither.
    """
    from ingest.sources.probe import Own, explore_one, try_article, try_channels

    sources = read_sources(layout.sources, registry)
    if is_address(target):
        source, channels = _of_channel(sources, target)
    else:
        source = chosen(sources, target)
        channels = list(source.channels)
    outlet_id = source.outlet_id if source else Outlets(registry["outlets"]).of(host(target)).outlet_id
    own = Own.of(registry, outlet_id, [channel.url for channel in channels] or [target])

    async def ask(fetcher: Fetcher) -> tuple[list[ChannelFinding], ArticleFinding | None]:
        if channels:
            findings = await try_channels(fetcher, channels, own)
        else:
            found = await explore_one(fetcher, target, own, registry)
            if not isinstance(found, list):
                return [], found
            findings = found
        for finding in findings:
            link = next((link for link in finding.links if link.url in own), None)
            if finding.is_fine and link is not None:
                channel = Channel(finding.url, finding.kind, finding.section)
                return findings, await try_article(fetcher, link, channel, registry)
        return findings, None

    findings, article = _with_fetcher(sources, clock, ask)
    return {
        "target": target,
        "source": source.source_id if source else None,
        "user_agent": sources.rules.user_agent,
        "channels": [_told(finding) for finding in findings],
        "article": None if article is None else asdict(article) | {"is_fine": article.is_fine},
        "is_fine": bool(findings or article)
        and all(finding.is_fine for finding in findings)
        and (article is None or article.is_fine),
    }


def _of_channel(sources: Sources, target: str) -> tuple[Source | None, list[Channel]]:
    """The source that lists an address as a channel, with that channel."""
    identity = canonical_url(target)
    for source in sources.sources:
        for channel in source.channels:
            if canonical_url(channel.url) == identity:
                return source, [channel]
    return None, []


def _told(finding: ChannelFinding) -> dict[str, Any]:
    told = asdict(finding) | {"is_fine": finding.is_fine}
    del told["links"]
    return told


def explored(
    layout: Layout,
    registry: Registry,
    target: str,
    clock: Clock,
    *,
    source_id: str | None,
    name: str | None,
    is_on: bool,
) -> dict[str, Any]:
    """Find the channels of a site and add it as an own source; what was found, and the id under which it stands.

    Raises SourceError where the outlet has a source already, the id is taken, or no channel answers.
    """
    from ingest.sources.probe import explore

    url = target if "://" in target else f"https://{target}"
    site_host = host(url)
    if site_host is None:
        raise SourceError(f"{target!r} is not the address of a site")
    sources = read_sources(layout.sources, registry)
    outlets = Outlets(registry["outlets"])
    known = {row["outlet_id"]: row["outlet_name"] for row in registry["outlets"].iter_rows(named=True)}
    outlet_id = outlets.of(site_host).outlet_id
    _check_new(sources, url, site_host, outlet_id, known)
    new_id = source_id or (outlet_id if outlet_id in known else _slug(registrable_domain(site_host)))
    if not ID.match(new_id):
        raise SourceError(f"The id {new_id!r} must be small letters and digits, with single hyphens between.")
    if any(source.source_id == new_id for source in sources.sources):
        raise SourceError(f"There is a source {new_id} already; choose another id by --id.")

    async def ask(fetcher: Fetcher) -> Site:
        return await explore(fetcher, url, registry)

    site = _with_fetcher(sources, clock, ask)
    found = {
        "url": site.url,
        "id": new_id,
        "outlet": outlet_id if outlet_id in known else None,
        "name": (name or known.get(outlet_id) or site.title or site_host)[:200],
        "is_on": is_on,
        "channels": [_told(finding) for finding in site.channels],
        "tried": [_told(finding) for finding in site.tried],
    }
    if site.channels:
        sources_file.add(layout.sources, new_id, _entry(found, site))
        read_sources(layout.sources, registry)
    return found


def _check_new(sources: Sources, url: str, site_host: str, outlet_id: str, known: dict[str, str]) -> None:
    """SourceError where a source is there already."""
    listing, _ = _of_channel(sources, url)
    domain = registrable_domain(site_host)
    for source in sources.sources:
        is_same = source.outlet_id == outlet_id and outlet_id in known
        is_here = outlet_id not in known and any(
            registrable_domain(host(channel.url) or "") == domain for channel in source.channels
        )
        if is_same or is_here or source is listing:
            state = "it is on already" if source.is_on else f"switch it on by `kliping sources on {source.source_id}`"
            raise SourceError(f"{site_host} is the source {source.source_id} ({source.source_name}): {state}.")


def _entry(found: dict[str, Any], site: Site) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": found["name"]}
    if found["outlet"]:
        entry["outlet"] = found["outlet"]
    for kind, key in (("feed", "feeds"), ("sitemap", "sitemaps")):
        if urls := [finding.url for finding in site.channels if finding.kind == kind]:
            entry[key] = urls
    return entry | {"on": found["is_on"]}


def _slug(domain: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", domain.lower()).strip("-")


def is_address(target: str) -> bool:
    """Whether a word on the command line is an address rather than an id."""
    return "://" in target and bool(urlsplit(target).hostname)


def _with_fetcher(sources: Sources, clock: Clock, ask: Callable[[Fetcher], Awaitable[Found]]) -> Found:
    async def run() -> Found:
        from ingest.sources.web.fetch import Fetcher

        async with Fetcher(sources.rules, clock=clock, rng=random.Random(0)) as fetcher:
            return await ask(fetcher)

    return asyncio.run(run())


def health_of(layout: Layout, registry: Registry, now: datetime, days: int) -> list[dict[str, Any]]:
    """How the sources are that are on, or were asked lately, from the lake as it is. Raises SourceError."""
    from ingest.sources.health import health
    from ingest.sources.known import HORIZON
    from orchestration.collect import recent

    links, attempts = recent(layout, now - max(HORIZON, timedelta(days=days)))
    asked = set(attempts["source_id"].unique())
    sources = read_sources(layout.sources, registry).sources
    wanted = [source for source in sources if source.is_on or source.source_id in asked]
    rows = health(attempts, links, wanted, now, days=days).to_dicts()
    return [
        row | {"outcomes": {pair["outcome"]: pair["attempt_count"] for pair in row["outcomes"]}, "days": days}
        for row in rows
    ]
