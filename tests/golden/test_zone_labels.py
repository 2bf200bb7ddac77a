"""The hand-labelled zones: the file's shape, and that its texts are still those that were labelled.

How well the parser agrees with the labels is the evaluation's matter, not this test's.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from ingest.clean.stage import clean
from ingest.registry.load import Registry, load
from warehouse.contracts import TABLES

LABELS = Path(__file__).parent / "zones" / "labels.jsonl"
ZONES = {
    *("slug", "printed_date", "byline", "caption", "credit", "dateline", "lead", "body", "inline_promo", "claim"),
    *("tags", "related", "paging", "footer"),
}
COLUMNS = {
    "title": ["title"],
    "body": ["body"],
    "date": ["date_raw", "time_raw"],
    "url": ["url"],
    "section": ["section", "subsection"],
    "author": ["author"],
}


def labels() -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in LABELS.read_bytes().splitlines()]


def test_shape() -> None:
    for label in labels():
        assert set(label) == {"id", "split", "outlet", "source", "text_sha", "zones"}
        assert label["id"] == label_id(label["source"])
        assert re.fullmatch("[0-9a-f]{16}", label["text_sha"])
        assert label["split"] in ("dev", "test")
        if "page" in label["source"]:
            assert set(label["source"]) == {"page"}
        else:
            assert set(label["source"]) == {"dataset", "file", "row"}
        names, starts, ends = zip(*label["zones"], strict=True)
        assert set(names) <= ZONES
        assert starts == (0, *ends[:-1])
        assert all(start < end for start, end in zip(starts, ends, strict=True))
        assert all(first != second for first, second in pairwise(names))
        assert names.count("lead") == 1


def test_size_and_spread() -> None:
    rows = labels()
    assert len({label["id"] for label in rows}) == len(rows) >= 70
    assert len({label["text_sha"] for label in rows}) == len(rows)
    assert len({label["outlet"] for label in rows}) >= 22
    assert {label["outlet"] for label in rows} <= set(load()["outlets"]["outlet_id"])
    assert len({label["source"]["file"] for label in rows if "file" in label["source"]}) == 32
    assert sum("page" in label["source"] for label in rows) >= 8
    halves = Counter(label["split"] for label in rows)
    assert abs(halves["dev"] - halves["test"]) <= 1


def test_no_text_is_kept() -> None:
    """Nothing but ids, names of files and zones, and numbers: the longest string is a file's name."""
    strings = [string for label in labels() for string in all_strings(label)]
    assert max(map(len, strings)) <= 40
    assert not [string for string in strings if " " in string]


def test_texts_are_those_that_were_labelled(dev_data: Path) -> None:
    rows = labels()
    documents = [as_document(label, payload) for label, payload in payloads(dev_data, rows)]
    frame = pl.DataFrame(documents, schema=TABLES["raw.documents"].polars_schema())
    articles = clean(frame, Registry({"outlets": TABLES["registry.outlets"].empty()}))["articles"]
    texts = dict(articles.select("document_id", "text").iter_rows())
    changed = [
        label["source"]
        for label in rows
        if (text := texts[label["id"]]) is None
        or sha(text.encode(), 16) != label["text_sha"]
        or label["zones"][-1][2] != len(text)
    ]
    assert not changed, "these texts are no longer those that were labelled: carry their labels over (zones/README.md)"


def payloads(folder: Path, rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], bytes]]:
    """Each label with the payload of its source."""
    wanted = {
        (label["source"]["dataset"], label["source"]["file"], label["source"]["row"]): label
        for label in rows
        if "file" in label["source"]
    }
    pages = [label for label in rows if "page" in label["source"]]
    found = [(label, (folder / "pages" / label["source"]["page"]).read_bytes()) for label in pages]
    with gzip.open(folder / "articles" / "articles_dev.jsonl.gz", "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if label := wanted.pop((row["dataset"], row["file"], row["row"]), None):
                found.append((label, orjson.dumps(row, option=orjson.OPT_SORT_KEYS)))
    assert not wanted, f"rows not found: {list(wanted)}"
    return found


def as_document(label: dict[str, Any], payload: bytes) -> dict[str, Any]:
    """The raw document of a labelled source; its id is the label's, to find the article again."""
    is_page = "page" in label["source"]
    return {
        "document_id": label["id"],
        "source_id": "labels",
        "source_kind": "web" if is_page else "dump",
        "url": None,
        "source_record_id": None,
        "fetched_at_utc": datetime(2026, 11, 1),
        "observed_at_utc": None,
        "media_type": "text/html" if is_page else "application/json",
        "payload": payload,
        "metadata": orjson.dumps({} if is_page else {"columns": COLUMNS, "date_order": "DMY"}).decode(),
    }


def label_id(source: dict[str, Any]) -> str:
    return sha(orjson.dumps(source, option=orjson.OPT_SORT_KEYS), 12)


def sha(data: bytes, length: int) -> str:
    return hashlib.sha256(data).hexdigest()[:length]


def all_strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [string for inner in value.values() for string in all_strings(inner)]
    if isinstance(value, list):
        return [string for inner in value for string in all_strings(inner)]
    return [value] if isinstance(value, str) else []
