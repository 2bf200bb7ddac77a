"""The text of pages against gold: shingles counted by hand, the layouts of sets, a set of our own pages."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.evaluation.extraction import Overlap, evaluate_extraction, overlap, read_pages, scores
from ingest.registry.load import Registry
from warehouse.contracts import TABLES

BODY = [
    "Pemerintah kabupaten membuka posko layanan warga di tiga kecamatan sejak Senin pagi pekan ini.",
    "Petugas melayani pembuatan kartu keluarga dan akta kelahiran tanpa biaya sampai sore hari setiap hari kerja.",
]
PAGE = (
    "<html><head><title>Posko Dibuka</title></head><body><h1>Posko Dibuka</h1><article>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    + "</article></body></html>"
)


def test_shingles_by_hand() -> None:
    # gold: abcd bcde; found: bcde cdef defg -> 1 in both, 2 extra, 1 lost, of 4
    assert overlap("a b c d e", "b, c d. e f g") == Overlap(0.25, 0.5, 0.25)
    assert overlap("a b c d e", "a b c d e") == Overlap(1.0, 0.0, 0.0)
    assert overlap("a b", "a b") == Overlap(1.0, 0.0, 0.0)  # shorter than a shingle: one as it is
    assert overlap("a b", "a b c") == Overlap(0.0, 0.5, 0.5)
    assert overlap("a b c d a b c d", "a b c d") == Overlap(0.2, 0.0, 0.8)  # repeated shingles count
    assert overlap("Kata Ini Lain Lagi", "kata ini lain lagi").both == 0.0  # case tells
    assert overlap("", "") == Overlap(0.0, 0.0, 0.0)


def test_averages_by_hand() -> None:
    pages = [Overlap(0.25, 0.5, 0.25), Overlap(1.0, 0.0, 0.0), Overlap(0.0, 0.0, 1.0), Overlap(0.0, 1.0, 0.0)]
    # precision over the three with a find: (1/3 + 1 + 0) / 3; recall over the three with a text: (1/2 + 1 + 0) / 3
    assert scores(pages) == {"precision": 0.4444, "recall": 0.5, "f1": 0.4706}
    assert scores([]) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def benchmark_layout(folder: Path, text: str) -> Path:
    (folder / "html").mkdir()
    (folder / "html" / "satu.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    truth = {"satu": {"articleBody": text, "url": "https://kabar.example/satu"}}
    (folder / "ground-truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return folder


def test_both_layouts_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    [page] = read_pages(benchmark_layout(tmp_path / "a", "teks"))
    assert page == ("satu", PAGE.encode(), "teks", "https://kabar.example/satu")
    pairs = tmp_path / "b" / "kabar"
    pairs.mkdir(parents=True)
    (pairs / "dua.html").write_text(PAGE, encoding="utf-8")
    (pairs / "dua.txt").write_text("teks dua", encoding="utf-8")
    (pairs / "tanpa.html").write_text(PAGE, encoding="utf-8")
    assert read_pages(tmp_path / "b") == [("kabar/dua", PAGE.encode(), "teks dua", None)]


def test_our_own_page_scores_as_counted(tmp_path: Path) -> None:
    registry = Registry({"outlets": TABLES["registry.outlets"].empty()})
    figures = evaluate_extraction(
        benchmark_layout(tmp_path, "\n".join(BODY)), registry, fetched_at=datetime(2026, 11, 23), timed_pages=1
    )
    assert (figures["n"], figures["precision"], figures["recall"], figures["f1"]) == (1, 1.0, 1.0, 1.0)
    assert figures["pages_per_cpu_second"] > 0
    assert figures["mb_per_cpu_second"] > 0
    assert [page["id"] for page in figures["pages"]] == ["satu"]


def test_gold_that_was_not_found_costs_recall(tmp_path: Path) -> None:
    registry = Registry({"outlets": TABLES["registry.outlets"].empty()})
    words = " ".join(BODY).count(" ") + 1
    lost = "kalimat yang tidak ada"
    figures = evaluate_extraction(
        benchmark_layout(tmp_path, "\n".join([*BODY, lost])), registry, fetched_at=datetime(2026, 11, 23), timed_pages=1
    )
    assert figures["precision"] == 1.0
    assert figures["recall"] == round((words - 3) / (words + 4 - 3), 4)


def test_what_is_no_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds neither"):
        read_pages(tmp_path)
    with pytest.raises(SourceError, match="is no folder"):
        read_pages(tmp_path / "nihil")
    (tmp_path / "ground-truth.json").write_text('{"satu": {"articleBody": "x"}}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"has no page satu\.html"):
        read_pages(tmp_path)
    (tmp_path / "ground-truth.json").write_text('{"satu": 3}', encoding="utf-8")
    with pytest.raises(SourceError, match="satu has no articleBody"):
        read_pages(tmp_path)
