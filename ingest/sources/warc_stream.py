"""The decompressed bytes of a WARC as fastwarc reads them: a stream that ends at a damage and can go on behind it.

Belongs here: bounds and damage of the packed file. Does not: records (warc.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ingest.sources.streams import (
    CHUNK_BYTES,
    InputError,
    Problem,
    check_bounds,
    chunks,
    split_suffixes,
)

MAX_RESUMPTIONS = 1000  # damages of one file behind which reading goes on

_MAGIC = b"\x1f\x8b\x08"
_FEED_BYTES = 64 << 10  # packed bytes that a decoder gets at once
_FIRST_BYTES = b"WARC/"


class WarcStream:
    """A file-like object over one WARC. ``problem`` is why it ended early; ``resume`` goes on at the next gzip member.

    A .warc.gz is a member for each record, so that a damaged one costs itself. Other compressions end with a damage.
    """

    def __init__(self, path: Path) -> None:
        self.problem: Problem | None = None
        self._path = path
        self._buffer = memoryview(b"")
        self._position = 0  # of the run that is being read
        self._total = 0
        self._member = 0  # where the current gzip member begins in the file
        self._resumptions = 0
        self._is_gzip = split_suffixes(path.name)[1] == ".gz"
        self._chunks = self._members(0) if self._is_gzip else chunks(path)

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; nothing at the end and at a damage, which ``problem`` then tells."""
        if not self._buffer:
            try:
                self._buffer = memoryview(next(self._chunks, b""))
            except InputError as error:
                self.problem = error.problem
        taken = bytes(self._buffer[:size] if size >= 0 else self._buffer)
        self._buffer = self._buffer[len(taken) :]
        self._position += len(taken)
        return taken

    def tell(self) -> int:
        """Bytes that were read since the beginning or the last ``resume``."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Only there because a stream is asked for it; what was read is gone."""
        raise OSError(f"this stream cannot go to {offset} ({whence})")

    def close(self) -> None:
        """End the stream; its file is closed with it."""
        self._chunks = iter(())

    def resume(self) -> bool:
        """Whether there is a record behind the damage; then the stream begins anew with it."""
        if not self._is_gzip or not self.problem or self.problem.outcome == "too_large":
            return False
        while self._resumptions < MAX_RESUMPTIONS:
            self._resumptions += 1
            start = _next_member(self._path, self._member + 1)
            if start is None:
                return False
            self._member, self._position, self.problem = start, 0, None
            self._chunks = self._members(start)
            try:
                self._buffer = memoryview(next(self._chunks, b""))
            except InputError:
                continue
            if bytes(self._buffer[: len(_FIRST_BYTES)]) == _FIRST_BYTES:
                return True
        return False

    def _members(self, start: int) -> Iterator[bytes]:
        """The bytes of the gzip members from ``start`` on; raises InputError as ``streams.chunks`` does."""
        if not self._path.is_file():
            raise InputError("unreadable", "it is not a regular file")
        try:
            size = self._path.stat().st_size
            with self._path.open("rb", buffering=CHUNK_BYTES) as file:
                while (at := _after_padding(file, start)) < size:
                    self._member = at
                    decoder = zlib.decompressobj(wbits=31)
                    while not decoder.eof:
                        file.seek(at)
                        packed = file.read(_FEED_BYTES)
                        if not packed:
                            raise InputError("unreadable", "the .gz file is cut off")
                        chunk = decoder.decompress(packed, CHUNK_BYTES)
                        at += len(packed) - len(decoder.unconsumed_tail) - len(decoder.unused_data)
                        self._total += len(chunk)
                        check_bounds(self._total, size)
                        if chunk:
                            yield chunk
                    start = at
        except zlib.error as error:
            raise InputError("unreadable", f"the .gz file is damaged: {error}") from None
        except OSError as error:
            raise InputError("unreadable", f"it cannot be read: {error.strerror or error}") from None


def _after_padding(file: IO[bytes], start: int) -> int:
    """The first place from ``start`` on that is no zero byte."""
    file.seek(start)
    if file.read(1) != b"\0":
        return start
    file.seek(start)
    while data := file.read(_FEED_BYTES):
        if rest := data.lstrip(b"\0"):
            return start + len(data) - len(rest)
        start += len(data)
    return start


def _next_member(path: Path, start: int) -> int | None:
    """Where the next gzip member may begin."""
    with path.open("rb") as file:
        file.seek(start)
        window = b""
        while data := file.read(CHUNK_BYTES):
            window += data
            if (found := window.find(_MAGIC)) >= 0:
                return start + found
            start += len(window) - 2
            window = window[-2:]
    return None
