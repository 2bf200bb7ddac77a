"""Mentions of bodies: every span of the counted zones that stands for a body, with the sentence that shows it.

Belongs here: scanning the zones and writing rows. Does not: which forms a body has (``ingest.registry.forms``), how
matches become spans (``spans``), the choice between bodies (``resolve``), the compiled loop (``ingest.kernels``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ingest.entities.engine import Engine, agencies, build_engine, compile_engine
from ingest.entities.resolve import resolve
from ingest.entities.segments import segments_of
from ingest.entities.sentences import Sentences
from ingest.entities.spans import Match, Reader, Span
from warehouse.contracts import TABLES
from warehouse.contracts.lake import MENTION_ZONES
from warehouse.keys import hex16

if TYPE_CHECKING:
    from ingest.kernels import CodePoints

__all__ = ["Engine", "build_engine", "compile_engine", "find_mentions", "resolve_name"]

_LOOSE = ("unit_before", "unplaced_unit", "common_parent")
SLICE = 8192  # documents scanned at a time: bounds the memory, changes nothing else


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

    segments = segments_of(articles, zones)
    source = segments["source"].to_numpy()
    segment_starts = points.to_bytes(first_points[source] + segments["start"].to_numpy())
    segment_ends = points.to_bytes(first_points[source] + segments["end"].to_numpy())
    matches = scan(engine.trie, buffer, segment_starts, segment_ends)

    bounds = list(zip(segment_starts.tolist(), segment_ends.tolist(), strict=True))
    reader = Reader(engine, buffer, bounds)
    article_of = segments["article"].to_list()
    spans: list[Span] = []
    columns = (matches.segment, matches.start, matches.end, matches.pattern)
    for article, found in _grouped(list(zip(*(column.tolist() for column in columns), strict=True)), article_of):
        stretches = range(bisect_left(article_of, article), bisect_right(article_of, article))
        read = reader.spans(found, days[article], stretches)
        spans.extend(resolve(read, engine, _search(buffer, [bounds[stretch] for stretch in stretches])))

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


def _search(buffer: bytes, stretches: Sequence[tuple[int, int]]) -> Callable[[bytes], bool]:
    """Whether one of the stretches of an article has some words, as a function of the words."""
    return lambda words: any(buffer.find(words, start, end) >= 0 for start, end in stretches)


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


def resolve_name(engine: Engine, name: str, day: date | None) -> str | None:
    """The body that all of ``name`` names on ``day`` (None: unknown); None where it names none, or several.

    A unit that the registry does not list has no name in it, though a mention of it counts for its body.
    """
    article = pl.DataFrame(
        {"document_id": ["name"], "title": [name], "text": [""], "published_date": [day]},
        schema_overrides={"published_date": pl.Date()},
    )
    zones = TABLES["clean.zones"].empty()
    found = find_mentions(article, zones, engine)
    whole = found.filter((pl.col("start") == 0) & (pl.col("end") == len(name)) & ~pl.col("rule").is_in(_LOOSE))
    return whole["agency_id"][0] if len(whole) else None
