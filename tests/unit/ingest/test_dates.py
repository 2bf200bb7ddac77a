"""Publication dates: the ledger, the choice, and what holds for any string at all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.date_formats import read_texts
from ingest.clean.dates import FLOOR_YEAR, read_dates
from warehouse.contracts.lake import DATE_CANDIDATES

FETCHED = datetime(2026, 11, 23, 3)
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
KOMPAS = "https://money.kompas.com/read/2019/09/10/050500526/contoh"


def document(name: str = "d", url: str | None = None, **other: Any) -> dict[str, Any]:
    return {
        "document_id": name,
        "url": url,
        "fetched_at_utc": FETCHED,
        "observed_at_utc": None,
        "clock_zone": "WIB",
        "has_local_z_stamps": False,
        **other,
    }


def candidate(raw: str, origin: str = "column", name: str = "d", **other: Any) -> dict[str, Any]:
    return {
        "document_id": name,
        "origin": origin,
        "raw": raw,
        "time_raw": None,
        "is_excel_date": False,
        "date_order": "DMY",
        **other,
    }


def context_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "document_id": pl.String, "url": pl.String, "fetched_at_utc": pl.Datetime("us"),
            "observed_at_utc": pl.Datetime("us"), "clock_zone": pl.String, "has_local_z_stamps": pl.Boolean,
        },
    )  # fmt: skip


def candidate_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "document_id": pl.String, "origin": pl.String, "raw": pl.String, "time_raw": pl.String,
            "is_excel_date": pl.Boolean, "date_order": pl.String,
        },
    )  # fmt: skip


def read_one(*candidates: dict[str, Any], **about: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    ledger, chosen = read_dates(context_frame([document(**about)]), candidate_frame(list(candidates)))
    return ledger.to_dicts(), chosen.row(0, named=True)


def test_a_feed_outranks_the_printed_date_and_every_loser_says_why() -> None:
    ledger, chosen = read_one(
        candidate("10 September 2019 05:05 WIB", "printed"),
        candidate("2019-09-10T05:06:07+07:00", "feed"),
        candidate("2019-09-10", "meta"),
        url=KOMPAS,
    )
    assert chosen["published_at_utc"] == datetime(2019, 9, 9, 22, 6, 7)
    assert chosen["date_rule"] == "feed:iso"
    assert [(row["origin"], row["is_chosen"], row["rejection"]) for row in ledger] == [
        ("printed", False, "outranked_by_feed"),
        ("feed", True, None),
        ("meta", False, "coarser_than_feed"),
        ("url", False, "check:same_day"),
    ]
    assert [row["candidate_index"] for row in ledger] == [0, 1, 2, 3]


def test_the_first_of_two_equal_candidates_is_taken() -> None:
    ledger, chosen = read_one(candidate("1 Mei 2024 10:00", "printed"), candidate("1 Mei 2024 11:00", "printed"))
    assert chosen["published_at_utc"] == datetime(2024, 5, 1, 3)
    assert ledger[1]["rejection"] == "outranked_by_printed"


def test_a_bare_day_yields_to_a_time_of_the_same_day_only() -> None:
    ledger, chosen = read_one(candidate("1 Mei 2024", "printed"), candidate("2024-05-01T10:00:00+07:00", "meta"))
    assert chosen["date_rule"] == "meta:iso"
    assert ledger[0]["rejection"] == "finer_time_from_meta"
    _, chosen = read_one(candidate("1 Mei 2024", "printed"), candidate("2024-05-02T10:00:00+07:00", "meta"))
    assert (chosen["date_rule"], chosen["published_date"]) == ("printed:day_month_name", date(2024, 5, 1))


def test_the_time_of_a_change_does_not_refine_a_day() -> None:
    _, chosen = read_one(candidate("1 Mei 2024", "printed"), candidate("Diperbarui 1 Mei 2024 10:00 WIB"))
    assert (chosen["date_rule"], chosen["precision"]) == ("printed:day_month_name", "day")


def test_a_month_yields_to_the_day_in_the_url() -> None:
    _, chosen = read_one(candidate("September 2019", "printed"), url=KOMPAS)
    assert (chosen["date_rule"], chosen["published_date"]) == ("url:day", date(2019, 9, 10))


def test_published_date_is_of_jakarta_for_times_and_as_printed_for_days() -> None:
    _, late = read_one(candidate("1 Mei 2024 00:30 WIT"))
    assert (late["published_date"], late["utc_offset_minutes"]) == (date(2024, 4, 30), 540)
    _, day = read_one(candidate("1 Mei 2024"), clock_zone="WIT")
    assert (day["published_date"], day["published_at_utc"]) == (date(2024, 5, 1), datetime(2024, 4, 30, 15))
    _, month = read_one(candidate("Mei 2024"))
    assert (month["published_date"], month["precision"]) == (None, "month")


def test_a_swap_needs_the_proof_of_the_url() -> None:
    swapped = candidate("2019-10-09 00:00:00", time_raw="05:05 WIB")
    _, chosen = read_one(swapped, url=KOMPAS)
    assert chosen["date_rule"] == "column:day_month_swapped_by_url"
    assert chosen["published_at_utc"] == datetime(2019, 9, 9, 22, 5)
    _, chosen = read_one(swapped)
    assert chosen["published_date"] == date(2019, 10, 9)


def test_a_feed_is_never_swapped() -> None:
    _, chosen = read_one(candidate("2019-10-09T05:05:00+07:00", "feed"), url=KOMPAS)
    assert (chosen["published_date"], chosen["date_rule"]) == (date(2019, 10, 9), "feed:iso+far_from_url")


@pytest.mark.parametrize("days", range(5))
def test_a_scheduled_article_keeps_its_printed_date(days: int) -> None:
    printed = date(2019, 9, 10) + timedelta(days=days)
    ledger, chosen = read_one(candidate(f"{printed} 00:00:00", time_raw="06:00:00"), url=KOMPAS)
    assert (chosen["published_date"], chosen["date_rule"]) == (printed, "column:iso")
    later = {0: "check:same_day", 1: "check:chosen_is_1_day_later"}.get(days, f"check:chosen_is_{days}_days_later")
    assert ledger[-1]["rejection"] == later


def test_a_date_far_from_its_url_is_flagged() -> None:
    _, chosen = read_one(candidate("20 Agustus 2019 18:11"), url=KOMPAS)
    assert chosen["date_rule"] == "column:day_month_name+far_from_url"


def test_a_time_of_change_never_stands_against_the_publication() -> None:
    ledger, chosen = read_one(candidate("Diperbarui 2 Mei 2024 10:00 WIB"), candidate("1 Mei 2024 09:00", "meta"))
    assert (chosen["date_rule"], chosen["updated_at_utc"]) == ("meta:day_month_name", datetime(2024, 5, 2, 3))
    assert (ledger[0]["origin"], ledger[0]["rejection"]) == ("updated", "time_of_change")


def test_a_time_of_change_against_the_url() -> None:
    change = candidate("Diperbarui 19/06/2025, 10:25 WIB")
    ledger, chosen = read_one(change, url=KOMPAS)
    assert (chosen["date_rule"], chosen["precision"]) == ("url:day_over_updated", "day")
    assert chosen["updated_at_utc"] == datetime(2025, 6, 19, 3, 25)
    assert ledger[0]["rejection"] == "time_of_change"


def test_publication_and_change_in_one_string_are_two_candidates() -> None:
    ledger, chosen = read_one(
        candidate("Terbit: 1 Mei 2024 09:00 WIB Diperbarui: 2 Mei 2024 10:00 WIB", "printed"),
        candidate("2024-05-01", "meta"),
    )
    assert [row["origin"] for row in ledger] == ["printed", "updated", "meta"]
    assert (chosen["published_at_utc"], chosen["updated_at_utc"]) == (
        datetime(2024, 5, 1, 2),
        datetime(2024, 5, 2, 3),
    )


def test_bounds_reject_with_their_reason_and_the_next_candidate_is_taken() -> None:
    ledger, chosen = read_one(
        candidate("1 Januari 1970", "feed"), candidate("1 Januari 2031", "printed"), candidate("1 Mei 2024")
    )
    assert [row["rejection"] for row in ledger] == ["before_1995", "after_fetch", None]
    assert chosen["published_date"] == date(2024, 5, 1)


def test_a_z_stamp_of_a_local_clock_is_overruled_but_not_an_epoch() -> None:
    _, chosen = read_one(candidate("2025-06-15T23:02:06Z"), has_local_z_stamps=True)
    assert (chosen["published_date"], chosen["date_rule"]) == (date(2025, 6, 15), "column:iso+z_is_local_clock")
    _, chosen = read_one(candidate("1446710203", "feed"), has_local_z_stamps=True)
    assert chosen["published_at_utc"] == datetime(2015, 11, 5, 7, 56, 43)


def test_a_document_without_candidates_says_so() -> None:
    ledger, chosen = read_one()
    assert ledger == []
    assert (chosen["published_at_utc"], chosen["date_rule"]) == (None, "none:no_candidate")


def test_nothing_at_all_is_no_error() -> None:
    ledger, chosen = read_dates(context_frame([]), candidate_frame([]))
    assert ledger.schema == DATE_CANDIDATES.polars_schema()
    assert chosen.height == 0


def test_documents_do_not_touch_each_other() -> None:
    documents = [document("a", KOMPAS), document("b"), document("c", observed_at_utc=datetime(2024, 5, 1))]
    candidates = [
        candidate("2019-10-09 00:00:00", name="a"),
        candidate("2019-10-09 00:00:00", name="b"),
        candidate("Diperbarui 1 Mei 2024 10:00", name="b"),
        candidate("2 hari lalu", name="c"),
        candidate("2 hari lalu", name="b"),
    ]
    ledger, chosen = read_dates(context_frame(documents), candidate_frame(candidates))
    alone = [
        read_dates(
            context_frame([row]), candidate_frame([c for c in candidates if c["document_id"] == row["document_id"]])
        )
        for row in documents
    ]
    assert ledger.equals(pl.concat([part[0] for part in alone]))
    assert chosen.equals(pl.concat([part[1] for part in alone]))


FRAGMENTS = st.sampled_from(
    [
        "Senin", "Jum'at", "31", "2", "2025", "19", "Juni", "Des", "May", "/", "-", ".", ":", " ", ", ", "|", "WIB",
        "Z", "+07:00", "T", "pm", "jam", "hari", "lalu", "kemarin", "Diperbarui", "00:00", "23.59", "2019-10-09", "99",
    ]
)  # fmt: skip
STRINGS = st.one_of(st.text(max_size=40), st.lists(FRAGMENTS, max_size=9).map("".join))
ORIGINS = st.sampled_from(["feed", "json_ld", "printed", "meta", "column", "updated"])
CANDIDATES = st.builds(
    candidate,
    STRINGS,
    ORIGINS,
    time_raw=st.none() | STRINGS,
    is_excel_date=st.booleans(),
    date_order=st.sampled_from(["DMY", "MDY", "YMD"]),
)
URLS = st.none() | STRINGS | st.just(KOMPAS) | st.builds("https://a.id/{}/{}/{}/x".format, *[st.integers(0, 2100)] * 3)
OBSERVED = st.none() | st.datetimes(datetime(1996, 1, 1), datetime(2027, 1, 1))


@settings(deadline=None, max_examples=60)
@given(st.lists(CANDIDATES, max_size=4), URLS, OBSERVED, st.booleans(), st.sampled_from(["WIB", "WITA", "WIT"]))
def test_any_string_leaves_a_true_ledger(
    candidates: list[dict[str, Any]], url: str | None, observed: datetime | None, is_local_z: bool, zone: str
) -> None:
    about = {"url": url, "observed_at_utc": observed, "has_local_z_stamps": is_local_z, "clock_zone": zone}
    ledger, chosen = read_dates(context_frame([document(**about)]), candidate_frame(candidates))
    row = chosen.row(0, named=True)
    assert ledger.schema == DATE_CANDIDATES.polars_schema()
    assert ledger["rule"].null_count() == ledger["raw"].null_count() == 0
    assert ledger.filter("is_chosen").height == (row["published_at_utc"] is not None)
    assert (ledger["rejection"].is_null() == ledger["is_chosen"]).all()
    assert len(candidates) <= ledger.height
    if row["published_at_utc"] is None:
        assert row["date_rule"].startswith("none:")
        assert row["published_date"] is row["precision"] is row["utc_offset_minutes"] is None
    else:
        assert row["published_at_utc"] <= FETCHED + timedelta(days=1)
        assert row["published_at_utc"].year >= FLOOR_YEAR - 1
        assert (row["published_date"] is None) == (row["precision"] in ("month", "year"))
        assert (row["published_at_utc"], row["precision"]) in ledger.select("candidate_at_utc", "precision").rows()
    again = read_dates(context_frame([document(**about)]), candidate_frame(candidates))
    assert ledger.equals(again[0])
    assert chosen.equals(again[1])


@settings(deadline=None, max_examples=100)
@given(st.dates(date(1995, 1, 2), date(2026, 11, 1)), st.integers(0, 23), st.integers(0, 59), st.integers(0, 4))
def test_what_is_printed_is_read_back(day: date, hour: int, minute: int, shape: int) -> None:
    name = MONTHS[day.month - 1]
    printed = [
        f"{WEEKDAYS[day.weekday()]}, {day.day} {name} {day.year} | {hour:02d}:{minute:02d} WIB",
        f"{day.day:02d}/{day.month:02d}/{day.year}, {hour:02d}.{minute:02d} WIB",
        f"{name[:3]} {day.day}, {day.year} {hour:02d}:{minute:02d}",
        f"{day.isoformat()}T{hour:02d}:{minute:02d}+07:00",
        f"Tayang: {day.day} {name.upper()} {day.year} pukul {hour}.{minute:02d}",
    ][shape]
    _, chosen = read_one(candidate(printed))
    assert chosen["published_at_utc"] == datetime(day.year, day.month, day.day, hour, minute) - timedelta(hours=7)
    assert chosen["published_date"] == day
    assert "disagrees" not in chosen["date_rule"]


def test_each_distinct_string_is_read_once() -> None:
    assert read_texts(pl.Series(["1 Mei 2024", None, "1 Mei 2024", "x"], dtype=pl.String)).height == 2
