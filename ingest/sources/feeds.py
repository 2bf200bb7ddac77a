"""Feeds to links: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x.

Belongs here: which of an item's strings is its link, its dates, its title. Does not: asking for a feed (web.fetch),
broken XML (markup), the identity of a link (links), reading a date (ingest.clean.dates).
A feed may name pages of any site: aggregators do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

import orjson
from lxml import etree

from ingest.sources.links import Link, Listing, link_id
from ingest.sources.markup import (
    CUT_OFF,
    NOT_WELL_FORMED,
    address,
    decoded,
    line_of,
    parser_options,
    read_xml,
    unzipped,
    well_formed,
    without_rest,
)
from ingest.sources.streams import InputError

MAX_FEED_BYTES = 16 << 20
MAX_ITEMS = 20_000
MAX_FEED_TAGS = 1_000_000
"""Tags past any feed (10,000 items of 20 elements hold 400,000)."""

_TITLE_LENGTH = 500
_MOST_CATEGORIES = 50
_LONGEST_DATE = 200
# Elements by which sites mark what readers or advertisers pay for.
_MARKS = (
    "premium", "is_premium", "ispremium", "paid", "is_paid", "ispaid", "sponsored", "is_sponsored", "issponsored",
    "advertorial", "is_advertorial", "isadvertorial", "paywall", "access", "subscription",
)  # fmt: skip
_WHOLE = ("http://", "https://", "//", "www.")
_EMPTY_LINK = re.compile(r"<link\s*/>|<link\s*>\s*(?:<!\[CDATA\[\s*\]\]>\s*)?</link\s*>")
_READ_NAMESPACES = frozenset({
    "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/",
    "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/",
    "http://rssnamespace.org/feedburner/ext/1.0",
})  # fmt: skip
_BROKEN_PARSE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def read_feed(body: bytes, *, url: str, content_type: str | None, charset: str | None) -> Listing:
    """The items of the feed at ``url`` in their order, dates and links as printed; no item is a legal feed.

    ``content_type`` decides nothing: sites serve feeds as HTML and pages as XML. Raises InputError: ``empty``,
    ``unreadable`` for what is no feed, ``too_large``.
    """
    data, is_whole = unzipped(body, MAX_FEED_BYTES)
    text = decoded(data, charset)
    problems = [] if is_whole else [CUT_OFF]
    if text.lstrip("\ufeff\0 \t\r\n").startswith("{"):
        return _from_json(text.strip("\ufeff\0 \t\r\n"), url, problems)
    if content_type and "json" in content_type and "<" not in text[:1000]:
        raise InputError("unreadable", "it is JSON, but no JSON Feed")
    xml = read_xml(text)
    if xml.local == "html":
        raise InputError("unreadable", "it is a page, not a feed")
    if xml.local in ("urlset", "sitemapindex"):
        raise InputError("unreadable", "it is a sitemap, not a feed")
    if xml.text.count("<") > MAX_FEED_TAGS:
        raise InputError("too_large", f"it holds more than {MAX_FEED_TAGS:,} tags")
    if xml.is_cut_off:
        problems = [CUT_OFF]
    whole = without_rest(xml, "item", "entry") if xml.is_cut_off else xml.text
    source, is_clean = well_formed(_EMPTY_LINK.sub("", whole))  # an empty link would hide an identifier that is one
    if not is_clean and not xml.is_cut_off:
        problems.append(NOT_WELL_FORMED)
    return _from_xml(source, url, problems)


def _listing(links: Iterable[Link | None], title: str | None, problems: list[str]) -> Listing:
    """Each link once, the first of its kind; an item without a link is counted."""
    found: dict[str, Link] = {}
    without = 0
    for number, link in enumerate(links):
        if number >= MAX_ITEMS:
            problems.append(f"only its first {MAX_ITEMS:,} items were read")
            break
        if link is None:
            without += 1
        else:
            found.setdefault(link_id(link.url), link)
    if without:
        problems.append(f"items without the address of a page: {without}")
    return Listing(tuple(found.values()), title=title, problems=tuple(problems))


def _date(value: object) -> str | None:
    """A date as printed; null where there is none or where it is prose."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= _LONGEST_DATE else None


def _filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}


def _lines(values: Iterable[object]) -> list[str]:
    lines = dict.fromkeys(line for line in (line_of(value, 200) for value in values) if line)
    return list(lines)[:_MOST_CATEGORIES]


# --- XML ----------------------------------------------------------------------------------------------------------


def _from_xml(source: bytes, url: str, problems: list[str]) -> Listing:
    try:
        feed = _parsed(source)
    except _BROKEN_PARSE:  # places, licences and the like, which the parser converts without a look
        try:
            feed = _parsed(_without_extensions(source))
        except _BROKEN_PARSE as error:
            raise InputError("unreadable", f"its items cannot be read: {error!r}") from None
    is_atom = str(feed["version"]).startswith("atom")
    links = (_from_entry(entry, url, is_atom=is_atom) for entry in feed["entries"])
    return _listing(links, line_of(dict.get(feed["feed"], "title"), _TITLE_LENGTH), problems)


def _parsed(source: bytes) -> Mapping[str, Any]:
    import feedparser

    # a stream, since bytes would be taken for the name of a file; no base, since identifiers are no links
    feed: Mapping[str, Any] = feedparser.parse(
        BytesIO(source),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return feed


def _without_extensions(source: bytes) -> bytes:
    """The feed with the elements alone that are read here."""
    root = etree.fromstring(source, etree.XMLParser(**parser_options()))
    for element in list(root.iter(etree.Element)):
        namespace, parent = etree.QName(element).namespace, element.getparent()
        if namespace and namespace not in _READ_NAMESPACES and parent is not None:
            parent.remove(element)
    kept: bytes = etree.tostring(root, encoding="utf-8")
    return kept


def _from_entry(entry: Mapping[str, Any], base: str, *, is_atom: bool) -> Link | None:
    item = dict(entry.items())  # the parser's own dictionary answers for keys that it does not hold
    url = next((found for link in _addresses(item) if (found := address(link, base))), None)
    if url is None:
        return None
    published, updated = _date(item.get("published")), _date(item.get("updated"))
    if not published and not is_atom:
        published, updated = updated, None  # dc:date, which is all that RSS 1.0 has
    content = item.get("content")
    body = content[0].get("value") if isinstance(content, list) and content else None
    source = item.get("source")
    tags = item.get("tags")
    facts = {
        "guid": line_of(item.get("id")),
        "summary": line_of(item.get("summary")) or line_of(body),
        "author": _author(item),
        "categories": _lines(tag.get("label") or tag.get("term") for tag in tags if isinstance(tag, Mapping))
        if isinstance(tags, list)
        else [],
        "publication": line_of(dict.get(source, "title"), 200) if isinstance(source, dict) else None,
        "marks": _filled({name: line_of(item.get(name), 200) for name in _MARKS}),
    }
    return Link(url, line_of(item.get("title"), _TITLE_LENGTH), published, updated, _filled(facts))


def _addresses(item: Mapping[str, Any]) -> Iterator[object]:
    """What may be an item's link, best first: before a counter took its place, as link, as an identifier that is one.

    An identifier counts where it is a whole address, and no link is printed or the printed one leads nowhere. One that
    stands alone and says that it is no link (isPermaLink="false") does not count.
    """
    yield item.get("feedburner_origlink")
    yield item.get("pheedo_origlink")
    guid = item.get("id")
    others = [other for other in item.get("links") or () if other.get("rel") == "alternate"]
    others.sort(key=lambda other: "html" not in str(other.get("type")))
    yield from (other.get("href") for other in others)
    link = item.get("link")
    if link != guid:
        yield link
    if link and isinstance(guid, str) and guid.lower().startswith(_WHOLE):
        yield guid


def _author(item: Mapping[str, Any]) -> str | None:
    authors = item.get("authors")
    names = _lines(one.get("name") for one in authors) if isinstance(authors, list) else []
    return ", ".join(names) or line_of(item.get("author"), 200)


# --- JSON ---------------------------------------------------------------------------------------------------------


def _from_json(text: str, url: str, problems: list[str]) -> Listing:
    try:
        feed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError("unreadable", f"its JSON is damaged: {error}") from None
    items = feed.get("items")
    if not isinstance(items, list) or not (feed.get("version") or items):
        raise InputError("unreadable", "it is JSON, but no JSON Feed")
    links = (_from_item(item, url) if isinstance(item, dict) else None for item in items)
    return _listing(links, line_of(feed.get("title"), _TITLE_LENGTH), problems)


def _from_item(item: Mapping[str, Any], base: str) -> Link | None:
    guid = item.get("id")
    is_address = isinstance(guid, str) and guid.lower().startswith(_WHOLE)
    candidates = (item.get("url"), item.get("external_url"), guid if is_address else None)
    url = next((found for link in candidates if (found := address(link, base))), None)
    if url is None:
        return None
    authors = item.get("authors") or [item.get("author")]
    names = _lines(one.get("name") for one in authors if isinstance(one, dict)) if isinstance(authors, list) else []
    tags = item.get("tags")
    facts = {
        "guid": line_of(str(guid)) if isinstance(guid, (str, int)) else None,
        "summary": line_of(item.get("summary"))
        or line_of(item.get("content_text"))
        or line_of(item.get("content_html")),
        "author": ", ".join(names),
        "categories": _lines(tags) if isinstance(tags, list) else [],
        "marks": _filled({name: line_of(str(item[name]), 200) for name in _MARKS if item.get(name)}),
    }
    dates = _date(item.get("date_published")), _date(item.get("date_modified"))
    return Link(url, line_of(item.get("title"), _TITLE_LENGTH), *dates, _filled(facts))
