"""The way of one address, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import gzip
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest

from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.guard import Network
from ingest.sources.web.model import Fetched
from tests.servers.misbehaving import Server, Step, answer, cut, endless, garbage, hang, redirect
from tests.unit.ingest.sources.fetching import (
    BRIEF,
    PAGE,
    RULES,
    URL,
    Clock,
    Loopback,
    get,
    outcomes,
    with_fetcher,
)

# --- answers ----------------------------------------------------------------------------------------------------------


def test_a_page_and_its_tries():
    step = answer(
        body=b"<p>Isi</p>", content_type='Text/HTML; charset="windows-1252"', etag='"v1"', last_modified="Fri"
    )
    fetched = get([step])
    assert fetched.response is not None
    assert fetched.response.body == b"<p>Isi</p>"
    assert (fetched.response.content_type, fetched.response.charset) == ("text/html", "windows-1252")
    assert (fetched.response.etag, fetched.response.last_modified) == ('"v1"', "Fri")
    assert fetched.response.fetched_at_utc == Clock().now
    assert [(t.kind, t.url, t.outcome, t.status_code) for t in fetched.tries] == [
        ("robots", "http://a.test/robots.txt", "http_error", 404),
        ("page", URL, "ok", 200),
    ]
    assert fetched.tries[1].byte_count == 10
    assert not fetched.is_final


def test_what_is_sent():
    async def body(fetcher: Fetcher, server: Server) -> Mapping[str, str]:
        await fetcher.get(URL, etag='"v1"', last_modified="Fri, 01 Mar 2024 06:00:00 GMT")
        return server.pages()[0].headers

    headers = with_fetcher({"/x": [PAGE]}, body)
    assert headers["host"] == "a.test"
    assert headers["user-agent"] == "Uji/1 (+https://uji.test)"
    assert headers["accept-language"] == "id"
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Fri, 01 Mar 2024 06:00:00 GMT"
    assert not {"cookie", "referer", "authorization"} & set(headers)


@pytest.mark.parametrize("etag", ['"a\r\nX-Lain: 1"', '"\u4e00"', ""])
def test_a_version_that_no_header_can_carry_is_left_out(etag):
    async def body(fetcher: Fetcher, server: Server) -> Mapping[str, str]:
        await fetcher.get(URL, etag=etag)
        return server.pages()[0].headers

    assert "if-none-match" not in with_fetcher({"/x": [PAGE]}, body)


def test_unchanged_is_a_try_without_an_answer():
    fetched = with_fetcher({"/x": [answer(304)]}, lambda fetcher, _: fetcher.get(URL, etag='"v1"'))
    assert outcomes(fetched) == [("not_modified", 304)]
    assert fetched.response is None
    assert not fetched.is_final


def test_unchanged_that_nobody_asked_for_is_an_error_that_passes():
    assert outcomes(get([answer(304), PAGE])) == [("http_error", 304), ("ok", 200)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refusal_is_final_and_asked_once(status):
    fetched = get([answer(status)])
    assert outcomes(fetched) == [("http_error", status)]
    assert fetched.is_final


@pytest.mark.parametrize("status", [202, 204, 206])
def test_an_answer_that_is_not_the_page_is_no_page(status):
    fetched = get([answer(status, b"")])
    assert outcomes(fetched) == [("http_error", status)]
    assert not fetched.is_final


def test_connections_are_used_again():
    async def body(fetcher: Fetcher, server: Server) -> int:
        for _ in range(5):
            await fetcher.get(URL)
        return server.connections

    assert with_fetcher({"/x": [PAGE]}, body) == 1


@pytest.mark.parametrize("last", [answer(content_length="", connection="close"), answer(is_last=True)])
def test_a_connection_that_the_server_closed_is_not_used_again(last):
    async def body(fetcher: Fetcher, _: Server) -> list[tuple[str, int | None]]:
        await fetcher.get(URL)
        await asyncio.sleep(0.02)
        return outcomes(await fetcher.get(URL))

    assert with_fetcher({"/x": [last]}, body) == [("ok", 200)]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        (answer(500), ("http_error", 500)),
        (answer(503), ("http_error", 503)),
        (answer(429), ("http_error", 429)),
        (answer(408), ("http_error", 408)),
        (hang(), ("timeout", None)),
        (answer(pause=0.4), ("timeout", None)),
        (endless(), ("timeout", None)),
        (cut(is_reset=True), ("connection_error", None)),
        (cut(is_reset=True, after_head=False), ("connection_error", None)),
        (cut(is_reset=False, after_head=False), ("connection_error", None)),
        (cut(is_reset=False), ("unreadable", 200)),
        (garbage(), ("connection_error", None)),
        (answer(body=gzip.compress(b"Isi halaman " * 50)[:-9], content_encoding="gzip"), ("unreadable", 200)),
        (answer(body=b"<p>Bukan gzip</p>", content_encoding="gzip"), ("unreadable", 200)),
    ],
)
def test_a_passing_fault_is_tried_again(fault, first):
    fetched = get([fault, PAGE], **(BRIEF if first[0] == "timeout" else {}))
    assert outcomes(fetched) == [first, ("ok", 200)]
    assert fetched.response is not None
    assert fetched.tries[1].error
    assert fetched.tries[1].duration_seconds < 1


def test_a_lasting_fault_is_tried_so_often_and_is_not_final():
    fetched = get([answer(502)], max_tries=3)
    assert outcomes(fetched) == [("http_error", 502)] * 3
    assert (fetched.response, fetched.is_final, fetched.retry_at_utc) == (None, False, None)


def test_a_server_that_is_not_there():
    fetched = get([PAGE], connect_to="127.0.0.1:1", max_tries=1)
    assert [(t.kind, t.outcome) for t in fetched.tries] == [("robots", "connection_error")]
    assert not fetched.is_final


@pytest.mark.parametrize("is_wrong", ["utf-16", "tidak-ada"])
def test_a_wrong_charset_is_told_as_printed(is_wrong):
    fetched = get([answer(content_type=f"text/html; charset={is_wrong}")])
    assert fetched.response is not None
    assert fetched.response.charset == is_wrong


def test_a_bomb_and_a_body_beyond_bounds_are_final():
    bomb = answer(body=gzip.compress(bytes(50 << 20), 1), content_encoding="gzip")
    for step, rules in ((bomb, {"max_body_bytes": 40 << 20}), (bomb, {}), (endless(0.0, b"." * 9_000), {})):
        fetched = get([step], **rules)
        assert outcomes(fetched) == [("too_large", 200)]
        assert fetched.is_final


def test_what_is_no_text_is_not_read():
    fetched = get([answer(content_type="video/mp4")])
    assert outcomes(fetched) == [("unreadable", 200)]
    assert fetched.is_final


# --- Retry-After ------------------------------------------------------------------------------------------------------


def test_retry_after_is_waited_for_by_everyone_at_the_host():
    clock = Clock()
    clock.now += timedelta(seconds=0.8)
    date = format_datetime((clock.now + timedelta(seconds=1)).replace(tzinfo=UTC), usegmt=True)  # 0.2 s from now

    async def body(fetcher: Fetcher, server: Server) -> list[float]:
        await fetcher.get("http://a.test/lain")
        await asyncio.gather(fetcher.get(URL), fetcher.get("http://a.test/y"))
        first = next(seen for seen in server.pages() if seen.path == "/x")
        return [seen.at - first.done_at for seen in server.pages() if seen.at > first.done_at]

    script = {"/x": [answer(429, retry_after=date), PAGE], "/y": [PAGE], "/lain": [PAGE]}
    waits = with_fetcher(script, body, clock)
    assert len(waits) == 2
    assert all(0.19 <= seconds < 2 for seconds in waits)


def test_a_long_retry_after_is_told_and_the_host_left_alone():
    clock = Clock()
    date = format_datetime((clock.now + timedelta(minutes=5)).replace(tzinfo=UTC), usegmt=True)

    async def body(fetcher: Fetcher, _: Server) -> list[Fetched]:
        return [await fetcher.get(URL), await fetcher.get("http://a.test/y"), await fetcher.get("http://b.test/y")]

    for value in ("300", date):
        script = {"/x": [answer(503, retry_after=value)], "/y": [PAGE]}
        first, second, third = with_fetcher(script, body, clock)
        assert outcomes(first) == [("http_error", 503)]
        assert first.retry_at_utc == clock.now + timedelta(minutes=5)
        assert not first.is_final
        assert second.tries == ()
        assert second.retry_at_utc is not None
        assert abs(second.retry_at_utc - first.retry_at_utc) < timedelta(seconds=1)
        assert outcomes(third) == [("ok", 200)]


# --- redirects --------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_each_as_a_try_and_each_asked_of_robots():
    script = {
        "a.test/x": [redirect("/y?z=1", 301)],
        "a.test/y?z=1": [redirect("http://b.test/dalam/../x", 308)],
        "b.test/x": [PAGE],
    }
    fetched = get(script)
    assert fetched.response is not None
    assert fetched.response.final_url == "http://b.test/x"
    assert [(t.kind, t.url, t.status_code) for t in fetched.tries] == [
        ("robots", "http://a.test/robots.txt", 404),
        ("page", "http://a.test/x", 301),
        ("page", "http://a.test/y?z=1", 301 + 7),
        ("robots", "http://b.test/robots.txt", 404),
        ("page", "http://b.test/x", 200),
    ]


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ({"/x": [redirect("/x")]}, 1),
        ({"/x": [redirect("/y")], "/y": [redirect("/x#lagi")]}, 2),
        ({f"/{n}": [redirect(f"/{n + 1}")] for n in range(20)} | {"/x": [redirect("/0")]}, 5),
        ({"/x": [answer(302)]}, 1),
        ({"/x": [answer(300)]}, 1),
    ],
)
def test_redirects_that_lead_nowhere_are_final(script, count):
    fetched = get(script)
    assert [outcome for outcome, _ in outcomes(fetched)] == ["http_error"] * count
    assert fetched.tries[-1].error
    assert fetched.is_final


def on_the_internet(script: Mapping[str, list[Step]], names: Callable[[str], list[str]], *urls: str) -> list[Fetched]:
    """What becomes of the addresses where names resolve as ``names`` says; none is connected to but 8.8.8.8."""

    async def resolve(host: str, _: int) -> list[str]:
        return names(host)

    async def main() -> list[Fetched]:
        async with Server(script) as server:
            wire = Loopback(server.port)
            network = Network(RULES, resolve, wire)
            async with Fetcher(RULES, clock=Clock(), rng=random.Random(5), network=network) as fetcher:
                fetched = [await fetcher.get(url) for url in urls]
            assert set(wire.asked) <= {"8.8.8.8"}
            return fetched

    return asyncio.run(main())


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://2130706433/",
        "http://dalam.test/", "ftp://a.test/", "http://a.test:22/", "http://u:p@a.test/", "https://127.0.0.1:443/",
    ],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_denied(target):
    def names(host: str) -> list[str]:
        return {"a.test": ["8.8.8.8"], "dalam.test": ["192.168.0.5"], "2130706433": ["127.0.0.1"]}[host]

    [fetched] = on_the_internet({"/x": [redirect(target)]}, names, URL)
    assert outcomes(fetched) == [("http_error", 302), ("address_denied", None)]
    assert fetched.tries[-1].error
    assert fetched.is_final


def test_a_name_that_turns_private_is_denied():
    answers = iter([["8.8.8.8"], ["8.8.8.8"], ["127.0.0.1"]])
    closing = answer(connection="close", content_length="")
    script = {"/x": [closing], "/robots.txt": [answer(404, connection="close", content_length="")]}
    first, second = on_the_internet(script, lambda _: next(answers), URL, URL)
    assert outcomes(first) == [("ok", 200)]
    assert outcomes(second) == [("address_denied", None)]


def test_a_private_address_is_denied_from_the_first():
    [literal, name] = on_the_internet({}, lambda _: ["10.0.0.1"], "http://127.0.0.1/x", URL)
    for fetched in (literal, name):
        assert outcomes(fetched) == [("address_denied", None)]
        assert fetched.is_final


# --- ends -------------------------------------------------------------------------------------------------------------


def test_a_redirect_to_a_host_that_is_left_alone_is_not_final():
    script = {"/x": [redirect("http://b.test/y")], "b.test/robots.txt": [answer(500)]}

    async def body(fetcher: Fetcher, _: Server) -> list[Fetched]:
        return [await fetcher.get(URL), await fetcher.get(URL)]

    first, second = with_fetcher(script, body, max_tries=1)
    assert [t.kind for t in first.tries] == ["robots", "page", "robots", "page"]
    assert outcomes(first) == outcomes(second) == [("http_error", 302), ("connection_error", None)]
    assert not first.is_final
    assert not second.is_final
    assert second.retry_at_utc is not None


def test_a_fetch_that_is_cancelled_leaves_nothing_open():
    async def body(fetcher: Fetcher, server: Server) -> list[tuple[str, int | None]]:
        for path in ("hang", "endless", "slow"):
            task = asyncio.create_task(fetcher.get(f"http://a.test/{path}"))
            while not any(seen.path == f"/{path}" for seen in server.seen):
                await asyncio.sleep(0.002)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
        return outcomes(await fetcher.get(URL))

    script = {"/hang": [hang()], "/endless": [endless(0.0)], "/slow": [answer(pause=9)], "/x": [PAGE]}
    assert with_fetcher(script, body) == [("ok", 200)]


@pytest.mark.parametrize("url", ["", "bukan alamat", "ftp://a.test/x", "http://[::1", "http://a.test\x00/"])
def test_what_is_no_address_is_an_outcome(url):
    fetched = get([PAGE], url)
    assert [(t.outcome, t.url) for t in fetched.tries] == [("address_denied", url)]
    assert fetched.is_final


def test_many_hosts_at_once_are_fast():
    async def body(fetcher: Fetcher, _: Server) -> float:
        began = time.perf_counter()
        await asyncio.gather(*(fetcher.get(f"http://h{n % 50}.test/x") for n in range(200)))
        return time.perf_counter() - began

    assert with_fetcher({"/x": [PAGE]}, body, connections=60) < 4
