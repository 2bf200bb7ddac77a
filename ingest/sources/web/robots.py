"""What a robots.txt says, and for how long that is believed. Does not belong here: asking for it (fetch)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protego import Protego

from ingest.sources.web.model import Fetched

MAX_BYTES = 500 * 1024  # RFC 9309 asks for no more to be read
BELIEVED = timedelta(hours=24)
_KEPT = 2_000  # origins


class Robots:
    """The rules of one origin for one product token, such as ``KlipingBot``."""

    def __init__(self, text: str, token: str) -> None:
        self._rules = Protego.parse(text)
        self._token = token

    def allows(self, url: str) -> bool:
        """Whether a URL of the origin may be asked for."""
        return bool(self._rules.can_fetch(url, self._token))

    @property
    def delay(self) -> float:
        """Seconds between requests that are asked for, as crawl-delay or request-rate; 0 where none are."""
        rate = self._rules.request_rate(self._token)
        spaced = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(self._rules.crawl_delay(self._token) or 0.0, spaced)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of sitemaps that are named."""
        return tuple(self._rules.sitemaps)


@dataclass(slots=True)
class Belief:
    """What is known of an origin's robots.txt up to a time: its rules, or that nothing may be asked for now."""

    robots: Robots | None = None
    until: datetime = datetime.min
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)  # it is asked for once, however many wait


class Beliefs:
    """Beliefs by origin, those asked for last."""

    def __init__(self) -> None:
        self._by_origin: OrderedDict[str, Belief] = OrderedDict()

    def of(self, origin: str) -> Belief:
        """The belief about an origin, one that is over if there is none."""
        belief = self._by_origin.setdefault(origin, Belief())
        self._by_origin.move_to_end(origin)
        if len(self._by_origin) > _KEPT:
            self._by_origin.popitem(last=False)
        return belief


def robots_of(fetched: Fetched, token: str) -> Robots | None:
    """The rules that follow from an attempt to get a robots.txt, as RFC 9309 has it; None where to try again.

    An answer that there is none (4xx, redirects without end) allows everything; a host that fails allows nothing.
    """
    if fetched.response is not None:
        return Robots(fetched.response.body.decode("utf-8", "replace").removeprefix("\ufeff"), token)
    return Robots("", token) if fetched.is_final and fetched.tries[-1].outcome == "http_error" else None
