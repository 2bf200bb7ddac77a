"""Bodies of stored HTTP answers without their transfer- and content-encodings, within the bounds of streams.

Belongs here: undoing encodings of bytes at hand. Does not: the codings themselves (web.body), what a body means.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ingest.sources.streams import MAX_RECORD_BYTES, InputError
from ingest.sources.web.body import BodyError, decoder_of

MAX_CODINGS = 5  # encodings of one body, one inside the other

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def decoded_body(body: bytes, transfer_encoding: str, content_encoding: str) -> bytes:
    """``body`` without the encodings that two headers name.

    Many archives keep the headers and store the body without them: a body that is not in its encoding is taken as it
    stands. Raises InputError: ``unreadable`` for one that is damaged or cut off, ``too_large`` for one that unpacks
    beyond a record's bound.
    """
    if "chunked" in transfer_encoding.lower():
        body = _unchunked(body)
    for coding in reversed(content_encoding.lower().split(",")[:MAX_CODINGS]):
        body = _unpacked(body, coding.strip())
    return body


def _unchunked(body: bytes) -> bytes:
    """The chunks joined; the body itself where it is not chunked."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    if not parts:
        return body
    raise InputError("unreadable", "its body is cut off between chunks")


def _unpacked(body: bytes, coding: str) -> bytes:
    if not body or not body.startswith(_MAGIC.get(coding, b"")) or (coding not in _MAGIC and _PLAIN.match(body)):
        return body
    parts: list[bytes] = []
    size = 0
    try:
        decoder = decoder_of(coding) if coding != "br" else None
        for piece in decoder.decode(body) if decoder else _brotli(body):
            parts.append(piece)
            size += len(piece)
            if size > MAX_RECORD_BYTES:
                raise InputError("too_large", f"its body unpacks to more than {MAX_RECORD_BYTES >> 20} MB")
    except InputError:
        raise
    except BodyError as error:
        raise InputError("unreadable", str(error)) from None
    except Exception as error:  # noqa: BLE001 - each library has its own error for broken data
        raise InputError("unreadable", f"its body is damaged: {error!r:.100}") from None
    if decoder and not decoder.is_complete():
        raise InputError("unreadable", "its body is cut off")
    return b"".join(parts)


def _brotli(body: bytes) -> Iterator[bytes]:
    """By the library that reads the archive: the web's is optional."""
    from fastwarc.stream_io import BrotliReader

    reader = BrotliReader(io.BytesIO(body))
    while piece := reader.read(1 << 20):
        yield piece
