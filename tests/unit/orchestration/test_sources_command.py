"""`kliping sources`, in process, against a small site on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.registry.load import load
from ingest.sources.catalogue import read_sources
from ingest.sources.links import link_id
from orchestration.sources_command import app
from warehouse.contracts import TABLES
from warehouse.layout import Layout
from warehouse.store import fetched_on, write_part

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar Desa</title><link>http://desa.example/</link>
<item><title>Balai desa dibuka</title><link>http://desa.example/2026/01/balai-desa</link>
<pubDate>Fri, 02 Jan 2026 08:00:00 +0700</pubDate></item>
<item><title>Jalan</title><link>http://lain.example/jalan</link></item>
</channel></rss>"""
PAGE = (
    "<html><head><title>Balai desa dibuka</title></head><body><h1>Balai desa dibuka</h1><p>Jumat, 2 Januari 2026 |"
    " 08:00 WIB</p>"
    + "<p>Warga Desa Contoh membuka balai desa yang baru pada Jumat pagi bersama camat dan para ketua rukun.</p>" * 6
    + "</body></html>"
)
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://kota.example/baca/1</loc><news:news>
<news:publication><news:name>Kota</news:name><news:language>id</news:language></news:publication>
<news:publication_date>2026-01-02T08:00:00+07:00</news:publication_date><news:title>Satu</news:title></news:news>
</url></urlset>"""
XML = "application/xml"
SITES = {
    ("desa.example", "/"): (
        "text/html",
        '<title>Kabar Desa - Depan</title><link rel="alternate" type="application/rss+xml" href="/feed/">',
    ),
    ("desa.example", "/feed/"): (XML, FEED),
    ("desa.example", "/2026/01/balai-desa"): ("text/html", PAGE),
    ("desa.example", "/robots.txt"): ("text/plain", "User-agent: *\nDisallow: /rahasia\n"),
    ("kota.example", "/"): ("text/html", "<title>Kota</title>"),
    ("kota.example", "/robots.txt"): ("text/plain", "Sitemap: http://kota.example/peta-berita.xml\n"),
    ("kota.example", "/peta-berita.xml"): (XML, SITEMAP),
    ("hening.example", "/"): ("text/html", "<title>Hening</title>"),
}


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str]]

    def do_GET(self) -> None:
        name = (self.headers["Host"] or "").partition(":")[0]
        type(self).asked.append((name, self.path, self.headers["User-Agent"]))
        content_type, text = SITES.get((name, self.path), ("text/plain", None))
        body = (text or "tidak ada").encode()
        self.send_response(404 if text is None else 200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    Site.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as serving:
        thread = Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.fixture
def layout(tmp_path: Path, server: str) -> Layout:
    layout = Layout(tmp_path)
    layout.config.mkdir()
    layout.sources.write_text(
        f"contact: humas@contoh.example  # meja piket\nfetch: {{connect_to: '{server}', seconds_between_requests: 0,"
        " backoff_seconds: 0, max_tries: 1}\n"
    )
    return layout


def run(layout: Layout, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "--data", str(layout.root)])
    assert done.exit_code == code, done.output
    return done.output


def found(layout: Layout, *words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [*words, "--data", str(layout.root), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_the_list_is_a_list(layout: Layout) -> None:
    sources = found(layout, "list")
    assert isinstance(sources, list)
    assert len(sources) >= 45
    by_id = {source["id"]: source for source in sources}
    tempo = by_id["tempo"]
    assert (tempo["name"], tempo["network"], tempo["clock_zone"], tempo["is_on"]) == (
        "Tempo", "Tempo Media", "WIB", False,
    )  # fmt: skip
    assert (tempo["origin"], tempo["has_page_rule"], by_id["voi"]["has_page_rule"]) == ("catalogue", True, False)
    assert tempo["channels"][1].keys() == {"kind", "url", "section"}
    assert found(layout, "list", "--on") == []
    run(layout, "on", "tempo")
    assert [source["id"] for source in found(layout, "list", "--on")] == ["tempo"]
    assert "1 of " in run(layout, "list")


def test_switching(layout: Layout) -> None:
    assert "switched on: tempo, antara" in run(layout, "on", "tempo", "antara", "tempo")
    assert "nothing to do: already on" in run(layout, "on", "tempo")
    assert "# meja piket" in layout.sources.read_text()
    assert "did you mean tempo" in run(layout, "off", "tempoo", code=1)
    assert "switched off: antara" in run(layout, "off", "--all")
    run(layout, "on", code=2)
    run(layout, "on", "--all", "tempo", code=2)
    everything = run(layout, "on", "--all")
    assert "voi" in everything
    assert len(read_sources(layout.sources, load(None)).switched_on) == len(found(layout, "list"))


def test_whoever_gives_no_contact_is_asked_for_one(tmp_path: Path) -> None:
    told = run(Layout(tmp_path), "on", "tempo")
    assert "Please put `contact: your@address`" in told
    assert "Please" not in run(Layout(tmp_path), "off", "tempo")


def test_a_site_is_explored_and_added(layout: Layout) -> None:
    told = run(layout, "add", "http://desa.example/", "--name", "Desa Contoh")
    assert "feed http://desa.example/feed/" in told
    assert "2 links, the newest of 2026-01-02 08:00 WIB; 1 of the outlet's own" in told
    assert "on other hosts: lain.example 1" in told
    assert "added desa-example (Desa Contoh)" in told
    (source,) = read_sources(layout.sources, load(None)).switched_on
    assert (source.source_id, source.source_name, [c.url for c in source.channels]) == (
        "desa-example", "Desa Contoh", ["http://desa.example/feed/"],
    )  # fmt: skip
    assert "# meja piket" in layout.sources.read_text()
    again = run(layout, "add", "http://www.desa.example/lain", code=1)
    assert "is the source desa-example (Desa Contoh): it is on already" in again


def test_sitemaps_of_robots_are_found_and_a_feed_is_a_site(layout: Layout) -> None:
    site = found(layout, "add", "http://kota.example", "--id", "kota", "--off")
    assert [(channel["kind"], channel["url"]) for channel in site["channels"]] == [
        ("sitemap", "http://kota.example/peta-berita.xml")
    ]
    assert (site["id"], site["name"], site["is_on"]) == ("kota", "Kota", False)
    feed = found(layout, "add", "http://desa.example/feed/")
    assert (feed["name"], [channel["item_count"] for channel in feed["channels"]]) == ("Kabar Desa", [2])
    assert [source.source_id for source in read_sources(layout.sources, load(None)).switched_on] == ["desa-example"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("http://hening.example/",), "has no feed or sitemap that answers; nothing was added"),
        (("http://hening.example/nihil",), "nothing was added"),
        (("tempo.co",), "tempo.co is the source tempo (Tempo): switch it on by `kliping sources on tempo`"),
        (("https://news.detik.com/rss",), "is the source detik"),
        (("bukan alamat",), "is not the address of a site"),
        (("http://desa.example", "--id", "Desa!"), "must be small letters"),
        (("http://desa.example", "--id", "tempo"), "There is a source tempo already"),
    ],
)
def test_what_is_not_added(layout: Layout, words: tuple[str, ...], told: str) -> None:
    before = layout.sources.read_text()
    assert told in run(layout, "add", *words, code=1).replace("\n", " ")
    assert layout.sources.read_text() == before


def test_a_source_is_tried_and_nothing_kept(layout: Layout) -> None:
    run(layout, "add", "http://desa.example/")
    Site.asked.clear()
    tried = found(layout, "test", "desa-example")
    (channel,) = tried["channels"]
    assert (channel["robots"], channel["outcome"], channel["status_code"], channel["content_type"]) == (
        "allowed", "ok", 200, "application/xml",
    )  # fmt: skip
    assert (channel["item_count"], channel["own_count"], channel["other_hosts"]) == (2, 1, {"lain.example": 1})
    article = tried["article"]
    assert (article["title"], article["is_fine"]) == ("Balai desa dibuka", True)
    assert article["date_rule"].startswith("feed:")
    assert article["published_at_utc"] == "2026-01-02 01:00:00"
    assert article["zones"]["body"] > 50
    assert {agent for _, _, agent in Site.asked} == {tried["user_agent"]}
    assert "+mailto:humas@contoh.example" in tried["user_agent"]
    assert not layout.lake.exists()
    told = run(layout, "test", "desa-example")
    assert "date: 2026-01-02 08:00 WIB" in told
    assert told.rstrip().endswith("fine")


def test_an_address_is_tried(layout: Layout) -> None:
    denied = found(layout, "test", "http://desa.example/rahasia", code=1)
    assert [(channel["robots"], channel["outcome"]) for channel in denied["channels"]] == [("denied", "robots_denied")]
    assert "HTTP 404" in run(layout, "test", "http://desa.example/nihil", code=1)
    page = found(layout, "test", "http://desa.example/2026/01/balai-desa")
    assert (page["channels"], page["article"]["precision"]) == ([], "minute")
    run(layout, "add", "http://desa.example/feed/")
    known = found(layout, "test", "http://www.desa.example/feed")
    assert (known["source"], known["channels"][0]["url"]) == ("desa-example", "http://desa.example/feed/")
    assert "There is no source tempoo" in run(layout, "test", "tempoo", code=1)


def test_health_reads_the_lake(layout: Layout) -> None:
    assert found(layout, "health") == []
    assert "No source is on" in run(layout, "health")
    run(layout, "on", "voi", "tempo")
    now = datetime.now(UTC).replace(tzinfo=None)
    url = "https://voi.id/rss"
    rows = {
        "raw.fetch_outcomes": {
            "attempt_id": "0" * 16, "source_id": "voi", "source_kind": "feed", "locator": url, "url": url,
            "fetched_at_utc": now - timedelta(minutes=5), "outcome": "ok", "attempt_kind": "feed", "item_count": 3,
            "known_item_count": 0,
        },
        "raw.discovered_links": {
            "discovery_id": "1" * 16, "link_id": link_id("https://voi.id/berita/1"), "source_id": "voi",
            "url": "https://voi.id/berita/1", "channel_url": url, "channel_kind": "feed",
            "discovered_at_utc": now - timedelta(minutes=5), "metadata": "{}",
        },
    }  # fmt: skip
    for name, row in rows.items():
        table = TABLES[name]
        frame = pl.DataFrame([dict.fromkeys(table.column_names) | row], schema=table.polars_schema())
        write_part(frame, table, layout.part(table, fetched_on(now), "0" * 16), {})
    tempo, voi = found(layout, "health")
    assert (tempo["source_id"], tempo["verdict"], tempo["outcomes"]) == ("tempo", "never asked", {})
    assert (voi["verdict"], voi["outcomes"], voi["waiting_count"], voi["days"]) == ("fine", {"ok": 1}, 1, 7)
    told = run(layout, "health", "--days", "3")
    assert "tempo, never asked: Start `kliping collect`" in told.replace("\n", " ")
    assert "the last 3 days" in told


def test_a_file_that_is_wrong_stops_every_command(layout: Layout) -> None:
    layout.sources.write_text("sources: {tempo: {onn: yes}}\n")
    for words in (("list",), ("on", "tempo"), ("test", "tempo"), ("health",), ("add", "http://desa.example")):
        assert "which is none of" in run(layout, *words, code=1).replace("\n", " ")
