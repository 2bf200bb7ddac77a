"""Which links are known, and what channels told of them: the memory of collecting.

Belongs here: looking up and adding. Does not: reading the lake (orchestration), what is due (frontier).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ingest.sources.links import Link
from warehouse.keys import hex16

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

HORIZON = timedelta(days=30)
"""How far back what a channel told is compared, and links are still asked for."""


def discovery_id(link_id: str, channel_url: str, link: Link) -> str:
    """Identity of what a channel tells of a link: it changes with the title and the update time."""
    return hex16(link_id, channel_url, link.title or "", link.updated_raw or "")


def _number(identity: str) -> int:
    return int(identity, 16)


def _pair(link_id: str, channel_url: str) -> int:
    return _number(hex16(link_id, channel_url))


@dataclass
class KnownLinks:
    """``old`` are the ids of links told of before the horizon only, sorted; the sets hold what is younger.

    Ids are held as numbers: eight bytes a link of the whole history.
    """

    old: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    links: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    pairs: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, recent: pl.DataFrame, old_ids: Iterable[str]) -> KnownLinks:
        """From rows of raw.discovered_links within the horizon, and the link ids of all before."""
        known = cls(
            links={_number(link) for link in recent["link_id"]},
            told={_number(told) for told in recent["discovery_id"]},
            pairs={_pair(link, channel) for link, channel in recent.select("link_id", "channel_url").iter_rows()},
        )
        known.old = np.unique(np.fromiter(map(_number, old_ids), np.uint64))
        return known

    def is_known(self, link_id: str) -> bool:
        """Whether any channel ever told of the link."""
        return _number(link_id) in self.links or self._is_old(link_id)

    def is_known_to(self, link_id: str, channel_url: str) -> bool:
        """Whether this channel told of it, or it is older than what is remembered by channel."""
        return _pair(link_id, channel_url) in self.pairs or (
            _number(link_id) not in self.links and self._is_old(link_id)
        )

    def tells(self, link_id: str, channel_url: str, discovery: str) -> bool:
        """Whether a discovery says something new; from then on it is known."""
        is_news = _number(discovery) not in self.told and (_number(link_id) in self.links or not self._is_old(link_id))
        if is_news:
            self.links.add(_number(link_id))
            self.told.add(_number(discovery))
            self.pairs.add(_pair(link_id, channel_url))
        return is_news

    def _is_old(self, link_id: str) -> bool:
        number = np.uint64(_number(link_id))
        at = int(np.searchsorted(self.old, number))
        return at < len(self.old) and bool(self.old[at] == number)
