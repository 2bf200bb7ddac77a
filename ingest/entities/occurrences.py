"""Where the terms of watch topics stand: all topics' terms in one pass over the counted zones.

Belongs here: compiling the terms to one dictionary, and articles with the places of the terms in them. Does not:
whether a query holds (``topics``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ingest.entities.query import (
    WORD_CHARACTER,
    Agency,
    And,
    Atom,
    Near,
    Not,
    Or,
    Query,
    Term,
    Title,
    atoms,
    is_positive,
)
from ingest.entities.segments import segments_of
from ingest.entities.watch import Topic
from ingest.errors import WatchError
from warehouse.contracts.lake import MENTION_ZONES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.entities.engine import Hierarchy
    from ingest.kernels import Trie

SLICE = 8192  # documents scanned at a time: bounds the memory, changes nothing else

_WORD = re.compile(f"[{WORD_CHARACTER}]+")
_READ_ON = {"title": 0, "caption": 1, "lead": 2, "body": 2}
"""Stretches of one number are read on: the words of NEAR may stand in several of them."""
FAR = 1 << 40  # between the words of stretches that are not


class Stretch(NamedTuple):
    """A counted zone of one article; ``start`` and ``end`` in its source, the title or the text."""

    zone: str
    start: int
    end: int


class Found(NamedTuple):
    """A place where a term stands: index of the stretch within the article, offsets in its source."""

    stretch: int
    start: int
    end: int
    atom: Atom


@dataclass(frozen=True)
class Watcher:
    """Topics compiled for finding: their terms as one dictionary, and which topics an occurrence concerns.

    ``terms[pattern]`` are the terms of a pattern of ``trie``, of which ``is_prefix`` tells whether one has a ``*``.
    ``concerns[atom]`` are indices of the topics that can hold where the atom occurs; a topic of which no such atom
    occurs does not hold. ``bodies[agency_id]`` are the ``agency:`` terms that a mention of the body satisfies.
    """

    topics: tuple[Topic, ...]
    trie: Trie
    terms: tuple[tuple[Term, ...], ...]
    is_prefix: NDArray[np.bool_]
    concerns: Mapping[Atom, tuple[int, ...]]
    bodies: Mapping[str, tuple[Agency, ...]]

    def concerned(self, article: Article, day: date | None) -> list[Topic]:
        """The topics that watch ``day`` and can hold in an article by what occurs in it, by their ids."""
        near = {index for atom in article.found for index in self.concerns.get(atom, ())}
        found = [topic for index in near if (topic := self.topics[index]).watches(day)]
        return sorted(found, key=lambda topic: topic.id)


def build_watcher(topics: Sequence[Topic], hierarchy: Hierarchy | None = None) -> Watcher:
    """The watcher of ``topics``; ``hierarchy`` says which bodies lie below those that ``agency:`` names.

    Raises WatchError where a query names a body that the hierarchy does not have.
    """
    import numpy as np

    from ingest.kernels import compile_trie

    patterns: dict[tuple[str, bool], list[Term]] = defaultdict(list)
    concerns: dict[Atom, list[int]] = defaultdict(list)
    named: set[Agency] = set()
    for index, topic in enumerate(topics):
        for atom in dict.fromkeys(atoms(topic.expression)):
            if isinstance(atom, Agency):
                named.add(_registered(atom, topic, hierarchy))
            else:
                terms = patterns[atom.text if atom.is_exact else _fold(atom.text), atom.is_exact]
                if atom not in terms:
                    terms.append(atom)
        for atom in _telling(topic.expression):
            concerns[atom].append(index)
    return Watcher(
        tuple(topics),
        compile_trie([text for text, _ in patterns], [is_exact for _, is_exact in patterns]),
        tuple(map(tuple, patterns.values())),
        np.array([any(term.is_prefix for term in terms) for terms in patterns.values()], dtype=np.bool_),
        {atom: tuple(found) for atom, found in concerns.items()},
        _bodies(named, hierarchy),
    )


def _registered(atom: Agency, topic: Topic, hierarchy: Hierarchy | None) -> Agency:
    if hierarchy is None or atom.agency_id not in hierarchy.bodies:
        raise WatchError(f"The topic {topic.id} names the body {atom.agency_id}, which the registry does not have.")
    return atom


def _bodies(named: Iterable[Agency], hierarchy: Hierarchy | None) -> dict[str, tuple[Agency, ...]]:
    """The bodies at and below those that are named, with the terms that they satisfy."""
    terms = {atom.agency_id: atom for atom in sorted(named, key=str)}
    if hierarchy is None or not terms:
        return {}
    found = {
        body: tuple(terms[name] for name in terms if name == body or name in hierarchy.above(body))
        for body in hierarchy.bodies
    }
    return {body: satisfied for body, satisfied in found.items() if satisfied}


def _fold(text: str) -> str:
    """``text`` with ASCII letters in lower case, as the matcher folds them."""
    return text.encode().lower().decode()


def _telling(query: Query) -> set[Atom]:
    """Atoms of which at least one occurs wherever the query, a positive one, holds: the smallest such set it shows."""
    match query:
        case Term() | Agency():
            return {query}
        case Title():
            return _telling(query.query)
        case Near():
            return min(_telling(query.left), _telling(query.right), key=len)
        case And():
            return min((_telling(part) for part in query.parts if is_positive(part)), key=len)
        case Or():
            return set().union(*map(_telling, query.parts))
        case Not():
            raise ValueError("a query under NOT tells of no occurrence")


class Article:
    """One article as queries read it: its counted stretches, and where each atom stands in them."""

    def __init__(self, document_id: str, title: str, text: str, stretches: Sequence[Stretch]) -> None:
        self.document_id = document_id
        self.title = title
        self.text = text
        self.stretches = stretches
        self.found: dict[Atom, list[Found]] = defaultdict(list)

    def source(self, found: Found) -> str:
        """The string that the offsets of ``found`` lie in."""
        return self.title if self.stretches[found.stretch].zone == "title" else self.text

    def place(self, zone: str, start: int, end: int) -> int:
        """The index of the stretch of ``zone`` that holds a span."""
        return next(
            number
            for number, stretch in enumerate(self.stretches)
            if stretch.zone == zone and stretch.start <= start and end <= stretch.end
        )

    def is_in_title(self, found: Found) -> bool:
        """Whether ``found`` stands in the title."""
        return self.stretches[found.stretch].zone == "title"

    @cached_property
    def _words(self) -> dict[int, list[int]]:
        """Starts of the words of each group of stretches that is read on, in order."""
        words: dict[int, list[int]] = defaultdict(list)
        for zone, start, end in self.stretches:
            source = self.title if zone == "title" else self.text
            words[_READ_ON[zone]].extend(match.start() for match in _WORD.finditer(source, start, end))
        return words

    def words(self, found: Found) -> tuple[int, int]:
        """Numbers of the first and the last word of ``found``; numbers of different stretches lie far apart."""
        group = _READ_ON[self.stretches[found.stretch].zone]
        words = self._words[group]
        return group * FAR + bisect_right(words, found.start) - 1, group * FAR + bisect_left(words, found.end) - 1


def read(
    articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame | None, watcher: Watcher
) -> Iterator[tuple[Article, date | None]]:
    """The articles in which some atom occurs, in the frame's order, each with its day of publication.

    ``articles`` needs document_id, title, text and published_date, ``zones`` are their clean.zones, ``mentions`` their
    entities.mentions, of use only where a query names a body.
    """
    if not watcher.topics:
        return
    counted = zones.filter(pl.col("zone").is_in(MENTION_ZONES)).select(
        "document_id", "zone_index", "zone", "start", "end"
    )
    for part in articles.select("document_id", "title", "text", "published_date").iter_slices(SLICE):
        days = part["published_date"].to_list()
        for index, article in sorted(_occurrences(part, counted, mentions, watcher).items()):
            yield article, days[index]


def _occurrences(
    articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame | None, watcher: Watcher
) -> dict[int, Article]:
    """The articles of a slice in which some atom occurs, by their index."""
    segments = segments_of(articles, zones)
    article_of = segments["article"].to_list()
    stretches = [Stretch(*row) for row in segments.select("zone", "start", "end").iter_rows()]
    rows = articles.select("document_id", "title", "text").rows()
    found: dict[int, Article] = {}
    firsts: dict[int, int] = {}

    def article(index: int) -> Article:
        if index not in found:
            firsts[index] = bisect_left(article_of, index)
            document_id, title, text = rows[index]
            found[index] = Article(document_id, title, text, stretches[firsts[index] : bisect_right(article_of, index)])
        return found[index]

    lengths = [len(terms[0].text.encode()) for terms in watcher.terms]
    for segment, pattern, length, start, end in _matches(articles, segments, watcher):
        one = article(article_of[segment])
        place = segment - firsts[article_of[segment]]
        for term in watcher.terms[pattern]:
            if term.is_prefix or length == lengths[pattern]:
                one.found[term].append(Found(place, start, end, term))

    if watcher.bodies and mentions is not None:
        numbered = articles.select("document_id").with_row_index("article")
        named = mentions.join(numbered, on="document_id", maintain_order="left")
        for index, zone, start, end, agency in named.select("article", "zone", "start", "end", "agency_id").iter_rows():
            for atom in watcher.bodies.get(agency, ()):
                one = article(index)
                one.found[atom].append(Found(one.place(zone, start, end), start, end, atom))
    return found


def _matches(articles: pl.DataFrame, segments: pl.DataFrame, watcher: Watcher) -> Iterator[tuple[int, ...]]:
    """Matches of the dictionary: segment, pattern, length in bytes, start and end in code points of the source."""
    import numpy as np

    from ingest.kernels import CodePoints, scan_all

    sources = [source.encode() for name in ("title", "text") for source in articles[name].to_list()]
    buffer = b"".join(sources)
    points = CodePoints.of(buffer)
    source_starts = np.concatenate(([0], np.cumsum([len(source) for source in sources]))).astype(np.int64)
    base = points.from_bytes(source_starts)[segments["source"].to_numpy()]
    starts = points.to_bytes(base + segments["start"].to_numpy())
    ends = points.to_bytes(base + segments["end"].to_numpy())
    matches = scan_all(watcher.trie, buffer, starts, ends, watcher.is_prefix)
    columns = (
        matches.segment,
        matches.pattern,
        matches.end - matches.start,
        points.from_bytes(matches.start) - base[matches.segment],
        points.from_bytes(matches.end) - base[matches.segment],
    )
    return zip(*(column.tolist() for column in columns), strict=True)
