"""The politeness of one host as a machine, and one's turn in its queue."""

from __future__ import annotations

import asyncio
import itertools
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.web.hosts import Host, Hosts, NotNowError
from ingest.sources.web.model import FetchRules, HostRules

ACTIONS = st.sampled_from(["start", "sent", "end", "fail", "pause"])
STEPS = st.lists(st.tuples(st.floats(0, 2), ACTIONS, st.integers(0, 3)), max_size=80)


def a_host(spacing: float = 1.0, at_once: int = 1, failures: int = 3, seconds: float = 10.0) -> Host:
    return Host(spacing, at_once, failures, seconds)


@settings(deadline=None)
@given(st.sampled_from([0.0, 0.5, 1.0]), st.integers(1, 3), STEPS)
def test_no_schedule_of_requests_breaks_spacing_concurrency_or_pauses(spacing, at_once, steps):
    host, now = a_host(spacing, at_once), 0.0
    running: list[bool] = []  # of each request: is it sent
    seen: list[float] = []  # when the host saw a request
    for seconds, action, which in steps:
        now += seconds
        if action == "start" and host.refusal(now, 60) is None and host.wait(now) == 0:
            assert now >= host.paused_until
            host.start(now)
            running.append(False)
        elif action == "sent" and False in running:
            running[running.index(False)] = True
            host.sent(now)
            seen.append(now)
        elif action in ("end", "fail") and running:
            is_sent = running.pop(which % len(running))
            host.end(now, is_sent=is_sent, is_failure=action == "fail")
            seen += [] if is_sent else [now]
        elif action == "pause":
            host.pause(now + which)
        assert len(running) == host.running <= at_once
        assert host.unsent == running.count(False) <= 1
        if not running and host.refusal(now, 60) is None:
            assert host.wait(now) < math.inf  # nobody waits for ever
    assert all(later - earlier >= spacing for earlier, later in itertools.pairwise(seen))


def test_spacing_counts_from_the_moment_of_sending():
    host = a_host()
    host.start(0.0)
    assert host.wait(5.0) == math.inf
    host.sent(5.0)
    host.end(5.1, is_sent=True, is_failure=False)
    assert host.wait(5.1) == pytest.approx(0.9)


def test_a_request_that_was_never_sent_counts_where_it_ends():
    host = a_host()
    host.start(0.0)
    host.end(7.0, is_sent=False, is_failure=True)
    assert host.wait(7.0) == 1.0


def one(host: Host, now: float, *, is_failure: bool | None) -> None:
    host.start(now)
    host.end(now, is_sent=False, is_failure=is_failure)


def test_the_circuit_opens_lets_one_try_and_recovers():
    host = a_host(spacing=0, at_once=2)
    for _ in range(2):
        one(host, 0.0, is_failure=True)
    one(host, 0.0, is_failure=False)
    for _ in range(3):
        assert host.refusal(1.0, 60) is None
        one(host, 1.0, is_failure=True)
    assert host.refusal(10.9, 60) == 11.0
    assert host.refusal(11.0, 60) is None
    host.start(11.0)
    host.sent(11.0)
    assert host.wait(11.0) == math.inf  # one alone, though two go at once
    host.end(12.0, is_sent=True, is_failure=True)
    assert host.refusal(12.0, 60) == 22.0
    one(host, 22.0, is_failure=None)  # cut short from our side: it says nothing
    one(host, 22.0, is_failure=False)
    assert host.wait(22.0) == 0
    assert host.failures == 0


def test_a_pause_longer_than_patience_refuses_and_a_short_one_waits():
    host = a_host()
    host.pause(30.0)
    assert host.refusal(0.0, 10) == 30.0
    assert host.refusal(25.0, 10) is None
    assert host.wait(25.0) == 5.0


def test_turns_come_in_order_and_are_spaced():
    async def main() -> list[tuple[int, float]]:
        hosts = Hosts(FetchRules("Uji/1", default_host=HostRules(0.02)))
        taken = []

        async def ask(number: int) -> None:
            async with hosts.turn("a.test") as turn:
                turn.sent()
                taken.append((number, time.monotonic()))

        await asyncio.gather(*map(ask, range(5)))
        return taken

    taken = asyncio.run(main())
    assert [number for number, _ in taken] == [0, 1, 2, 3, 4]
    assert all(b[1] - a[1] >= 0.02 for a, b in itertools.pairwise(taken))


def test_who_waits_in_line_is_refused_when_the_circuit_opens():
    async def main() -> int:
        hosts = Hosts(FetchRules("Uji/1", default_host=HostRules(0.0), circuit_failures=1))
        refused = 0

        async def ask() -> None:
            nonlocal refused
            try:
                async with hosts.turn("a.test") as turn:
                    turn.is_failure = True
                    await asyncio.sleep(0.01)
            except NotNowError:
                refused += 1

        await asyncio.gather(ask(), ask(), ask())
        async with hosts.turn("b.test"):  # of another host nothing is known
            return refused

    assert asyncio.run(main()) == 2


def test_who_is_cancelled_in_line_or_amid_a_turn_leaves_no_trace():
    async def main() -> None:
        hosts = Hosts(FetchRules("Uji/1", default_host=HostRules(0.0)))

        async def ask() -> None:
            async with hosts.turn("a.test"):
                await asyncio.sleep(10)

        tasks = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(0.1), hosts.turn("a.test") as turn:
            assert turn.host.running == 1

    asyncio.run(main())


def test_a_crawl_delay_widens_the_spacing_up_to_the_longest():
    hosts = Hosts(FetchRules("Uji/1", default_host=HostRules(2.0), longest_crawl_delay=30), now=lambda: 0.0)

    async def spacing() -> float:
        async with hosts.turn("a.test") as turn:
            return turn.host.spacing

    hosts.slow_down("a.test", 1.0)
    assert asyncio.run(spacing()) == 2.0
    hosts.slow_down("b.test", 1.0)
    hosts.slow_down("b.test", 9_999.0)
    hosts._queues["b.test"].host.free_at = 0.0
    assert hosts._queues["b.test"].host.spacing == 30.0
