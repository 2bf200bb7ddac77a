"""The floors of mentions on the development gold set, which lies beside the checkout and is never part of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ingest.evaluation.mentions import evaluate_mentions
from ingest.registry.load import load


def test_floors(dev_data: Path) -> None:
    gold = dev_data / "gold" / "agency_mentions_dev.jsonl"
    told = evaluate_mentions(gold, load(), fetched_at=datetime(2026, 11, 23))
    assert (told["n_articles"], told["n_mentions"], told["n_soft"]) == (100, 387, 90)
    assert told["span_exact"]["f1"] >= 0.95
    assert told["top_body"]["f1"] >= 0.97
    assert told["agency_accuracy"] >= 0.95
