"""Labelled sets as raw documents.

Belongs here: reading gold files and making of their rows what a run would have received. Does not: any score.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from ingest.errors import SourceError
from ingest.sources.guess import DateOrders, domain_of
from warehouse.contracts import TABLES
from warehouse.keys import hex16

COLUMNS = {
    "title": ["title"],
    "body": ["body"],
    "date": ["date", "time"],
    "updated": ["updated"],
    "url": ["url"],
    "section": ["section"],
}
"""Roles of the raw fields of a row, as a mapping beside a dump would state them."""
ALIASES = {"date_raw": "date", "time_raw": "time"}
"""Raw fields that go by another name in the development articles."""
_NO_TITLE = "(tanpa judul)"


@dataclass(frozen=True)
class Received:
    """One document as a run receives it; ``fetched_at`` and ``observed_at`` are naive UTC."""

    media_type: str
    payload: bytes
    fetched_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None
    observed_at: datetime | None = None


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked where its name ends in .gz; SourceError where it cannot be read."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and objects of a JSONL file (or .jsonl.gz); SourceError names the line that holds none."""
    # only a line feed ends a line of JSON; str.splitlines would cut at others too
    for number, line in enumerate(read_bytes(path).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise SourceError(f"{path} line {number} is not JSON: {error}") from None
        if not isinstance(row, dict):
            raise SourceError(f"{path} line {number} is not a JSON object")
        yield number, row


def raw_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row that a dump would hold: no answer is among them."""
    known = {name for names in COLUMNS.values() for name in names}
    fields = {ALIASES.get(name, name): value for name, value in row.items() if name not in known}
    fields |= {name: row[name] for name in known & row.keys()}
    return {name: fields[name] for name in sorted(known & fields.keys())}


def as_row(fields: Mapping[str, Any], fetched_at: datetime, **declared: Any) -> Received:
    """Raw fields as the row of a dump whose columns are declared; ``declared`` completes its metadata."""
    payload = orjson.dumps(dict(fields), option=orjson.OPT_SORT_KEYS)
    url = fields.get("url")
    metadata = {"columns": COLUMNS, **declared}
    return Received("application/json", payload, fetched_at, metadata, url if isinstance(url, str) and url else None)


def date_orders(rows: Sequence[Mapping[str, Any]]) -> DateOrders:
    """The order of day and month, proved by the set's own dates by outlet as in a dump that declares none."""
    orders = DateOrders()
    for row in rows:
        fields = raw_fields(row)
        if isinstance(fields.get("date"), str) and not row.get("date_order"):
            orders.add(fields["date"], domain_of(fields.get("url")))
    return orders


def receive(row: Mapping[str, Any], orders: DateOrders, fetched_at: datetime) -> Received:
    """A row as a run receives it, with what it declares; ValueError or TypeError where a stated time is none."""
    fields = raw_fields(row)
    url, raw = fields.get("url"), fields.get("date")
    if not fields.get("title") and not fields.get("body"):
        fields["title"] = _NO_TITLE  # a date string alone: without any text it would be quarantined
    order = row.get("date_order") or (
        orders.order_of(raw, domain_of(url if isinstance(url, str) else None)) if isinstance(raw, str) else "DMY"
    )
    declared = {"date_order": order, "clock_zone": row.get("clock_zone"), "outlet_id": row.get("outlet_id")}
    document = as_row(fields, _utc(row.get("fetched_at")) or fetched_at, **declared)
    return replace(document, observed_at=_utc(row.get("observed_at")))


def _utc(value: str | None) -> datetime | None:
    """An ISO time as naive UTC; one without offset is taken for UTC."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def documents(received: Iterable[Received]) -> pl.DataFrame:
    """``raw.documents`` in the order given; an id is of the place too, so that equal documents stay apart."""
    rows = [
        {
            "document_id": hex16("gold", str(number), one.payload),
            "source_id": "gold",
            "source_kind": "web",
            "url": one.url,
            "source_record_id": None,
            "fetched_at_utc": one.fetched_at,
            "observed_at_utc": one.observed_at,
            "media_type": one.media_type,
            "payload": one.payload,
            "metadata": orjson.dumps(one.metadata, option=orjson.OPT_SORT_KEYS).decode(),
        }
        for number, one in enumerate(received)
    ]
    return pl.DataFrame(rows, schema=TABLES["raw.documents"].polars_schema())
