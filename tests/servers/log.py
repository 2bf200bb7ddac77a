"""What a test server saw, and whether the rules of politeness were kept. Times are seconds of the monotonic clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.robotparser import RobotFileParser


class Entry(NamedTuple):
    """One request. ``ended`` is when its answer was handed over, or when the connection was lost.

    ``status`` is 0 where no head was sent; ``path`` includes the query.
    """

    arrived: float
    ended: float
    host: str
    path: str
    status: int
    fault: str | None

    @property
    def address(self) -> str:
        return self.host + self.path


def by_host(log: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The requests of each host, in the order of their arrival."""
    hosts = defaultdict(list)
    for entry in sorted(log):
        hosts[entry.host].append(entry)
    return dict(hosts)


def smallest_spacing(log: Iterable[Entry], *, over: int = 1) -> dict[str, float]:
    """By host, the shortest time in which ``over`` + 1 successive requests arrived, for each of the ``over`` gaps.

    A single gap is also as short as the client's and the server's delays make it; over several they even out. Hosts
    with fewer requests are left out.
    """
    found = {}
    for host, entries in by_host(log).items():
        times = [entry.arrived for entry in entries]
        if len(times) > over:
            found[host] = min(last - first for first, last in zip(times, times[over:], strict=False)) / over
    return found


def largest_concurrency(log: Iterable[Entry]) -> dict[str, int]:
    """By host, the most requests that were open at one time."""
    return {host: _overlap(entries) for host, entries in by_host(log).items()}


def total_concurrency(log: Iterable[Entry]) -> int:
    """The most requests that were open at one time, at all hosts together."""
    return _overlap(list(log))


def _overlap(entries: Sequence[Entry]) -> int:
    # an end and a beginning at the same moment do not overlap: the end sorts first
    moments = sorted([(entry.arrived, 1) for entry in entries] + [(entry.ended, -1) for entry in entries])
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def disallowed(log: Iterable[Entry], robots: Mapping[str, str], agent: str) -> list[Entry]:
    """Requests of paths that the robots.txt of their host (its text, by host) forbids to ``agent``."""
    rules = {}
    for host, text in robots.items():
        rules[host] = RobotFileParser()
        rules[host].parse(text.splitlines())
    return [
        entry
        for entry in log
        if entry.host in rules and entry.path != "/robots.txt" and not rules[entry.host].can_fetch(agent, entry.path)
    ]


def asked_before_robots(log: Iterable[Entry]) -> list[str]:
    """Hosts of which something was asked before their robots.txt."""
    return [host for host, entries in by_host(log).items() if entries[0].path != "/robots.txt"]


def asked_too_early(log: Iterable[Entry], seconds: float, tolerance: float = 0.2) -> list[tuple[Entry, Entry]]:
    """Pairs of a 429 and a later request of its host that came before ``seconds`` were over.

    What was on its way when the host asked for patience, within ``tolerance``, is not counted.
    """
    return [
        (busy, later)
        for entries in by_host(log).values()
        for number, busy in enumerate(entries)
        if busy.status == 429
        for later in entries[number + 1 :]
        if tolerance < later.arrived - busy.ended < seconds
    ]
