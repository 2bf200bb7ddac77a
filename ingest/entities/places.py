"""Places: provinces, regencies and cities that an article names as places.

Belongs here: finding regions' names in the counted zones, and rows. Does not: districts and below, how one article is
read (``place_reading``), what a name can stand for on a day (``ingest.registry.gazetteer``).

A region's name is a place unless it is part of another name:

- it lies in a mention of a body (``Polres Bogor``), or behind a word that makes it a site, a road, a smaller place, a
  dish, a language, a person or a club (``Jalan Surabaya``, ``Soto Kudus``, ``Persib Bandung``);
- in running text it continues a run of capitalised words (``Universitas Negeri Semarang``, ``Han Solo``), unless that
  run is a site's own name or stands where a place does (``Stadion Manahan Solo``, ``di Megamendung Bogor``);
- a capitalised word goes on behind it (``Bali United``, ``Medan Helvetia``);
- a headline capitalises every word: there only known words tell, and what the text below writes as a longer name.

The level word belongs to the place, and so does a bracket with another name of the region: ``Kota Bogor``, ``Jawa Barat
(Jabar)``.

Names that are words, people or smaller places too (``Batu``, ``Bima``, ``Kuningan``) need something that says so.

Every place carries the name of its rule: ``level_word`` (Kota Bogor), ``only_reading``, ``level_before`` (in a list
behind a level word), ``level_elsewhere`` (the article writes it with a level word), ``body_in_article`` (Pemkot Bogor),
``province_beside``, ``region_before`` (Sleman, Yogyakarta), or ``tie``: the place stays ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import polars as pl

from ingest.entities.place_reading import LEVELS, Hit, Place, PlaceNames, Reader
from ingest.entities.segments import segments_of
from ingest.entities.sentences import Sentences
from ingest.registry.gazetteer import Gazetteer
from ingest.registry.model import Registry
from warehouse.contracts.lake import MENTION_ZONES, PLACES
from warehouse.keys import hex16

__all__ = ["PlaceNames", "compile_places", "find_places"]

SLICE = 8192  # documents scanned at a time: bounds the memory, changes nothing else


def compile_places(registry: Registry, gazetteer: Gazetteer | None = None) -> PlaceNames:
    """The names of ``registry``'s regions; ``gazetteer`` where one of the same registry is at hand."""
    from ingest.kernels import compile_trie

    named = registry["regions"].select("region_code", "region_level", pl.col("region_name").alias("surface"))
    written = registry["region_names"].filter(pl.col("name_kind") != "bound")
    written = written.join(named.select("region_code", "region_level"), on="region_code")
    surfaces: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for surface, level in named.select("surface", "region_level").iter_rows():
        surfaces[surface].append((level, "name"))
    for surface, level, kind in written.select("surface", "region_level", "name_kind").iter_rows():
        surfaces[surface].append((level, kind))
    patterns = tuple(sorted(surfaces))
    return PlaceNames(
        compile_trie(patterns, [True] * len(patterns)),
        patterns,
        tuple(any(level in LEVELS for level, _ in surfaces[surface]) for surface in patterns),
        frozenset(
            surface
            for surface, borne in surfaces.items()
            if surface.isupper() and all(level != "province" for level, _ in borne)
        ),
        gazetteer or Gazetteer(registry),
    )


def find_places(articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame, names: PlaceNames) -> pl.DataFrame:
    """entities.places of ``articles`` (needs document_id, title, text, published_date), their clean.zones and mentions.

    Sorted by the articles' order, then by position, the title first. Each document is read on its own.
    """
    counted = zones.filter(pl.col("zone").is_in(MENTION_ZONES)).select(
        "document_id", "zone_index", "zone", "start", "end"
    )
    spans: dict[str, list[tuple[bool, int, int, str | None]]] = defaultdict(list)
    for document, zone, start, end, agency in mentions.select(
        "document_id", "zone", "start", "end", "agency_id"
    ).iter_rows():
        spans[document].append((zone == "title", start, end, agency))
    rows: list[tuple[Any, ...]] = []
    for part in articles.select("document_id", "title", "text", "published_date").iter_slices(SLICE):
        documents = part.rows()
        for article, hits in groupby(_hits(part, counted, names), key=lambda hit: hit.article):
            document, title, text, day = documents[article]
            reader = Reader(names, title, text, day, spans.get(document, ()))
            rows.extend(_row(document, title, text, place, reader.sentences) for place in reader.places(list(hits)))
    return pl.DataFrame(rows, schema=PLACES.polars_schema(), orient="row")


def _row(document: str, title: str, text: str, place: Place, sentences: Sentences) -> tuple[Any, ...]:
    source = title if place.zone == "title" else text
    bounds = (0, len(title)) if place.zone == "title" else sentences.around(place.start, place.end)
    return (
        hex16(document, place.zone, str(place.start), str(place.end)), document, place.zone, place.start, place.end,
        *bounds, source[place.start : place.end], place.code, list(place.codes), place.rule,
        "resolved" if place.code else "ambiguous",
    )  # fmt: skip


def _hits(articles: pl.DataFrame, zones: pl.DataFrame, names: PlaceNames) -> Iterator[Hit]:
    """All names in the counted zones, by article and place, the title first."""
    import numpy as np

    from ingest.kernels import CodePoints, scan

    sources = [*articles["title"].to_list(), *articles["text"].to_list()]
    encoded = [source.encode() for source in sources]
    buffer = b"".join(encoded)
    points = CodePoints.of(buffer)
    bases = points.from_bytes(np.concatenate(([0], np.cumsum([len(source) for source in encoded]))).astype(np.int64))
    segments = segments_of(articles, zones)
    base = bases[segments["source"].to_numpy()]
    found = scan(
        names.trie,
        buffer,
        points.to_bytes(base + segments["start"].to_numpy()),
        points.to_bytes(base + segments["end"].to_numpy()),
    )
    starts = (points.from_bytes(found.start) - base[found.segment]).tolist()
    ends = (points.from_bytes(found.end) - base[found.segment]).tolist()
    stretches = segments.select("article", "zone", "start", "end").rows()
    for segment, start, end, pattern in zip(found.segment.tolist(), starts, ends, found.pattern.tolist(), strict=True):
        article, zone, left, right = stretches[segment]
        yield Hit(article, zone, left, right, start, end, pattern)
