"""Records of XLSX workbooks and Parquet files, in bounded memory. Does not belong here: what a column means."""

from __future__ import annotations

import itertools
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ingest.sources.guess import is_header
from ingest.sources.mapping import Mapping
from ingest.sources.records import MAX_COLUMNS, Record, Row, distinct_names
from ingest.sources.streams import (
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    RATIO_FREE_BYTES,
    InputError,
)

MAX_SHARED_BYTES = 192 << 20  # strings of a workbook, which stay in memory
MAX_PART_BYTES = 16 << 20  # other parts of a workbook that are read whole
MAX_SHEET_BYTES = 4 << 30  # a sheet is streamed
FREE_SHEET_BYTES = 64 << 20  # below this, a sheet may be packed at any ratio
BATCH_ROWS = 512
BATCH_BYTES = 32 << 20


def read_xlsx(path: Path, mapping: Mapping) -> Iterator[Record]:
    """Records of all sheets of a workbook, one after the other; date cells become ``{"$excel_date": iso}``."""
    for rows in read_sheets(path):
        yield from _sheet_records(rows, mapping)


def read_sheets(path: Path) -> Iterator[Iterator[tuple[object, ...]]]:
    """The sheets of a workbook, each as its rows of values, empty ones included; a formula is the value last computed.

    openpyxl in read-only mode: it streams, and a date stays a date in a column that also holds strings (fastexcel
    turns such a column into strings). Raises InputError, also while rows are read, for a workbook that is damaged or
    unpacks beyond bounds.
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
                yield _quietly(sheet.iter_rows(values_only=True))
    except Exception as error:  # noqa: BLE001 - a broken workbook fails in openpyxl in any way
        raise _broken(error) from None


def _broken(error: Exception) -> InputError:
    return InputError("unreadable", f"it is no readable workbook: {error!r:.200}")


def _sheet_records(sheet: Iterator[tuple[object, ...]], mapping: Mapping) -> Iterator[Row]:
    rows = (row for row in sheet if any(cell not in (None, "") for cell in row))
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
        yield dict(zip(names, map(excel_cell, row), strict=False))


def _quietly(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # dates that Excel could not hold
                row = next(rows, None)
        except Exception as error:  # noqa: BLE001 - a broken workbook fails in openpyxl in any way
            raise _broken(error) from None
        if row is None:
            return
        yield row


def excel_cell(value: object) -> object:
    """A cell's value as records hold it: dates become ``{"$excel_date": iso}``."""
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
