"""XML as the web serves it, made safe and well-formed before anything reads it.

Belongs here: gzip, encodings, the document's root, mending and bounds, for feeds and sitemaps alike. Does not: what an
element means. No document type declaration survives, so there is no entity to expand and nothing to fetch.
"""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import urljoin
from xml.parsers import expat

from lxml import etree

from ingest.clean.urls import canonical_url
from ingest.sources.streams import InputError, bom_encoding, is_windows_1252

MAX_TAGS = 3_000_000
"""Tags past any sitemap (50,000 news entries hold 1.5 million); a tree of them stays below 300 MB."""
NOT_WELL_FORMED = "it is not well-formed XML and was read as far as it could be"
CUT_OFF = "it is cut off"

# What feeds and pages are written in. Python knows codecs by name that are none of these, and slow.
_ENCODING = re.compile(
    r"^(?:utf-?(?:8|16|32)(?:-?[bl]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|(?:windows-|cp-?)\d{3,4}|gb\w{1,8}"
    r"|big5|euc-\w{2}|shift-jis|koi8-\w|macintosh)$"
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{2,30})[\"']")
_LATIN = frozenset({"utf8", "utf-8", "us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1"})
_ASIDE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(
    r"<(?P<name>(?:[A-Za-z_][\w.-]*:)?(?P<local>rss|rdf|feed|urlset|sitemapindex|html))(?=[\s/>])[^<>]*+(?P<end>>?)",
    re.IGNORECASE,
)
_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_AMPERSAND = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,30});)?")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_STRAY = re.compile(r"<(?![/!?A-Za-z_])")
_PREFIX = re.compile(r"[<\s]/?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_MOST_PREFIXES = 50
# Undeclared prefixes that news sites use; any other gets a namespace of its own name.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MARKUP = re.compile(r"</?[A-Za-z!]")
_MOST_MARKUP = 20_000  # characters of markup that are read for one line


@dataclass(frozen=True)
class Xml:
    """The root element as text, from its tag to its end; ``local`` is its lower-case name without prefix."""

    text: str
    name: str
    local: str
    is_cut_off: bool


def unzipped(body: bytes, limit: int) -> tuple[bytes, bool]:
    """The body without gzip, and whether it was whole. InputError ``too_large`` where it grows beyond ``limit``."""
    is_whole, parts, size = True, [], 0
    if not body.startswith(b"\x1f\x8b"):
        parts, size = [body], len(body)
    data = body if not parts else b""
    while data.startswith(b"\x1f\x8b") and size <= limit:
        decoder = zlib.decompressobj(wbits=31)
        try:
            parts.append(decoder.decompress(data, limit + 1 - size))
        except zlib.error as error:
            raise InputError("unreadable", f"the gzip data is damaged: {error}") from None
        size += len(parts[-1])
        is_whole = decoder.eof
        data = decoder.unused_data
    if size > limit:
        raise InputError("too_large", f"it holds more than {limit >> 20} MB")
    return b"".join(parts), is_whole


def decoded(body: bytes, charset: str | None = None) -> str:
    """The body as text: by its byte-order mark, as UTF-8 where it is that, else as declared, else as Windows wrote it.

    ``charset`` is that of the header; that of the XML declaration comes after it.
    """
    if named := bom_encoding(body[:4]):
        return body.decode(named, "replace")
    if body[:2] in (b"<\0", b"\0<"):
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = _DECLARED.search(body[:1000])
    names = [(charset or "").lower().replace("_", "-"), found[1].decode().lower() if found else ""]
    for name in names:
        if name not in _LATIN and _ENCODING.match(name):
            try:
                return body.decode(name, "replace")
            except LookupError:
                continue
    # a name of Latin-1 is a default rather than a statement
    return body.decode("windows-1252" if is_windows_1252(body) else "utf-8", "replace")


def read_xml(text: str) -> Xml:
    """The root of a feed, sitemap or HTML page, without what stands before and after it.

    Raises InputError: ``empty``, ``unreadable`` where there is no such root, ``too_large``.
    """
    if not text.strip("\0 \t\r\n\ufeff"):
        raise InputError("empty", "it is empty")
    if text.count("<") > MAX_TAGS:
        raise InputError("too_large", f"it holds more than {MAX_TAGS:,} tags")
    start = 1 if text.startswith("\ufeff") else 0
    while aside := _ASIDE.match(text, start):
        start = aside.end()
    root = _ROOT.search(text, start)
    if not root or not root["end"]:
        raise InputError("unreadable", "it is neither XML of a feed nor of a sitemap")
    name, local = root["name"], root["local"].lower()
    if root[0].endswith("/>"):
        return Xml(root[0], name, local, False)
    end = text.rfind(f"</{name}", root.end())
    if end >= 0:
        return Xml(f"{text[root.start() : end]}</{name}>", name, local, False)
    return Xml(text[root.start() :], name, local, True)


def without_rest(xml: Xml, *names: str) -> str:
    """A document that was cut off up to its last whole element of these names; the root's tag alone for none."""
    last = None
    for last in re.finditer(rf"</(?:[\w.-]+:)?(?:{'|'.join(names)})\s*>", xml.text):  # noqa: B007  the last one counts
        pass
    if last:
        return xml.text[: last.end()]
    root = _ROOT.match(xml.text)
    return root[0] if root else ""


def well_formed(text: str) -> tuple[bytes, bool]:
    """The document in UTF-8 such that any XML parser reads it, and whether nothing had to be left out for that.

    Stray ampersands, entities of HTML, characters that XML forbids and undeclared prefixes are mended; what is still
    broken is left to the parser that recovers. Nesting is bounded by that of libxml2. Raises InputError.
    """
    data = text.encode("utf-8", "replace")
    if _is_well_formed(data):
        return data, True
    data = mended(text).encode("utf-8", "replace")
    if _is_well_formed(data):
        return data, True
    try:
        root = etree.fromstring(data, etree.XMLParser(recover=True, **parser_options()))
    except etree.XMLSyntaxError:
        root = None
    if root is not None:
        data = etree.tostring(root, encoding="utf-8")
        if _is_well_formed(data):
            return data, False
    raise InputError("unreadable", "its XML is damaged")


def parser_options() -> dict[str, bool]:
    """Options of a parser that expands nothing, fetches nothing and keeps the bounds of libxml2."""
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }


def _is_well_formed(data: bytes) -> bool:
    """Whether both parsers read it: libxml2 bounds the nesting, expat is what reads feeds."""
    try:
        etree.fromstring(data, etree.XMLParser(**parser_options()))
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except (etree.XMLSyntaxError, expat.ExpatError):
        return False
    return True


def mended(text: str) -> str:
    """The document with its common mistakes mended, outside CDATA sections."""
    text = _NO_XML.sub("", text)
    prefixes = dict.fromkeys(_PREFIX.findall(text))
    pieces = []
    start = 0
    while (found := text.find("<![CDATA[", start)) >= 0 and (end := text.find("]]>", found)) >= 0:
        pieces += [_escaped(text[start:found]), text[found : end + 3]]
        start = end + 3
    pieces.append(_escaped(text[start:]))
    text = "".join(pieces)
    root = _ROOT.match(text)
    if root is None:
        return text
    missing = [
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"'
        for prefix in prefixes
        if not prefix.lower().startswith("xml") and f"xmlns:{prefix}" not in root[0]
    ]
    at = root.end("name")
    return f"{text[:at]}{''.join(missing[:_MOST_PREFIXES])}{text[at:]}"


def _escaped(text: str) -> str:
    return _STRAY.sub("&lt;", _AMPERSAND.sub(_reference, text))


def _reference(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return match[0] if name in _OF_XML else html.escape(html5.get(f"{name};", ""), quote=False) or f"&amp;{name};"
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return match[0] if code <= 0x10FFFF and not _NO_XML.match(chr(code)) else ""
    return "&amp;"


def line_of(value: object, limit: int = 1000) -> str | None:
    """A value as one line of plain text without markup and entities, at most ``limit`` characters; null for none."""
    if not isinstance(value, str):
        return None
    text = value[:_MOST_MARKUP]
    if _MARKUP.search(text):
        from selectolax.lexbor import LexborHTMLParser

        tree = LexborHTMLParser(f"<body>{text}")
        tree.strip_tags(["script", "style"])
        text = (tree.body.text(separator=" ") if tree.body else "") or ""
    elif "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return " ".join(_NO_XML.sub("", text).split())[:limit].rstrip() or None


def address(link: object, base: str) -> str | None:
    """An address as printed, made absolute; null for what is no address of a page on the web."""
    if not isinstance(link, str):
        return None
    text = re.sub(r"[\t\r\n]", "", link).strip()
    if not text or text.startswith(("#", "?#")):
        return None
    if text.lower().startswith("www."):
        text = f"https://{text}"
    try:
        url = urljoin(base, text)
    except ValueError:
        return None
    return url if canonical_url(url) else None
