"""Hostile inputs that grow: what makes a careless reader quadratic.

Each shape gives about ``size`` bytes. Belongs here: generators of bytes and how their cost is measured. Does not: the
readers (``targets``).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.made_files import docx_of, pdf_with, warc_record

Shape = Callable[[int], bytes]

_SENTENCE = b"Kementerian Dalam Negeri menggelar rapat di Jakarta, Selasa (11/4/2023). "
_ROW = b'{"title": "Judul berita", "body": "Isi berita yang cukup panjang.", "date": "11/04/2023 10:00"}'


def _times(piece: bytes) -> Shape:
    return lambda size: piece * max(1, size // len(piece))


def _around(before: bytes, piece: bytes, after: bytes) -> Shape:
    return lambda size: before + _times(piece)(size) + after


def _nested(opening: bytes, inside: bytes, closing: bytes) -> Shape:
    def shape(size: int) -> bytes:
        depth = max(1, size // (len(opening) + len(closing)))
        return opening * depth + inside + closing * depth

    return shape


def _page(piece: bytes) -> Shape:
    return _around(b"<html><head><title>J</title></head><body><h1>J</h1>", piece, b"</body></html>")


def _head(piece: bytes) -> Shape:
    return _around(b"<html><head>", piece, b"</head><body><p>" + _SENTENCE * 3 + b"</p></body></html>")


def _row(piece: bytes) -> Shape:
    return _around(b'{"title": "Judul", "body": "', piece, b'"}')


def _new_columns(size: int) -> bytes:
    return b"\n".join(b'{"title": "J", "body": "I", "k%d": 1}' % number for number in range(max(1, size // 40)))


TEXTS: dict[str, Shape] = {
    "one long line": _times(_SENTENCE),
    "one long word": _times(b"a"),
    "a long line of blanks": _times(b" "),
    "line breaks": _times(b"\n"),
    "short lines": _times(b"a\n"),
    "short paragraphs": _times(b"Satu kalimat.\n\n"),
    "baca juga": _times(b"Baca juga"),
    "baca juga, spaced": _times(b"Baca juga: "),
    "baca juga, lines": _times(b"Baca juga\n"),
    "baca juga, paragraphs": _times(b"Baca juga: Judul Berita Lain yang Panjang\n\n"),
    "simak video": _times(b"Simak Video "),
    "gambas": _times(b"[Gambas:"),
    "copyright": _times(b"Copyright (c) "),
    "initials": _times(b"(abc/"),
    "asterisks": _times(b"*"),
    "brackets": _times(b"("),
    "quotes": _times(b'"'),
    "dashes": _times(b"- "),
    "capitals": _times(b"JAKARTA, "),
    "capitals in one word": _times(b"J"),
    "datelines": _times(b"JAKARTA, KOMPAS.com - "),
    "dots": _times(b"a."),
    "commas": _times(b","),
    "comma-joined nodes": _times(b"akhir.,Awal "),
    "claims": _times(b'Narasi:\n\n"'),
    "printed dates": _times(b"Jumat, 7 April 2023 | 16:11 WIB\n\n"),
    "dates in a line": _times(b"Selasa (11/4/2023) "),
    "relative dates in a line": _times(b"Senin lalu dan Jumat malam, kemarin "),
    "digits": _times(b"1"),
    "slashes and digits": _times(b"1/"),
    "entities": _times(b"&amp;"),
    "nested entities": _times(b"&amp;amp;"),
    "ampersands": _times(b"&"),
    "mojibake": _times("\u00e2\u20ac\u0153".encode()),
    "combining marks": _around(b"a", "\u0301".encode(), b""),
    "combining marks out of order": _around(b"a", "\u0301\u0323".encode(), b""),
    "hangul": _times("\u1112\u1161\u11ab".encode()),
    "pictographs": _times("\U0001f600".encode()),
    "excel escapes": _times(b"_x000D_"),
    "nul": _times(b"\0"),
    "bytes that are no UTF-8": _times(b"\xff\xfe\x80"),
    "slugs": _times(b"a-"),
    "tags": _around(_SENTENCE, b"Tags: satu, dua\n\n", b""),
    "related": _around(_SENTENCE, b"Terkait\n\n", b""),
    "bylines": _around(_SENTENCE, b"Editor: Si Anu\n\n", b""),
    "list literal": _around(b"['", b"a', '", b"']"),
    "open list literal": _times(b"["),
}

URLS: dict[str, Shape] = {
    "path": _around(b"https://a.example", b"/a", b""),
    "slashes": _around(b"https://a.example", b"/", b""),
    "amp": _around(b"https://a.example", b"/amp", b""),
    "amp caches": _around(b"https://cdn.ampproject.org", b"/c/cdn.ampproject.org", b""),
    "query": _around(b"https://a.example/?", b"a=1&", b""),
    "tracking": _around(b"https://a.example/?", b"utm_a=1&", b""),
    "labels": _around(b"https://", b"m.", b"a.example/"),
    "host": _around(b"https://", b"a.", b"example/"),
    "percent": _around(b"https://a.example/", b"%25", b""),
    "unsafe": _around(b"https://a.example/", b"<", b""),
    "users": _around(b"https://", b"a@", b"a.example/"),
    "days": _around(b"https://a.example", b"/2023/04/11", b""),
}

PAGES: dict[str, Shape] = {
    "nested div": _nested(b"<div>", _SENTENCE, b"</div>"),
    "nested span": _nested(b"<span>", _SENTENCE, b"</span>"),
    "nested b": _nested(b"<b>", _SENTENCE, b"</b>"),
    "nested a": _nested(b"<a>", _SENTENCE, b"</a>"),
    "nested table": _nested(b"<table><tr><td>", _SENTENCE, b"</td></tr></table>"),
    "nested list": _nested(b"<ul><li>", _SENTENCE, b"</li></ul>"),
    "open div": _page(b"<div>"),
    "open p": _page(b"<p>"),
    "open font": _page(b"<p><font>"),
    "open b, crossing": _page(b"<b><p>"),
    "open li": _page(b"<li>a"),
    "open select": _page(b"<select><option>"),
    "closed without opening": _page(b"</p>"),
    "siblings": _page(b"<p>Satu kalimat yang cukup panjang untuk dibaca orang.</p>"),
    "br": _page(b"a<br>"),
    "links": _page(b'<a href="/a">Judul Berita Lain</a> '),
    "lists": _page(b"<ul><li>Judul Berita Lain</li></ul>"),
    "headings": _page(b"<h1>Judul Berita Lain</h1>"),
    "attributes": _around(b"<p ", b'a="1" ', b">a</p>"),
    "distinct attributes": lambda size: (
        b"<p " + b" ".join(b"a%d" % number for number in range(max(1, size // 8))) + b">a</p>"
    ),
    "one attribute": _around(b'<p class="', b"a ", b'">a</p>'),
    "comments": _page(b"<!--"),
    "scripts": _page(b"<script>"),
    "closed scripts": _page(b"<script>a</script>"),
    "less-than": _page(b"<"),
    "entities": _page(b"&lt;"),
    "meta": _head(b'<meta name="a" content="b">'),
    "open meta": _head(b"<meta "),
    "links in the head": _head(b'<link rel="a" href="b">'),
    "open links in the head": _head(b"<link a"),
    "json-ld": _head(b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"J"}</script>'),
    "json-ld, nested": lambda size: (
        b'<script type="application/ld+json">' + _nested(b'{"@graph":[', b"{}", b"]}")(size) + b"</script>"
    ),
    "json-ld, one list": _around(
        b'<script type="application/ld+json">[', b'{"@type":"NewsArticle","headline":"J"},', b"{}]</script>"
    ),
    "keywords": _around(b'<meta name="keywords" content="', b"a,", b'">'),
    "times": _page(b"<time itemprop=datePublished datetime=2023-04-11>11 April 2023</time>"),
    "detik": _around(
        b'<link rel=canonical href="https://news.detik.com/a"><div class=content_detail><h1>J</h1></div>'
        b"<div class=text_detail>",
        b"Satu kalimat yang cukup panjang.<br>",
        b"</div>",
    ),
    "detik, nested": lambda size: (
        b'<link rel=canonical href="https://news.detik.com/a"><div class=content_detail><h1>J</h1></div>'
        b"<div class=text_detail>" + _nested(b"<div>", _SENTENCE, b"</div>")(size) + b"</div>"
    ),
    "detik, columns": _around(
        b'<link rel=canonical href="https://news.detik.com/a">',
        b"<div class=text_detail>Satu kalimat yang cukup panjang.",
        b"",
    ),
}

TABLES: dict[str, tuple[str, Shape]] = {
    "rows": ("jsonl", _times(_ROW + b"\n")),
    "broken rows": ("jsonl", _times(b"{\n")),
    "one row": ("jsonl", _row(_SENTENCE)),
    "new columns": ("jsonl", _new_columns),
    "one row of many columns": (
        "jsonl",
        lambda size: b"{" + b",".join(b'"k%d":1' % number for number in range(max(1, size // 10))) + b"}",
    ),
    "nested row": ("jsonl", _nested(b'{"a":', b"1", b"}")),
    "array": ("json", _around(b"[", _ROW + b",", _ROW + b"]")),
    "nested arrays": ("json", _nested(b"[", b"", b"]")),
    "nested objects": ("json", _nested(b'{"a":', b"1", b"}")),
    "open arrays": ("json", _times(b"[")),
    "open objects": ("json", _times(b'{"a":')),
    "open strings": ("json", _around(b"[", b'{"a":"', b"")),
    "open string": ("json", _around(b'[{"a":"', b"a", b"")),
    "backslashes": ("json", _around(b'[{"a":"', b"\\", b"")),
    "broken objects": ("json", _around(b"[", b'{"a":1],', b"]")),
    "closing brackets": ("json", _around(b"[{}", b"]", b"")),
    "csv rows": ("csv", _around(b"title,body,date\n", b"Judul,Isi berita yang cukup panjang,11/04/2023\n", b"")),
    "csv quotes": ("csv", _around(b"title,body\n", b'"', b"")),
    "csv open quotes": ("csv", _around(b"title,body\n", b'"a\n', b"")),
    "csv open quotes, one field": ("csv", _around(b"title,body\n", b'a,"b\n', b"")),
    "csv delimiters": ("csv", _around(b"title,body\n", b",", b"\n")),
    "csv columns": ("csv", _times(b"a,")),
    "csv ragged": ("csv", _around(b"title,body\n", b"a,b,c\n", b"")),
    "csv carriage returns": ("csv", _around(b"title,body\r", b"a,b\r", b"")),
}


def _docx(piece: bytes) -> Shape:
    return lambda size: docx_of(_times(piece)(size))


def _pdf(piece: bytes) -> Shape:
    return lambda size: pdf_with([_around(b"BT /F1 11 Tf\n", piece, b"ET")(size)])


_TEXT = b"<w:p><w:r><w:t>Rapat digelar di Jakarta.</w:t></w:r></w:p>"
OFFICE: dict[str, tuple[str, Shape]] = {
    "docx paragraphs": ("docx", _docx(_TEXT)),
    "docx runs": (
        "docx",
        lambda size: docx_of(b"<w:p>" + _times(b"<w:r><w:t>a</w:t></w:r>")(size) + b"</w:p>"),
    ),
    "docx rows": ("docx", _docx(b"<w:tbl><w:tr><w:tc>" + _TEXT + b"</w:tc></w:tr></w:tbl>")),
    "docx one table": (
        "docx",
        lambda size: docx_of(b"<w:tbl>" + _times(b"<w:tr><w:tc>" + _TEXT + b"</w:tc></w:tr>")(size) + b"</w:tbl>"),
    ),
    "docx nested": ("docx", lambda size: docx_of(_nested(b"<w:sdt>", _TEXT, b"</w:sdt>")(min(size, 2000)))),
    "docx nested tables": (
        "docx",
        lambda size: docx_of(
            _nested(b"<w:tbl><w:tr><w:tc>", _TEXT, b"</w:tc></w:tr></w:tbl>")(min(size, 3000)) * max(1, size // 3000)
        ),
    ),
    "pdf lines": ("pdf", _pdf(b"1 0 0 1 72 700 Tm (Rapat digelar di Jakarta.) Tj\n")),
    "pdf lines, down": ("pdf", _pdf(b"0 -14 Td (Rapat digelar di Jakarta) Tj\n")),
    "pdf lines, aside": ("pdf", _pdf(b"9 -14 Td (Rapat) Tj\n")),
    "pdf hyphens": ("pdf", _pdf(b"0 -14 Td (rapat-) Tj\n")),
    "pdf one line": ("pdf", _pdf(b"(rapat ) Tj\n")),
    "pdf pages": ("pdf", lambda size: pdf_with([b"BT /F1 11 Tf (Halaman 1) Tj ET"] * max(1, size // 250))),
    "warc records": ("warc", _times(warc_record())),
    "warc requests": ("warc", _times(warc_record(kind="request"))),
    "warc damages": ("warc", _times(b"x" * 300 + warc_record())),
    "warc cut records": ("warc", _times(warc_record()[:150])),
    "warc one page": ("warc", lambda size: warc_record(body=b"<p>" + _times(_SENTENCE)(size))),
    "warc chunks": (
        "warc",
        lambda size: warc_record(
            body=_times(b"1\r\na\r\n")(size) + b"0\r\n\r\n",
            http="Content-Type: text/html\r\nTransfer-Encoding: chunked",
        ),
    ),
    "warc header": ("warc", lambda size: warc_record(extra="X-A: b\r\n" * (size // 8))),
}


class Cost(NamedTuple):
    """CPU seconds at a size and at twice that size."""

    once: float
    twice: float

    @property
    def growth(self) -> float:
        """``cost(2n) / cost(n)``: 2 is linear, 4 is quadratic."""
        return self.twice / max(self.once, 1e-9)


def cpu_seconds(act: Callable[[bytes], None], data: bytes) -> float:
    """CPU time of one call in this process, all threads; without the collector, which walks what others left too."""
    gc.disable()
    try:
        start = time.process_time()
        act(data)
        return time.process_time() - start
    finally:
        gc.enable()


LIMIT = 3.0
"""Growth from which a reader counts as quadratic."""
NEGLIGIBLE = 0.1
"""CPU seconds at twice the size below which growth is noise."""


def growth(act: Callable[[bytes], None], shape: Shape, size: int) -> Cost:
    """The cost of a shape at ``size`` and twice ``size``; what looks quadratic is measured three times."""
    once, twice = shape(size), shape(2 * size)
    cost = Cost(cpu_seconds(act, once), cpu_seconds(act, twice))
    for _ in range(2):
        if cost.twice < NEGLIGIBLE or cost.growth <= LIMIT:
            break
        cost = Cost(min(cost.once, cpu_seconds(act, once)), min(cost.twice, cpu_seconds(act, twice)))
    return cost


def is_quadratic(cost: Cost) -> bool:
    """Whether the cost grew out of proportion, noise aside."""
    return cost.twice >= NEGLIGIBLE and cost.growth > LIMIT


def shapes_of(target: str) -> dict[str, Shape]:
    """The shapes that a target of ``targets.TARGETS`` should bear."""
    kind, _, argument = target.partition(":")
    if kind == "url":
        return URLS
    if kind in ("normalise", "zones", "release"):
        return TEXTS
    if kind == "dates":
        return {name: TEXTS[name] for name in ("one long line", "printed dates", "digits", "slashes and digits")}
    if argument == "text/html" or argument in (".html",):
        return PAGES | TEXTS if kind == "clean" else PAGES
    if argument == "text/plain" or argument == ".txt":
        return TEXTS
    if argument == "application/json":
        return {name: _escaped(shape) for name, shape in TEXTS.items()}
    suffix = argument.removeprefix(".").partition(".")[0]
    return {
        name: shape for name, (own, shape) in (TABLES | OFFICE).items() if own == suffix and "." not in argument[1:]
    }


def _escaped(shape: Shape) -> Shape:
    """The shape as the body of a row."""

    def escaped(size: int) -> bytes:
        import orjson

        return orjson.dumps({"title": "Judul", "body": shape(size).decode("utf-8", "replace")})

    return escaped
