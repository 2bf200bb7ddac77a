"""Politeness towards one host: spacing, requests at once, pauses, a circuit breaker; and waiting for one's turn.

Belongs here: when a host may be asked. Does not: what is asked, and which answers are failures (retry).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ingest.sources.web.model import FetchRules


class NotNowError(Exception):
    """The host is not asked for so many ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class Host:
    """What is remembered of one host. Every ``now`` and ``until`` is in seconds of one monotonic clock.

    A request starts, is sent (its connection stands and its head is out) and ends. Spacing counts from the moment of
    sending, and none starts while another is not yet sent: so what the host sees is spaced as well, however long a
    connection takes.

    The circuit opens after ``circuit_failures`` failures in a row. After ``circuit_seconds`` one request is let
    through: it closes the circuit, or opens it for as long again.
    """

    spacing: float
    at_once: int
    circuit_failures: int
    circuit_seconds: float
    running: int = 0
    unsent: int = 0
    free_at: float = -math.inf
    paused_until: float = -math.inf
    failures: int = 0
    open_until: float | None = None

    def refusal(self, now: float, patience: float) -> float | None:
        """Until when nothing is asked: the circuit is open, or a pause is longer than ``patience``. Else None."""
        if self.open_until is not None and now < self.open_until:
            return max(self.open_until, self.paused_until)
        return self.paused_until if self.paused_until - now > patience else None

    def wait(self, now: float) -> float:
        """Seconds until a request may start, 0 for now; infinite where one that runs must be sent or end before."""
        at_once = 1 if self.open_until is not None else self.at_once
        if self.running >= at_once or self.unsent:
            return math.inf
        return max(0.0, self.free_at - now, self.paused_until - now)

    def start(self, now: float) -> None:
        """A request starts; only where ``wait`` is 0."""
        self.running += 1
        self.unsent += 1
        self.free_at = now + self.spacing

    def sent(self, now: float) -> None:
        """The request that started last is on its way."""
        self.unsent -= 1
        self.free_at = max(self.free_at, now + self.spacing)

    def end(self, now: float, *, is_sent: bool, is_failure: bool | None) -> None:
        """A request ends, sent or not. ``is_failure`` is None where it says nothing about the host."""
        self.running -= 1
        if not is_sent:
            self.sent(now)
        if is_failure is None:
            return
        if not is_failure:
            self.failures, self.open_until = 0, None
            return
        self.failures += 1
        if self.failures >= self.circuit_failures:
            self.open_until = now + self.circuit_seconds

    def pause(self, until: float) -> None:
        """Nothing starts before ``until``: the host asked for it."""
        self.paused_until = max(self.paused_until, until)


@dataclass(slots=True)
class Turn:
    """One's turn to ask a host, for one request."""

    host: Host
    changed: asyncio.Event
    now: Callable[[], float]
    is_sent: bool = False
    is_failure: bool | None = None

    def sent(self) -> None:
        """The request is on its way."""
        if not self.is_sent:
            self.is_sent = True
            self.host.sent(self.now())
            self.changed.set()

    def pause(self, seconds: float) -> None:
        """Nothing else is asked of the host for so long."""
        self.host.pause(self.now() + seconds)


@dataclass(slots=True)
class _Queue:
    host: Host
    line: asyncio.Lock = field(default_factory=asyncio.Lock)  # first come, first served
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Hosts:
    """All hosts that were asked, by name, and the queue in front of each."""

    def __init__(self, rules: FetchRules, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._rules = rules
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Turn]:
        """Waits until the host may be asked; NotNowError where that is not soon, even while waiting."""
        queue = self._queue(name)
        host, changed, patience = queue.host, queue.changed, self._rules.max_wait_seconds
        async with queue.line:
            while True:
                now = self.now()
                if (until := host.refusal(now, patience)) is not None:
                    raise NotNowError(until - now)
                if not (seconds := host.wait(now)):
                    break
                await _sleep(seconds, changed)
            host.start(now)
        turn = Turn(host, changed, self.now)
        try:
            yield turn
        finally:
            host.end(self.now(), is_sent=turn.is_sent, is_failure=turn.is_failure)
            changed.set()

    def slow_down(self, name: str, seconds: float) -> None:
        """Spaces the requests of a host by at least ``seconds``, as far as the rules go along."""
        host = self._queue(name).host
        host.spacing = max(host.spacing, min(seconds, self._rules.longest_crawl_delay))
        if host.running or host.free_at > -math.inf:
            host.free_at = max(host.free_at, self.now() + host.spacing)

    def _queue(self, name: str) -> _Queue:
        queue = self._queues.get(name)
        if queue is None:
            rules = self._rules
            of_host = rules.host_rules.get(name, rules.default_host)
            host = Host(
                of_host.seconds_between_requests,
                of_host.requests_at_once,
                rules.circuit_failures,
                rules.circuit_seconds,
            )
            queue = self._queues[name] = _Queue(host)
        return queue


async def _sleep(seconds: float, changed: asyncio.Event) -> None:
    """So long, or until something changed; a change that shortens no wait costs one look."""
    changed.clear()
    try:
        async with asyncio.timeout(None if math.isinf(seconds) else seconds):
            await changed.wait()
    except TimeoutError:
        pass
