"""What is due follows from what was told and tried, whatever clock ticked in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.frontier import FINAL_OUTCOMES, GIVE_UP_AFTER, PATIENT_STATUSES, due_channels, due_pages
from ingest.sources.known import discovery_id
from ingest.sources.links import Link, link_id
from ingest.sources.source import Channel, Source
from warehouse.contracts import TABLES

NOW = datetime(2026, 3, 2, 5, 0)
FEED = "https://rss.harian.example/terbaru"
MAP = "https://harian.example/sitemap.xml"
PAGE = "https://harian.example/berita/1"
SOURCE = Source("harian", "Harian", "harian", (Channel(FEED, "feed"), Channel(MAP, "sitemap")), is_on=True)
_numbers = count()


def told(url: str = PAGE, at: datetime = NOW, *, title: str = "Judul", channel: str = FEED, source: str = "harian"):
    link = Link(url, title)
    identity = discovery_id(link_id(url), channel, link)
    return (identity, link_id(url), source, url, channel, "feed", at, title, None, None, f'{{"title":"{title}"}}')


def links(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TABLES["raw.discovered_links"].polars_schema(), orient="row")


def tried(
    outcome: str,
    at: datetime,
    *,
    url: str = PAGE,
    kind: str = "page",
    status: int | None = None,
    etag: str | None = None,
) -> dict[str, object]:
    return {
        "attempt_id": f"{next(_numbers):016x}",
        "source_id": "harian",
        "url": url,
        "fetched_at_utc": at,
        "outcome": outcome,
        "attempt_kind": kind,
        "http_status": status,
        "etag": etag,
    }


def attempts(*rows: dict[str, object]) -> pl.DataFrame:
    names = ["attempt_id", "source_id", "url", "fetched_at_utc", "outcome", "error", "attempt_kind", "http_status"]
    schema = TABLES["raw.fetch_outcomes"].polars_schema()
    return pl.DataFrame(rows, schema={name: schema[name] for name in [*names, "etag", "last_modified"]})


def reasons(told_rows: pl.DataFrame, tries: pl.DataFrame, now: datetime = NOW, source: Source = SOURCE) -> list[str]:
    return [page.reason for page in due_pages([source], told_rows, tries, now)]


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_link_without_an_attempt_is_new_until_it_is_too_old() -> None:
    assert reasons(links(told(at=ago(days=6))), attempts()) == ["new"]
    assert reasons(links(told(at=ago(days=8))), attempts()) == []


def test_a_page_that_was_fetched_is_not_due() -> None:
    for outcome in ("ok", "duplicate", "not_modified"):
        assert reasons(links(told(at=ago(hours=3))), attempts(tried(outcome, ago(hours=2)))) == []


@pytest.mark.parametrize(("outcome", "status"), [("robots_denied", None), ("http_error", 410), ("http_error", 404)])
def test_a_final_answer_is_not_asked_for_again(outcome: str, status: int | None) -> None:
    tries = attempts(tried(outcome, ago(hours=20), status=status))
    assert reasons(links(told(at=ago(hours=21))), tries) == []


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("timeout", None), ("unreadable", 200), ("too_large", 200), ("http_error", 302), ("http_error", 429)],
)
def test_a_failure_is_tried_again(outcome: str, status: int | None) -> None:
    told_rows = links(told(at=ago(hours=1)))
    assert reasons(told_rows, attempts(tried(outcome, ago(minutes=11), status=status))) == ["retry"]
    assert reasons(told_rows, attempts(tried(outcome, ago(minutes=9), status=status))) == []


def test_a_page_that_is_too_large_is_read_three_times() -> None:
    tries = [tried("too_large", ago(hours=hours)) for hours in (30, 20, 10)]
    assert reasons(links(told(at=ago(hours=31))), attempts(*tries[:2])) == ["retry"]
    assert reasons(links(told(at=ago(hours=31))), attempts(*tries)) == []


def test_the_pause_is_as_long_as_it_has_failed_already() -> None:
    failing = (tried("timeout", ago(hours=9)), tried("timeout", ago(hours=5)))
    told_rows = links(told(at=ago(hours=9)))
    assert reasons(told_rows, attempts(*failing)) == ["retry"]
    assert reasons(told_rows, attempts(*failing), now=ago(hours=2)) == []


def test_a_page_that_fails_for_a_week_is_given_up() -> None:
    tries = attempts(tried("timeout", ago(days=8)), tried("timeout", ago(hours=13)))
    assert reasons(links(told(at=ago(days=9))), tries) == []


def test_a_success_ends_the_failing() -> None:
    tries = attempts(tried("timeout", ago(hours=5)), tried("ok", ago(hours=4)))
    assert reasons(links(told(at=ago(hours=6))), tries) == []


def test_what_a_channel_tells_anew_is_fetched_again_with_the_validators_of_the_last_answer() -> None:
    rows = links(told(at=ago(hours=6)), told(at=ago(minutes=5), title="Judul baru"))
    tries = attempts(tried("ok", ago(hours=5), etag='"a"'), tried("not_modified", ago(hours=3)))
    (page,) = due_pages([SOURCE], rows, tries, NOW)
    assert (page.reason, page.etag, page.told) == ("changed", '"a"', '{"title":"Judul baru"}')


def test_a_second_channel_that_tells_of_the_page_in_other_words_changes_nothing() -> None:
    rows = links(told(at=ago(hours=6)), told(at=ago(minutes=5), title="Judul - Harian", channel=MAP))
    assert reasons(rows, attempts(tried("ok", ago(hours=5)))) == []


def test_a_change_waits_an_hour() -> None:
    rows = links(told(at=ago(hours=2)), told(at=ago(minutes=5), title="Judul baru"))
    assert reasons(rows, attempts(tried("ok", ago(minutes=50)))) == []


def test_a_page_is_visited_again_at_the_ages_of_its_source_once() -> None:
    source = Source("harian", "Harian", "harian", (), revisit_hours=(6, 24))
    rows = links(told(at=ago(hours=30)))
    first = tried("ok", ago(hours=25))
    at_six = tried("not_modified", ago(hours=18))
    assert reasons(rows, attempts(first), source=source) == ["revisit"]
    assert reasons(rows, attempts(first, at_six), source=source) == ["revisit"]
    assert reasons(rows, attempts(first, at_six, tried("ok", ago(minutes=30))), source=source) == []
    assert reasons(rows, attempts(first, at_six), now=ago(hours=2), source=source) == []


def test_a_revisit_that_was_missed_for_days_is_let_go() -> None:
    assert reasons(links(told(at=ago(days=6))), attempts(tried("ok", ago(days=5)))) == []


def test_links_of_other_sources_and_addresses_of_one_page_are_passed_over() -> None:
    rows = links(
        told(at=ago(hours=2)),
        told(PAGE + "?utm_source=rss", at=ago(hours=1)),
        told("https://lain.example/1", at=ago(hours=1), source="lain"),
    )
    (page,) = due_pages([SOURCE], rows, attempts(), NOW)
    assert page.url == PAGE


def test_new_pages_come_first_and_among_them_those_told_of_last() -> None:
    rows = links(*(told(f"{PAGE}{n}", at=ago(hours=n)) for n in (3, 1, 2)), told(at=ago(hours=4)))
    due = due_pages([SOURCE], rows, attempts(tried("timeout", ago(hours=1))), NOW)
    assert [page.url for page in due] == [f"{PAGE}1", f"{PAGE}2", f"{PAGE}3", PAGE]


@given(st.lists(st.sampled_from(["timeout", "ok", "not_modified", "http_error"]), max_size=12), st.integers(0, 10))
def test_whatever_happened_a_page_is_due_at_most_once_and_never_for_ever(outcomes: list[str], step: int) -> None:
    start = ago(days=25)
    tries = [tried(o, start + timedelta(hours=step * n), status=503) for n, o in enumerate(outcomes)]
    rows = links(told(at=start))
    assert len(reasons(rows, attempts(*tries))) <= 1
    last = max((row["fetched_at_utc"] for row in tries), default=start)
    fails = (tried("timeout", last + timedelta(hours=1)), tried("timeout", last + timedelta(hours=1) + GIVE_UP_AFTER))
    assert reasons(rows, attempts(*tries, *fails), now=last + timedelta(days=20)) == []


def test_the_marts_give_up_by_the_same_rules() -> None:
    model = Path(__file__).parents[4] / "dbt_project" / "models" / "intermediate" / "int_links__settled.sql"
    sql = " ".join(model.read_text().split())
    finals = ", ".join(f"'{outcome}'" for outcome in FINAL_OUTCOMES)
    assert f"last_outcome in ({finals})" in sql
    assert "last_http_status between 400 and 499" in sql
    assert f"last_http_status not in ({', '.join(map(str, PATIENT_STATUSES))})" in sql
    assert f"interval {GIVE_UP_AFTER.days} day" in sql


# --- channels -------------------------------------------------------------------------------------------------------


def test_a_channel_is_due_by_its_last_attempt_and_carries_the_validators_of_its_last_success() -> None:
    asked = attempts(
        tried("ok", ago(hours=3), url=FEED, kind="feed", etag='"f"'),
        tried("timeout", ago(minutes=56), url=FEED, kind="feed"),
    )
    (feed, sitemap) = due_channels([SOURCE], asked, NOW, ("feed", "sitemap"))
    assert (feed.channel.url, feed.etag, sitemap.channel.url, sitemap.etag) == (FEED, '"f"', MAP, None)
    assert due_channels([SOURCE], asked, ago(minutes=10), ("feed",)) == []
    assert len(due_channels([SOURCE], asked, ago(minutes=10), ("feed",), is_forced=True)) == 1


def test_after_two_days_of_standstill_every_channel_is_due_once() -> None:
    asked = attempts(
        tried("ok", ago(days=2), url=FEED, kind="feed"), tried("ok", ago(days=2, hours=3), url=MAP, kind="sitemap")
    )
    assert len(due_channels([SOURCE], asked, NOW, ("feed", "sitemap"))) == 2
