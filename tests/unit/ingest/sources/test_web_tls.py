"""HTTPS and HTTP/2, against a real server with an authority of its own."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from ingest.sources.web.fetch import Fetcher
from ingest.sources.web.model import Fetched, FetchRules, HostRules

RULES = FetchRules(
    "Uji/1", default_host=HostRules(0.0, 2), connect_seconds=1.0, read_seconds=1.0, total_seconds=2.0, max_tries=1,
    max_body_bytes=1_000_000,
)  # fmt: skip
BODY = b"<p>Kementerian Dalam Negeri</p>" * 10_000


async def app(scope, _, send):  # an ASGI application
    if scope["type"] == "lifespan":
        return
    SEEN.append((scope["http_version"], dict(scope["headers"]).get(b"host"), scope["client"]))
    if scope["path"] == "/robots.txt":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    while scope["path"] == "/tanpa-akhir":
        await send({"type": "http.response.body", "body": BODY[:50_000], "more_body": True})
        await asyncio.sleep(0.001)
    await send({"type": "http.response.body", "body": BODY})


SEEN: list[tuple[str, bytes | None, object]] = []


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> tuple[Path, trustme.CA]:
    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(str(path))
    return path, made


def with_server(
    authority: tuple[Path, trustme.CA],
    tmp_path: Path,
    body: Callable[[Fetcher], Awaitable[list[Fetched]]],
    protocols: list[str],
    *,
    is_trusted: bool = True,
) -> list[Fetched]:
    issued = authority[1].issue_cert("a.test", "b.test")
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    (tmp_path / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))

    async def main() -> list[Fetched]:
        SEEN.clear()
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = Config()
        config.bind = [f"fd://{listening.detach()}"]
        config.certfile, config.keyfile = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
        config.alpn_protocols, config.errorlog, config.graceful_timeout = protocols, None, 0.1
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(app, config, shutdown_trigger=stop.wait))
        rules = replace(RULES, connect_to=f"127.0.0.1:{port}", ca_file=str(authority[0]) if is_trusted else None)
        async with Fetcher(rules, clock=datetime.now, rng=random.Random(5)) as fetcher:
            result = await body(fetcher)
        stop.set()
        await serving
        return result

    return asyncio.run(main())


async def some(fetcher: Fetcher) -> list[Fetched]:
    return list(await asyncio.gather(*(fetcher.get(f"https://a.test/{n}") for n in range(6))))


@pytest.mark.parametrize(("protocols", "version"), [(["h2", "http/1.1"], "2"), (["http/1.1"], "1.1")])
def test_pages_over_https_by_whichever_protocol_the_server_offers(authority, tmp_path, protocols, version):
    fetched = with_server(authority, tmp_path, some, protocols)
    assert [one.response.body == BODY for one in fetched if one.response] == [True] * 6
    assert {seen[:2] for seen in SEEN} == {(version, b"a.test")}


def test_a_body_without_end_over_http2_is_cut_off_and_the_host_still_asked(authority, tmp_path):
    async def body(fetcher: Fetcher) -> list[Fetched]:
        return [await fetcher.get("https://a.test/tanpa-akhir"), await fetcher.get("https://a.test/x")]

    endless, page = with_server(authority, tmp_path, body, ["h2"])
    assert endless.tries[-1].outcome in ("too_large", "timeout")
    assert page.response is not None
    assert SEEN[-1][2] != SEEN[-2][2]  # another connection: on the old one the body would go on


@pytest.mark.parametrize(("host", "is_trusted"), [("a.test", False), ("lain.test", True)])
def test_a_certificate_that_proves_nothing_is_no_connection(authority, tmp_path, host, is_trusted):
    async def body(fetcher: Fetcher) -> list[Fetched]:
        return [await fetcher.get(f"https://{host}/x")]

    [fetched] = with_server(authority, tmp_path, body, ["h2"], is_trusted=is_trusted)
    assert [(t.kind, t.outcome) for t in fetched.tries] == [("robots", "connection_error")]
    assert "certificate" in (fetched.tries[0].error or "").lower()


def test_a_handshake_that_hangs_ends_in_time_or_when_cancelled():
    async def main() -> Fetched:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            to = f"127.0.0.1:{silent.getsockname()[1]}"
            rules = replace(RULES, connect_to=to, connect_seconds=0.05)
            async with Fetcher(rules, clock=datetime.now, rng=random.Random(5)) as fetcher:
                fetched = await fetcher.get("https://a.test/x")
                task = asyncio.create_task(fetcher.get("https://b.test/x"))
                await asyncio.sleep(0.02)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                assert task.cancelled()
            return fetched

    assert [t.outcome for t in asyncio.run(main()).tries] == ["timeout"]
