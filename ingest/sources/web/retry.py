"""Which failures are tried again, and when. Does not belong here: waiting, and whose turn it is (hosts)."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = 7 * 86_400.0  # seconds; beyond that a server is mistaken
_TRANSIENT_STATUS = frozenset({304, 408, 421, 425, 429})  # an error among these, 304 is one that nobody asked for
_TRANSIENT_OUTCOMES = frozenset({"timeout", "connection_error", "unreadable"})


def is_transient(outcome: str, status_code: int | None) -> bool:
    """Whether the same request may succeed a little later."""
    if outcome == "http_error":
        return status_code is not None and (status_code >= 500 or status_code in _TRANSIENT_STATUS)
    return outcome in _TRANSIENT_OUTCOMES


def is_host_failure(outcome: str, status_code: int | None) -> bool:
    """Whether the host is failing, rather than refusing what was asked."""
    return outcome in ("timeout", "connection_error") or (status_code is not None and status_code >= 500)


def is_overload(status_code: int | None) -> bool:
    """Whether the host asks for fewer requests of any kind."""
    return status_code in (429, 503)


def backoff(failures: int, base_seconds: float, max_seconds: float, rng: random.Random) -> float:
    """Seconds before the next try after ``failures`` (1, 2, ...): anything from 0 to the doubled base, full jitter."""
    return rng.uniform(0.0, min(max_seconds, base_seconds * 2.0 ** min(failures, 30)))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from 0 to a week; ``now`` is naive UTC. None where it says nothing.

    It is a number of seconds, or a date of HTTP.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), MAX_RETRY_AFTER) if len(text) <= 12 else MAX_RETRY_AFTER
    try:
        until = parsedate_to_datetime(text)
        if until.tzinfo is not None:  # "-0000" and no zone at all are UTC
            until = until.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER)
