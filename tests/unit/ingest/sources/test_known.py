"""What collecting remembers of links."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from ingest.sources.known import KnownLinks, discovery_id
from ingest.sources.links import Link, link_id
from warehouse.contracts import TABLES

FEED, MAP = "https://harian.example/rss", "https://harian.example/sitemap.xml"
NEW, OLD = link_id("https://harian.example/baru"), link_id("https://harian.example/lama")


def recent(link: str, channel: str, title: str = "Judul") -> pl.DataFrame:
    told = discovery_id(link, channel, Link("https://harian.example/", title))
    row = (
        told,
        link,
        "harian",
        "https://harian.example/",
        channel,
        "feed",
        datetime(2026, 1, 1),
        title,
        None,
        None,
        "{}",
    )
    return pl.DataFrame([row], schema=TABLES["raw.discovered_links"].polars_schema(), orient="row")


def test_a_link_is_told_of_once_and_again_when_its_title_changes() -> None:
    known = KnownLinks()
    first, changed = (discovery_id(NEW, FEED, Link("https://x.example/", title)) for title in ("Judul", "Judul baru"))
    assert [known.tells(NEW, FEED, told) for told in (first, first, changed)] == [True, False, True]


def test_a_channel_knows_what_it_told_of_itself() -> None:
    known = KnownLinks.of(recent(NEW, FEED), [])
    assert known.is_known(NEW)
    assert known.is_known_to(NEW, FEED)
    assert not known.is_known_to(NEW, MAP)


def test_a_link_older_than_what_is_remembered_by_channel_is_known_to_all_and_told_of_no_more() -> None:
    known = KnownLinks.of(recent(NEW, FEED), [OLD, OLD])
    assert known.is_known(OLD)
    assert known.is_known_to(OLD, MAP)
    assert not known.tells(OLD, MAP, discovery_id(OLD, MAP, Link("https://x.example/", "Judul baru")))


def test_a_link_that_is_known_again_within_the_horizon_is_told_of_by_channel() -> None:
    known = KnownLinks.of(recent(NEW, FEED), [NEW])
    assert not known.is_known_to(NEW, MAP)
    assert known.tells(NEW, MAP, discovery_id(NEW, MAP, Link("https://x.example/", "Judul")))
