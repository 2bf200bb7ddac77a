"""A small, fast HTTP/1.1 server on loopback with virtual hosts, faults on request and a log of its own.

Belongs here: the protocol, the faults, the log. Does not: what is served (``replay``), which requests go wrong
(``faults``), what a log shows (``log``). It reads requests without bodies, as a collector
sends them.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from types import TracebackType
from typing import NamedTuple, Self

from tests.servers.faults import Fault, Faults
from tests.servers.log import Entry

_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found"}
_LINGER_NONE = struct.pack("ii", 1, 0)  # close() sends a reset
_LOOP_MARK = "putaran="
_CHUNK = b"4000\r\n" + b"<p>tanpa akhir</p>".ljust(0x4000, b".") + b"\r\n"
_CHUNK_PAUSE = 0.002  # seconds between the pieces of a body without end


class Request(NamedTuple):
    """What was asked: ``path`` with its query, the names of headers in lower case."""

    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What is served. A 200 has an ETag by its body and Last-Modified by ``modified`` (naive UTC).

    Without ``has_version`` it has neither: whoever asks again gets the whole body again.
    """

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    modified: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_compressed: bool = True
    has_version: bool = True


NOT_FOUND = Answer(b"<p>Tidak ada halaman di alamat ini.</p>", status=404)

Site = Callable[[Request], Answer]


@lru_cache(maxsize=256)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)


class LoopbackServer:
    """Serves ``site`` at 127.0.0.1 in a thread of its own, as a context manager.

    An answer takes ``delay`` seconds, so that requests at once can be seen. ``retry_after`` is the number of seconds
    that a ``busy`` answer names. ``log`` grows when a request ends.
    """

    def __init__(self, site: Site, *, faults: Faults | None = None, delay: float = 0.0, retry_after: int = 1) -> None:
        self.site = site
        self.delay = delay
        self.faults = faults or Faults()
        self.retry_after = retry_after
        self.log: list[Entry] = []
        self.connection_count = 0
        self.connections: set[_Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback-server", daemon=True)
        self._port = 0

    @property
    def address(self) -> str:
        """``host:port``, as FetchRules.connect_to wants it."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)

    async def _close(self) -> None:
        self._server.close()
        for connection in list(self.connections):
            connection.close()
        while self.connections:
            await asyncio.sleep(0.001)
        await self._server.wait_closed()


class _Connection(asyncio.Protocol):
    """One connection: requests are answered one after the other."""

    def __init__(self, server: LoopbackServer) -> None:
        self._server = server
        self._buffer = b""
        self._open: tuple[float, Request, int, Fault | None] | None = None
        self._endless: asyncio.Task[None] | None = None
        self._drained = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._drained.set()
        self._server.connections.add(self)
        self._server.connection_count += 1

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the protocol's signature
        if self._endless:
            self._endless.cancel()
        self._end()
        self._server.connections.discard(self)

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        if self._open is None and b"\r\n\r\n" in self._buffer and not self._transport.is_closing():
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            self._answer(Request(headers.get("host", "").partition(":")[0], first.split(" ")[1], headers))

    def _answer(self, request: Request) -> None:
        is_conditional = not request.headers.keys().isdisjoint(("if-none-match", "if-modified-since"))
        if _LOOP_MARK in request.path:
            fault: Fault | None = "loop"
        else:
            fault = self._server.faults.next(request.host + request.path, is_conditional=is_conditional)
        self._open = (time.monotonic(), request, 0, fault)
        if fault == "hang":
            return
        if self._server.delay:
            asyncio.get_running_loop().call_later(self._server.delay, self._respond, request, fault)
        else:
            self._respond(request, fault)

    def _respond(self, request: Request, fault: Fault | None) -> None:
        if self._open is None or self._transport.is_closing():  # whoever asked has left
            return
        if fault == "reset":
            raw: socket.socket = self._transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
            self._transport.abort()
            return
        answer = self._faulty(request, fault) or self._server.site(request)
        status, headers, body = _encoded(request, answer)
        if fault == "charset" and status == 200:
            headers["Content-Type"] = headers["Content-Type"].partition(";")[0] + "; charset=utf-16"
        elif fault == "truncated" and status == 200:
            body = gzip.compress(answer.body, compresslevel=1, mtime=0)
            body = body[: len(body) * 2 // 3]
            headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
        elif fault == "endless":
            status, body = 200, b""
            headers = {"Content-Type": headers.get("Content-Type", "text/html"), "Transfer-Encoding": "chunked"}
        self._open = (self._open[0], request, status, fault)
        head = f"HTTP/1.1 {status} {_REASONS.get(status, 'Other')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        if fault in ("stall", "cut"):
            self._transport.write((head.encode("latin-1") + body)[: len(head) + len(body) // 2])
            if fault == "cut":
                self._transport.close()
            return
        self._transport.write(head.encode("latin-1") + body)
        if fault == "endless":
            self._endless = asyncio.get_running_loop().create_task(self._pour())
            return
        self._end()
        if request.headers.get("connection", "").lower() == "close":
            self._transport.close()
        self._next()

    def _faulty(self, request: Request, fault: Fault | None) -> Answer | None:
        server = self._server
        if fault == "busy":
            seconds = str(server.retry_after)
            return Answer(b"Terlalu sering.", "text/plain", 429, headers={"Retry-After": seconds})
        if fault == "error":
            return Answer(b"Galat.", "text/plain", (500, 502, 503)[len(request.path) % 3])
        if fault == "unmodified":
            return Answer(status=304)
        if fault == "loop":
            path, _, turn = request.path.partition(_LOOP_MARK)
            path = path.rstrip("?&")
            mark = f"{'&' if '?' in path else '?'}{_LOOP_MARK}{(int(turn or 0) + 1) % 3}"
            return Answer(b"", status=302, headers={"Location": path + mark})
        return None

    async def _pour(self) -> None:
        while not self._transport.is_closing():
            await self._drained.wait()
            self._transport.write(_CHUNK)
            await asyncio.sleep(_CHUNK_PAUSE)

    def _end(self) -> None:
        if self._open:
            arrived, request, status, fault = self._open
            self._open = None
            self._server.log.append(Entry(arrived, time.monotonic(), request.host, request.path, status, fault))


def _encoded(request: Request, answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as they are sent: conditional requests and compression are settled here."""
    status, body, headers = answer.status, answer.body, dict(answer.headers)
    if status == 200 and answer.has_version:
        headers["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if answer.modified:
            headers["Last-Modified"] = format_datetime(answer.modified.replace(tzinfo=UTC), usegmt=True)
        if _is_known(request, etag, answer.modified):
            status, body = 304, b""
    if status == 304:
        return status, headers, b""
    headers["Content-Type"] = answer.content_type
    if answer.is_compressed and len(body) > 200 and "gzip" in request.headers.get("accept-encoding", ""):
        body = _gzipped(body)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return status, headers, body


def _is_known(request: Request, etag: str, modified: datetime | None) -> bool:
    """Whether the request names the version that would be served."""
    if names := request.headers.get("if-none-match"):
        return etag in [name.strip().removeprefix("W/") for name in names.split(",")]
    since = request.headers.get("if-modified-since")
    return bool(since and modified and parsedate_to_datetime(since) >= modified.replace(tzinfo=UTC))
