"""Tables of every format as records: a dict of cells, or the Problem of a record that cannot be read.

Belongs here: JSON lines, JSON, CSV, XLSX and Parquet, each read in bounded memory, as often as asked.
Does not: what a column means, what becomes of a record.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import warnings
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson

from ingest.sources.guess import has_article, is_header, known_names
from ingest.sources.mapping import Mapping
from ingest.sources.streams import (
    MAX_RATIO,
    MAX_RECORD_BYTES,
    MAX_TOTAL_BYTES,
    RATIO_FREE_BYTES,
    InputError,
    Problem,
    lines,
    sniff_encoding,
    split_suffixes,
    utf8_chunks,
)

Row = dict[str, Any]
Record = Row | Problem

MAX_COLUMNS = 10_000
MAX_CSV_LINES = 10_000  # physical lines of one CSV record
MAX_RESUMPTIONS = 100  # how often reading resumes after broken JSON in one file
MAX_SHARED_BYTES = 192 << 20  # strings of a workbook, which stay in memory
MAX_PART_BYTES = 16 << 20  # other parts of a workbook that are read whole
MAX_SHEET_BYTES = 4 << 30  # a sheet is streamed
FREE_SHEET_BYTES = 64 << 20  # below this, a sheet may be packed at any ratio
MAX_DEPTH = 1_000_000  # brackets that are open at once
BATCH_ROWS = 512
BATCH_BYTES = 32 << 20
SAMPLE_BYTES = 256 << 10
DELIMITERS = ",;\t|^~"
FORMATS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx", ".parquet")


class Table:
    """A table in a file. ``records()`` may be called again and gives the same.

    ``path`` is the file, ``plain`` the same without compression (for formats that seek); ``encoding`` is that of
    the file where it is not UTF-8.
    """

    def __init__(self, path: Path, plain: Path, mapping: Mapping) -> None:
        self.encoding: str | None = None
        self._records: Callable[[], Iterator[Record]]
        suffix = split_suffixes(path.name)[0]
        if suffix == ".xlsx":
            self._records = lambda: read_xlsx(plain, mapping)
            return
        if suffix == ".parquet":
            self._records = lambda: read_parquet(plain)
            return
        encoding = mapping.encoding or sniff_encoding(path)
        self.encoding = None if encoding in ("utf-8", "utf-8-sig") else encoding

        def source() -> Iterator[bytes]:
            return utf8_chunks(path, encoding)

        if suffix in (".csv", ".tsv"):
            dialect = Dialect.of(source(), mapping)
            self._records = lambda: read_csv(source(), dialect)
        else:
            self._records = lambda: read_json(source, is_lines=suffix != ".json")

    def records(self) -> Iterator[Record]:
        """The records in order. Raises InputError where the file cannot be read further."""
        return self._records()


def encode(row: Row) -> bytes:
    """A record as JSON: sorted keys, UTF-8, dates in ISO form. Half surrogates become U+FFFD.

    Raises RecursionError for one that is nested too deeply.
    """
    try:
        return orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=_plain)
    except TypeError:  # integers beyond 64 bits, half surrogates
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _plain(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


# --- JSON ---------------------------------------------------------------------------------------

_OPENING = re.compile(rb"\s*+(\[\s*\{|.)", re.S)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.S)
_FIRST_KEY = re.compile(rb'\{\s*("(?:[^"\\]++|\\.)*+")', re.S)
_BETWEEN = b" \t\r\n,:"
_QUOTE, _PAIRS = ord('"'), {ord("}"): ord("{"), ord("]"): ord("[")}


def read_json(source: Callable[[], Iterable[bytes]], *, is_lines: bool) -> Iterator[Record]:
    """Records of JSON lines, of an array of objects, of an object that holds one such array, or one object."""
    opening = next((found[1] for chunk in source() if (found := _OPENING.match(chunk))), b"")
    values: Iterator[bytes | Record]
    if not opening:
        return
    if opening.startswith(b"[") and (len(opening) > 1 or not is_lines):
        values = _elements(source(), 1)
    elif is_lines:
        values = (line for line in lines(source()) if isinstance(line, Problem) or line.strip())
    elif opening == b"{":
        values = _objects(source)
    else:
        raise InputError("unreadable", "it holds no JSON object or array")
    for value in values:
        yield parse_object(value) if isinstance(value, bytes) else value


def parse_object(data: bytes) -> Record:
    """One JSON object; NaN, control characters, long numbers and half surrogates, which JSON forbids, are let pass."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        try:
            value = json.loads(data.decode("utf-8"), strict=False, parse_constant=lambda _: None)
        except UnicodeDecodeError as decoding:
            return Problem("unreadable", f"byte {decoding.start + 1} is not UTF-8", len(data))
        except (ValueError, RecursionError):
            return Problem("unreadable", f"no valid JSON: {error}", len(data))
    if not isinstance(value, dict):
        return Problem("unreadable", "not a JSON object", len(data))
    return value


def _objects(source: Callable[[], Iterable[bytes]]) -> Iterator[bytes | Record]:
    """What a JSON file that begins with an object holds: the elements of its one array of objects, or objects."""
    values = _elements(source(), 0)
    first = next(values, None)
    if isinstance(first, Problem) and first.outcome == "too_large":
        yield from _elements(source(), 2)
        return
    second = next(values, None)
    if isinstance(first, bytes) and second is None:
        row = parse_object(first)
        if isinstance(row, dict) and not has_article(row):
            arrays = [v for v in row.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
            if len(arrays) == 1:
                for element in arrays[0]:
                    yield element if isinstance(element, dict) else Problem("unreadable", "not a JSON object")
                return
    yield from (value for value in (first, second) if value is not None)
    yield from values


def _elements(source: Iterable[bytes], depth: int) -> Iterator[bytes | Problem]:
    """The JSON values at ``depth``: 0 side by side, 1 in an array, 2 in arrays of an object.

    Only brackets and strings are looked at, so that a broken value costs itself: where one does not end, reading
    resumes at the next object that begins with the same key.
    """
    base = (b"", b"[", b"{[")[depth]
    stack = bytearray()
    buffer = b""
    scanned = 0  # everything before is done with
    start = -1  # where the value that is being read begins
    resume: re.Pattern[bytes] | None = None  # set while looking for the next value after a broken one
    key = b""
    resumptions = 0
    has_junk = is_cut = False

    for chunk in itertools.chain(source, (None,)):
        is_end = chunk is None
        drop = start if start >= 0 else scanned
        buffer = buffer[drop:] + (chunk or b"")
        scanned, start = scanned - drop, min(start, 0)
        while True:
            if resume:
                found = resume.search(buffer, scanned)
                if not found:
                    scanned = max(scanned, len(buffer) - 4096)
                    break
                scanned, resume = found.start(1), None
            for token in _TOKEN.finditer(buffer, scanned):
                at, end = token.span()
                byte = buffer[at]
                if byte == _QUOTE and end == at + 1:  # a string that does not end here
                    scanned = at
                    has_junk |= start < 0 and len(stack) <= depth
                    break
                if start < 0 and len(stack) <= depth:
                    has_junk |= bool(buffer[scanned:at].strip(_BETWEEN)) or byte == _QUOTE
                scanned = end
                if byte == _QUOTE:
                    continue
                if byte not in _PAIRS:
                    if start < 0 and stack == base:
                        start = at
                        if has_junk and depth < 2:
                            yield Problem("unreadable", "not a JSON object")
                        has_junk = False
                    stack.append(byte)
                    if len(stack) > MAX_DEPTH:
                        raise InputError("unreadable", "its JSON is nested too deeply")
                elif stack and (start >= 0 or stack[-1] == _PAIRS[byte]):
                    stack.pop()
                    if start >= 0 and len(stack) == depth:
                        value, start = buffer[start:end], -1
                        key = key or _first_key(value, 0)
                        yield value if len(value) <= MAX_RECORD_BYTES else _too_large(len(value))
                else:
                    has_junk = True
            else:
                has_junk |= start < 0 and len(stack) <= depth and bool(buffer[scanned:].strip(_BETWEEN))
                scanned = len(buffer)
            origin = start if start >= 0 else scanned
            length = len(buffer) - origin
            if length > MAX_RECORD_BYTES:
                yield _too_large(length)
            elif is_end and start >= 0:
                yield Problem("unreadable", "the JSON object does not end", length)
            else:
                break
            key = key or _first_key(buffer, origin)
            resumptions += 1
            if not key or resumptions > MAX_RESUMPTIONS:
                raise InputError("unreadable", "its JSON is broken; the rest was not read")
            resume = re.compile(rb"[},\n]\s*(\{\s*" + re.escape(key) + rb"\s*:)")
            scanned, start, stack, is_cut = origin + 1, -1, bytearray(base), is_end
    if has_junk and depth < 2:
        yield Problem("unreadable", "not a JSON object")
    if stack and not is_cut:
        raise InputError("unreadable", "it is cut off: its JSON does not end")


def _first_key(data: bytes, start: int) -> bytes:
    found = _FIRST_KEY.match(data, start)
    return found[1] if found and len(found[1]) < 1000 else b""


def _too_large(size: int) -> Problem:
    return Problem("too_large", f"the record is longer than {MAX_RECORD_BYTES >> 20} MB", size)


# --- CSV ----------------------------------------------------------------------------------------


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


def distinct_names(names: Sequence[object]) -> list[str]:
    """Column names without empty or repeated ones: ``column_3``, ``judul_2``."""
    result: list[str] = []
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        stem = plain = str(name if name is not None else "").strip() or f"column_{number}"
        repeat = 1
        while plain in seen:
            repeat += 1
            plain = f"{stem}_{repeat}"
        seen.add(plain)
        result.append(plain)
    return result


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


# --- XLSX and Parquet ---------------------------------------------------------------------------


def read_xlsx(path: Path, mapping: Mapping) -> Iterator[Record]:
    """Records of all sheets of a workbook, one after the other; date cells become ``{"$excel_date": iso}``.

    openpyxl in read-only mode: it streams, and a date stays a date in a column that also holds strings (fastexcel
    turns such a column into strings).
    """
    import openpyxl

    _check_workbook(path)
    try:
        with path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # styles and extensions that it leaves out
                workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()  # what a file declares may be a million empty rows
                yield from _sheet_records(sheet.iter_rows(values_only=True), mapping)
    except Exception as error:  # noqa: BLE001 - a broken workbook fails in openpyxl in any way
        raise InputError("unreadable", f"it is no readable workbook: {error!r:.200}") from None


def _sheet_records(sheet: Iterator[tuple[object, ...]], mapping: Mapping) -> Iterator[Row]:
    rows = (row for row in _quietly(sheet) if any(cell not in (None, "") for cell in row))
    head = list(itertools.islice(rows, 20))
    if not head:
        return
    texts = [[cell if isinstance(cell, str) else "" if cell is None else "0" for cell in row] for row in head]
    has_header = mapping.has_header
    if has_header is None:
        has_header = mapping.column_names is None and is_header(texts[0], texts[1:])
    names: Sequence[object] = head[0] if has_header else [""] * max(map(len, head))
    names = distinct_names(mapping.column_names or names)
    for row in itertools.chain(head[1:] if has_header else head, rows):
        if len(row) > len(names):
            names = distinct_names([*names, *[""] * (len(row) - len(names))])
        yield dict(zip(names, map(_excel_cell, row), strict=False))


def _quietly(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dates that Excel could not hold
            row = next(rows, None)
        if row is None:
            return
        yield row


def _excel_cell(value: object) -> object:
    if isinstance(value, datetime):
        return {"$excel_date": value.isoformat()}
    if isinstance(value, date):
        return {"$excel_date": datetime.combine(value, time()).isoformat()}
    return str(value) if isinstance(value, time | timedelta) else value


def _check_workbook(path: Path) -> None:
    """InputError where a workbook would unpack beyond bounds; zipfile never reads more than a part declares."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError("unreadable", f"it is no readable workbook: {error}") from None
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/")
        is_shared = part.filename.lower().endswith("sharedstrings.xml")
        limit = MAX_SHEET_BYTES if is_sheet else MAX_SHARED_BYTES if is_shared else MAX_PART_BYTES
        is_read = is_sheet or part.filename.endswith((".xml", ".rels"))
        is_bomb = part.file_size > FREE_SHEET_BYTES and part.file_size > MAX_RATIO / 2 * max(part.compress_size, 1)
        if is_read and (part.file_size > limit or is_bomb):
            raise InputError("too_large", f"its part {part.filename} unpacks to {part.file_size >> 20:,} MB")


def read_parquet(path: Path) -> Iterator[Row]:
    """Records of a Parquet file, a few hundred at a time; strings stay shared until a record is made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as raw:
            schema = pq.ParquetFile(raw).schema_arrow
            strings = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
            file = pq.ParquetFile(raw, read_dictionary=strings, pre_buffer=False, buffer_size=1 << 20)
            _check_parquet(file.metadata, path.stat().st_size)
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                columns = [_micros(column) for column in batch.columns]
                step = max(1, min(BATCH_ROWS, BATCH_BYTES // (1 + sum(map(_longest, columns)))))
                table = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
                for start in range(0, table.num_rows, step):
                    yield from table.slice(start, step).to_pylist()
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file fails in pyarrow in any way
        raise InputError("unreadable", f"it is no readable Parquet file: {error!r:.200}") from None


def _check_parquet(metadata: Any, size: int) -> None:
    total = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if total > MAX_TOTAL_BYTES or (total > RATIO_FREE_BYTES and total > MAX_RATIO * size):
        raise InputError("too_large", f"it unpacks to {total >> 20:,} MB")
    if metadata.num_columns > MAX_COLUMNS:
        raise InputError("unreadable", f"it is no table: more than {MAX_COLUMNS:,} columns")


def _micros(column: Any) -> Any:
    """Timestamps in microseconds: nanoseconds have no plain Python form."""
    import pyarrow as pa

    is_nano = pa.types.is_timestamp(column.type) and column.type.unit == "ns"
    return column.cast(pa.timestamp("us", column.type.tz), safe=False) if is_nano else column


def _longest(column: Any) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type) or not len(column.dictionary):
        return 0
    return pc.max(pc.binary_length(column.dictionary)).as_py() or 0
