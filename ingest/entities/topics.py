"""Hits of watch topics: the articles that satisfy a query, and the spans of the terms that it holds by.

Belongs here: what a query means. Does not: its syntax (``query``), the watch list (``watch``), finding its terms
(``occurrences``), articles that it misses by little (``near_misses``).

How a query reads an article (docs/watch.md is the user's account):

- only title, caption, lead and body count; a query holds over all of them together, whichever its terms stand in;
- the two sides of NEAR stand in the title, or in the captions, or in lead and body read on; words of other zones in
  between do not count;
- the hits are the spans of the terms that the query holds by: not those of alternatives that fail, of terms under NOT,
  or of terms too far apart. Of overlapping spans of a topic the leftmost longest stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from ingest.entities.occurrences import Article, Found, Watcher, read
from ingest.entities.query import Agency, And, Near, Not, Or, Query, Term, Title
from ingest.entities.sentences import Sentences
from warehouse.contracts import TABLES
from warehouse.keys import hex16

STAGE_VERSION = 1
REGISTRY_TABLES = ("agencies", "agency_periods")
"""What queries with ``agency:`` depend on beside the mentions; the others depend on no registry."""


def holds(query: Query, article: Article, *, in_title: bool = False) -> list[Found] | None:
    """What ``query`` holds by in ``article``, None where it does not hold; with ``in_title``, in its title alone."""
    match query:
        case Term() | Agency():
            found = article.found.get(query, [])
            return ([one for one in found if article.is_in_title(one)] if in_title else found) or None
        case Title():
            return holds(query.query, article, in_title=True)
        case Near():
            return _near(query, article, in_title) or None
        case Not():
            return [] if holds(query.query, article, in_title=in_title) is None else None
        case And():
            parts = [holds(part, article, in_title=in_title) for part in query.parts]
            return None if None in parts else [one for part in parts if part for one in part]
        case Or():
            parts = [holds(part, article, in_title=in_title) for part in query.parts]
            return None if all(part is None for part in parts) else [one for part in parts if part for one in part]


def _near(query: Near, article: Article, in_title: bool) -> list[Found]:
    """The occurrences of either side that have one of the other within reach."""
    left = holds(query.left, article, in_title=in_title)
    right = holds(query.right, article, in_title=in_title)
    if not left or not right:
        return []
    reach = query.most_between + 1
    return [*_reaching(left, right, reach, article), *_reaching(right, left, reach, article)]


def _reaching(these: list[Found], others: list[Found], reach: int, article: Article) -> Iterator[Found]:
    """Those of ``these`` that end or begin at most ``reach`` words from one of ``others``, which they do not share."""
    places = [article.words(other) for other in others]
    firsts, lasts = sorted(first for first, _ in places), sorted(last for _, last in places)
    for this in these:
        first, last = article.words(this)
        behind, before = bisect_right(firsts, last), bisect_left(lasts, first)
        if (behind < len(firsts) and firsts[behind] <= last + reach) or (before and lasts[before - 1] >= first - reach):
            yield this


def find_topic_hits(
    articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame | None, watcher: Watcher
) -> pl.DataFrame:
    """entities.topic_hits of ``articles``; the frames are those of ``occurrences.read``.

    Sorted by the articles' order, then by topic and position, the title first. Each document is read on its own.
    """
    rows: list[tuple[Any, ...]] = []
    for article, day in read(articles, zones, mentions, watcher):
        sentences: Sentences | None = None
        for topic in watcher.concerned(article, day):
            for one in disjoint(holds(topic.expression, article) or []):
                zone, source = article.stretches[one.stretch].zone, article.source(one)
                if zone == "title":
                    sentence = (0, len(source))
                else:
                    sentences = sentences or Sentences(article.text)
                    sentence = sentences.around(one.start, one.end)
                rows.append((
                    hex16(article.document_id, topic.id, zone, str(one.start), str(one.end)), article.document_id,
                    topic.id, zone, one.start, one.end, *sentence, source[one.start : one.end], str(one.atom),
                ))  # fmt: skip
    return pl.DataFrame(rows, schema=TABLES["entities.topic_hits"].polars_schema(), orient="row")


def disjoint(found: Iterable[Found]) -> Iterator[Found]:
    """The leftmost longest of what overlaps, in order; of several terms on one span the first by its printed form."""
    stretch, behind = -1, 0
    for one in sorted(found, key=lambda one: (one.stretch, one.start, -one.end, str(one.atom))):
        if one.stretch != stretch or one.start >= behind:
            stretch, behind = one.stretch, one.end
            yield one
