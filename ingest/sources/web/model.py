"""What is asked of the web and what comes back, as plain values.

Belongs here: the shapes that fetching and collecting share. Does not: how a request is made (fetch), what a page, feed
or sitemap means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Clock = Callable[[], datetime]
"""Tells the time, naive UTC."""

AttemptKind = Literal["page", "feed", "sitemap", "robots"]


@dataclass(frozen=True)
class HostRules:
    """How one host may be asked. A crawl-delay of its robots.txt that is longer than the spacing wins."""

    seconds_between_requests: float = 2.0
    requests_at_once: int = 1


@dataclass(frozen=True)
class FetchRules:
    """How the web is asked. Times are seconds, sizes bytes.

    ``user_agent`` is sent as it is; its product token (before the slash) is the name that robots.txt is read for.
    ``connect_to`` (``host:port``) sends every request there, whatever its address says, and allows private addresses:
    for tests and for looking at a copy of a site. ``ca_file`` (PEM) is trusted in place of the usual authorities.
    ``host_rules`` are by host, ``default_host`` for all others.
    """

    user_agent: str
    default_host: HostRules = HostRules()
    host_rules: Mapping[str, HostRules] = field(default_factory=dict)
    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    total_seconds: float = 60.0
    max_body_bytes: int = 16 << 20
    max_ratio: int = 200
    max_redirects: int = 8
    max_tries: int = 3
    backoff_seconds: float = 2.0
    max_wait_seconds: float = 60.0
    circuit_failures: int = 5
    circuit_seconds: float = 600.0
    longest_crawl_delay: float = 60.0
    connections: int = 100
    allow_private: bool = False
    connect_to: str | None = None
    ca_file: str | None = None


class Try(NamedTuple):
    """One request, or the refusal to make it. ``outcome`` is one of the contract of raw.fetch_outcomes.

    ``ok`` means that a body was received whole; ``url`` is the address of this request, a redirect's target included.
    """

    kind: AttemptKind
    url: str
    started_at_utc: datetime
    outcome: str
    status_code: int | None = None
    duration_seconds: float | None = None
    byte_count: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Response:
    """An answer with a body. ``content_type`` is lower-case without parameters, ``charset`` that of the header."""

    final_url: str
    status_code: int
    fetched_at_utc: datetime
    body: bytes
    content_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """What became of one address: every try in order, robots.txt included, and the answer if there is one.

    No tries at all means that the host is not asked for now (its circuit is open): nothing was attempted, and the
    address stays due. ``is_final`` says that asking again later is of no use. ``retry_at_utc`` is the earliest time to
    ask again where the server or the circuit says so.
    """

    tries: tuple[Try, ...]
    response: Response | None = None
    is_final: bool = False
    retry_at_utc: datetime | None = None
