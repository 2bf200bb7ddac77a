"""The shipped registry is sound and complete, each kind of defect is found, and versions follow content."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import ingest.registry.load as loading
from ingest.errors import RegistryError
from ingest.registry.forms import forms
from ingest.registry.load import MOST_PROBLEMS, Registry, load, problems, read
from ingest.registry.model import Rules, UnitWord
from warehouse.contracts import TABLES, tables_of
from warehouse.keys import hex16

Tables = dict[str, list[dict[str, Any]]]

RULES = Rules(
    (
        UnitWord(("Kementerian",), ("Menteri",)),
        UnitWord(("Direktorat Jenderal", "Ditjen"), ("Direktur Jenderal", "Dirjen")),
    ),
    frozenset({"Pusat Penerangan"}),
)


def period(agency_id: str, name: str, acronym: str | None = None, **others: Any) -> dict[str, Any]:
    row = {"agency_id": agency_id, "valid_from": date(2010, 1, 1), "valid_to": None, "agency_name": name}
    return row | {"acronym": acronym, "kind": "ministry", "parent_id": None, "source": "UU 1/2010"} | others


def alias(agency_id: str, surface: str, **others: Any) -> dict[str, Any]:
    row = {"alias_id": hex16("alias", agency_id, surface), "agency_id": agency_id, "surface": surface}
    defaults = {"alias_kind": "short", "is_exact_case": False, "prior": 10, "valid_from": None, "valid_to": None}
    return row | defaults | {"source": "pemakaian pers"} | others


def role(agency_id: str, surface: str, **others: Any) -> dict[str, Any]:
    row = alias(agency_id, surface, **others)
    del row["alias_kind"], row["alias_id"]
    return row | {"role_id": hex16("role", agency_id, surface), "capacity": "head"}


def small() -> Tables:
    """A sound registry of two ministries and a unit."""
    return {
        "agencies": [
            {"agency_id": name, "lineage_id": name, "source": "UU 1/2010"} for name in ("laut", "darat", "darat.jalan")
        ],
        "agency_periods": [
            period("laut", "Kementerian Kelautan", "Kemlaut"),
            period("darat", "Kementerian Daratan", "Kemdarat"),
            period("darat.jalan", "Direktorat Jenderal Jalan", "Ditjen Jalan", parent_id="darat"),
        ],
        "aliases": [alias("laut", "KL", alias_kind="acronym", is_exact_case=True)],
        "roles": [role("laut", "Menlaut")],
        "successions": [],
        "outlets": [],
        "regions": [
            {"region_code": "11", "region_name": "Aceh", "region_level": "province", "parent_code": None, "source": "x"}
        ],
    }


def registry(tables: Mapping[str, list[dict[str, Any]]], rules: Rules = RULES) -> Registry:
    frames = {t.name: pl.DataFrame(tables.get(t.name, []), schema=t.polars_schema()) for t in tables_of("registry")}
    return Registry(frames, rules)


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return load()


def active(shipped: Registry, on: date) -> pl.DataFrame:
    still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= on)
    return shipped["agency_periods"].filter((pl.col("valid_from") <= on) & still)


@pytest.mark.parametrize(
    ("on", "ministries", "coordinating"),
    [
        (date(2015, 6, 1), 34, 4),
        (date(2020, 1, 1), 34, 4),
        (date(2021, 6, 1), 34, 4),
        (date(2024, 11, 1), 48, 7),
        (date(2025, 11, 1), 48, 7),
    ],
)
def test_each_cabinet_has_its_ministries(shipped: Registry, on: date, ministries: int, coordinating: int) -> None:
    cabinet = active(shipped, on).filter((pl.col("kind") == "ministry") & pl.col("parent_id").is_null())
    assert cabinet["agency_name"].str.starts_with("Kementerian ").all()
    assert cabinet.height == ministries
    assert cabinet["agency_name"].str.starts_with("Kementerian Koordinator ").sum() == coordinating


def test_shipped_tables_conform_to_their_contracts(shipped: Registry) -> None:
    for name, frame in shipped.tables.items():
        assert frame.schema == TABLES[f"registry.{name}"].polars_schema()
        assert not frame.is_empty()


def test_a_rename_is_a_period_and_a_split_is_a_succession(shipped: Registry) -> None:
    periods = shipped["agency_periods"].sort("valid_from")
    assert periods.filter(pl.col("agency_id") == "komdigi")["agency_name"].to_list() == [
        "Kementerian Komunikasi dan Informatika",
        "Kementerian Komunikasi dan Digital",
    ]
    heirs = shipped["successions"].filter(pl.col("predecessor_id") == "kemendikbudristek")["successor_id"]
    assert set(heirs) == {"kemendikdasmen", "kemdiktisaintek", "kemenbud"}


def test_every_host_of_the_development_data_has_an_outlet(shipped: Registry, dev_data: Path) -> None:
    domains = {domain for listed in shipped["outlets"]["domains"] for domain in listed}
    hosts = pl.read_csv(dev_data / "registries" / "hosts_in_corpus.csv")["host"]

    def is_covered(host: str) -> bool:
        labels = host.split(".")
        return any(".".join(labels[start:]) in domains for start in range(len(labels)))

    assert [host for host in hosts if not is_covered(host)] == []


def test_forms_hold_every_wording_of_the_seed(shipped: Registry) -> None:
    found = forms(shipped)
    polpum = found.filter(pl.col("agency_id") == "kemendagri.polpum")
    units = ["Direktorat Jenderal", "Ditjen", "Direktorat Jenderal (Ditjen)"]
    heads = ["Direktur Jenderal", "Dirjen", "Direktur Jenderal (Dirjen)"]
    subjects = ["Politik dan Pemerintahan Umum", "Polpum", "Politik dan Pemerintahan Umum (Polpum)"]
    for via, words in (("name", units), ("role", heads)):
        wanted = {f"{word} {subject}" for word in words for subject in subjects}
        assert wanted == set(polpum.filter(pl.col("via") == via)["surface"])
    assert not polpum["needs_parent"].any()
    assert "Kementerian Dalam Negeri" in found.filter(pl.col("agency_id") == "kemendagri")["surface"]


@pytest.mark.parametrize(
    ("surface", "on", "agency_id", "via"),
    [
        ("Menteri Pariwisata", date(2018, 1, 1), "kemenpar-2014", "role"),
        ("Menteri Pariwisata", date(2025, 1, 1), "kemenpar", "role"),
        ("Kementerian Pariwisata", date(2022, 1, 1), "kemenparekraf", "name"),
        ("BRIN", date(2020, 1, 1), "kemenristek-brin", "name"),
        ("BRIN", date(2022, 1, 1), "brin", "name"),
        ("Mendikbud", date(2020, 1, 1), "kemendikbud", "role"),
        ("Mendikbud", date(2022, 1, 1), "kemendikbudristek", "role"),
        ("Menteri Koordinator Bidang Politik, Hukum dan Keamanan", date(2019, 1, 1), "kemenko-polhukam", "role"),
        ("Kemenkominfo", date(2025, 6, 1), "komdigi", "name"),  # an old name outlives the rename
        ("KLHK", date(2025, 6, 1), "klhk", "name"),  # and a body its end
        ("Wakil Menteri (Wamen) Investasi", date(2025, 6, 1), "kemeninves", "role"),
        ("Dirjen Pajak", date(2020, 1, 1), "kemenkeu.djp", "role"),
        ("Komisi III DPR", date(2020, 1, 1), "dpr.komisi-3", "name"),
    ],
)
def test_a_surface_means_one_body_on_its_day(
    shipped: Registry, surface: str, on: date, agency_id: str, via: str
) -> None:
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= on)
    still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= on)
    found = forms(shipped).filter((pl.col("surface") == surface) & begun & still)
    assert found.select("agency_id", "via").rows() == [(agency_id, via)]


def test_forms_carry_the_ids_of_the_rows_that_state_them(shipped: Registry) -> None:
    ids = set(forms(shipped)["form_id"])
    assert set(shipped["aliases"]["alias_id"]) <= ids
    assert set(shipped["roles"]["role_id"]) <= ids


def test_bare_unit_words_and_shared_names_need_their_parent(shipped: Registry) -> None:
    found = forms(shipped).filter(pl.col("needs_parent"))
    assert {"Sekretariat Jenderal", "Sekjen", "BPSDM", "Puspen"} <= set(found["surface"])
    assert "Kemendagri" not in found["surface"]


def test_an_alias_overrules_what_a_period_implies() -> None:
    tables = small()
    tables["aliases"].append(alias("laut", "Kemlaut", alias_kind="acronym", prior=0, is_exact_case=True))
    found = forms(registry(tables)).filter(pl.col("surface") == "Kemlaut")
    assert found.select("prior", "is_exact_case").rows() == [(0, True)]


def test_a_unit_that_is_named_by_its_office_is_an_office() -> None:
    tables = small()
    tables["aliases"].append(alias("darat.jalan", "Deputi Bidang Jalan"))
    tables["roles"].append(role("darat.jalan", "Deputi Bidang Jalan"))
    found = forms(registry(tables)).filter(pl.col("surface") == "Deputi Bidang Jalan")
    assert found["via"].to_list() == ["role"]


def test_a_holder_of_one_word_is_no_form() -> None:
    tables = small()
    term = {"capacity": "head", "office": "Menteri", "valid_from": date(2019, 10, 23), "valid_to": None, "source": "x"}
    tables["holders"] = [
        {"holder_id": name, "agency_id": "laut", "person_name": name} | term for name in ("Wirawan", "Tirto Kencana")
    ]
    found = forms(registry(tables)).filter(pl.col("via") == "holder")
    assert found.select("surface", "valid_from").rows() == [("Tirto Kencana", date(2019, 10, 23))]


def test_a_name_ends_where_another_body_takes_it_over() -> None:
    tables = small()
    tables["agency_periods"][0]["valid_to"] = date(2014, 12, 31)
    tables["agency_periods"][1] |= {"agency_name": "Kementerian Kelautan", "valid_from": date(2020, 1, 1)}
    tables["agency_periods"][2]["valid_from"] = date(2020, 1, 1)
    found = forms(registry(tables)).filter(pl.col("surface") == "Menteri Kelautan").sort("valid_from")
    assert found.select("agency_id", "valid_to").rows() == [("laut", date(2019, 12, 31)), ("darat", None)]


def test_the_small_registry_is_sound() -> None:
    assert problems(registry(small())) == []


def set_cell(name: str, row: int, **cells: Any) -> Callable[[Tables], None]:
    return lambda tables: tables[name][row].update(cells)


def add(name: str, *rows: dict[str, Any]) -> Callable[[Tables], None]:
    return lambda tables: tables[name].extend(rows)


def outlet(outlet_id: str, *domains: str) -> dict[str, Any]:
    row = {"outlet_id": outlet_id, "outlet_name": outlet_id, "domains": list(domains), "network": None}
    return row | {"outlet_kind": "online", "clock_zone": "WIB", "has_local_z_stamps": False, "source": "x"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (set_cell("agency_periods", 0, source=None), "agency_periods: source is empty in 1 rows"),
        (set_cell("aliases", 0, source=""), "aliases: source is empty in 1 rows"),
        (set_cell("agency_periods", 0, kind="guild"), "agency_periods: kind has the unknown value 'guild'"),
        (add("aliases", alias("laut", "KL")), "occurs 2 times"),
        (add("roles", role("laut", "Menlaut")), "occurs 2 times"),
        (set_cell("agency_periods", 2, parent_id="udara"), "agency_periods: parent_id udara is unknown"),
        (add("aliases", alias("udara", "KU")), "aliases: agency_id udara is unknown"),
        (add("roles", role("udara", "Menu")), "roles: agency_id udara is unknown"),
        (add("agencies", {"agency_id": "api", "lineage_id": "api", "source": "x"}), "agencies: api has no period"),
        (
            add(
                "successions",
                {
                    "predecessor_id": "laut",
                    "successor_id": "udara",
                    "succeeded_on": date(2020, 1, 1),
                    "succession_kind": "split",
                    "source": "x",
                },
            ),
            "successions: successor_id udara is unknown",
        ),
        (set_cell("agency_periods", 0, valid_to=date(2009, 1, 1)), "laut ends on 2009-01-01 before it begins"),
        (
            add("agency_periods", period("laut", "Kementerian Lautan", valid_from=date(2015, 1, 1))),
            "two periods of laut overlap on 2015-01-01",
        ),
        (set_cell("agency_periods", 2, parent_id=None), "the unit darat.jalan has no parent"),
        (set_cell("agency_periods", 1, valid_to=date(2020, 1, 1)), "is outside the life of its parent darat"),
        (set_cell("agency_periods", 1, parent_id="darat.jalan"), "darat is above itself"),
        (set_cell("agencies", 0, lineage_id="udara"), "the lineage udara of laut is not named after"),
        (add("aliases", alias("darat", "KL", is_exact_case=True)), "'KL' stands for darat and laut at one time"),
        (add("roles", role("darat", "Menteri Kelautan")), "'Menteri Kelautan' stands for"),
        (add("outlets", outlet("a", "a.id"), outlet("b", "b.id", "a.id")), "outlets: a.id belongs to 2 outlets"),
    ],
)
def test_each_kind_of_defect_is_told(spoil: Callable[[Tables], None], told: str) -> None:
    tables = small()
    spoil(tables)
    found = problems(registry(tables))
    assert any(told in problem for problem in found), found


def holder(person_name: str, valid_from: date, valid_to: date | None, **others: Any) -> dict[str, Any]:
    row = {"holder_id": hex16(person_name, str(valid_from)), "agency_id": "laut", "person_name": person_name}
    row |= {"office": "Menteri Kelautan", "capacity": "head", "source": "Keppres 1/2014"}
    return row | {"valid_from": valid_from, "valid_to": valid_to} | others


def spelling(person_name: str, surface: str) -> dict[str, Any]:
    return {"person_name": person_name, "surface": surface, "source": "pemakaian pers"}


@pytest.mark.parametrize(
    ("holders", "names", "told"),
    [
        ([holder("Ani Wati", date(2009, 1, 1), None)], [], "the term of Ani Wati at laut from 2009-01-01 is outside"),
        ([holder("Ani Wati", date(2015, 1, 1), date(2014, 1, 1))], [], "laut ends on 2014-01-01 before it begins"),
        ([holder("Ani Wati", date(2015, 1, 1), None, agency_id="udara")], [], "holders: agency_id udara is unknown"),
        (
            [holder("Ani Wati", date(2015, 1, 1), date(2020, 1, 2)), holder("Budi Hadi", date(2020, 1, 1), None)],
            [],
            "holders: Ani Wati and Budi Hadi are both Menteri Kelautan at laut on 2020-01-01",
        ),
        ([], [spelling("Ani Wati", "A Wati")], "holder_names: person_name Ani Wati is unknown"),
        ([holder("Ani Wati", date(2015, 1, 1), None)], [spelling("Ani Wati", "Ani")], "'Ani' of Ani Wati is one word"),
        (
            [holder("Ani Wati", date(2015, 1, 1), None)],
            [spelling("Ani Wati", "Ani Wati")],
            "'Ani Wati' of Ani Wati is written twice",
        ),
    ],
)
def test_each_defect_of_holders_is_told(holders: list[dict[str, Any]], names: list[dict[str, Any]], told: str) -> None:
    found = problems(registry(small() | {"holders": holders, "holder_names": names}))
    assert any(told in problem for problem in found), found


def test_an_office_passes_on_within_a_day_and_has_acting_heads_and_deputies_beside_its_head() -> None:
    holders = [
        holder("Ani Wati", date(2015, 1, 1), date(2020, 1, 1)),
        holder("Budi Hadi", date(2020, 1, 1), None),
        holder("Cici Sari", date(2016, 1, 1), None, capacity="deputy"),
        holder("Dedi Rusli", date(2016, 1, 1), None, capacity="acting"),
    ]
    names = [spelling("Ani Wati", "A Wati")]
    assert problems(registry(small() | {"holders": holders, "holder_names": names})) == []


def test_frames_of_another_shape_are_told() -> None:
    sound = registry(small())
    spoilt = Registry(dict(sound.tables) | {"regions": sound["regions"].drop("source")}, RULES)
    assert problems(spoilt) == ["regions: the columns are not those of the contract"]


def test_readings_may_differ_in_prior_in_time_or_on_purpose() -> None:
    lower, later, wanted = small(), small(), small()
    lower["aliases"].append(alias("darat", "KL", is_exact_case=True, prior=5))
    assert problems(registry(lower)) == []
    later["aliases"][0]["valid_to"] = date(2019, 12, 31)
    later["aliases"].append(alias("darat", "KL", is_exact_case=True, valid_from=date(2020, 1, 1)))
    assert problems(registry(later)) == []
    wanted["aliases"].append(alias("darat", "KL", is_exact_case=True))
    assert problems(registry(wanted, Rules(RULES.unit_words, ambiguous=frozenset({"KL"})))) == []


def test_an_ambiguity_that_is_none_is_told() -> None:
    rules = Rules(RULES.unit_words, ambiguous=frozenset({"KL"}))
    assert problems(registry(small(), rules)) == ["units: 'KL' is called ambiguous and is not"]


def test_version_ignores_the_order_of_rows_and_names(shipped: Registry) -> None:
    shuffled = Registry({name: frame.reverse() for name, frame in shipped.tables.items()}, shipped.rules)
    assert shuffled.version() == shipped.version()
    assert shipped.version("roles", "aliases") == shipped.version("aliases", "roles", "roles")


def test_version_follows_content() -> None:
    tables = small()
    before = registry(tables)
    tables["aliases"][0]["surface"] = "KLt"
    after = registry(tables)
    assert before.version("aliases") != after.version("aliases")
    assert before.version("roles") == after.version("roles")
    other_rules = registry(small(), Rules())
    assert before.version("aliases") != other_rules.version("aliases")
    assert before.version("outlets") == other_rules.version("outlets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in Path(loading.__file__).parent.iterdir():
        if path.suffix in (".csv", ".yml"):
            shutil.copy(path, tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


def test_a_folder_of_the_same_files_is_the_same_registry(folder: Path, shipped: Registry) -> None:
    assert load(folder).version() == shipped.version()


def test_an_edited_alias_changes_the_version_of_aliases_alone(folder: Path, shipped: Registry) -> None:
    edit(folder / "aliases.csv", "kemendagri,Kemdagri,", "kemendagri,Kemendgri,")
    edited = load(folder)
    assert edited.version("aliases") != shipped.version("aliases")
    assert edited.version("outlets") == shipped.version("outlets")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("agency_periods.csv", "2009-11-03", "2009-13-03", "'2009-13-03' in column valid_from"),
        ("aliases.csv", ",false,10,", ",no,10,", "'no' in column is_exact_case"),
        ("aliases.csv", ",false,10,", ",false,many,", "'many' in column prior"),
        ("agencies.csv", "lineage_id", "family", "must have the columns agency_id,lineage_id,source"),
        ("agencies.csv", "kemendagri.polpum,kemendagri.polpum", "kemendagri.polpum,polpum", "lineage polpum"),
        ("units.yml", "shared_names:", "names:", "units.yml cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(folder: Path, name: str, old: str, new: str, told: str) -> None:
    edit(folder / name, old, new)
    with pytest.raises(RegistryError, match="The registry") as caught:
        load(folder)
    assert told in str(caught.value)


def test_the_error_of_many_problems_tells_the_first_and_how_many_more(folder: Path) -> None:
    path = folder / "unit_forms.csv"
    content = path.read_text("utf-8")
    path.write_text(content.replace("\npemda,", "\nunknown,"), "utf-8")
    with pytest.raises(RegistryError) as caught:
        load(folder)
    told = str(caught.value).splitlines()
    assert len(told) == 1 + MOST_PROBLEMS + 1
    spoilt = content.count("\npemda,")
    assert told[-1] == f"and {spoilt - MOST_PROBLEMS} more: kliping registry check tells them all"
    assert len(problems(read(folder))) == spoilt


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "roles.csv").unlink()
    with pytest.raises(RegistryError, match=r"roles\.csv cannot be read"):
        load(folder)
