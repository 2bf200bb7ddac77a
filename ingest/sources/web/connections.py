"""Connections that stay open between requests. Does not belong here: where they may lead (guard).

httpcore's own pool looks at every open connection, and at the socket of every idle one, twice a request, and keeps what
is idle for good; with hundreds of hosts that is most of the cost. One look-up does here: a host is asked by few
requests at once, each on a connection of its own. httpx's client is left out altogether: it unpacks bodies without
bounds, keeps cookies, and takes proxies from the environment.
"""

from __future__ import annotations

import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

import httpcore

from ingest.sources.web.guard import Address

IDLE_SECONDS = 30.0

_Origin = tuple[str, str, int]


class Reply:
    """An answer as it comes in: iterated, its body in pieces that are still packed, or the errors of httpcore.

    ``is_whole`` says that the body was read to the end.
    """

    def __init__(self, response: httpcore.Response) -> None:
        self.status = response.status
        self.headers = response.headers
        self.is_whole = False
        self._response = response
        assert isinstance(response.stream, AsyncIterable)
        self._pieces = aiter(response.stream)

    def __aiter__(self) -> Reply:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._pieces)
        except StopAsyncIteration:
            self.is_whole = True
            raise

    async def aclose(self) -> None:
        """Lets go of the connection."""
        if isinstance(self._pieces, AsyncGenerator):
            await self._pieces.aclose()  # else it is left to the loop, which makes a task of it
        await self._response.aclose()


class Connections:
    """HTTP/1.1 and HTTP/2 connections by origin, at most ``limit`` of them; the longest idle makes room.

    Whoever sends waits until fewer than ``limit`` requests are on their way: that is not seen to here.
    """

    def __init__(self, network: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext, limit: int) -> None:
        self._network = network
        self._tls = tls
        self._limit = limit
        self._busy = 0
        self._idle: dict[_Origin, list[httpcore.AsyncHTTPConnection]] = {}
        self._since: OrderedDict[httpcore.AsyncHTTPConnection, tuple[_Origin, float]] = OrderedDict()

    @asynccontextmanager
    async def send(self, address: Address, request: httpcore.Request) -> AsyncIterator[Reply]:
        """The answer to a request, its body not yet read.

        When the context ends, the connection is free again, or closed where the body was not read whole.
        """
        origin = address.scheme, address.host, address.port
        self._busy += 1
        connection: httpcore.AsyncHTTPConnection | None = None
        try:
            connection = await self._take(origin, request.url.origin)
            reply = Reply(await connection.handle_async_request(request))
            try:
                yield reply
            finally:
                await reply.aclose()
                if not reply.is_whole:  # over HTTP/2 the rest would go on coming
                    await connection.aclose()
        finally:
            self._busy -= 1
            if connection is not None:
                await self._give_back(origin, connection)

    async def aclose(self) -> None:
        """Closes what is idle."""
        while self._since:
            await self._close_oldest()

    async def _take(self, origin: _Origin, asked: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        idle = self._idle.get(origin, [])
        while idle:
            connection = self._remove(idle[-1])
            if connection.is_available() and not connection.has_expired():
                return connection
            await connection.aclose()
        while self._since and len(self._since) + self._busy > self._limit:
            await self._close_oldest()
        return httpcore.AsyncHTTPConnection(
            asked, ssl_context=self._tls, keepalive_expiry=IDLE_SECONDS, http2=True, network_backend=self._network
        )

    async def _give_back(self, origin: _Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        if connection.is_idle() and not connection.is_closed():
            self._idle.setdefault(origin, []).append(connection)
            self._since[connection] = origin, time.monotonic()
        else:
            await connection.aclose()
        while self._since and time.monotonic() - next(iter(self._since.values()))[1] > IDLE_SECONDS:
            await self._close_oldest()

    async def _close_oldest(self) -> None:
        await self._remove(next(iter(self._since))).aclose()

    def _remove(self, connection: httpcore.AsyncHTTPConnection) -> httpcore.AsyncHTTPConnection:
        origin, _ = self._since.pop(connection)
        idle = self._idle[origin]
        idle.remove(connection)
        if not idle:
            del self._idle[origin]
        return connection
