"""Collecting from a real server on loopback into a real lake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingest.errors import SourceError
from ingest.sources.source import Channel, Source, Sources
from ingest.sources.web.model import FetchRules, HostRules
from orchestration.collect import Request, collect_web, plan
from tests.servers.loopback import NOT_FOUND, Answer, LoopbackServer
from tests.servers.loopback import Request as Asked
from warehouse.contracts.lake import DISCOVERED_LINKS, DOCUMENTS, FETCH_OUTCOMES
from warehouse.errors import CheckError
from warehouse.layout import Layout
from warehouse.store import parts, read_part

HOST = "harian.example"
FEED, MAP = f"http://{HOST}/rss", f"http://{HOST}/sitemap.xml"
START = datetime(2026, 3, 2, 5, 0)


@dataclass
class Harian:
    """A small outlet: a feed of ``items`` (path, title), a sitemap index, a page for every path."""

    items: list[tuple[str, str]] = field(default_factory=list)
    listed: dict[str, str] = field(default_factory=dict)
    edition: str = "pertama"

    def __call__(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /rahasia\n", "text/plain")
        if path == "/rss":
            items = "".join(
                f"<item><title>{title}</title><link>http://{HOST}{path}</link><guid>{n}</guid></item>"
                for n, (path, title) in enumerate(self.items, 1)
            )
            return Answer(f"<rss version='2.0'><channel><title>H</title>{items}</channel></rss>".encode(), "text/xml")
        if path == "/sitemap.xml":
            child = f"<sitemap><loc>http://{HOST}/sitemap-1.xml</loc><lastmod>2026-03-02</lastmod></sitemap>"
            return Answer(f"<sitemapindex>{child}</sitemapindex>".encode(), "text/xml")
        if path == "/sitemap-1.xml":
            urls = "".join(
                f"<url><loc>http://{HOST}{p}</loc><lastmod>{d}</lastmod></url>" for p, d in self.listed.items()
            )
            return Answer(f"<urlset>{urls}</urlset>".encode(), "text/xml")
        if path.startswith("/hilang"):
            return NOT_FOUND
        text = f"<html><head><title>{path}</title></head><body><p>Edisi {self.edition} dari {path}.</p></body></html>"
        return Answer(text.encode())


@pytest.fixture
def harian() -> Harian:
    return Harian([("/berita/1", "Satu"), ("/berita/2", "Dua"), ("/berita/2?utm_source=rss", "Dua")])


@pytest.fixture
def server(harian: Harian) -> Iterator[LoopbackServer]:
    with LoopbackServer(harian) as running:
        yield running


@pytest.fixture
def sources(server: LoopbackServer) -> Sources:
    rules = FetchRules(
        "KlipingTest/1", default_host=HostRules(0.0, 2), connect_to=server.address, backoff_seconds=0.01, max_tries=2
    )
    channels = (Channel(FEED, "feed"), Channel(MAP, "sitemap"))
    return Sources((Source("harian", "Harian", "harian", channels, is_on=True, revisit_hours=()),), rules)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def clock(now: datetime):
    """A clock that goes on by a millisecond at every look, so that what happens has an order."""
    ticks = iter(range(1_000_000))
    return lambda: now + timedelta(milliseconds=next(ticks))


def collect(layout: Layout, sources: Sources, now: datetime = START, **request: object) -> dict[tuple[str, str], int]:
    found = collect_web(layout, sources, Request(**{"kinds": ["feed"], **request}), clock=clock(now))
    return dict(found.attempts)


def rows(layout: Layout, table) -> pl.DataFrame:
    return pl.concat([table.empty(), *(read_part(part.path) for part in parts(layout, table))])


def test_what_a_feed_lists_is_fetched_once_with_what_it_told(layout: Layout, sources: Sources) -> None:
    assert collect(layout, sources) == {("feed", "ok"): 1, ("robots", "ok"): 1, ("page", "ok"): 2}
    documents = rows(layout, DOCUMENTS).sort("url")
    assert documents["url"].to_list() == [f"http://{HOST}/berita/1", f"http://{HOST}/berita/2"]
    assert set(documents["source_id"]) == {"harian"}
    told = json.loads(documents["metadata"][0])["channel"]
    assert (told["kind"], told["url"], told["title"], told["guid"]) == ("feed", FEED, "Satu", "1")
    asked = rows(layout, FETCH_OUTCOMES).filter(pl.col("attempt_kind") == "feed").row(0, named=True)
    assert (asked["item_count"], asked["known_item_count"], asked["url"]) == (2, 0, FEED)
    assert rows(layout, DISCOVERED_LINKS).height == 2


def test_a_second_look_is_conditional_and_costs_no_page(layout: Layout, sources: Sources) -> None:
    collect(layout, sources)
    assert collect(layout, sources, START + timedelta(minutes=30)) == {}
    assert collect(layout, sources, START + timedelta(hours=1)) == {("feed", "not_modified"): 1, ("robots", "ok"): 1}


def test_new_items_are_fetched_and_known_ones_counted(layout: Layout, sources: Sources, harian: Harian) -> None:
    collect(layout, sources)
    harian.items = [("/berita/3", "Tiga"), *harian.items[:1]]
    assert collect(layout, sources, START + timedelta(hours=1))["page", "ok"] == 1
    asked = rows(layout, FETCH_OUTCOMES).filter(pl.col("attempt_kind") == "feed").sort("fetched_at_utc")
    assert asked.select("item_count", "known_item_count").rows() == [(2, 0), (2, 1)]


def test_a_changed_title_brings_a_second_document_of_the_page(layout: Layout, sources: Sources, harian: Harian) -> None:
    collect(layout, sources)
    harian.items[0], harian.edition = ("/berita/1", "Satu, diralat"), "kedua"
    assert collect(layout, sources, START + timedelta(hours=2))["page", "ok"] == 1
    texts = rows(layout, DOCUMENTS).filter(pl.col("url").str.ends_with("/1"))["payload"].to_list()
    assert sorted(b"kedua" in text for text in texts) == [False, True]


def test_a_page_that_came_back_the_same_is_an_outcome_and_no_document(
    layout: Layout, sources: Sources, harian: Harian
) -> None:
    collect(layout, sources)
    harian.items[0] = ("/berita/1", "Satu, judul lain")
    later = collect(layout, sources, START + timedelta(hours=2))
    assert later["page", "not_modified"] == 1
    assert rows(layout, DOCUMENTS).height == 2


def test_refusals_and_failures_are_outcomes(layout: Layout, sources: Sources, harian: Harian) -> None:
    harian.items = [("/rahasia/1", "Rahasia"), ("/hilang/1", "Hilang"), ("/berita/1", "Satu")]
    found = collect(layout, sources)
    assert (found["page", "robots_denied"], found["page", "http_error"], found["page", "ok"]) == (1, 1, 1)
    assert collect(layout, sources, START + timedelta(hours=1)).keys() <= {("feed", "not_modified"), ("robots", "ok")}


def test_a_server_that_is_down_loses_nothing(layout: Layout, sources: Sources, harian: Harian) -> None:
    site, calls = harian.__call__, iter(range(100))

    def failing(asked: Asked) -> Answer:
        is_page = asked.path.startswith("/berita")
        return Answer(b"", status=503) if is_page and next(calls) < 4 else site(asked)

    with LoopbackServer(failing) as running:
        sources = replace(sources, rules=replace(sources.rules, connect_to=running.address))
        assert collect(layout, sources)["page", "http_error"] == 4
        assert collect(layout, sources, START + timedelta(minutes=11))["page", "ok"] == 2


def test_sitemaps_give_the_last_days_and_a_backfill_gives_its_range(
    layout: Layout, sources: Sources, harian: Harian
) -> None:
    harian.listed = {"/baru": "2026-03-01T10:00:00+07:00", "/lama": "2026-02-10", "/lebih-lama": "2026-02-01"}
    found = collect(layout, sources, kinds=["sitemap"])
    assert (found["sitemap", "ok"], found["page", "ok"]) == (2, 1)
    first, last = datetime(2026, 2, 5), datetime(2026, 2, 15)
    found = collect(layout, sources, kinds=["sitemap"], first=first, last=last, is_forced=True)
    assert found["page", "ok"] == 1
    assert sorted(url.rpartition("/")[2] for url in rows(layout, DOCUMENTS)["url"]) == ["baru", "lama"]


def test_what_is_not_begun_in_time_stays_due(layout: Layout, sources: Sources, harian: Harian) -> None:
    harian.items = [(f"/berita/{n}", str(n)) for n in range(40)]
    collect(layout, sources, minutes=0.0005)  # thirty looks at the clock
    fetched = rows(layout, DOCUMENTS).height
    work, _ = plan(layout, sources, Request(), now=START + timedelta(minutes=1))
    assert fetched < 40
    assert len(work.pages) == 40 - fetched
    collect(layout, sources, START + timedelta(minutes=2))
    assert rows(layout, DOCUMENTS).height == 40


def test_each_row_goes_to_the_day_it_was_obtained_on(layout: Layout, sources: Sources, harian: Harian) -> None:
    harian.items = [(f"/berita/{n}", str(n)) for n in range(20)]
    collect(layout, sources, datetime(2026, 3, 2, 16, 59, 59, 960_000))  # forty looks before midnight in WIB
    held = {part.fetched_on: set(read_part(part.path)["fetched_at_utc"].dt.hour()) for part in parts(layout, DOCUMENTS)}
    assert held == {date(2026, 3, 2): {16}, date(2026, 3, 3): {17}}


def test_sources_that_are_off_are_not_asked(layout: Layout, sources: Sources, server: LoopbackServer) -> None:
    off = replace(sources, sources=(replace(sources.sources[0], is_on=False),))
    assert collect(layout, off) == {}
    assert server.log == []
    with pytest.raises(SourceError, match="'harian' is not switched on"):
        collect(layout, off, only=["harian"])


def test_a_batch_that_breaks_a_rule_stops_the_collection_with_its_reason(
    layout: Layout, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CheckError("the batch breaks a rule")

    monkeypatch.setattr("orchestration.raw.raise_if_blocked", refuse)
    with pytest.raises(CheckError, match="breaks a rule"):
        collect(layout, sources)
    assert parts(layout, DOCUMENTS) == []
    assert list(layout.staging.glob("*")) == []
