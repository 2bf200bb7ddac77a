"""The seed article's places, exactly: what it names as a place, and nothing of its tags, its links or its bodies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.clean.stage import clean
from ingest.entities.stage import extract_entities
from ingest.registry.load import load
from tests.engines import shipped
from warehouse.contracts import TABLES
from warehouse.keys import hex16


def test_the_seed_article(dev_data: Path) -> None:
    (path,) = (dev_data / "seed").glob("*.txt")
    payload = path.read_bytes()
    table = TABLES["raw.documents"]
    row = dict.fromkeys(table.column_names) | {
        "document_id": hex16("files", "", payload),
        "source_id": "files",
        "source_kind": "web",
        "fetched_at_utc": datetime(2026, 1, 5, 3, 0),
        "media_type": "text/plain",
        "payload": payload,
        "metadata": "{}",
    }
    tables = clean(pl.DataFrame([row], schema=table.polars_schema()), load())
    found = extract_entities(tables["articles"], tables["zones"], shipped())
    assert set(found["places"].select("surface", "region_code", "status").rows()) == {
        ("Kota Kendari", "74.71", "resolved"),
        ("Sulawesi Tenggara", "74", "resolved"),
    }
    assert found["statements"]["agency_id"].to_list() == ["kemendagri.polpum"] * 3
