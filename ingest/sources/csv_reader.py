"""Records of CSV in any dialect, in bounded memory. Does not belong here: what a column means."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.sources.guess import is_header, known_names
from ingest.sources.mapping import Mapping
from ingest.sources.records import MAX_COLUMNS, Record, distinct_names
from ingest.sources.streams import (
    MAX_RECORD_BYTES,
    InputError,
    Problem,
    lines,
)

MAX_CSV_LINES = 10_000  # physical lines of one CSV record
SAMPLE_BYTES = 256 << 10
DELIMITERS = ",;\t|^~"


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written. ``names`` are its columns; its first record is skipped where it is a header."""

    delimiter: str
    newline: bytes
    names: tuple[str, ...]
    has_header: bool

    @classmethod
    def of(cls, source: Iterable[bytes], mapping: Mapping) -> Dialect:
        """The dialect that a mapping declares, and for what it leaves out, the one of the file's first 256 KB.

        Raises InputError where the file is no table.
        """
        head = b""
        try:
            for chunk in source:
                head += chunk
                if len(head) > SAMPLE_BYTES:
                    break
        except InputError:
            if not head:
                raise
        newline = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
        text = head.replace(newline, b"\n").decode("utf-8", "replace")
        delimiters = mapping.delimiter or DELIMITERS
        samples = [(delimiter, _sample(text, delimiter, len(head) > SAMPLE_BYTES)) for delimiter in delimiters]
        delimiter, rows = max(samples, key=lambda item: _evenness(item[1]))
        if not rows:
            return cls(delimiter, newline, tuple(mapping.column_names or ()), bool(mapping.has_header))
        has_header = mapping.has_header
        if has_header is None:
            has_header = mapping.column_names is None and is_header(rows[0], rows[1:])
        if mapping.column_names is not None:
            names = mapping.column_names
        elif has_header:
            names = rows[0]
        else:
            width = Counter(map(len, rows)).most_common(1)[0][0]
            names = [""] * width
        if len(names) > MAX_COLUMNS:
            raise InputError("unreadable", f"it is no table: more than {MAX_COLUMNS:,} columns")
        return cls(delimiter, newline, tuple(distinct_names(names)), has_header)


def _sample(text: str, delimiter: str, is_cut: bool) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        with _long_fields():
            rows.extend(row for row in itertools.islice(reader, 200) if row)
    except csv.Error:
        pass  # the reader reports it
    return rows[:-1] if is_cut and 1 < len(rows) < 200 else rows


def _evenness(rows: list[list[str]]) -> tuple[int, float, int]:
    """How well a delimiter fits: column names that it lays bare, share of rows of one width, that width."""
    if not rows:
        return (0, 0.0, 0)
    width, count = Counter(map(len, rows)).most_common(1)[0]
    share = count / len(rows) if width > 1 else 0.0
    return (known_names(rows[0]) if share >= 0.5 else 0, share, width)


class _long_fields:  # noqa: N801 - used as a function
    """Lets csv read fields up to the record limit, and sets its process-wide limit back."""

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(MAX_RECORD_BYTES + 1)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)


def read_csv(source: Iterable[bytes], dialect: Dialect) -> Iterator[Record]:
    """Records of a CSV file; blank lines are none.

    A record that does not hold together (a quote that does not close, another number of fields) costs its first
    line only: reading goes on with the next line.
    """
    upcoming = lines(source, dialect.newline)
    pending: deque[bytes | Problem] = deque()
    width = len(dialect.names)
    is_first = dialect.has_header
    while (line := pending.popleft() if pending else next(upcoming, None)) is not None:
        if isinstance(line, Problem):
            yield line
            continue
        if not line.strip():
            continue
        taken = [line]
        fields = _csv_fields(taken, pending, upcoming, dialect.delimiter)
        if not isinstance(fields, str) and is_first:
            is_first = False
            continue
        if not isinstance(fields, str) and len(fields) > width and not any(fields[width:]):
            fields = fields[:width]
        if isinstance(fields, str) or len(fields) != width:
            reason = fields if isinstance(fields, str) else f"{len(fields)} fields instead of {width}"
            pending.extendleft(reversed(taken[1:]))
            yield Problem("unreadable", reason, len(line))
        elif bad := _undecodable(taken):
            yield Problem("unreadable", bad, sum(map(len, taken)))
        else:
            yield dict(zip(dialect.names, fields, strict=True))


def _csv_fields(
    taken: list[bytes], pending: deque[bytes | Problem], upcoming: Iterator[bytes | Problem], delimiter: str
) -> list[str] | str:
    """The fields of the record that begins with ``taken[0]``, or why there are none; adds its further lines."""
    text = taken[0].decode("utf-8", "surrogateescape")
    if '"' not in text:
        return text.removesuffix("\r").split(delimiter)
    asked = False

    def feed() -> Iterator[str]:
        nonlocal asked
        yield text + "\n"
        size = len(taken[0])
        while size <= MAX_RECORD_BYTES and len(taken) < MAX_CSV_LINES:
            following = pending.popleft() if pending else next(upcoming, None)
            if following is None:
                break
            if isinstance(following, Problem):
                pending.appendleft(following)
                break
            taken.append(following)
            size += len(following) + 1
            yield following.decode("utf-8", "surrogateescape") + "\n"

    def one_line() -> Iterator[str]:
        nonlocal asked
        yield text + "\n"
        asked = True

    with _long_fields():
        try:
            return next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except csv.Error as error:
            reason = f"no valid CSV: {error}"
        if len(taken) == 1:
            try:  # text after a closing quote, as careless writers leave it
                fields = next(csv.reader(one_line(), delimiter=delimiter))
            except csv.Error:
                return reason
            if not asked:
                return fields
    return reason


def _undecodable(taken: list[bytes]) -> str | None:
    for line in taken:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"byte {error.start + 1} is not UTF-8"
    return None
