"""Sitemaps to links: lists of pages, news sitemaps, indexes of sitemaps, plain text.

Belongs here: which element of an entry says what, and which entries a site may list. Does not: asking for a sitemap
(web.fetch), broken XML (markup), reading a date (ingest.clean.dates).

A sitemap speaks for its own site alone: an entry counts where its host has the registrable domain of the sitemap's
host, or of the ``site`` whose robots.txt named a sitemap that lies elsewhere (sitemaps.org allows just this).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lxml import etree

from ingest.clean.outlets import registrable_domain
from ingest.clean.urls import host
from ingest.sources.links import Link, Listing, link_id
from ingest.sources.markup import (
    CUT_OFF,
    NOT_WELL_FORMED,
    Xml,
    address,
    decoded,
    line_of,
    mended,
    parser_options,
    read_xml,
    unzipped,
    without_rest,
)
from ingest.sources.streams import InputError

MAX_SITEMAP_BYTES = 50 << 20
MAX_ENTRIES = 50_000
"""The bounds of sitemaps.org, uncompressed."""

_TITLE_LENGTH = 500
_LONGEST_DATE = 200
_MOST_KEYWORDS = 50
# Words of Google's news extension, under any prefix and namespace, and the names that facts have here.
_NEWS = {
    "title": "title",
    "publication_date": "published",
    "name": "publication",
    "language": "language",
    "keywords": "keywords",
    "genres": "genres",
    "access": "access",
}
_ENTRY = ("{*}url", "{*}sitemap")


def read_sitemap(body: bytes, *, url: str, site: str | None = None) -> Listing:
    """The entries of the sitemap at ``url`` in their order, dates as printed: links, or the children of an index.

    ``site`` is an address of the site that named the sitemap, where that is another one. A feed is a legal sitemap.
    Raises InputError: ``empty``, ``unreadable`` for what is no sitemap, ``too_large``.
    """
    data, is_whole = unzipped(body, MAX_SITEMAP_BYTES)
    text = decoded(data)
    del data
    entries = _Entries(url, site)
    if not is_whole:
        entries.problems.append(CUT_OFF)
    if text.lstrip("\ufeff\0 \t\r\n").lower().startswith(("http://", "https://")):
        _read_lines(text, entries, is_whole=is_whole)
        return entries.listing()
    xml = read_xml(text)
    del text
    if xml.local == "html":
        raise InputError("unreadable", "it is a page, not a sitemap")
    if xml.local not in ("urlset", "sitemapindex"):
        from ingest.sources.feeds import read_feed

        return entries.of_feed(read_feed(body, url=url, content_type=None, charset=None))
    if xml.is_cut_off:
        entries.problems = [CUT_OFF]
    _read_xml(xml, entries)
    return entries.listing()


class _Entries:
    """Collects the entries of one sitemap, each once, and counts those that are passed over."""

    def __init__(self, url: str, site: str | None) -> None:
        self._base = url
        self._domains = {registrable_domain(name) for name in (host(url), host(site)) if name}
        self.problems: list[str] = []
        self.clear()

    def clear(self) -> None:
        self._links: dict[str, Link] = {}
        self._children: dict[str, str | None] = {}
        self._of_others = self._without = self._seen = 0

    def is_full(self) -> bool:
        """Whether the bound is reached; it is noted as a problem."""
        if self._seen >= MAX_ENTRIES:
            self.problems.append(f"only its first {MAX_ENTRIES:,} entries were read")
            return True
        return False

    def add(self, printed: str | None, *, is_child: bool, facts: dict[str, Any]) -> None:
        """One entry: its address as printed, and its facts with ``lastmod``, ``title`` and ``published`` among them."""
        self._seen += 1
        url = address(printed, self._base)
        if url is None:
            self._without += 1
        elif not self._is_ours(url):
            self._of_others += 1
        elif is_child:
            self._children.setdefault(url, facts.get("lastmod"))
        else:
            updated, title, published = (facts.pop(name, None) for name in ("lastmod", "title", "published"))
            self._links.setdefault(link_id(url), Link(url, title, published, updated, facts))

    def of_feed(self, feed: Listing) -> Listing:
        for link in feed.links:
            if self._is_ours(link.url):
                self._links[link_id(link.url)] = link
            else:
                self._of_others += 1
        self.problems = list(feed.problems)
        return self.listing(feed.title)

    def listing(self, title: str | None = None) -> Listing:
        if self._without:
            self.problems.append(f"entries without the address of a page: {self._without}")
        if self._of_others:
            self.problems.append(f"entries that belong to another site: {self._of_others}")
        return Listing(tuple(self._links.values()), tuple(self._children.items()), title, tuple(self.problems))

    def _is_ours(self, url: str) -> bool:
        name = host(url)
        return not self._domains or (name is not None and registrable_domain(name) in self._domains)


def _read_lines(text: str, entries: _Entries, *, is_whole: bool) -> None:
    """A sitemap of plain text: one address a line."""
    lines = text.lstrip("\ufeff\0").splitlines()
    for line in lines if is_whole else lines[:-1]:
        if line.strip():
            if entries.is_full():
                return
            is_address = line.strip().lower().startswith(("http://", "https://"))
            entries.add(line if is_address else None, is_child=False, facts={})


def _read_xml(xml: Xml, entries: _Entries) -> None:
    """Reads as it stands; once more with its mistakes mended where it is not well-formed."""
    text = without_rest(xml, "url", "sitemap") + f"</{xml.name}>" if xml.is_cut_off else xml.text
    try:
        _walk(text, entries, recover=False)
        return
    except etree.XMLSyntaxError:
        entries.clear()
    text = mended(text)
    try:
        _walk(text, entries, recover=False)
        return
    except etree.XMLSyntaxError:
        entries.clear()
    try:
        _walk(text, entries, recover=True)
    except etree.XMLSyntaxError:
        raise InputError("unreadable", "its XML is damaged") from None
    entries.problems.append(NOT_WELL_FORMED)


def _walk(text: str, entries: _Entries, *, recover: bool) -> None:
    """Adds the entries, one element at a time; what was read is given back to memory."""
    source = BytesIO(text.encode("utf-8", "replace"))
    for _, element in etree.iterparse(source, events=("end",), tag=_ENTRY, recover=recover, **parser_options()):
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        if entries.is_full():
            return
        printed, facts = _facts(element)
        entries.add(printed, is_child=_name(element) == "sitemap", facts=facts)
        element.clear()
        while element.getprevious() is not None:
            del parent[0]


def _name(element: etree._Element) -> str:
    """Name without namespace and prefix; sites declare both wrongly or not at all."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _facts(entry: etree._Element) -> tuple[str | None, dict[str, Any]]:
    printed: str | None = None
    facts: dict[str, Any] = {}
    for child in entry.iterchildren(tag=etree.Element):
        name = _name(child)
        if name == "loc":
            printed = printed or "".join(child.itertext())
        elif name == "lastmod":
            facts["lastmod"] = _date(child)
        elif name == "news":
            for element in child.iter(tag=etree.Element):
                if known := _NEWS.get(_name(element)):
                    facts.setdefault(known, _value(element, known))
    return printed, {name: value for name, value in facts.items() if value}


def _value(element: etree._Element, name: str) -> str | list[str] | None:
    if name == "published":
        return _date(element)
    line = line_of("".join(element.itertext()), _TITLE_LENGTH if name == "title" else 1000)
    if name != "keywords" or not line:
        return line
    words = dict.fromkeys(word.strip() for word in line.split(",") if word.strip())
    return list(words)[:_MOST_KEYWORDS]


def _date(element: etree._Element) -> str | None:
    text = "".join(element.itertext()).strip()
    return text if len(text) <= _LONGEST_DATE else None
