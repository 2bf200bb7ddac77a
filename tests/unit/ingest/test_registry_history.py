"""Bodies are found by every name and on every day, families are timelines, differences are complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.registry import history
from ingest.registry.check import problems
from ingest.registry.load import read
from ingest.registry.model import Registry, Rules, UnitWord
from warehouse.contracts import tables_of

RULES = Rules((UnitWord(("Kementerian",), ("Menteri",), ("Wakil Menteri",)),))
SPLIT = date(2020, 1, 1)
Tables = dict[str, list[dict[str, Any]]]


def agency(agency_id: str, lineage_id: str, **others: Any) -> dict[str, Any]:
    return {"agency_id": agency_id, "lineage_id": lineage_id, "source": "UU 1/2010"} | others


def period(agency_id: str, begin: date, end: date | None, name: str, acronym: str | None, **others: Any) -> Any:
    row = {"agency_id": agency_id, "valid_from": begin, "valid_to": end, "agency_name": name, "acronym": acronym}
    return row | {"kind": "ministry", "parent_id": None, "source": "Perpres 1/2010"} | others


def term(agency_id: str, person: str, office: str, begin: date, end: date | None, capacity: str = "head") -> Any:
    row = {"holder_id": f"{agency_id}{person}{begin}", "agency_id": agency_id, "person_name": person}
    row |= {"office": office, "capacity": capacity, "valid_from": begin, "valid_to": end}
    return row | {"source": "Keppres 1/P/2010"}


def small() -> Tables:
    """A ministry of water that became two, a unit that moved, and a police station of two regions of one name."""
    old, new, before = date(2010, 1, 1), SPLIT, date(2019, 12, 31)
    return {
        "agencies": [
            agency("air", "air"), agency("laut", "air"), agency("sungai", "air"), agency("air.ikan", "air.ikan"),
            agency("polres.32.04", "polres.32.04", unit_id="polres", region_code="32.04"),
            agency("polres.32.73", "polres.32.73", unit_id="polres", region_code="32.73"),
        ],
        "agency_periods": [
            period("air", old, before, "Kementerian Air", "Kemenair"),
            period("laut", new, None, "Kementerian Laut", "Kemenlaut"),
            period("sungai", new, date(2021, 12, 31), "Kementerian Sungai", "Kemensungai"),
            period("sungai", date(2022, 1, 1), None, "Kementerian Sungai dan Danau", "Kemensungai"),
            period("air.ikan", old, before, "Direktorat Jenderal Ikan", "Ditjen Ikan", parent_id="air"),
            period("air.ikan", new, None, "Direktorat Jenderal Ikan", "Ditjen Ikan", parent_id="laut"),
            period("polres.32.04", old, None, "Polres Bandung", None, kind="police"),
            period("polres.32.73", old, None, "Polres Kota Bandung", None, kind="police"),
        ],
        "aliases": [
            {"alias_id": "a", "agency_id": "laut", "surface": "Kelautan", "alias_kind": "short", "prior": 0,
             "is_exact_case": False, "source": "pemakaian pers"},
        ],
        "roles": [
            {"role_id": "r", "agency_id": "laut", "surface": "Menlaut", "capacity": "head", "prior": 10,
             "is_exact_case": False, "source": "pemakaian pers"},
        ],
        "successions": [
            {"predecessor_id": "air", "successor_id": to, "succeeded_on": SPLIT, "succession_kind": "split",
             "source": "Perpres 2/2020"}
            for to in ("laut", "sungai")
        ],
        "holders": [
            term("air", "Ani Bahari", "Menteri Air", date(2014, 1, 1), before),
            term("laut", "Ani Bahari", "Menteri Laut", SPLIT, None),
            term("sungai", "Suhardi", "Menteri Sungai", SPLIT, None),
        ],
        "holder_names": [{"person_name": "Ani Bahari", "surface": "Ani M Bahari", "source": "pemakaian pers"}],
        "regions": [
            {"region_code": code, "region_name": name, "region_level": level, "parent_code": parent, "source": "x"}
            for code, name, level, parent in (
                ("32", "Jawa Barat", "province", None),
                ("32.04", "Bandung", "regency", "32"),
                ("32.73", "Bandung", "city", "32"),
            )
        ],
        "regional_units": [
            {"unit_id": "polres", "unit_name": "Polres", "kind": "police", "region_levels": ["regency", "city"],
             "has_level_word": False, "source": "x"},
        ],
        "unit_forms": [
            {"unit_id": "polres", "surface": surface, "via": via, "is_exact_case": False, "prior": 10, "source": "x"}
            for surface, via in (("Polres", "name"), ("Kapolres", "role"))
        ],
    }  # fmt: skip


def registry(tables: Mapping[str, list[dict[str, Any]]], rules: Rules = RULES) -> Registry:
    frames = {}
    for table in tables_of("registry"):
        schema = table.polars_schema()
        lists = {name: [] for name, dtype in schema.items() if dtype == pl.List(pl.String)}
        rows = [{**dict.fromkeys(schema), **lists, **row} for row in tables.get(table.name, [])]
        frames[table.name] = pl.DataFrame(rows, schema=schema)
    return Registry(frames, rules)


@pytest.fixture(scope="module")
def one() -> Registry:
    return registry(small())


def ids(found: pl.DataFrame) -> list[str]:
    return sorted(set(found["agency_id"]))


@pytest.mark.parametrize(
    ("query", "on", "expected"),
    [
        ("laut", None, ["laut"]),
        ("LAUT", None, ["laut"]),
        ("kementerian  laut", None, ["laut"]),
        ("Kemensungai", None, ["sungai"]),
        ("kementerian sungai", None, ["sungai"]),
        ("Menteri Air", None, ["air"]),
        ("Wakil Menteri Laut", None, ["laut"]),
        ("menlaut", None, ["laut"]),
        ("Kelautan", None, ["laut"]),
        ("Ani Bahari", None, ["air", "laut"]),
        ("ani m bahari", date(2016, 5, 1), ["air"]),
        ("Ani Bahari", date(2013, 12, 31), []),
        ("Ani Bahari", date(2014, 1, 1), ["air"]),
        ("Ani Bahari", date(2019, 12, 31), ["air"]),
        ("Ani Bahari", SPLIT, ["laut"]),
        ("Suhardi", None, ["sungai"]),
        ("Polres Bandung", None, ["polres.32.04", "polres.32.73"]),
        ("kapolres kota bandung", None, ["polres.32.73"]),
        ("Polres Kabupaten Bandung", None, ["polres.32.04"]),
        ("Polres Atlantis", None, []),
        ("Kementerian Api", None, []),
        ("", None, []),
    ],
)
def test_a_body_answers_to_its_names(one: Registry, query: str, on: date | None, expected: list[str]) -> None:
    assert ids(history.find(one, query, on)) == expected


def test_an_id_yields_to_a_name_on_a_day_when_its_body_is_not() -> None:
    tables = small()
    tables["aliases"].append(tables["aliases"][0] | {"alias_id": "b", "agency_id": "air", "surface": "Laut"})
    found = registry(tables)
    assert ids(history.find(found, "laut", date(2024, 1, 1))) == ["laut"]
    assert ids(history.find(found, "laut", date(2015, 1, 1))) == ["air"]
    assert ids(history.find(found, "laut", date(1990, 1, 1))) == ["laut"]


def test_matches_tell_the_days_of_the_form(one: Registry) -> None:
    (match,) = history.find(one, "Kementerian Sungai").to_dicts()
    assert match["via"] == "name"
    assert match["agency_name"] == "Kementerian Sungai dan Danau"
    assert match["valid_from"] == SPLIT


def test_the_nearest_names_come_first(one: Registry) -> None:
    assert history.nearest(one, "Kemenlauut", 2)[0] == "Kemenlaut"
    assert len(history.nearest(one, "Kemenlauut", 2)) == 2


def test_terms_follow_a_person_through_offices(one: Registry) -> None:
    assert [row["agency_id"] for row in history.terms(one, "ani m bahari")] == ["air", "laut"]
    assert history.terms(one, "Kementerian Laut") == []


def test_a_body_is_told_in_full(one: Registry) -> None:
    found = history.body(one, "laut")
    assert [row["predecessor_id"] for row in found["predecessors"]] == ["air"]
    assert found["successors"] == []
    assert [row["agency_id"] for row in found["units"]] == ["air.ikan"]
    assert [row["person_name"] for row in found["holders"]] == ["Ani Bahari"]
    assert {("Kelautan", 0), ("Menlaut", 10), ("Menteri Laut", 10)} <= {
        (row["surface"], row["prior"]) for row in found["forms"]
    }
    assert {row["via"] for row in found["forms"]} == {"name", "role"}
    assert found["exists"]
    assert found["region"] is None


def test_a_body_is_told_as_of_a_day(one: Registry) -> None:
    then = history.body(one, "air", date(2013, 6, 1))
    assert [row["agency_id"] for row in then["units"]] == ["air.ikan"]
    assert then["holders"] == []
    now = history.body(one, "air", date(2024, 6, 1))
    assert now["units"] == []
    assert not now["exists"]


def test_parents_follow_the_day(one: Registry) -> None:
    def above(on: date | None) -> list[str]:
        return [row["agency_id"] for row in history.body(one, "air.ikan", on)["parents"]]

    assert above(date(2015, 1, 1)) == ["air"]
    assert above(date(2024, 1, 1)) == ["laut"]
    assert above(None) == ["laut"]


def test_a_regional_body_has_its_region(one: Registry) -> None:
    region = history.body(one, "polres.32.73")["region"]
    assert (region["region_name"], region["region_level"]) == ("Bandung", "city")


def test_no_body_no_answer(one: Registry) -> None:
    with pytest.raises(KeyError):
        history.body(one, "api")
    with pytest.raises(KeyError):
        history.family(one, "api")


def test_a_family_is_a_timeline(one: Registry) -> None:
    found = history.family(one, "sungai")
    assert found["lineage_id"] == "air"
    assert found["agency_ids"] == ["air", "laut", "sungai"]
    told = [(event["date"], event["agency_id"], event["event"]) for event in found["events"]]
    assert told == [
        (date(2010, 1, 1), "air", "begins"),
        (date(2014, 1, 1), "air", "holder"),
        (date(2019, 12, 31), "air", "ends"),
        (SPLIT, "laut", "succession"),
        (SPLIT, "sungai", "succession"),
        (SPLIT, "laut", "begins"),
        (SPLIT, "sungai", "begins"),
        (SPLIT, "laut", "holder"),
        (SPLIT, "sungai", "holder"),
        (date(2022, 1, 1), "sungai", "renamed"),
    ]
    assert all(event["source"] for event in found["events"])


def test_equal_registries_do_not_differ(one: Registry) -> None:
    assert history.differences(one, registry(small())) == {}


def test_differences_are_told_by_table(one: Registry) -> None:
    tables = small()
    tables["roles"] = []
    tables["agency_periods"][1]["agency_name"] = "Kementerian Samudra"
    tables["holders"].append(term("air", "Budi Arus", "Menteri Air", date(2010, 1, 1), date(2013, 12, 31)))
    tables["agencies"] = [row for row in tables["agencies"] if row["agency_id"] != "polres.32.73"]
    other = registry(tables, Rules(RULES.unit_words, frozenset({"Pusat"})))
    found = history.differences(one, other)
    assert found.keys() == {"roles", "agency_periods", "holders", "units"}  # a composed body is no fact of its own
    assert [row["surface"] for row in found["roles"]["removed"]] == ["Menlaut"]
    assert [row["person_name"] for row in found["holders"]["added"]] == ["Budi Arus"]
    (changed,) = found["agency_periods"]["changed"]
    assert changed["agency_id"] == "laut"
    assert changed["changes"] == {"agency_name": ["Kementerian Laut", "Kementerian Samudra"]}
    assert found["units"]["added"] == [{"rule": "shared_names", "value": "Pusat"}]


@given(kept=st.lists(st.booleans(), min_size=3, max_size=3), other=st.lists(st.booleans(), min_size=3, max_size=3))
def test_a_difference_read_backwards_swaps_added_and_removed(kept: list[bool], other: list[bool]) -> None:
    def holding(keep: list[bool]) -> Registry:
        tables = small()
        tables["holders"] = [row for row, kept_row in zip(tables["holders"], keep, strict=True) if kept_row]
        return registry(tables)

    there = history.differences(holding(kept), holding(other)).get("holders", {"added": [], "removed": []})
    back = history.differences(holding(other), holding(kept)).get("holders", {"added": [], "removed": []})
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert len(there["added"]) == sum(new and not old for old, new in zip(kept, other, strict=True))


def test_terms_and_written_names_of_people_are_checked() -> None:
    tables = small()
    tables["holders"].append(term("air", "Budi Arus", "Menteri Air", date(2019, 1, 1), date(2020, 6, 1)))
    tables["holders"].append(term("api", "Budi Bara", "Menteri Api", date(2019, 1, 1), date(2018, 6, 1)))
    tables["holder_names"] += [
        {"person_name": "Budi Arus", "surface": "Budi", "source": "pemakaian pers"},
        {"person_name": "Budi Arus", "surface": "Ani Bahari", "source": "pemakaian pers"},
        {"person_name": "Cici Danau", "surface": "Cici D Danau", "source": "pemakaian pers"},
    ]
    told = "\n".join(problems(registry(tables)))
    for sentence in (
        "the term of Budi Arus at air from 2019-01-01 is outside the life of the body",
        "agency_id api is unknown",
        "api ends on 2018-06-01 before it begins",
        "'Budi' of Budi Arus is one word",
        "'Ani Bahari' of Budi Arus is written twice",
        "person_name Cici Danau is unknown",
    ):
        assert sentence in told


def test_two_offices_of_one_person_are_no_contradiction() -> None:
    tables = small()
    tables["holders"].append(term("sungai", "Ani Bahari", "Plt Menteri Sungai", SPLIT, None, "acting"))
    assert not [problem for problem in problems(registry(tables)) if "Ani" in problem]


def test_the_shipped_holders_hold_real_offices() -> None:
    shipped = read()

    def holds(person: str, on: date) -> set[str]:
        return {
            row["agency_id"]
            for row in history.terms(shipped, person)
            if row["valid_from"] <= on <= (row["valid_to"] or date.max)
        }

    assert holds("Tito Karnavian", date(2018, 6, 1)) == {"polri"}
    assert holds("Tito Karnavian", date(2021, 6, 1)) == {"kemendagri"}
    assert holds("Tito Karnavian", date(2024, 2, 10)) == {"kemendagri", "kemenko-polhukam"}
    assert holds("Sri Mulyani", date(2025, 9, 1)) == {"kemenkeu"}
    assert not holds("Sri Mulyani", date(2025, 10, 1))
    assert holds("Luhut Panjaitan", date(2020, 11, 28)) == {"kemenko-marves", "kkp"}


def test_a_composed_body_is_written_as_its_unit_and_region(one: Registry) -> None:
    forms = {(row["surface"], row["via"]) for row in history.body(one, "polres.32.73")["forms"]}
    assert {("Polres Bandung", "name"), ("Kapolres Bandung", "role")} <= forms
