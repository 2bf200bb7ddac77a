"""The floors of statements on the hand-labelled set: on its split ``test`` if it has one, else on all labels."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ingest.evaluation.statements import WITHHELD, evaluate_statements, read_labels
from ingest.registry.load import load

LABELS = Path(__file__).parent / "statements" / "labels.jsonl"


def test_floors(dev_data: Path) -> None:
    labels = read_labels(LABELS)
    split = WITHHELD if any(label.split == WITHHELD for label in labels) else None
    articles = dev_data / "articles" / "articles_dev.jsonl.gz"
    told = evaluate_statements(LABELS, load(), fetched_at=datetime(2026, 11, 23), articles=articles, split=split)
    assert told["stale"] == [], "these texts are no longer those that were labelled: carry their labels over"
    assert told["n_articles"] == sum(label.split == split or split is None for label in labels)
    assert told["speaker"]["f1"] >= 0.85
    assert told["agency_accuracy"] >= 0.85, "the agency of the speaker, over the statements found"
