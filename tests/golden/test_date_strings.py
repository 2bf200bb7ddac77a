"""Every shape of date string that was met, with what it must be read as. The table is the specification."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

from ingest.clean.dates import read_dates

TABLE = Path(__file__).with_name("date_strings.csv")
FETCHED = datetime(2026, 11, 23)


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def chosen() -> list[dict[str, object]]:
    table = pl.DataFrame(rows()).with_row_index("document_id").with_columns(pl.col("document_id").cast(pl.String))
    context = table.select(
        "document_id",
        "clock_zone",
        url=pl.col("url").replace("", None),
        fetched_at_utc=pl.lit(FETCHED, pl.Datetime("us")),
        observed_at_utc=pl.col("observed_at_utc").replace("", None).str.to_datetime(time_unit="us"),
        has_local_z_stamps=pl.col("has_local_z_stamps") == "yes",
    )
    candidates = table.select(
        "document_id",
        "origin",
        "raw",
        "date_order",
        time_raw=pl.col("time_raw").replace("", None),
        is_excel_date=pl.col("is_excel_date") == "yes",
    )
    return read_dates(context, candidates)[1].to_dicts()


def printed(row: dict[str, object]) -> str:
    """``published_at_utc`` in its local offset; the bare day where no time is known."""
    instant, minutes = row["published_at_utc"], row["utc_offset_minutes"]
    if instant is None:
        return ""
    assert isinstance(instant, datetime)
    assert isinstance(minutes, int)
    local = (instant + timedelta(minutes=minutes)).replace(tzinfo=timezone(timedelta(minutes=minutes)))
    return local.isoformat() if row["precision"] in ("second", "minute", "hour") else local.date().isoformat()


@pytest.mark.parametrize(("number", "row"), list(enumerate(rows())), ids=[row["raw"] or row["url"] for row in rows()])
def test_a_date_string_is_read_as_the_table_says(
    number: int, row: dict[str, str], chosen: list[dict[str, object]]
) -> None:
    got = chosen[number]
    assert (printed(got), got["precision"] or "", got["date_rule"]) == (
        row["published_at"],
        row["precision"],
        row["date_rule"],
    )
