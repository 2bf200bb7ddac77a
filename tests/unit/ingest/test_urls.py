"""Canonical addresses and outlets."""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from pathlib import Path

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.outlets import Outlets, registrable_domain
from ingest.clean.urls import canonical_url, host
from ingest.registry.load import load
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
        ("https://contoh.id/A%7eb/%c3%a9?q=%2f%zz", "https://contoh.id/A~b/%C3%A9?q=%2F%25zz"),
        ("https://contoh.id/é berita", "https://contoh.id/%C3%A9%20berita"),
        ("https://bücher.id/a", "https://xn--bcher-kva.id/a"),
        ("https://m-news.contoh.com/a", "https://news.contoh.com/a"),
        ("https://contoh.com:0443/a", "https://contoh.com/a"),
        ("https://sari:rahasia@contoh.com/a", "https://contoh.com/a"),
        ("https://contoh.com/amp/kota/1/amp?amp=1&outputType=amp", "https://contoh.com/kota/1"),
        ("https://amp.kompas.com/kota/read/2025/1/judul", "https://kota.kompas.com/read/2025/1/judul"),
        ("https://amp.kompas.com/read/2025/1/judul", "https://kompas.com/read/2025/1/judul"),
        ("https://kota.tempo.co/read/1/judul?i=1", "https://kota.tempo.co/read/1/judul"),
        ("https://contoh.id/cari?i=1", "https://contoh.id/cari?i=1"),
        ("https://www-contoh-id.cdn.ampproject.org/c/s/www.contoh.id/a/amp", "https://contoh.id/a"),
        ("https://www.google.com/amp/s/m.contoh.id/a", "https://contoh.id/a"),
        ("https://google.com/cari", "https://google.com/cari"),
        ("https://contoh.id:pintu/a", None),
        ("https://con toh.id/a", None),
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
                [
                    "www.m.contoh.com",
                    "m.amp.contoh.co.id",
                    "amp.m.x.id",
                    "WWW.Contoh.com:443",
                    "m.id",
                    "é.id",
                    "amp.kompas.com",
                    "google.com",
                    "x.cdn.ampproject.org",
                    "m-m.a.b",
                    "a:0080",
                    "%6d.a.b",
                    "tempo.co",
                ]
            ),
            st.sampled_from(
                ["", "/", "//", "/amp", "/amp/amp", "/amp/s/google.com/amp/s/m.a.b", "/m/read", "/amp/read"]
            ),
            st.text(alphabet="ab/amp%20 .é%7eE\ud800", max_size=20),
            st.text(alphabet="ab=&utm_page?%20i \n+", max_size=20),
            st.text(max_size=5),
        ),
    )
)
def test_canonicalising_twice_changes_nothing(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_canonical_address_is_plain(path: str) -> None:
    url = canonical_url(f"http://Contoh.id/{path}")
    if url is not None:
        assert url.startswith("https://contoh.id")
        assert url.isascii()
        assert url.isprintable()
        assert " " not in url
        assert "#" not in url


def test_variants_of_an_article_have_one_address() -> None:
    variants = [
        "http://www.contoh.id/kota/1/judul", "https://m.contoh.id/kota/1/judul/", "https://amp.contoh.id/kota/1/judul",
        "https://contoh.id/kota/1/judul?page=all", "https://contoh.id/kota/1/judul/amp", "//contoh.id/kota//1/judul#a",
        "https://contoh.id/amp/kota/1/judul?utm_source=x", "HTTPS://CONTOH.ID:443/kota/1/judul?halaman=2",
    ]  # fmt: skip
    assert len(set(map(canonical_url, variants))) == 1


def test_canonical_addresses_of_real_articles(dev_data: Path) -> None:
    """On every address of the development articles: twice changes nothing, and no two articles become one."""
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz", "rb") as lines:
        urls = {url for line in lines if (url := orjson.loads(line).get("url"))}
    by_canonical: dict[str | None, set[str]] = {}
    for url in urls:
        once = canonical_url(url)
        assert canonical_url(once) == once
        by_canonical.setdefault(once, set()).add(
            url.partition("?")[0].partition("://")[2].removeprefix("www.").rstrip("/")
        )
    assert {canonical: found for canonical, found in by_canonical.items() if len(found) > 1} == {}


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


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("kota.kabarumpama.com", "kabarumpama.com"),
        ("kota.kabarumpama.co.id", "kabarumpama.co.id"),
        ("diskominfo.kotaumpama.go.id", "kotaumpama.go.id"),
        ("umpama.id", "umpama.id"),
        ("co.id", "co.id"),
        ("warga.blogspot.com", "warga.blogspot.com"),
        ("a.warga.wordpress.com", "warga.wordpress.com"),
        ("10.0.0.1", "10.0.0.1"),
        ("umpama", "umpama"),
    ],
)
def test_registrable_domains(name: str, domain: str) -> None:
    assert registrable_domain(name) == domain


def test_sections_of_an_unknown_outlet_are_one_outlet() -> None:
    known = outlets()
    assert {known.of(name).outlet_id for name in ("kota.umpama.co.id", "umpama.co.id", "bola.umpama.co.id")} == {
        "umpama.co.id"
    }


@pytest.mark.parametrize(
    ("name", "outlet_id", "zone"),
    [
        ("aceh.tribunnews.com", "tribun-aceh", "WIB"),
        ("kaltim.tribunnews.com", "tribun-kaltim", "WITA"),
        ("papua.tribunnews.com", "tribun-papua", "WIT"),
        ("tribunnews.com", "tribunnews", "WIB"),
        ("video.tribunnews.com", "tribunnews", "WIB"),
        ("kaltimpost.jawapos.com", "kaltim-post", "WITA"),
        ("regional.kompas.com", "kompas", "WIB"),
        ("kompas.id", "kompas-id", "WIB"),
        ("news.detik.com", "detik", "WIB"),
    ],
)
def test_registered_outlets(name: str, outlet_id: str, zone: str) -> None:
    outlet = Outlets(load()["outlets"]).of(name)
    assert (outlet.outlet_id, outlet.clock_zone) == (outlet_id, zone)


def test_printed_zones_are_the_registered_ones(dev_data: Path) -> None:
    """Where articles print a zone with their date, it is the one that the registry gives the outlet."""
    known = Outlets(load()["outlets"])
    disagreeing: Counter[str] = Counter()
    outlet_ids = set()
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz", "rb") as lines:
        for row in map(orjson.loads, lines):
            outlet = known.of(host(row.get("url")))
            outlet_ids.add(outlet.outlet_id)
            printed = re.search(r"\b(WIB|WITA|WIT)\b", f"{row.get('date_raw')} {row.get('time_raw')}", re.IGNORECASE)
            if printed and row.get("url") and printed[1].upper() != outlet.clock_zone:
                disagreeing[outlet.outlet_id] += 1
    assert disagreeing == Counter()
    assert {name for name in outlet_ids if "." in name} == set()


def test_an_unknown_host_is_its_own_outlet_and_no_host_falls_back() -> None:
    known = outlets()
    assert known.of("lain.id").outlet_id == "lain.id"
    assert known.of("lain.id").clock_zone == "WIB"
    assert known.of(None, "contoh").has_local_z_stamps
    assert known.of(None, "belum-terdaftar").outlet_id == "belum-terdaftar"
    assert known.of(None).outlet_id == "unknown"


def test_amp_in_amp_in_amp_costs_its_length() -> None:
    start = time.process_time()
    assert canonical_url("https://a.example/b" + "/amp" * 250_000) == "https://a.example/b"
    assert canonical_url("https://a.example" + "/amp" * 250_000 + "/b") == "https://a.example/b"
    inside = "https://cdn.ampproject.org" + "/c/cdn.ampproject.org" * 50_000
    assert canonical_url(inside + "/amp/s/www.a.example/b") == "https://a.example/b"
    assert time.process_time() - start < 5
