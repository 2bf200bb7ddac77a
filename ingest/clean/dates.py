"""When an article was published: every candidate read, judged and kept, one of them chosen.

Belongs here: the two frames that cleaning asks for, clocks and offsets, anchors of relative dates, sanity bounds and
the mending of exchanged days and months. Does not: the shapes of date strings (``date_formats.py``), precedence
(``date_choice.py``), or dates inside the running text (``ingest.entities.event_dates``).
"""

from __future__ import annotations

import polars as pl

from ingest.clean.date_choice import SCHEDULED_DAYS, choose
from ingest.clean.date_formats import ZONE_MINUTES, read_texts
from warehouse.contracts.lake import DATE_CANDIDATES

FLOOR_YEAR = 1995  # no Indonesian news site is older
_WIB = 420
_LAST = 2**31  # the place of a URL's candidate: after all that the document prints
# The day in a path: /2019/09/10/, /2025-06-15/ (or before a slug), /20250615/ (or before a clip's number).
_URL_DAYS = (
    r"/((?:19|20)[0-9]{2})/([0-9]{1,2})/([0-9]{1,2})(?:[/#]|$)",
    r"/((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})(?:[/#_-]|$)",
    r"/((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[/#-]|$)",
)
_URL_MONTH = r"/((?:19|20)[0-9]{2})/([0-9]{2})(?:[/#]|$)"
_URL_EPOCH = r"-(1[0-9]{9})(?:[/#.]|$)"
_URL_MAY_HOLD_DATE = r"/(?:19|20)[0-9]{2}[0-9/-]|-1[0-9]{9}"
# Two dates in one string: the publication first, then the time of a change.
_CHANGE_AFTER = r"(?is)^(.*?[0-9]{4}.*?)((?:terakhir )?(?:diperbarui|update|pembaruan|dimutakhirkan|diubah).*[0-9].*)$"
_READ = ["form", "year", "month", "day", "weekday", "amount", "unit", "is_short_year"]
_CLOCK = ["hour", "minute", "second"]


def read_dates(context: pl.DataFrame, candidates: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ledger of date candidates, and the publication time of every document.

    ``context`` has one row per document: ``document_id``, ``url``, ``fetched_at_utc``, ``observed_at_utc``,
    ``clock_zone`` (WIB, WITA, WIT: the clock where a string prints none), ``has_local_z_stamps`` (the outlet stamps its
    local clock as UTC). ``candidates`` has any number of rows per document, in its order: ``document_id``, ``origin``,
    ``raw``, ``time_raw`` (a time column beside the date column, or null), ``is_excel_date``, ``date_order``.

    Returns ``(ledger, chosen)``: a clean.date_candidates frame in the order of ``context``, and one row per context
    row with document_id, published_at_utc, utc_offset_minutes, precision, date_rule, published_date, updated_at_utc.
    Where nothing is chosen ``date_rule`` is ``none:`` and the reason. Candidates of unknown documents are left out.
    """
    documents = _documents(context)
    in_urls = _judged(_in_urls(documents))
    is_proof = (pl.col("precision") == "day") & pl.col("rejection").is_null()
    in_urls = in_urls.with_columns(url_date=pl.when(is_proof).then("candidate_date"))
    documents = documents.join(in_urls.select("doc", "url_date"), on="doc", how="left", maintain_order="left")
    written = _judged(_written(documents, candidates))
    ledger = choose(pl.concat([written, in_urls], how="diagonal"))
    return _ledger(ledger), _chosen(documents, ledger)


def _documents(context: pl.DataFrame) -> pl.DataFrame:
    return context.with_row_index("doc").select(
        "doc",
        "document_id",
        "url",
        "fetched_at_utc",
        "observed_at_utc",
        "has_local_z_stamps",
        clock_minutes=pl.col("clock_zone").str.to_lowercase().replace_strict(ZONE_MINUTES, return_dtype=pl.Int32),
    )


def _in_urls(documents: pl.DataFrame) -> pl.DataFrame:
    """The date in each document's URL: a day, the seconds since 1970 at its end, or a month.

    Never finer than a day: a URL tells when the page was made, which may be hours before it went live.
    """
    left = documents.filter(pl.col("url").str.contains(_URL_MAY_HOLD_DATE)).with_columns(
        path=pl.col("url").str.split_exact("?", 1).struct.field("field_0")
    )
    found = []
    for pattern, rule in (*((day, "day") for day in _URL_DAYS), (_URL_EPOCH, "epoch"), (_URL_MONTH, "month")):
        left = left.with_columns(candidate_date=_url_date(pattern, rule))
        is_found = left["candidate_date"].is_not_null()
        found.append(left.filter(is_found).with_columns(rule=pl.lit(f"url:{rule}")))
        left = left.filter(~is_found)
    return (
        pl.concat(found).select(
            "doc", "document_id", "fetched_at_utc", "candidate_date", "rule",
            order=pl.lit(_LAST, pl.Int64),
            origin=pl.lit("url"),
            raw=pl.col("url"),
            rejection=pl.lit(None, pl.String),
            precision=pl.when(pl.col("rule") == "url:month").then(pl.lit("month")).otherwise(pl.lit("day")),
            utc_offset_minutes=pl.col("clock_minutes"),
            candidate_at_utc=pl.col("candidate_date").cast(pl.Datetime("us")) - pl.duration(minutes="clock_minutes"),
        )
    )  # fmt: skip


def _url_date(pattern: str, rule: str) -> pl.Expr:
    if rule == "epoch":  # seconds in UTC; the day is that of Jakarta, where all that print them are
        made = pl.from_epoch(pl.col("path").str.extract(pattern).cast(pl.Int64), time_unit="s")
        return (made + pl.duration(minutes=_WIB)).dt.date()
    parts = pl.col("path").str.extract_groups(pattern)
    year, month, *day = (
        parts.struct.field(name).cast(pl.Int32) for name in ("1", "2", "3")[: 2 if rule == "month" else 3]
    )
    return _date(year, month, day[0] if day else pl.lit(1, pl.Int32))


def _written(documents: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """Candidates that somebody wrote down, read into instants."""
    rows = _apart(candidates).join(documents.drop("url"), on="document_id", maintain_order="left")
    readings = read_texts(pl.concat([rows["raw"], rows["time_raw"]]))
    clocks = readings.select("text", pl.exclude("text").name.prefix("t_"))
    rows = rows.join(readings, left_on="raw", right_on="text", how="left", maintain_order="left")
    rows = rows.join(clocks, left_on="time_raw", right_on="text", how="left", maintain_order="left")
    return _named(_dated(_ordered(_exchanged(rows))))


def _apart(candidates: pl.DataFrame) -> pl.DataFrame:
    """``candidates`` with their ``order``; a string that prints a publication and a change becomes two rows."""
    rows = candidates.with_columns(pl.col("time_raw").cast(pl.String), order=pl.int_range(pl.len(), dtype=pl.Int64) * 2)
    parts = rows["raw"].str.extract_groups(_CHANGE_AFTER)
    is_double = parts.struct.field("1").is_not_null()
    if not is_double.any():
        return rows
    halves = rows.with_columns(parts.struct.field("1").alias("head"), parts.struct.field("2").alias("tail"))
    double = halves.filter(is_double)
    return pl.concat(
        [
            rows.filter(~is_double),
            double.with_columns(raw="head").drop("head", "tail"),
            double.with_columns(raw="tail", time_raw=pl.lit(None, pl.String), order=pl.col("order") + 1)
            .drop("head", "tail"),
        ]
    ).sort("order")  # fmt: skip


def _exchanged(rows: pl.DataFrame) -> pl.DataFrame:
    """One reading per row out of the date column's and the time column's; the two may be exchanged."""
    is_exchanged = pl.col("form").is_null() & pl.col("t_form").is_not_null()
    # `2019-09-14 00:00:00` is how a spreadsheet prints a day
    is_bare_midnight = (
        (pl.col("form") == "iso")
        & pl.all_horizontal(pl.col(name) == 0 for name in _CLOCK)
        & pl.col("zone_minutes").is_null()
    ).fill_null(False)
    own_hour = pl.when(~is_bare_midnight).then(pl.col("hour"))
    from_time = pl.col("t_hour").is_not_null() & (~is_exchanged | own_hour.is_null())
    return rows.with_columns(
        *(pl.when(is_exchanged).then(f"t_{name}").otherwise(name).alias(name) for name in _READ if name != "weekday"),
        *(
            pl.when(from_time).then(f"t_{name}").when(own_hour.is_not_null()).then(name).alias(name)
            for name in _CLOCK
        ),
        weekday=pl.coalesce("weekday", "t_weekday"),
        zone_minutes=pl.when(from_time).then(pl.coalesce("t_zone_minutes", "zone_minutes"))
        .otherwise(pl.coalesce("zone_minutes", "t_zone_minutes")),
        is_exchanged=is_exchanged,
        is_updated=pl.col("is_updated").fill_null(False) | (pl.col("origin") == "updated"),
    ).select(pl.exclude("^t_.*$"))  # fmt: skip


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """Day and month put in their places: by the declared order, by necessity, by the proof of the URL."""
    is_numeric = (pl.col("form") == "numeric").fill_null(False)
    is_year_first = is_numeric & (pl.col("date_order") == "YMD") & pl.col("is_short_year")
    rows = rows.with_columns(
        year=pl.when(is_year_first).then(pl.col("day") + 2000).otherwise("year"),
        day=pl.when(is_year_first).then(pl.col("year") % 100).otherwise("day"),
    )
    month_first = is_numeric & (pl.col("date_order") == "MDY")
    declared_month = pl.when(month_first).then("day").otherwise("month")
    declared_day = pl.when(month_first).then("month").otherwise("day")
    is_forced = (is_numeric & ~is_year_first & (declared_month > 12) & (declared_day <= 12)).fill_null(False)
    rows = rows.with_columns(
        month=pl.when(is_forced).then(declared_day).otherwise(declared_month),
        day=pl.when(is_forced).then(declared_month).otherwise(declared_day),
        is_forced=is_forced,
        is_month_first=month_first ^ is_forced,
        is_year_first=is_year_first,
    )
    year, month, day = pl.col("year"), pl.col("month"), pl.col("day")
    printed, swapped = _date(year, month, day), _date(year, day, month)
    is_swapped = (
        (pl.col("form").is_in(["iso", "numeric"]) & ~pl.col("origin").is_in(["feed", "json_ld"]))
        & ((printed - pl.col("url_date")).dt.total_days().abs() > SCHEDULED_DAYS)
        & ((swapped - pl.col("url_date")).dt.total_days().abs() <= 1)
    ).fill_null(False)
    return rows.with_columns(
        month=pl.when(is_swapped).then("day").otherwise("month"),
        day=pl.when(is_swapped).then("month").otherwise("day"),
        is_swapped=is_swapped,
    )


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Instant, local date, offset and precision of every row that has them."""
    is_relative = (
        pl.col("form").is_in(["relative", "relative_day", "no_year"]) & pl.col("observed_at_utc").is_not_null()
    )
    anchored = _anchored(rows.filter(is_relative))
    rows = rows.join(anchored, on="order", how="left", maintain_order="left")
    unit, form = pl.col("unit"), pl.col("form")
    is_zero = (pl.col("zone_minutes") == 0).fill_null(False)
    # A content system that forgets its zone writes the letter; who computes an offset (+00:00) means it.
    is_letter = pl.col("raw").str.contains(r"[0-9]\s*[Zz]\b")
    is_local_z = is_zero & is_letter & pl.col("has_local_z_stamps") & (form != "epoch")
    day = pl.coalesce("anchor_date", _date(pl.col("year"), pl.col("month").fill_null(1), pl.col("day").fill_null(1)))
    seconds = pl.col("hour") * 3600 + pl.col("minute") * 60 + pl.col("second").fill_null(0)
    printed = day.cast(pl.Datetime("us")) + pl.duration(seconds=seconds.fill_null(0))
    in_utc = printed + pl.duration(minutes="clock_minutes")
    has_seconds = pl.col("second").is_not_null() & ~(pl.col("is_excel_date") & (pl.col("second") == 0))
    precision = (
        pl.when(unit.is_in(["minute", "hour", "year"])).then(unit)
        .when(unit.is_in(["week", "month"]) | (form == "month_name_year")).then(pl.lit("month"))
        .when(form == "year").then(pl.lit("year"))
        .when(has_seconds).then(pl.lit("second"))
        .when(pl.col("hour").is_not_null()).then(pl.lit("minute"))
        .otherwise(pl.lit("day"))
    )  # fmt: skip
    offset = pl.when(is_zero).then("clock_minutes").otherwise(pl.coalesce("zone_minutes", "clock_minutes"))
    rows = rows.with_columns(
        local=pl.coalesce("anchor_at", pl.when(is_zero & ~is_local_z).then(in_utc).otherwise(printed)),
        utc_offset_minutes=offset,
        precision=precision,
        is_local_z=is_local_z,
        # against the date as printed, whatever clock it is of
        weekday_disagrees=(day.dt.weekday() != pl.col("weekday")).fill_null(False),
    )
    is_dated = pl.col("local").is_not_null()
    return rows.with_columns(
        candidate_at_utc=pl.col("local") - pl.duration(minutes="utc_offset_minutes"),
        candidate_date=pl.col("local").dt.date(),
        precision=pl.when(is_dated).then("precision"),
        utc_offset_minutes=pl.when(is_dated).then("utc_offset_minutes"),
    )


def _anchored(rows: pl.DataFrame) -> pl.DataFrame:
    """``order`` with ``anchor_at`` (local) or ``anchor_date`` for forms that lean on the time of observation.

    Minutes and hours give an instant cut to their unit, days a date, weeks and more the first day of their month or
    year. A day and month without a year are the last such day up to the observation that fits the printed weekday.
    """
    observed = pl.col("observed_at_utc") + pl.duration(minutes="clock_minutes")
    amount, unit, today = pl.col("amount"), pl.col("unit"), observed.dt.date()

    def ago(mark: str) -> pl.Expr:
        return pl.format(f"-{{}}{mark}", amount)

    years = rows.filter(pl.col("form") == "no_year").join(pl.DataFrame({"back": range(12)}), how="cross")
    years = (
        years.with_columns(
            anchor_date=_date(observed.dt.year() - pl.col("back").cast(pl.Int32), pl.col("month"), pl.col("day"))
        )
        .filter(pl.col("anchor_date") <= today + pl.duration(days=1))
        .with_columns(is_unfit=(pl.col("anchor_date").dt.weekday() != pl.col("weekday")).fill_null(False))
        .sort("order", "is_unfit", "back")
        .unique("order", keep="first", maintain_order=True)
        .select("order", pl.lit(None, pl.Datetime("us")).alias("anchor_at"), "anchor_date")
    )
    relative = rows.filter(unit.is_not_null()).select(
        "order",
        anchor_at=pl.when(unit == "minute").then(observed.dt.offset_by(ago("m")).dt.truncate("1m"))
        .when(unit == "hour").then(observed.dt.offset_by(ago("h")).dt.truncate("1h")),
        anchor_date=pl.when(unit == "day").then(today.dt.offset_by(ago("d")))
        .when(unit == "week").then(today.dt.offset_by(ago("w")).dt.truncate("1mo"))
        .when(unit == "month").then(today.dt.offset_by(ago("mo")).dt.truncate("1mo"))
        .when(unit == "year").then(today.dt.offset_by(ago("y")).dt.truncate("1y")),
    )  # fmt: skip
    return pl.concat([relative, years])


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """The rule of every row, and why it holds no date."""
    form = pl.col("form")
    name = (
        pl.when("is_swapped").then(pl.lit("day_month_swapped_by_url"))
        .when((form == "iso") & pl.col("is_excel_date")).then(pl.lit("excel"))
        .when("is_year_first").then(pl.lit("year_first"))
        .when((form == "numeric") & pl.col("is_month_first")).then(pl.lit("month_first"))
        .when(form == "numeric").then(pl.lit("day_first"))
        .otherwise(form.fill_null("unread"))
    )  # fmt: skip
    flags = {
        "updated": pl.col("is_updated"),
        "order_forced": pl.col("is_forced"),
        "exchanged_with_time": pl.col("is_exchanged"),
        "z_is_local_clock": pl.col("is_local_z"),
        "weekday_disagrees": pl.col("weekday_disagrees"),
    }
    said = [pl.when(flag).then(pl.lit(f"+{text}")).otherwise(pl.lit("")) for text, flag in flags.items()]
    is_anchored = pl.col("observed_at_utc").is_not_null()
    says_nothing = pl.col("says_nothing").fill_null(True) & form.is_null()
    rejection = (
        pl.when(pl.col("candidate_at_utc").is_not_null()).then(None)
        .when(says_nothing).then(pl.lit("says_nothing"))
        .when(form.is_null() & pl.col("hour").is_not_null()).then(pl.lit("time_without_date"))
        .when(form.is_null()).then(pl.lit("unreadable"))
        .when((form == "no_year") & ~is_anchored).then(pl.lit("no_year"))
        .when(form.is_in(["relative", "relative_day"]) & ~is_anchored).then(pl.lit("relative_without_anchor"))
        .otherwise(pl.lit("impossible_date"))
    )  # fmt: skip
    return rows.select(
        "doc", "document_id", "order", "fetched_at_utc", "url_date",
        "candidate_at_utc", "candidate_date", "utc_offset_minutes", "precision",
        origin=pl.when("is_updated").then(pl.lit("updated")).otherwise("origin"),
        raw=pl.when(pl.col("time_raw").str.strip_chars() != "").then(pl.format("{} | {}", "raw", "time_raw"))
        .otherwise("raw"),
        rule=pl.concat_str(pl.col("origin"), pl.lit(":"), name, *said),
        rejection=rejection,
    )  # fmt: skip


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Bounds: not before the first news sites, not more than a day after the document was fetched."""
    return rows.with_columns(
        rejection=pl.when(pl.col("rejection").is_not_null()).then("rejection")
        .when(pl.col("candidate_date").dt.year() < FLOOR_YEAR).then(pl.lit(f"before_{FLOOR_YEAR}"))
        .when(pl.col("candidate_at_utc") > pl.col("fetched_at_utc") + pl.duration(days=1)).then(pl.lit("after_fetch"))
    )  # fmt: skip


def _ledger(rows: pl.DataFrame) -> pl.DataFrame:
    index = pl.int_range(pl.len(), dtype=pl.Int64)
    is_first = pl.col("doc") != pl.col("doc").shift(1)
    start = pl.when(is_first.fill_null(True)).then(index).forward_fill()
    return DATE_CANDIDATES.conform(rows.with_columns(candidate_index=index - start))


def _chosen(documents: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    best = ledger.filter("is_chosen").select(
        "doc", "utc_offset_minutes", "precision", "candidate_date",
        published_at_utc="candidate_at_utc", date_rule="rule",
    )  # fmt: skip
    is_change = (pl.col("origin") == "updated") & pl.col("candidate_at_utc").is_not_null()
    is_usable = pl.col("rejection").is_null() | (pl.col("rejection") == "time_of_change")
    updated = ledger.filter(is_change & is_usable).group_by("doc").agg(updated_at_utc=pl.col("candidate_at_utc").max())
    # the reason of the first candidate of an undated document speaks for it
    reason = ledger.unique("doc", keep="first", maintain_order=True).select("doc", reason="rejection")
    wib = (pl.col("published_at_utc") + pl.duration(minutes=_WIB)).dt.date()
    return (
        documents.join(best, on="doc", how="left", maintain_order="left")
        .join(updated, on="doc", how="left", maintain_order="left")
        .join(reason, on="doc", how="left", maintain_order="left")
        .select(
            "document_id",
            "published_at_utc",
            pl.col("utc_offset_minutes").cast(pl.Int64),
            "precision",
            date_rule=pl.coalesce("date_rule", pl.lit("none:") + pl.col("reason").fill_null("no_candidate")),
            published_date=pl.when(pl.col("precision").is_in(["second", "minute", "hour"])).then(wib)
            .when(pl.col("precision") == "day").then("candidate_date"),
            updated_at_utc="updated_at_utc",
        )
    )  # fmt: skip


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The date of three integers, null where there is no such day (polars raises)."""
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = (
        pl.when(month == 2).then(28 + is_leap.cast(pl.Int32)).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    )
    exists = year.is_between(1, 9999) & month.is_between(1, 12) & day.is_between(1, length)
    return pl.when(exists).then(pl.date(*(pl.when(exists).then(part).otherwise(1) for part in (year, month, day))))
