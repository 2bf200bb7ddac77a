"""Hits of watch topics: rules by example, and a slow oracle on random articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entities.engine import Hierarchy
from ingest.entities.near_misses import find_near_misses
from ingest.entities.occurrences import build_watcher
from ingest.entities.query import Agency, And, Near, Not, Or, Query, Term, Title, is_positive
from ingest.entities.topics import find_topic_hits
from ingest.entities.watch import Topic
from ingest.errors import WatchError
from warehouse.contracts import TABLES

DAY = date(2024, 10, 21)
Piece = tuple[str, str]  # zone, text


class Written(NamedTuple):
    """An article as a test writes it: the pieces follow each other, each a zone."""

    title: str
    pieces: tuple[Piece, ...]
    day: date | None = DAY


def frames(written: Sequence[Written]) -> tuple[pl.DataFrame, pl.DataFrame]:
    articles, zones = [], []
    for number, article in enumerate(written):
        key, start = f"{number:016x}", 0
        for index, (zone, text) in enumerate(article.pieces):
            end = start + len(text)
            zones.append({"document_id": key, "zone_index": index, "zone": zone, "start": start, "end": end})
            start = end
        text = "".join(text for _, text in article.pieces)
        articles.append({"document_id": key, "title": article.title, "text": text, "published_date": article.day})
    schema = {"document_id": pl.String, "title": pl.String, "text": pl.String, "published_date": pl.Date}
    return pl.DataFrame(articles, schema=schema), pl.DataFrame(zones, schema=TABLES["clean.zones"].polars_schema())


def topic(query: str, **given: object) -> Topic:
    return Topic.model_validate({"id": "t", "name": "T", "kind": "isu", "owner": "H", "query": query} | given)


def hits(query: str, title: str, *pieces: Piece) -> list[tuple[str, str, str]]:
    """zone, surface and rule of the hits in one article; every offset is proved."""
    articles, zones = frames([Written(title, pieces)])
    found = find_topic_hits(articles, zones, None, build_watcher([topic(query)]))
    assert found.schema == TABLES["entities.topic_hits"].polars_schema()
    for row in found.iter_rows(named=True):
        source = articles["title" if row["zone"] == "title" else "text"][0]
        assert source[row["start"] : row["end"]] == row["surface"]
        assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"] <= len(source)
    return found.select("zone", "surface", "rule").rows()


@pytest.mark.parametrize(
    ("query", "body", "surfaces"),
    [
        ("beras", "Beras, BERAS dan berasnya.", ["Beras", "BERAS"]),
        ("beras*", "Beras dan berasnya.", ["Beras", "berasnya"]),
        ("=PLN", "PLN, Pln dan pln.", ["PLN"]),
        ("pln", "PLN, Pln dan PLNx.", ["PLN", "Pln"]),
        ('"harga beras"', "Harga beras naik. Harga, beras. Harga\n\nberas.", ["Harga beras"]),
        ('"harga ber*"', "Harga berasnya naik.", ["Harga berasnya"]),
        ('"bank mandiri" OR mandiri', "Bank Mandiri mandiri.", ["Bank Mandiri", "mandiri"]),
        ('"harga beras" OR "beras naik"', "harga beras naik", ["harga beras"]),
        ('harga OR "harga beras"', "harga beras, harga", ["harga beras", "harga"]),
        ("beras AND gula", "beras saja", []),
        ("beras AND gula", "beras, gula, beras", ["beras", "gula", "beras"]),
        ("beras AND gula OR jagung", "beras dan jagung", ["jagung"]),
        ("beras AND NOT gula", "beras", ["beras"]),
        ("beras AND NOT gula", "beras dan gula", []),
        ("beras AND NOT (gula AND garam)", "beras dan gula", ["beras"]),
        ("beras NEAR/1 naik", "beras satu naik", ["beras", "naik"]),
        ("beras NEAR/1 naik", "beras satu dua naik", []),
        ("naik NEAR/0 beras", "Beras naik. Beras satu naik.", ["Beras", "naik", "Beras"]),
        ("beras NEAR/5 beras", "beras", []),
        ("beras NEAR/5 (naik OR turun)", "beras turun", ["beras", "turun"]),
        ("beras AND title:beras", "beras", []),
        ("kafé", "Kafé KAFé kafe", ["Kafé", "KAFé"]),
    ],
)
def test_what_a_query_holds_by(query: str, body: str, surfaces: list[str]) -> None:
    assert [surface for _, surface, _ in hits(query, "Judul", ("body", body))] == surfaces


def test_only_counted_zones_count_and_they_count_together() -> None:
    pieces = (("caption", "Gudang. "), ("lead", "Beras. "), ("inline_promo", "Gula Naik Lagi "), ("body", "Jagung."))
    assert hits("gula OR naik", "Judul", *pieces) == []
    found = hits("judul AND gudang AND jagung AND NOT gula", "Judul", *pieces)
    assert found == [("title", "Judul", "judul"), ("caption", "Gudang", "gudang"), ("body", "Jagung", "jagung")]
    assert hits("title:(judul OR gudang) AND gudang", "Judul", *pieces)[0] == ("title", "Judul", "judul")


def test_near_reads_lead_and_body_on_and_nothing_else() -> None:
    pieces = (("caption", "Gudang. "), ("lead", "Beras. "), ("inline_promo", "Gula Naik Lagi "), ("body", "Jagung."))
    assert len(hits("beras NEAR/0 jagung", "Judul", *pieces)) == 2  # the words of the promo do not count
    assert hits("gudang NEAR/9 beras", "Judul", *pieces) == []
    assert hits("judul NEAR/9 gudang", "Judul", *pieces) == []


def test_a_topic_watches_its_days() -> None:
    articles, zones = frames([Written("Beras", (), day) for day in (date(2024, 10, 20), DAY, None)])
    for bounds, expected in (
        ({}, 3),
        ({"valid_from": DAY}, 1),
        ({"valid_to": DAY}, 2),
        ({"valid_to": date(2024, 10, 19)}, 0),
    ):
        assert find_topic_hits(articles, zones, None, build_watcher([topic("beras", **bounds)])).height == expected


HIERARCHY = Hierarchy(["kpu", "kemendagri", "kemendagri.polpum"], [("kemendagri.polpum", "kemendagri")])


def mentions(*rows: tuple[str, int, int, str | None]) -> pl.DataFrame:
    schema = {"document_id": pl.String, "zone": pl.String, "start": pl.Int64, "end": pl.Int64, "agency_id": pl.String}
    return pl.DataFrame([("0" * 16, *row) for row in rows], schema=schema, orient="row")


def test_a_body_is_matched_by_its_resolved_mentions_and_those_below() -> None:
    articles, zones = frames([Written("Polpum dan KPU rapat", (("body", "Ditjen Polpum membahas beras."),))])
    found = mentions(("title", 0, 6, None), ("title", 11, 14, "kpu"), ("body", 0, 13, "kemendagri.polpum"))
    for query, surfaces in (
        ("agency:kemendagri", ["Ditjen Polpum"]),
        ("agency:kemendagri.polpum NEAR/1 beras", ["Ditjen Polpum", "beras"]),
        ("agency:kpu AND NOT agency:kemendagri", []),
        ("title:agency:kemendagri", []),
        ("title:agency:kpu", ["KPU"]),
    ):
        watcher = build_watcher([topic(query)], HIERARCHY)
        assert find_topic_hits(articles, zones, found, watcher)["surface"].to_list() == surfaces
    with pytest.raises(WatchError, match="topic t names the body kemendag,"):
        build_watcher([topic("agency:kemendag")], HIERARCHY)


# --- the oracle -------------------------------------------------------------------------------

Place = tuple[int, int, int, str]  # -1 for the title or the index of the piece, start, end, rule
STREAM = {"title": 0, "caption": 1, "lead": 2, "body": 2}


def is_word(char: str) -> bool:
    return (char.isascii() and (char.isalnum() or char == "_")) or not (char.isascii() or char in "\u201c\u2026")


class Slow:
    """Reads one article by looking at every place again for every term."""

    def __init__(self, article: Written) -> None:
        self.pieces: dict[int, tuple[str, int, str]] = {-1: ("title", 0, article.title)}
        start = 0
        for index, (zone, text) in enumerate(article.pieces):
            if zone in STREAM:
                self.pieces[index] = (zone, start, text)
            start += len(text)

    def places(self, term: Term, in_title: bool) -> set[Place]:
        found = set()
        for index, (zone, base, text) in self.pieces.items():
            for start in range(len(text)):
                end = start + len(term.text)
                here, wanted = text[start:end], term.text
                if not term.is_exact:
                    here, wanted = here.encode().lower().decode(), wanted.encode().lower().decode()
                if here != wanted or (start and is_word(text[start - 1])):
                    continue
                while term.is_prefix and end < len(text) and is_word(text[end]):
                    end += 1
                if not (end < len(text) and is_word(text[end])) and (zone == "title" or not in_title):
                    found.add((index, base + start, base + end, str(term)))
        return found

    def words(self, place: Place) -> tuple[int, set[int]]:
        """The stream of a place and the numbers of its words."""
        stream, numbers, count = STREAM[self.pieces[place[0]][0]], set(), 0
        for index, (zone, base, text) in self.pieces.items():
            if STREAM[zone] == stream:
                starts = [i for i, char in enumerate(text) if is_word(char) and not (i and is_word(text[i - 1]))]
                for start in starts:
                    if index == place[0] and place[1] <= base + start < place[2]:
                        numbers.add(count)
                    count += 1
        return stream, numbers

    def near(self, one: Place, other: Place, most_between: int) -> bool:
        (stream, words), (other_stream, others) = self.words(one), self.words(other)
        gap = max(min(others) - max(words), min(words) - max(others)) - 1
        return stream == other_stream and 0 <= gap <= most_between

    def holds(self, query: Query, in_title: bool = False) -> set[Place] | None:
        match query:
            case Term():
                return self.places(query, in_title) or None
            case Title():
                return self.holds(query.query, True)
            case Not():
                return set() if self.holds(query.query, in_title) is None else None
            case And():
                parts = [self.holds(part, in_title) for part in query.parts]
                return None if None in parts else set().union(*(part for part in parts if part))
            case Or():
                parts = [self.holds(part, in_title) for part in query.parts]
                return set().union(*(p for p in parts if p)) if any(p is not None for p in parts) else None
            case Near():
                left, right = self.holds(query.left, in_title) or set(), self.holds(query.right, in_title) or set()
                pairs = [(a, b) for a in left for b in right if self.near(a, b, query.most_between)]
                return {place for pair in pairs for place in pair} or None
            case Agency():
                raise AssertionError

    def hits(self, query: Query) -> list[Place]:
        kept: list[Place] = []
        for place in sorted(self.holds(query) or set(), key=lambda p: (p[0], p[1], -p[2], p[3])):
            if not kept or kept[-1][0] != place[0] or place[1] >= kept[-1][2]:
                kept.append(place)
        return kept


PREFIXES = [Term("ber", is_prefix=True), Term("harga ber", is_prefix=True), Term("PLN", is_exact=True, is_prefix=True)]
EXACT = [Term("beras", is_exact=True), Term("PLN", is_exact=True)]
PLAIN = map(Term, ("beras", "harga beras", "naik", "é", "pln-x", "harga"))
TERMS = st.sampled_from([*PREFIXES, *EXACT, *PLAIN])
SIDES = TERMS | st.lists(TERMS, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
QUERIES: st.SearchStrategy[Query] = st.recursive(
    TERMS | st.builds(Near, SIDES, SIDES, st.integers(0, 4)),
    lambda some: (
        st.lists(some, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(some, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | some.map(Not)
        | some.map(Title)
    ),
    max_leaves=6,
).filter(is_positive)
WORDS = st.sampled_from(["beras", "Beras", "berasnya", "harga", "naik", "PLN", "pln", "PLNx", "x", "é", "É", "\u2026"])
GAPS = st.sampled_from([" ", " ", " ", "-", ", ", ". ", "\n\n"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=8).map(lambda pairs: "".join(word + gap for word, gap in pairs))
ZONES = st.sampled_from(["caption", "lead", "body", "inline_promo", "footer"])
PIECES = st.lists(st.tuples(ZONES, TEXTS.map(lambda text: text + " ")), max_size=4).map(tuple)
ARTICLES = st.lists(st.builds(Written, TEXTS, PIECES), min_size=1, max_size=3)


@settings(deadline=None, max_examples=300)
@given(ARTICLES, st.lists(QUERIES, min_size=1, max_size=4))
def test_equals_the_oracle_on_random_articles(written: list[Written], queries: list[Query]) -> None:
    articles, zones = frames(written)
    topics = [topic(str(query), id=f"t{number}") for number, query in enumerate(queries)]
    found = find_topic_hits(articles, zones, None, build_watcher(topics))
    assert found["topic_hit_id"].is_unique().all()
    told = found.select("document_id", "topic_id", "start", "end", "rule").rows()
    expected = [
        (f"{number:016x}", f"t{index}", start, end, rule)
        for number, article in enumerate(written)
        for index, query in enumerate(queries)
        for _, start, end, rule in Slow(article).hits(query)
    ]
    assert told == expected
    ordered = found.filter(pl.col("zone") != "title").select("document_id", "topic_id", "start", "end").rows()
    assert all(one[:2] != other[:2] or one[3] <= other[2] for one, other in pairwise(ordered))
    near = {
        (article.document_id, topic_id)
        for article, topic_id, _ in find_near_misses(articles, zones, None, build_watcher(topics))
    }
    assert not near & {row[:2] for row in told}


# --- near misses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "body", "miss"),
    [
        ("beras AND gula", "beras", ("missing", "gula", None, ["beras"])),
        ("beras AND (gula OR garam)", "beras", ("missing", "gula OR garam", None, ["beras"])),
        ("beras AND gula AND garam", "beras", None),
        ("beras AND NOT gula", "beras gula gula", ("excluded", "gula", None, ["gula", "gula"])),
        ("beras NEAR/1 naik", "beras a b c naik d naik", ("too_far", "beras NEAR/1 naik", 3, ["beras", "naik"])),
        ("beras NEAR/1 judul", "beras", ("too_far", "beras NEAR/1 judul", None, ["Judul", "beras"])),
        ("beras NEAR/1 naik", "beras", ("missing", "naik", None, ["beras"])),
        ("beras NEAR/1 naik AND gula", "beras a b naik", None),
        ("title:beras", "beras", ("not_in_title", "beras", None, ["beras"])),
        ("title:beras AND gula", "gula", ("missing", "beras", None, ["gula"])),
        ("beras OR gula", "garam", None),
        ("beras AND gula OR jagung", "beras", ("missing", "gula", None, ["beras"])),
        ("beras AND NOT gula OR beras AND garam", "beras gula", ("excluded", "gula", None, ["gula"])),
        ("beras", "beras", None),
        ("beras AND NOT (gula AND NOT garam)", "beras gula", ("excluded", "gula AND NOT garam", None, ["gula"])),
    ],
)
def test_near_misses_name_the_one_part_that_fails(
    query: str, body: str, miss: tuple[str, str, int | None, list[str]] | None
) -> None:
    articles, zones = frames([Written("Judul", (("body", body),))])
    found = list(find_near_misses(articles, zones, None, build_watcher([topic(query)])))
    told = [
        (one.reason, one.part, one.words_between,
         [a.source(f)[f.start : f.end] for f in sorted(one.found, key=lambda f: (f.stretch, f.start))])
        for a, _, one in found
    ]  # fmt: skip
    assert told == ([miss] if miss else [])


def test_near_misses_keep_to_the_days() -> None:
    articles, zones = frames([Written("Beras", ())])
    watcher = build_watcher([topic("beras AND gula", valid_to=date(2024, 10, 1))])
    assert list(find_near_misses(articles, zones, None, watcher)) == []
