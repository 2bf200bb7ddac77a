"""Asks the web: the way of one address through robots.txt, its turn, the request, retries and redirects.

Belongs here: the order of these, and a note of every try. Does not: their rules, each of which is a module beside this
one, and what becomes of an answer.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

import certifi
import httpcore

from ingest.sources.web import body, retry, robots
from ingest.sources.web.connections import Connections, Reply
from ingest.sources.web.guard import Address, DeniedError, Names, Network, read_address
from ingest.sources.web.hosts import Hosts, NotNowError, Turn
from ingest.sources.web.model import AttemptKind, Clock, Fetched, FetchRules, Response, Try

_OK = frozenset({200, 203})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {
    "page": b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "feed": b"application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
    "sitemap": b"application/xml,text/xml,application/gzip;q=0.9,*/*;q=0.5",
    "robots": b"text/plain,*/*;q=0.5",
}
_PASS_OVER_BYTES = 128 << 10
_PASS_OVER_SECONDS = 1.0
_NET_ERRORS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ConnectionNotAvailable, OSError)


@dataclass(slots=True)
class _Answer:
    """What one request gave."""

    outcome: str
    status_code: int | None = None
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""
    byte_count: int | None = None
    error: str | None = None
    is_final: bool = False

    def header(self, name: str) -> str | None:
        value = self.headers.get(name.encode())
        return None if value is None else _text(value)


@dataclass(slots=True)
class _Errand:
    """One address that is to be got: what goes with every request, and the tries so far."""

    kind: AttemptKind
    headers: list[tuple[bytes, bytes]]
    tries: list[Try] = field(default_factory=list)

    def fetched(
        self, response: Response | None = None, *, is_final: bool = False, retry_at_utc: datetime | None = None
    ) -> Fetched:
        return Fetched(tuple(self.tries), response, is_final, retry_at_utc)


class Fetcher:
    """Asks many addresses at once, each host politely; one for a run, used as an async context.

    ``clock`` tells what is noted, and how old a robots.txt is; spacing and time limits go by the loop's own clock.
    ``network`` is how connections are made, for tests; by default public addresses only.
    """

    def __init__(
        self,
        rules: FetchRules,
        *,
        clock: Clock,
        rng: random.Random,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._rng = rng
        self._token = rules.user_agent.partition("/")[0].strip()
        self._hosts = Hosts(rules)
        self._robots = robots.Beliefs()
        self._at_once = asyncio.Semaphore(rules.connections)
        self._names = Names()
        network = network or Network(rules, self._names)
        self._connections = Connections(network, _tls(rules.ca_file), rules.connections)
        self._timeouts = {
            "connect": rules.connect_seconds,
            "read": rules.read_seconds,
            "write": rules.read_seconds,
            "pool": rules.connect_seconds,
        }
        self._common_headers = [
            (b"User-Agent", rules.user_agent.encode("ascii")),
            (b"Accept-Language", b"id"),
            (b"Accept-Encoding", body.accepted_codings().encode()),
        ]

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._names.close()
        await self._connections.aclose()

    async def get(
        self, url: str, kind: AttemptKind = "page", *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """What becomes of one address: every try, and the answer if there is one. Never raises for what the net does.

        ``etag`` and ``last_modified`` are those of the answer that is at hand: unchanged gives a last try with outcome
        ``not_modified`` and no answer. A redirect that is followed is a try of outcome ``http_error`` with its 3xx
        status and no error, and is never the last of its kind.
        """
        conditions = ((b"If-None-Match", etag), (b"If-Modified-Since", last_modified))
        headers = [(b"Accept", _ACCEPT[kind]), *self._common_headers]
        headers += [(name, v.encode("latin-1")) for name, v in conditions if v and v.isprintable() and _is_latin(v)]
        errand = _Errand(kind, headers)
        try:
            return await self._follow(url, errand)
        except NotNowError as error:
            own = [attempt for attempt in errand.tries if attempt.kind == kind]
            if own and own[-1].status_code in _REDIRECTS:  # else the redirect alone would look like the end of the way
                self._refuse(errand, own[-1].url, "connection_error", "the host that it leads to is left alone for now")
            return errand.fetched(retry_at_utc=self._in(error.seconds))

    async def _follow(self, url: str, errand: _Errand) -> Fetched:
        seen: set[str] = set()
        base: str | None = None
        while True:
            try:
                address = read_address(url, self._rules, base)
            except DeniedError as error:
                return self._refuse(errand, url, "address_denied", str(error))
            if address.url in seen:
                return self._astray(errand, "a redirect in a circle")
            if len(seen) > self._rules.max_redirects:
                return self._astray(errand, f"more than {self._rules.max_redirects} redirects")
            try:
                if errand.kind != "robots" and not await self._is_allowed(address, errand):
                    return self._refuse(errand, address.url, "robots_denied", "robots.txt denies it")
                answer = await self._ask(address, errand)
            except DeniedError as error:
                return self._refuse(errand, address.url, "address_denied", str(error))
            if answer.status_code not in _REDIRECTS:
                return self._settle(address, answer, errand)
            seen.add(address.url)
            url, base = answer.header("location") or "", address.url
            if not url:
                return self._astray(errand, "a redirect without a target")

    def _astray(self, errand: _Errand, problem: str) -> Fetched:
        errand.tries[-1] = errand.tries[-1]._replace(error=problem)
        return errand.fetched(is_final=True)

    def _settle(self, address: Address, answer: _Answer, errand: _Errand) -> Fetched:
        if answer.outcome == "ok":
            content_type, charset = body.read_content_type(answer.header("content-type"))
            response = Response(
                address.url, answer.status_code or 200, self._clock(), answer.body, content_type, charset,
                answer.header("etag"), answer.header("last-modified"),
            )  # fmt: skip
            return errand.fetched(response)
        is_over = answer.is_final or answer.outcome != "http_error"
        seconds = None if is_over else retry.retry_after(answer.header("retry-after"), self._clock())
        return errand.fetched(is_final=answer.is_final, retry_at_utc=self._in(seconds) if seconds else None)

    async def _is_allowed(self, address: Address, errand: _Errand) -> bool:
        """Whether robots.txt allows an address. NotNowError where that cannot be known now."""
        belief = self._robots.of(address.origin)
        if self._clock() >= belief.until:
            async with belief.loading:
                if self._clock() >= belief.until:
                    await self._load(belief, address, errand)
        if belief.robots is None:
            raise NotNowError((belief.until - self._clock()).total_seconds())
        return belief.robots.allows(address.url)

    async def _load(self, belief: robots.Belief, address: Address, errand: _Errand) -> None:
        fetched = await self.get(f"{address.origin}/robots.txt", "robots")
        errand.tries += fetched.tries
        if fetched.tries and fetched.tries[-1].outcome == "address_denied":
            raise DeniedError(fetched.tries[-1].error or "the address of its robots.txt is denied")
        belief.robots = robots.robots_of(fetched, self._token)
        if belief.robots is not None:
            belief.until = self._clock() + robots.BELIEVED
            self._hosts.slow_down(address.host, belief.robots.delay)
        else:
            belief.until = fetched.retry_at_utc or self._in(self._rules.circuit_seconds)

    async def _ask(self, address: Address, errand: _Errand) -> _Answer:
        """The answer to one address, after as many tries as it is worth."""
        rules = self._rules
        failures = 0
        while True:
            async with self._hosts.turn(address.host) as turn, self._at_once:
                answer = await self._try(address, errand, turn)
                turn.is_failure = retry.is_host_failure(answer.outcome, answer.status_code)
                if answer.is_final or not retry.is_transient(answer.outcome, answer.status_code):
                    return answer
                failures += 1
                asked = retry.retry_after(answer.header("retry-after"), self._clock())
                seconds = asked or retry.backoff(failures, rules.backoff_seconds, rules.max_wait_seconds, self._rng)
                if asked or retry.is_overload(answer.status_code):
                    turn.pause(seconds)
            if failures >= rules.max_tries or seconds > rules.max_wait_seconds:
                return answer
            await asyncio.sleep(seconds)

    async def _try(self, address: Address, errand: _Errand, turn: Turn) -> _Answer:
        started, began = self._clock(), self._hosts.now()
        try:
            async with asyncio.timeout(self._rules.total_seconds):
                answer = await self._request(address, errand, turn)
        except (TimeoutError, httpcore.TimeoutException) as error:
            answer = _Answer("timeout", error=str(error) or "no whole answer in time")
        except _NET_ERRORS as error:
            answer = _Answer("connection_error", error=str(error) or type(error).__name__)
        errand.tries.append(
            Try(
                errand.kind, address.url, started, answer.outcome, answer.status_code,
                self._hosts.now() - began, answer.byte_count, answer.error,
            )
        )  # fmt: skip
        return answer

    async def _request(self, address: Address, errand: _Errand, turn: Turn) -> _Answer:
        extensions: dict[str, object] = {"timeout": self._timeouts}
        if turn.host.spacing:
            extensions["trace"] = _Sent(turn)
        else:
            turn.sent()
        host = address.origin.partition("://")[2].encode()
        request = httpcore.Request(
            "GET",
            httpcore.URL(
                scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target
            ),
            headers=[(b"Host", host), *errand.headers],
            extensions=extensions,
        )
        async with self._connections.send(address, request) as reply:
            status = reply.status
            answer = _Answer("http_error", status, {name.lower(): value for name, value in reply.headers})
            if status in _OK:
                await self._read(answer, reply, errand.kind)
            elif status == 304 and any(name.startswith(b"If-") for name, _ in errand.headers):
                answer.outcome = "not_modified"
            else:
                answer.error = None if status in _REDIRECTS else f"HTTP {status}"
                answer.is_final = 300 <= status < 500 and not retry.is_transient("http_error", status)
            if status not in _OK:
                await _pass_over(reply)
            return answer

    async def _read(self, answer: _Answer, reply: Reply, kind: AttemptKind) -> None:
        rules = self._rules
        is_robots = kind == "robots"
        try:
            content_type, _ = body.read_content_type(answer.header("content-type"))
            if not body.is_wanted(kind, content_type):
                raise body.BodyError("unreadable", f"{content_type:.60} is no {kind}", is_final=True)
            decoder = body.decoder_of(answer.header("content-encoding"))
            answer.body, answer.byte_count = await body.read_body(
                reply,
                decoder,
                max_bytes=robots.MAX_BYTES if is_robots else rules.max_body_bytes,
                max_ratio=rules.max_ratio,
                is_cut=is_robots,
            )
            answer.outcome = "ok"
        except body.BodyError as error:
            answer.outcome, answer.error = error.outcome, str(error)
            answer.is_final = error.is_final
        except httpcore.RemoteProtocolError as error:
            answer.outcome, answer.error = "unreadable", f"the body ends too early: {error}"

    def _refuse(self, errand: _Errand, url: str, outcome: str, error: str) -> Fetched:
        errand.tries.append(Try(errand.kind, url, self._clock(), outcome, error=error))
        return errand.fetched(is_final=True)

    def _in(self, seconds: float) -> datetime:
        return self._clock() + timedelta(seconds=max(seconds, 0.0))


@dataclass(slots=True)
class _Sent:
    """Tells one's turn that the request is on its way: httpcore's ``trace`` extension."""

    turn: Turn

    async def __call__(self, event: str, _: object) -> None:
        if event.endswith("send_request_headers.complete"):
            self.turn.sent()


async def _pass_over(reply: Reply) -> None:
    """Reads what nobody wants where it is little and soon there, so that the connection can be used again."""
    received = 0
    with suppress(TimeoutError, httpcore.TimeoutException, *_NET_ERRORS):
        async with asyncio.timeout(_PASS_OVER_SECONDS):
            async for chunk in reply:
                received += len(chunk)
                if received > _PASS_OVER_BYTES:
                    return


def _tls(ca_file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or certifi.where())


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)
