"""Collecting from a small web on loopback that changes with its clock, faults included.

Each test plays a stretch of time: at each moment the web is as it was then, the collector does what is due, and again
later, as its schedule would have it. What must hold is checked from raw and from the server's own log.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import polars as pl
import pytest

from ingest.clean.urls import canonical_url
from ingest.sources.source import Channel, Source, Sources
from ingest.sources.web.model import FetchRules, HostRules
from orchestration.collect import Request, collect_web, recent
from tests.servers import log
from tests.servers.faults import Faults
from tests.servers.loopback import LoopbackServer
from tests.servers.replay import FEEDS, SAVED_ON, OwnSite, Replay, feed_url, snapshots_of
from warehouse.contracts import TABLES
from warehouse.layout import Layout
from warehouse.store import parts, read_part

AGENT = "Kliping/uji"
SPACING = 0.004  # seconds between two requests to one host, unless its robots.txt asks for more
CRAWL_DELAY = 0.08
AT_ONCE = 2
START = datetime(2026, 1, 5, 2)
KABAR, LAMBAT = "kabar-uji.example", "kabar-lambat.example"


def rules(address: str) -> FetchRules:
    """As ever, but hasty: what a server would be given minutes for, it is given fractions of a second."""
    return FetchRules(
        AGENT,
        default_host=HostRules(SPACING, AT_ONCE),
        connect_seconds=1.0,
        read_seconds=0.15,
        total_seconds=1.0,
        max_body_bytes=1 << 20,
        backoff_seconds=0.005,
        max_wait_seconds=0.5,
        circuit_failures=10,
        circuit_seconds=0.05,
        connect_to=address,
        allow_private=True,
    )


def own_source(site: OwnSite) -> Source:
    channels = (Channel(f"http://{site.host}/rss", "feed"), Channel(f"http://{site.host}/sitemap.xml", "sitemap"))
    return Source(site.host.partition(".")[0], site.host, None, channels, is_on=True, feed_minutes=10)


@dataclass
class World:
    """A web, a data folder, and a collector with its own clock.

    ``passes`` are the collector's times at which each began, with the web's time then and that of the server's clock.
    """

    server: LoopbackServer
    replay: Replay
    layout: Layout
    sources: Sources
    now: datetime
    passes: list[tuple[datetime, datetime, float]] = field(default_factory=list)

    def collect(self, at: datetime, **request: Any) -> Counter[tuple[str, str]]:
        """One pass at the web of ``at``; attempts by kind and outcome. It begins ten minutes after the one before."""
        self.replay.now = at
        began = self.now = max(self.now + timedelta(minutes=10), at)
        since = time.monotonic()
        self.passes.append((began, at, since))

        def clock() -> datetime:
            return began + timedelta(seconds=time.monotonic() - since)

        return collect_web(self.layout, self.sources, Request(**request), clock=clock).attempts

    def read(self, name: str) -> pl.DataFrame:
        """A raw table."""
        table = TABLES[f"raw.{name}"]
        frames = [pl.DataFrame(schema=table.polars_schema())]
        return pl.concat(frames + [read_part(part.path) for part in parts(self.layout, table)])

    def attempts(self, kind: str) -> pl.DataFrame:
        """The attempts of a kind in their order."""
        return self.read("fetch_outcomes").filter(pl.col("attempt_kind") == kind).sort("fetched_at_utc")

    def documents(self) -> dict[str, int]:
        """The number of documents by canonical URL."""
        return dict(Counter(canonical_url(url) or url for url in self.read("documents")["url"]))

    def expected(self) -> set[str]:
        """Every link that was listed until now and may be fetched, canonical."""
        return {canonical_url(url) or url for url in self.replay.links()}

    def unanswered(self, *feeds: str) -> set[str]:
        """Those of ``feeds`` that have not answered since the web was as it is now."""
        since = next(began for began, at, _ in self.passes if at == self.replay.now)
        _, attempts = recent(self.layout, since)
        tries = attempts.filter((pl.col("attempt_kind") == "feed") & (pl.col("fetched_at_utc") >= since))
        return set(feeds) - set(tries.filter(pl.col("outcome").is_in(["ok", "not_modified"]))["url"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two made-up outlets over sixty days; one asks for patience and tells no versions of its pages."""
    own = [
        OwnSite(KABAR, START, days=60, count=240),
        OwnSite(LAMBAT, START, days=60, count=60, robots=f"Crawl-delay: {CRAWL_DELAY}", has_versions=False),
    ]
    replay = Replay(START, own=own)
    with LoopbackServer(replay, delay=0.005) as server:
        sources = Sources(tuple(own_source(site) for site in own), rules(server.address))
        yield World(server, replay, Layout(tmp_path), sources, START)


def check_politeness(world: World) -> None:
    """What the server saw kept the rules."""
    seen = sorted(world.server.log)
    assert log.disallowed(seen, world.replay.robots, AGENT) == []
    assert max(log.largest_concurrency(seen).values()) <= AT_ONCE
    spacing = log.smallest_spacing(seen, over=10)
    assert {host: seconds for host, seconds in spacing.items() if seconds < SPACING * 0.9} == {}
    # by arrival: a request that hung is logged when its connection is lost, perhaps in the next pass
    arrivals = [entry.arrived for entry in seen]
    starts = [bisect_left(arrivals, since) for _, _, since in world.passes]
    for first, last in zip(starts, [*starts[1:], None], strict=True):
        of_pass = seen[first:last]
        assert log.asked_before_robots(of_pass) == []
        assert log.asked_too_early(of_pass, world.server.retry_after) == []


def check_feed_facts(world: World) -> Counter[tuple[str, bool]]:
    """Each answer of Tempo's feeds counts its links and those it had told of before.

    The number of answers by feed and by whether nothing known was left in it.
    """
    passes = [began for began, _, _ in world.passes]
    told: dict[str, set[str]] = {}
    seen: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for row in world.attempts("feed").filter(pl.col("outcome") == "ok").iter_rows(named=True):
        feed = row["url"].rpartition("/")[2]
        if row["url"] != feed_url(feed):
            continue
        snapshot = world.replay.newest(feed, world.passes[bisect_right(passes, row["fetched_at_utc"]) - 1][1])
        assert snapshot is not None
        links = {canonical_url(item.url) or item.url for item in snapshot.items}
        before = told.setdefault(feed, set())
        counts = (len(links), len(links & before))
        if counts != (row["item_count"], row["known_item_count"]):
            wrong.append((feed, snapshot.taken_at, counts, (row["item_count"], row["known_item_count"])))
        seen[feed, counts[1] == 0] += 1
        before |= links
    assert wrong == []
    return seen


def test_what_is_told_is_fetched_once_and_again_when_it_changed(world: World) -> None:
    days = [START + timedelta(days=3), START + timedelta(days=4, hours=1)]
    changed = f"http://{KABAR}/berita/3-kabar-daerah"
    world.replay.changes[changed] = days[0] + timedelta(hours=1)
    for day in days:
        world.collect(day)
    found = world.documents()
    assert found.keys() == world.expected()
    assert {url for url, count in found.items() if count > 1} == {canonical_url(changed)}
    check_politeness(world)
    assert world.replay.items[f"http://{KABAR}/berita/11-kabar-daerah"].published < START.replace(tzinfo=UTC)
    assert Counter(world.attempts("page").select("source_id", "outcome").iter_rows()) == {
        ("kabar-uji", "ok"): 17,
        ("kabar-uji", "not_modified"): 11,
        ("kabar-uji", "robots_denied"): 1,
        ("kabar-lambat", "ok"): 5,
        ("kabar-lambat", "duplicate"): 4,
    }
    feeds = world.attempts("feed").filter(pl.col("source_id") == "kabar-uji")
    assert feeds.select("outcome", "item_count", "known_item_count").rows() == [("ok", 13, 0), ("ok", 17, 13)]
    slow = [entry for entry in world.server.log if entry.host == LAMBAT]
    gaps = [after.arrived - before.arrived for before, after in pairwise(slow) if after.path != "/robots.txt"]
    assert (
        min(gaps) > CRAWL_DELAY / 2
    )  # the least that delays on the way leave of it; without robots.txt it would be SPACING
    told = world.read("discovered_links").filter(pl.col("channel_url") == f"http://{KABAR}/rss")
    guids = Counter(orjson.loads(row)["guid"] for row in told["metadata"])
    assert guids["1"] == 2  # a position, of two links


@pytest.mark.slow
def test_nine_months_of_feeds_with_a_fifth_of_all_requests_failing(dev_data: Path, tmp_path: Path) -> None:
    """Every distinct link of 1,249 snapshots has one document, whatever happens on the way."""
    snapshots = snapshots_of(dev_data)
    moments = sorted({snapshot.taken_at for snapshot in snapshots})
    span = (moments[-1] - moments[0]).days
    own = [OwnSite(KABAR, moments[0], days=span, count=3 * span)]
    replay = Replay(moments[0], snapshots=snapshots, own=own, data=dev_data)
    tempo = Source(
        "tempo", "Tempo", "tempo", tuple(Channel(feed_url(feed), "feed") for feed in FEEDS), is_on=True, feed_minutes=10
    )
    hosts = sorted({str(urlsplit(url).hostname) for url in replay.saved})
    saved = Source("simpanan", "Simpanan", None, tuple(Channel(f"http://{h}/sitemap.xml", "sitemap") for h in hosts))
    with LoopbackServer(replay, faults=Faults(0.2, seed=5), delay=0.005) as server:
        sources = Sources((tempo, own_source(own[0])), rules(server.address))
        world = World(server, replay, Layout(tmp_path), sources, moments[0])
        for moment in moments:
            asked = [feed_url(feed) for feed in FEEDS if (one := replay.newest(feed, moment)) and one.items]
            for _ in range(12):  # ten minutes apart, until all feeds have answered
                world.collect(moment)
                if not world.unanswered(*asked, f"http://{KABAR}/rss"):
                    break
            else:
                pytest.fail(f"a feed did not answer at {moment}")
        for hours in range(0, 8 * 24, 8):
            world.collect(moments[-1] + timedelta(hours=hours))
        # the saved pages are of years ago: their sitemaps are backfilled
        world.sources = Sources((replace(saved, is_on=True),), sources.rules)
        backfill = {"first": SAVED_ON - timedelta(days=1), "last": SAVED_ON + timedelta(days=1)}
        for _ in range(12):
            world.collect(replay.now, kinds=["sitemap"], is_forced=True, **backfill)
        found, seen = world.documents(), Counter(entry.fault for entry in server.log)
        assert world.expected() - found.keys() == set()
        assert found.keys() - world.expected() == set()
        assert {url: count for url, count in found.items() if count > 1} == {}
        check_politeness(world)
        answers = check_feed_facts(world)
        assert answers["hukum", True] > 200  # the window moved on by more than its length
        assert answers["wawancara", True] < 10
        assert sum(count for fault, count in seen.items() if fault) > 0.18 * sum(seen.values())
