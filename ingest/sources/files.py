"""Single files: which ones a call means, and saved pages and plain texts as attempts.

Belongs here: walking folders, one document per file. Does not: tables (dumps.py).
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from ingest.errors import SourceError
from ingest.sources.mapping import SUFFIX
from ingest.sources.office import check_office
from ingest.sources.streams import (
    MAX_RECORD_BYTES,
    InputError,
    Problem,
    bom_encoding,
    chunks,
    is_windows_1252,
    split_suffixes,
)

OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
}
MEDIA_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html", **OFFICE}
ARCHIVES = (".warc",)
HEAD_BYTES = 64 << 10  # where a page states its address

_TAG = re.compile(rb"<(?:link|meta)\b[^>]{0,4000}>", re.I)
_ATTRIBUTE = re.compile(rb"""([a-z:_-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


class Attempt(NamedTuple):
    """One attempt to take a record or a file: a payload, or the ``problem`` that there is none.

    ``observed_at`` is when the record says that it was seen, naive UTC; ``status_code`` that of a stored HTTP answer.
    """

    number: int | None
    problem: Problem | None
    payload: bytes = b""
    url: str | None = None
    source_record_id: str | None = None
    metadata: str = "{}"
    observed_at: datetime | None = None
    status_code: int | None = None


def discover(paths: Sequence[Path]) -> list[Path]:
    """The files that ``paths`` mean, each once: files as given, folders with all below them sorted by name.

    Hidden files, hidden folders and mappings are passed over inside folders. SourceError for a path that is not
    there and for a folder without files.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = sorted(_walk(path), key=lambda file: file.relative_to(path).as_posix())
            if not below:
                raise SourceError(f"there is no file in the folder {path}")
            found.update(dict.fromkeys(below))
        elif path.exists():
            found[path] = None
        else:
            raise SourceError(f"there is no file or folder {path}")
    unique: dict[Path, Path] = {}
    for file in found:
        unique.setdefault(file.resolve(), file)
    return list(unique.values())


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith(".") and not name.endswith(SUFFIX))


def read_document(path: Path) -> Attempt:
    """A saved page, a plain text or an office file, its bytes as received. Raises InputError where there is none.

    A text's encoding other than UTF-8 is noted in the metadata; the others state their own.
    """
    payload = b""
    for chunk in chunks(path):
        payload += chunk
        if len(payload) > MAX_RECORD_BYTES:
            raise InputError("too_large", f"it is longer than {MAX_RECORD_BYTES >> 20} MB")
    if not payload.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise InputError("empty", "it holds no text")
    suffix = split_suffixes(path.name)[0]
    if suffix in OFFICE:
        check_office(suffix, payload)
        return Attempt(1, None, payload)
    if MEDIA_TYPES[suffix] == "text/html":
        if b"<" not in payload:
            raise InputError("unreadable", "it holds no markup")
        return Attempt(1, None, payload, url=page_url(payload[:HEAD_BYTES]))
    encoding = _encoding(payload)
    metadata = {} if encoding == "utf-8" else {"encoding": encoding}
    return Attempt(1, None, payload, metadata=orjson.dumps(metadata).decode())


def _encoding(payload: bytes) -> str:
    named = bom_encoding(payload)
    try:
        payload.decode(named or "utf-8")
    except UnicodeDecodeError as error:
        if not named and is_windows_1252(payload):
            return "windows-1252"
        raise InputError("unreadable", f"byte {error.start + 1} is not {(named or 'utf-8').upper()}") from None
    return named or "utf-8"


def page_url(head: bytes) -> str | None:
    """The absolute address that a page states of itself: its canonical link, else og:url."""
    stated: dict[bytes, str] = {}
    for tag in _TAG.findall(head):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        kind = (attributes.get(b"rel") or attributes.get(b"property") or attributes.get(b"name") or b"").lower()
        value = html.unescape((attributes.get(b"href") or attributes.get(b"content") or b"").decode("utf-8", "replace"))
        if kind in (b"canonical", b"og:url") and re.match(r"https?://[^/\s]+", value.strip()):
            stated.setdefault(kind, value.strip())
    return stated.get(b"canonical") or stated.get(b"og:url")
