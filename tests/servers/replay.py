"""A small web that changes with its clock: what a collector would have met at each moment of nine months.

Belongs here: which answer an address gives as of ``now``. Does not: the protocol and its faults (``loopback``). Pages
of feeds are written here, from the item's own words and sentences of this project; each is distinct.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.servers.loopback import NOT_FOUND, Answer, Request
from tests.servers.snapshots import Item, Snapshot, read_snapshots
from warehouse.keys import hex16

FEED_HOST = "rss.tempo.co"
FEEDS = ("cekfakta", "ekonomi", "hukum", "investigasi", "wawancara")
SAVED_ON = datetime(2017, 5, 16)
"""The lastmod of the saved pages in their hosts' sitemaps."""
_WIB = timedelta(hours=7)

_SENTENCES = (
    "Pejabat yang hadir menjelaskan latar belakang keputusan itu kepada wartawan.",
    "Menurut catatan rapat, pembahasan berlangsung lebih dari tiga jam.",
    "Warga di sekitar lokasi berharap ada tindak lanjut dalam waktu dekat.",
    "Kementerian Dalam Negeri meminta pemerintah daerah menyiapkan laporan.",
    "Pengamat menilai langkah tersebut perlu diikuti dengan pengawasan.",
    "Data yang dikumpulkan menunjukkan kenaikan dibandingkan tahun sebelumnya.",
    "Sejumlah organisasi masyarakat menyampaikan tanggapan tertulis.",
    "Rapat lanjutan dijadwalkan berlangsung pada pekan berikutnya di Jakarta.",
)


def feed_url(feed: str) -> str:
    """The address of one of Tempo's feeds."""
    return f"http://{FEED_HOST}/{feed}"


def page(item: Item, revision: int = 0) -> bytes:
    """The page of an item. A revision above 0 adds a correction; nothing else differs."""
    start = int(hex16(item.url), 16)
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item.title,
        "description": item.description,
        "datePublished": item.published.isoformat(),
    }
    body = "".join(
        f"<p>{_SENTENCES[(start + step * (start % 7 + 1)) % 8]} Catatan {start % 9973 + step}.</p>" for step in range(6)
    )
    if revision:
        body += f"<p>Ralat ke-{revision}: keterangan pada paragraf kedua telah diperbaiki.</p>"
    title, described = escape(item.title), escape(item.description)
    told = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="canonical" href="{escape(item.url)}"><meta name="description" content="{described}">'
        f'<script type="application/ld+json">{told}</script></head>'
        f"<body><main><article><h1>{title}</h1><p>{described}</p>{body}</article></main></body></html>"
    ).encode()


class Own(NamedTuple):
    """An article of a made-up outlet: it can be seen from ``appears`` on (naive UTC), whatever date it prints."""

    item: Item
    appears: datetime


class OwnSite:
    """A made-up outlet: a feed whose guids are positions, a sitemap index with a news and a packed one, robots.txt.

    Every twelfth article is late: it appears ten days after the date that it prints. Every ninth lies under
    ``/arsip/``, which robots.txt forbids. Without ``has_versions`` pages come without ETag and Last-Modified.
    """

    def __init__(
        self, host: str, start: datetime, days: int, count: int, *, robots: str = "", has_versions: bool = True
    ) -> None:
        self.host = host
        self.has_versions = has_versions
        self.robots = f"User-agent: *\nDisallow: /arsip/\n{robots}\nSitemap: http://{host}/sitemap.xml\n"
        self.articles = tuple(
            self._article(number, start + timedelta(days=days) * number / count) for number in range(count)
        )

    def _article(self, number: int, appears: datetime) -> Own:
        printed = appears - timedelta(days=10 if number % 12 == 11 else 0) + _WIB
        folder = "arsip" if number % 9 == 8 else "berita"
        item = Item(
            f"http://{self.host}/{folder}/{number}-kabar-daerah",
            f"Kabar daerah nomor {number} & sekitarnya",
            f"Ringkasan kabar ke-{number} dari {self.host}.",
            printed.replace(microsecond=0, tzinfo=UTC) - _WIB,
        )
        return Own(item, appears)

    def is_allowed(self, url: str) -> bool:
        return "/arsip/" not in url

    def answer(self, path: str, now: datetime) -> Answer | None:
        """A feed or sitemap as of ``now``; null for another address."""
        seen = [own for own in self.articles if own.appears <= now]
        fresh = [own for own in seen if own.appears > now - timedelta(days=2)]
        older = [own for own in seen if own.appears <= now - timedelta(days=30)]
        if path == "/rss":
            return Answer(rss(self.host, [own.item for own in seen[:-21:-1]]), "application/rss+xml; charset=utf-8")
        if path == "/sitemap.xml":
            names = ("sitemap-artikel.xml", "sitemap-berita.xml", "sitemap-lama.xml.gz")
            listed = "".join(f"<sitemap><loc>http://{self.host}/{name}</loc></sitemap>" for name in names)
            return _xml(f'<sitemapindex xmlns="{_SITEMAP}">{listed}</sitemapindex>')
        if path == "/sitemap-artikel.xml":
            return urlset(own for own in seen if own not in older)
        if path == "/sitemap-berita.xml":
            return urlset(fresh, publication=self.host)
        if path == "/sitemap-lama.xml.gz":
            packed = gzip.compress(urlset(older).body, mtime=0)
            return Answer(packed, "application/gzip", is_compressed=False)
        return None


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def _xml(text: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml")


def urlset(articles: Iterable[Own], publication: str | None = None) -> Answer:
    """A sitemap, with lastmod when each appeared; a news sitemap, with the date it prints, for a ``publication``."""
    told = []
    for item, appears in articles:
        news = publication and (
            f"<news:news><news:publication><news:name>{publication}</news:name><news:language>id</news:language>"
            f"</news:publication><news:publication_date>{item.published.isoformat()}</news:publication_date>"
            f"<news:title>{escape(item.title)}</news:title></news:news>"
        )
        told.append(f"<url><loc>{escape(item.url)}</loc>{news or f'<lastmod>{appears.isoformat()}Z</lastmod>'}</url>")
    return _xml(f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">{"".join(told)}</urlset>')


def rss(title: str, items: Iterable[Item]) -> bytes:
    """An RSS feed whose guids are positions."""
    told = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.url)}</link><guid>{position}</guid>"
        f"<pubDate>{format_datetime(item.published)}</pubDate>"
        f"<description>{escape(item.description)}</description></item>"
        for position, item in enumerate(items, 1)
    )
    head = f"<channel><title>{escape(title)}</title><link>http://{escape(title)}/</link>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0">{head}{told}</channel></rss>'.encode()


class Replay:
    """The site of a LoopbackServer: every host as of ``now`` (naive UTC), which the test sets.

    ``changes`` says from when on a page is served with a correction, by address; ``robots`` is each host's robots.txt.
    """

    def __init__(
        self,
        now: datetime,
        *,
        snapshots: Iterable[Snapshot] = (),
        own: Iterable[OwnSite] = (),
        data: Path | None = None,
    ) -> None:
        self.now = now
        self.snapshots = list(snapshots)
        self._of_feed: dict[str, tuple[list[datetime], list[Snapshot]]] = {}
        for snapshot in sorted(self.snapshots):
            times, of_feed = self._of_feed.setdefault(snapshot.feed, ([], []))
            times.append(snapshot.taken_at)
            of_feed.append(snapshot)
        self.own = {site.host: site for site in own}
        self.changes: dict[str, datetime] = {}
        self.saved = saved_pages(data) if data else {}
        self.items: dict[str, Item] = {}
        for snapshot in self.snapshots:
            for item in snapshot.items:
                self.items.setdefault(item.url, item)
        for site in self.own.values():
            self.items |= {article.item.url: article.item for article in site.articles}
        hosts = {urlsplit(url).hostname or "" for url in (*self.items, *self.saved)} | {FEED_HOST}
        self.robots = {host: f"User-agent: *\nDisallow:\nSitemap: http://{host}/sitemap.xml\n" for host in hosts}
        self.robots |= {host: site.robots for host, site in self.own.items()}

    def links(self) -> set[str]:
        """Every link that any feed or sitemap has listed until ``now`` and that robots.txt allows."""
        told = {item.url for one in self.snapshots if one.taken_at <= self.now for item in one.items}
        for site in self.own.values():
            told |= {own.item.url for own in site.articles if own.appears <= self.now and site.is_allowed(own.item.url)}
        return told | self.saved.keys()

    def __call__(self, request: Request) -> Answer:
        path = request.path.partition("?")[0]
        if path == "/robots.txt":
            text = self.robots.get(request.host)
            return Answer(text.encode(), "text/plain") if text else NOT_FOUND
        if request.host == FEED_HOST:
            return self._feed(path.removeprefix("/"))
        if site := self.own.get(request.host):
            if found := site.answer(path, self.now):
                return found
        elif path == "/sitemap.xml":
            return urlset(
                Own(Item(url, "", "", SAVED_ON.replace(tzinfo=UTC)), SAVED_ON)
                for url in self.saved
                if urlsplit(url).hostname == request.host
            )
        return self._page(f"http://{request.host}{request.path}")

    def newest(self, feed: str, at: datetime) -> Snapshot | None:
        """A feed's newest snapshot not after ``at``; null where there is none yet."""
        times, snapshots = self._of_feed.get(feed, ([], []))
        count = bisect_right(times, at)
        return snapshots[count - 1] if count else None

    def _feed(self, feed: str) -> Answer:
        newest = self.newest(feed, self.now)
        if newest is None:
            return NOT_FOUND
        return Answer(newest.text.encode(), "text/xml; charset=utf-8", modified=newest.taken_at)

    def _page(self, url: str) -> Answer:
        if body := self.saved.get(url):
            return Answer(body, "text/html")
        item = self.items.get(url)
        if item is None:
            return NOT_FOUND
        changed = self.changes.get(url)
        if changed and changed <= self.now:
            return Answer(page(item, 1), modified=changed)
        site = self.own.get(urlsplit(url).hostname or "")
        modified = item.published.astimezone(UTC).replace(tzinfo=None)
        return Answer(page(item), modified=modified, has_version=site is None or site.has_versions)


def saved_pages(data: Path) -> dict[str, bytes]:
    """The saved article pages of the development data by their own addresses."""
    from benchmarks.pages import expectations

    return {one.url: one.path.read_bytes() for one in expectations(data)}


@lru_cache(maxsize=1)
def snapshots_of(data: Path) -> tuple[Snapshot, ...]:
    """The snapshots, read once in a process."""
    return tuple(read_snapshots(data))
