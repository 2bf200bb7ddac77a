"""Regional bodies are composed as units, regions and exceptions say, and each defect of these tables is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.registry.check import problems
from ingest.registry.compose import EARLIEST, compose, with_composed
from ingest.registry.load import load
from ingest.registry.model import Registry, Rules
from warehouse.contracts import TABLES, tables_of

Rows = dict[str, list[dict[str, Any]]]

RENAMED = date(2020, 2, 19)
SPLIT = date(2022, 7, 25)


def region(code: str, name: str, level: str, parent: str | None = None, **others: Any) -> dict[str, Any]:
    words = {"province": "Provinsi", "regency": "Kabupaten", "city": "Kota", "district": "Kecamatan"}
    row = {"region_code": code, "region_name": name, "region_level": level, "level_word": words[level]}
    return row | {"parent_code": parent, "source": "Kepmendagri"} | others


def unit(
    unit_id: str, name: str, levels: str, parent: str | None, has_level_word: bool, **others: Any
) -> dict[str, Any]:
    row = {"unit_id": unit_id, "unit_name": name, "region_levels": levels.split(), "region_codes": [], "kind": "police"}
    return row | {"parent_unit_id": parent, "has_level_word": has_level_word, "source": "UU 1/2010"} | others


def form(unit_id: str, surface: str, **others: Any) -> dict[str, Any]:
    row = {"unit_id": unit_id, "surface": surface, "via": "name", "region_levels": [], "is_exact_case": False}
    return row | {"prior": 10, "source": "pemakaian pers"} | others


def name(code: str, surface: str, kind: str = "short", **others: Any) -> dict[str, Any]:
    return {"region_code": code, "surface": surface, "name_kind": kind, "is_exact_case": False, "source": "x"} | others


def exception(unit_id: str, code: str, kind: str, **others: Any) -> dict[str, Any]:
    return {"unit_id": unit_id, "region_code": code, "exception_kind": kind, "source": "Perpol 2/2021"} | others


def small() -> Rows:
    """Two provinces, of which the younger took a regency over, and police and health units."""
    return {
        "agencies": [{"agency_id": "polri", "lineage_id": "polri", "source": "UU 2/2002"}],
        "agency_periods": [
            {"agency_id": "polri", "valid_from": date(1999, 4, 1), "agency_name": "Kepolisian Negara", "kind": "police"}
            | {"source": "UU 2/2002"}
        ],
        "regions": [
            region("32", "Barat", "province"),
            region("32.01", "Bogor", "regency", "32"),
            region("32.01.01", "Cibinong", "district", "32.01"),
            region("32.71", "Bogor", "city", "32"),
            region("32.02", "Toba", "regency", "32"),
            region("32.03", "Merauke", "regency", "32", successor_code="93.01", valid_to=date(2022, 7, 24)),
            region("93", "Selatan", "province", valid_from=SPLIT),
            region("93.01", "Merauke", "regency", "93", valid_from=SPLIT),
        ],
        "region_names": [name("32.02", "Toba Samosir", "former", valid_to=RENAMED), name("32", "Jabar", "acronym")],
        "regional_units": [
            unit("polda", "Kepolisian Daerah", "province", "polri", False, acronym="Polda"),
            unit("polres", "Kepolisian Resor", "regency city", "polda", False, acronym="Polres"),
            unit("satreskrim", "Satuan Reserse", "regency city", "polres", False, acronym="Satreskrim"),
            unit("polsek", "Kepolisian Sektor", "district", "polres", False, acronym="Polsek"),
            unit("pemda", "Pemerintah", "province regency city", None, True, kind="regional"),
            unit("dinkes", "Dinas Kesehatan", "province regency city", "pemda", True, kind="regional"),
        ],
        "unit_forms": [form("polres", "Polres"), form("dinkes", "Dinkes")],
        "regional_exceptions": [],
    }


def written(rows: Rows) -> dict[str, pl.DataFrame]:
    tables = {}
    for table in tables_of("registry"):
        schema = table.polars_schema()
        full = [dict.fromkeys(schema.names()) | row for row in rows.get(table.name, [])]
        tables[table.name] = pl.DataFrame(full, schema=schema)
    return tables


def composed(rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """By body: (valid_from, valid_to, agency_name, acronym, parent_id) of each period."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in compose(written(rows))[1].iter_rows(named=True):
        columns = ("valid_from", "valid_to", "agency_name", "acronym", "parent_id")
        found.setdefault(row["agency_id"], []).append(tuple(row[column] for column in columns))
    return found


def found_problems(rows: Rows) -> list[str]:
    return problems(Registry(with_composed(written(rows)), Rules()))


def test_a_station_that_is_no_unit_is_told() -> None:
    rules = Rules(stations=frozenset({"polres", "pos"}))
    assert problems(Registry(with_composed(written(small())), rules)) == ["units: the station pos is no regional unit"]


def test_a_body_bears_the_names_of_unit_and_region() -> None:
    found = composed(small())
    assert found["dinkes.32.71"] == [(EARLIEST, None, "Dinas Kesehatan Kota Bogor", None, "pemda.32.71")]
    assert found["pemda.32"] == [(EARLIEST, None, "Pemerintah Provinsi Barat", None, None)]
    since = date(1999, 4, 1)  # its parent's beginning
    assert found["polres.32.01"] == [(since, None, "Kepolisian Resor Bogor", "Polres Bogor", "polda.32")]
    assert found["polsek.32.01.01"] == [(since, None, "Kepolisian Sektor Cibinong", "Polsek Cibinong", "polres.32.01")]


def test_an_inner_unit_bears_the_name_of_its_parent() -> None:
    found = composed(small())["satreskrim.32.71"]
    assert [row[2:] for row in found] == [
        ("Satuan Reserse Kepolisian Resor Bogor", "Satreskrim Polres Bogor", "polres.32.71")
    ]


def test_a_renamed_region_gives_two_periods_to_its_bodies_and_their_inner_units() -> None:
    found = composed(small())
    for body in ("polres.32.02", "satreskrim.32.02", "pemda.32.02"):
        earlier, later = found[body]
        assert (earlier[1], later[0], later[1]) == (RENAMED, date(2020, 2, 20), None)
        assert earlier[2].endswith(" Toba Samosir")
        assert later[2].endswith(" Toba")


def test_a_new_code_is_a_new_body_of_the_same_lineage() -> None:
    found = composed(small())
    assert found["polres.32.03"][0][1] == date(2022, 7, 24)
    assert found["polres.93.01"][0][0] == SPLIT
    lineage = dict(compose(written(small()))[0].select("agency_id", "lineage_id").iter_rows())
    assert lineage["polres.32.03"] == lineage["polres.93.01"] == "polres.93.01"
    assert lineage["polres.32.01"] == "polres.32.01"


def test_a_changed_body_passes_its_name_on_to_its_inner_units() -> None:
    rows = small()
    changed = {"agency_name": "Kepolisian Resor Kota Bogor Kota", "acronym": "Polresta Bogor Kota"}
    rows["regional_exceptions"] = [exception("polres", "32.71", "changed", parent_id="polda.93", **changed)]
    found = composed(rows)
    assert found["polres.32.71"] == [(SPLIT, None, *changed.values(), "polda.93")]
    assert found["satreskrim.32.71"][0][2] == "Satuan Reserse Kepolisian Resor Kota Bogor Kota"


def test_a_changed_name_makes_one_period_of_a_renamed_region() -> None:
    rows = small()
    rows["regional_exceptions"] = [exception("pemda", "32.02", "changed", agency_name="Pemerintah Toba")]
    assert [row[:3] for row in composed(rows)["pemda.32.02"]] == [(EARLIEST, None, "Pemerintah Toba")]


def test_an_absent_body_has_no_inner_units_and_another_one_takes_the_units_below() -> None:
    rows = small()
    rows["regional_exceptions"] = [
        exception("polda", "93", "absent", parent_id="polda.32"),
        exception("polres", "32.71", "absent"),
    ]
    found = composed(rows)
    assert "polda.93" not in found
    assert found["polres.93.01"][0][4] == "polda.32"
    assert not {"polres.32.71", "satreskrim.32.71"} & found.keys()


def test_a_body_without_units_keeps_only_those_that_an_exception_names() -> None:
    rows = small()
    rows["regional_units"].append(unit("satpol", "Satuan Polisi", "province regency", "pemda", True))
    rows["regional_exceptions"] = [
        exception("pemda", "32.01", "without_units", parent_id="pemda.32"),
        exception("satpol", "32.01", "changed", parent_id="satpol.32"),
    ]
    found = composed(rows)
    assert found["pemda.32.01"][0][4] == "pemda.32"
    assert "dinkes.32.01" not in found
    assert found["satpol.32.01"][0][4] == "satpol.32"


def test_a_unit_of_some_regions_lies_in_them_and_what_they_hold() -> None:
    rows = small()
    rows["regional_units"].append(unit("sudin", "Suku Dinas", "regency city", "dinkes", True, region_codes=["93"]))
    assert {body for body in composed(rows) if body.startswith("sudin.")} == {"sudin.93.01"}


def test_the_official_short_name_makes_acronyms() -> None:
    rows = small()
    rows["region_names"].append(name("32", "DK Barat", "official"))
    assert composed(rows)["polda.32"][0][2:4] == ("Kepolisian Daerah Barat", "Polda DK Barat")


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=False))
def test_composition_does_not_depend_on_the_order_of_rows(random: Any) -> None:
    rows = small()
    for listed in rows.values():
        random.shuffle(listed)
    for one, other in zip(compose(written(small())), compose(written(rows)), strict=True):
        assert one.equals(other)


def test_the_small_registry_is_sound() -> None:
    assert found_problems(small()) == []


def set_cell(table: str, row: int, **cells: Any) -> Callable[[Rows], None]:
    return lambda rows: rows[table][row].update(cells)


def add(table: str, *new: dict[str, Any]) -> Callable[[Rows], None]:
    return lambda rows: rows[table].extend(new)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (set_cell("regions", 1, parent_code="99"), "regions: parent_code 99 of 32.01 is unknown"),
        (set_cell("regions", 1, parent_code="32.71"), "regions: 32.01 is a regency and lies in 32.71"),
        (set_cell("regions", 1, parent_code=None), "regions: 32.01 is a regency and lies in no region"),
        (set_cell("regions", 7, valid_from=date(2020, 1, 1)), "regions: 93.01 lives longer than its parent 93"),
        (set_cell("regions", 6, valid_to=date(2020, 1, 1)), "regions: 93 ends on 2020-01-01 before it begins"),
        (set_cell("regions", 5, successor_code="99"), "regions: successor_code 99 of 32.03 is unknown"),
        (set_cell("regions", 5, valid_to=None), "regions: 32.03 is not over when its successor 93.01 begins"),
        (set_cell("regions", 5, successor_code="93"), "32.03 and its successor 93 are of different levels"),
        (set_cell("regions", 5, source=""), "regions: source is empty in 1 rows"),
        (add("region_names", name("99", "Entah")), "region_names: region_code 99 of 'Entah' is unknown"),
        (add("region_names", name("32.01", "Bogor")), "region_names: 'Bogor' is the name of 32.01 already"),
        (
            add("region_names", name("32.01", "Buitenzorg", "former", valid_from=SPLIT, valid_to=RENAMED)),
            "region_names: 'Buitenzorg' of 32.01 ends before it begins on 2022-07-25",
        ),
        (
            add("region_names", name("32.02", "Balige", "former", valid_from=date(2019, 1, 1), valid_to=SPLIT)),
            "region_names: 'Toba Samosir' and 'Balige' of 32.02 overlap",
        ),
        (add("regional_units", unit("polri", "X", "city", None, True)), "regional_units: polri is the id of a body"),
        (add("regional_units", unit("x", "X", "", None, True)), "regional_units: x is of no level"),
        (add("regional_units", unit("x", "X", "state", None, True)), "x is of the level state, which it cannot have"),
        (add("regional_units", unit("x", "X", "city city", None, True)), "x names the level city twice"),
        (
            add("regional_units", unit("x", "X", "city", None, True, region_codes=["99"])),
            "regional_units: region 99 of x is unknown",
        ),
        (
            add("regional_units", unit("x", "X", "city", None, True, valid_from=SPLIT, valid_to=RENAMED)),
            "regional_units: x ends on 2020-02-19 before it begins on 2022-07-25",
        ),
        (
            add("regional_units", unit("x", "X", "city", "entah", True)),
            "regional_units: parent_unit_id entah of x is neither a unit nor a body",
        ),
        (
            add("regional_units", unit("x", "X", "city", "y", True), unit("y", "Y", "city", "x", True)),
            "regional_units: x is above itself",
        ),
        (add("unit_forms", form("x", "X")), "unit_forms: unit_id x of 'X' is unknown"),
        (
            add("unit_forms", form("polres", "Resor (Polres)")),
            "unit_forms: 'Resor (Polres)' of polres ends with a bracket, which the engine composes by rule",
        ),
        (
            add("unit_forms", form("polres", "Pores", region_levels=["district"])),
            "unit_forms: polres 'Pores' is of the level district, which it cannot have",
        ),
        (add("unit_forms", form("polres", "POLRES")), "'POLRES' and 'Polres' of polres differ in case only"),
        (
            add("unit_forms", form("polres", "Pores", valid_from=SPLIT, valid_to=RENAMED)),
            "unit_forms: 'Pores' of polres ends before it begins on 2022-07-25",
        ),
        (add("unit_forms", form("satreskrim", "Polres")), "'Polres' stands for polres and satreskrim of one level"),
        (add("regional_exceptions", exception("x", "32", "absent")), "unit_id x of 32 is unknown"),
        (add("regional_exceptions", exception("polda", "99", "absent")), "region_code 99 of polda is unknown"),
        (
            add("regional_exceptions", exception("polda", "32.01", "absent")),
            "regional_exceptions: polda has no body in 32.01, which is a regency",
        ),
        (
            add("regional_exceptions", exception("polres", "32.01", "changed", parent_id="polda.99")),
            "regional_exceptions: parent_id polda.99 of polres in 32.01 is unknown",
        ),
        (
            add("regional_exceptions", exception("polres", "32.01", "changed")),
            "regional_exceptions: polres in 32.01 is changed, but not in what",
        ),
        (
            add("regional_exceptions", exception("polres", "32.01", "absent", agency_name="Polres")),
            "regional_exceptions: polres in 32.01 is absent and bears a name",
        ),
        (add("regional_exceptions", exception("polda", "93", "absent")), "regional_units: polres.93.01 has no parent"),
        (
            add("agencies", {"agency_id": "polres.32.01", "lineage_id": "polres.32.01", "source": "x"}),
            "polres.32.01 occurs 2 times",
        ),
    ],
)
def test_each_kind_of_defect_is_told(spoil: Callable[[Rows], None], told: str) -> None:
    rows = small()
    spoil(rows)
    found = found_problems(rows)
    assert any(told in problem for problem in found), found


def test_units_of_one_level_share_a_form_with_unlike_priors_or_at_unlike_times() -> None:
    lower, later = small(), small()
    lower["unit_forms"].append(form("satreskrim", "Polres", prior=9))
    assert found_problems(lower) == []
    later["regional_units"][1]["valid_to"] = date(2024, 10, 20)
    later["regional_units"][2] |= {"parent_unit_id": "polda", "has_level_word": True}
    later["regional_units"][3] |= {"parent_unit_id": "polri"}
    later["regional_units"][2]["valid_from"] = date(2024, 10, 21)
    later["unit_forms"].append(form("satreskrim", "Polres"))
    assert found_problems(later) == []


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return load()


def names_on(registry: Registry, agency_id: str, on: date) -> list[tuple[str, str | None]]:
    still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= on)
    periods = registry["agency_periods"].filter(pl.col("agency_id") == agency_id, pl.col("valid_from") <= on, still)
    return periods.select("agency_name", "parent_id").rows()


@pytest.mark.parametrize(
    ("agency_id", "on", "agency_name", "parent_id"),
    [
        ("pemda.32.71", date(2019, 1, 1), "Pemerintah Kota Bogor", None),
        ("pemda.31", date(2025, 1, 1), "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta", None),
        ("pemda.31.73", date(2025, 1, 1), "Pemerintah Kota Administrasi Jakarta Barat", "pemda.31"),
        ("pemda.34", date(2020, 1, 1), "Pemerintah Daerah Daerah Istimewa Yogyakarta", None),
        ("polda.31", date(2020, 1, 1), "Kepolisian Daerah Metropolitan Jakarta Raya", "polri"),
        ("polres.32.75", date(2020, 1, 1), "Kepolisian Resor Metro Bekasi Kota", "polda.31"),
        ("polres.11.71", date(2020, 1, 1), "Kepolisian Resor Kota Banda Aceh", "polda.11"),
        ("polres.12.12", date(2018, 1, 1), "Kepolisian Resor Toba Samosir", "polda.12"),
        ("polres.91.01", date(2020, 1, 1), "Kepolisian Resor Merauke", "polda.91"),
        ("polres.93.01", date(2023, 1, 1), "Kepolisian Resor Merauke", "polda.91"),
        ("dprd.11", date(2020, 1, 1), "Dewan Perwakilan Rakyat Aceh", None),
        ("kpu-daerah.11.71", date(2020, 1, 1), "Komisi Independen Pemilihan Kota Banda Aceh", "kpu"),
        ("pn.32.01", date(2020, 1, 1), "Pengadilan Negeri Cibinong", "ma"),
        ("kejari.32.71", date(2020, 1, 1), "Kejaksaan Negeri Kota Bogor", "kejati.32"),
        ("penkum-kejati.31", date(2020, 1, 1), "Seksi Penerangan Hukum Kejaksaan Tinggi Daerah Khusus Ibukota Jakarta",
         "kejati.31"),
        ("suku-dinas-lingkungan-hidup.31.73", date(2025, 1, 1),
         "Suku Dinas Lingkungan Hidup Kota Administrasi Jakarta Barat", "dinas-lingkungan-hidup.31"),
        ("kanwil-kemenkumham.32", date(2024, 10, 1),
         "Kantor Wilayah Kementerian Hukum dan Hak Asasi Manusia Jawa Barat", "kemenkumham"),
    ],
)  # fmt: skip
def test_shipped_bodies(shipped: Registry, agency_id: str, on: date, agency_name: str, parent_id: str | None) -> None:
    assert names_on(shipped, agency_id, on) == [(agency_name, parent_id)]


@pytest.mark.parametrize("agency_id", ["dprd.31.73", "dinas-kesehatan.31.73", "polres.32.17", "satreskrim.32.17"])
def test_shipped_absences(shipped: Registry, agency_id: str) -> None:
    assert agency_id not in shipped["agencies"]["agency_id"]


def test_shipped_regions_are_complete(shipped: Registry) -> None:
    current = shipped["regions"].filter(pl.col("valid_to").is_null())
    levels = dict(current["region_level"].value_counts().iter_rows())
    assert levels == {"province": 38, "regency": 416, "city": 98, "district": 7285}
    closed = shipped["regions"].filter(pl.col("valid_to").is_not_null())
    assert closed.height == 26
    assert closed["successor_code"].null_count() == 0


def test_composed_bodies_fit_the_contracts_and_leave_the_written_rows_alone(shipped: Registry) -> None:
    for table in ("agencies", "agency_periods"):
        assert shipped[table].schema == TABLES[f"registry.{table}"].polars_schema()
        assert 0 < shipped.written(table).height < shipped[table].height
    assert shipped.written("agencies")["unit_id"].null_count() == shipped.written("agencies").height


def test_the_version_of_bodies_follows_what_they_are_composed_from(shipped: Registry) -> None:
    fewer = Registry(dict(shipped.tables) | {"regional_exceptions": shipped["regional_exceptions"].clear()})
    assert fewer.version("agencies") != shipped.version("agencies")
    assert fewer.version("outlets") == shipped.version("outlets")
