"""The server that replays play against: what it answers, how it goes wrong, and what its log shows."""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.servers import log
from tests.servers.faults import FAULTS, Faults
from tests.servers.log import Entry
from tests.servers.loopback import LoopbackServer
from tests.servers.replay import FEEDS, OwnSite, Replay, feed_url, snapshots_of

START = datetime(2026, 1, 1)
HOST = "kabar-uji.example"
PAGE = f"http://{HOST}/berita/0-kabar-daerah"


@pytest.fixture
def replay() -> Replay:
    return Replay(START + timedelta(days=40), own=[OwnSite(HOST, START, days=50, count=100)])


class Client:
    """Asks the server for addresses of any host."""

    def __init__(self, server: LoopbackServer, seconds: float = 5.0) -> None:
        self.http = httpx.Client(timeout=seconds)
        self.server = server

    def get(self, url: str, **headers: str) -> httpx.Response:
        address = httpx.URL(url)
        at = address.copy_with(netloc=self.server.address.encode())
        return self.http.get(at, headers={"Host": address.host, **{k.replace("_", "-"): v for k, v in headers.items()}})


@pytest.fixture
def client(replay: Replay) -> Iterator[Client]:
    with LoopbackServer(replay) as server:
        client = Client(server)
        yield client
        client.http.close()


def locations(answer: httpx.Response) -> list[str]:
    body = gzip.decompress(answer.content) if answer.headers["content-type"] == "application/gzip" else answer.content
    return re.findall("<loc>(.*?)</loc>", body.decode())


def test_what_is_listed_follows_the_clock(client: Client, replay: Replay) -> None:
    names = locations(client.get(f"http://{HOST}/sitemap.xml"))
    listed = {name.rsplit("/", 1)[1]: locations(client.get(name)) for name in names}
    assert {name: len(urls) for name, urls in listed.items()} == {
        "sitemap-artikel.xml": 60, "sitemap-berita.xml": 4, "sitemap-lama.xml.gz": 21,
    }  # fmt: skip
    everything = {url for urls in listed.values() for url in urls}
    assert {url for url in everything if "/arsip/" not in url} == replay.links()
    assert re.findall("<guid>(.*?)</guid>", client.get(f"http://{HOST}/rss").text) == [str(n) for n in range(1, 21)]
    replay.now = START + timedelta(days=2)
    assert len(locations(client.get(f"http://{HOST}/sitemap-artikel.xml"))) == 5


def test_an_unchanged_page_is_304_and_a_changed_one_is_not(client: Client, replay: Replay) -> None:
    first = client.get(PAGE)
    assert '"datePublished": "2026-01-01T00:00:00+00:00"' in first.text
    assert first.headers["content-encoding"] == "gzip"
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for known in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
        answer = client.get(PAGE, **known)
        assert (answer.status_code, answer.content) == (304, b"")
    replay.changes[PAGE] = replay.now
    for known in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
        assert "Ralat ke-1" in client.get(PAGE, **known).text
    assert client.get(f"http://{HOST}/tidak/ada").status_code == 404
    assert client.get("http://lain.example/robots.txt").status_code == 404


def test_pages_are_distinct(replay: Replay) -> None:
    from tests.servers.replay import page

    bodies = {re.sub("nomor [0-9]+|ke-[0-9]+|/[0-9]+-", "", page(item).decode()) for item in replay.items.values()}
    assert len(bodies) == len(replay.items) == 100


def test_the_feeds_of_nine_months(dev_data: Path) -> None:
    snapshots = snapshots_of(dev_data)
    replay = Replay(snapshots[-1].taken_at, snapshots=snapshots, data=dev_data)
    assert (len(snapshots), {one.feed for one in snapshots}) == (1249, set(FEEDS))
    assert (len(replay.links()), len(replay.saved)) == (5499 + 16, 16)
    with LoopbackServer(replay) as server:
        client = Client(server)
        last = client.get(feed_url("hukum"))
        replay.now = snapshots[0].taken_at
        first = client.get(feed_url("hukum"))
        urls = [snapshots[0].items[0].url, next(iter(replay.saved))]
        pages = [client.get(url) for url in urls]
        client.http.close()
    assert "2026" in last.headers["last-modified"] != first.headers["last-modified"]
    assert "http://www.tempo.co/" in last.text
    assert "https://" not in last.text
    assert [page.status_code for page in pages] == [200, 200]
    assert snapshots[0].items[0].title in pages[0].text
    assert pages[1].content == replay.saved[urls[1]]


# --- faults -------------------------------------------------------------------------------------------------------


def ask(replay: Replay, fault: str, **options: float) -> tuple[str, LoopbackServer]:
    """What one request for PAGE comes to under a fault, and the server after it."""
    with LoopbackServer(replay, faults=Faults(always={f"{HOST}/berita/0-kabar-daerah": fault})) as server:  # type: ignore[dict-item]  # its name
        client = Client(server, options.get("seconds", 0.2))
        try:
            answer = client.get(PAGE)
            told = f"{answer.status_code} {answer.headers.get('content-type')} {len(answer.content)}"
        except (httpx.TransportError, httpx.DecodingError) as error:
            told = type(error).__name__
        client.http.close()
        for _ in range(200):
            if server.log:
                break
            time.sleep(0.005)
        assert [entry.fault for entry in server.log] == [fault]
    return told, server


@pytest.mark.parametrize(
    ("fault", "outcome", "status"),
    [
        ("hang", "ReadTimeout", 0),
        ("stall", "ReadTimeout", 200),
        ("reset", "ReadError", 0),
        ("cut", "RemoteProtocolError", 200),
        ("busy", "429 text/plain 15", 429),
        ("error", "502 text/plain 6", 502),
        ("unmodified", "304 None 0", 304),
    ],
)
def test_a_fault_is_what_it_says(replay: Replay, fault: str, outcome: str, status: int) -> None:
    told, server = ask(replay, fault)
    assert (told, server.log[0].status) == (outcome, status)


def test_a_wrong_charset_has_the_right_body(client: Client) -> None:
    right = client.get(PAGE).content
    client.server.faults = Faults(1.0, kinds=("charset",))
    answer = client.get(PAGE)
    assert (answer.headers["content-type"], answer.content) == ("text/html; charset=utf-16", right)


def test_a_truncated_body_is_complete_by_its_length(client: Client) -> None:
    client.server.faults = Faults(1.0, kinds=("truncated",))
    with client.http.stream(
        "GET", f"http://{client.server.address}/berita/0-kabar-daerah", headers={"Host": HOST}
    ) as a:
        packed = b"".join(a.iter_raw())
        assert a.headers["content-length"] == str(len(packed))
    with pytest.raises(EOFError):
        gzip.decompress(packed)


def test_redirects_go_in_a_circle(client: Client) -> None:
    client.server.faults = Faults(1.0, kinds=("loop",))
    seen, url = [], PAGE
    for _ in range(6):
        answer = client.get(url)
        url = f"http://{HOST}{answer.headers['location']}"
        seen.append((answer.status_code, url.rpartition("?")[2]))
    assert seen == [(302, f"putaran={turn}") for turn in (1, 2, 0, 1, 2, 0)]


def test_an_endless_body_ends_when_the_client_leaves(client: Client) -> None:
    client.server.faults = Faults(1.0, kinds=("endless",))
    size = 0
    with client.http.stream(
        "GET", f"http://{client.server.address}/berita/0-kabar-daerah", headers={"Host": HOST}
    ) as a:
        for piece in a.iter_raw():
            size += len(piece)
            if size > 1 << 18:
                break
    assert size > 1 << 18
    for _ in range(200):
        if client.server.log:
            break
        time.sleep(0.005)
    assert [entry.fault for entry in client.server.log] == ["endless"]


def test_a_plan_keeps_its_share_and_never_holds_an_address_for_ever() -> None:
    plans = [Faults(0.2, seed=3), Faults(0.2, seed=3)]
    addresses = [f"a.example/{number}" for number in range(1000)]
    forwards = {a: [plans[0].next(a, is_conditional=False) for _ in range(8)] for a in addresses}
    backwards = {a: [plans[1].next(a, is_conditional=False) for _ in range(8)] for a in reversed(addresses)}
    assert forwards == backwards
    found = Counter(fault for row in forwards.values() for fault in row)
    assert 0.18 < 1 - found[None] / 8000 < 0.2
    assert min(found[fault] for fault in FAULTS) > 100
    rows = "".join("".join("." if fault is None else "x" for fault in row) + " " for row in forwards.values())
    assert "xx" in rows
    assert "xxx" not in rows
    assert Faults(1.0, kinds=("unmodified",)).next("a.example/", is_conditional=True) == "error"


# --- the log ------------------------------------------------------------------------------------------------------


def entry(arrived: float, ended: float, path: str = "/", host: str = "a.example", status: int = 200) -> Entry:
    return Entry(arrived, ended, host, path, status, None)


def test_the_log_tells_spacing_and_concurrency() -> None:
    seen = [entry(0, 4), entry(1, 2), entry(3, 5), entry(5, 6), entry(1, 9, host="b.example")]
    assert log.smallest_spacing(reversed(seen)) == {"a.example": 1}
    assert log.smallest_spacing(seen, over=3) == {"a.example": 5 / 3}
    assert log.largest_concurrency(seen) == {"a.example": 2, "b.example": 1}
    assert log.total_concurrency(seen) == 3


def test_the_log_tells_what_was_forbidden() -> None:
    robots = {"a.example": "User-agent: *\nDisallow: /arsip/\n\nUser-agent: Lain\nDisallow: /\n"}
    seen = [entry(0, 1, "/robots.txt"), entry(1, 2, "/berita/1"), entry(2, 3, "/arsip/2?x=1")]
    assert [one.path for one in log.disallowed(seen, robots, "Kliping")] == ["/arsip/2?x=1"]
    assert len(log.disallowed(seen, robots, "Lain")) == 2
    assert log.asked_before_robots(seen) == []
    assert log.asked_before_robots(seen[1:]) == ["a.example"]
    busy = [entry(0, 1, status=429), entry(0.5, 2), entry(1.01, 2), entry(1.5, 2), entry(9, 10, "/lain")]
    assert log.asked_too_early(busy, 1.0) == [(busy[0], busy[3])]
    assert log.asked_too_early(busy, 0.4) == []


def test_it_answers_quickly(client: Client) -> None:
    """Far above what the throughput benchmark asks for, with a slow client in the same process."""
    start = time.monotonic()
    for number in range(100):
        client.get(f"http://{HOST}/berita/{number}-kabar-daerah")
    assert time.monotonic() - start < 2
    assert client.server.connection_count == 1
    assert log.largest_concurrency(client.server.log) == {HOST: 1}
