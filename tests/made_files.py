"""Small files that tests make: PDF and DOCX from what stands in them, records of a WARC.

Belongs here: bytes of formats that no library of the project writes as tests need them. Does not: what they say.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

Placed = tuple[int, int, str] | tuple[int, int, str, int]
"""A text on a page: left, baseline, text, size (11 where it is left out)."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    b' Target="word/document.xml"/></Relationships>'
)


def docx_of(body: bytes, before: bytes = b"") -> bytes:
    """A Word file with ``body`` inside ``w:body``; ``before`` stands before the root, for a DOCTYPE."""
    document = before + f'<w:document xmlns:w="{_W}"><w:body>'.encode() + body + b"</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_of(pages: Sequence[Sequence[Placed]], font: bytes = b"Helvetica") -> bytes:
    """A PDF of A4 pages with texts at their places, drawn in their order; the letters of windows-1252."""
    return pdf_with([b"BT\n" + b"".join(_drawn(*placed) for placed in page) + b"ET" for page in pages], font)


def _drawn(left: int, baseline: int, text: str, size: int = 11) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"/F1 %d Tf 1 0 0 1 %d %d Tm (%s) Tj\n" % (size, left, baseline, escaped)


def pdf_with(contents: Sequence[bytes], font: bytes = b"Helvetica") -> bytes:
    """A PDF whose pages are drawn by ``contents``; ``F1`` is a standard font."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % font]
    parent = 2 * len(contents) + 2
    kids = []
    for content in contents:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 1 0 R >> >> >>" % (parent, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(places)
    trailer = b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        len(out),
    )
    return out + table + trailer


def warc_record(
    url: str = "https://berita.contoh.co.id/a",
    body: bytes = b"<html><body><p>Isi berita.</p></body></html>",
    *,
    kind: str = "response",
    status: str | None = "200 OK",
    http: str = "Content-Type: text/html; charset=utf-8",
    extra: str = "",
    date: str = "2024-03-05T02:00:00Z",
) -> bytes:
    """One record of a WARC; without a ``status`` its block is the body alone."""
    block = f"HTTP/1.1 {status}\r\n{http}\r\n\r\n".encode() + body if status else body
    if status and "Content-Type:" not in extra:
        extra += "Content-Type: application/http; msgtype=response\r\n"
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n{extra}"
    head += f"WARC-Record-ID: <urn:uuid:12345678-0000-0000-0000-000000000000>\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"
