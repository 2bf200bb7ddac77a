"""From a document's payload to its fields, as printed.

Belongs here: reading the media types. Does not: lines of office files and releases (office_lines, release_text), where
a page keeps its parts (page_rules, main_text, page_metadata), normalising (text), labelling (zones), reading dates
(dates). A payload that cannot be read gives empty fields, never an error.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from ingest.clean.fields import DateCandidate, Fields, Part
from ingest.clean.main_text import main_text, shown_time
from ingest.clean.office_lines import docx_lines, pdf_lines
from ingest.clean.page_bounds import PLAIN, bounded
from ingest.clean.page_metadata import PageFacts, read_metadata
from ingest.clean.page_rules import body_by_rule, line_of, page_rule
from ingest.clean.release_text import release_fields, text_lines
from ingest.clean.zones import PRINTED_DATE, SLUG

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["DateCandidate", "Fields", "Part", "extract"]

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LONGEST_TITLE = 250
_MOST_HEADINGS = 30
_NUMBER = re.compile(r"\b[1-9]\d?\b")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})")
_MOST_PAGES = 50
_MOST_TAGS = 50
_PAGE_END = re.compile(r"</html\s*>\s*(?=<(?:!doctype\b|html\b))", re.IGNORECASE)
_AFTER_TEXT = frozenset({"tags", "related", "paging", "footer", "byline"})
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>|<\?xml-stylesheet[^>]{0,300}\?>|<!--.{0,500}?-->|\s)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b"
)


def extract(media_type: str, payload: bytes, metadata: Mapping[str, Any], source_kind: str = "web") -> Fields:
    """The fields of one raw document (``raw.documents``: media_type, payload, parsed metadata, source_kind).

    A Word or PDF file is read as a press release, a plain text where its source kind says so.
    """
    if media_type == "application/json":
        return _from_row(payload, metadata)
    if media_type == "text/html":
        pages = _PAGE_END.split(_decoded(payload, metadata, is_html=True))
        fields = _joined_pages([_from_page(page) for page in pages[:_MOST_PAGES]])
        if isinstance(channel := metadata.get("channel"), dict):
            _add_channel(fields, channel)
        return fields
    if media_type == PDF:
        return release_fields(pdf_lines(payload))
    if media_type == DOCX:
        return release_fields(docx_lines(payload))
    text = _decoded(payload, metadata)
    return release_fields(text_lines(text)) if source_kind == "press_release" else _from_text(text)


def _decoded(payload: bytes, metadata: Mapping[str, Any], *, is_html: bool = False) -> str:
    """The payload as text: UTF-8 where it is that, else as declared, else as Windows wrote it."""
    if payload[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return payload.decode("utf-16", "replace")
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
    except (LookupError, UnicodeError):
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
    """A saved page: metadata, then the main column by the outlet's rule, else as main_text finds it."""
    from selectolax.lexbor import LexborHTMLParser

    fields = Fields()
    raw = html.replace("\x00", "")
    html = bounded(raw)
    if html != raw:
        fields.mends.add(PLAIN)
    if _FEED.match(html[:4000]):
        fields.is_article = False
        return fields
    tree = LexborHTMLParser(html or "<html></html>")
    facts = read_metadata(tree, fields)
    if not any(date.origin in ("json_ld", "meta") for date in fields.dates) and (time := shown_time(tree)):
        fields.dates.append(time)
    fields.title = _page_title(tree, fields.title, facts)
    fields.tags = fields.tags or [tag for tag in map(line_of, tree.css("a[rel=tag]")[:_MOST_TAGS]) if tag]
    rule = page_rule(fields.url, tree)
    if rule is None or not body_by_rule(tree, rule, fields):
        main_text(html, tree, fields, facts)
    fields.author = fields.author or facts.meta_author
    return fields


def _joined_pages(pages: list[Fields]) -> Fields:
    """One article out of the pages that its payload holds one after the other, as one whole page would have it.

    The first page's data is the article's. What follows a page's text (tags, lists, signature) is kept of the last one.
    """
    fields = pages[0]
    if len(pages) > 1:
        shown = {part.text for part in fields.parts}
        ending = [part for part in pages[-1].parts if part.zone in _AFTER_TEXT]
        fields.parts = [part for part in fields.parts if part.zone not in _AFTER_TEXT]
        for page in pages[1:]:
            # a page repeats the picture and the date of the first
            fields.parts += [
                part
                for part in page.parts
                if part.zone not in _AFTER_TEXT and part.zone != "printed_date" and part.text not in shown
            ]
            fields.mends |= page.mends
        fields.parts += ending
        fields.is_article = all(page.is_article for page in pages)
        fields.hints.pop("has_next_page", None)
        fields.hints["pages_joined"] = str(len(pages))
    numbers = [int(number) for part in fields.parts if part.zone == "paging" for number in _NUMBER.findall(part.text)]
    if numbers:
        fields.hints["page_count"] = str(max(numbers))
    return fields


def _add_channel(fields: Fields, channel: Mapping[str, Any]) -> None:
    """What a feed or sitemap prints beside the link: dates to choose among, the rest where the page is silent."""

    def told(name: str) -> str:
        return value.strip() if isinstance(value := channel.get(name), str) else ""

    # a sitemap that prints no publication stamps its entries when it is made, not when an article changes
    is_telling = channel.get("kind") != "sitemap" or bool(told("published"))
    for origin, name in (("feed", "published"), ("updated", "updated")):
        date = DateCandidate(origin, told(name))
        if date.raw and is_telling and date not in fields.dates:
            fields.dates.append(date)
    fields.title = fields.title or told("title")
    fields.section = fields.section or told("section") or None
    fields.author = fields.author or told("author") or None
    categories = channel.get("categories")
    if not fields.tags and isinstance(categories, list):
        fields.tags = [tag for tag in _strings(categories[:_MOST_TAGS]) if tag.strip()]


def _page_title(tree: LexborHTMLParser, headline: str, facts: PageFacts) -> str:
    """The headline: the heading that JSON-LD or the social title repeats, else these, without the site's name."""
    headings = [line for line in map(line_of, tree.css("h1")[:_MOST_HEADINGS]) if line]
    for told in (" ".join(headline.split()), facts.social_title):
        if not told:
            continue
        short = told.rstrip(". …")
        for heading in headings + [line for line in map(line_of, tree.css("h2")[:_MOST_HEADINGS]) if len(line) >= 15]:
            # a site's name at the end of a social title may be a heading too
            if (heading in told and len(heading) >= 0.4 * len(told)) or (
                len(short) >= 30 and heading.startswith(short)
            ):
                return heading
    told = " ".join(headline.split()) or _without_site(facts.social_title, facts.site_name)
    return told or (headings[0] if headings else line_of(tree.css_first("title")))


def _without_site(title: str, site: str) -> str:
    """A social title without the name of the site before or after it."""
    for separator in (" | ", " - ", " \N{EN DASH} ", ": "):
        first, found, rest = title.partition(separator)
        if found and site and first.strip().casefold() == site.casefold():
            return rest.strip()
        rest, found, last = title.rpartition(separator)
        if found and site and last.strip().casefold() == site.casefold():
            return rest.strip()
    return title
