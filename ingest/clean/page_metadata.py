"""What a page says of itself outside its text.

Belongs here: JSON-LD, OpenGraph, meta elements, microdata and link elements, each date with its origin. Does not: the
text (main_text, page_rules), choosing among the dates (dates), mending an address (urls).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from ingest.clean.fields import DateCandidate, Fields
from ingest.clean.urls import canonical_url, page_number

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|ClaimReview|NewsStory)$|^LiveBlog|^Opinion|^Review$")
_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "publishdate", "publish_date", "publish-date", "publisheddate", "published_date", "pubdate", "pub_date",
    "content_publisheddate", "content_publishdate", "originalpublishdate", "parsely-pub-date", "sailthru.date",
    "bt:pubdate", "rbpubdate", "shareaholic:article_published_time", "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime", "dc.date.issued", "dc.date", "dcterms.issued", "dcterms.date", "dcterms.created",
    "dc.date.created", "date", "datecreated",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "article:modified", "og:updated_time", "datemodified", "content_modifieddate",
    "bt:moddate", "dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "revised",
)  # fmt: skip
_AUTHORS = (
    "content_author",
    "parsely-author",
    "dable:author",
    "sailthru.author",
    "dc.creator",
    "article:author",
    "author",
)
_SECTIONS = ("article:section", "content_category", "parsely-section", "cxenseparse:category", "dable:section")
_KEYWORDS = ("news_keywords", "content_tags", "parsely-tags", "cxenseparse:tags", "keywords")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?=$|[-_])")
_BROKEN_DATE = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"]{4,60})"')
_BROKEN_HEADLINE = re.compile(r'"headline"\s*:\s*"((?:[^"\\]|\\.){4,300})"')
_DEEPEST = 4


@dataclass
class PageFacts:
    """What the page's own data says beyond the fields: its names, the site's, whether it is an article."""

    social_title: str = ""
    site_name: str = ""
    body: str = ""
    meta_author: str | None = None
    is_article: bool = False
    """Whether the data says so in a way that front pages do not: an article object or a publication time."""
    is_called_article: bool = False
    """Whether OpenGraph calls it an article; some outlets' index pages are called so too."""
    is_site: bool = False
    """Whether OpenGraph calls it a site."""
    is_root: bool = False
    """Whether its only address is the site's root."""


def read_metadata(tree: LexborHTMLParser, fields: Fields) -> PageFacts:
    """Fills ``fields`` but its parts, and tells what else the page's data says. Call it before the tree is changed."""
    facts = PageFacts()
    meta, listed = _meta(tree)
    facts.social_title = _squeezed(meta.get("og:title") or meta.get("twitter:title") or meta.get("title") or "")
    facts.site_name = _squeezed(meta.get("og:site_name") or "")
    urls: list[str | None] = [_attribute(tree.css_first("link[rel=canonical]"), "href"), meta.get("og:url")]
    urls += _read_json_ld(tree, fields, facts)
    urls += _read_microdata(tree, fields, facts)
    published = [DateCandidate("meta", meta[name]) for name in _PUBLISHED if meta.get(name)]
    facts.is_article |= any(meta.get(name) for name in _PUBLISHED[: _PUBLISHED.index("dc.date.issued")])
    facts.is_called_article = meta.get("og:type", "").lower() == "article"
    facts.is_site = meta.get("og:type", "").lower() == "website"
    fields.dates += published + [DateCandidate("updated", meta[name]) for name in _UPDATED if meta.get(name)]
    fields.dates = list(dict.fromkeys(fields.dates))
    fields.url = _address(urls)
    facts.is_root = fields.url is None and any(map(canonical_url, urls))
    fields.section = fields.section or next((meta[name] for name in _SECTIONS if meta.get(name)), None)
    words = listed or next((meta[name].split(",") for name in _KEYWORDS if meta.get(name)), [])
    fields.tags = [tag for tag in map(str.strip, words) if tag] or fields.tags
    names = (meta.get(name, "") for name in _AUTHORS)
    facts.meta_author = next((name for name in names if name and "://" not in name and name != facts.site_name), None)
    said = (
        fields.language, _attribute(tree.css_first("html"), "lang"), meta.get("og:locale"),
        meta.get("content-language"), meta.get("language"),
    )  # fmt: skip
    fields.language = next((match.group().lower() for text in said if text and (match := _LANGUAGE.match(text))), None)
    fields.hints.setdefault("type", meta.get("og:type", ""))
    if (number := max(map(page_number, urls))) > 1:
        fields.hints["page"] = str(number)
    if tree.css_first("link[rel=next]"):
        fields.hints["has_next_page"] = "true"
    fields.hints = {name: value for name, value in fields.hints.items() if value}
    return facts


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _attribute(node: LexborNode | None, name: str) -> str | None:
    return node.attributes.get(name) if node else None


def _address(urls: Iterable[str | None]) -> str | None:
    """The first address of a page below the site's root; a root as canonical address is a template's mistake."""
    for url in urls:
        canonical = canonical_url(url)
        if canonical and canonical.count("/") > 2 and canonical.partition("://")[2].partition("/")[2]:
            return url
    return None


def _meta(tree: LexborHTMLParser) -> tuple[dict[str, str], list[str]]:
    """Contents of meta elements by lower-case name, property or itemprop (the first filled wins); article:tag apart."""
    found: dict[str, str] = {}
    tags: list[str] = []
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = (attributes.get("content") or "").strip()
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            if name := attributes.get(key):
                name = name.lower()
                if name == "article:tag":
                    tags.append(content)
                found.setdefault(name, content)
    return found, tags


def _read_microdata(tree: LexborHTMLParser, fields: Fields, facts: PageFacts) -> list[str | None]:
    """schema.org statements in the markup count as JSON-LD does; the addresses that they and comment boxes name."""
    urls: list[str | None] = []
    seen = set()
    for node in tree.css(
        "[itemprop=datePublished], [itemprop=dateModified], [itemprop=url], fb\\:comments[href],"
        " .fb-comments[data-href]"
    ):
        attributes = node.attributes
        name = attributes.get("itemprop") or "comments"
        if name in seen:
            continue
        if name.startswith("date"):
            if raw := attributes.get("content") or attributes.get("datetime"):
                fields.dates.append(DateCandidate("json_ld" if name == "datePublished" else "updated", raw))
                # each teaser of a front page may have one
                facts.is_article |= name == "datePublished" and len(tree.css("[itemprop=datePublished]")) <= 2
                seen.add(name)
        elif name == "comments":
            urls.append(attributes.get("href") or attributes.get("data-href"))
            seen.add(name)
        elif not _is_of_another_thing(node):
            urls.append(attributes.get("content") or attributes.get("href"))
            seen.add(name)
    return urls


def _is_of_another_thing(node: LexborNode) -> bool:
    """Whether a microdata property belongs to an author, an image or a publisher inside the article."""
    above = node.parent
    for _ in range(6):
        if above is None:
            return False
        if "itemscope" in above.attributes:
            return "itemprop" in above.attributes
        above = above.parent
    return False


# --- JSON-LD ------------------------------------------------------------------------------------------------------


def _read_json_ld(tree: LexborHTMLParser, fields: Fields, facts: PageFacts) -> list[str | None]:
    """Fields of the page's first article object; addresses that it gives. Broken JSON still yields its dates."""
    things: list[dict[str, Any]] = []
    for node in tree.css('script[type="application/ld+json"]'):
        text = node.text().strip()
        text = text.removeprefix("<!--").removesuffix("-->").removesuffix(";").strip()
        try:
            # raw line ends inside strings are the commonest mistake, and blanks are free elsewhere
            data = orjson.loads(" ".join(text.split()))
        except orjson.JSONDecodeError:
            if broken := _broken(text):
                things.append(broken)
            continue
        things += _things(data, 0)
    articles = [thing for thing in things if _ARTICLE.search(_type(thing))] or [
        t for t in things if _type(t) == "WebPage"
    ]
    if not articles:
        return []
    thing = articles[0]
    kind = _type(thing)
    if kind != "WebPage":
        facts.is_article = True
        fields.hints["type"] = kind
    fields.title = _first_text(thing.get("headline")) or ("" if kind == "WebPage" else _first_text(thing.get("name")))
    if raw := _first_text(thing.get("datePublished")):
        fields.dates.append(DateCandidate("json_ld", raw))
    if raw := _first_text(thing.get("dateModified")):
        fields.dates.append(DateCandidate("updated", raw))
    fields.section = _first_text(thing.get("articleSection")) or None
    fields.author = ", ".join(_names(thing.get("author"))) or None
    fields.tags = [tag.strip() for text in _texts(thing.get("keywords"), 0) for tag in text.split(",") if tag.strip()]
    fields.language = _first_text(thing.get("inLanguage")) or None
    is_free = thing.get("isAccessibleForFree")
    if is_free is not None and kind != "WebPage":
        fields.hints["is_free"] = str(is_free).lower()
    facts.body = _first_text(thing.get("articleBody"))
    page = thing.get("mainEntityOfPage")
    main = page.get("@id") if isinstance(page, dict) else page
    return [_first_text(thing.get("url")) or None, _first_text(main) or None]


def _broken(text: str) -> dict[str, Any] | None:
    """An article's headline and dates, read out of JSON-LD that is no JSON."""
    if not re.search(r'"@type"\s*:\s*"\w*(?:Article|BlogPosting)"', text):
        return None
    thing: dict[str, Any] = {"@type": "NewsArticle"}
    for match in _BROKEN_DATE.finditer(text):
        thing.setdefault(match.group(1), match.group(2))
    if headline := _BROKEN_HEADLINE.search(text):
        thing["headline"] = headline.group(1).replace('\\"', '"')
    return thing


def _things(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD value: in lists, ``@graph`` and ``mainEntity``, not in lists of other articles."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for inner in data:
            yield from _things(inner, depth + 1)
    elif isinstance(data, dict):
        yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(inner := data.get(name), (list, dict)):
                yield from _things(inner, depth + 1)


def _type(thing: Mapping[str, Any]) -> str:
    kinds = thing.get("@type")
    names = [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds or "")]
    return next((name for name in names if _ARTICLE.search(name)), names[0] if names else "")


def _texts(value: Any, depth: int) -> Iterator[str]:
    """The strings of a value or of its lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from _texts(inner, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        yield from _texts(value.get("name") or value.get("@value"), depth + 1)


def _first_text(value: Any) -> str:
    return next((text.strip() for text in _texts(value, 0) if text.strip()), "")


def _names(value: Any) -> list[str]:
    """Names of people: an address stands for none."""
    return list(dict.fromkeys(text.strip() for text in _texts(value, 0) if text.strip() and "://" not in text))
