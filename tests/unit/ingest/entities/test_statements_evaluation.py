"""The evaluation of statements: format, matching, figures; and the labelled set's own shape, texts and the seed."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from ingest.clean.stage import clean
from ingest.entities.mentions import find_mentions
from ingest.entities.statements import find_statements
from ingest.errors import SourceError
from ingest.evaluation.gold import as_row, documents, raw_fields
from ingest.evaluation.statements import Statement, evaluate_statements, is_same_speaker, match, read_labels
from ingest.registry.load import Registry, load
from tests.engines import shipped
from warehouse.contracts import TABLES
from warehouse.keys import hex16

LABELS = Path(__file__).parents[4] / "tests" / "golden" / "statements" / "labels.jsonl"
FETCHED = datetime(2026, 1, 5, 3, 0)
TEXT = (
    "KUDUS - Hujan turun deras sejak pagi hari.\n\nMenteri Dalam Negeri Bayu Lesmana mengatakan daerah sudah siap."
    '\n\n"Kami siap," ujarnya.'
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


def statement(start: int, end: int, **other: Any) -> Statement:
    return Statement(
        **(
            {
                "zone": "body",
                "start": start,
                "end": end,
                "kind": "direct",
                "speaker_start": None,
                "speaker_end": None,
                "agency": None,
            }
            | other
        )
    )


def test_pairs_overlap_by_half_and_are_used_once() -> None:
    gold = [statement(0, 10), statement(20, 30)]
    found = [statement(0, 4), statement(1, 10), statement(2, 10), statement(20, 30, zone="lead")]
    assert match(gold, found) == [(gold[0], found[1])]


@pytest.mark.parametrize(
    ("gold", "got", "same"),
    [
        ((0, 4), (0, 4), True),
        ((0, 4), (2, 6), True),
        ((10, 23), (0, 4), True),
        ((10, 23), (24, 29), False),
        (None, None, True),
        (None, (0, 4), False),
        ((0, 4), None, False),
    ],
)
def test_same_speaker(gold: tuple[int, int] | None, got: tuple[int, int] | None, same: bool) -> None:
    source = "Bayu hadir Menteri Bayu Damar"
    spans = [dict(zip(("speaker_start", "speaker_end"), span or (None, None), strict=True)) for span in (gold, got)]
    assert is_same_speaker(statement(0, 1, **spans[0]), statement(0, 1, **spans[1]), source) is same


def write(tmp_path: Path, registry: Registry, change: dict[str, Any] | None = None) -> tuple[Path, Path]:
    """A labelled set of one article of our own, and the articles."""
    row = {"dataset": "ours", "file": "a.jsonl", "row": 0, "title": "Hujan di Kudus", "body": TEXT}
    tables = clean(documents([as_row(raw_fields(row), FETCHED)]), registry)
    text = tables["articles"]["text"][0]
    start = text.index("daerah sudah siap")
    speaker = text.index("Menteri Dalam Negeri Bayu Lesmana")
    common = {"zone": "body", "speaker_start": speaker, "speaker_end": speaker + 33, "agency": "kemendagri"}
    quote = text.index("Kami siap")
    label = {
        "id": "one",
        "split": "dev",
        "document": {name: row[name] for name in ("dataset", "file", "row")},
        "text_sha": hashlib.sha256(text.encode()).hexdigest()[:16],
        "statements": [
            common | {"start": start, "end": start + 17, "kind": "indirect"},
            common | {"start": quote, "end": quote + 9, "kind": "direct"},
        ],
    } | (change or {})
    (tmp_path / "gold.jsonl").write_bytes(orjson.dumps(label))
    (tmp_path / "articles.jsonl").write_bytes(orjson.dumps(row))
    return tmp_path / "gold.jsonl", tmp_path / "articles.jsonl"


def test_a_perfect_article(tmp_path: Path, registry: Registry) -> None:
    gold, articles = write(tmp_path, registry)
    figures = evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)
    assert (figures["n_articles"], figures["n_statements"], figures["stale"], figures["misses"]) == (1, 2, [], [])
    for name in ("statement", "speaker", "agency"):
        assert figures[name]["f1"] == 1.0
        assert figures[name]["f1_interval"] == [1.0, 1.0]
    assert figures["kind_accuracy"] == figures["agency_accuracy"] == 1.0


def test_misses_are_told_in_their_sentence_but_for_the_test_split(tmp_path: Path, registry: Registry) -> None:
    change = {
        "statements": [
            {
                "zone": "body",
                "start": 0,
                "end": 5,
                "kind": "direct",
                "speaker_start": None,
                "speaker_end": None,
                "agency": None,
            }
        ]
    }
    gold, articles = write(tmp_path, registry, change)
    figures = evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)
    assert [miss["what"] for miss in figures["misses"]] == ["extra", "extra", "missing"]
    assert "mengatakan" in figures["misses"][0]["sentence"]
    assert figures["statement"]["f1"] == 0.0
    gold, articles = write(tmp_path, registry, change | {"split": "test"})
    assert evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)["misses"] == []


def test_soft_labels_count_neither_way(tmp_path: Path, registry: Registry) -> None:
    gold, articles = write(tmp_path, registry)
    label = orjson.loads(gold.read_bytes())
    for item in label["statements"]:
        item["soft"] = True
    gold.write_bytes(orjson.dumps(label))
    figures = evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)
    assert (figures["statement"]["right"], figures["statement"]["wrong"], figures["statement"]["missed"]) == (0, 0, 0)
    assert figures["misses"] == []


def test_a_changed_text_is_stale(tmp_path: Path, registry: Registry) -> None:
    gold, articles = write(tmp_path, registry, {"text_sha": "0" * 16})
    figures = evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)
    assert (figures["n_articles"], figures["stale"]) == (0, ["one"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("{}", "statements"),
        ('{"statements": [{"zone": "body"}]}', "start"),
        ('{"statements": [], "document": {}}', "text_sha"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line)
    with pytest.raises(SourceError, match=f"line 1.*{told}"):
        read_labels(path)


def test_a_missing_row_is_named(tmp_path: Path, registry: Registry) -> None:
    gold, articles = write(tmp_path, registry, {"document": {"dataset": "ours", "file": "a.jsonl", "row": 7}})
    with pytest.raises(SourceError, match="no row"):
        evaluate_statements(gold, registry, fetched_at=FETCHED, articles=articles)


# --- the labelled set ---------------------------------------------------------------------------------------------


def test_shape_of_the_labelled_set() -> None:
    rows = [orjson.loads(line) for line in LABELS.read_bytes().splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) >= 20
    for row in rows:
        assert set(row) == {"id", "split", "document", "text_sha", "statements"}
        assert row["id"] == hashlib.sha256(orjson.dumps(row["document"], option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]
        assert row["split"] in ("dev", "test")
        for item in row["statements"]:
            wanted = {"zone", "start", "end", "kind", "speaker_start", "speaker_end", "agency"}
            assert wanted <= set(item) <= wanted | {"soft"}
            assert item["agency"] is None or " " not in item["agency"]  # no text of an article
    assert read_labels(LABELS)


def test_texts_are_those_that_were_labelled(dev_data: Path, registry: Registry) -> None:
    labels = {label.place: label for label in read_labels(LABELS)}
    received = []
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz", "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if label := labels.get((row["dataset"], row["file"], row["row"])):
                received.append((label, as_row(raw_fields(row), FETCHED)))
    texts = clean(documents(one for _, one in received), registry)["articles"]["text"]
    shas = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    assert len(received) >= len(labels)
    assert {label.label_id for label in labels.values()} == {
        label.label_id for (label, _), sha in zip(received, shas, strict=True) if sha == label.text_sha
    }


def test_the_seed_gives_three_statements_of_polpum(dev_data: Path, registry: Registry) -> None:
    (path,) = (dev_data / "seed").glob("*.txt")
    payload = path.read_bytes()
    row = dict.fromkeys(TABLES["raw.documents"].column_names) | {
        "document_id": hex16("files", "", payload),
        "source_id": "files",
        "source_kind": "manual",
        "fetched_at_utc": FETCHED,
        "media_type": "text/plain",
        "payload": payload,
        "metadata": "{}",
    }
    tables = clean(pl.DataFrame([row], schema=TABLES["raw.documents"].polars_schema()), registry)
    mentions = find_mentions(tables["articles"], tables["zones"], shipped().engine)
    found = find_statements(tables["articles"], tables["zones"], mentions)
    assert found.select("statement_kind", "cue", "agency_id", "role").rows() == [
        (kind, cue, "kemendagri.polpum", "Direktur Jenderal (Dirjen) Polpum Kemendagri")
        for kind, cue in (("indirect", "mengatakan"), ("indirect", "Menurutnya"), ("direct", "ujarnya"))
    ]
    assert found["speaker_start"].n_unique() == 1
