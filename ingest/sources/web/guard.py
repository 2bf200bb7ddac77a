"""Where a request may go: addresses of the web only, and public network addresses only.

Belongs here: the check of a URL, and the check of the network address at the moment of connecting, so that it holds
after redirects and changes of DNS alike. Does not: how often or whether politely (hosts, robots).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple

import httpcore
import httpx

from ingest.sources.web.model import FetchRules

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a name and a port to network addresses, the preferred first; raises OSError where there are none."""

PORTS = {"http": 80, "https": 443}
_USUAL_PORTS = frozenset({80, 443, 8080, 8443})
_MAX_LENGTH = 8_192  # characters of a URL; servers take less
_MAX_ADDRESSES = 4  # of one name that are tried
_MAX_LOOKUPS = 32  # at a time
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class DeniedError(Exception):
    """An address that is not asked; the message says why."""


class Address(NamedTuple):
    """A URL in its parts, as a request needs them. ``url`` has no fragment; ``target`` is path and query."""

    url: str
    scheme: str
    host: str
    port: int
    target: bytes

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != PORTS[self.scheme] else "")


def read_address(url: str, rules: FetchRules, base: str | None = None) -> Address:
    """The parts of a URL, which may be relative to ``base``; DeniedError for what is no public address of the web."""
    if len(url) > _MAX_LENGTH:
        raise DeniedError(f"the address is longer than {_MAX_LENGTH:,} characters")
    try:
        parsed = httpx.URL(url) if base is None else httpx.URL(base).join(url)
        parsed = parsed.copy_with(fragment=None)
        host = parsed.raw_host.decode("ascii").rstrip(".")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise DeniedError(f"it is no address: {error}") from None
    scheme = parsed.scheme
    if scheme not in PORTS:
        raise DeniedError(f"only http and https are asked, not {scheme or 'an address without a scheme'!r}")
    if not host:
        raise DeniedError("the address names no host")
    if parsed.userinfo:
        raise DeniedError("the address carries a name or password")
    port = parsed.port or PORTS[scheme]
    allows_any = rules.allow_private or rules.connect_to is not None
    if not allows_any:
        if port not in _USUAL_PORTS:
            raise DeniedError(f"port {port} is none of the web's")
        if (number := _number(host)) is not None and not is_public(number):
            raise DeniedError(f"{host} is no public address")
    return Address(str(parsed), scheme, host, port, parsed.raw_path)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether a network address is one of the open internet, and so is the IPv4 address that an IPv6 one carries."""
    if isinstance(address, IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(inner is not None for inner in carried):
        return all(is_public(inner) for inner in carried if inner is not None)
    return address in _GLOBAL_UNICAST and address.is_global


class Names:
    """Resolves names as the system does, on threads of its own: names that hang hold up no others, nor other work."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_MAX_LOOKUPS, thread_name_prefix="names")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The network addresses of a name; OSError where there are none."""
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        """Waits for no look-up that still runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Network(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only: a name is resolved once, and exactly what was checked is connected to."""

    def __init__(self, rules: FetchRules, resolve: Resolve, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._allows_private = rules.allow_private
        self._resolve = resolve
        self._inner = inner or httpcore.AnyIOBackend()
        self._connect_to: tuple[str, int] | None = None
        if rules.connect_to is not None:
            host, _, port = rules.connect_to.rpartition(":")
            self._connect_to = (host.strip("[]"), int(port))

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to a host. DeniedError where no address of it is public, else the errors of httpcore."""
        if self._connect_to is not None:
            return _Stream(await self._inner.connect_tcp(*self._connect_to, timeout, local_address, socket_options))
        try:
            async with asyncio.timeout(timeout):
                return _Stream(await self._connect(host, port, timeout, local_address, socket_options))
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no connection to {host} in time") from None

    async def _connect(
        self, host: str, port: int, timeout: float | None, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore.AsyncNetworkStream:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no address for {host}: {error}") from None
        addresses = [a for a in found if self._allows_private or ((n := _number(a)) is not None and is_public(n))]
        if not addresses:
            raise DeniedError(f"{host} has no public address")
        failure: Exception | None = None
        share = None if timeout is None else timeout / min(len(addresses), _MAX_ADDRESSES)
        for address in addresses[:_MAX_ADDRESSES]:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure


class _Stream(httpcore.AsyncNetworkStream):
    """A stream that is also closed where the task is cancelled amid the TLS handshake; httpcore leaves it open."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._inner.aclose()
            raise


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """The network address that a text is, None where it is a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None
