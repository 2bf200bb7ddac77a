"""From a document's payload to its fields, as printed.

Belongs here: reading the three media types, and where an outlet's pages keep their parts. Does not: normalising
(text), labelling (zones), reading dates (dates). A payload that cannot be read gives empty fields, never an error.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from ingest.clean.zones import PRINTED_DATE, SLUG

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


class Part(NamedTuple):
    """A piece of the main column; ``zone`` where the page's markup says what it is, else null."""

    text: str
    zone: str | None = None


class DateCandidate(NamedTuple):
    """A date as printed; ``time_raw`` where the clock stands in a column of its own."""

    origin: str
    raw: str
    time_raw: str | None = None
    is_excel_date: bool = False


@dataclass
class Fields:
    """What a document says of its article. Printed dates inside ``parts`` are not repeated in ``dates``."""

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    dates: list[DateCandidate] = field(default_factory=list)
    url: str | None = None
    section: str | None = None
    author: str | None = None
    tags: list[str] = field(default_factory=list)
    has_head: bool = False
    mends: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class PageRule:
    """Where an outlet's pages keep their parts: CSS selectors, each a list of alternatives for the page's designs."""

    title: str
    body: str
    date: str
    byline: str = ""
    caption: str = ""
    footer: str = ""
    drop: str = ""


# Only outlets whose pages were at hand (designs of 2015 to 2017). Selectors of inner parts are searched everywhere.
PAGE_RULES: Mapping[str, PageRule] = {
    "antaranews.com": PageRule(
        title="h1.title",
        body="#content_news",
        date=".bjbrt .date time, .bjbrt > .date",
        byline=".bjbrt .byline",
        footer="#content_news p.date",
    ),
    "detik.com": PageRule(
        title=".content_detail h1",
        body=".text_detail, .text_gal",
        date=".content_detail .date, .detail_profil .date",
        drop=".linksisip, .sisip_embed",
    ),
    "kompas.com": PageRule(
        title=".kcm-read h2, .kcm-read h1, .baca-content h1",
        body=".kcm-read-text, .kcm-read-content-text, .div-read",
        date=".kcm-date, .kcm-read-top .msmall",
        byline=".kcm-read-copy, .penulis-editor",
        drop=".kcm-read-copy, .penulis-editor, .kcm-read-terkait, .kcm-read-bottom-topic, table",
    ),
    "tempo.co": PageRule(title=".artikel h1", body=".artikel p", date=".block-tanggal", caption=".artikel .deskripsi"),
    "kapanlagi.com": PageRule(
        title="h1[class*=newsdetail-title]",
        body="#v6-revb-detailnews, .v7-music-detail-news",
        date="[class*=newsdetail-schedule]",
        caption="[class*=newsdetail-image-caption]",
        drop=".lifestyle-in-content, #content-video-related",
    ),
}

_LONGEST_TITLE = 250
_SKIPPED = "script, style, noscript, iframe, form, button, template, svg"
_BLOCKS = (
    "p, div, li, ul, ol, tr, table, h1, h2, h3, h4, h5, h6, blockquote, section, article, figure, figcaption,"
    " center, dd, dt"
)
_TAG = re.compile(r"<(/?)(?!(?:br|img|hr|input|meta|link|source|wbr|area|base|col|embed|param|track)\b)[a-z]", re.I)
_DEEPEST = 1000
_BREAK = "\x1e"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})")
_CLOCK = re.compile(r"\d[.:]\d\d")
_AUTHOR = re.compile(r"^(?:Pewarta|Penulis|Reporter|Oleh)\b ?:? ?| ?\b(?:Editor|Sumber) ?:.*$")
_ARTICLE_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "LiveBlogPosting", "WebPage"}
)
_PUBLISHED_META = (
    "article:published_time", "datepublished", "publishdate", "pubdate", "content_publisheddate", "publish_date",
    "originalpublishdate", "date", "dc.date", "dcterms.created", "datecreated", "cxenseparse:publishtime",
)  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")


def extract(media_type: str, payload: bytes, metadata: Mapping[str, Any]) -> Fields:
    """The fields of one raw document (``raw.documents``: media_type, payload, parsed metadata)."""
    if media_type == "application/json":
        return _from_row(payload, metadata)
    if media_type == "text/html":
        return _from_page(_decoded(payload, metadata, is_html=True))
    return _from_text(_decoded(payload, metadata))


def _decoded(payload: bytes, metadata: Mapping[str, Any], *, is_html: bool = False) -> str:
    """The payload as text: UTF-8 where it is that, else as declared, else as Windows wrote it."""
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = metadata.get("encoding")
    if not declared and is_html and (match := _CHARSET.search(payload[:4096])):
        declared = match.group(1).decode()
    if str(declared or "").lower().replace("_", "-") in ("", "utf-8", "utf8", "iso-8859-1", "latin-1", "us-ascii"):
        declared = "windows-1252"  # what browsers read for these names
    try:
        return payload.decode(str(declared), "replace")
    except (LookupError, UnicodeDecodeError):
        return payload.decode("windows-1252", "replace")


# --- plain text ---------------------------------------------------------------------------------------------------


def _from_text(text: str) -> Fields:
    """Saved text: a slug line, the title, then the printed column as it stands. One line alone is text."""
    fields = Fields(has_head=True)
    lines = text.splitlines()
    filled = [i for i, line in enumerate(lines) if line.strip()]
    taken = 0
    if len(filled) > 1 and SLUG.match(lines[filled[0]].strip()):
        fields.section = lines[filled[0]].strip()
        fields.parts.append(Part(fields.section, "slug"))
        taken = 1
    if len(filled) > taken + 1:
        first = lines[filled[taken]].strip()
        if len(first) <= _LONGEST_TITLE and not PRINTED_DATE.match(first):
            fields.title = first
            taken += 1
    if taken < len(filled):
        fields.parts.append(Part("\n".join(lines[filled[taken] :])))
    return fields


# --- rows of dumps ------------------------------------------------------------------------------------------------


def _from_row(payload: bytes, metadata: Mapping[str, Any]) -> Fields:
    """A row of a dump, read by the column mapping that its source declared."""
    try:
        row = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return Fields()
    columns = metadata.get("columns")
    if not isinstance(row, dict) or not isinstance(columns, dict):
        return Fields()
    fields = Fields()

    def cells(role: str) -> list[Any]:
        return [row[name] for name in columns.get(role) or () if row.get(name) not in (None, "")]

    fields.title = " ".join(_strings(cells("title"), fields.mends, " "))
    body = _strings(cells("body"), fields.mends, "\n") or _strings(cells("summary"), fields.mends, "\n")
    fields.parts = [Part(text) for text in body]
    fields.url = next(iter(_strings(cells("url")[:1])), None)
    fields.section = next(iter(_strings(cells("section")[:1])), None)
    fields.author = ", ".join(_strings(cells("author"))) or None
    for cell in cells("tags"):
        listed = _list_literal(cell) if isinstance(cell, str) else cell
        values = listed if isinstance(listed, list) else re.split(r"[,;|]", str(cell))
        fields.tags += [str(value).strip() for value in values if str(value).strip()]
    date_cells = [row.get(name) for name in columns.get("date") or ()]
    if date_cells and date_cells[0] not in (None, ""):
        time_raw = next((str(cell) for cell in date_cells[1:] if cell not in (None, "")), None)
        fields.dates.append(_cell_date("column", date_cells[0], time_raw))
    fields.dates += [_cell_date("updated", cell, None) for cell in cells("updated")]
    return fields


def _cell_date(origin: str, cell: Any, time_raw: str | None) -> DateCandidate:
    if isinstance(cell, dict) and "$excel_date" in cell:
        return DateCandidate(origin, str(cell["$excel_date"]), time_raw, is_excel_date=True)
    return DateCandidate(origin, str(cell), time_raw)


def _strings(cells: Iterable[Any], mends: set[str] | None = None, joiner: str = ", ") -> list[str]:
    """The text of cells; a list, or a list literal that a dump kept as a string, is joined."""
    texts = []
    for cell in cells:
        value = cell
        if isinstance(value, str) and value[:2] in ("['", '["') and (listed := _list_literal(value)) is not None:
            value = listed
            if mends is not None:
                mends.add("list_literal")
        if isinstance(value, list):
            value = joiner.join(str(item) for item in value if item is not None)
        elif isinstance(value, dict):
            value = str(value.get("name") or value.get("$excel_date") or "")
        if text := str(value):
            texts.append(text)
    return texts


def _list_literal(text: str) -> list[Any] | None:
    """The list that ``text`` is the Python literal of; null where it is none."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, list) else None


# --- pages --------------------------------------------------------------------------------------------------------


def _from_page(html: str) -> Fields:
    """A saved page: metadata, then the main column by the outlet's rule, else by resiliparse."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html or "<html></html>")
    fields = Fields()
    meta = _meta(tree)
    _read_json_ld(tree, fields)
    for node in tree.css("[itemprop=datePublished]"):
        # schema.org data in the markup is the same statement as JSON-LD
        if raw := node.attributes.get("content") or node.attributes.get("datetime"):
            fields.dates.append(DateCandidate("json_ld", raw))
            break
    fields.dates += [DateCandidate("meta", meta[name]) for name in _PUBLISHED_META if meta.get(name)]
    fields.dates += [DateCandidate("updated", meta[name]) for name in _UPDATED_META if meta.get(name)]
    canonical = tree.css_first("link[rel=canonical]")
    fields.url = (canonical and canonical.attributes.get("href")) or meta.get("og:url") or fields.url or None
    fields.section = fields.section or meta.get("article:section")
    keywords = meta.get("news_keywords") or meta.get("keywords") or ""
    fields.tags = fields.tags or [tag for tag in (word.strip() for word in keywords.split(",")) if tag]
    rule = _page_rule(fields.url, tree)
    body = _body_by_rule(tree, rule, fields) if rule else []
    if not body:
        body = _main_text(html, fields.title)
    fields.parts += body
    fields.title = fields.title or _page_title(tree, meta)
    return fields


def _page_rule(url: str | None, tree: LexborHTMLParser) -> PageRule | None:
    """The rule of the page's outlet: by its address, else by the stylesheet-independent mark that its body is there."""
    from ingest.clean.urls import host

    name = host(url)
    if name is None:
        return next(
            (rule for rule in PAGE_RULES.values() if _first(tree, rule.body) and _first(tree, rule.title)), None
        )
    return next((rule for domain, rule in PAGE_RULES.items() if name == domain or name.endswith("." + domain)), None)


def _first(tree: LexborHTMLParser, selector: str) -> LexborNode | None:
    return tree.css_first(selector) if selector else None


def _line(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""


def _body_by_rule(tree: LexborHTMLParser, rule: PageRule, fields: Fields) -> list[Part]:
    nodes = tree.css(rule.body)
    if not nodes:
        return []
    dates = [date for date in map(_line, tree.css(rule.date)) if date]
    byline = _line(_first(tree, rule.byline))
    footer = _line(_first(tree, rule.footer))
    captions = {caption: None for node in (tree.css(rule.caption) if rule.caption else []) if (caption := _line(node))}
    dropped = ", ".join(part for part in (_SKIPPED, rule.drop, rule.footer) if part)
    lines = [line for node in nodes for line in _lines(node, dropped)]
    if not lines:
        return []
    fields.title = _line(_first(tree, rule.title)) or fields.title
    parts = []
    if dates:
        # a page prints its date more than once, not always with the time
        parts.append(Part(next((date for date in dates if _CLOCK.search(date)), dates[0]), "printed_date"))
    parts += [Part(caption, "caption") for caption in captions if caption not in lines]
    parts += [Part(line, "caption" if line in captions else None) for line in lines]
    if byline:
        parts.append(Part(byline, "byline"))
        fields.author = fields.author or _AUTHOR.sub("", byline).strip() or None
    if footer:
        parts.append(Part(footer, "footer"))
    return parts


def _lines(node: LexborNode, dropped: str) -> Iterator[str]:
    """The lines that a browser would show of ``node``, without what ``dropped`` selects. Changes the tree."""
    for inner in node.css(dropped):
        if inner.mem_id != node.mem_id:
            inner.decompose()
    for inner in node.css("br"):
        inner.replace_with(_BREAK)
    for inner in node.css(_BLOCKS):
        if inner.mem_id != node.mem_id:
            inner.insert_before(_BREAK)
            inner.insert_after(_BREAK)
    for line in node.text().split(_BREAK):
        if line := " ".join(line.split()):
            yield line


def _main_text(html: str, title: str) -> list[Part]:
    """Main text by resiliparse, without the lines before the title and the crumbs around the sentences."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(html, main_content=not _is_deeply_nested(html), alt_texts=False)
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if title in lines:
        lines = lines[lines.index(title) + 1 :]
    sentences = [i for i, line in enumerate(lines) if len(line) >= 80 or (len(line) >= 40 and line[-1] in '.!?"')]
    if not sentences:
        return []
    return [Part("\n\n".join(lines[sentences[0] : sentences[-1] + 1]))]


def _is_deeply_nested(html: str) -> bool:
    """Whether tags nest past any layout, where looking for the main content costs the square of the depth."""
    if html.count("<") < _DEEPEST:
        return False
    depth = deepest = 0
    for match in _TAG.finditer(html):
        depth += -1 if match.group(1) else 1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Contents of meta elements by lower-case name, property or itemprop; the first that is not empty wins."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _page_title(tree: LexborHTMLParser, meta: Mapping[str, str]) -> str:
    """The headline where no rule names it: the h1 that the social title repeats, else the social title itself."""
    social = " ".join((meta.get("og:title") or meta.get("twitter:title") or "").split())
    headings = [line for line in map(_line, tree.css("h1")) if line]
    for heading in headings:
        if social.startswith(heading) or heading in social:
            return heading
    if social:
        return social
    return headings[0] if headings else _line(tree.css_first("title"))


def _read_json_ld(tree: LexborHTMLParser, fields: Fields) -> None:
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            data = orjson.loads(" ".join(node.text().split()))
        except orjson.JSONDecodeError:
            continue
        for thing in _things(data):
            fields.title = fields.title or str(thing.get("headline") or "")
            if isinstance(published := thing.get("datePublished"), str):
                fields.dates.append(DateCandidate("json_ld", published))
            if isinstance(modified := thing.get("dateModified"), str):
                fields.dates.append(DateCandidate("updated", modified))
            if isinstance(section := thing.get("articleSection"), str):
                fields.section = fields.section or section
            if isinstance(url := thing.get("url"), str):
                fields.url = fields.url or url
            authors = thing.get("author")
            names = _strings(authors if isinstance(authors, list) else [authors] if authors else [])
            fields.author = fields.author or ", ".join(names) or None


def _things(data: Any) -> Iterator[dict[str, Any]]:
    """The article objects of a JSON-LD value, looked for in lists and ``@graph``."""
    things: Sequence[Any] = data if isinstance(data, list) else [data]
    for thing in things:
        if not isinstance(thing, dict):
            continue
        if isinstance(graph := thing.get("@graph"), list):
            yield from (inner for inner in graph if isinstance(inner, dict) and _is_article(inner))
        if _is_article(thing):
            yield thing


def _is_article(thing: Mapping[str, Any]) -> bool:
    kinds = thing.get("@type")
    return not _ARTICLE_TYPES.isdisjoint(kinds if isinstance(kinds, list) else [kinds]) if kinds else False
