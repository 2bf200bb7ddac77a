"""Composition and resolution of mentions, on a registry of the test's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entities.mentions import Engine, find_mentions
from ingest.registry.forms import SCHEMA
from tests.engines import engine_of
from warehouse.contracts import TABLES
from warehouse.keys import hex16

CHANGE = date(2024, 10, 21)


def form(agency: str, surface: str, via: str = "name", **given: Any) -> dict[str, Any]:
    row = dict.fromkeys(SCHEMA.names()) | {"agency_id": agency, "surface": surface, "via": via, "kind": via}
    exact = surface.isupper() and " " not in surface
    row |= {"form_id": f"{agency}:{surface}", "is_exact_case": exact, "prior": 10, "needs_parent": False}
    return row | given


FORMS = [
    form("kemendagri", "Kementerian Dalam Negeri"),
    form("kemendagri", "Kemendagri"),
    form("kemendagri", "Menteri Dalam Negeri", "role"),
    form("kemendagri", "Mendagri", "role"),
    form("kemendagri.polpum", "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum"),
    form("kemendagri.polpum", "Ditjen Polpum"),
    form("kemendagri.polpum", "Dirjen Polpum", "role"),
    form("kemendagri.polpum", "Direktur Jenderal (Dirjen) Polpum", "role"),
    form("kemendagri.setjen", "Sekretariat Jenderal", needs_parent=True),
    form("kemendagri.setjen", "Sekjen", "role", needs_parent=True),
    form("dpr.setjen", "Sekretariat Jenderal", needs_parent=True),
    form("kkp.alih", "Ditjen Alih", valid_from=CHANGE),
    form("kemendagri.alih", "Ditjen Alih", valid_to=CHANGE - timedelta(days=1)),
    form("dpr", "DPR"),
    form("dpr", "Dewan Perwakilan Rakyat"),
    form("kpu", "KPU"),
    form("kpu", "Komisi Pemilihan Umum"),
    form("tni", "TNI"),
    form("bi", "BI"),
    form("bi", "Bank Indonesia"),
    form("kkp", "KKP", prior=10),
    form("kkp", "Kementerian Kelautan dan Perikanan"),
    form("karantina", "KKP", prior=10),
    form("karantina", "Kantor Kesehatan Pelabuhan"),
    form("big", "BIG", prior=0),
    form("big", "Badan Informasi Geospasial"),
    form("lama", "Kemenpora", valid_to=date(2019, 12, 31)),
    form("baru", "Kemenpora", valid_from=date(2021, 1, 1)),
    form("kuat", "BPK", prior=20),
    form("lemah", "BPK", prior=5),
    form("huruf", "Bin", is_exact_case=True),
    form("intelijen", "BIN"),
]
PARENTS = [
    ("kkp.alih", "kkp"),
    ("kemendagri.alih", "kemendagri"),
    ("kemendagri.polpum", "kemendagri"),
    ("kemendagri.setjen", "kemendagri"),
    ("dpr.setjen", "dpr"),
    ("dpr", None),
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(FORMS, PARENTS)


def frames(
    *texts: str, title: str = "Judul", day: date | None = date(2023, 4, 7), cuts: tuple[int, ...] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Articles of ``texts``, each one body zone, or cut into more at ``cuts``."""
    ids = [hex16(text) for text in texts]
    articles = pl.DataFrame(
        {"document_id": ids, "title": [title] * len(texts), "text": texts, "published_date": [day] * len(texts)},
        schema_overrides={"published_date": pl.Date()},
    )
    zones = [
        (identity, index, "body", start, end)
        for identity, text in zip(ids, texts, strict=True)
        for index, (start, end) in enumerate(zip((0, *cuts), (*cuts, len(text)), strict=True))
    ]
    return articles, pl.DataFrame(zones, schema=["document_id", "zone_index", "zone", "start", "end"], orient="row")


def read(engine: Engine, text: str, **given: Any) -> list[tuple[str, str | None]]:
    """(surface, agency) of the mentions of one text."""
    return find_mentions(*frames(text, **given), engine).select("surface", "agency_id").rows()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kementerian Dalam Negeri (Kemendagri) rapat.", [("Kementerian Dalam Negeri (Kemendagri)", "kemendagri")]),
        (
            "Kementerian Dalam Negeri RI (Kemendagri RI) rapat.",
            [("Kementerian Dalam Negeri RI (Kemendagri RI)", "kemendagri")],
        ),
        ("DPR RI dan DPR Republik Indonesia.", [("DPR RI", "dpr"), ("DPR Republik Indonesia", "dpr")]),
        ("DPR RIAU", [("DPR", "dpr")]),
        ("Kemendagri (Jakarta) rapat.", [("Kemendagri", "kemendagri")]),
        ("Kemendagri (KPU) rapat.", [("Kemendagri", "kemendagri"), ("KPU", "kpu")]),
        ("Kemendagri (bersama KPU) rapat.", [("Kemendagri", "kemendagri"), ("KPU", "kpu")]),
        ("Menteri Dalam Negeri (Mendagri) Tito", [("Menteri Dalam Negeri (Mendagri)", "kemendagri")]),
        (
            "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) Kementerian Dalam Negeri (Kemendagri)",
            [
                (
                    "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) "
                    "Kementerian Dalam Negeri (Kemendagri)",
                    "kemendagri.polpum",
                )
            ],
        ),
        ("Dirjen Polpum Kemendagri Bahtiar", [("Dirjen Polpum Kemendagri", "kemendagri.polpum")]),
        ("Ditjen Polpum, Kemendagri RI, rapat", [("Ditjen Polpum, Kemendagri RI", "kemendagri.polpum")]),
        ("Ditjen Polpum, KPU, rapat", [("Ditjen Polpum", "kemendagri.polpum"), ("KPU", "kpu")]),
        ("Ditjen Polpum Mendagri", [("Ditjen Polpum", "kemendagri.polpum"), ("Mendagri", "kemendagri")]),
        ("Ditjen Polpum\n\nKemendagri", [("Ditjen Polpum", "kemendagri.polpum"), ("Kemendagri", "kemendagri")]),
        ("Sekretariat Jenderal Kemendagri", [("Sekretariat Jenderal Kemendagri", "kemendagri.setjen")]),
        ("Sekretariat Jenderal DPR RI", [("Sekretariat Jenderal DPR RI", "dpr.setjen")]),
        (
            "Ditjen Alih Kementerian Kelautan dan Perikanan",
            [("Ditjen Alih Kementerian Kelautan dan Perikanan", "kkp.alih")],
        ),
        ("Ditjen Alih rapat.", [("Ditjen Alih", "kemendagri.alih")]),
        ("Sekjen DPR", [("DPR", "dpr")]),
        ("Sekretariat Jenderal KPU", [("KPU", "kpu")]),
        ("Plt. Menteri Dalam Negeri", [("Plt. Menteri Dalam Negeri", "kemendagri")]),
        ("Pelaksana Tugas (Plt) Dirjen Polpum", [("Pelaksana Tugas (Plt) Dirjen Polpum", "kemendagri.polpum")]),
        ("Plt Ketua KPU dan Plt KPU", [("KPU", "kpu"), ("KPU", "kpu")]),
        ("mantan Mendagri, eks Dirjen Polpum", [("Mendagri", "kemendagri"), ("Dirjen Polpum", "kemendagri.polpum")]),
        ("Ketua KPU bertemu BI", [("KPU", "kpu"), ("BI", "bi")]),
        ("Menteri Dalam Negeri Jepang, Kemendagri (Tito) dan DPR AS", [("Kemendagri", "kemendagri")]),
        ("Menteri Dalam Negeri AS tiba. Mendagri Smith, DPR.", [("DPR", "dpr")]),
        ("Menteri Dalam Negeri AS tiba di Indonesia. Mendagri", [("Mendagri", "kemendagri")]),
        ("DPR AS rapat. DPR bubar. KPU", [("KPU", "kpu")]),
        ("Menteri Dalam Negeri Papua Nugini dan Kemendagri Papua", [("Kemendagri", "kemendagri")]),
        ("Mayjen TNI Budi dan Letkol. TNI (Purn) Ali dari TNI", [("TNI", "tni")]),
        ("Bank Ikan (BI) dibuka. BI ramai.", []),
        ("Bank Ikan (BI) dibuka. Bank Indonesia (BI) hadir.", [("BI", "bi"), ("Bank Indonesia (BI)", "bi")]),
        ("Komisi Pemilihn Umum (KPU) rapat. KPU", [("KPU", "kpu"), ("KPU", "kpu")]),
        ("surat S-1/DPR.011/2020 dan DPR.", [("DPR", "dpr")]),
        ("kpu.go.id, humas@kemendagri.go.id, x.com/kemendagri, @KPU", []),
        ("BIN memanggil Bin, bukan bin", [("BIN", "intelijen"), ("Bin", "huruf")]),
        ("pemerintah daerah (Pemda)", []),
    ],
)
def test_composition(engine: Engine, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(engine, text) == expected


def rules(engine: Engine, text: str, **given: Any) -> list[tuple[str | None, str, str]]:
    return find_mentions(*frames(text, **given), engine).select("agency_id", "rule", "status").rows()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 5, 1), ("lama", "valid_on_date", "resolved")),
        (date(2019, 12, 31), ("lama", "valid_on_date", "resolved")),
        (date(2021, 1, 1), ("baru", "valid_on_date", "resolved")),
        (date(2020, 1, 5), ("lama", "nearest_period", "resolved")),
        (date(2020, 12, 30), ("baru", "nearest_period", "resolved")),
        (None, ("baru", "latest_period", "resolved")),
    ],
)
def test_the_date_decides(engine: Engine, day: date | None, expected: tuple[str, str, str]) -> None:
    assert rules(engine, "Kemenpora rapat.", day=day) == [expected]


def test_the_definition_decides_before_the_context(engine: Engine) -> None:
    text = "Kantor Kesehatan Pelabuhan (KKP) rapat dengan Kementerian Kelautan dan Perikanan. KKP setuju."
    assert rules(engine, text)[-1] == ("karantina", "defined_in_article", "resolved")


def test_the_context_decides_before_the_prior(engine: Engine) -> None:
    assert rules(engine, "KKP rapat.\n\nKementerian Kelautan dan Perikanan setuju.")[0] == (
        "kkp",
        "context",
        "resolved",
    )


def test_the_prior_decides_last(engine: Engine) -> None:
    assert rules(engine, "BPK rapat.") == [("kuat", "prior", "resolved")]


def test_equal_readings_stay_ambiguous(engine: Engine) -> None:
    found = find_mentions(*frames("KKP rapat."), engine)
    assert found.select("agency_id", "candidates", "rule", "status").rows() == [
        (None, ["karantina", "kkp"], "tie", "ambiguous")
    ]


def test_a_form_without_weight_needs_the_body_in_the_article(engine: Engine) -> None:
    assert read(engine, "BIG sale di kota.") == []
    assert read(engine, "Badan Informasi Geospasial rapat. BIG memetakan.")[1] == ("BIG", "big")


def test_only_the_counted_zones_are_read_and_no_span_crosses_them(engine: Engine) -> None:
    text = "Ditjen Polpum Kemendagri (KPU)"
    articles, zones = frames(text, cuts=(14, 25), title="Mendagri")
    zones = zones.with_columns(zone=pl.Series(["lead", "body", "tags"]))
    found = find_mentions(articles, zones, engine)
    assert found.select("zone", "surface", "agency_id").rows() == [
        ("title", "Mendagri", "kemendagri"),
        ("lead", "Ditjen Polpum", "kemendagri.polpum"),
        ("body", "Kemendagri", "kemendagri"),
    ]
    assert found["sentence_end"][0] == len("Mendagri")


def test_rows_conform_and_carry_their_form(engine: Engine) -> None:
    articles, zones = frames("Menurut Dr. Budi, Plt Mendagri siap. Ya.")
    found = find_mentions(articles, zones, engine)
    assert found.schema == TABLES["entities.mentions"].polars_schema()
    (row,) = found.iter_rows(named=True)
    assert row["mention_id"] == hex16(row["document_id"], "body", str(row["start"]), str(row["end"]))
    assert (row["alias_id"], row["via"], row["candidates"]) == ("kemendagri:Mendagri", "role", ["kemendagri"])
    text = articles["text"][0]
    assert text[row["sentence_start"] : row["sentence_end"]] == "Menurut Dr. Budi, Plt Mendagri siap."


def test_no_articles_give_no_mentions(engine: Engine) -> None:
    articles, zones = frames("KPU")
    assert find_mentions(articles.clear(), zones.clear(), engine).is_empty()


PIECES = st.sampled_from(
    [row["surface"] for row in FORMS] + [" ", " ", ", ", " (", ")", " RI", "Plt ", "é", "\U0001f600", "\n", ".", "a"]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4, unique=True), TEXTS, st.integers(0, 30))
def test_spans_are_their_surface_and_documents_are_independent(
    engine: Engine, texts: list[str], title: str, cut: int
) -> None:
    built = [frames(text, title=title, cuts=(min(cut, len(text)),)) for text in texts]
    alone = [find_mentions(*pair, engine) for pair in built]
    if not built:
        return
    articles, zones = (pl.concat(column) for column in zip(*built, strict=True))
    together = find_mentions(articles, zones, engine)
    assert together.equals(pl.concat(alone))
    sources = {row["document_id"]: row for row in articles.iter_rows(named=True)}
    for row in together.iter_rows(named=True):
        source = sources[row["document_id"]]["title" if row["zone"] == "title" else "text"]
        assert source[row["start"] : row["end"]] == row["surface"]
        assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"] <= len(source)
        if row["zone"] == "body":
            assert row["end"] <= cut or row["start"] >= min(cut, len(source))
    for left, right in zip(together.rows(named=True), together.rows(named=True)[1:], strict=False):
        if (left["document_id"], left["zone"]) == (right["document_id"], right["zone"]):
            assert left["end"] <= right["start"]
