"""How dates are written: distinct strings in, their numbers out.

Belongs here: the shapes of dates, times, zones and relative forms in Indonesian and English, as one table of patterns
that polars runs over whole columns. Does not: what a reading means for a document (``dates.py``) or which of several
readings is taken (``date_choice.py``).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

MONTH_NAMES = {
    1: "januari january jan",
    2: "februari february pebruari feb peb",
    3: "maret march mar mrt",
    4: "april apr",
    5: "mei may",
    6: "juni june jun",
    7: "juli july jul",
    8: "agustus august agus agst agt ags agu aug",
    9: "september sept sep",
    10: "oktober october okt oct",
    11: "november nopember nov nop",
    12: "desember december des dec",
}
WEEKDAY_NAMES = {
    1: "senin senen monday sen mon",
    2: "selasa tuesday tues sel tue",
    3: "rabu wednesday rab wed",
    4: "kamis thursday thurs thur kam thu",
    5: "jumat jum'at jum`at jum’at jumaat friday jum fri",  # noqa: RUF001  the press writes this apostrophe
    6: "sabtu saturday sab sat",
    7: "minggu ahad sunday min sun",
}
# Words that hold a name above and must survive it.
_KEPT = ["kemarin", "menit", "minute", "month", "satu"]
_NAMED = {
    **{name: f"@{number:02d}" for number, names in MONTH_NAMES.items() for name in names.split()},
    **{name: f"#{number}" for number, names in WEEKDAY_NAMES.items() for name in names.split()},
    **{word: word for word in _KEPT},
}
# The automaton takes the first of the words at a place: the longest must come first.
_TOKENS = {name: _NAMED[name] for name in sorted(_NAMED, key=lambda name: (-len(name), name))}
_FARTHEST_ZONE = 14 * 60
ZONE_MINUTES = {"wib": 420, "wita": 480, "wit": 540, "gmt": 0, "utc": 0, "z": 0}
_NUMERALS = {"se": 1, "a": 1, "an": 1, "one": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5}
_NOTHING = ("", "-", "--", "tidak ditemukan", "tidak ada", "not found", "n/a", "na", "nan", "nat", "none", "null")
_UPDATED = ["diperbarui", "diperbaharui", "update", "dimutakhirkan", "pembaruan", "diubah", "modified", "disunting"]

# A clock ends where its digits end (`12.345 kali dibaca` is none); the engine has no look-ahead, so the last group
# takes a zone, any other character, or nothing at the end.
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?P<half>am|pm))?[ (]*"
    r"(?:(?P<zone>wita|wib|wit|(?:gmt|utc) ?[+-][0-9]{1,2}(?::?[0-9]{2})?|[+-][0-9]{2}:?[0-9]{2}|gmt|utc|z)|[^0-9]|$)"
)
_TAIL = rf"(?:[^0-9]{{0,16}}{_CLOCK})?"
# A weekday counts only as a whole word before its date (`pusat, 12/05/2015` holds none).
_HEAD = r"(?:(?:^|[^a-z])#(?P<weekday>[1-7])[^0-9a-z@#]{1,4}|^|[^0-9])"
_GAP = r"[^0-9a-z@#]{1,4}"
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_NAMED_MONTH = r"@(?P<month>[0-9]{2})"
_AMOUNT = r"(?P<amount>[0-9]{1,3}|satu|dua|tiga|empat|lima|\bse|\bone|\ban?)"
_UNIT = r"(?P<unit>detik|second|menit|minute|jam|hour|hari|day|#7|pekan|week|bulan|month|tahun|year)s?"


class Form(NamedTuple):
    """A way of writing a date: its name in rules and its pattern over tokenised text."""

    name: str
    pattern: str


# Tried in this order; a string is read by the first that matches.
FORMS = (
    Form("day_month_name", rf"{_HEAD}{_DAY}(?:st|nd|rd|th)?{_GAP}{_NAMED_MONTH}{_GAP}{_YEAR}{_TAIL}"),
    Form("month_name_day", rf"{_HEAD}{_NAMED_MONTH}{_GAP}{_DAY}(?:st|nd|rd|th)?{_GAP}{_YEAR}{_TAIL}"),
    Form("day_month_name", rf"{_HEAD}{_DAY}{_GAP}{_NAMED_MONTH}{_GAP}(?P<year>[0-9]{{2}})(?:[^0-9:.]|$){_TAIL}"),
    Form("iso", rf"{_HEAD}{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}{_TAIL}"),
    Form("numeric", rf"{_HEAD}{_DAY} ?[-/.] ?{_MONTH} ?[-/.] ?{_YEAR}{_TAIL}"),
    Form("numeric", rf"{_HEAD}{_DAY}[-/]{_MONTH}[-/](?P<year>[0-9]{{2}})(?:[^0-9]|$){_TAIL}"),
    Form("epoch", r"^ *(?P<epoch>[0-9]{10})(?:[0-9]{3})? *$"),
    Form(
        "compact",
        r"^ *(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
        r"(?:[t ]?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?)? *$",
    ),
    Form("month_name_year", rf"(?:^|[^0-9a-z]){_NAMED_MONTH}{_GAP}{_YEAR}"),
    Form("no_year", rf"{_HEAD}{_DAY}{_GAP}{_NAMED_MONTH}(?:[^0-9]{{0,16}}$|[^0-9]{{0,16}}{_CLOCK})"),
    Form("no_year", rf"{_HEAD}{_NAMED_MONTH}{_GAP}{_DAY}(?:[^0-9]{{0,16}}$|[^0-9]{{1,16}}{_CLOCK})"),
    Form(
        "relative",
        rf"{_AMOUNT}[ -]*{_UNIT}(?: yang)? (?:lalu|ago|silam)",
    ),
    Form("relative_day", rf"\b(?P<unit>kemarin lusa|kemarin|yesterday|hari ini|today)\b{_TAIL}"),
    Form("relative", r"\b(?P<unit>baru saja|just now|beberapa saat (?:yang )?lalu)\b"),
    Form("year", r"^[^0-9]*(?P<year>(?:19|20)[0-9]{2})[^0-9]*$"),
)
# A spreadsheet's midnight is no clock where one follows it: `2019-09-13 00:00:00 | 22:13 WIB`. A sign is an offset's.
_MIDNIGHT_BEFORE_CLOCK = r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ t]00:00:00([^0-9a-z+-]{1,4}[0-9]{1,2}[:.][0-9]{2})"
_CLOCK_ALONE = rf"(?:^|[^0-9]){_CLOCK}"
_FIELDS = ["weekday", "year", "month", "day", "hour", "minute", "second", "half", "zone", "amount", "unit", "epoch"]
_NUMBERS = ["weekday", "year", "month", "day", "hour", "minute", "second"]
_UNIT_NAMES = {
    "detik": "minute", "second": "minute", "menit": "minute", "minute": "minute", "jam": "hour", "hour": "hour",
    "hari": "day", "day": "day", "#7": "week", "pekan": "week", "week": "week", "bulan": "month", "month": "month",
    "tahun": "year", "year": "year", "baru saja": "hour", "just now": "hour", "beberapa saat lalu": "hour",
    "beberapa saat yang lalu": "hour", "kemarin lusa": "day", "kemarin": "day", "yesterday": "day", "hari ini": "day",
    "today": "day",
}  # fmt: skip
_WORD_AMOUNTS = {"kemarin lusa": 2, "kemarin": 1, "yesterday": 1}


def tokenise(text: pl.Expr) -> pl.Expr:
    """``text`` in lower case with names of months as ``@06`` and of weekdays as ``#1`` (Monday); one clock is left."""
    tokens = text.str.to_lowercase().str.replace_many(_TOKENS, leftmost=True)
    return tokens.str.replace(_MIDNIGHT_BEFORE_CLOCK, "${1}${2}")


def read_texts(texts: pl.Series) -> pl.DataFrame:
    """Read distinct strings: one row per non-null string, in no stated order.

    Columns: ``text``; ``form`` (a name of ``FORMS``, null where no date is found); ``year month day`` as printed, day
    first where the form is ``numeric``; ``hour minute second``; ``zone_minutes`` (null where none is printed);
    ``weekday`` (ISO); ``amount`` and ``unit`` (minute, hour, day, week, month, year) of relative forms;
    ``is_short_year``; ``is_updated`` (says that it is the time of a change); ``says_nothing`` (a placeholder).
    """
    frame = pl.DataFrame({"text": texts.drop_nulls().unique()}).with_columns(tokens=tokenise(pl.col("text")))
    parts, left = [], frame
    for form in FORMS:
        fields = left.select("text", "tokens", pl.col("tokens").str.extract_groups(form.pattern).alias("g"))
        anchor = next(name for name in ("year", "day", "unit", "epoch") if f"(?P<{name}>" in form.pattern)
        is_read = fields["g"].struct.field(anchor).is_not_null()
        if not is_read.any():
            continue
        read = fields.filter(is_read).unnest("g").with_columns(form=pl.lit(form.name))
        parts.append(_with_clock_before(read, form) if "(?P<hour>" in form.pattern else read)
        left = left.filter(~is_read)
    clocks = left.with_columns(pl.col("tokens").str.extract_groups(_CLOCK_ALONE).alias("g")).unnest("g")
    return _as_numbers(pl.concat([*parts, clocks], how="diagonal"))


def _with_clock_before(read: pl.DataFrame, form: Form) -> pl.DataFrame:
    """``read`` with the clock that stands before the date (`20:15 WIB, 7 April 2023`) where none follows it."""
    has_clock = pl.col("hour").is_not_null()
    bare = read.filter(~has_clock & pl.col("tokens").str.contains("[0-9][:.][0-9]{2}"))
    if bare.is_empty():
        return read
    rest = bare["tokens"].str.replace(form.pattern, " ").str.extract_groups(_CLOCK_ALONE).struct.unnest()
    others = read.filter(has_clock | ~pl.col("tokens").str.contains("[0-9][:.][0-9]{2}"))
    return pl.concat([others, bare.with_columns(rest)])


def _as_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """The groups of the patterns as integers; a clock that shows no time of day is dropped whole."""
    missing = [name for name in ("form", *_FIELDS) if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    epoch = pl.from_epoch(pl.col("epoch").cast(pl.Int64), time_unit="s")
    is_epoch = pl.col("form") == "epoch"
    from_epoch = {
        "year": epoch.dt.year(), "month": epoch.dt.month(), "day": epoch.dt.day(),
        "hour": epoch.dt.hour(), "minute": epoch.dt.minute(), "second": epoch.dt.second(),
    }  # fmt: skip
    hour, year = pl.col("hour"), pl.col("year")
    unit = pl.col("unit").replace_strict(_UNIT_NAMES, default=None, return_dtype=pl.String)
    said = pl.coalesce(
        pl.col("amount").cast(pl.Int32, strict=False),
        pl.col("amount").replace_strict(_NUMERALS, default=None, return_dtype=pl.Int32),
        pl.col("unit").replace_strict(_WORD_AMOUNTS, default=0, return_dtype=pl.Int32),
    )
    stripped = pl.col("tokens").str.strip_chars(" \t\r\n.\xa0")
    return (
        frame.with_columns(
            pl.col(_NUMBERS).cast(pl.Int32),
            is_short_year=(year.str.len_bytes() == 2).fill_null(False),
            zone_minutes=pl.when(is_epoch).then(0).otherwise(_zone_minutes(pl.col("zone"))),
            amount=pl.when(pl.col("unit").is_not_null()).then(said),
            unit=unit,
            is_updated=pl.col("tokens").str.contains_any(_UPDATED),
            says_nothing=stripped.is_in(_NOTHING),
        )
        .with_columns(
            year=pl.when("is_short_year").then(year + pl.when(year < 70).then(2000).otherwise(1900)).otherwise(year),
            hour=pl.when(pl.col("half") == "pm").then(hour % 12 + 12)
            .when(pl.col("half") == "am").then(hour % 12).otherwise(hour),
        )
        .with_columns(pl.when(is_epoch).then(value).otherwise(name).alias(name) for name, value in from_epoch.items())
        .with_columns(
            pl.when((pl.col("hour") < 24) & (pl.col("minute") < 60) & (pl.col("second").fill_null(0) < 60))
            .then(pl.col(name)).alias(name)
            for name in ("hour", "minute", "second", "zone_minutes")
        )
        .select(
            "text", "form", "year", "month", "day", "hour", "minute", "second", "zone_minutes", "weekday", "amount",
            "unit", "is_short_year", "is_updated", "says_nothing",
        )
    )  # fmt: skip


def _zone_minutes(zone: pl.Expr) -> pl.Expr:
    """Minutes east of Greenwich for ``wib``, ``+07:00``, ``+0700``, ``gmt+7``; null for what no clock keeps."""
    digits = zone.str.extract_groups(r"([+-])([0-9]{1,2}):?([0-9]{2})?$")
    minutes = digits.struct.field("2").cast(pl.Int32) * 60 + digits.struct.field("3").cast(pl.Int32).fill_null(0)
    signed = pl.when(digits.struct.field("1") == "-").then(-minutes).otherwise(minutes)
    kept = pl.when(minutes <= _FARTHEST_ZONE).then(signed)
    return pl.coalesce(zone.replace_strict(ZONE_MINUTES, default=None, return_dtype=pl.Int32), kept)
