"""Links as feeds and sitemaps list them, and their identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.clean.urls import canonical_url
from warehouse.keys import hex16

ChannelKind = Literal["feed", "sitemap"]


@dataclass(frozen=True)
class Link:
    """One link with what is printed beside it, as printed. ``facts`` holds the rest, JSON values only.

    For a feed item: ``guid``, ``summary``, ``author``, ``categories``; for a sitemap entry: ``publication``,
    ``language``, ``keywords``. None of them is an identity: a guid may be no more than a position.
    """

    url: str
    title: str | None = None
    published_raw: str | None = None
    updated_raw: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What a feed or sitemap lists, in its order, each link once. ``children`` are the sitemaps of an index.

    ``children`` holds their address and ``lastmod`` as printed. ``problems`` are sentences on entries that were passed
    over; an unreadable document raises InputError instead.
    """

    links: tuple[Link, ...] = ()
    children: tuple[tuple[str, str | None], ...] = ()
    title: str | None = None
    problems: tuple[str, ...] = ()


def link_id(url: str) -> str:
    """Identity of a link: 16 hex digits over its canonical URL, over the address itself where it has none."""
    return hex16(canonical_url(url) or url)
