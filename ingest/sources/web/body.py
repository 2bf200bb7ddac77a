"""Reads the body of an answer within bounds. Does not belong here: what the body means, and its total time (fetch)."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Iterator
from email.message import Message
from functools import cache
from importlib.util import find_spec
from typing import Protocol

from ingest.sources.web.model import AttemptKind

FREE_BYTES = 1 << 20  # below this, a body may be packed at any ratio
_STEP = 64 << 10  # bytes that are unpacked at a time
_ZSTD_STEP = 128  # bytes of zstd that are handed over at a time: four may stand for 128 KB
_ZSTD_WINDOW = 8 << 20  # what a browser takes

_TEXTUAL = frozenset(
    {"application/xhtml+xml", "application/xml", "application/json", "application/pdf", "application/ld+json"}
)
_PACKED = frozenset({"application/gzip", "application/x-gzip", "application/octet-stream", "binary/octet-stream"})

_OPTIONAL = {"br": "brotli", "zstd": "zstandard"}  # codings and the modules that unpack them


class BodyError(Exception):
    """A body that is not taken. ``outcome`` is of the contract; ``is_final`` says that it will not change."""

    def __init__(self, outcome: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.is_final = is_final or outcome == "too_large"


class Decoder(Protocol):
    """Takes the coding of a body off."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """What further bytes unpack to, in small pieces; any error of the library for what is broken."""

    def is_complete(self) -> bool:
        """Whether all that was announced came."""


async def read_body(
    chunks: AsyncIterable[bytes], decoder: Decoder, *, max_bytes: int, max_ratio: int, is_cut: bool = False
) -> tuple[bytes, int]:
    """The unpacked body and the count of bytes that were received.

    Neither may exceed ``max_bytes``, and beyond 1 MB the body no more than ``max_ratio`` times what was received:
    BodyError ``too_large``, or with ``is_cut`` the part within bounds. BodyError ``unreadable`` for one that is broken
    or ends too early. Holds no more than the body and some 64 KB, however small a bomb is.
    """
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        try:
            for piece in decoder.decode(chunk):
                body += piece
                if len(body) > max_bytes:
                    break
                if len(body) > FREE_BYTES and len(body) > max_ratio * received:
                    raise BodyError("too_large", f"the body unpacks to more than {max_ratio} times its size")
        except BodyError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own error for broken data
            raise BodyError("unreadable", f"the body does not unpack: {error!r:.100}") from None
        if max(len(body), received) > max_bytes:
            if is_cut:
                return bytes(body[:max_bytes]), received
            raise BodyError("too_large", f"the body is larger than {max_bytes:,} bytes")
    if received and not decoder.is_complete():
        raise BodyError("unreadable", "the body ends too early")
    return bytes(body), received


def accepted_codings() -> str:
    """The value of Accept-Encoding: what can be unpacked here."""
    return ", ".join(["gzip", "deflate", *(name for name in _OPTIONAL if _has(name))])


def decoder_of(coding: str | None) -> Decoder:
    """The decoder for a Content-Encoding; BodyError where it is one that cannot be unpacked.

    A word that names no coding (``utf-8``, ``none``) is what servers write for no coding.
    """
    name = (coding or "").strip().lower()
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    if name == "br" and _has("br"):
        return _Brotli()
    if name == "zstd" and _has("zstd"):
        return _Zstd()
    if name in ("br", "zstd", "compress", "x-compress") or "," in name:
        raise BodyError("unreadable", f"the coding {name!r:.40} is not known here", is_final=True)
    return _Plain()


def read_content_type(value: str | None) -> tuple[str | None, str | None]:
    """The type in lower case without parameters, and the charset as printed; None for what a header lacks."""
    if not value:
        return None, None
    message = Message()
    message["content-type"] = value.replace("\r", " ").replace("\n", " ")
    kind = value.partition(";")[0].strip().lower() or None
    charset = message.get_param("charset")
    return kind, charset.strip().strip("'\"") or None if isinstance(charset, str) else None


def is_wanted(kind: AttemptKind, content_type: str | None) -> bool:
    """Whether a body of that type can be what was asked for. A list may be mislabelled, a robots.txt always counts."""
    if kind == "robots" or content_type is None:
        return True
    is_text = content_type.startswith("text/") or content_type in _TEXTUAL or content_type.endswith(("+xml", "+json"))
    return is_text or (kind in ("feed", "sitemap") and content_type in _PACKED)


class _Plain:
    def decode(self, data: bytes) -> Iterator[bytes]:
        yield data

    def is_complete(self) -> bool:
        return True  # a body shorter than its Content-Length fails in the protocol


class _Gzip:
    """Members one after the other; what follows the last and is none is left out, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)

    def decode(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._member.eof:
                if not data.startswith(b"\x1f"):
                    return
                self._member = zlib.decompressobj(31)
            piece = self._member.decompress(data, _STEP)
            yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not data and len(piece) < _STEP:  # else there may be more inside
                return

    def is_complete(self) -> bool:
        return self._member.eof


class _Deflate:
    """With the zlib header that the standard asks for, or without."""

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._member is None:
            has_header = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0)
            self._member = zlib.decompressobj(15 if has_header else -15)
        piece = data
        while not self._member.eof and (data or len(piece) >= _STEP):
            piece = self._member.decompress(data, _STEP)
            yield piece
            data = self._member.unconsumed_tail

    def is_complete(self) -> bool:
        return self._member is not None and self._member.eof


class _Brotli:
    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]  # it ships no types

        self._member = brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        piece = b"."
        while piece or not self._member.can_accept_more_data():
            piece = self._member.process(data, output_buffer_limit=_STEP)
            data = b""
            yield piece

    def is_complete(self) -> bool:
        return bool(self._member.is_finished())


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._new = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj
        self._member = self._new()

    def decode(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_STEP):
            piece = data[start : start + _ZSTD_STEP]
            while piece:
                if self._member.eof:
                    self._member = self._new()
                yield self._member.decompress(piece)
                piece = self._member.unused_data if self._member.eof else b""

    def is_complete(self) -> bool:
        return bool(self._member.eof)


@cache
def _has(coding: str) -> bool:
    return find_spec(_OPTIONAL[coding]) is not None
