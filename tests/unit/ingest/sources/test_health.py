"""The verdict on each source, from attempts and links alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ingest.sources.health import SCHEMA, VERDICTS, health
from ingest.sources.links import link_id
from ingest.sources.source import Channel, Source
from warehouse.contracts import TABLES

Row = tuple[float, str, str, str, dict[str, Any]]

NOW = datetime(2026, 3, 10, 5)
FEED = "https://kabar.example/rss"
SITEMAP = "https://kabar.example/sitemap.xml"
SOURCE = Source("kabar", "Kabar", None, (Channel(FEED, "feed"), Channel(SITEMAP, "sitemap")), is_on=True)


def attempts(*rows: Row) -> pl.DataFrame:
    """Rows of raw.fetch_outcomes: hours before NOW, kind, url, outcome and other columns."""
    table = TABLES["raw.fetch_outcomes"]
    full = [
        dict.fromkeys(table.column_names)
        | {
            "attempt_id": f"{number:016x}",
            "source_id": "kabar",
            "source_kind": "web",
            "locator": url,
            "url": url,
            "fetched_at_utc": NOW - timedelta(hours=hours),
            "attempt_kind": kind,
            "outcome": outcome,
        }
        | others
        for number, (hours, kind, url, outcome, others) in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=table.polars_schema())


def links(*rows: tuple[float, str]) -> pl.DataFrame:
    """Rows of raw.discovered_links: hours before NOW and url."""
    table = TABLES["raw.discovered_links"]
    full = [
        dict.fromkeys(table.column_names)
        | {
            "discovery_id": f"{number:016x}",
            "link_id": link_id(url),
            "source_id": "kabar",
            "url": url,
            "channel_url": FEED,
            "channel_kind": "feed",
            "discovered_at_utc": NOW - timedelta(hours=hours),
            "metadata": "{}",
        }
        for number, (hours, url) in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=table.polars_schema())


def read(hours: float, url: str = FEED, *, items: int = 10, known: int = 5) -> Row:
    counts = {"item_count": items, "known_item_count": known, "http_status": 200}
    return (hours, "feed" if url == FEED else "sitemap", url, "ok", counts)


def failed(hours: float, url: str = FEED, **others: Any) -> Row:
    kind = {FEED: "feed", SITEMAP: "sitemap"}.get(url, "page")
    return (hours, kind, url, "http_error", {"http_status": 503, "error": "HTTP 503", **others})


def page(hours: float, url: str, outcome: str = "ok") -> Row:
    return (hours, "page", url, outcome, {})


BOTH = (read(1), read(20, SITEMAP))
STEADY = links(*((hours, f"https://kabar.example/{hours}") for hours in range(2, 60, 3)))


def verdict(rows: pl.DataFrame, told: pl.DataFrame = STEADY, source: Source = SOURCE, **others: Any) -> dict[str, Any]:
    frame = health(rows, told, [source], NOW, **others)
    assert frame.schema == SCHEMA
    (row,) = frame.to_dicts()
    assert row["verdict"] in VERDICTS
    assert row["advice"].endswith(".")
    return row


def test_a_source_that_nobody_asked() -> None:
    row = verdict(attempts(), links())
    assert (row["verdict"], row["attempt_count"], row["last_success_utc"]) == ("never asked", 0, None)
    off = Source("kabar", "Kabar", None, SOURCE.channels)
    assert "kliping sources on kabar" in verdict(attempts(), links(), off)["advice"]
    assert health(attempts(), links(), [], NOW).is_empty()


def test_a_source_that_is_fine_and_its_counts() -> None:
    done = page(1.5, "https://kabar.example/2")
    given_up = (page(200, "https://kabar.example/tua", "timeout"), page(2, "https://kabar.example/tua", "timeout"))
    refused = page(4, "https://kabar.example/5", "robots_denied")
    told = pl.concat([STEADY, links((210, "https://kabar.example/tua"), (30, "https://kabar.example/tua"))])
    row = verdict(attempts(*BOTH, read(150), done, refused, *given_up), told)
    assert row["verdict"] == "fine"
    assert (row["last_success_utc"], row["last_page_utc"]) == (NOW - timedelta(hours=1), NOW - timedelta(hours=1.5))
    assert row["last_link_utc"] == NOW - timedelta(hours=2)
    assert row["outcomes"] == [
        {"outcome": "ok", "attempt_count": 4},
        {"outcome": "robots_denied", "attempt_count": 1},
        {"outcome": "timeout", "attempt_count": 1},
    ]
    assert (row["attempt_count"], row["failure_count"]) == (6, 2)
    assert row["waiting_count"] == STEADY.height - 2
    assert row["given_up_count"] == 2
    assert verdict(attempts(*BOTH, read(150)), days=1)["attempt_count"] == 2


def test_a_redirect_that_was_followed_is_no_failure() -> None:
    step = (1.01, "feed", FEED, "http_error", {"http_status": 301})
    row = verdict(attempts(step, *BOTH))
    assert (row["verdict"], row["attempt_count"], row["failure_count"]) == ("fine", 2, 0)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((*BOTH, failed(0.5), failed(0.4, SITEMAP)), "2 of 2 channels do not answer"),
        ((read(30), read(1, SITEMAP), failed(0.5)), f"1 of 2 channels do not answer, the first is {FEED} (HTTP 503"),
        ((read(1), failed(40, SITEMAP), failed(1, SITEMAP)), f"the first is {SITEMAP}"),
        ((read(30), read(2, SITEMAP), (0.5, "robots", FEED, "timeout", {})), f"the first is {FEED} (timeout)"),
        ((*BOTH, *(page(n, f"https://kabar.example/{n}", "timeout") for n in range(1, 7))), "6 of 6 pages of the last"),
    ],
)
def test_a_source_that_fails(rows: tuple[Row, ...], told: str) -> None:
    row = verdict(attempts(*rows))
    assert row["verdict"] == "failing"
    assert told in row["advice"]
    assert "kliping sources test kabar" in row["advice"]


def test_sitemaps_below_an_index_and_channels_of_before_are_no_channels() -> None:
    below = [(0.5, "sitemap", f"https://kabar.example/sitemap-{n}.xml", "timeout", {}) for n in range(3)]
    row = verdict(attempts(*BOTH, *below))
    assert (row["verdict"], row["failing_channel_count"], row["failure_count"]) == ("fine", 0, 3)


def test_one_failure_of_one_channel_is_not_yet_a_failing_source() -> None:
    row = verdict(attempts(*BOTH, failed(0.5)))
    assert (row["verdict"], row["failing_channel_count"]) == ("fine", 1)
    missing_robots = (1.2, "robots", FEED, "http_error", {"http_status": 404})
    assert verdict(attempts(missing_robots, *BOTH))["verdict"] == "fine"


def test_a_source_that_was_not_asked_in_time() -> None:
    row = verdict(attempts(read(3), read(20, SITEMAP)))
    assert (row["verdict"], row["advice"][:30]) == ("late", "1 of 2 channels were not asked")
    assert verdict(attempts(read(1.9), read(47, SITEMAP)))["verdict"] == "fine"


def test_a_feed_whose_window_passed_by_links() -> None:
    first = read(3, items=10, known=0)
    row = verdict(attempts(first, read(1, known=0), read(20, SITEMAP)))
    assert (row["verdict"], row["overflow_count"]) == ("overflowing", 1)
    assert FEED in row["advice"]
    assert "feed_minutes below 60" in row["advice"]
    assert verdict(attempts(read(1, known=0), read(20, SITEMAP)))["verdict"] == "fine"
    assert verdict(attempts(first, read(1, items=0, known=0), read(20, SITEMAP)))["overflow_count"] == 0
    unchanged = (2, "feed", FEED, "not_modified", {})
    assert verdict(attempts(unchanged, read(1, known=0), read(20, SITEMAP)))["overflow_count"] == 1


def test_silence_is_measured_by_what_is_usual() -> None:
    def told(*hours: float) -> pl.DataFrame:
        return links(*((hour, f"https://kabar.example/{hour}") for hour in hours))

    busy = verdict(attempts(*BOTH), told(26, 27, 28, 29, 30))
    assert (busy["verdict"], busy["silent_since_utc"]) == ("silent", NOW - timedelta(hours=26))
    weekly = told(100, 268, 436, 604, 700)
    assert verdict(attempts(*BOTH), weekly)["verdict"] == "fine"
    assert verdict(attempts(*BOTH), weekly)["silent_since_utc"] is None
    assert verdict(attempts(*BOTH), told(50, 80, 110, 140, 170))["verdict"] == "silent"
    assert verdict(attempts(*BOTH), told(44, 74, 104, 134, 164))["verdict"] == "fine"
    assert verdict(attempts(*BOTH), told(70))["verdict"] == "fine"
    assert verdict(attempts(*BOTH), told(73))["verdict"] == "silent"


def test_what_lies_after_now_and_other_sources_do_not_count() -> None:
    other = attempts(failed(0.1), failed(0.1, SITEMAP)).with_columns(source_id=pl.lit("lain"))
    later = attempts(failed(-1), failed(-1, SITEMAP))
    row = verdict(pl.concat([attempts(*BOTH), other, later]))
    assert (row["verdict"], row["failure_count"]) == ("fine", 0)
    assert health(attempts(*BOTH), STEADY, [SOURCE, SOURCE], NOW).height == 2
