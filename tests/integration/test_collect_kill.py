"""A collector that is killed at any moment leaves nothing doubled, nothing lost and nothing half written."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingest.clean.urls import canonical_url
from tests.integration.conftest import KLIPING
from tests.servers.faults import Faults
from tests.servers.loopback import LoopbackServer
from tests.servers.replay import OwnSite, Replay
from warehouse.contracts import TABLES
from warehouse.layout import Layout
from warehouse.store import parts, read_part

KILLS = 50
HOSTS = ("satu.example", "dua.example", "tiga.example")
# what a fetcher gets over by itself; anything else is asked again after minutes, which no test waits for
PASSING = ("reset", "cut", "truncated", "error", "charset")


def write_sources(layout: Layout, address: str) -> None:
    pace = "seconds_between_requests: 0.002, requests_at_once: 2, backoff_seconds: 0.01, circuit_failures: 50"
    lines = [f"fetch: {{connect_to: '{address}', {pace}}}", "sources:"]
    lines += [
        f"  {host.partition('.')[0]}: {{on: true, feeds: ['http://{host}/rss'], sitemaps: ['http://{host}/sitemap.xml']}}"
        for host in HOSTS
    ]
    layout.config.mkdir(parents=True)
    layout.sources.write_text("\n".join(lines) + "\n", encoding="utf-8")


def command(layout: Layout) -> list[str]:
    return [KLIPING, "collect", "--raw-only", "--force", "--data", str(layout.root)]


def run(layout: Layout) -> float:
    """A run that is left alone; the seconds that it takes."""
    began = time.monotonic()
    done = subprocess.run(command(layout), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def run_and_kill(layout: Layout, draw: random.Random, seconds: float) -> str:
    """Kill a run, every other time about when it moves a batch in; what it was at, or that it had ended.

    ``seconds`` is how long a run takes that is left alone.
    """
    process = subprocess.Popen(command(layout), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if draw.random() < 0.5:
        until = time.monotonic() + draw.uniform(0.1, 1.0) * seconds
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
    else:
        wait = draw.uniform(0.0, 0.6) * seconds
        while process.poll() is None and not any(layout.staging.glob("*/*")):
            time.sleep(0.001)
        time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    _, told = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), told.decode()
    if process.returncode == 0:
        return "ended"
    return "moving in" if any(layout.staging.glob("*/*")) else "asking"


@pytest.mark.slow
def test_fifty_kills_double_and_lose_nothing(tmp_path: Path) -> None:
    draw = random.Random(7)
    layout = Layout(tmp_path / "data")
    began = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=2)  # as far back as sitemaps are read, and a day
    step = timedelta(days=2) / (2 * KILLS)
    own = [OwnSite(host, began, days=2, count=20 * KILLS) for host in HOSTS]
    replay = Replay(began + step, own=own)
    found: Counter[str] = Counter()
    with LoopbackServer(replay, faults=Faults(0.2, seed=3, kinds=PASSING), delay=0.002) as server:
        write_sources(layout, server.address)
        seconds = run(layout)
        while found["asking"] + found["moving in"] < KILLS:
            replay.now += step
            found[run_and_kill(layout, draw, seconds)] += 1
        run(layout)
    assert min(found["asking"], found["moving in"]) >= KILLS // 10
    assert found["ended"] < KILLS

    assert list(layout.staging.iterdir()) == []
    raw = {name: rows(layout, name) for name in ("documents", "fetch_outcomes", "discovered_links")}
    for name, key in (
        ("documents", "document_id"),
        ("fetch_outcomes", "attempt_id"),
        ("discovered_links", "discovery_id"),
    ):
        assert raw[name][key].is_duplicated().sum() == 0, name
    urls = Counter(canonical_url(url) for url in raw["documents"]["url"])
    assert {url for url, count in urls.items() if count > 1} == set()
    assert urls.keys() == {canonical_url(url) for url in replay.links()}
    listed = {
        canonical_url(article.item.url) for site in own for article in site.articles if article.appears <= replay.now
    }
    assert {canonical_url(url) for url in raw["discovered_links"]["url"]} == listed
    kept = raw["fetch_outcomes"].filter((pl.col("attempt_kind") == "page") & (pl.col("outcome") == "ok"))
    assert set(kept["document_id"]) == set(raw["documents"]["document_id"])


def rows(layout: Layout, name: str) -> pl.DataFrame:
    """A raw table, every part of it read."""
    table = TABLES[f"raw.{name}"]
    frames = [pl.DataFrame(schema=table.polars_schema())]
    return pl.concat(frames + [read_part(part.path) for part in parts(layout, table)])
