"""robots.txt, spacing, requests at once and the circuit, as the server sees them."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.guard import Network
from ingest.sources.web.model import Fetched, HostRules
from tests.servers.misbehaving import Server, answer, cut, hang, redirect
from tests.unit.ingest.sources.fetching import (
    BRIEF,
    JITTER,
    PAGE,
    RULES,
    URL,
    Clock,
    Loopback,
    get,
    outcomes,
    robots,
    with_fetcher,
)

# --- robots.txt -------------------------------------------------------------------------------------------------------


def test_robots_denies():
    script = {"/robots.txt": [robots("User-agent: uji\nDisallow: /x\nUser-agent: *\nDisallow:\n")], "/y": [PAGE]}

    async def body(fetcher: Fetcher, server: Server) -> tuple[Fetched, Fetched, list[str]]:
        denied = await fetcher.get(URL)
        return denied, await fetcher.get("http://a.test/y"), [seen.path for seen in server.seen]

    denied, allowed, paths = with_fetcher(script, body)
    assert outcomes(denied) == [("robots_denied", None)]
    assert denied.is_final
    assert outcomes(allowed) == [("ok", 200)]
    assert paths == ["/robots.txt", "/y"]


def test_a_redirect_to_what_robots_denies_is_not_followed():
    script = {"/x": [redirect("http://b.test/y")], "b.test/robots.txt": [robots("User-agent: *\nDisallow: /")]}
    fetched = get(script)
    assert outcomes(fetched) == [("http_error", 302), ("robots_denied", None)]
    assert fetched.is_final


def test_robots_is_asked_once_an_origin_however_many_wait_and_again_after_a_day():
    clock = Clock()

    async def body(fetcher: Fetcher, server: Server) -> list[int]:
        counts = []
        for _ in range(3):
            await asyncio.gather(*(fetcher.get(f"http://a.test/x?{n}") for n in range(5)))
            counts.append(sum(seen.path == "/robots.txt" for seen in server.seen))
            clock.now += timedelta(hours=13)
        return counts

    assert with_fetcher({}, body, clock) == [1, 1, 2]


@pytest.mark.parametrize("fault", [answer(500), hang(), cut(is_reset=True), answer(429)])
def test_nothing_is_asked_while_robots_cannot_be_read(fault):
    clock = Clock()

    async def body(fetcher: Fetcher, server: Server) -> tuple[Fetched, Fetched, Fetched]:
        first = await fetcher.get(URL)
        second = await fetcher.get(URL)
        assert not server.pages()
        clock.now += timedelta(minutes=11)
        return first, second, await fetcher.get(URL)

    script = {"/robots.txt": [fault, fault, robots("")], "/x": [PAGE]}
    first, second, third = with_fetcher(script, body, clock, max_tries=2, **BRIEF)
    assert [t.kind for t in first.tries] == ["robots", "robots"]
    assert (first.is_final, first.retry_at_utc) == (False, Clock().now + timedelta(minutes=10))
    assert (second.tries, second.retry_at_utc) == ((), first.retry_at_utc)
    assert outcomes(third) == [("ok", 200)]


@pytest.mark.parametrize(
    "step", [answer(404), answer(403), redirect("/robots.txt"), robots(""), answer(body=b"<html>Beranda</html>")]
)
def test_no_robots_allows_everything(step):
    assert outcomes(get({"/robots.txt": [step], "/x": [PAGE]})) == [("ok", 200)]


def test_robots_is_read_behind_redirects_and_no_further_than_500_kb():
    long = "User-agent: *\nDisallow: /x\n" + "# ...\n" * 100_000 + "Disallow: /\n"
    script = {"a.test/robots.txt": [redirect("http://b.test/aturan")], "/aturan": [robots(long)], "/y": [PAGE]}

    async def body(fetcher: Fetcher, _: Server) -> list[Fetched]:
        return [await fetcher.get(URL), await fetcher.get("http://a.test/y")]

    denied, allowed = with_fetcher(script, body)
    assert outcomes(denied) == [("robots_denied", None)]
    assert outcomes(allowed) == [("ok", 200)]


def test_a_crawl_delay_spaces_requests_up_to_the_longest():
    async def body(fetcher: Fetcher, server: Server) -> list[float]:
        await asyncio.gather(*(fetcher.get(f"http://{host}.test/{n}") for n in range(3) for host in "ab"))
        return [
            later.at - earlier.at
            for host in ("a.test", "b.test")
            for earlier, later in itertools.pairwise([seen for seen in server.seen if seen.host == host])
        ]

    script = {
        "a.test/robots.txt": [robots("User-agent: *\nCrawl-delay: 0.08")],
        "b.test/robots.txt": [robots("User-agent: *\nCrawl-delay: 900")],
    }
    gaps = with_fetcher(script, body, longest_crawl_delay=0.08)
    assert len(gaps) == 6
    assert min(gaps) >= 0.08 - JITTER


# --- politeness, seen from the server ---------------------------------------------------------------------------------


def test_spacing_and_requests_at_once_hold_as_the_server_sees_them():
    slow = answer(pause=0.09)
    rules = {"a.test": HostRules(0.05, 2), "b.test": HostRules(0.0, 3), "c.test": HostRules(0.06, 1)}

    async def body(fetcher: Fetcher, server: Server) -> Server:
        await asyncio.gather(*(fetcher.get(f"http://{host}.test/{n}") for n in range(5) for host in "abc"))
        return server

    server = with_fetcher({f"/{n}": [slow] for n in range(5)}, body, host_rules=rules)
    assert len(server.pages()) == 15
    for host, rule in rules.items():
        at = [seen.at for seen in server.seen if seen.host == host]
        assert all(
            later - earlier >= rule.seconds_between_requests - 0.001 for earlier, later in itertools.pairwise(at)
        )
    assert server.most_at_once == {"a.test": 2, "b.test": 3, "c.test": 1}


def test_spacing_holds_however_long_a_connection_takes():
    class Slow(Loopback):
        async def connect_tcp(self, *where):
            if len(self.asked) == 1:  # the first page; robots.txt went before
                await asyncio.sleep(0.06)
            return await super().connect_tcp(*where)

    async def resolve(*_: object) -> list[str]:
        return ["8.8.8.8"]

    async def main() -> list[float]:
        rules = replace(RULES, default_host=HostRules(0.06, 2))
        async with Server({"/robots.txt": [answer(404, is_last=True)]}) as server:
            network = Network(rules, resolve, Slow(server.port))
            async with Fetcher(rules, clock=Clock(), rng=random.Random(5), network=network) as fetcher:
                await fetcher.get("http://a.test/robots.txt", "robots")
                await asyncio.gather(fetcher.get(URL, "robots"), fetcher.get("http://a.test/y", "robots"))
            return [seen.at for seen in server.seen]

    _, first, second = asyncio.run(main())
    assert second - first >= 0.06 - JITTER


def test_no_more_requests_than_the_bound_are_on_their_way():
    async def body(fetcher: Fetcher, server: Server) -> tuple[int, int]:
        most = 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, sum(server._running.values()))
                await asyncio.sleep(0.002)

        watcher = asyncio.create_task(watch())
        await asyncio.gather(*(fetcher.get(f"http://h{n}.test/x") for n in range(12)))
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        return most, len(fetcher._connections._since)

    assert with_fetcher({"/x": [answer(pause=0.02)]}, body, connections=3) == (3, 3)


def test_the_circuit_opens_and_recovers():
    script = {"/x": [answer(500)] * 3 + [PAGE], "/y": [PAGE]}

    async def body(fetcher: Fetcher, server: Server) -> None:
        first = await fetcher.get(URL)
        assert outcomes(first) == [("http_error", 500)] * 3
        before = len(server.seen)
        refused = await fetcher.get("http://a.test/y")
        assert (refused.tries, refused.is_final) == ((), False)
        assert refused.retry_at_utc is not None
        assert timedelta() < refused.retry_at_utc - Clock().now <= timedelta(seconds=0.3)
        assert len(server.seen) == before
        assert outcomes(await fetcher.get("http://b.test/y")) == [("ok", 200)]
        await asyncio.sleep(0.3)
        assert outcomes(await fetcher.get(URL)) == [("ok", 200)]
        assert outcomes(await fetcher.get("http://a.test/y")) == [("ok", 200)]

    with_fetcher(script, body, circuit_failures=3, circuit_seconds=0.3)


def test_a_circuit_that_opens_amid_the_tries_ends_them():
    fetched = get([answer(500)], circuit_failures=2)
    assert outcomes(fetched) == [("http_error", 500)] * 2
    assert fetched.retry_at_utc is not None
    assert not fetched.is_final
