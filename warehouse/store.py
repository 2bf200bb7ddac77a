"""Parts, staging, the run lock: how files come into the lake and stay right when a run is killed.

A part is an immutable parquet file. A derived part carries, in its footer, the record of what it was made
from. A commit moves all files of a unit of work together: they are written aside, a redo log is put down
atomically, and only then are they moved; whoever takes the lock next finishes or discards what was left.

Does not belong here: what the tables mean (``contracts``), the marts' database (``publish``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from warehouse.contracts import Table
from warehouse.errors import DamagedError, FolderError, LockedError
from warehouse.layout import Layout

if TYPE_CHECKING:
    import polars as pl

WIB = timedelta(hours=7)
_RECORD = "kliping.record"
_COMMIT = "commit.json"

Record = Mapping[str, str]

_held: set[Path] = set()


def fetched_on(fetched_at_utc: datetime) -> date:
    """The WIB date of a naive UTC time: the partition it belongs to."""
    return (fetched_at_utc + WIB).date()


@dataclass(frozen=True, order=True)
class Part:
    """One parquet file of a lake table."""

    fetched_on: date
    part_id: str
    path: Path


def parts(layout: Layout, table: Table) -> list[Part]:
    """All parts of a lake table, by day and id."""
    found = []
    for path in layout.table(table).glob("fetched_on=*/*.parquet"):
        day = date.fromisoformat(path.parent.name.removeprefix("fetched_on="))
        found.append(Part(day, path.stem, path))
    return sorted(found)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turns what polars says of a damaged file into DamagedError with the file's path and what to do."""
    import polars as pl

    try:
        yield
    except pl.exceptions.ComputeError as error:
        raise DamagedError(
            f"The part {path} is damaged ({error}). Remove it and start `kliping run`: a derived part is made again,"
            " a raw part must be taken in again from its source."
        ) from error


def read_part(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """The rows of a part. Raises DamagedError."""
    import polars as pl

    with _reading(path):
        return pl.read_parquet(path, columns=columns, hive_partitioning=False)


def read_since(layout: Layout, table: Table, first: date, columns: list[str]) -> pl.DataFrame:
    """The rows of a lake table's parts from a day of fetching on, in the parts' order.

    Columns that came to the contract after a part was written are null in its rows. Raises DamagedError.
    """
    import polars as pl

    schema = pl.Schema({name: dtype for name, dtype in table.polars_schema().items() if name in columns})
    frames = [pl.DataFrame(schema=schema)]
    for part in parts(layout, table):
        if part.fetched_on >= first:
            with _reading(part.path):
                scan = pl.scan_parquet(
                    part.path, schema=schema, missing_columns="insert", extra_columns="ignore", hive_partitioning=False
                )
                frames.append(scan.collect())
    return pl.concat(frames).select(columns)


def row_count(path: Path) -> int:
    """The number of rows of a part, from its footer. Raises DamagedError."""
    import polars as pl

    with _reading(path):
        return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())


def write_part(frame: pl.DataFrame, table: Table, path: Path, record: Record) -> None:
    """Write ``frame`` as a part of ``table`` with its record in the footer.

    Raises polars' errors where the frame does not have the contract's columns.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    table.conform(frame).write_parquet(
        path, compression="zstd", metadata={_RECORD: json.dumps(dict(record), sort_keys=True)}
    )


def read_record(path: Path) -> dict[str, str]:
    """The record in a part's footer; empty for a part without one. Raises DamagedError."""
    import polars as pl

    with _reading(path):
        record: dict[str, str] = json.loads(pl.read_parquet_metadata(path).get(_RECORD, "{}"))
    return record


def fingerprint(frame: pl.DataFrame) -> str:
    """16 hex digits over a frame's content: equal frames have equal fingerprints."""
    from io import BytesIO

    import polars as pl

    buffer = BytesIO()
    # The oldest layout holds strings end to end; newer ones depend on how a frame was put together.
    frame.rechunk().write_ipc(buffer, compression="uncompressed", compat_level=pl.CompatLevel.oldest())
    return hashlib.sha256(buffer.getbuffer()).hexdigest()[:16]


class Staging:
    """The files of one unit of work, written aside and moved into the data folder together.

    >>> with Staging(layout) as staging:
    ...     write_part(frame, table, staging.file(layout.part(table, day, part_id)), record)
    ...     staging.commit()

    Leaving without ``commit`` discards the files.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.staging / uuid4().hex
        self._named = 0
        self._moves: dict[str, str] = {}
        self._removals: dict[str, None] = {}

    def __enter__(self) -> Staging:
        self._folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def file(self, target: Path) -> Path:
        """Where to write the file that will be moved to ``target``; the same for the same target.

        Of ``file`` and ``remove`` for one target, the last said holds.
        """
        key = target.relative_to(self._layout.root).as_posix()
        self._removals.pop(key, None)
        if key not in self._moves:
            self._named += 1
            self._moves[key] = f"{self._named}{target.suffix}"
        return self._folder / self._moves[key]

    def remove(self, target: Path) -> None:
        """Delete ``target`` at the commit."""
        key = target.relative_to(self._layout.root).as_posix()
        self._moves.pop(key, None)
        self._removals[key] = None

    def commit(self) -> None:
        """Move everything; from the moment the redo log lies there it will be finished, whatever happens."""
        draft = self._folder / "draft.json"
        draft.write_text(json.dumps({"moves": self._moves, "removals": list(self._removals)}))
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        draft.replace(self._folder / _COMMIT)
        _redo(self._layout, self._folder)


def _redo(layout: Layout, folder: Path) -> None:
    log = json.loads((folder / _COMMIT).read_text())
    for key, name in log["moves"].items():
        staged, target = folder / name, layout.root / key
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
    for key in log["removals"]:
        (layout.root / key).unlink(missing_ok=True)
    shutil.rmtree(folder)


def recover(layout: Layout) -> int:
    """Finish the commits that a killed run had begun and discard what it had not; the number finished.

    Only the holder of the run lock may call this.
    """
    finished = 0
    for folder in sorted(layout.staging.glob("*/")):
        if (folder / _COMMIT).exists():
            _redo(layout, folder)
            finished += 1
        else:
            shutil.rmtree(folder)
    return finished


def write_schemas(layout: Layout, tables: list[Table]) -> None:
    """Put down an empty part of each table, so that readers find its types before its first rows."""
    for table in tables:
        path = layout.schema(table)
        if not path.exists() or read_record(path).get("contract_version") != table.version:
            draft = path.with_suffix(".draft")
            write_part(table.empty(), table, draft, {"contract_version": table.version})
            draft.replace(path)


@contextmanager
def run_lock(layout: Layout, *, wait: bool = False) -> Iterator[None]:
    """Hold the data folder for one run. Raises LockedError, with who holds it, where another run does, and
    FolderError where nothing can be written.

    With ``wait`` it waits for the other run to end instead. The operating system lets go when the process ends,
    however it ends. A process that holds the folder already may take it again: the command takes it for its
    messages, the run takes it for its work.
    """
    import fcntl

    root = layout.root.resolve()
    if root in _held:
        yield
        return
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        opened = layout.lock.open("a+")
    except OSError as error:
        raise FolderError(f"The data folder {layout.root} cannot be written: {error.strerror}.") from error
    with opened as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise LockedError(
                f"Another run is using {layout.root} ({holder}); wait until it has ended, then start again."
            ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        handle.flush()
        _held.add(root)
        try:
            yield
        finally:
            _held.discard(root)
            handle.truncate(0)
