"""Records: a dict of cells, or the Problem of a record that cannot be read; and how one is written down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import orjson

from ingest.sources.streams import Problem

Row = dict[str, Any]
Record = Row | Problem

MAX_COLUMNS = 10_000


def encode(row: Row) -> bytes:
    """A record as JSON: sorted keys, UTF-8, dates in ISO form. Half surrogates become U+FFFD.

    Raises RecursionError for one that is nested too deeply.
    """
    try:
        return orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=_plain)
    except TypeError:  # integers beyond 64 bits, half surrogates
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return whole(text).encode()


def whole(text: str) -> str:
    """``text`` with U+FFFD for every half surrogate, which no UTF-8 can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def distinct_names(names: Sequence[object]) -> list[str]:
    """Column names without empty or repeated ones: ``column_3``, ``judul_2``."""
    result: list[str] = []
    seen: set[str] = set()
    repeats: Counter[str] = Counter()  # ten thousand columns of one name are counted, not tried
    for number, name in enumerate(names, 1):
        stem = plain = str(name if name is not None else "").strip() or f"column_{number}"
        while plain in seen:
            repeats[stem] += 1
            plain = f"{stem}_{repeats[stem] + 1}"
        seen.add(plain)
        result.append(plain)
    return result
