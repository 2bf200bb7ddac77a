"""The entities stage as a whole."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingest.entities.mentions import Engine, build_engine
from ingest.entities.stage import REGISTRY_TABLES, extract_entities
from ingest.registry.load import load
from warehouse.contracts import TABLES


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(load())


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


def test_the_tables_conform_and_their_spans_are_their_surface(engine: Engine) -> None:
    articles, zones = frames("Mendagri hadir Selasa (11/4/2023).", "KPU rapat Senin (10/4/2023).", day=date(2023, 4, 7))
    tables = extract_entities(articles, zones, engine)
    assert set(tables) == {"mentions", "event_dates"}
    texts = dict(articles.select("document_id", "text").iter_rows())
    for name, frame in tables.items():
        assert frame.schema == TABLES[f"entities.{name}"].polars_schema()
        assert len(frame) == 2
        for row in frame.iter_rows(named=True):
            assert texts[row["document_id"]][row["start"] : row["end"]] == row["surface"]


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
        ("Menteri Keuangan (Menkeu) Sri Mulyani", date(2019, 9, 1), ["kemenkeu"]),
        ("pemerintah daerah (Pemda) dan pemerintah pusat", date(2023, 4, 7), []),
    ],
)
def test_bodies_of_the_shipped_registry(engine: Engine, text: str, day: date, expected: list[str]) -> None:
    mentions = extract_entities(*frames(text, day=day), engine)["mentions"]
    assert mentions["agency_id"].to_list() == expected
