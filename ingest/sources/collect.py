"""From local files to raw documents and outcomes, in batches that are one raw part each.

Belongs here: identities, duplicates, frames. Does not: formats and guesses (readers.py, guess.py), writing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from ingest.sources import mapping as mappings
from ingest.sources.batch import Batch
from ingest.sources.dumps import read_dump
from ingest.sources.files import ARCHIVES, MEDIA_TYPES, OFFICE, Attempt, discover, read_document
from ingest.sources.manual import read_manual
from ingest.sources.mapping import Kind, Mapping
from ingest.sources.readers import FORMATS
from ingest.sources.streams import COMPRESSIONS, InputError, split_suffixes
from ingest.sources.warc import read_warc
from warehouse.contracts import TABLES
from warehouse.keys import hex16

MAX_DOCUMENTS = 60_000
MAX_PAYLOAD_BYTES = 256 << 20
MAX_OUTCOMES = 200_000  # a batch of duplicates alone must end as well
SLICE_ROWS = 5_000  # rows that are held as Python objects
SLICE_BYTES = 16 << 20

_DOCUMENTS = TABLES["raw.documents"].polars_schema()
_OUTCOMES = TABLES["raw.fetch_outcomes"].polars_schema()


def collect(
    paths: Sequence[Path],
    *,
    fetched_at: datetime,
    known_ids: set[str],
    source_id: str = "files",
    mapping: Path | None = None,
    kind: Kind | None = None,
    outlet_domains: Collection[str] = frozenset(),
    only_known_outlets: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[Batch]:
    """The records of files and folders, each with its outcome.

    ``fetched_at`` is naive UTC. ``known_ids`` are the document ids that the lake holds; it gains those of the
    documents that are handed out. ``mapping`` describes every input that has none beside it. ``kind`` says what all
    of them are; without it the mapping does, else the file's name. ``outlet_domains`` are those of the registry's
    outlets: where a mapping says ``known_outlets``, or ``only_known_outlets`` for all, nothing else is taken of web
    archives. ``report`` receives sentences for people, such as a guessed mapping. A batch holds at most 60,000
    documents and 256 MB of payload; the same inputs give the same batches.

    Raises SourceError, at the call, for a path that is not there and for a mapping that cannot be read, and while
    iterating for a mapping that names a column that a table does not have.
    """
    inputs = inputs_of(paths, source_id, mapping, kind, outlet_domains, only_known_outlets=only_known_outlets)
    return _batches(inputs, fetched_at, known_ids, report)


@dataclass(frozen=True)
class Input:
    """One file of a call: its position, its mapping, the source for which it stands, and what the call says it is.

    ``domains`` restricts a web archive to these hosts.
    """

    position: int
    path: Path
    mapping: Mapping
    default_source: str
    kind: Kind | None = None
    domains: Collection[str] | None = None

    @property
    def suffix(self) -> str:
        """The format, without compression."""
        return split_suffixes(self.path.name)[0]

    @property
    def is_table(self) -> bool:
        """Whether the file is read as a table."""
        return self.suffix in FORMATS

    @property
    def source_id(self) -> str:
        """The source: the mapping's for tables and archives, else that of the call."""
        return (self.mapping.source if self.is_table or self.is_archive else None) or self.default_source

    @property
    def is_archive(self) -> bool:
        """Whether the file is a web archive."""
        return self.suffix in ARCHIVES

    @property
    def source_kind(self) -> Kind:
        """What the call or the mapping says; else pages and texts are of the web, and office files are releases.

        ``manual`` is for print, television and radio alone.
        """
        if told := self.kind or self.mapping.kind:
            return told
        if self.suffix in OFFICE:
            return "press_release"
        return "web" if self.suffix in MEDIA_TYPES or self.is_archive else "dump"

    @property
    def media_type(self) -> str:
        """The media type of the payloads."""
        return "text/html" if self.is_archive else MEDIA_TYPES.get(self.suffix, "application/json")

    def attempts(self, report: Callable[[str], None]) -> Iterator[Attempt]:
        """Every record or the file as an attempt; a file that fails ends with an attempt that has no number."""
        try:
            if self.source_kind == "manual":
                if self.suffix != ".xlsx":
                    raise InputError(
                        "unreadable", "manual rows are read from .xlsx; `kliping manual template` makes one"
                    )
                yield from read_manual(self.path, report)
            elif self.is_table:
                yield from read_dump(self.path, self.mapping, report)
            elif self.is_archive:
                yield from read_warc(self.path, report, self.domains)
            elif self.suffix in MEDIA_TYPES:
                yield self._with_outlet(read_document(self.path))
            else:
                known = " ".join([*MEDIA_TYPES, *ARCHIVES, *FORMATS])
                raise InputError(
                    "unreadable", f"no format is known by its name: {known}, plain or with {' '.join(COMPRESSIONS)}"
                )
        except InputError as error:
            size = self.path.stat().st_size if self.path.is_file() else None
            yield Attempt(None, error.problem._replace(byte_count=size))

    def _with_outlet(self, attempt: Attempt) -> Attempt:
        """The outlet that the mapping declares stands in the metadata: a release or a text names none."""
        if not self.mapping.outlet:
            return attempt
        metadata = orjson.loads(attempt.metadata) | {"outlet_id": self.mapping.outlet}
        return attempt._replace(metadata=orjson.dumps(metadata, option=orjson.OPT_SORT_KEYS).decode())


@dataclass
class _Builder:
    """A frame that grows by slices, so that few rows are Python objects at a time."""

    schema: pl.Schema
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)
    count: int = 0

    def add(self, *row: object) -> None:
        self.rows.append(row)
        self.count += 1
        if len(self.rows) >= SLICE_ROWS:
            self.settle()

    def settle(self) -> None:
        if self.rows:
            self.frames.append(pl.DataFrame(self.rows, schema=self.schema, orient="row"))
            self.rows = []

    def take(self) -> pl.DataFrame:
        self.settle()
        frame = pl.concat(self.frames, rechunk=False) if self.frames else pl.DataFrame(schema=self.schema)
        self.frames, self.count = [], 0
        return frame


def inputs_of(
    paths: Sequence[Path],
    source_id: str,
    mapping: Path | None,
    kind: Kind | None = None,
    outlet_domains: Collection[str] = frozenset(),
    *,
    only_known_outlets: bool = False,
) -> list[Input]:
    """The files that ``collect`` reads, each with its mapping; raises what ``collect`` raises at the call."""
    files = discover(paths)
    shared = mappings.load(mapping) if mapping else Mapping()
    declared = {path: mappings.load(beside) for path in files if (beside := mappings.beside(path))}
    inputs = []
    for position, path in enumerate(files):
        told = declared.get(path, shared)
        domains = outlet_domains if only_known_outlets or told.known_outlets else None
        inputs.append(Input(position, path, told, source_id, kind, domains))
    return inputs


def _batches(
    inputs: Sequence[Input], fetched_at: datetime, known_ids: set[str], report: Callable[[str], None]
) -> Iterator[Batch]:
    documents, outcomes = _Builder(_DOCUMENTS), _Builder(_OUTCOMES)
    stamp = fetched_at.isoformat()
    held = fresh = 0  # bytes of payload in the batch, and those not yet in a frame
    for file in inputs:
        observed_at = file.mapping.observed_at_utc() if file.is_table else None
        name = os.fsencode(file.path.name).decode("utf-8", "replace")  # a name is bytes, of any encoding
        source_id, kind, media_type = file.source_id, file.source_kind, file.media_type
        for attempt in file.attempts(report):
            number, problem, payload, url, record_id, metadata, seen_at, status_code = attempt
            locator = name if number is None else f"{name}#{number}"
            attempt_id = hex16(stamp, source_id, str(file.position), locator)
            outcome: str
            document_id: str | None = None
            if problem:
                outcome, error, size = problem.outcome, problem.reason, problem.byte_count
            else:
                document_id = hex16(source_id, url or record_id or "", payload)
                outcome, error, size = "duplicate" if document_id in known_ids else "ok", None, len(payload)
            if outcome == "ok":
                if documents.count >= MAX_DOCUMENTS or held + len(payload) > MAX_PAYLOAD_BYTES:
                    yield Batch(documents.take(), outcomes.take())
                    held = fresh = 0
                known_ids.add(document_id or "")
                documents.add(
                    document_id,
                    source_id,
                    kind,
                    url,
                    record_id,
                    fetched_at,
                    seen_at or observed_at,
                    media_type,
                    payload,
                    metadata,
                )
                held, fresh = held + len(payload), fresh + len(payload)
                if fresh > SLICE_BYTES:
                    documents.settle()
                    fresh = 0
            elif outcomes.count >= MAX_OUTCOMES:
                yield Batch(documents.take(), outcomes.take())
                held = fresh = 0
            outcomes.add(
                attempt_id,
                source_id,
                kind,
                locator,
                url,
                record_id,
                fetched_at,
                outcome,
                document_id,
                None,
                size,
                error,
                "record",
                status_code,
                None,
                None,
                None,
                None,
                None,
            )
    if outcomes.count:
        yield Batch(documents.take(), outcomes.take())
