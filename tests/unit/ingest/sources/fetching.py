"""A fetcher against a server that misbehaves, as the tests of fetching share it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import httpcore

from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.model import Fetched, FetchRules, HostRules
from tests.servers.misbehaving import Server, Step, answer

RULES = FetchRules(
    "Uji/1 (+https://uji.test)", default_host=HostRules(0.0), connect_seconds=1.0, read_seconds=2.0, total_seconds=4.0,
    backoff_seconds=0.005, max_wait_seconds=0.5, max_body_bytes=100_000, max_redirects=4,
)  # fmt: skip
PAGE = answer()
BRIEF = {"read_seconds": 0.15, "total_seconds": 0.3}
T = TypeVar("T")
URL = "http://a.test/x"
JITTER = 0.02  # seconds by which a busy machine notes a request later than it came


class Clock:
    """A clock that stands, and is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 1, 6, 0)

    def __call__(self) -> datetime:
        return self.now


def with_fetcher(
    script: Mapping[str, list[Step]],
    body: Callable[[Fetcher, Server], Awaitable[T]],
    clock: Clock | None = None,
    **rules: object,
) -> T:
    async def main() -> T:
        async with Server(script) as server:
            changed = replace(RULES, **{"connect_to": server.address, **rules})
            async with Fetcher(changed, clock=clock or Clock(), rng=random.Random(5)) as fetcher:
                result = await body(fetcher, server)
        for _ in range(3):  # generators of the protocol that were left end with the next turns of the loop
            await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not others, "tasks are left"
        return result

    return asyncio.run(main())


def get(script: Mapping[str, list[Step]] | list[Step], url: str = URL, **rules: object) -> Fetched:
    """What becomes of ``url``; a list is the script of /x."""
    by_path = script if isinstance(script, Mapping) else {"/x": script}
    return with_fetcher(by_path, lambda fetcher, _: fetcher.get(url), **rules)


def outcomes(fetched: Fetched) -> list[tuple[str, int | None]]:
    """Outcome and status of every try but for those of robots.txt."""
    return [(attempt.outcome, attempt.status_code) for attempt in fetched.tries if attempt.kind != "robots"]


class Loopback(httpcore.AnyIOBackend):
    """The open internet, all of it on one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    async def connect_tcp(self, host, _, *rest):
        self.asked.append(host)
        return await super().connect_tcp("127.0.0.1", self.port, *rest)


def robots(text: str, **more: str) -> Step:
    return answer(body=text.encode(), content_type="text/plain", **more)
