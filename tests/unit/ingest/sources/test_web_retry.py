"""What is tried again, and when."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.web.retry import MAX_RETRY_AFTER, backoff, is_host_failure, is_transient, retry_after

NOW = datetime(2024, 3, 1, 6, 0, 0)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0))


@pytest.mark.parametrize(
    ("outcome", "status", "is_again", "is_failing"),
    [
        ("http_error", 429, True, False),
        ("http_error", 408, True, False),
        ("http_error", 500, True, True),
        ("http_error", 503, True, True),
        ("http_error", 404, False, False),
        ("http_error", 302, False, False),
        ("timeout", None, True, True),
        ("connection_error", None, True, True),
        ("unreadable", 200, True, False),
        ("too_large", 200, False, False),
        ("robots_denied", None, False, False),
        ("ok", 200, False, False),
        ("not_modified", 304, False, False),
    ],
)
def test_which_failures_are_tried_again_and_which_are_the_hosts(outcome, status, is_again, is_failing):
    assert is_transient(outcome, status) is is_again
    assert is_host_failure(outcome, status) is is_failing


@settings(deadline=None)
@given(st.integers(1, 2_000), st.floats(0, 60), st.floats(0, 600), st.integers())
def test_the_back_off_is_jittered_within_the_doubled_base_and_the_bound(failures, base, most, seed):
    seconds = backoff(failures, base, most, random.Random(seed))
    assert 0 <= seconds <= min(most, base * 2 ** min(failures, 30))


@settings(deadline=None)
@given(st.text())
def test_any_retry_after_is_seconds_within_a_week_or_nothing(text):
    seconds = retry_after(text, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER


@settings(deadline=None)
@given(TIMES, TIMES)
def test_a_date_of_http_counts_from_now(until, now):
    expected = min(max((until - now).total_seconds(), 0), MAX_RETRY_AFTER)
    assert retry_after(format_datetime(until.replace(tzinfo=UTC), usegmt=True), now) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("9" * 5_000, MAX_RETRY_AFTER),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
        ("nanti", None),
        ("\u0663", None),  # a digit, of another script
        ("Fri, 01 Mar 2024 06:00:30 GMT", 30),
        ("Friday, 01-Mar-24 06:00:30 GMT", 30),
        ("Fri, 01 Mar 2024 13:00:30 +0700", 30),
        ("Fri, 01 Mar 2024 05:00:00 GMT", 0),
        ("Fri, 99 Mar 2024 05:00:00 GMT", None),
        ("Sun, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_as_servers_write_it(text, seconds):
    assert retry_after(text, NOW) == seconds


def test_a_week_is_the_most():
    late = format_datetime((NOW + timedelta(days=400)).replace(tzinfo=UTC), usegmt=True)
    assert retry_after(late, NOW) == MAX_RETRY_AFTER == 7 * 86_400
