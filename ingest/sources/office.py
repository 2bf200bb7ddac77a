"""Office files at intake: whether a DOCX or PDF can be opened within bounds.

Belongs here: what is refused before it becomes a document. Does not: its text (ingest.clean.office_lines), which is
read from raw and can be read again.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from ingest.sources.streams import MAX_RATIO, InputError

MAX_PART_BYTES = 64 << 20  # one part of a DOCX; pictures are of that size at most
MAX_PARTS_BYTES = 256 << 20
FREE_PART_BYTES = 4 << 20  # below this, a part may be packed at any ratio
MAX_STREAM_BYTES = 256 << 20  # one stream of a PDF, unpacked
MAX_PAGES = 1000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "word/document.xml"
_STREAM = re.compile(rb"\bstream\r?\n(?=\x78|\x48\x89)")  # what zlib's first byte may be in practice


def check_office(suffix: str, payload: bytes) -> None:
    """Raises InputError for a DOCX or PDF that is damaged, protected, too large when unpacked, or none at all."""
    if suffix == ".docx":
        _check_docx(payload)
    else:
        _check_pdf(payload)


def _check_docx(payload: bytes) -> None:
    import docx

    if payload.startswith(_OLE):
        raise InputError("unreadable", "it is protected by a password, or a .doc of old: save it as a plain .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError("unreadable", f"it is no readable DOCX: {error}") from None
    for part in parts:
        is_bomb = part.file_size > FREE_PART_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        if part.file_size > MAX_PART_BYTES or is_bomb:
            raise InputError("too_large", f"its part {part.filename[:80]!r} unpacks to {part.file_size >> 20:,} MB")
    if sum(part.file_size for part in parts) > MAX_PARTS_BYTES:
        raise InputError("too_large", f"it unpacks to more than {MAX_PARTS_BYTES >> 20} MB")
    if not any(part.filename == _MAIN for part in parts):
        raise InputError("unreadable", "it is no DOCX: it holds no text of Word")
    try:
        docx.Document(io.BytesIO(payload))
    except Exception as error:  # noqa: BLE001 - a broken file fails in python-docx and lxml in any way
        raise InputError("unreadable", f"it is no readable DOCX: {error!r:.200}") from None


def _check_pdf(payload: bytes) -> None:
    import pypdfium2

    for found in _STREAM.finditer(payload):
        try:
            decoder = zlib.decompressobj()
            size, data = 0, payload[found.end() : found.end() + (1 << 20)]
            at = found.end() + len(data)
            while data and not decoder.eof:
                size += len(decoder.decompress(data, 1 << 20))
                if size > MAX_STREAM_BYTES:
                    raise InputError("too_large", f"a stream in it unpacks to more than {MAX_STREAM_BYTES >> 20} MB")
                data = decoder.unconsumed_tail
                if not data:
                    data = payload[at : at + (1 << 20)]
                    at += len(data)
        except zlib.error:
            continue  # a damaged stream costs its page or picture
    try:
        with pypdfium2.PdfDocument(payload) as pdf:
            pages = len(pdf)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise InputError("unreadable", "it is protected by a password") from None
        raise InputError("unreadable", f"it is no readable PDF: {error}") from None
    if pages > MAX_PAGES:
        raise InputError("too_large", f"it has more than {MAX_PAGES:,} pages")
