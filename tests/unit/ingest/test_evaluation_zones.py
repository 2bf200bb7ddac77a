"""Zones against labelled spans: tokens counted by hand, sources, stale texts, and what is withheld."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.clean.text import normalise
from ingest.errors import SourceError
from ingest.evaluation.report import Counts
from ingest.evaluation.zones import REPORTING, counts, evaluate_zones
from ingest.registry.load import Registry
from warehouse.contracts import TABLES

LEAD = "Pemerintah kota membuka posko layanan."
BODY = "Petugas melayani warga sampai sore."
TEXT = f"{LEAD}\n\n{BODY}"
NOW = datetime(2026, 11, 23)
AT = len(LEAD) + 2
RIGHT = [["lead", 0, AT], ["body", AT, len(TEXT)]]


@pytest.fixture
def registry() -> Registry:
    return Registry({"outlets": TABLES["registry.outlets"].empty()})


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


def test_counts_by_hand() -> None:
    confusion = Counter({("lead", "lead"): 5, ("lead", "body"): 2, ("inline_promo", "body"): 3, ("body", "tags"): 1})
    assert counts(confusion, ("lead",)) == Counts(5, 0, 2)
    assert counts(confusion, ("body",)) == Counts(0, 5, 1)
    assert counts(confusion, REPORTING) == Counts(7, 3, 1)
    assert counts(confusion, REPORTING).scores()["f1"] == round(14 / 18, 4)
    assert Counts().scores()["f1"] == 0.0


def test_a_text_given_whole(tmp_path: Path, registry: Registry) -> None:
    wrong = [
        {"zone": "lead", "start": 0, "end": AT},
        {"zone": "body", "start": AT, "end": AT + len("Petugas melayani ")},
        {"zone": "related", "start": AT + len("Petugas melayani "), "end": len(TEXT)},
    ]
    path = write(tmp_path, {"id": "a", "text": TEXT, "zones": RIGHT}, {"id": "b", "text": TEXT, "zones": wrong})
    figures = evaluate_zones(path, registry, fetched_at=NOW)
    # each text: 5 words and a stop in the lead, 5 words and a stop in the body; 3 words and a stop are labelled related
    assert (figures["n"], figures["tokens"], figures["stale"]) == (2, 24, [])
    assert figures["accuracy"] == round(20 / 24, 4)
    assert figures["foreign_tokens_in_lead_or_body"] == 4
    assert figures["lead_or_body"] == Counts(20, 4, 0).scores()
    assert figures["f1"] == {"body": Counts(8, 4, 0).scores()["f1"], "lead": 1.0, "related": 0.0}
    start = AT + len("Petugas melayani ")
    assert figures["misses"] == [
        {
            "id": "b", "gold": "related", "got": "body", "start": start, "end": len(TEXT), "tokens": 4,
            "text": "warga sampai sore.",
        }
    ]  # fmt: skip


def test_offsets_are_of_the_text_as_given(tmp_path: Path, registry: Registry) -> None:
    raw = f"\n  {LEAD.replace(' ', chr(0xA0), 1)}\r\n\r\n\r\n{BODY}  "
    start = raw.index(BODY)
    path = write(tmp_path, {"text": raw, "zones": [["lead", 0, start], ["body", start, len(raw)]]})
    figures = evaluate_zones(path, registry, fetched_at=NOW)
    assert (figures["tokens"], figures["accuracy"], figures["misses"]) == (12, 1.0, [])


def test_tokens_without_a_label_are_not_scored(tmp_path: Path, registry: Registry) -> None:
    path = write(tmp_path, {"text": TEXT, "zones": [["lead", 0, AT]]})
    figures = evaluate_zones(path, registry, fetched_at=NOW)
    assert (figures["tokens"], figures["unlabelled_tokens"], figures["accuracy"]) == (6, 6, 1.0)


def sourced(text: str, **more: Any) -> dict[str, Any]:
    sha = hashlib.sha256(text.encode()).hexdigest()[:16]
    return {"source": {"dataset": "d", "file": "f.csv", "row": 7}, "text_sha": sha, "zones": RIGHT, **more}


def rows(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    row = {"dataset": "d", "file": "f.csv", "row": 7, "title": "Posko", "body": TEXT, "date_raw": "9 Juni 2025"}
    path.write_text(json.dumps({"dataset": "d", "file": "f.csv", "row": 6}) + "\n" + json.dumps(row), encoding="utf-8")
    return path


def test_a_text_found_by_its_source(tmp_path: Path, registry: Registry) -> None:
    assert normalise(TEXT).text == TEXT
    labels = write(tmp_path, sourced(TEXT, id="a"), sourced("teks lain", id="b"))
    figures = evaluate_zones(labels, registry, fetched_at=NOW, articles=rows(tmp_path))
    assert (figures["n"], figures["stale"], figures["accuracy"]) == (1, ["b"], 1.0)


def test_a_page_is_found_below_the_folder(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "kabar").mkdir()
    (tmp_path / "kabar" / "satu.html").write_text("<html><body><p>Halo</p></body></html>", encoding="utf-8")
    label = sourced(TEXT, id="a") | {"source": {"page": "kabar/satu.html"}}
    figures = evaluate_zones(write(tmp_path, label), registry, fetched_at=NOW, pages=tmp_path)
    assert (figures["n"], figures["stale"]) == (0, ["a"])
    with pytest.raises(SourceError, match="--pages"):
        evaluate_zones(write(tmp_path, label), registry, fetched_at=NOW)


def test_misses_of_the_test_split_are_withheld(tmp_path: Path, registry: Registry) -> None:
    wrong = [["lead", 0, AT], ["tags", AT, len(TEXT)]]
    path = write(
        tmp_path,
        {"id": "a", "text": TEXT, "zones": wrong, "split": "dev"},
        {"id": "b", "text": TEXT, "zones": wrong, "split": "test"},
    )
    figures = evaluate_zones(path, registry, fetched_at=NOW)
    assert ([miss["id"] for miss in figures["misses"]], figures["withheld_misses"]) == (["a"], 1)
    assert figures["accuracy"] == 0.5
    assert evaluate_zones(path, registry, fetched_at=NOW, split="test")["n"] == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"text": TEXT}, "line 1: it has no 'zones'"),
        ({"zones": RIGHT}, "line 1: it has neither text nor source"),
        ({"text": TEXT, "zones": [["lead", 0, 9], ["body", 5, 12]]}, "line 1: the zones lead and body overlap at 5"),
        ({"text": TEXT, "zones": [["lead", 9, 0]]}, "line 1: .* is no zone"),
        ({"source": {"page": "x"}, "zones": RIGHT}, "line 1: it names a source but no text_sha"),
        (sourced(TEXT), "--articles"),
    ],
)
def test_labels_that_cannot_be_used_are_told(
    tmp_path: Path, registry: Registry, row: dict[str, Any], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        evaluate_zones(write(tmp_path, row), registry, fetched_at=NOW)


def test_a_row_that_is_not_there_is_told(tmp_path: Path, registry: Registry) -> None:
    label = sourced(TEXT) | {"source": {"dataset": "d", "file": "f.csv", "row": 8}}
    with pytest.raises(SourceError, match="has no row"):
        evaluate_zones(write(tmp_path, label), registry, fetched_at=NOW, articles=rows(tmp_path))
