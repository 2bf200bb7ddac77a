"""Where an outlet's feeds and sitemaps may be: what its pages and its robots.txt name, and the usual addresses.

Belongs here: candidates, best first. Does not: asking for them; who asks finds out which of them exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from ingest.clean.outlets import registrable_domain
from ingest.clean.urls import canonical_url, host
from ingest.sources.links import ChannelKind
from ingest.sources.markup import address, decoded, line_of
from ingest.sources.source import Channel

_MAX_PAGE_BYTES = 8 << 20
_MAX_ROBOTS_CHARACTERS = 500 << 10  # as far as search engines read it
_MOST_CHANNELS = 500
_SECTION_LENGTH = 100
_FEED_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/rss+xml",
    "application/rss", "application/atom", "application/x-rss+xml", "application/xml+rss",
})  # fmt: skip
_LOOSE_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
# A path or a host that looks like that of a feed, one word of it being enough.
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss\d?|rss2\.0|feeds?|atom|rdf)(?:/|$)|[/_.-](?:rss|atom|feed)[\w-]{0,30}\.(?:xml|php|json|aspx?)$"
    r"|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"^(?:rss|feeds?|sindikasi)\.")
_FEED_SERVICES = frozenset({"feedburner.com", "feedproxy.google.com", "feedburner.google.com"})
_SITEMAP_PATH = re.compile(r"sitemap[^/]*(?:\.xml|\.xml\.gz|\.txt)$|^/(?:news[-_])?sitemap/?$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|komentar|tanggapan", re.IGNORECASE)
_NO_FEED = re.compile(
    r"/wp-json(?:/|$)|/oembed(?:/|$)|\.(?:jpe?g|png|gif|svg|webp|ico|css|js|pdf|mp[34])$", re.IGNORECASE
)
# Words on a link that name its kind and no section.
_GENERIC = re.compile(
    r"^(?:rss|rss 2\.0|feeds?|xml|atom|rss feeds?|berlangganan|subscribe|lihat|klik di sini|here)$", re.I
)
_ROBOTS_LINE = re.compile(r"^\s*site-?map\s*:\s*(\S[^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FEED_GUESSES = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/feeds", "/atom.xml", "/index.xml", "/rss/news", "/rss/terkini",
    "/?feed=rss2", "/feeds/posts/default", "/index.php?format=feed&type=rss", "/feed.json",
)  # fmt: skip
_SITEMAP_GUESSES = (
    "/sitemap_news.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/news_sitemap.xml", "/googlenews.xml",
    "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt",
)  # fmt: skip


def channels_of_page(body: bytes, url: str, charset: str | None) -> list[Channel]:
    """Feeds and sitemaps that a page names: first those that it declares, then links that look like feeds.

    A home page declares its own; an overview page lists one for each section, whose name the channel keeps. Feeds of
    comments are left out, and so are feeds of other sites, which a page links to for other reasons.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decoded(body[:_MAX_PAGE_BYTES], charset) or "<html></html>")
    base_node = tree.css_first("base[href]")
    base = (address(base_node.attributes.get("href"), url) if base_node else None) or url
    found: list[Channel] = []
    for node in tree.css("link[href]"):
        attributes = {name: value or "" for name, value in node.attributes.items()}
        kind = _declared_kind(attributes)
        link = address(attributes["href"], base) if kind else None
        if kind and link and _is_wanted(link, attributes.get("title", "")):
            found.append(Channel(link, kind, _section(attributes.get("title"))))
    for node in tree.css("a[href]"):
        link = address(node.attributes.get("href"), base)
        kind = _looks_like(link, url) if link else None
        if kind and link:
            text = node.text(separator=" ")
            if _is_wanted(link, text):
                found.append(Channel(link, kind, _section(text) or _section(node.attributes.get("title"))))
    return _distinct(found, url)


def sitemaps_of_robots(text: str, url: str) -> list[Channel]:
    """The sitemaps that the robots.txt at ``url`` names, in its order; they may lie on another host."""
    lines = _ROBOTS_LINE.findall(text.lstrip("\ufeff")[:_MAX_ROBOTS_CHARACTERS])
    links = (address(line.strip().strip("<>\"'"), url) for line in lines)
    return _distinct((Channel(link, "sitemap") for link in links if link), None)


def guesses(url: str) -> list[Channel]:
    """The usual addresses of feeds and news sitemaps for the site of ``url``, likeliest first; most do not exist."""
    if not canonical_url(url):
        return []
    path = urlsplit(url).path.rstrip("/")
    feeds = [*((f"{path}/feed", f"{path}/rss") if path else ()), *_FEED_GUESSES]
    found = [Channel(urljoin(url, feed), "feed") for feed in feeds]
    found += [Channel(urljoin(url, sitemap), "sitemap") for sitemap in _SITEMAP_GUESSES]
    domain = registrable_domain(host(url) or "")
    if "." in domain and not domain.rpartition(".")[2].isdigit():
        found.append(Channel(f"https://rss.{domain}/", "feed"))
    return _distinct(found, None)


def _declared_kind(attributes: dict[str, str]) -> ChannelKind | None:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    if "sitemap" in relations:
        return "sitemap"
    if "alternate" not in relations or "stylesheet" in relations:
        return None
    is_feed = kind in _FEED_TYPES or (kind in _LOOSE_TYPES and _is_feed_address(attributes["href"]))
    return "feed" if is_feed else None


def _looks_like(link: str, page: str) -> ChannelKind | None:
    """What a link on ``page`` may lead to; null for an ordinary page and for other sites."""
    name = host(link) or ""
    domain = registrable_domain(name)
    if domain in _FEED_SERVICES or name in _FEED_SERVICES:
        return "feed"
    if domain != registrable_domain(host(page) or ""):
        return None
    if _SITEMAP_PATH.search(urlsplit(link).path):
        return "sitemap"
    return "feed" if _is_feed_address(link) else None


def _is_feed_address(link: str) -> bool:
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query[:1000]))
    return bool(
        _FEED_PATH.search(parts.path)
        or _FEED_HOST.match(parts.netloc.lower())
        or query.get("format", "").lower() == "feed"
        or re.match(r"(?:rss2?|atom|rdf)$", query.get("feed", "").lower())
    )


def _is_wanted(link: str, title: str) -> bool:
    """Not a feed of comments, an interface of the content system, or a picture of a feed."""
    parts = urlsplit(link)
    return not (
        _NO_FEED.search(parts.path)
        or _COMMENTS.search(f"{parts.path}?{parts.query}")
        or _COMMENTS.search(re.split(r"[»>|]", title)[-1])
    )


def _section(text: str | None) -> str | None:
    """The outlet's own name for a channel; null where the words say no more than that it is a feed."""
    line = line_of(text, _SECTION_LENGTH)
    return None if line is None or _GENERIC.match(line) else line


def _distinct(channels: Iterable[Channel], page: str | None) -> list[Channel]:
    """Each address once, without the page itself; a name that a later link gives is kept."""
    found: dict[str, Channel] = {}
    for channel in _bounded(channels):
        key = channel.url.partition("#")[0].rstrip("/")
        if page and key == page.partition("#")[0].rstrip("/"):
            continue
        known = found.get(key)
        if known is None or (known.section is None and channel.section):
            found[key] = channel if known is None else Channel(known.url, known.kind, channel.section)
    return list(found.values())


def _bounded(channels: Iterable[Channel]) -> Iterator[Channel]:
    for number, channel in enumerate(channels):
        if number >= _MOST_CHANNELS:
            return
        yield channel
