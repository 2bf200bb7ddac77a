"""Dates that an article names, as days, resolved against the day it was published.

Belongs here: the written forms of a single day in running text and what each means on a given day of publication.
Does not: publication dates (``ingest.clean.dates``), and forms that name no single day (``pekan depan``, ``April
2023``), which are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

import polars as pl

from ingest.clean.date_formats import MONTH_NAMES
from ingest.entities.sentences import Sentences
from warehouse.contracts.lake import EVENT_DATES, MENTION_ZONES
from warehouse.keys import hex16

WEEKDAYS = {"senin": 1, "selasa": 2, "rabu": 3, "kamis": 4, "jumat": 5, "jum'at": 5, "sabtu": 6, "minggu": 7, "ahad": 7}
# "agus" is a man more often than a month
MONTHS = {name: month for month, names in MONTH_NAMES.items() for name in names.split() if name != "agus"}
RELATIVE_DAYS = {"kemarin lusa": -2, "kemarin": -1, "besok": 1, "lusa": 2}
_PAST, _NEXT = ("lalu", "kemarin", "silam"), ("depan", "mendatang", "nanti", "besok")

_WEEKDAY = "(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)"
_PART = "(?:dini hari|pagi|siang|sore|petang|malam)"
_DIRECTION = "(?:lalu|kemarin|silam|depan|mendatang|nanti|besok|ini)"
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=lambda name: (-len(name), name))) + ")"
_NAMED = rf"[0-9]{{1,2}} {_MONTH}\b(?:,? [12][0-9]{{3}}\b)?"
_FULL_NUMBERS = r"[0-9]{1,2} ?[/.-] ?[0-9]{1,2} ?[/.-] ?(?:[12][0-9]{3}|[0-9]{2})\b"
# In brackets after a weekday; the closing one is sometimes lost, then only a year shows that it is a date.
_BRACKET = rf"\((?:(?:{_FULL_NUMBERS}|{_NAMED})\)?|[0-9]{{1,2}}/[0-9]{{1,2}}\))"
_FORMS = (
    rf"\b{_WEEKDAY}(?: {_PART})?(?: (?:pekan |minggu )?{_DIRECTION})?,? ?{_BRACKET}",
    rf"\b{_WEEKDAY}(?: {_PART})?(?: {_DIRECTION})?,? (?:tanggal )?(?:{_NAMED}|{_FULL_NUMBERS})",
    rf"\b{_WEEKDAY} (?:pekan|minggu) (?:lalu|ini|depan)\b",
    rf"\b{_WEEKDAY}(?: {_PART})? {_DIRECTION}\b",
    rf"\b{_WEEKDAY} {_PART}\b",
    r"\([0-9]{1,2}/[0-9]{1,2}(?:/(?:[12][0-9]{3}|[0-9]{2}))?\)",
    rf"\b{_NAMED}",
    r"\b[0-9]{1,2}/[0-9]{1,2}/[12][0-9]{3}\b",
    r"\b(?:kemarin lusa|kemarin|besok|lusa)\b",
)
# ASCII word boundaries and folding: the Unicode ones cost the engine its fast path
_PATTERN = "(?i-u)" + "|".join(_FORMS)

_NUMBERS = re.compile(r"([0-9]{1,2}) ?[/.-] ?([0-9]{1,2})(?: ?[/.-] ?([0-9]{2,4}))?\)?$")
_NAMES = re.compile(rf"([0-9]{{1,2}}) ({_MONTH})\b(?:,? ([0-9]{{4}}))?", re.IGNORECASE)
_LEADING_WEEKDAY = re.compile(_WEEKDAY, re.IGNORECASE)
_OF_WEEK = re.compile(r" (?:pekan|minggu) (lalu|ini|depan)$")
_DIRECTION_AFTER = re.compile(rf"\)? {_DIRECTION}\b", re.IGNORECASE)
# "kemarin" is a day after these, at a clause's start or after a part of the day; elsewhere it often is "recently"
_DAY_BEFORE = re.compile(
    r"(?:^|[\n.,:;!?(-]|\b(?:pada|sejak|hingga|sampai|dari|hari|dibanding(?:kan)?|perdagangan|sepanjang|"
    rf"{_PART})) ?$",
    re.IGNORECASE,
)
# every Saturday; Friday and Saturday
_HABIT_BEFORE = re.compile(
    rf"(?:\b(?:se)?tiap(?: [\w',-]+){{0,3}} |\b{_WEEKDAY} ?(?:-|,|&|dan|atau|hingga|sampai) ?)$", re.IGNORECASE
)
_LINE_END, _QUOTE = re.compile("\n"), re.compile('"')
# characters between a relative word and a printed date, after or before it, that says the same day
_BESIDE, _BEHIND = 3, 40
# days from publication within which a wrong weekday is likelier than another year
_NEAR_DAYS = 45


class Written(NamedTuple):
    """What a surface prints: parts of a date, or a relative form."""

    kind: str  # date, of_week, direction, part_of_day, relative
    weekday: int | None = None
    day: int = 0
    month: int = 0
    year: int | None = None
    word: str = ""


def find_event_dates(articles: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """Dates in titles, captions, leads and bodies: an entities.event_dates frame.

    ``articles`` needs document_id, title, text, published_at_utc, utc_offset_minutes and precision; ``zones`` the
    clean.zones columns. Offsets count code points in ``title`` for the zone ``title``, in ``text`` otherwise. Without
    a publication day only dates with a year are found. Rows are in the order of articles, then of place.
    """
    local = pl.col("published_at_utc") + pl.duration(minutes=pl.col("utc_offset_minutes").fill_null(0))
    documents = articles.with_row_index("doc").select(
        "doc", "document_id", "title", "text",
        published=pl.when(~pl.col("precision").is_in(["month", "year"])).then(local.dt.date()),
    )  # fmt: skip
    start, end = pl.col("start"), pl.col("end")
    in_text = (
        zones.filter(pl.col("zone").is_in([zone for zone in MENTION_ZONES if zone != "title"]))
        .select("document_id", "zone", start.cast(pl.Int64), end.cast(pl.Int64))
        .join(documents, on="document_id")
        .with_columns(part=pl.col("text").str.slice(start, end - start))
    )
    titles = documents.with_columns(zone=pl.lit("title"), part="title", start=pl.lit(-1, pl.Int64))
    parts = (
        pl.concat([titles, in_text.select(pl.exclude("end"))], how="diagonal")
        .with_columns(found=pl.col("part").str.extract_all(_PATTERN))
        .filter(pl.col("found").list.len() > 0)
        .sort("doc", "start")
        .select("document_id", "zone", pl.col("start").clip(0), "part", "found", "published")
    )
    # one string for each text, however many zones of it have dates
    texts = documents.join(parts, on="document_id", how="semi").select("document_id", "text").iter_rows()
    sentences = {document_id: Sentences(text) for document_id, text in texts}
    rows = [row for part in parts.iter_rows() for row in _rows(sentences[part[0]], *part)]
    if not rows:
        return EVENT_DATES.empty()
    return EVENT_DATES.conform(
        pl.DataFrame(rows, schema=EVENT_DATES.column_names, orient="row", infer_schema_length=None)
    )


def _rows(
    sentences: Sentences,
    document_id: str,
    zone: str,
    offset: int,
    part: str,
    found: list[str],
    published: date | None,
) -> Iterator[tuple[object, ...]]:
    spans = list(_spans(part, found))
    speech = _Speech(part)
    for number, (start, end) in enumerate(spans):
        surface = part[start:end]
        written = _read(surface)
        if written is None or (written.kind != "date" and _is_no_day(part, speech, spans, number, written)):
            continue
        hint = written.word
        if written.kind == "date" and not hint and (after := _DIRECTION_AFTER.match(part, end)):
            hint = after.group().split()[-1].lower()
        resolved = _resolve(written, hint, published)
        if resolved is None:
            continue
        day, rule = resolved
        first, last = offset + start, offset + end
        bounds = (0, len(part)) if zone == "title" else sentences.around(first, last)
        agrees = None if written.weekday is None else day.isoweekday() == written.weekday
        identity = hex16(document_id, zone, str(first), str(last))
        yield identity, document_id, zone, first, last, *bounds, surface, day, rule, written.weekday, agrees


def _spans(part: str, found: list[str]) -> Iterator[tuple[int, int]]:
    """Code point spans of the surfaces ``found``, which the engine gives in order and without their places."""
    end = 0
    for surface in found:
        start = part.find(surface, end)
        while start > 0 and surface[0].isalnum() and _is_word(part[start - 1]):
            start = part.find(surface, start + 1)
        end = start + len(surface)
        yield start, end


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


@lru_cache(maxsize=65536)
def _read(surface: str) -> Written | None:
    """What ``surface`` prints; None where its numbers are no date."""
    folded = surface.lower()
    named = _LEADING_WEEKDAY.match(folded)
    weekday = WEEKDAYS[named.group()] if named else None
    direction = next(
        (word for word in folded.replace("(", " ").replace(",", " ").split() if word in (*_PAST, *_NEXT)), ""
    )
    if parts := _NAMES.search(folded):
        day, name, year = parts.groups()
        return _checked(weekday, int(day), MONTHS[name], year, direction)
    if parts := _NUMBERS.search(folded):
        day, month, year = parts.groups()
        return _checked(weekday, int(day), int(month), year, direction)
    if weekday is None:
        return Written("relative", word=folded)
    if not surface[0].isupper():
        return None
    if of_week := _OF_WEEK.search(folded):
        return Written("of_week", weekday, word=of_week[1])
    if folded.endswith((*_PAST, *_NEXT, "ini")):
        # "Minggu lalu" is last week or last Sunday
        return None if folded.startswith("minggu") else Written("direction", weekday, word=folded.split()[-1])
    return Written("part_of_day", weekday)


def _checked(weekday: int | None, day: int, month: int, year: str | None, direction: str) -> Written | None:
    number = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    if _day(number or 2000, month, day) is None or not 1000 <= (number or 2000) < 2200:
        return None
    return Written("date", weekday, day, month, number, direction)


class _Speech:
    """Where paragraphs begin and quotations stand in a part; looked for once, however many spans ask."""

    def __init__(self, part: str) -> None:
        self._part = part

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        starts = [0, *(match.end() for match in _LINE_END.finditer(self._part))]
        return starts, [match.start() for match in _QUOTE.finditer(self._part)]

    def at(self, place: int) -> tuple[int, bool]:
        """Where the paragraph of ``place`` begins, and whether a quotation is open there."""
        starts, quotes = self._places
        paragraph = starts[bisect_right(starts, place) - 1]
        return paragraph, (bisect_left(quotes, place) - bisect_left(quotes, paragraph)) % 2 == 1


def _is_no_day(part: str, speech: _Speech, spans: list[tuple[int, int]], number: int, written: Written) -> bool:
    """Whether a form without a date is speech, habit, or an echo of the printed date beside it."""
    start, end = spans[number]
    paragraph, is_quoted = speech.at(start)
    if is_quoted:
        return True  # in a quotation the day is the speaker's
    if written.kind != "relative":
        return _HABIT_BEFORE.search(part[max(paragraph, start - 40) : start]) is not None
    is_echo = (number + 1 < len(spans) and spans[number + 1][0] - end <= _BESIDE) or (
        number > 0 and start - spans[number - 1][1] <= _BEHIND
    )
    if is_echo or part.startswith("-", end):
        return True
    return written.word.startswith("kemarin") and not _DAY_BEFORE.search(part[max(paragraph, start - 16) : start])


def _resolve(written: Written, hint: str, published: date | None) -> tuple[date, str] | None:
    """The day that ``written`` means in an article of the day ``published``, and the rule; None where none is told."""
    if written.kind == "date":
        if written.year is not None:
            day = _day(written.year, written.month, written.day)
            return None if day is None else (day, "full_date")
        return None if published is None else _nearest(written, hint, published)
    if published is None:
        return None
    if written.weekday is None:
        return published + timedelta(days=RELATIVE_DAYS[written.word]), "relative_day"
    ahead = (written.weekday - published.isoweekday()) % 7
    back = ahead - 7 if ahead else 0
    if written.kind == "of_week":
        monday = published - timedelta(days=published.isoweekday() - 1)
        weeks = {"lalu": -7, "ini": 0, "depan": 7}[written.word]
        return monday + timedelta(days=weeks + written.weekday - 1), "weekday_of_week"
    if written.kind == "part_of_day":
        return published + timedelta(days=back), "weekday_last"
    if written.word in _PAST:
        return published + timedelta(days=back or -7), "weekday_before"
    if written.word in _NEXT:
        return published + timedelta(days=ahead or 7), "weekday_after"
    # "Senin ini" on a Tuesday is the day before, told late
    return published + timedelta(days=-1 if back == -1 else ahead), "weekday_this"


def _nearest(written: Written, hint: str, published: date) -> tuple[date, str] | None:
    """A day and month without a year: the weekday picks it, else ``hint`` (lalu, mendatang), else nearness.

    Close to publication the nearest year stands even against the weekday, which then disagrees.
    """
    years = (published.year + step for step in (-1, 0, 1))
    days = [day for year in years if (day := _day(year, written.month, written.day)) is not None]
    agreeing = [day for day in days if day.isoweekday() == written.weekday]
    is_near = any(abs((day - published).days) <= _NEAR_DAYS for day in days if day not in agreeing)
    if agreeing and not is_near:
        return min(agreeing, key=lambda day: abs(day - published)), "year_by_weekday"
    past = [day for day in days if day <= published]
    future = [day for day in days if day >= published]
    if hint in _PAST and past:
        return max(past), "year_by_direction"
    if hint in _NEXT and future:
        return min(future), "year_by_direction"
    return (min(days, key=lambda day: abs(day - published)), "nearest_year") if days else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
