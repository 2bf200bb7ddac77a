"""The seed article's mentions, exactly; and those of a text of our own in the same shape, which is always there."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingest.clean.stage import clean
from ingest.entities.mentions import Engine, find_mentions
from ingest.registry.load import Registry, load
from tests.engines import shipped
from warehouse.contracts import TABLES
from warehouse.keys import hex16

UNIT_IN_FULL = (
    "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) Kementerian Dalam Negeri (Kemendagri)"
)
GOLDEN = [
    ("title", "Kemendagri", "kemendagri", "name"),
    ("caption", "Dirjen Polpum Kemendagri", "kemendagri.polpum", "role"),
    ("lead", UNIT_IN_FULL, "kemendagri.polpum", "name"),
    ("body", "Direktur Jenderal (Dirjen) Polpum Kemendagri", "kemendagri.polpum", "role"),
]

TITLE = "Jaga Kerukunan, Kemendagri Gelar Dialog di Kupang"
PARTS = [
    ("slug", "nusantara"),
    ("caption", "Dirjen Polpum Kemendagri membuka dialog"),
    ("dateline", "WartaContoh.id -"),
    ("lead", f"Menjelang pemilihan, {UNIT_IN_FULL} menggelar dialog lintas agama."),
    ("body", "Upaya pemerintah pusat dan pemerintah daerah (Pemda) perlu disatukan."),
    ("body", "Direktur Jenderal (Dirjen) Polpum Kemendagri berharap warga hadir Selasa (11/4/2023)."),
    ("credit", "Kemendagri"),
    ("byline", "(***)"),
    ("tags", "Tags\nKemendagri\nPemilu"),
    ("related", "Terkini\nKejaksaan RI Lantik Pejabat Baru\nSenin, 3 Maret 2025 | 10:00 WIB"),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shipped().engine


def mentions(articles: pl.DataFrame, zones: pl.DataFrame, engine: Engine) -> list[tuple[str, str, str, str]]:
    found = find_mentions(articles, zones, engine)
    assert set(found["status"]) == {"resolved"}
    return found.select("zone", "surface", "agency_id", "via").rows()


def test_a_text_of_the_seed_s_shape(engine: Engine) -> None:
    text = "\n\n".join(part for _, part in PARTS)
    rows, start = [], 0
    for index, (zone, part) in enumerate(PARTS):
        end = min(start + len(part) + 2, len(text))
        rows.append(("0" * 16, index, zone, start, end))
        start = end
    zones = pl.DataFrame(rows, schema=["document_id", "zone_index", "zone", "start", "end"], orient="row")
    articles = pl.DataFrame(
        {"document_id": ["0" * 16], "title": [TITLE], "text": [text], "published_date": [date(2023, 4, 7)]}
    )
    assert mentions(articles, zones, engine) == GOLDEN


def test_the_seed_article(engine: Engine, registry: Registry, dev_data: Path) -> None:
    (path,) = (dev_data / "seed").glob("*.txt")
    payload = path.read_bytes()
    row = dict.fromkeys(TABLES["raw.documents"].column_names) | {
        "document_id": hex16("files", "", payload),
        "source_id": "files",
        "source_kind": "web",
        "fetched_at_utc": datetime(2026, 1, 5, 3, 0),
        "media_type": "text/plain",
        "payload": payload,
        "metadata": "{}",
    }
    documents = pl.DataFrame([row], schema=TABLES["raw.documents"].polars_schema())
    tables = clean(documents, registry)
    assert mentions(tables["articles"], tables["zones"], engine) == GOLDEN
