"""The entities stage as a whole."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingest.entities.stage import REGISTRY_TABLES, Compiled, extract_entities
from tests.engines import shipped
from warehouse.contracts import TABLES


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return shipped()


def frames(*texts: str, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    ids = [f"{number:016x}" for number in range(len(texts))]
    given = {"document_id": ids, "title": ["Rapat"] * len(texts), "text": texts, "published_date": [day] * len(texts)}
    given["precision"] = ["minute"] * len(texts)
    schema = TABLES["clean.articles"].polars_schema()
    articles = pl.DataFrame({name: given.get(name, [None] * len(texts)) for name in schema}, schema=schema)
    zones = articles.select(
        "document_id",
        pl.lit(0, pl.Int64).alias("zone_index"),
        pl.lit("body").alias("zone"),
        pl.lit(0, pl.Int64).alias("start"),
        pl.col("text").str.len_chars().cast(pl.Int64).alias("end"),
    )
    return articles, zones


def test_the_tables_conform_and_their_spans_are_their_surface(compiled: Compiled) -> None:
    first = 'Mendagri hadir di Kota Bogor Selasa (11/4/2023). "Lancar," kata Mendagri.'
    second = "Warga Sidoarjo antre Senin (10/4/2023). KPU mengatakan pemungutan suara di sana lancar."
    articles, zones = frames(first, second, day=date(2023, 4, 7))
    tables = extract_entities(articles, zones, compiled)
    assert {name: len(frame) for name, frame in tables.items()} == {
        "mentions": 3, "event_dates": 2, "statements": 2, "places": 2,
    }  # fmt: skip
    texts = dict(articles.select("document_id", "text").iter_rows())
    for name, frame in tables.items():
        assert frame.schema == TABLES[f"entities.{name}"].polars_schema()
        assert set(frame["document_id"]) == set(articles["document_id"])
        for row in frame.iter_rows(named=True):
            assert texts[row["document_id"]][row["start"] : row["end"]] == row["surface"]
    assert tables["places"]["region_code"].to_list() == ["32.71", "35.15"]
    assert tables["statements"]["agency_id"].to_list() == ["kemendagri", "kpu"]


def test_the_stage_names_registry_tables() -> None:
    assert {f"registry.{name}" for name in REGISTRY_TABLES} <= set(TABLES)


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("Kementerian Pariwisata rapat.", date(2018, 5, 1), ["kemenpar-2014"]),
        ("Kementerian Pariwisata rapat.", date(2025, 5, 1), ["kemenpar"]),
        ("Kemendikbud rapat.", date(2018, 5, 1), ["kemendikbud"]),
        ("Menko Polkam hadir.", date(2025, 5, 1), ["kemenko-polkam"]),
        ("Ditjen Imigrasi Kementerian Hukum dan HAM", date(2019, 9, 1), ["kemenkumham.imigrasi"]),
        ("Ditjen Imigrasi Kemenkumham", date(2025, 9, 1), ["kemenkumham.imigrasi"]),
        ("Ditjen Imigrasi Kemenimipas", date(2025, 9, 1), ["kemenimipas.imigrasi"]),
        ("Garis MA 20 dan MA 50 ditembus.", date(2025, 9, 1), []),
        ("Mahkamah Agung (MA) memutus. MA menolak.", date(2025, 9, 1), ["ma", "ma"]),
        ("Ketua DPD Partai Golkar hadir di DPD Golkar.", date(2025, 9, 1), []),
        ("Ketua Dewan Perwakilan Daerah (DPD) RI dan anggota DPD.", date(2025, 9, 1), ["dpd", "dpd"]),
        ("Ketua KPK dan Jubir Bank Indonesia (BI).", date(2025, 9, 1), ["kpk", "bi"]),
        ("Menteri Keuangan (Menkeu) hadir", date(2019, 9, 1), ["kemenkeu"]),
        ("pemerintah daerah (Pemda) dan pemerintah pusat", date(2023, 4, 7), []),
    ],
)
def test_bodies_of_the_shipped_registry(compiled: Compiled, text: str, day: date, expected: list[str]) -> None:
    mentions = extract_entities(*frames(text, day=day), compiled)["mentions"]
    assert mentions["agency_id"].to_list() == expected
