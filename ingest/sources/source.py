"""What a source is: an outlet's feeds and sitemaps, and how they are asked.

Belongs here: the shapes that the catalogue hands to the collector. Does not: reading them (catalogue).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest.sources.links import ChannelKind
from ingest.sources.web.model import FetchRules, HostRules


@dataclass(frozen=True)
class Channel:
    """One feed or sitemap. ``section`` is the outlet's own name for what it covers."""

    url: str
    kind: ChannelKind
    section: str | None = None


@dataclass(frozen=True)
class Source:
    """One outlet on the web. ``source_id`` becomes part of its documents' identity and never changes.

    ``origin`` says who described it: the packaged catalogue, or the user. ``revisit_hours`` are the ages of a page at
    which it is asked for again (conditionally), so that silent corrections are seen; ``feed_minutes`` and
    ``sitemap_minutes`` are how often its channels are asked. ``pace`` is in the rules of the hosts too.
    """

    source_id: str
    source_name: str
    outlet_id: str | None
    channels: tuple[Channel, ...]
    is_on: bool = False
    origin: Literal["catalogue", "own"] = "catalogue"
    revisit_hours: tuple[int, ...] = (24,)
    feed_minutes: int = 60
    sitemap_minutes: int = 1440
    pace: HostRules = field(default_factory=HostRules)


@dataclass(frozen=True)
class Sources:
    """All sources, by id, and how the web is asked on behalf of the user. Channels' addresses are distinct."""

    sources: tuple[Source, ...]
    rules: FetchRules

    @property
    def switched_on(self) -> tuple[Source, ...]:
        """The sources that are collected."""
        return tuple(source for source in self.sources if source.is_on)
