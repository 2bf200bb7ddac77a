"""Tables of every format as records, each read in bounded memory, as often as asked.

Does not belong here: how a format is read (its reader), what a column means (``guess``, ``mapping``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.sources.csv_reader import Dialect, read_csv
from ingest.sources.json_reader import read_json
from ingest.sources.mapping import Mapping
from ingest.sources.records import Record
from ingest.sources.streams import (
    sniff_encoding,
    split_suffixes,
    utf8_chunks,
)
from ingest.sources.table_reader import read_parquet, read_xlsx

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
