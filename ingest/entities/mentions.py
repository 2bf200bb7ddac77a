"""Mentions of bodies: written forms found in the text and composed to spans by general rules.

Belongs here: compiling the registry's forms, scanning the counted zones, composing spans. Does not: which forms a body
has (``ingest.registry.forms``), the choice between bodies (``resolve``), the compiled loop (``ingest.kernels``).

How matches become spans (the guide of the gold set is the full definition):

- ``Name (Acronym)`` of one body is one span with its closing bracket; so is a name with a bracket that abbreviates it;
- ``RI`` or ``Republik Indonesia`` directly behind belongs to the span;
- a unit with its parent behind, with or without a comma, is one span of the unit;
- ``Plt``, ``Plh``, ``Pj``, ``Pjs``, ``Penjabat`` before an office belong to the span; ``mantan`` and ``eks`` do not;
- a form that many bodies share as a unit (``Sekretariat Jenderal``) counts only with its parent behind;
- what ``exclusions`` speaks against is no mention.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ingest.entities.exclusions import (
    Stems,
    is_address,
    is_defined_otherwise,
    is_foreign,
    is_rank,
    speaks_of_indonesia,
    stems,
)
from ingest.entities.resolve import Reading, Readings, Span, agencies, readings_on, resolve
from ingest.entities.sentences import Sentences
from ingest.registry.forms import forms
from ingest.registry.load import Registry
from warehouse.contracts import TABLES
from warehouse.contracts.lake import MENTION_ZONES
from warehouse.keys import hex16

if TYPE_CHECKING:
    from ingest.kernels import CodePoints, Trie

Match = tuple[int, int, int, int]  # segment, first byte, byte after the last, pattern
SLICE = 8192  # documents scanned at a time: bounds the memory, changes nothing else

_SUFFIX = re.compile(rb" (?:RI|(?i:Republik Indonesia))(?![0-9A-Za-z_\x80-\xff])")
_BRACKET = re.compile(rb" ?\( ?([^()\n]{1,100}[^()\n ]) ?\)")
_PARENT_GAPS = (b" ", b", ")
_ACTING = re.compile(
    rb"(?<![0-9A-Za-z_])(?:Plt|Plh|Pjs?|Pe(?:nj|j)abat(?: sementara)?|Pelaksana (?:tugas|harian))\.?"
    rb"(?: \((?:Plt|Plh|Pjs?)\.?\))? $",
    re.IGNORECASE,
)
_ACTING_LENGTH = 48
_ABBREVIATION_LENGTH = 25


@dataclass(frozen=True)
class Engine:
    """The registry compiled for finding mentions.

    ``readings[pattern]`` are the bodies that a pattern of ``trie`` can stand for; ``ancestors[agency_id]`` the bodies
    above an agency at any time; ``names[agency_id]`` the stems of its names of several words.
    """

    trie: Trie
    readings: tuple[Readings, ...]
    ancestors: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[Stems]]


def build_engine(registry: Registry) -> Engine:
    """The engine of ``registry``: its forms and its hierarchy."""
    return compile_engine(forms(registry), registry["agency_periods"])


def compile_engine(surfaces: pl.DataFrame, periods: pl.DataFrame) -> Engine:
    """The engine of a frame of forms (``ingest.registry.forms.SCHEMA``) and of registry.agency_periods.

    A form that matches in its own case only also stands for what the same letters stand for in any case.
    """
    from ingest.kernels import compile_trie

    exact: dict[str, list[Reading]] = defaultdict(list)
    loose: dict[str, list[Reading]] = defaultdict(list)
    for row in surfaces.sort("surface", "agency_id", "via", "valid_from").iter_rows(named=True):
        reading = Reading(**{name: row[name] for name in Reading.__dataclass_fields__})
        if row["is_exact_case"]:
            exact[row["surface"]].append(reading)
        else:
            loose[_fold(row["surface"])].append(reading)
    for surface, found in exact.items():
        found.extend(loose.get(_fold(surface), []))
    patterns = [*exact, *loose]
    trie = compile_trie(patterns, [True] * len(exact) + [False] * len(loose))
    readings = tuple(tuple(found) for found in (*exact.values(), *loose.values()))
    return Engine(trie, readings, _ancestors(periods), _names(surfaces))


def _fold(surface: str) -> str:
    """``surface`` with ASCII letters in lower case, as the matcher folds them."""
    return surface.encode().lower().decode()


def _names(surfaces: pl.DataFrame) -> dict[str, frozenset[Stems]]:
    """The stems of the names of each agency; an agency without a long name has none."""
    names: dict[str, set[Stems]] = defaultdict(set)
    for agency, surface in surfaces.select("agency_id", "surface").iter_rows():
        names[agency].add(stems(surface.encode().split()))
    return {agency: frozenset(found) for agency, found in names.items()}


def _ancestors(periods: pl.DataFrame) -> dict[str, frozenset[str]]:
    """All bodies that were ever above each agency."""
    parents: dict[str, set[str]] = defaultdict(set)
    for agency, parent in periods.select("agency_id", "parent_id").drop_nulls().iter_rows():
        parents[agency].add(parent)
    found = {}
    for agency in list(parents):
        above: set[str] = set()
        queue = [agency]
        while queue:
            new = parents.get(queue.pop(), set()) - above
            above |= new
            queue.extend(new)
        found[agency] = frozenset(above)
    return found


def find_mentions(articles: pl.DataFrame, zones: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    """entities.mentions of ``articles`` (needs document_id, title, text, published_date) and their clean.zones.

    Sorted by the articles' order, then by position, the title first. Each document is read on its own.
    """
    counted = zones.filter(pl.col("zone").is_in(MENTION_ZONES)).select(
        "document_id", "zone_index", "zone", "start", "end"
    )
    rows: list[tuple[Any, ...]] = []
    for part in articles.select("document_id", "title", "text", "published_date").iter_slices(SLICE):
        rows.extend(_mentions_of(part, counted, engine))
    return pl.DataFrame(rows, schema=TABLES["entities.mentions"].polars_schema(), orient="row")


def _mentions_of(articles: pl.DataFrame, zones: pl.DataFrame, engine: Engine) -> Iterator[tuple[Any, ...]]:
    """Rows of entities.mentions of a slice of articles."""
    import numpy as np

    from ingest.kernels import CodePoints, scan

    documents, days = articles["document_id"].to_list(), articles["published_date"].to_list()
    sources = [*articles["title"].to_list(), *articles["text"].to_list()]  # a zone's source is its article's text
    encoded = [source.encode() for source in sources]
    buffer = b"".join(encoded)
    source_starts = np.concatenate(([0], np.cumsum([len(source) for source in encoded]))).astype(np.int64)
    points = CodePoints.of(buffer)
    first_points = points.from_bytes(source_starts)

    segments = _segments(articles, zones)
    source = segments["source"].to_numpy()
    segment_starts = points.to_bytes(first_points[source] + segments["start"].to_numpy())
    segment_ends = points.to_bytes(first_points[source] + segments["end"].to_numpy())
    matches = scan(engine.trie, buffer, segment_starts, segment_ends)

    reader = _Reader(engine, buffer, list(zip(segment_starts.tolist(), segment_ends.tolist(), strict=True)))
    article_of = segments["article"].to_list()
    spans: list[Span] = []
    columns = (matches.segment, matches.start, matches.end, matches.pattern)
    for article, found in _grouped(list(zip(*(column.tolist() for column in columns), strict=True)), article_of):
        stretches = range(bisect_left(article_of, article), bisect_right(article_of, article))
        spans.extend(resolve(reader.spans(found, days[article], stretches), engine.ancestors))

    zone_of, source_of = segments["zone"].to_list(), segments["source"].to_list()
    offsets = _points(points, spans, first_points[source])
    sentences: dict[int, Sentences] = {}
    for span, (start, end) in zip(spans, offsets, strict=True):
        zone, place = zone_of[span.segment], source_of[span.segment]
        text = sources[place]
        if place not in sentences:
            sentences[place] = Sentences(text)
        document = documents[article_of[span.segment]]
        sentence = (0, len(text)) if zone == "title" else sentences[place].around(start, end)
        reading = span.chosen or min(span.readings, key=lambda reading: reading.form_id)
        yield (
            hex16(document, zone, str(start), str(end)), document, zone, start, end, *sentence, text[start:end],
            reading.form_id, span.chosen.agency_id if span.chosen else None, sorted(agencies(span.readings)),
            reading.via, span.rule, "resolved" if span.chosen else "ambiguous",
        )  # fmt: skip


def _segments(articles: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """The stretches to scan, by article and position: article, zone, source (index of its string), start, end."""
    numbered = (
        articles.select("document_id", "title").with_row_index("article").with_columns(pl.col("article").cast(pl.Int64))
    )
    titles = numbered.select(
        "article", pl.lit("title").alias("zone"), pl.col("article").alias("source"), pl.lit(0, pl.Int64).alias("start"),
        pl.col("title").str.len_chars().cast(pl.Int64).alias("end"), pl.lit(-1, pl.Int64).alias("zone_index"),
    )  # fmt: skip
    texts = zones.join(numbered, on="document_id").select(
        "article", "zone", (pl.col("article") + len(articles)).alias("source"), "start", "end", "zone_index"
    )
    return pl.concat([titles, texts]).sort("article", "zone_index")


def _grouped(matches: Sequence[Match], article_of: Sequence[int]) -> Iterator[tuple[int, Sequence[Match]]]:
    """Consecutive matches of one article."""
    first = 0
    for index in range(1, len(matches) + 1):
        if index == len(matches) or article_of[matches[index][0]] != article_of[matches[first][0]]:
            yield article_of[matches[first][0]], matches[first:index]
            first = index


def _points(points: CodePoints, spans: Sequence[Span], first_points: Any) -> list[tuple[int, int]]:
    """Code point offsets of the spans, each within its own source."""
    import numpy as np

    base = first_points[np.array([span.segment for span in spans], dtype=np.int64)]
    starts = points.from_bytes(np.array([span.start for span in spans], dtype=np.int64)) - base
    ends = points.from_bytes(np.array([span.end for span in spans], dtype=np.int64)) - base
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


class _Reader:
    """Composes the matches of articles over one buffer to spans."""

    def __init__(self, engine: Engine, buffer: bytes, bounds: Sequence[tuple[int, int]]) -> None:
        self._engine = engine
        self._buffer = buffer
        self._bounds = bounds
        self._known: dict[tuple[int, date | None], tuple[Readings, str]] = {}

    def spans(self, matches: Sequence[Match], day: date | None, segments: range) -> list[Span]:
        """The spans of the matches of one article, which has ``segments`` and was published on ``day``."""
        found: list[Span] = []
        foreign: list[Span] = []
        index = 0
        while index < len(matches):
            span, following = self._compose(matches, index, day)
            if not span.readings:
                index += 1
                continue
            index = following
            bounds = self._bounds[span.segment]
            if is_foreign(self._buffer, span.end, bounds):
                foreign.append(span)
            elif not is_address(self._buffer, span.start, span.end, bounds) and not is_rank(
                self._buffer, span.start, span.form, bounds
            ):
                if span.readings[0].via == "role":
                    self._take_acting(span)
                found.append(span)
        return self._without_foreign(self._without_other_meanings(found), foreign, segments)

    def _without_other_meanings(self, spans: list[Span]) -> list[Span]:
        """``spans`` without the acronyms that the article defines as something else, and never as the body."""
        others = {span.form for span in spans if span.form.isupper() and self._is_defined_otherwise(span)}
        others -= {span.defines for span in spans}
        return [span for span in spans if span.form not in others] if others else spans

    def _without_foreign(self, spans: list[Span], foreign: list[Span], segments: range) -> list[Span]:
        """``spans`` without those of bodies that the article writes of as foreign, unless it speaks of Indonesia.

        Acronyms of names stay (Kemlu, BNN): no other country's body bears them, unless the article says that one does.
        """
        if not foreign or speaks_of_indonesia(self._buffer, [self._bounds[segment] for segment in segments]):
            return spans
        bodies, forms_abroad = agencies(r for span in foreign for r in span.readings), {span.form for span in foreign}
        return [
            span
            for span in spans
            if not agencies(span.readings) <= bodies
            or not (span.readings[0].via == "role" or b" " in span.form or span.form in forms_abroad)
        ]

    def _compose(self, matches: Sequence[Match], index: int, day: date | None) -> tuple[Span, int]:
        """The span that begins with match ``index``, and the index of the first match behind it.

        The span has no readings where the form needs a parent that does not follow.
        """
        segment, start, end, pattern = matches[index]
        readings, rule = self._readings(pattern, day)
        span = Span(segment, start, end, self._buffer[start:end], readings, rule)
        following, has_parent = index + 1, False
        if self._buffer[end : end + 1] in (b" ", b"(", b","):
            self._take_suffix(span)
            following = self._take_bracket(span, matches, following, day)
            self._take_suffix(span)
            parent = self._parent(span, matches, following, day, self._engine.readings[pattern])
            if parent:
                following, has_parent = parent, True
        if not has_parent:
            span.readings = tuple(reading for reading in span.readings if not reading.needs_parent)
        return span, following

    def _readings(self, pattern: int, day: date | None) -> tuple[Readings, str]:
        known = self._known.get((pattern, day))
        if known is None:
            known = self._known[pattern, day] = readings_on(self._engine.readings[pattern], day)
        return known

    def _take_suffix(self, span: Span) -> None:
        """Extend ``span`` over RI or Republik Indonesia."""
        if suffix := _SUFFIX.match(self._buffer, span.end, self._bounds[span.segment][1]):
            span.end = suffix.end()

    def _take_bracket(self, span: Span, matches: Sequence[Match], following: int, day: date | None) -> int:
        """Extend ``span`` over a bracket that holds another form of its body, or abbreviates what is written.

        Returns the index of the first match behind the bracket.
        """
        bracket = _BRACKET.match(self._buffer, span.end, self._bounds[span.segment][1])
        if not bracket:
            return following
        inside, limit = following, bracket.end()
        while inside < len(matches) and matches[inside][1] < limit and matches[inside][0] == span.segment:
            inside += 1
        content = bracket[1]
        if inside == following:
            if _abbreviates(content, self._buffer[span.start : span.end]):
                span.end, span.defines = limit, content
            return inside if span.end == limit else following
        _, start, end, pattern = matches[following]
        suffix = _SUFFIX.match(self._buffer, end, limit)
        covers = start == bracket.start(1) and (suffix.end() if suffix else end) == bracket.end(1)
        shared = agencies(self._readings(pattern, day)[0]) & agencies(span.readings)
        if not covers or not shared:
            return following
        _narrow(span, shared)
        span.end, span.defines = limit, self._buffer[start:end]
        return inside

    def _parent(
        self, span: Span, matches: Sequence[Match], following: int, day: date | None, readings: Readings
    ) -> int | None:
        """Extend ``span`` over the parent's name behind it; the index of the first match behind that, None without.

        The parent that is written decides among all ``readings`` of the form, whatever the date says.
        """
        if following >= len(matches) or matches[following][0] != span.segment:
            return None
        if self._buffer[span.end : matches[following][1]] not in _PARENT_GAPS:
            return None
        parent, behind = self._compose(matches, following, day)
        above = {r.agency_id for r in parent.readings if r.via == "name"}
        kept = tuple(r for r in readings if above & self._engine.ancestors.get(r.agency_id, frozenset()))
        if not kept:
            return None
        if agencies(kept) != agencies(span.readings):
            span.rule = "named_behind"
        span.readings = tuple(r for r in span.readings if r in kept) or kept
        span.end = parent.end
        return behind

    def _take_acting(self, span: Span) -> None:
        """Extend ``span`` over the word for an acting holder before an office."""
        first = max(self._bounds[span.segment][0], span.start - _ACTING_LENGTH)
        if acting := _ACTING.search(self._buffer[first : span.start]):
            span.start = first + acting.start()

    def _is_defined_otherwise(self, span: Span) -> bool:
        names = frozenset[Stems]().union(*(self._engine.names[agency] for agency in agencies(span.readings)))
        return is_defined_otherwise(self._buffer, span.start, span.form, names, self._bounds[span.segment])


def _narrow(span: Span, kept: set[str]) -> None:
    """Keep the readings of ``span`` that stand for ``kept``."""
    if kept < agencies(span.readings):
        span.readings = tuple(reading for reading in span.readings if reading.agency_id in kept)
        span.rule = "named_behind"


def _abbreviates(short: bytes, name: bytes) -> bool:
    """Whether ``short`` can abbreviate ``name``: its letters occur there in order, the first where a word begins."""
    letters = short.lower().replace(b" ", b"").replace(b".", b"")
    if not letters.isalpha() or len(letters) > _ABBREVIATION_LENGTH:
        return False
    words = name.lower()
    return any(
        _is_subsequence(letters, words[match.start() :])
        for match in re.finditer(rb"\b" + re.escape(letters[:1]), words)
    )


def _is_subsequence(letters: bytes, text: bytes) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
