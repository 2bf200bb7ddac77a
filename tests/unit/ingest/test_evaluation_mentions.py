"""Mentions against labels: pairing, soft spans, bodies, offsets as received, and what is said of a malformed line."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.evaluation.mention_gold import read_gold
from ingest.evaluation.mention_scores import COUNTS, Spot, count, figures, pair, tops
from ingest.evaluation.mentions import evaluate_mentions
from ingest.registry.load import Registry
from warehouse.contracts import TABLES

NOW = datetime(2026, 11, 23)
DAY = "2024-03-12T09:15:00+07:00"
SPLIT = date(2024, 10, 21)


def spot(start: int, end: int, agency: str | None = "kpu", **given: Any) -> Spot:
    values = {"zone": "body", "via": "name", "kind": "commission", "top": agency, "is_soft": False} | given
    return Spot(start=start, end=end, agency=agency, **values)


def soft(start: int, end: int, agency: str | None = "kpu", **given: Any) -> Spot:
    return spot(start, end, agency, is_soft=True, **given)


# --- pairing ------------------------------------------------------------------------------------------------------


def test_equal_spans_are_exact_and_overlapping_ones_are_partial() -> None:
    found = pair([spot(0, 3), spot(10, 20), spot(30, 40)], [spot(0, 3), spot(12, 20), spot(50, 60)])
    assert (found.exact, found.partial, found.missed, found.spurious) == ([(0, 0)], [(1, 1)], [2], [2])


def test_spans_that_touch_do_not_overlap_and_zones_are_apart() -> None:
    found = pair([spot(0, 3), spot(10, 13)], [spot(3, 6), spot(10, 13, zone="title")])
    assert (found.exact, found.partial, found.missed, found.spurious) == ([], [], [0, 1], [0, 1])


def test_a_found_span_on_a_soft_one_counts_neither_way() -> None:
    found = pair([soft(0, 10), soft(20, 23)], [spot(7, 10), spot(40, 43)])
    assert (found.missed, found.spurious, found.passed_over) == ([], [1], [0])


def test_a_soft_span_never_hides_a_hard_one() -> None:
    inside = pair([soft(0, 30), spot(11, 14)], [spot(11, 14)])
    assert (inside.exact, inside.passed_over) == ([(1, 0)], [])
    # judged by the hard span that it overlaps, though a soft one would excuse it
    across = pair([soft(0, 5), spot(6, 12)], [spot(0, 8)])
    assert (across.partial, across.spurious, across.passed_over) == ([(1, 0)], [], [])
    second = pair([spot(0, 10), soft(12, 15)], [spot(0, 4), spot(8, 14)])
    assert (second.partial, second.spurious, second.passed_over) == ([(0, 0)], [1], [])
    missed = pair([soft(0, 30), spot(11, 14)], [])
    assert missed.missed == [1]


def test_twins_are_paired_by_their_body() -> None:
    gold = [spot(0, 9, "tni"), spot(0, 9, "polri")]
    one = pair(gold, [spot(0, 9, "polri")])
    assert (one.exact, one.missed) == ([(1, 0)], [0])
    both = pair(gold, [spot(0, 9, "polri"), spot(0, 9, "tni")])
    assert both.exact == [(0, 1), (1, 0)]


def test_one_found_span_over_two_pairs_with_the_longer() -> None:
    found = pair([spot(0, 3), spot(8, 15)], [spot(0, 15)])
    assert (found.partial, found.missed) == ([(1, 0)], [0])
    split = pair([spot(0, 15)], [spot(0, 3), spot(8, 15)])
    assert (split.partial, split.spurious) == ([(0, 1)], [0])


SPOTS = st.lists(
    st.builds(
        lambda start, length, agency, is_soft: spot(start, start + length, agency, is_soft=is_soft),
        st.integers(0, 12),
        st.integers(1, 5),
        st.sampled_from(["a", "b", None]),
        st.booleans(),
    ),
    max_size=6,
)


@given(SPOTS, SPOTS)
def test_every_span_is_accounted_for_once(gold: list[Spot], got: list[Spot]) -> None:
    found = pair(gold, got)
    pairs = found.exact + found.partial
    hard = [i for i, spot in enumerate(gold) if not spot.is_soft]
    assert sorted([i for i, _ in pairs] + found.missed) == hard
    assert sorted([j for _, j in pairs] + found.spurious + found.passed_over) == list(range(len(got)))
    assert all(gold[i].is_at(got[j]) for i, j in found.exact)
    assert all(gold[i].overlap(got[j]) and not gold[i].is_at(got[j]) for i, j in found.partial)
    assert not any(gold[i].is_at(got[j]) for i in found.missed for j in found.spurious)


# --- bodies -------------------------------------------------------------------------------------------------------


def names(gold: list[Spot]) -> list[str]:
    return [f"Nama {spot.top}" for spot in gold]


def test_bodies_count_once_an_article() -> None:
    gold = [spot(0, 3, "kpu"), spot(5, 8, "kpu"), spot(9, 12, "kpu.jabar", top="kpu"), spot(20, 25, "bi")]
    told = tops(gold, names(gold), [spot(0, 3, "kpu"), spot(30, 33, "mk")], [])
    assert (set(told.right), set(told.wrong), set(told.missed)) == ({"kpu"}, {"mk"}, {"bi"})


def test_a_body_of_soft_spans_only_counts_neither_way() -> None:
    gold = [soft(0, 3, "kpu"), spot(5, 8, "bi")]
    told = tops(gold, names(gold), [spot(40, 43, "kpu"), spot(5, 8, "bi")], [])
    assert (set(told.right), set(told.wrong), set(told.missed)) == ({"bi"}, set(), set())


def test_a_span_that_is_passed_over_finds_a_body_but_makes_none_wrong() -> None:
    gold = [soft(0, 9, None), spot(20, 23, "kpu")]
    told = tops(gold, names(gold), [spot(0, 9, "kpu"), spot(3, 6, "mk")], [0, 1])
    assert (set(told.right), set(told.wrong)) == ({"kpu"}, set())


def test_a_name_that_maps_to_nothing_is_missed_and_an_ambiguous_mention_finds_nothing() -> None:
    gold = [spot(0, 3, None), spot(5, 8, None), spot(9, 12, "kpu")]
    told = tops(gold, ["Lembaga A", "Lembaga A", "KPU"], [spot(0, 3, None), spot(9, 12, None)], [])
    assert (set(told.right), set(told.wrong), set(told.missed)) == (set(), set(), {"(Lembaga A)", "kpu"})


# --- figures ------------------------------------------------------------------------------------------------------


def counted(gold: list[Spot], got: list[Spot]) -> dict[tuple[str, str], int]:
    pairing = pair(gold, got)
    return count(gold, got, pairing, tops(gold, names(gold), got, pairing.passed_over))


def test_figures_by_hand() -> None:
    articles = [
        counted(
            [spot(0, 3), spot(5, 9, "bi", kind="central_bank"), spot(20, 30, "mk", kind="judiciary", via="role")],
            [spot(0, 3), spot(5, 9, "kpu", kind="commission"), spot(22, 30, "mk", kind="judiciary")],
        ),
        counted([spot(0, 3, None)], [spot(0, 3, "kpu"), spot(50, 53, "kpu")]),
    ]
    told = figures(articles)
    assert told["span_exact"] == {"p": 0.6, "r": 0.75, "f1": 0.6667, "right": 3, "wrong": 2, "missed": 1}
    assert told["span_overlap"] == {"p": 0.8, "r": 1.0, "f1": 0.8889, "right": 4, "wrong": 1, "missed": 0}
    assert (told["top_body"]["right"], told["top_body"]["wrong"], told["top_body"]["missed"]) == (2, 1, 2)
    assert (told["agency_accuracy"], told["agency_accuracy_overlap"]) == (0.3333, 0.5)
    assert (told["via_accuracy"], told["via_accuracy_overlap"]) == (1.0, 0.75)
    kinds = told["by_kind"]
    assert set(kinds) == {"commission", "central_bank", "judiciary"}
    assert kinds["judiciary"]["span_exact"]["f1"] == 0.0
    assert kinds["judiciary"]["span_overlap"]["f1"] == 1.0
    assert kinds["central_bank"]["agency_accuracy"] == 0.0
    for figure in ("span_exact", "span_overlap", "top_body"):
        for side in ("right", "wrong", "missed"):
            assert sum(kind[figure][side] for kind in kinds.values()) == told[figure][side]


def test_intervals_hold_the_figure_and_are_the_same_every_time() -> None:
    articles = [
        counted([spot(0, 3), spot(5, 8)], [spot(0, 3)] + [spot(5, 8)] * (n % 3 > 0) + [spot(9, 12)] * (n % 4 == 0))
        for n in range(40)
    ]
    told = figures(articles)
    assert told == figures(articles)
    for part in ("p", "r", "f1"):
        low, high = told["intervals"]["span_exact"][part]
        assert low < told["span_exact"][part] < high
    assert told["intervals"]["agency_accuracy"] == [1.0, 1.0]


def test_nothing_of_nothing() -> None:
    told = figures([{}])
    assert (told["span_exact"]["f1"], told["agency_accuracy"], told["by_kind"]) == (0.0, 0.0, {})
    assert told["intervals"]["span_exact"]["f1"] is None


@given(st.lists(st.tuples(SPOTS, SPOTS), min_size=1, max_size=4))
def test_counts_add_up(articles: list[tuple[list[Spot], list[Spot]]]) -> None:
    for gold, got in articles:
        counts = counted(gold, got)
        assert {name for name, _ in counts} <= set(COUNTS)
        total = {name: sum(n for (key, _), n in counts.items() if key == name) for name in COUNTS}
        hard = sum(not spot.is_soft for spot in gold)
        for figure in ("span_exact", "span_overlap"):
            assert total[f"{figure}.right"] + total[f"{figure}.missed"] == hard
        assert total["span_exact.right"] <= total["span_overlap.right"]
        assert total["agency_accuracy.right"] <= total["span_exact.right"]


# --- the way of a run ---------------------------------------------------------------------------------------------


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = TABLES[f"registry.{name}"].polars_schema()
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def period(agency: str, name: str, kind: str, **given: Any) -> dict[str, Any]:
    return {"agency_id": agency, "agency_name": name, "kind": kind, "valid_from": date(2000, 1, 1)} | given


def alias(agency: str, surface: str, **given: Any) -> dict[str, Any]:
    row = {"alias_id": f"{agency}-{surface}", "agency_id": agency, "surface": surface, "alias_kind": "acronym"}
    return row | {"is_exact_case": surface.isupper(), "prior": 10} | given


@pytest.fixture(scope="module")
def registry() -> Registry:
    """A registry of the test's own: a ministry with a unit, one that was renamed, two that share an acronym."""
    periods = (
        period("kemenair", "Kementerian Air", "ministry", acronym="Kemenair"),
        period("kemenair.sungai", "Direktorat Jenderal Sungai", "ministry", parent_id="kemenair"),
        period("panitia", "Panitia Hitung Nasional", "commission", acronym="PHN"),
        period("kemenpos", "Kementerian Pos", "ministry", valid_to=date(2024, 10, 20)),
        period("kemenpos", "Kementerian Pos dan Kurir", "ministry", valid_from=SPLIT),
        period("dewan-a", "Dewan Elok Nasional", "commission"),
        period("dewan-b", "Dewan Energi Nasional", "commission"),
    )
    role = alias("kemenair", "Menteri Air", is_exact_case=False) | {"role_id": "r", "capacity": "head"}
    tables = {full.removeprefix("registry."): TABLES[full].empty() for full in TABLES if full.startswith("registry.")}
    tables |= {
        "agencies": table("agencies", *({"agency_id": row["agency_id"]} for row in periods)).unique(),
        "agency_periods": table("agency_periods", *periods),
        "aliases": table("aliases", alias("dewan-a", "DEN"), alias("dewan-b", "DEN")),
        "roles": table("roles", {name: role[name] for name in TABLES["registry.roles"].column_names if name in role}),
        "holders": table(
            "holders",
            {
                "holder_id": "h",
                "agency_id": "kemenair",
                "person_name": "Tirta Bening",
                "office": "Menteri Air",
                "capacity": "head",
                "valid_from": date(2020, 1, 1),
            },
        ),
    }
    return Registry(tables)


TITLE = "Panitia  Hitung\u00a0Nasional &amp; Kemenair rapat"
BODY = (
    "\ufeffJAKARTA \u2013  Kementerian\u00a0Air\u200b (Kemenair) dan \u201cPHN\u200b\u201d rapat lagi\u2026\r\n\r\n"
    "Menteri Air membuka\tDirektorat Jenderal Sungai \u00a0 Kementerian Air, di Gedung PHN. Tirta Bening hadir.\n"
    "Ketua DEN tidak hadir. Air surut."
)


def label(text: str, surface: str, canonical: str, zone: str = "body", nth: int = 0, **given: Any) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(surface, start + 1)
    row = {"zone": zone, "surface": surface, "start": start, "via": "name", "canonical": canonical, "acronym": None}
    return row | {"unit_of": None, "top": canonical, "kind": "ministry"} | given


MENTIONS = [
    label(TITLE, "Panitia  Hitung\u00a0Nasional", "Panitia Hitung Nasional", "title", kind="commission"),
    label(TITLE, "Kemenair", "Kementerian Air", "title"),
    label(BODY, "Kementerian\u00a0Air\u200b (Kemenair)", "Kementerian Air"),
    label(BODY, "PHN", "Panitia Hitung Nasional", kind="commission"),
    label(BODY, "Menteri Air", "Kementerian Air", via="role"),
    label(
        BODY, "Direktorat Jenderal Sungai \u00a0 Kementerian Air", "Direktorat Jenderal Sungai",
        unit_of="Kementerian Air", top="Kementerian Air",
    ),
    label(BODY, "Gedung PHN", "Panitia Hitung Nasional", soft=True, kind="commission"),
    label(BODY, "DEN", "Dewan Energi Nasional", kind="commission"),
]  # fmt: skip


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def article(mentions: list[dict[str, Any]] | None = None, **given: Any) -> dict[str, Any]:
    row = {"id": "a", "title": TITLE, "body": BODY, "published_at": DAY, "baru": {"x": 1}}
    return row | {"mentions": MENTIONS if mentions is None else mentions} | given


def evaluated(path: Path, registry: Registry) -> dict[str, Any]:
    return evaluate_mentions(path, registry, fetched_at=NOW)


def test_spans_are_compared_as_received(tmp_path: Path, registry: Registry) -> None:
    told = evaluated(write(tmp_path / "gold.jsonl", article()), registry)
    assert (told["n_articles"], told["n_mentions"], told["n_soft"]) == (1, 7, 1)
    assert told["span_exact"]["f1"] == 1.0, told["errors"]
    assert told["via_accuracy"] == 1.0
    assert told["n_passed_over"] == 1
    assert (told["n_holder"], told["n_ambiguous"]) == (1, 1)
    # the unit is named as a whole with the ministry behind it, and its top-level body is the ministry
    assert told["agency_accuracy"] == round(6 / 7, 4)
    [error] = [error for error in told["errors"] if error["kind"] == "ambiguous"]
    assert (error["gold_agency"], error["predicted_agency"], error["candidates"]) == (
        "dewan-b", None, ["dewan-a", "dewan-b"],
    )  # fmt: skip
    assert error["sentence"] == "Ketua DEN tidak hadir."
    assert (error["id"], error["line"], error["zone"]) == ("a", 1, "body")
    assert BODY[error["start"] : error["end"]] == "DEN"
    # an ambiguous mention finds no body and makes none wrong
    assert (told["top_body"]["right"], told["top_body"]["wrong"], told["top_body"]["missed"]) == (2, 0, 1)


def test_errors_name_what_was_labelled_and_found(tmp_path: Path, registry: Registry) -> None:
    body = "Kemenair rapat. Kementerian Udara diam. Menteri Air dan PHN hadir."
    labels = [
        label(body, "Kementerian Udara", "Kementerian Udara"),
        label(body, "Menteri Air dan PHN", "Panitia Hitung Nasional", kind="commission"),
    ]
    told = evaluated(write(tmp_path / "gold.jsonl", article(labels, title="", body=body)), registry)
    assert [error["kind"] for error in told["errors"]] == [
        "missed", "spurious", "spurious", "boundary", "wrong_body", "wrong_via", "missed_top",
        "spurious_top",
    ]  # fmt: skip
    missed, first, second, boundary, *_ = told["errors"]
    assert (missed["gold_surface"], missed["gold_agency"], missed["predicted_surface"]) == (
        "Kementerian Udara", None, None,
    )  # fmt: skip
    assert (first["predicted_surface"], first["gold_surface"], first["rule"]) == ("Kemenair", None, "only_reading")
    assert second["predicted_surface"] == "PHN"
    assert (boundary["gold_surface"], boundary["predicted_surface"]) == ("Menteri Air dan PHN", "Menteri Air")
    assert told["unknown_names"] == {"Kementerian Udara": 1}
    assert told["error_counts"]["spurious"] == 2


def test_names_are_those_of_the_day(tmp_path: Path, registry: Registry) -> None:
    body = "Kementerian Pos rapat."
    old = article([label(body, "Kementerian Pos", "Kementerian Pos")], title="", body=body, published_at="2024-03")
    new = article(
        [label("Kementerian Pos dan Kurir rapat.", "Kementerian Pos dan Kurir", "Kementerian Pos dan Kurir")],
        title="", body="Kementerian Pos dan Kurir rapat.", published_at="2025-03-01",
    )  # fmt: skip
    told = evaluated(write(tmp_path / "gold.jsonl", old, new), registry)
    assert (told["span_exact"]["f1"], told["agency_accuracy"], told["errors"]) == (1.0, 1.0, [])


def test_rows_may_lack_what_scoring_does_not_need(tmp_path: Path, registry: Registry) -> None:
    bare = {"body": "Kemenair rapat.", "mentions": []}
    zoned = article(
        [
            label(BODY, "PHN", "Panitia Hitung Nasional", "lead", kind="commission"),
            {"zone": "caption", "surface": "Kemenair", "start": 3, "canonical": "Kementerian Air"},
        ],
        caption="Di Kemenair",
    )
    empty = {"mentions": []}
    told = evaluated(write(tmp_path / "gold.jsonl", bare, zoned, empty), registry)
    assert (told["n_articles"], told["n_mentions"], told["n_other_zones"]) == (3, 1, 1)
    assert told["span_exact"]["right"] == 1
    assert {error["line"] for error in told["errors"]} <= {1, 2}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "a", "body": "x"}, "line 2: it has no list of mentions"),
        (article(mentions=[{"zone": "body"}]), "line 2: mention 1 has no surface"),
        (article(mentions=[MENTIONS[0] | {"start": -1}]), "line 2: mention 1 has no start"),
        (article(mentions=[MENTIONS[0] | {"start": True}]), "line 2: mention 1 has no start"),
        (article(mentions=[MENTIONS[0], MENTIONS[1] | {"start": 2}]), "line 2: mention 2 says that 'Kemenair' stands"),
        (article(mentions=[MENTIONS[0] | {"canonical": None}]), "line 2: mention 1 has no canonical"),
        (article(mentions=[MENTIONS[0] | {"top": 7}]), "line 2: mention 1 must have a text as top, not 7"),
        (article(mentions=[MENTIONS[0] | {"soft": "ya"}]), "line 2: mention 1 must have true or false as soft"),
        (article(mentions=[MENTIONS[0] | {"via": "nama"}]), "line 2: mention 1 has via 'nama'"),
        (article(mentions=["KPU"]), "line 2: mention 1 is no JSON object"),
        (article(published_at="kemarin"), "line 2: 'kemarin' is no time in ISO form"),
        (article(published_at=2024), "line 2: published_at must be a text or null"),
        (article(body=["satu", "dua"], mentions=[]), "line 2: its body is no text"),
    ],
)
def test_a_malformed_line_is_named(row: dict[str, Any], told: str, tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", article(), row)
    with pytest.raises(SourceError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path} {told}")
    assert "\n" not in str(caught.value)


def test_a_file_without_articles_or_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no article"):
        read_gold(write(tmp_path / "gold.jsonl"))
    (tmp_path / "gold.jsonl").write_text("nama,isi\n")
    with pytest.raises(SourceError, match=r"gold\.jsonl line 1 is not JSON"):
        read_gold(tmp_path / "gold.jsonl")
    with pytest.raises(SourceError, match="cannot be read"):
        read_gold(tmp_path / "tiada.jsonl")


def test_gold_is_in_text_order(tmp_path: Path) -> None:
    [read] = read_gold(write(tmp_path / "gold.jsonl", article(mentions=MENTIONS[::-1])))
    places = [("title", "body").index(mention.zone) * 10_000 + mention.start for mention in read.mentions]
    assert all(first < second for first, second in pairwise(places))
