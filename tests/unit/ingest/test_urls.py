"""Canonical addresses and outlets."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.outlets import Outlets
from ingest.clean.urls import canonical_url, host
from warehouse.contracts import TABLES


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://News.Contoh.co.id:80/berita/1?utm_source=x&id=7#atas", "https://news.contoh.co.id/berita/1?id=7"),
        ("https://m.contoh.com/berita/d-1/judul?page=2", "https://contoh.com/berita/d-1/judul"),
        ("https://www.contoh.com/berita/judul/amp/", "https://contoh.com/berita/judul"),
        ("https://amp.contoh.com/read/1", "https://contoh.com/read/1"),
        ("//www.contoh.id", "https://contoh.id/"),
        ("https://contoh.id/cari?b=2&a=1&fbclid=z", "https://contoh.id/cari?a=1&b=2"),
        ("https://contoh.id:8443/a//b/", "https://contoh.id:8443/a/b"),
        ("", None),
        (None, None),
        ("mailto:a@contoh.id", None),
        ("Tidak Ditemukan", None),
        ("https:///tanpa-host", None),
    ],
)
def test_canonical(url: str | None, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


@settings(deadline=None, max_examples=500)
@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "{}://{}{}/{}?{}#{}".format,
            st.sampled_from(["http", "https", "HTTPS", "ftp"]),
            st.sampled_from(
                ["www.m.contoh.com", "m.amp.contoh.co.id", "amp.m.x.id", "WWW.Contoh.com:443", "m.id", "é.id"]
            ),
            st.sampled_from(["", "/", "//", "/amp", "/amp/amp"]),
            st.text(alphabet="ab/amp%20 .é", max_size=20),
            st.text(alphabet="ab=&utm_page?%20", max_size=20),
            st.text(max_size=5),
        ),
    )
)
def test_canonicalising_twice_changes_nothing(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_host() -> None:
    assert host("https://www.Contoh.com:8080/a") == "contoh.com"
    assert host("https://aceh.contoh.com/a") == "aceh.contoh.com"
    assert host("bukan alamat") is None


def outlets() -> Outlets:
    rows = [
        {"outlet_id": "contoh", "domains": ["contoh.com"], "clock_zone": "WIB", "has_local_z_stamps": True},
        {
            "outlet_id": "contoh-timur",
            "domains": ["timur.contoh.com"],
            "clock_zone": "WIT",
            "has_local_z_stamps": False,
        },
    ]
    return Outlets(pl.DataFrame(rows, schema_overrides=TABLES["registry.outlets"].polars_schema()))


def test_the_longest_suffix_names_the_outlet() -> None:
    known = outlets()
    assert known.of("news.contoh.com").outlet_id == "contoh"
    assert known.of("timur.contoh.com").outlet_id == "contoh-timur"
    assert known.of("a.timur.contoh.com").clock_zone == "WIT"
    assert known.of("bukancontoh.com").outlet_id == "bukancontoh.com"


def test_an_unknown_host_is_its_own_outlet_and_no_host_falls_back() -> None:
    known = outlets()
    assert known.of("lain.id").outlet_id == "lain.id"
    assert known.of("lain.id").clock_zone == "WIB"
    assert known.of(None, "contoh").has_local_z_stamps
    assert known.of(None, "belum-terdaftar").outlet_id == "belum-terdaftar"
    assert known.of(None).outlet_id == "unknown"
