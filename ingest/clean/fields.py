"""What extraction hands on: the fields of one document, as printed.

Belongs here: the shapes alone. Does not: filling them (extract and its page modules).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Part(NamedTuple):
    """A piece of the main column; ``zone`` where the page's markup says what it is, else null."""

    text: str
    zone: str | None = None


class DateCandidate(NamedTuple):
    """A date as printed; ``time_raw`` where the clock stands in a column of its own."""

    origin: str
    raw: str
    time_raw: str | None = None
    is_excel_date: bool = False


@dataclass
class Fields:
    """What a document says of its article. Printed dates inside ``parts`` are not repeated in ``dates``.

    ``hints`` are what a page's markup states of the kind of text, for the content kind: ``type`` (schema.org or
    OpenGraph type), ``is_free`` (``true`` or ``false``: isAccessibleForFree); of an article in pages ``page`` (from 2
    on), ``page_count``, ``has_next_page`` and ``pages_joined`` (docs/adr/0006). ``is_article`` is false for a page that
    is a list of articles, a feed or a front page. ``language`` is what the page declares.
    """

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    dates: list[DateCandidate] = field(default_factory=list)
    url: str | None = None
    section: str | None = None
    author: str | None = None
    tags: list[str] = field(default_factory=list)
    language: str | None = None
    has_head: bool = False
    is_article: bool = True
    mends: set[str] = field(default_factory=set)
    hints: dict[str, str] = field(default_factory=dict)
