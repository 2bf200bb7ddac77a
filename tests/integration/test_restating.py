"""The queries of docs/metrics.md that restate a series, on a snapshot of articles of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.integration.conftest import Warehouse, write_jsonl

NEWS = [
    ("05/02/2019", "Kemendikbud membuka pendaftaran guru."),
    ("06/02/2019", "Kemenristekdikti dan Kemendikbud menyusun kurikulum."),
    ("07/02/2019", "BMKG memperkirakan hujan lebat."),
    ("08/03/2022", "Kemendikbudristek menyalurkan bantuan sekolah."),
    ("09/03/2022", "Ditjen Pendidikan Vokasi Kemendikbudristek menggandeng industri."),
    ("10/03/2025", "Kemendikdasmen dan Kemenbud meresmikan museum."),
    ("11/03/2025", "Kemendikdasmen menguji soal baru."),
    ("12/03/2025", "Bank Indonesia menahan suku bunga."),
]


def queries() -> dict[str, str]:
    """The documented queries by the comment on their first line."""
    blocks = re.findall(r"```sql\n-- (.*?)\n(.*?);\n```", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.S)
    return dict(blocks)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder: Path = tmp_path_factory.mktemp("restating")
    rows: list[dict[str, Any]] = [
        {
            "id": str(number),
            "judul": f"Kabar pendidikan nomor {number}",
            "tanggal": f"{day} 09:00 WIB",
            "link": f"https://kabar.example/berita/{number}",
            "isi": f"JAKARTA - {text}\n\nLaporan ke-{number} ditulis untuk pembaca di mana pun berada.",
        }
        for number, (day, text) in enumerate(NEWS)
    ]
    warehouse = Warehouse(folder / "data")
    warehouse.run(write_jsonl(folder / "kabar.jsonl", rows), fetched_at="2026-01-05T02:00:00")
    return warehouse


def test_as_published_each_body_has_its_name_of_the_day(snapshot: Warehouse) -> None:
    rows = snapshot.sql(queries()["coverage of the education ministries, as published"])
    assert [(row["year"], row["agency_id"], row["agency_coverage"]) for row in rows] == [
        (2019, "kemendikbud", 2),
        (2019, "kemenristekdikti", 1),
        (2022, "kemendikbudristek", 2),
        (2025, "kemenbud", 1),
        (2025, "kemendikdasmen", 2),
    ]
    assert rows[0]["agency_name"] == "Kementerian Pendidikan dan Kebudayaan"
    assert rows[4]["agency_name"] == "Kementerian Pendidikan Dasar dan Menengah"


def test_by_family_an_article_counts_once_and_has_both_halves(snapshot: Warehouse) -> None:
    rows = snapshot.sql(queries()["coverage of the education ministries, by lineage family"])
    assert [tuple(row.values()) for row in rows] == [(2019, 2, 3), (2022, 2, 2), (2025, 2, 3)]
