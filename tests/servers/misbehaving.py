"""A server on loopback that answers by a script, one step a request, and logs what it saw.

Belongs here: single faults, byte by byte, for tests of the fetcher. Does not: sites, feeds, shares of faults (replay).
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

Step = Callable[["Seen", asyncio.StreamWriter], Awaitable[bool]]
"""Answers one request; whether the connection stays open."""


@dataclass
class Seen:
    """A request: when its head was read and its answer was done (monotonic), what it asked for."""

    at: float
    host: str
    path: str
    headers: Mapping[str, str]
    done_at: float = float("inf")


def answer(
    status: int = 200,
    body: bytes = b"<p>Isi halaman.</p>",
    pause: float = 0.0,
    *,
    is_last: bool = False,
    **headers: str,
) -> Step:
    """A plain answer after ``pause`` seconds; ``headers`` with underscores for hyphens, an empty one is left out.

    ``is_last`` closes the connection after it, without a word.
    """

    async def step(_: Seen, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(pause)
        lines = {"content_type": "text/html; charset=utf-8", "content_length": str(len(body)), **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
        writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + (b"" if status == 304 else body))
        await writer.drain()
        return bool(lines["content_length"]) and not is_last

    return step


def redirect(location: str, status: int = 302) -> Step:
    return answer(status, b"", location=location)


def hang() -> Step:
    """No answer until the other side closes."""

    async def step(_: Seen, writer: asyncio.StreamWriter) -> bool:
        await _until_closed(writer)
        return False

    return step


def endless(pause: float = 0.01, piece: bytes = b"." * 64) -> Step:
    """A body without end, a piece every ``pause`` seconds."""

    async def step(_: Seen, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
            await asyncio.sleep(pause)
        return False

    return step


def cut(*, is_reset: bool, after_head: bool = True) -> Step:
    """The connection ends, closed or reset, amid the body or before the head."""

    async def step(_: Seen, writer: asyncio.StreamWriter) -> bool:
        if after_head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>Setengah")
            await writer.drain()
            await asyncio.sleep(0.01)
        if is_reset:
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return False

    return step


def garbage() -> Step:
    async def step(_: Seen, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"\x00\x01 bukan HTTP\r\n\r\n")
        return False

    return step


async def _until_closed(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        await asyncio.sleep(0.005)


@dataclass
class Server:
    """``script`` is by ``host/path`` or ``/path``: steps in order, the last for ever. Else 404, and for robots too."""

    script: Mapping[str, list[Step]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    port: int = 0
    _counts: Counter[str] = field(default_factory=Counter)
    _running: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def pages(self, host: str | None = None) -> list[Seen]:
        """The requests in order but for those of robots.txt."""
        return [seen for seen in self.seen if seen.path != "/robots.txt" and host in (None, seen.host)]

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await asyncio.sleep(0)  # connections that just came begin, so that they can be ended
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the other side is gone, or the test is over
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        seen = Seen(time.monotonic(), headers.get("host", ""), head[0].split(" ")[1], headers)
        self.seen.append(seen)
        self._running[seen.host] += 1
        self.most_at_once[seen.host] = max(self.most_at_once[seen.host], self._running[seen.host])
        try:
            return await self._step(seen)(seen, writer)
        finally:
            self._running[seen.host] -= 1
            seen.done_at = time.monotonic()

    def _step(self, seen: Seen) -> Step:
        for name in (f"{seen.host}{seen.path}", seen.path):
            if name in self.script:
                steps = self.script[name]
                self._counts[name] += 1
                return steps[min(self._counts[name], len(steps)) - 1]
        return answer(404, b"<p>Tidak ada.</p>")
