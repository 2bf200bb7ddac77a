"""The catalogue: the registry's feeds and sitemaps, and what the user's ``sources.yml`` makes of them.

Belongs here: every source as the collector takes it, and the rules by which hosts are asked. Does not: the file by
itself (``sources_settings``), changing it (``sources_file``), asking anything. Nothing is fetched that the file does
not switch on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from ingest.clean.outlets import Outlets, registrable_domain
from ingest.clean.urls import canonical_url, host
from ingest.errors import SourceError
from ingest.registry.model import Registry
from ingest.sources.links import ChannelKind
from ingest.sources.source import Channel, Source, Sources
from ingest.sources.sources_settings import Entry, Settings, read_settings
from ingest.sources.web.model import FetchRules, HostRules

ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
"""How a source is called in the file: small letters and digits, with single hyphens between."""


def read_sources(path: Path, registry: Registry) -> Sources:
    """Every source, by id: those of the catalogue, and the user's own ones in ``path``.

    Where there is no such file, or nothing in it, all are off. Raises SourceError, one sentence that names the place,
    for a file that is not YAML, says what is not known or out of bounds, or names a source, section or outlet that
    there is not.
    """
    settings = read_settings(path)
    try:
        found = tuple(_sources(settings, registry))
        _check_distinct(found)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from None
    return Sources(found, fetch_rules(settings, found, registry))


def _sources(settings: Settings, registry: Registry) -> Iterator[Source]:
    """The sources by id; SourceError for an entry that is neither of the catalogue nor complete.

    What the user listed before the catalogue knew of it stays right: a channel of an own source is none of a source of
    the catalogue that is off, and one that both name is one.
    """
    outlets: dict[str, str] = dict(registry["outlets"].select("outlet_id", "outlet_name").iter_rows())
    catalogue: dict[str, list[Channel]] = {}
    for row in registry["channels"].sort("channel_url").iter_rows(named=True):
        channel = Channel(row["channel_url"], row["channel_kind"], row["section"])
        catalogue.setdefault(row["outlet_id"], []).append(channel)
    own = {source_id: _own_channels(source_id, entry) for source_id, entry in settings.sources.items()}
    claimed = {_identity(channel) for source_id in own.keys() - catalogue.keys() for channel in own[source_id]}
    for source_id in sorted({*catalogue, *settings.sources}):
        entry = settings.sources.get(source_id, Entry())
        listed = own.get(source_id, ())
        if source_id in catalogue:
            if entry.outlet not in (None, source_id):
                raise SourceError(f"the source {source_id} is of the catalogue and of the outlet {source_id}")
            packaged = {_identity(channel) for channel in catalogue[source_id]}
            kept = _kept(source_id, catalogue[source_id], entry.only)
            kept = [channel for channel in kept if entry.on or _identity(channel) not in claimed]
            kept += [channel for channel in listed if _identity(channel) not in packaged]
            name = entry.name or outlets[source_id]
            yield _source(source_id, name, source_id, tuple(kept), entry, "catalogue", settings)
            continue
        if not listed:
            near = get_close_matches(source_id, catalogue, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SourceError(f"the source {source_id} is not in the catalogue and lists no feeds or sitemaps{hint}")
        if not ID.match(source_id):
            raise SourceError(f"the source {source_id!r} must be called by small letters, digits and single hyphens")
        if entry.only:
            raise SourceError(f"the source {source_id} says only, which chooses from the catalogue's sections")
        if entry.outlet is not None and entry.outlet not in outlets:
            near = get_close_matches(entry.outlet, outlets, 1)
            hint = f"; did you mean {near[0]}?" if near else "; leave it out to go by the links' hosts"
            raise SourceError(f"the source {source_id} names the outlet {entry.outlet}, which is unknown{hint}")
        yield _source(source_id, entry.name or source_id, entry.outlet, listed, entry, "own", settings)


def _identity(channel: Channel) -> str:
    return canonical_url(channel.url) or channel.url


def _own_channels(source_id: str, entry: Entry) -> tuple[Channel, ...]:
    kinds: tuple[tuple[ChannelKind, Iterable[str]], ...] = (("feed", entry.feeds), ("sitemap", entry.sitemaps))
    found = tuple(Channel(url, kind) for kind, urls in kinds for url in urls)
    for channel in found:
        if canonical_url(channel.url) is None or channel.url.split() != [channel.url]:
            raise SourceError(f"the source {source_id} lists {channel.url!r}, which is not an http(s) address")
    return found


def _kept(source_id: str, channels: list[Channel], only: tuple[str, ...]) -> list[Channel]:
    sections = {channel.section for channel in channels if channel.section}
    for section in only:
        if section not in sections:
            known = ", ".join(sorted(sections)) or "none: leave only out"
            raise SourceError(f"the source {source_id} has no section {section!r}; its sections are {known}")
    return [channel for channel in channels if not only or channel.section in only]


def _source(
    source_id: str,
    name: str,
    outlet_id: str | None,
    channels: tuple[Channel, ...],
    entry: Entry,
    origin: Literal["catalogue", "own"],
    settings: Settings,
) -> Source:
    seconds, at_once = entry.seconds_between_requests, entry.requests_at_once
    return Source(
        source_id,
        name,
        outlet_id,
        channels,
        entry.on,
        origin,
        tuple(sorted(set(entry.revisit_hours))),
        entry.feed_minutes,
        entry.sitemap_minutes,
        HostRules(
            settings.fetch.seconds_between_requests if seconds is None else seconds,
            settings.fetch.requests_at_once if at_once is None else at_once,
        ),
    )


def _check_distinct(sources: Iterable[Source]) -> None:
    """SourceError where a channel is listed twice: its links would have two sources."""
    listed: dict[str, str] = {}
    for source in sources:
        for channel in source.channels:
            other = listed.setdefault(_identity(channel), source.source_id)
            if other != source.source_id:
                raise SourceError(
                    f"{channel.url} is listed by {other} and {source.source_id}; a channel has one source"
                )
        identities = Counter(map(_identity, source.channels))
        if twice := [url for url, count in identities.items() if count > 1]:
            raise SourceError(f"the source {source.source_id} lists {twice[0]} twice")


class HostPaces(Mapping[str, HostRules]):
    """Rules by domain, which a host is looked up in by its longest suffix: those of detik.com hold for news.detik.com.

    What it lists are the domains; every host below them is in it.
    """

    def __init__(self, by_domain: Mapping[str, HostRules]) -> None:
        self._by_domain = dict(by_domain)

    def __getitem__(self, name: str) -> HostRules:
        """The rules of a host; KeyError where no domain covers it."""
        labels = name.split(".")
        for first in range(len(labels)):
            found = self._by_domain.get(".".join(labels[first:]))
            if found:
                return found
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_domain)

    def __len__(self) -> int:
        return len(self._by_domain)


def fetch_rules(settings: Settings, sources: Iterable[Source], registry: Registry) -> FetchRules:
    """How the web is asked. A source's pace holds for the domains of its outlet and the hosts of its channels.

    Where sources that are on share a domain the slower pace holds.
    """
    outlets = Outlets(registry["outlets"])
    domains: dict[str, list[str]] = dict(registry["outlets"].select("outlet_id", "domains").iter_rows())
    default = HostRules(settings.fetch.seconds_between_requests, settings.fetch.requests_at_once)
    by_domain: dict[str, HostRules] = {}
    for source in sources:
        if not source.is_on and source.pace == default:
            continue
        hosts = [name for channel in source.channels if (name := host(channel.url))]
        names = {*hosts, *domains.get(source.outlet_id or "", ())}
        names |= {registrable_domain(name) for name in hosts if outlets.of(name).outlet_id not in domains}
        for name in names:
            known = by_domain.get(name, source.pace)
            by_domain[name] = HostRules(
                max(known.seconds_between_requests, source.pace.seconds_between_requests),
                min(known.requests_at_once, source.pace.requests_at_once),
            )
    knobs = settings.fetch.model_dump(exclude={"seconds_between_requests", "requests_at_once"})
    is_elsewhere = settings.fetch.connect_to is not None
    agent = user_agent(settings.contact)
    return FetchRules(agent, default, HostPaces(by_domain), **knobs, allow_private=is_elsewhere)


def user_agent(contact: str | None) -> str:
    """Who asks, truthfully: the program, its version, and where its user can be reached."""
    try:
        number = version("kliping")
    except PackageNotFoundError:
        number = "0"
    if contact is None:
        return f"Kliping/{number}"
    return f"Kliping/{number} (+{'mailto:' if '@' in contact and '://' not in contact else ''}{contact})"
