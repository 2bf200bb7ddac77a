"""Articles that fail a query by one of its parts only: what a person needs to see who tunes it.

Belongs here: the single changes that would make a query hold. Does not: whether it holds (``topics``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ingest.entities.occurrences import FAR, Article, Found, Watcher, read
from ingest.entities.query import Agency, And, Near, Not, Or, Query, Term, Title, is_positive
from ingest.entities.topics import holds

Reason = Literal["excluded", "too_far", "not_in_title", "missing"]
REASONS: tuple[Reason, ...] = ("excluded", "too_far", "not_in_title", "missing")


@dataclass(frozen=True)
class Miss:
    """One part of a query that alone keeps it from holding.

    ``part`` is that part as printed: the term, or the alternatives of which none occurs (``missing``), what stands in
    the text only (``not_in_title``), the NEAR whose sides stand ``words_between`` words apart (``too_far``; None where
    they stand in different stretches), or what stands under a NOT (``excluded``). ``found`` is what to look at: the
    places of the part where it has any, else of what does hold.
    """

    reason: Reason
    part: str
    found: tuple[Found, ...] = ()
    words_between: int | None = None


def find_near_misses(
    articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame | None, watcher: Watcher
) -> Iterator[tuple[Article, str, Miss]]:
    """The near misses of each topic, at most one an article: the article, the topic's id, the first by ``REASONS``.

    The frames are those of ``occurrences.read``, in whose order they come. That no term occurs at all is no near miss.
    """
    for article, day in read(articles, zones, mentions, watcher):
        for topic in watcher.topics:
            if topic.watches(day) and holds(topic.expression, article) is None:
                near = [miss for miss in misses(topic.expression, article) if miss.found]
                if near:
                    yield article, topic.id, min(near, key=lambda miss: (REASONS.index(miss.reason), miss.part))


def misses(query: Query, article: Article, *, in_title: bool = False) -> list[Miss]:
    """The single changes by which ``query``, which does not hold in ``article``, would; those that lean on nothing
    that does occur have no ``found``."""
    match query:
        case Term() | Agency():
            elsewhere = tuple(article.found.get(query, ())) if in_title else ()
            return [Miss("not_in_title" if elsewhere else "missing", str(query), elsewhere)]
        case Title():
            return misses(query.query, article, in_title=True)
        case Near():
            return _of_near(query, article, in_title)
        case Not():
            return [Miss("excluded", str(query.query), tuple(holds(query.query, article, in_title=in_title) or ()))]
        case And():
            return _of_and(query, article, in_title)
        case Or():
            return _of_or(query, article, in_title)


def _of_near(query: Near, article: Article, in_title: bool) -> list[Miss]:
    left = holds(query.left, article, in_title=in_title)
    right = holds(query.right, article, in_title=in_title)
    if left and right:
        words_between, pair = min(
            ((_words_between(one, other, article), (one, other)) for one in left[:_MOST] for other in right[:_MOST]),
            key=lambda candidate: (candidate[0], candidate[1][0].start, candidate[1][1].start),
        )
        return [Miss("too_far", str(query), pair, words_between if words_between < FAR // 2 else None)]
    if left or right:
        return [Miss("missing", str(query.right if left else query.left), tuple(left or right or ()))]
    return []


_MOST = 100
"""Occurrences of a side that are measured against those of the other: a hostile text may have thousands."""


def _words_between(one: Found, other: Found, article: Article) -> int:
    (first, last), (first_other, last_other) = article.words(one), article.words(other)
    return max(first_other - last, first - last_other) - 1


def _of_and(query: And, article: Article, in_title: bool) -> list[Miss]:
    parts = [(part, holds(part, article, in_title=in_title)) for part in query.parts]
    failing = [part for part, found in parts if found is None]
    if len(failing) != 1:
        return []
    held = tuple(one for part, found in parts if found and is_positive(part) for one in found)
    return [
        miss if miss.found else replace(miss, found=held) for miss in misses(failing[0], article, in_title=in_title)
    ]


def _of_or(query: Or, article: Article, in_title: bool) -> list[Miss]:
    """The misses of the alternatives; single terms of which none occurs are one miss together."""
    found = [miss for part in query.parts for miss in misses(part, article, in_title=in_title)]
    absent = [miss.part for miss in found if not miss.found]
    return [miss for miss in found if miss.found] + ([Miss("missing", " OR ".join(absent))] if absent else [])
