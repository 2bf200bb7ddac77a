"""Dates of real articles against the evidence of their URLs and of the checked gold set."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.clean.dates import read_dates

FETCHED = datetime(2026, 11, 23)
MONTH_FIRST = "detik1000"
# One row's column is a day before what its text tells; neither the column nor the URL shows it.
GOLD_AT_LEAST = 98


def read(rows: list[dict[str, Any]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the development articles through ``read_dates``, as columns of a dump."""
    table = pl.DataFrame(
        [[row.get(name) for name in ("dataset", "url", "date_raw", "time_raw")] for row in rows],
        schema={"dataset": pl.String, "url": pl.String, "raw": pl.String, "time_raw": pl.String},
        orient="row",
    ).with_columns(document_id=pl.int_range(pl.len()).cast(pl.String))
    context = table.select(
        "document_id",
        "url",
        fetched_at_utc=pl.lit(FETCHED, pl.Datetime("us")),
        observed_at_utc=pl.lit(None, pl.Datetime("us")),
        clock_zone=pl.lit("WIB"),
        has_local_z_stamps=pl.col("url").str.contains(r"^https?://[a-z0-9.]*bisnis\.com/").fill_null(False),
    )
    order = pl.when(pl.col("dataset") == MONTH_FIRST).then(pl.lit("MDY")).otherwise(pl.lit("DMY"))
    candidates = table.filter(pl.col("raw").is_not_null()).select(
        "document_id", "raw", "time_raw", origin=pl.lit("column"), is_excel_date=pl.lit(False), date_order=order
    )
    return read_dates(context, candidates)


@pytest.fixture(scope="module")
def dated(dev_data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        return read([json.loads(line) for line in file])


@pytest.fixture(scope="module")
def beside_url(dated: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Documents with a day in their URL: the chosen day and the URL's."""
    ledger, chosen = dated
    days = ledger.filter((pl.col("origin") == "url") & (pl.col("precision") == "day"))
    return days.select("document_id", url_date="candidate_date").join(chosen, on="document_id")


def test_no_day_and_month_are_exchanged_against_the_url(beside_url: pl.DataFrame) -> None:
    day, url_day = pl.col("published_date"), pl.col("url_date")
    is_exchanged = (
        (day.dt.day() == url_day.dt.month())
        & (day.dt.month() == url_day.dt.day())
        & (day.dt.year() == url_day.dt.year())
    )
    assert beside_url.height > 17_000
    assert beside_url.filter(is_exchanged & (day != url_day)).to_dicts() == []
    assert beside_url.filter(pl.col("date_rule") == "column:day_month_swapped_by_url").height == 657


def test_chosen_days_agree_with_urls(beside_url: pl.DataFrame) -> None:
    distance = (pl.col("published_date") - pl.col("url_date")).dt.total_days().abs()
    assert beside_url.select((distance <= 1).mean()).item() >= 0.995
    far = beside_url.filter(distance > 4)
    assert far["date_rule"].str.contains("far_from_url").all()


def test_only_rows_without_a_date_stay_undated(dated: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    reasons = dict(dated[1].filter(pl.col("published_at_utc").is_null())["date_rule"].value_counts().rows())
    assert reasons == {"none:no_year": 279, "none:no_candidate": 100, "none:says_nothing": 60, "none:unreadable": 41}


def test_gold_publication_times(dev_data: Path) -> None:
    with (dev_data / "gold" / "agency_mentions_dev.jsonl").open(encoding="utf-8") as file:
        gold = [json.loads(line) for line in file]
    for row in gold:
        # the set joins the date and time columns of this dump with a bar
        row["date_raw"], _, row["time_raw"] = (
            row["date"].partition(" | ") if row["dataset"] == "click_id" else (row["date"], "", None)
        )
    chosen = read(gold)[1].to_dicts()
    exact = sum(printed(row) == row_gold["published_at"] for row, row_gold in zip(chosen, gold, strict=True))
    assert exact >= GOLD_AT_LEAST


def printed(row: dict[str, Any]) -> str | None:
    """The publication time in the gold set's notation."""
    if row["published_at_utc"] is None:
        return None
    zone = timezone(timedelta(minutes=row["utc_offset_minutes"]))
    local = (row["published_at_utc"] + timedelta(minutes=row["utc_offset_minutes"])).replace(tzinfo=zone)
    return local.date().isoformat() if row["precision"] == "day" else local.isoformat()
