"""Labelled mentions: the gold format and what is wrong with a line that is not of it.

Belongs here: reading rows with ``mentions``. Does not: what a mention is (the guide of the gold set), any score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingest.errors import SourceError
from ingest.evaluation.dates import gold_moment
from ingest.evaluation.gold import read_lines

ZONES = ("title", "body")
VIAS = ("name", "role", "holder")
NO_KIND = "unknown"


class _MalformedError(ValueError):
    """A row that is not of the format."""


@dataclass(frozen=True)
class GoldMention:
    """A labelled span in code points of its zone as received; ``is_soft`` where scoring ignores it either way."""

    zone: str
    start: int
    end: int
    surface: str
    via: str
    canonical: str
    unit_of: str | None
    top: str
    kind: str
    is_soft: bool


@dataclass(frozen=True)
class GoldArticle:
    """A labelled row: its line in the file, its raw fields, its texts as received and its mentions in text order.

    ``day`` is the day of its ``published_at``, null where the row has none or it is coarser than a day. ``elsewhere``
    counts the mentions in other zones than title and body, which are not scored.
    """

    article_id: str
    line: int
    row: Mapping[str, Any]
    texts: Mapping[str, str]
    day: date | None
    mentions: tuple[GoldMention, ...]
    elsewhere: int = 0


def read_gold(path: Path) -> list[GoldArticle]:
    """The articles of a JSONL file (or .jsonl.gz); SourceError names file and line of what is not of the format.

    Fields that the format does not know are passed over.
    """
    articles = []
    for number, row in read_lines(path):
        try:
            articles.append(_article(row, number))
        except ValueError as error:
            raise SourceError(f"{path} line {number}: {error}") from None
    if not articles:
        raise SourceError(f"{path} holds no article: it must have one JSON object a line, with body and mentions")
    return articles


def _article(row: Mapping[str, Any], number: int) -> GoldArticle:
    texts = {zone: _text(row, zone) for zone in ZONES}
    listed = row.get("mentions")
    if not isinstance(listed, list):
        raise _MalformedError("it has no list of mentions (an article without any has an empty one)")
    mentions = []
    for place, mention in enumerate(listed, 1):
        if not isinstance(mention, dict):
            raise _MalformedError(f"mention {place} is no JSON object")
        try:
            if found := _mention(mention, texts, row):
                mentions.append(found)
        except _MalformedError as error:
            raise _MalformedError(f"mention {place} {error}") from None
    elsewhere = len(listed) - len(mentions)
    mentions.sort(key=lambda mention: (ZONES.index(mention.zone), mention.start, mention.end))
    return GoldArticle(str(row.get("id") or number), number, row, texts, _day(row), tuple(mentions), elsewhere)


def _text(row: Mapping[str, Any], zone: str) -> str:
    value = row.get(zone)
    if value is not None and not isinstance(value, str):
        raise _MalformedError(f"its {zone} is no text")
    return value or ""


def _day(row: Mapping[str, Any]) -> date | None:
    value = row.get("published_at")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _MalformedError(f"published_at must be a text or null, not {value!r}")
    moment = gold_moment(value)
    return None if moment.precision in ("year", "month") else moment.local.date()


def _mention(mention: Mapping[str, Any], texts: Mapping[str, str], row: Mapping[str, Any]) -> GoldMention | None:
    """The mention; null where it is in a zone that is not scored.

    A zone that is no field of the row is a part of the body under its own name, where the surface stands there.
    """
    zone, surface, start = _word(mention, "zone"), _word(mention, "surface"), mention.get("start")
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise _MalformedError(f"has no start that is a number of characters, but {start!r}")
    end = start + len(surface)
    if zone not in ZONES:
        if zone in row or texts["body"][start:end] != surface:
            return None
        zone = "body"
    if texts[zone][start:end] != surface:
        raise _MalformedError(
            f"says that {surface!r} stands at {zone} {start}, where {texts[zone][start:end]!r} stands"
        )
    is_soft = mention.get("soft")
    if not isinstance(is_soft, bool | None):
        raise _MalformedError(f"must have true or false as soft, not {is_soft!r}")
    via = _word(mention, "via", "name")
    if via not in VIAS:
        raise _MalformedError(f"has via {via!r}: it must be one of {', '.join(VIAS)}")
    canonical = _word(mention, "canonical")
    return GoldMention(
        zone=zone,
        start=start,
        end=end,
        surface=surface,
        via=via,
        canonical=canonical,
        unit_of=_word(mention, "unit_of", "") or None,
        top=_word(mention, "top", canonical),
        kind=_word(mention, "kind", NO_KIND),
        is_soft=bool(is_soft) or via == "holder",
    )


def _word(mention: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """The text in a field; the default where it is absent, null or empty."""
    value = mention.get(name)
    if value is None or value == "":
        value = default
    if not isinstance(value, str):
        raise _MalformedError(f"has no {name}" if value is None else f"must have a text as {name}, not {value!r}")
    return value
