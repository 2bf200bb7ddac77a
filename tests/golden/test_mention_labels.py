"""The floors of mentions on labelled articles of the development data; the labels hold no text."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from ingest.evaluation.mentions import evaluate_mentions
from ingest.registry.load import load

LABELS = Path(__file__).parent / "mentions" / "labels.jsonl"


def digest(row: dict[str, Any]) -> str:
    return hashlib.sha256(f"{row.get('title') or ''}\n{row.get('body') or ''}".encode()).hexdigest()[:16]


def gold_rows(dev_data: Path) -> list[dict[str, Any]]:
    """The labels with the texts that they name, in the format of the gold set."""
    labels = {label["text_sha256"]: label for label in map(orjson.loads, LABELS.read_bytes().splitlines())}
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz") as lines:
        articles = {digest(row): row for row in map(orjson.loads, lines)}
    rows = []
    for identity, label in labels.items():
        article = articles[identity]
        texts = {zone: article.get(zone) or "" for zone in ("title", "body")}
        date = " | ".join(article[name] for name in ("date_raw", "time_raw") if article.get(name))
        mentions = [
            {**mention, "surface": texts[mention["zone"]][mention["start"] : mention["end"]]}
            for mention in label["mentions"]
        ]
        rows.append(
            {"id": identity, "url": article.get("url"), "date": date, "published_at": label["published_at"]}
            | texts
            | {"mentions": mentions}
        )
    return rows


def test_floors(dev_data: Path, tmp_path: Path) -> None:
    gold = tmp_path / "labels.jsonl"
    gold.write_bytes(b"\n".join(map(orjson.dumps, gold_rows(dev_data))))
    told = evaluate_mentions(gold, load(), fetched_at=datetime(2026, 11, 23))
    assert told["n_articles"] == 89
    assert told["span_exact"]["f1"] >= 0.95
    assert told["top_body"]["f1"] >= 0.97
    assert told["agency_accuracy"] >= 0.95
