"""Regional bodies, coordination, units of bodies and holders, on a registry of the test's own."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from ingest.entities.engine import Engine
from ingest.entities.mentions import find_mentions, resolve_name
from ingest.registry.model import Rules
from tests.engines import engine_of

DAY = date(2023, 4, 7)
RECODED = date(2022, 7, 25)


def form(agency: str, surface: str, via: str = "name", **given: Any) -> dict[str, Any]:
    row = {"agency_id": agency, "surface": surface, "via": via, "kind": via, "form_id": f"{agency}:{surface}"}
    row |= {"is_exact_case": surface.isupper() and " " not in surface, "prior": 10, "needs_parent": False}
    return {"valid_from": None, "valid_to": None} | row | given


FORMS = [
    form("polri", "Polri"),
    form("tni", "TNI"),
    form("kpu", "KPU"),
    form("dpr", "DPR"),
    form("dpr.komisi-ii", "Komisi II", needs_parent=True),
    form("dpr.komisi-iii", "Komisi III", needs_parent=True),
    form("kemendagri", "Kemendagri"),
    form("kemendagri.polpum", "Dirjen Polpum", "role"),
    form("kemendagri.setjen", "Sekjen", "role", needs_parent=True),
    form("polri", "Tirto Kencana", "holder", valid_from=date(2016, 7, 13), valid_to=date(2019, 10, 22)),
    form("kemendagri", "Tirto Kencana", "holder", valid_from=date(2019, 10, 23)),
]
PARENTS = [
    ("dpr.komisi-ii", "dpr"),
    ("dpr.komisi-iii", "dpr"),
    ("kemendagri.polpum", "kemendagri"),
    ("kemendagri.setjen", "kemendagri"),
]
REGIONS = [
    ("32", "Jawa Barat", "province", None),
    ("31", "DKI Jakarta", "province", None),
    ("32.01", "Bogor", "regency", "32"),
    ("32.71", "Bogor", "city", "32"),
    ("32.04", "Bandung", "regency", "32"),
    ("32.73", "Bandung", "city", "32"),
    ("32.05", "Garut", "regency", "32"),
    ("73.10", "Pangkajene dan Kepulauan", "regency", None),
    ("91", "Papua", "province", None),
    ("91.01", "Merauke", "regency", "91"),
    ("93.01", "Merauke", "regency", None),
    ("32.05.01", "Garut Kota", "district", "32.05"),
    ("32.71.01", "Sukajaya", "district", "32.71"),
    ("32.01.09", "Sukajaya", "district", "32.01"),
]
LIVES = {"91.01": (None, RECODED), "93.01": (RECODED, None)}
UNITS = [
    ("pemda", "Pemerintah", "province regency city", None),
    ("dprd", "Dewan Perwakilan Rakyat Daerah", "province regency city", None),
    ("dinkes", "Dinas Kesehatan", "province regency city", "pemda"),
    ("polda", "Kepolisian Daerah", "province", "polri"),
    ("polres", "Kepolisian Resor", "regency city", "polda"),
    ("polres-reskrim", "Satuan Reserse Kriminal", "regency city", "polres"),
    ("polsek", "Kepolisian Sektor", "district", "polres"),
    ("kpud", "Komisi Pemilihan Umum", "province regency city", "kpu"),
]
UNIT_FORMS = [
    ("pemda", "Pemerintah Kabupaten", "name", "regency"),
    ("pemda", "Pemkab", "name", "regency"),
    ("pemda", "Pemkot", "name", "city"),
    ("pemda", "Pemprov", "name", "province"),
    ("pemda", "Gubernur", "role", "province"),
    ("pemda", "Wakil Gubernur", "role", "province"),
    ("pemda", "Bupati", "role", "regency"),
    ("pemda", "Wali Kota", "role", "city"),
    ("dprd", "DPRD", "name", ""),
    ("dinkes", "Dinkes", "name", ""),
    ("polda", "Polda", "name", ""),
    ("polda", "Kapolda", "role", ""),
    ("polres", "Polres", "name", ""),
    ("polres", "Polresta", "name", ""),
    ("polres", "Kapolres", "role", ""),
    ("polres", "Kapolresta", "role", ""),
    ("polres-reskrim", "Satreskrim", "name", ""),
    ("polres-reskrim", "Kasat Reskrim", "role", ""),
    ("polsek", "Polsek", "name", ""),
    ("polsek", "Kapolsek", "role", ""),
    ("kpud", "KPU", "name", ""),
    ("kpud", "KPUD", "name", ""),
]
PARENT_LEVEL = {"polres": 2, "polsek": 5}


def bodies() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The composed bodies of the units and regions above, and their parents."""
    agencies, periods = [], []
    for unit, _, levels, parent in UNITS:
        for code, _, level, above in REGIONS:
            if level not in levels.split():
                continue
            agencies.append({"agency_id": f"{unit}.{code}"})
            own = {"polres": code[:2], "polsek": above or ""}.get(unit, code)
            over = parent if parent in ("polri", "kpu") or not parent else f"{parent}.{own}"
            if over:
                periods.append({"agency_id": f"{unit}.{code}", "parent_id": over})
    return agencies, periods


@pytest.fixture(scope="module")
def engine() -> Engine:
    agencies, periods = bodies()
    regions = [
        {"region_code": code, "region_name": name, "region_level": level, "parent_code": parent}
        | dict(zip(("valid_from", "valid_to"), LIVES.get(code, (None, None)), strict=True))
        for code, name, level, parent in REGIONS
    ]
    names = [("32", "Jabar"), ("31", "DKI"), ("31", "Jakarta"), ("73.10", "Pangkep")]
    return engine_of(
        FORMS,
        PARENTS,
        Rules(stations=frozenset({"pemda", "polda", "polres", "polsek"})),
        agencies=agencies,
        agency_periods=periods,
        regions=regions,
        region_names=[{"region_code": code, "surface": name, "is_exact_case": False} for code, name in names],
        regional_units=[
            {"unit_id": unit, "unit_name": name, "region_levels": levels.split(), "parent_unit_id": parent}
            for unit, name, levels, parent in UNITS
        ],
        unit_forms=[
            {"unit_id": unit, "surface": surface, "via": via, "region_levels": levels.split(), "prior": 10}
            | {"is_exact_case": surface.isupper()}
            for unit, surface, via, levels in UNIT_FORMS
        ],
        regional_exceptions=[
            {"unit_id": "polda", "region_code": "31", "exception_kind": "changed"}
            | {"agency_name": "Kepolisian Daerah Metropolitan Jakarta Raya", "acronym": "Polda Metro Jaya"},
            {"unit_id": "polres", "region_code": "32.04", "exception_kind": "changed"}
            | {"agency_name": "Kepolisian Resor Kota Bandung", "acronym": "Polresta Bandung"},
        ],
    )


def read(engine: Engine, text: str, day: date | None = DAY) -> list[tuple[str, str | None, str]]:
    """(surface, agency, rule) of the mentions of one text."""
    articles = pl.DataFrame(
        {"document_id": ["a"], "title": [""], "text": [text], "published_date": [day]},
        schema_overrides={"published_date": pl.Date()},
    )
    zones = pl.DataFrame({"document_id": "a", "zone_index": 0, "zone": "body", "start": 0, "end": len(text)})
    return find_mentions(articles, zones, engine).select("surface", "agency_id", "rule").rows()


BEHIND = "region_behind"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Polres Garut menahan", [("Polres Garut", "polres.32.05", BEHIND)]),
        ("POLRES GARUT", [("POLRES GARUT", "polres.32.05", BEHIND)]),
        ("Kepolisian Resor (Polres) Garut", [("Kepolisian Resor (Polres) Garut", "polres.32.05", BEHIND)]),
        ("Dinkes (Dinas Kesehatan) Jabar", [("Dinkes (Dinas Kesehatan) Jabar", "dinkes.32", BEHIND)]),
        ("Dinas Kesehatan Kota Kota Bogor", [("Dinas Kesehatan Kota Kota Bogor", "dinkes.32.71", BEHIND)]),
        ("Dinas Kesehatan Kab. Bogor", [("Dinas Kesehatan Kab. Bogor", "dinkes.32.01", BEHIND)]),
        ("Pemerintah Kabupaten (Pemkab) Garut", [("Pemerintah Kabupaten (Pemkab) Garut", "pemda.32.05", BEHIND)]),
        ("Bupati Pangkajene dan Kepulauan", [("Bupati Pangkajene dan Kepulauan", "pemda.73.10", BEHIND)]),
        ("Bupati Pangkajene dan Kepulauan (Pangkep)", [
            ("Bupati Pangkajene dan Kepulauan (Pangkep)", "pemda.73.10", BEHIND)]),
        ("Dinas Kesehatan Jawa Barat (Dinkes Jabar)", [
            ("Dinas Kesehatan Jawa Barat (Dinkes Jabar)", "dinkes.32", BEHIND)]),
        ("Plt. Bupati Garut", [("Plt. Bupati Garut", "pemda.32.05", BEHIND)]),
        ("Gubernur dan Wakil Gubernur Jawa Barat", [
            ("Gubernur", "pemda.32", "coordinated"), ("Wakil Gubernur Jawa Barat", "pemda.32", BEHIND)]),
        ("Kapolda Metro Jaya", [("Kapolda Metro Jaya", "polda.31", BEHIND)]),
        ("Polda Metro Jaya dan Polres Garut", [
            ("Polda Metro Jaya", "polda.31", BEHIND), ("Polres Garut", "polres.32.05", BEHIND)]),
        ("Kapolresta Bandung", [("Kapolresta Bandung", "polres.32.04", BEHIND)]),
        ("Polres Bogor Kota", [("Polres Bogor Kota", "polres.32.71", BEHIND)]),
        ("Kasat Reskrim Polres Garut", [("Kasat Reskrim Polres Garut", "polres-reskrim.32.05", "named_behind")]),
        ("Satreskrim, Polres Garut", [("Satreskrim, Polres Garut", "polres-reskrim.32.05", "named_behind")]),
        ("Kanit II Tipikor Satreskrim Polres Garut", [
            ("Kanit II Tipikor Satreskrim Polres Garut", "polres-reskrim.32.05", "unit_before")]),
        ("Bidang Gizi Dinkes Garut", [("Bidang Gizi Dinkes Garut", "dinkes.32.05", "unit_before")]),
        ("bidang gizi Dinkes Garut", [("Dinkes Garut", "dinkes.32.05", BEHIND)]),
        ("Kepala Dinas Kesehatan Garut", [("Dinas Kesehatan Garut", "dinkes.32.05", BEHIND)]),
        ("LP/B/188/IV/2025/KPU dan TNI/KPU", [("TNI", "tni", "only_reading"), ("KPU", "kpu", "only_reading")]),
        ("Bertemu TNIJenderal di KPUGarut dan infoKPU @infoKPU", [
            ("TNI", "tni", "only_reading"), ("KPU", "kpu", "only_reading"), ("KPU", "kpu", "only_reading")]),
        ("Kepala Dinkes Garut", [("Dinkes Garut", "dinkes.32.05", BEHIND)]),
        ("KPU Garut dan KPU", [("KPU Garut", "kpud.32.05", BEHIND), ("KPU", "kpu", "only_reading")]),
        ("TNI/Polri", [("TNI", "tni", "only_reading"), ("Polri", "polri", "only_reading")]),
        ("Pemprov Papua Nugini", []),
        ("Gubernur, Bupati dan Polres", []),
        ("gubernur garut", []),
        ("Polsek Garut Kota", [("Polsek Garut Kota", "polsek.32.05.01", BEHIND)]),
        ("Polsek Kawasan Bandara, kata", [("Polsek Kawasan Bandara", "polri", "unplaced_unit")]),
        ("Kapolsek Kawasan Bandara AKP Budi", [("Kapolsek Kawasan Bandara", "polri", "unplaced_unit")]),
        ("Kapolsek Budi Santoso", []),
        ("Komisi II dan III DPR", [
            ("Komisi II", "dpr.komisi-ii", "coordinated"), ("III DPR", "dpr.komisi-iii", "only_reading")]),
        ("Sekjen dan Dirjen Polpum Kemendagri", [
            ("Sekjen", "kemendagri.setjen", "coordinated"),
            ("Dirjen Polpum Kemendagri", "kemendagri.polpum", "only_reading")]),
        ("Komisi III rapat.", []),
        ("DPR rapat. Komisi III setuju.", [
            ("DPR", "dpr", "only_reading"), ("Komisi III", "dpr.komisi-iii", "follow_up")]),
        ("Polres Garut menahan. Polres lalu", [("Polres Garut", "polres.32.05", BEHIND)]),
        ("Polres Garut menahan. Satreskrim dan Kapolres lalu", [
            ("Polres Garut", "polres.32.05", BEHIND), ("Satreskrim", "polres-reskrim.32.05", "follow_up")]),
    ],
)  # fmt: skip
def test_composition(engine: Engine, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(engine, text) == expected


@pytest.mark.parametrize(
    ("text", "agency", "rule"),
    [
        ("DPRD Bandung rapat.", None, "tie"),
        ("DPRD Bandung rapat dengan Pemkot Bandung.", "dprd.32.73", "context"),
        ("DPRD Bandung rapat. Warga Kabupaten Bandung datang.", "dprd.32.04", "context"),
        ("Polsek Sukajaya menahan warga Bogor.", "polda.32", "common_parent"),
        ("Polsek Sukajaya menahan. Kapolres Bogor Kota hadir.", "polsek.32.71.01", "context"),
    ],
)
def test_twins_are_decided_by_the_article_or_stay_open(
    engine: Engine, text: str, agency: str | None, rule: str
) -> None:
    assert read(engine, text)[0][1:] == (agency, rule)


def test_the_code_is_that_of_the_day(engine: Engine) -> None:
    assert read(engine, "Bupati Merauke", date(2020, 1, 1))[0][1] == "pemda.91.01"
    assert read(engine, "Bupati Merauke", date(2023, 1, 1))[0][1] == "pemda.93.01"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 5, 1), [("Tirto Kencana", "polri", "only_reading")]),
        (date(2021, 5, 1), [("Tirto Kencana", "kemendagri", "only_reading")]),
        (date(2015, 5, 1), []),
        (None, []),
    ],
)
def test_a_person_stands_for_a_body_within_the_term_only(
    engine: Engine, day: date | None, expected: list[tuple[str, str, str]]
) -> None:
    assert read(engine, "Tirto Kencana dan Tirto", day) == expected


def test_names_resolve_as_a_whole(engine: Engine) -> None:
    assert resolve_name(engine, "Kepolisian Daerah Metropolitan Jakarta Raya", DAY) == "polda.31"
    assert resolve_name(engine, "Satuan Reserse Kriminal Kepolisian Resor Garut", DAY) == "polres-reskrim.32.05"
    assert resolve_name(engine, "Kepolisian Resor Garut Selatan", DAY) is None
    assert resolve_name(engine, "Warung Garut", DAY) is None
