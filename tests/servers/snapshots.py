"""The dated RSS snapshots of the development data, read where they lie.

The items are read by a pattern of this file's own, not by the reader under test.
"""

from __future__ import annotations

import re
import tarfile
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import NamedTuple

ARCHIVE = Path("feeds", "tempo_rss_2025-06_2026-02.tar.xz")
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{6})_free-(\w+)\.xml$")
_ITEM = re.compile(r"<item>(.*?)</item>", re.S)


class Item(NamedTuple):
    """An item of a feed, unescaped. ``published`` has its zone."""

    url: str
    title: str
    description: str
    published: datetime


class Snapshot(NamedTuple):
    """A feed as it was at ``taken_at`` (naive UTC), every ``https://`` made ``http://``."""

    taken_at: datetime
    feed: str
    text: str
    items: tuple[Item, ...]


def read_snapshots(data: Path) -> list[Snapshot]:
    """All snapshots of the development data in the order of their time."""
    found = []
    with tarfile.open(data / ARCHIVE) as archive:
        for member in archive:
            match, content = _NAME.search(member.name), archive.extractfile(member)
            if match and content:
                text = content.read().decode("utf-8").replace("https://", "http://")
                taken_at = datetime.strptime(match[1], "%Y-%m-%dT%H%M%S")
                items = tuple(_item(found) for found in _ITEM.findall(text))
                found.append(Snapshot(taken_at, match[2], text, items))
    return sorted(found)


def _item(text: str) -> Item:
    def element(name: str) -> str:
        match = re.search(f"<{name}>(.*?)</{name}>", text, re.S)
        return unescape(match[1]).strip() if match else ""

    published = parsedate_to_datetime(element("pubDate"))
    return Item(element("link"), element("title"), element("description"), published)
