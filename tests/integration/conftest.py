"""The real command on real folders, and articles of our own to feed it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

KLIPING = str(Path(sys.executable).parent / "kliping")
FETCHED_AT = "2025-03-03T02:00:00"

_SENTENCES = (
    "Kementerian Dalam Negeri (Kemendagri) menggelar rapat koordinasi bersama KPU dan Bawaslu.",
    "Mendagri meminta kepala daerah menjaga inflasi, sebagaimana disampaikan Bank Indonesia.",
    "Dirjen Polpum Kemendagri menjelaskan persiapan pemilihan yang akan digelar Selasa (4/3/2025).",
    "Polri dan TNI menyiapkan pengamanan arus mudik bersama Kementerian Perhubungan.",
    "Menteri Keuangan menyampaikan realisasi anggaran kepada DPR RI di Jakarta.",
    "BMKG memperkirakan hujan lebat di sejumlah wilayah pada akhir pekan.",
    "Warga menyambut baik pembukaan kembali jalan desa yang rusak akibat banjir.",
)


def articles(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Rows of a dump: made-up articles that mention real bodies, each different from every other."""
    return [
        {
            "id": str(number),
            "judul": f"Kabar nomor {number}: {_SENTENCES[number % 7].split(' ')[0]} dan sekitarnya",
            "tanggal": f"{number % 28 + 1:02d}/02/2025 {number % 24:02d}:{number % 60:02d} WIB",
            "link": f"https://kabar{number % 5}.example/berita/{number}",
            "isi": f"JAKARTA - {_SENTENCES[number % 7]}\n\n{_SENTENCES[(number // 7) % 7]} Laporan ke-{number}.",
        }
        for number in range(first, first + count)
    ]


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@dataclass
class Warehouse:
    """A data folder and the command on it."""

    root: Path

    def call(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [KLIPING, *map(str, words), "--data", str(self.root)], capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def run(self, *words: str | Path, fetched_at: str = FETCHED_AT) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.call("run", *words, "--fetched-at", fetched_at, "--json").stdout)
        return found

    def sql(self, query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("sql", query, "--json").stdout)
        return found

    def copy(self, root: Path) -> Warehouse:
        """The same data folder elsewhere."""
        shutil.copytree(self.root, root)
        return Warehouse(root)

    def status(self, *words: str | Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.call("status", *words, "--json").stdout)
        return found

    def exports(self) -> dict[str, bytes]:
        """The latest snapshot's parquet files by mart."""
        latest = (self.root / "published" / "LATEST").read_text().strip()
        return {path.stem: path.read_bytes() for path in (self.root / "published" / latest / "parquet").iterdir()}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A folder that the command has filled with ``articles(100)``, for reading and copying alone.

    A run takes half a minute: the first worker that asks makes the folder for all.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    warehouse, done = Warehouse(folder / "published"), folder / "published.done"
    with (folder / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            warehouse.run(write_jsonl(folder / "published.jsonl", articles(100)))
            done.touch()
    return warehouse


@pytest.fixture
def warehouse_of_100(published: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of ``published``, to run again."""
    return published.copy(tmp_path / "data")
