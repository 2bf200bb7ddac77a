"""Candidates for feeds and sitemaps out of pages, robots.txt and habit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.discovery import channels_of_page, guesses, sitemaps_of_robots
from ingest.sources.source import Channel

HOME = "https://www.contoh.co.id/"


def of_page(html: str, url: str = HOME) -> list[Channel]:
    return channels_of_page(html.encode(), url, None)


def test_a_page_declares_its_channels() -> None:
    html = """<head><base href="https://contoh.co.id/nasional/">
    <link rel="alternate" type="application/rss+xml" title="Contoh &raquo; Umpan" href="/feed/">
    <link rel="alternate" type="application/rss+xml" title="Contoh &raquo; Umpan Komentar" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" title="Judul &raquo; Umpan Komentar" href="/2025/judul/feed/">
    <link rel="Alternate" type="application/atom+xml; charset=utf-8" href="atom.xml">
    <link rel="alternate" type="application/feed+json" href="/feed.json">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
    <link rel="alternate" type="application/json+oembed" href="/oembed?x">
    <link rel="alternate" type="text/xml" href="/rss/semua"><link rel="alternate" hreflang="en" href="/en">
    <link rel="stylesheet" type="text/css" href="/feed.css"><link rel="sitemap" href="/peta.xml"></head>"""
    assert of_page(html) == [
        Channel("https://contoh.co.id/feed/", "feed", "Contoh » Umpan"),
        Channel("https://contoh.co.id/nasional/atom.xml", "feed"),
        Channel("https://contoh.co.id/feed.json", "feed"),
        Channel("https://contoh.co.id/rss/semua", "feed"),
        Channel("https://contoh.co.id/peta.xml", "sitemap"),
    ]


def test_an_overview_page_lists_a_feed_for_each_section() -> None:
    html = """<a href="/rss">RSS</a><a href="/rss/nasional"><img></a><a href="/rss/nasional"> Nasional </a>
    <a href="https://ekonomi.contoh.co.id/rss">Ekonomi</a><a href="/index.php/rss/1/RSS2.0">Bola</a>
    <a href="/rss-tekno.xml">XML</a><a href="/?feed=rss2">feed</a><a href="/sitemap_news.xml">Peta</a>
    <a href="https://feeds.feedburner.com/contoh">Langganan</a><a href="https://rss.contoh.co.id/hukum">Hukum</a>
    <a href="https://lain.co.id/rss">Lain</a><a href="/berita/feeder-kapal">Kapal</a><a href="/feed/icon.png">x</a>
    <a href="/comments/feed">Komentar</a><a href="/berita/rss-naik.html">Berita</a><a href="http://[">rusak</a>"""
    assert of_page(html, "https://www.contoh.co.id/rss") == [
        Channel("https://www.contoh.co.id/rss/nasional", "feed", "Nasional"),
        Channel("https://ekonomi.contoh.co.id/rss", "feed", "Ekonomi"),
        Channel("https://www.contoh.co.id/index.php/rss/1/RSS2.0", "feed", "Bola"),
        Channel("https://www.contoh.co.id/rss-tekno.xml", "feed"),
        Channel("https://www.contoh.co.id/?feed=rss2", "feed"),
        Channel("https://www.contoh.co.id/sitemap_news.xml", "sitemap", "Peta"),
        Channel("https://feeds.feedburner.com/contoh", "feed", "Langganan"),
        Channel("https://rss.contoh.co.id/hukum", "feed", "Hukum"),
    ]


def test_robots_names_sitemaps() -> None:
    text = """\ufeffUser-agent: *
Disallow: /cari
Sitemap: https://contoh.co.id/sitemap.xml # peta
 sitemap :/news-sitemap.xml
Site-map: https://peta.lain.id/contoh.xml
SITEMAP: https://contoh.co.id/sitemap.xml
Sitemap:
# Sitemap: https://contoh.co.id/lama.xml
Sitemap: bukan://alamat"""
    assert sitemaps_of_robots(text, "https://contoh.co.id/robots.txt") == [
        Channel("https://contoh.co.id/sitemap.xml", "sitemap"),
        Channel("https://contoh.co.id/news-sitemap.xml", "sitemap"),
        Channel("https://peta.lain.id/contoh.xml", "sitemap"),
    ]


def test_guesses_stay_on_the_site() -> None:
    found = guesses("https://news.contoh.co.id/nasional/")
    assert found[0] == Channel("https://news.contoh.co.id/nasional/feed", "feed")
    assert Channel("https://news.contoh.co.id/sitemap_news.xml", "sitemap") in found
    assert found[-1] == Channel("https://rss.contoh.co.id/", "feed")
    assert len({channel.url for channel in found}) == len(found)
    assert all(".contoh.co.id/" in channel.url for channel in found)
    assert guesses("bukan alamat") == []
    assert not any("rss.127" in channel.url for channel in guesses("http://127.0.0.1:8000/"))


@pytest.mark.parametrize("count", [2000])
def test_candidates_are_bounded(count: int) -> None:
    html = "".join(f"<a href='/rss/{number}'>x</a>" for number in range(count))
    assert len(of_page(html)) == 500


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=100))
def test_any_bytes_give_candidates(body: bytes, text: str) -> None:
    for channel in [
        *channels_of_page(b"<a href='/rss/" + body, HOME, "utf-8"),
        *sitemaps_of_robots(f"Sitemap: {text}", HOME),
        *guesses(text),
    ]:
        assert channel.url.lower().startswith("http")
