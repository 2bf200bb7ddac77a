"""Bytes of local files within stated bounds: decompression, transcoding to UTF-8, lines.

Belongs here: everything that keeps memory and time bounded whatever the bytes are. Does not: what the bytes mean.
"""

from __future__ import annotations

import codecs
import lzma
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, NamedTuple

CHUNK_BYTES = 1 << 20
MAX_RECORD_BYTES = 16 << 20  # one line, one record, one page
MAX_TOTAL_BYTES = 20 << 30  # one input, decompressed
MAX_RATIO = 200  # decompressed / compressed; JSON of news reaches 15
RATIO_FREE_BYTES = 256 << 20  # below this, any ratio is harmless
MAX_WINDOW_BYTES = 128 << 20  # what a decompressor may hold

COMPRESSIONS = (".gz", ".xz", ".zst")
SEEKING = (".xlsx", ".parquet")

Trouble = Literal["unreadable", "empty", "too_large", "http_error", "not_modified"]


class Problem(NamedTuple):
    """A record that did not become a document: the outcome, the reason, and its size in bytes where known."""

    outcome: Trouble
    reason: str
    byte_count: int | None = None


class InputError(Exception):
    """An input that cannot be read further; ``problem`` says why. What was read before it stands."""

    def __init__(self, outcome: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(outcome, reason)


def split_suffixes(name: str) -> tuple[str, str]:
    """``berita.csv.gz`` -> (".csv", ".gz"): the format and the compression, "" where there is none."""
    path = Path(name.lower())
    if path.suffix in COMPRESSIONS:
        return Path(path.stem).suffix, path.suffix
    return path.suffix, ""


def chunks(path: Path) -> Iterator[bytes]:
    """The decompressed bytes of a file, at most ``CHUNK_BYTES`` at a time.

    Raises InputError: ``unreadable`` for a file that cannot be opened or is damaged, ``too_large`` for one
    that grows beyond ``MAX_TOTAL_BYTES`` or, past ``RATIO_FREE_BYTES``, beyond ``MAX_RATIO`` times its size.
    """
    compression = split_suffixes(path.name)[1]
    if not path.is_file():  # a pipe would block for ever
        raise InputError("unreadable", "it is not a regular file")
    total = 0
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            for chunk in _decompressed(file, compression):
                total += len(chunk)
                check_bounds(total, size if compression else None)
                yield chunk
    except EOFError:
        raise InputError("unreadable", f"the {compression} file is cut off") from None
    except (zlib.error, lzma.LZMAError, _zstd_error()) as error:
        raise InputError("unreadable", f"the {compression} file is damaged: {error}") from None
    except OSError as error:
        raise InputError("unreadable", f"it cannot be read: {error.strerror or error}") from None


def check_bounds(total: int, packed_size: int | None) -> None:
    """InputError where an input of ``packed_size`` bytes (None: it is not packed) has grown beyond the bounds."""
    if packed_size is not None and total > RATIO_FREE_BYTES and total > MAX_RATIO * packed_size:
        raise InputError("too_large", f"it unpacks to more than {MAX_RATIO} times its size")
    if total > MAX_TOTAL_BYTES:
        raise InputError("too_large", f"it holds more than {MAX_TOTAL_BYTES >> 30} GB")


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


def _decompressed(file: IO[bytes], compression: str) -> Iterator[bytes]:
    unpack = {".gz": _ungz, ".xz": _unxz, ".zst": _unzst}.get(compression)
    if unpack:
        yield from unpack(file)
        return
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _ungz(file: IO[bytes]) -> Iterator[bytes]:
    """gzip members, one after the other; unlike gzip.open it gives all that precedes a damage."""
    decoder = None
    data = b""
    while data := data or file.read(CHUNK_BYTES):
        if decoder is None:
            data = data.lstrip(b"\0")  # padding between members
            if not data:
                continue
            decoder = zlib.decompressobj(wbits=31)
        chunk = decoder.decompress(data, CHUNK_BYTES)
        data = decoder.unconsumed_tail
        if chunk:
            yield chunk
        if decoder.eof:
            data, decoder = decoder.unused_data, None
    if decoder is not None:
        if rest := decoder.flush():
            yield rest
        if not decoder.eof:
            raise EOFError


def _unxz(file: IO[bytes]) -> Iterator[bytes]:
    """xz streams, one after the other; unlike lzma.open it refuses a window larger than the bound."""
    decoder: lzma.LZMADecompressor | None = None
    data = b""
    while True:
        if not data and (decoder is None or decoder.needs_input):
            data = file.read(CHUNK_BYTES)
            if not data:
                break
        if decoder is None:
            data = data.lstrip(b"\0")  # padding between streams
            if not data:
                continue
            decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MAX_WINDOW_BYTES)
        chunk = decoder.decompress(data, CHUNK_BYTES)
        data = b""
        if chunk:
            yield chunk
        if decoder.eof:
            data, decoder = decoder.unused_data, None
    if decoder is not None:
        raise EOFError


def _unzst(file: IO[bytes]) -> Iterator[bytes]:
    """zstd frames, one after the other; the reader of the package ends silently where a file is cut off."""
    import zstandard

    dctx = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES)
    decoder = None
    while True:
        # the object returns all it has: a block is at least 4 bytes and gives at most 128 KB, so 32 MB at most here
        data = file.read(1 << 10)
        if not data:
            break
        while data:
            decoder = decoder or dctx.decompressobj()
            chunk = decoder.decompress(data)
            data = b""
            for start in range(0, len(chunk), CHUNK_BYTES):
                yield chunk[start : start + CHUNK_BYTES]
            if decoder.eof:
                data, decoder = decoder.unused_data, None
    if decoder is not None:
        raise EOFError


@contextmanager
def spooled(path: Path) -> Iterator[Path]:
    """A path with the decompressed bytes, for formats that need to seek; the file itself for all others."""
    suffix, compression = split_suffixes(path.name)
    if not compression or suffix not in SEEKING:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kliping-") as folder:
        target = Path(folder) / "spooled"
        with target.open("wb") as file:
            for chunk in chunks(path):
                file.write(chunk)
        yield target


# --- text ---------------------------------------------------------------------------------------

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its BOM begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A byte of windows-1252 that printed Indonesian may hold (quotes, dashes, NBSP, signs, Latin letters), alone:
# a lead byte before a continuation byte is broken UTF-8 rather than two such signs.
_IMPLAUSIBLE = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xd0\xde\xf0\xfe\xff]|[\xc2-\xf4][\x80-\xbf]")


def bom_encoding(head: bytes) -> str | None:
    """The encoding that a byte-order mark names, as Python's codec that also removes the mark."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), None)


def is_windows_1252(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 read as windows-1252 text."""
    return not _IMPLAUSIBLE.search(data)


def sniff_encoding(path: Path) -> str:
    """ "utf-8", the encoding of a byte-order mark, or "windows-1252", from all lines of a file.

    A file is windows-1252 where lines that are not UTF-8 are believable windows-1252 and lines with valid
    multi-byte UTF-8 are almost absent. Otherwise a bad byte costs its own row only.
    """
    utf8, other, believable = 0, 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_clean = True
    try:
        for number, chunk in enumerate(chunks(path)):
            if number == 0 and (named := bom_encoding(chunk)):
                return named
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_clean = False
                break
        else:
            decoder.decode(b"", final=True)
        if is_clean:
            return "utf-8"
    except UnicodeDecodeError:
        pass  # cut off inside a character: count lines
    except InputError:
        if is_clean:
            return "utf-8"
    try:
        for line in lines(chunks(path)):
            if isinstance(line, Problem) or line.isascii():
                continue
            try:
                line.decode("utf-8")
                utf8 += 1
            except UnicodeDecodeError:
                other += 1
                believable += is_windows_1252(line)
    except InputError:
        pass  # the reader reports it
    return "windows-1252" if other > 20 * utf8 and 2 * believable > other else "utf-8"


def utf8_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """The bytes of a text file as UTF-8 without a byte-order mark.

    What ``encoding`` cannot read stays a byte that is no UTF-8, so that it costs its own row and no other.
    """
    source = chunks(path)
    if encoding in ("utf-8", "utf-8-sig"):
        for number, chunk in enumerate(source):
            yield chunk.removeprefix(codecs.BOM_UTF8) if number == 0 else chunk
        return
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        for chunk in source:
            yield decoder.decode(chunk).encode("utf-8", errors)
        yield decoder.decode(b"", final=True).encode("utf-8", errors)
    except UnicodeError:
        yield b"\xff"  # nothing after it can be told apart


def lines(source: Iterable[bytes], separator: bytes = b"\n") -> Iterator[bytes | Problem]:
    """Lines without their separator; a line beyond ``MAX_RECORD_BYTES`` is skipped and gives one Problem."""
    parts: list[bytes] = []
    size = 0
    for chunk in source:
        first, *others = chunk.split(separator)
        size += len(first)
        if size <= MAX_RECORD_BYTES:
            parts.append(first)
        else:
            parts.clear()
        if not others:
            continue
        yield _line(parts, size)
        yield from others[:-1]  # shorter than a chunk, hence than the limit
        parts, size = [others[-1]], len(others[-1])
    if size:
        yield _line(parts, size)


def _line(parts: list[bytes], size: int) -> bytes | Problem:
    if size > MAX_RECORD_BYTES:
        return Problem("too_large", f"the record is longer than {MAX_RECORD_BYTES >> 20} MB", size)
    return b"".join(parts)
