"""Places: which names of regions are places, where their spans begin and end, and which region each is."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entities.places import PlaceNames, compile_places, find_places
from ingest.registry.model import Registry
from warehouse.contracts import TABLES

REGIONS = [
    ("15", "Jambi", "province", None),
    ("15.71", "Jambi", "city", "15"),
    ("32", "Jawa Barat", "province", None),
    ("32.01", "Bogor", "regency", "32"),
    ("32.08", "Kuningan", "regency", "32"),
    ("32.71", "Bogor", "city", "32"),
    ("32.75", "Bekasi", "city", "32"),
    ("32.16", "Bekasi", "regency", "32"),
    ("32.79", "Banjar", "city", "32"),
    ("33.17", "Rembang", "regency", "33"),
    ("34", "Daerah Istimewa Yogyakarta", "province", None),
    ("34.04", "Sleman", "regency", "34"),
    ("34.71", "Yogyakarta", "city", "34"),
    ("35.15", "Sidoarjo", "regency", "35"),
    ("35.78", "Surabaya", "city", "35"),
    ("35.79", "Batu", "city", "35"),
    ("53.02", "Timor Tengah Selatan", "regency", "53"),
    ("63.03", "Banjar", "regency", "63"),
    ("63", "Kalimantan Selatan", "province", None),
    ("12.71", "Medan", "city", "12"),
    ("12.71.01", "Medan Kota", "district", "12.71"),
    ("35", "Jawa Timur", "province", None),
    ("51", "Bali", "province", None),
]
NAMES = [
    ("32", "Jabar", "acronym"),
    ("34", "Yogyakarta", "short"),
    ("53.02", "TTS", "acronym"),
    ("35.15", "Delta", "bound"),
]
LEVEL_WORDS = {"province": "Provinsi", "regency": "Kabupaten", "city": "Kota", "district": "Kecamatan"}


@pytest.fixture(scope="module")
def names() -> PlaceNames:
    regions, written = TABLES["registry.regions"], TABLES["registry.region_names"]
    given_regions = [
        {"region_code": code, "region_name": name, "region_level": level, "parent_code": parent, "source": "uji"}
        | {"level_word": LEVEL_WORDS[level]}
        for code, name, level, parent in REGIONS
    ]
    given_names = [
        {"region_code": code, "surface": surface, "name_kind": kind, "is_exact_case": surface.isupper()}
        | {"source": "uji"}
        for code, surface, kind in NAMES
    ]
    made = {
        table.name: pl.DataFrame(
            [{name: row.get(name) for name in table.column_names} for row in rows], schema=table.polars_schema()
        )
        for table, rows in ((regions, given_regions), (written, given_names))
    }
    return compile_places(Registry(made))


def found(names: PlaceNames, text: str, title: str = "", bodies: list[tuple[str, str]] | None = None) -> pl.DataFrame:
    """The places of an article whose text is one zone; ``bodies`` are mentions by surface and agency."""
    articles = pl.DataFrame(
        {"document_id": ["a"], "title": [title], "text": [text], "published_date": [date(2025, 3, 4)]}
    )
    zones = pl.DataFrame({"document_id": ["a"], "zone_index": [0], "zone": ["body"], "start": [0], "end": [len(text)]})
    rows = [
        ("a", "body", text.index(surface), text.index(surface) + len(surface), agency)
        for surface, agency in bodies or []
    ]
    schema = {"document_id": pl.String, "zone": pl.String, "start": pl.Int64, "end": pl.Int64, "agency_id": pl.String}
    places = find_places(articles, zones, pl.DataFrame(rows, schema=schema, orient="row"), names)
    assert places.schema == TABLES["entities.places"].polars_schema()
    for row in places.iter_rows(named=True):
        source = title if row["zone"] == "title" else text
        assert source[row["start"] : row["end"]] == row["surface"]
        assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"]
        assert (row["region_code"] is None) == (row["status"] == "ambiguous")
    return places


def spans(names: PlaceNames, text: str, title: str = "") -> list[tuple[str, str | None]]:
    return found(names, text, title).select("surface", "region_code").rows()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Banjir melanda Surabaya.", [("Surabaya", "35.78")]),
        ("Ia tiba di Kota Bogor kemarin.", [("Kota Bogor", "32.71")]),
        ("Warga Kab. Bogor dan warga kota Bogor hadir.", [("Kab. Bogor", "32.01"), ("kota Bogor", "32.71")]),
        ("Provinsi Jawa Barat (Jabar) siap.", [("Provinsi Jawa Barat (Jabar)", "32")]),
        ("Di Kota Surabaya dan Sidoarjo hujan.", [("Kota Surabaya", "35.78"), ("Sidoarjo", "35.15")]),
        ("Kota Bogor dan Bekasi sepakat.", [("Kota Bogor", "32.71"), ("Bekasi", "32.75")]),
        ("Ia lahir di Bogor, Jawa Barat.", [("Bogor", None), ("Jawa Barat", "32")]),
        ("Gempa terasa di Banjar, Kalimantan Selatan.", [("Banjar", "63.03"), ("Kalimantan Selatan", "63")]),
        ("Warga Sleman, Yogyakarta, mengungsi.", [("Sleman", "34.04"), ("Yogyakarta", "34")]),
        ("Rapat di kabupaten/kota Bogor usai.", [("kota Bogor", None)]),
        ("Kota Bogor ramai. Wisatawan ke Bogor naik.", [("Kota Bogor", "32.71"), ("Bogor", "32.71")]),
        ("Jalur Surabaya-Sidoarjo macet.", [("Surabaya", "35.78"), ("Sidoarjo", "35.15")]),
        ("Timor Tengah Selatan (TTS) kering.", [("Timor Tengah Selatan (TTS)", "53.02")]),
    ],
)
def test_a_place_with_its_level_word_and_its_code(
    names: PlaceNames, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert spans(names, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Toko itu di Jalan Surabaya nomor 5.",
        "Ia makan soto Sidoarjo dan rawon Surabaya.",
        "Kemarin Universitas Negeri Surabaya menerima mahasiswa.",
        "Kata Bambang Surabaya kepada kami.",
        "Laga melawan Bali United digelar.",
        "Ia tinggal di Kecamatan Medan Kota bersama ibunya.",
        "Ia tinggal di Medan Helvetia bersama ibunya.",
        "Kapal melintasi Selat Bali malam ini.",
        "Mereka menangkap Persebaya Surabaya dalam sorotan.",
        "Ia berbahasa Bali, yakni bahasa Bali halus.",
        "Melempar Batu ke sungai dilarang.",
        "Penyidik datang ke kawasan Kuningan, kata Batu.",
        "Surat dari @Surabaya dan #Bali.",
        "Dikutip dari Warta\u200bSurabaya dan Surabaya.com kemarin.",
        "Tempat transit satwa (TTS) penuh.",
        "Warga surabaya dan SURABAYA.",
        "Delta ramai.",
    ],
)
def test_a_region_s_name_in_another_name_is_no_place(names: PlaceNames, text: str) -> None:
    assert spans(names, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Konser di Stadion Tambaksari Surabaya batal.", ["Surabaya"]),
        ("Vila di Cikeas Sidoarjo laku.", ["Sidoarjo"]),
        ("Panen apel di Batu melimpah. Batu dikenal sejuk.", ["Batu", "Batu"]),
        ("Warga Kuningan, Jawa Barat, panen.", ["Kuningan", "Jawa Barat"]),
        ("Dari Surabaya Selasa (4/3).", ["Surabaya"]),
    ],
)
def test_what_says_where_a_site_is_and_what_says_that_a_place_is_meant(
    names: PlaceNames, text: str, expected: list[str]
) -> None:
    assert [surface for surface, _ in spans(names, text)] == expected


def test_a_place_inside_a_body_is_none_and_the_body_decides_a_twin(names: PlaceNames) -> None:
    text = "Polres Bogor memeriksa warga Bogor."
    places = found(names, text, bodies=[("Polres Bogor", "polres.32.01")])
    assert places.select("surface", "region_code", "codes", "rule").rows() == [
        ("Bogor", "32.01", ["32.01", "32.71"], "body_in_article")
    ]
    inside = found(names, "Tim kejaksaan Bogor hadir.", bodies=[("kejaksaan Bogor", "kejari.32.71")])
    assert inside.is_empty()
    both = found(names, text + " Pemkot diam.", bodies=[("Polres Bogor", "polres.32.01"), ("Pemkot", "pemkot.32.71")])
    assert both["rule"].to_list() == ["tie"]
    sector = found(names, "Polsek itu ada di Bogor.", bodies=[("Polsek", "polsek.32.71.03")])
    assert sector["region_code"].to_list() == ["32.71"]


def test_a_headline_s_capitals_say_nothing_but_its_article_does(names: PlaceNames) -> None:
    assert spans(names, "", title="Gempa Hebat Guncang Surabaya Pagi Ini") == [("Surabaya", "35.78")]
    text = "Kemarin Bambang Surabaya tampil lagi."
    assert spans(names, text, title="Penonton Sambut Hangat Bambang Surabaya Semalam") == []
    assert spans(names, "", title="Polisi Tangkap Pelaku di Jalan Surabaya Malam") == []
    assert spans(names, "", title="Warga Surabaya Utara Protes, Bali United Menang") == []


WORDS = """
Kota Kabupaten Bogor Bekasi Surabaya Jawa Barat (Jabar) Jabar di dan, Warga Jalan Batu TTS Medan Bali . - é 😀
"""
words = st.sampled_from([*WORDS.split(), "\n", ""])


@given(st.lists(words, max_size=25).map(" ".join), st.lists(words, max_size=8).map(" ".join))
def test_spans_are_evidence_in_order_and_never_overlap(names: PlaceNames, text: str, title: str) -> None:
    places = found(names, text, title=title)
    for zone in ("title", "body"):
        rows = places.filter(zone=zone).select("start", "end").rows()
        assert all(first[1] <= second[0] for first, second in pairwise(rows))
    assert places["place_id"].is_unique().all()
    for row in places.iter_rows(named=True):
        assert row["codes"] == sorted(row["codes"])
        assert row["region_code"] is None or row["region_code"] in row["codes"]
