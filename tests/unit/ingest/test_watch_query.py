"""The query language: what is read, what is refused and where, and that a printed query reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entities.query import (
    Agency,
    And,
    Near,
    Not,
    Or,
    Query,
    QueryError,
    Term,
    Title,
    atoms,
    is_positive,
    parse,
)

A, B, C = Term("beras"), Term("harga naik"), Term("PLN", is_exact=True)


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("beras", A),
        ('"harga   naik"', B),
        ("\u201charga naik\u201d", B),
        ("=PLN", C),
        ('="PLN"', C),
        ("berasn*", Term("berasn", is_prefix=True)),
        ('"harga nai*"', Term("harga nai", is_prefix=True)),
        ("Jum\u2019at", Term("Jum'at")),
        ("e-KTP", Term("e-KTP")),
        ('"10:30"', Term("10:30")),
        ('"AND"', Term("AND")),
        ("agency:kemendagri.polpum", Agency("kemendagri.polpum")),
        ("title:beras", Title(A)),
        ('title:(beras OR "harga naik")', Title(Or((A, B)))),
        ('beras OR "harga naik" AND =PLN', Or((A, And((B, C))))),
        ('(beras OR "harga naik") AND =PLN', And((Or((A, B)), C))),
        ("beras AND NOT =PLN", And((A, Not(C)))),
        ('beras NEAR/3 "harga naik" AND =PLN', And((Near(A, B, 3), C))),
        ("=PLN AND NOT beras NEAR/0 (=PLN OR agency:kpu)", And((C, Not(Near(A, Or((C, Agency("kpu"))), 0))))),
        ("beras\n  AND\n  =PLN", And((A, C))),
        ("((beras))", A),
        ("(beras AND =PLN) AND beras", And((And((A, C)), A))),
    ],
)
def test_what_is_read(written: str, query: Query) -> None:
    assert parse(written) == query


@pytest.mark.parametrize(
    ("written", "position", "told"),
    [
        ("", 1, "is empty"),
        ("   ", 1, "is empty"),
        ("harga beras", 7, "operator is missing before beras"),
        ("beras and harga", 7, "in capitals"),
        ('beras "harga naik"', 7, 'before "harga naik"'),
        ("beras AND", 10, "missing behind AND"),
        ("OR beras", 1, "begins without"),
        ("beras AND OR naik", 11, "missing behind AND"),
        ("(beras AND naik", 1, "bracket is never closed"),
        ("beras)", 6, "never opened"),
        ("(beras naik)", 8, "operator is missing"),
        ('naik AND "beras', 10, "mark is never closed"),
        ("NOT beras", 1, "NOT alone"),
        ("beras OR NOT naik", 1, "NOT alone"),
        ("title:(NOT beras)", 1, "NOT alone"),
        ("beras NOT naik", 7, "write AND NOT"),
        ("beras NEAR naik", 7, "write NEAR/n"),
        ("beras NEAR/101 naik", 7, "0 to 100"),
        ("(beras AND x) NEAR/2 naik", 1, "NEAR joins two terms"),
        ("naik NEAR/2 (beras AND x)", 13, "NEAR joins two terms"),
        ("a NEAR/1 b NEAR/1 c", 12, "two sides only"),
        ("naik AND be*", 10, "at least 3 letters"),
        ("*beras", 1, "begin with a letter"),
        ("be*ras", 1, "only at the end"),
        ('"beras, *"', 1, "behind a letter"),
        ('"..."', 1, "no word"),
        ("tema:beras", 1, "only title: and agency:"),
        ("beras,", 1, "quotation marks"),
        ("agency:", 1, "id of a body"),
        ("agency: kpu", 1, "id of a body"),
        ("agency:KPU", 1, "id of a body"),
        ("title:", 7, "missing behind title:"),
        ("(" * 60 + "beras" + ")" * 60, 42, "nested"),
        ("beras " * 2000, 10001, "at most"),
    ],
)
def test_what_is_refused_and_where(written: str, position: int, told: str) -> None:
    with pytest.raises(QueryError, match=f"^at character {position}: ") as refused:
        parse(written)
    assert told in str(refused.value)


WORDS = [
    "beras",
    "harga naik",
    "PLN",
    "e-KTP",
    "AND",
    "near/5",
    "Jum'at",
    "10:30",
    "(bulog) x",
    "É",
    "a_1",
    "=x",
    "naik.",
]
TERMS = st.builds(
    lambda text, is_exact, is_prefix: Term(text, is_exact, is_prefix and len(text.split()[-1]) > 2 and text[-1] != "."),
    st.sampled_from([word for word in WORDS if word[0] not in "(="]),
    st.booleans(),
    st.booleans(),
)
ATOMS = TERMS | st.sampled_from([Agency("kpu"), Agency("kemendagri.polpum"), Agency("polres.32.01")])
SIDES = ATOMS | st.lists(ATOMS, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
NEARS = st.builds(Near, SIDES, SIDES, st.integers(0, 100))


def larger(queries: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(queries, min_size=2, max_size=3).map(tuple)
    return several.map(And) | several.map(Or) | queries.map(Not) | queries.map(Title)


QUERIES = st.recursive(ATOMS | NEARS, larger, max_leaves=8)


@given(QUERIES.filter(is_positive))
def test_a_printed_query_reads_back(query: Query) -> None:
    assert parse(str(query)) == query
    assert {str(atom) for atom in atoms(query)} <= {str(atom) for atom in atoms(parse(str(query)))}


@given(st.text(alphabet='ab AND OR NOT NEAR/1 ()"=*:title:agency:\n\u201c', max_size=40))
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        query = parse(written)
    except QueryError as refused:
        position = refused.position
    else:
        assert parse(str(query)) == query
        return
    assert 1 <= position <= len(written) + 1
