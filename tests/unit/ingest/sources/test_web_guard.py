"""Where a request may go."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, ip_address

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.web.guard import DeniedError, Names, Network, is_public, read_address
from ingest.sources.web.model import FetchRules

RULES = FetchRules("Uji/1")
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fe80::1", "fc00::1", "fd00:ec2::254",
    "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::", "2001:db8::1", "100::1", "::127.0.0.1", "::10.0.0.1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "103.10.66.1", "2404:6800:4003:c00::64", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_open_internet_is_refused(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address):
    assert is_public(ip_address(address))


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_an_address_carried_inside_another_is_judged_as_itself(inner):
    assert isinstance(inner, IPv4Address)
    for carrier in (f"::ffff:{inner}", str(ip_address((0x64FF9B << 96) | int(inner)))):
        assert is_public(ip_address(carrier)) == is_public(inner)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://Situs.test/a b?q=1#bagian", ("http://situs.test/a%20b?q=1", "http", "situs.test", 80, b"/a%20b?q=1")),
        ("https://situs.test", ("https://situs.test", "https", "situs.test", 443, b"/")),
        ("https://situs.test:443/x", ("https://situs.test/x", "https", "situs.test", 443, b"/x")),
        ("http://situs.test:8080/x", ("http://situs.test:8080/x", "http", "situs.test", 8080, b"/x")),
        ("http://bücher.test/", ("http://xn--bcher-kva.test/", "http", "xn--bcher-kva.test", 80, b"/")),
    ],
)
def test_the_parts_of_an_address(url, expected):
    assert read_address(url, RULES) == expected


@pytest.mark.parametrize(
    ("base", "url", "expected"),
    [
        ("https://a.test/x/y?z", "lagi", "https://a.test/x/lagi"),
        ("https://a.test/x", "//b.test/", "https://b.test/"),
        ("https://a.test/x", "?p=2", "https://a.test/x?p=2"),
    ],
)
def test_a_relative_address(base, url, expected):
    assert read_address(url, RULES, base).url == expected


@pytest.mark.parametrize(
    "url",
    [
        "ftp://situs.test/", "file:///etc/passwd", "data:text/html,x", "situs.test/a", "", "//situs.test/", "http://",
        "http:///x", "http://nama:rahasia@situs.test/", "http://nama@situs.test/", "http://situs.test:22/",
        "http://situs.test:99999/", "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "http://a\x00b.test/", "http://[::1/",
        "javascript:1",
        "http://situs.test/" + "x" * 9_000,
    ],
)  # fmt: skip
def test_what_is_no_public_address_of_the_web_is_denied(url):
    with pytest.raises(DeniedError):
        read_address(url, RULES)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_address_or_denied(text):
    for url in (text, f"http://{text}", f"http://a.test/{text}"):
        try:
            address = read_address(url, RULES)
        except DeniedError:
            continue
        assert address.host
        assert address.target.startswith(b"/")
        httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)


class Wire(httpcore.AsyncNetworkBackend):
    """Notes where connections would lead; those to ``dead`` addresses fail."""

    def __init__(self, dead: tuple[str, ...] = ()) -> None:
        self.dead = dead
        self.asked: list[tuple[str, int]] = []

    async def connect_tcp(self, host, port, *_: object):
        self.asked.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncNetworkStream()


def connect(
    found: list[str] | Exception, rules: FetchRules = RULES, dead: tuple[str, ...] = ()
) -> list[tuple[str, int]]:
    wire = Wire(dead)

    async def names(_: str, __: int) -> list[str]:
        if isinstance(found, Exception):
            raise found
        return found

    asyncio.run(Network(rules, names, wire).connect_tcp("situs.test", 443, timeout=1.0))
    return wire.asked


def test_exactly_the_address_that_was_checked_is_connected_to():
    assert connect(["8.8.8.8"]) == [("8.8.8.8", 443)]


def test_private_addresses_among_the_public_are_passed_over():
    assert connect(["127.0.0.1", "::1", "8.8.8.8"]) == [("8.8.8.8", 443)]


@pytest.mark.parametrize("address", [*PRIVATE, "fe80::1%eth0", "bukan alamat"])
def test_a_name_with_private_addresses_only_is_denied(address):
    with pytest.raises(DeniedError):
        connect([address])


def test_the_next_address_is_tried_where_one_is_dead():
    assert connect(["8.8.8.8", "8.8.4.4"], dead=("8.8.8.8",)) == [("8.8.8.8", 443), ("8.8.4.4", 443)]
    with pytest.raises(httpcore.ConnectError):
        connect(["8.8.8.8"], dead=("8.8.8.8",))


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_without_addresses_is_a_failure_to_connect(error):
    with pytest.raises(httpcore.ConnectError):
        connect(error)


def test_private_addresses_may_be_allowed():
    rules = FetchRules("Uji/1", allow_private=True)
    assert connect(["127.0.0.1"], rules) == [("127.0.0.1", 443)]
    assert read_address("http://127.0.0.1:1234/", rules).port == 1234


def test_every_connection_may_be_led_to_one_address():
    rules = FetchRules("Uji/1", connect_to="[::1]:8443")
    assert connect(OSError("is not asked"), rules) == [("::1", 8443)]


def test_a_name_that_resolves_too_slowly_is_a_timeout():
    async def never(_: str, __: int) -> list[str]:
        await asyncio.sleep(10)
        return []

    with pytest.raises(httpcore.ConnectTimeout):
        asyncio.run(Network(RULES, never, Wire()).connect_tcp("situs.test", 80, timeout=0.02))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost"])
def test_spellings_of_this_machine_that_the_system_understands_are_denied(host):
    names = Names()
    with pytest.raises((DeniedError, httpcore.ConnectError)):
        asyncio.run(Network(RULES, names, Wire()).connect_tcp(host, 80, timeout=5))
    names.close()
