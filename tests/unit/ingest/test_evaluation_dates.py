"""Publication times against gold: notation, exactness, exchanges, and a small set counted by hand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.evaluation.dates import Verdict, evaluate_dates, gold_moment, judge
from ingest.registry.load import Registry
from warehouse.contracts import TABLES

EXACT = Verdict(True, True, False)
DAY = Verdict(False, True, False)
WRONG = Verdict(False, False, False)
SWAPPED = Verdict(False, False, True)
NOW = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    ("expected", "got", "verdict"),
    [
        ("2025-06-09T19:03:00+07:00", "2025-06-09T19:03+07:00", EXACT),
        ("2025-06-09T19:03:00+07:00", "2025-06-09T19:03:41+07:00", EXACT),  # seconds of 00 are not stated
        ("2025-06-09T19:03:40+07:00", "2025-06-09T19:03:41+07:00", DAY),
        ("2025-06-09T19:03:40+07:00", "2025-06-09T19:03+07:00", DAY),
        ("2025-06-09T19:03+07:00", "2025-06-09T20:03+08:00", EXACT),  # one instant on two clocks
        ("2025-06-09T19:03+07:00", "2025-06-09T19:03+08:00", DAY),
        ("2025-06-09T19:03+07:00", "2025-06-09", DAY),  # coarser than the gold
        ("2025-06-09T00:00+07:00", "2025-06-09", DAY),  # a bare day is no midnight
        ("2025-06-09T00:30+08:00", "2025-06-08T23:30+07:00", EXACT),
        ("2025-06-09T19:03", "2025-06-09T19:03+08:00", EXACT),  # gold without a zone: as printed
        ("2025-06-09", "2025-06-09T23:59+07:00", EXACT),
        ("2025-06-09", "2025-06-10", WRONG),
        ("2025-06-09", "2025-09-06", SWAPPED),
        ("2025-06-09T19:03+07:00", "2025-09-06T19:03+07:00", SWAPPED),
        ("2025-06-25", "2025-06-06", WRONG),
        ("2025-06-09", "2025-06", WRONG),
        ("2025-06", "2025-06-30", EXACT),
        ("2025", "2024-12-31", WRONG),
        ("2026-06-05T13+07:00", "2026-06-05T13:20+07:00", EXACT),
        (None, None, EXACT),
        (None, "2025-06-09", WRONG),
        ("2025-06-09", None, WRONG),
    ],
)
def test_judgement(expected: str | None, got: str | None, verdict: Verdict) -> None:
    assert judge(gold_moment(expected) if expected else None, gold_moment(got) if got else None) == verdict


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-06-09", "2025-06-09T19+07:00", "2025-06-09T19:03:05-03:30"])
def test_a_moment_is_printed_as_it_was_stated(text: str) -> None:
    assert str(gold_moment(text)) == text


@pytest.mark.parametrize("text", ["kemarin", "9 Juni 2025", "2025-13-01", "2025-02-30", ""])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  two kinds of message: the notation, the calendar
        gold_moment(text)


@pytest.fixture
def registry() -> Registry:
    return Registry({"outlets": TABLES["registry.outlets"].empty()})


def write(folder: Path, *rows: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_a_small_set(tmp_path: Path, registry: Registry) -> None:
    path = write(
        tmp_path,
        {
            "id": "a",
            "title": "Satu",
            "date": "Senin, 9 Juni 2025 19:03 WIB",
            "published_at": "2025-06-09T19:03:00+07:00",
        },
        {"id": "b", "title": "Dua", "date": "9 Juni 2025", "published_at": "2025-06-09T08:00:00+07:00"},
        {"id": "c", "title": "Tiga", "date": "06/09/2025", "published_at": "2025-06-09"},
        {"id": "d", "date": "1 jam lalu", "expected": None},
        {
            "id": "e",
            "date": "1 jam lalu",
            "observed_at": "2025-06-09T12:20:00+00:00",
            "expected": "2025-06-09T18+07:00",
        },
        {"id": "f", "body": "Isi.", "date": "", "published_at": "2025-06-09"},
        {"id": "g", "date": "2025-06-09", "time": "10:15 WITA", "published_at": "2025-06-09T10:15:00+08:00"},
        {"id": "h", "title": "Delapan", "date": "10 Juni 2025", "published_at": None},
    )
    figures = evaluate_dates(path, registry, fetched_at=NOW)
    misses = {miss["id"]: (miss["expected"], miss["got"]) for miss in figures.pop("misses")}
    assert figures == {
        "n": 8,
        "exact": 0.5,
        "exact_count": 4,
        "day_exact": 0.625,
        "day_exact_count": 5,
        "swapped": 1,
        "null": 1,
        "invented": 1,
    }
    assert misses == {
        "b": ("2025-06-09T08:00+07:00", "2025-06-09"),
        "c": ("2025-06-09", "2025-09-06"),
        "f": ("2025-06-09", None),
        "h": (None, "2025-06-10"),
    }


def test_an_outlets_own_dates_prove_their_order(tmp_path: Path, registry: Registry) -> None:
    urls = [f"https://kabar.example/{n}" for n in range(2)]
    rows = [
        {"title": "Satu", "url": urls[0], "date": "10/22/2025 9:49", "published_at": "2025-10-22T09:49:00+07:00"},
        {"title": "Dua", "url": urls[1], "date": "10/05/2025 8:00", "published_at": "2025-10-05T08:00:00+07:00"},
    ]
    assert evaluate_dates(write(tmp_path, *rows), registry, fetched_at=NOW)["exact"] == 1.0
    declared = [row | {"date_order": "DMY"} for row in rows]
    assert evaluate_dates(write(tmp_path, *declared), registry, fetched_at=NOW)["swapped"] == 1


def test_the_answer_is_not_read(tmp_path: Path, registry: Registry) -> None:
    path = write(tmp_path, {"id": "a", "title": "Satu", "published_at": "2025-06-09", "published": "2025-06-09"})
    assert evaluate_dates(path, registry, fetched_at=NOW)["null"] == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"date": "9 Juni 2025"}, "line 1: it has no published_at"),
        ({"date": "x", "published_at": "kemarin"}, "line 1: 'kemarin' is no time"),
        ({"date": "x", "published_at": 20250609}, "line 1: published_at must be"),
        ({"date": "x", "published_at": None, "observed_at": "tadi"}, "line 1: Invalid isoformat"),
        ([1], "line 1 is not a JSON object"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, registry: Registry, row: object, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        evaluate_dates(write(tmp_path, row), registry, fetched_at=NOW)


def test_the_checked_times_of_the_gold_set(dev_data: Path) -> None:
    from ingest.registry.load import load

    figures = evaluate_dates(dev_data / "gold" / "agency_mentions_dev.jsonl", load(), fetched_at=NOW)
    assert figures["n"] == 100
    assert figures["exact"] >= 0.98, figures["misses"]
    assert figures["swapped"] == figures["null"] == 0
