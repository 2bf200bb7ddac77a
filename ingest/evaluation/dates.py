"""Publication times against gold.

Belongs here: the gold notation, what is exact and what is an exchange. Does not: reading dates (``ingest.clean``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.clean.stage import clean
from ingest.errors import SourceError
from ingest.evaluation.gold import Received, date_orders, documents, raw_fields, read_lines, receive
from ingest.evaluation.report import share

if TYPE_CHECKING:
    from ingest.registry.load import Registry

ANSWERS = ("published_at", "expected")
_FINENESS = {"year": 0, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5}
_GOLD = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)? ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?"
)


@dataclass(frozen=True)
class Moment:
    """A time on a local clock, true to its precision; ``offset`` in minutes where the clock's zone is known."""

    local: datetime
    precision: str
    offset: int | None

    def at(self, offset: int | None) -> datetime:
        """The clock at ``offset``; a bare day stays the day that was printed."""
        if offset is None or self.offset is None or _FINENESS[self.precision] < _FINENESS["hour"]:
            return self.local
        return self.local + timedelta(minutes=offset - self.offset)

    def __str__(self) -> str:
        cut = {"year": 4, "month": 7, "day": 10}.get(self.precision)
        if cut:
            return self.local.isoformat()[:cut]
        text = self.local.isoformat(timespec={"hour": "hours", "minute": "minutes"}.get(self.precision, "seconds"))
        if self.offset is None:
            return text
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{text}{'-' if self.offset < 0 else '+'}{hours:02}:{minutes:02}"


class Verdict(NamedTuple):
    """What one answer is worth."""

    is_exact: bool
    is_day_exact: bool
    is_swapped: bool


def gold_moment(text: str) -> Moment:
    """A gold time in ISO form, cut where its knowledge ends: ``2025-06``, ``2025-06-09``, ``2025-06-09T19:03+07:00``.

    Seconds of 00 say nothing: such a time is stated to the minute. ValueError where the text is no such time.
    """
    match = _GOLD.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no time in ISO form")
    parts = {name: int(value) for name, value in match.groupdict().items() if value and name != "zone"}
    precision = list(parts)[-1]
    if precision == "second" and parts["second"] == 0:
        precision = "minute"
    zone = match["zone"]
    offset = None
    if zone:
        offset = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[-2:])
        offset = -offset if zone[0] == "-" else offset
    return Moment(datetime(**{"month": 1, "day": 1, **parts}), precision, offset)  # type: ignore[arg-type]  # all are int


def judge(expected: Moment | None, got: Moment | None) -> Verdict:
    """Compare to the precision that the gold states; an answer that is coarser than the gold is not exact.

    Times are compared on the gold's clock, where it states its zone, else on the clock of the answer.
    """
    if expected is None or got is None:
        is_right = expected is None and got is None
        return Verdict(is_right, is_right, False)
    there = got.at(expected.offset)
    stated = _FINENESS[expected.precision]
    places = 6 if stated == 5 else stated + 1
    is_fine = _FINENESS[got.precision] >= stated
    is_exact = is_fine and there.timetuple()[:places] == expected.local.timetuple()[:places]
    if stated < _FINENESS["day"]:
        return Verdict(is_exact, is_exact, False)
    if _FINENESS[got.precision] < _FINENESS["day"]:
        return Verdict(False, False, False)
    is_day_exact = there.date() == expected.local.date()
    return Verdict(is_exact, is_day_exact, not is_day_exact and _exchanged(there.date()) == expected.local.date())


def _exchanged(day: date) -> date | None:
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else None


def evaluate_dates(path: Path, registry: Registry, *, fetched_at: datetime) -> dict[str, Any]:
    """Publication times that cleaning finds for the rows of a JSONL file, against their ``published_at``.

    ``fetched_at`` (naive UTC) holds for rows that state none. ``exact`` and ``day_exact`` are shares of ``n``; ``null``
    counts dates that were not found, ``invented`` those that the gold does not have, ``swapped`` days exchanged with
    months. SourceError names a row that cannot be used.
    """
    numbered = list(read_lines(path))
    rows = [row for _, row in numbered]
    orders = date_orders(rows)
    received, expected = [], []
    for number, row in numbered:
        try:
            expected.append(_answer(row))
            received.append(receive(row, orders, fetched_at))
        except (ValueError, TypeError) as error:
            raise SourceError(f"{path} line {number}: {error}") from None
    found = _found(received, registry)
    verdicts = [judge(truth, got) for truth, (got, _) in zip(expected, found, strict=True)]
    exact = sum(verdict.is_exact for verdict in verdicts)
    day_exact = sum(verdict.is_day_exact for verdict in verdicts)
    pairs = [(truth, got) for truth, (got, _) in zip(expected, found, strict=True)]
    return {
        "n": len(rows),
        "exact": share(exact, len(rows)),
        "exact_count": exact,
        "day_exact": share(day_exact, len(rows)),
        "day_exact_count": day_exact,
        "swapped": sum(verdict.is_swapped for verdict in verdicts),
        "null": sum(truth is not None and got is None for truth, got in pairs),
        "invented": sum(truth is None and got is not None for truth, got in pairs),
        "misses": [
            {
                "id": row.get("id", number),
                "raw": _printed(row),
                "url": row.get("url"),
                "expected": None if truth is None else str(truth),
                "got": None if got is None else str(got),
                "rule": rule,
                "is_day_exact": verdict.is_day_exact,
                "is_swapped": verdict.is_swapped,
            }
            for (number, row), truth, (got, rule), verdict in zip(numbered, expected, found, verdicts, strict=True)
            if not verdict.is_exact
        ],
    }


def _answer(row: Mapping[str, Any]) -> Moment | None:
    for name in ANSWERS:
        if name in row:
            value = row[name]
            if value is None or value == "":
                return None
            if not isinstance(value, str):
                raise ValueError(f"{name} must be a text or null, not {value!r}")
            return gold_moment(value)
    raise ValueError("it has no published_at")


def _found(received: Sequence[Received], registry: Registry) -> list[tuple[Moment | None, str]]:
    """The chosen time and the rule of every document."""
    raw = documents(received)
    articles = {row["document_id"]: row for row in clean(raw, registry)["articles"].to_dicts()}
    return [
        (moment_of(articles[key]), articles[key]["date_rule"]) if key in articles else (None, "none:quarantined")
        for key in raw["document_id"]
    ]


def moment_of(article: Mapping[str, Any]) -> Moment | None:
    """The publication time of a row of clean.articles on the clock that was printed."""
    instant = article["published_at_utc"]
    if instant is None:
        return None
    offset = article["utc_offset_minutes"]
    return Moment(instant + timedelta(minutes=offset), article["precision"], offset)


def _printed(row: Mapping[str, Any]) -> str:
    fields = raw_fields(row)
    return " | ".join(str(fields[name]) for name in ("date", "time") if fields.get(name) not in (None, ""))
