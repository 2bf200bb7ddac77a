"""What fuzzing drives: every reader as a function of bytes that raises where a promise is broken.

Belongs here: the readers and what must hold of their output whatever the input is. Does not: where inputs come from
(``shapes`` for hostile ones, ``benchmarks/fuzz.py`` for damaged real ones, hypothesis in the tests).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import orjson
import polars as pl

from ingest.clean.dates import FLOOR_YEAR, read_dates
from ingest.clean.extract import DOCX, PDF, extract
from ingest.clean.release_text import release_fields, text_lines
from ingest.clean.stage import clean
from ingest.clean.text import normalise, normalise_line
from ingest.clean.urls import canonical_url, host
from ingest.clean.zones import parse_zones
from ingest.entities.event_dates import find_event_dates
from ingest.registry.load import Registry, load
from ingest.sources.collect import collect
from tests.made_files import docx_of, pdf_with
from warehouse.contracts import TABLES
from warehouse.contracts.lake import DATE_CANDIDATES, ZONES
from warehouse.keys import hex16

FETCHED_AT = datetime(2025, 3, 3, 2)
FORMATS = (
    "txt", "html", "htm", "jsonl", "ndjson", "json", "csv", "tsv", "xlsx", "parquet", "warc", "docx", "pdf",
)  # fmt: skip
COMPRESSIONS = ("", ".gz", ".xz", ".zst")
MEDIA_TYPES = {"text/plain": "{}", "text/html": "{}", "application/json": "", DOCX: "{}", PDF: "{}"}
_ROLES = {
    "title": ["title", "judul"],
    "body": ["body", "isi"],
    "date": ["date", "time"],
    "url": ["url"],
    "section": ["section"],
    "author": ["author"],
    "tags": ["tags"],
    "updated": ["updated"],
    "summary": ["summary"],
}
ROW_METADATA = orjson.dumps({"columns": _ROLES, "date_order": "DMY"}).decode()


class BrokenPromiseError(AssertionError):
    """An output that a reader promises never to give."""


def require(holds: bool, told: str) -> None:
    """Raise BrokenPromiseError, with what is ``told``, unless the promise holds."""
    if not holds:
        raise BrokenPromiseError(told)


@lru_cache(maxsize=1)
def _registry() -> Registry:
    return load()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def check_normalise(data: bytes) -> None:
    """The offset map is monotonic and leads back into the input; a line stays one line."""
    raw = _text(data)
    normal = normalise(raw)
    offsets = normal.offsets
    require(len(offsets) == len(normal.text) + 1, "one offset for each place of the text")
    require(bool(np.all(np.diff(offsets) >= 0)), "offsets fall")
    require(offsets[0] >= 0 and offsets[-1] <= len(raw), "offsets leave the input")
    require("\n" not in normalise_line(raw), "a line with a line break")


def check_zones(data: bytes) -> None:
    """Zones tile the text, each under a name of the contract."""
    text = _text(data)
    for has_head in (False, True):
        end = 0
        for zone in parse_zones(text, has_head=has_head):
            require(zone.start == end and zone.end > zone.start, f"{zone} does not follow {end}")
            require(zone.zone in ZONES, f"{zone} has no name of the contract")
            end = zone.end
        require(end == len(text), f"zones end at {end} of {len(text)}")


def check_url(data: bytes) -> None:
    """Canonicalising twice changes nothing, and the host stays."""
    raw = _text(data)
    for url in (raw, "https://" + raw, "https://contoh.example/" + raw, "https://contoh.example/a?" + raw):
        canonical = canonical_url(url)
        require(canonical_url(canonical) == canonical, f"{canonical!r} becomes {canonical_url(canonical)!r}")
        require(host(canonical) == host(url), f"{url[:200]!r} changes its host")


def check_dates(data: bytes) -> None:
    """Every chosen date lies within its bounds, whatever stands in the lines of ``data``."""
    lines = _text(data).splitlines() or [""]
    count = len(lines)
    ids = [hex16(str(number)) for number in range(count)]
    context = pl.DataFrame(
        {
            "document_id": ids,
            "url": lines,
            "fetched_at_utc": [FETCHED_AT] * count,
            "observed_at_utc": [FETCHED_AT if number % 2 else None for number in range(count)],
            "clock_zone": [("WIB", "WITA", "WIT")[number % 3] for number in range(count)],
            "has_local_z_stamps": [number % 5 == 0 for number in range(count)],
        },
        schema_overrides={"fetched_at_utc": pl.Datetime("us"), "observed_at_utc": pl.Datetime("us")},
    )
    origins = [origin for origin in DATE_CANDIDATES.allowed["origin"] if origin != "url"]
    candidates = pl.DataFrame(
        {
            "document_id": ids,
            "origin": [origins[number % len(origins)] for number in range(count)],
            "raw": lines,
            "time_raw": [lines[-number] if number % 4 == 0 else None for number in range(count)],
            "is_excel_date": [number % 7 == 0 for number in range(count)],
            "date_order": [("DMY", "MDY", "YMD")[number % 3] for number in range(count)],
        },
        schema_overrides={"time_raw": pl.String},
    )
    _, chosen = read_dates(context, candidates)
    require(chosen.height == count, "a document without a verdict")
    _require_bounds(chosen)


def _require_bounds(chosen: pl.DataFrame) -> None:
    found = chosen["published_at_utc"].drop_nulls()
    if found.len():
        low, high = found.min(), found.max()
        require(low >= datetime(FLOOR_YEAR - 1, 12, 31), f"published at {low}")  # type: ignore[operator]  # a datetime column
        require(high <= FETCHED_AT + timedelta(days=2), f"published at {high}")  # type: ignore[operator]  # a datetime column
    require(chosen["date_rule"].null_count() == 0, "a date without a rule")


def check_extract(media_type: str, data: bytes) -> None:
    """Extraction never raises; its strings can be written."""
    fields = extract(media_type, data, orjson.loads(_metadata(media_type)))
    for part in fields.parts:
        part.text.encode()
    fields.title.encode()


def check_release(data: bytes) -> None:
    """A release keeps all its words, wherever they end up."""
    lines = text_lines(_text(data).replace("\0", ""))
    fields = release_fields(lines)
    told = " ".join([fields.title, *(part.text for part in fields.parts)])
    words = [word for line in lines for word in line.text.split()]
    lost = Counter(words) - Counter(told.split())
    require(sum(lost.values()) <= 10, f"{sum(lost.values())} of {len(words)} words are lost")


def check_docx(data: bytes) -> None:
    """Whatever stands inside a Word file's body."""
    check_collect(".docx", docx_of(data))


def check_pdf(data: bytes) -> None:
    """Whatever a PDF's page draws."""
    check_collect(".pdf", pdf_with([data]))


def _metadata(media_type: str) -> str:
    return ROW_METADATA if media_type == "application/json" else "{}"


def documents(media_type: str, payloads: list[bytes], metadata: str | None = None) -> pl.DataFrame:
    """A raw.documents frame of one media type."""
    rows = [
        {
            "document_id": hex16("uji", "", payload),
            "source_id": "uji",
            "source_kind": "dump",
            "url": None,
            "source_record_id": None,
            "fetched_at_utc": FETCHED_AT,
            "observed_at_utc": None,
            "media_type": media_type,
            "payload": payload,
            "metadata": metadata or _metadata(media_type),
        }
        for payload in payloads
    ]
    table = TABLES["raw.documents"]
    return table.conform(pl.DataFrame(rows, schema=table.polars_schema()))


def check_clean(media_type: str, data: bytes) -> None:
    """The clean stage and the event dates: zones tile, spans are their surfaces, dates lie within their bounds."""
    check_cleaned(documents(media_type, [data]))


def check_cleaned(raw: pl.DataFrame) -> None:
    """What must hold of the clean stage's output for ``raw``."""
    made = clean(raw, _registry())
    articles, zones = made["articles"], made["zones"]
    kept = articles.height + made["rows"]["document_id"].n_unique()
    require(kept == raw["document_id"].n_unique(), f"{kept} of {raw.height} documents came out")
    _require_bounds(articles)
    texts = dict(articles.select("document_id", "text").iter_rows())
    titles = dict(articles.select("document_id", "title").iter_rows())
    ends = dict.fromkeys(texts, 0)
    for document_id, _, _, start, end in zones.iter_rows():
        require(start == ends[document_id] and end > start, f"a zone at {start} after {ends[document_id]}")
        ends[document_id] = end
    require(all(ends[key] == len(text) for key, text in texts.items()), "zones do not tile")
    for row in find_event_dates(articles, zones).iter_rows(named=True):
        text = (titles if row["zone"] == "title" else texts)[row["document_id"]]
        require(text[row["start"] : row["end"]] == row["surface"], f"{row['surface']!r} is not at its place")


def check_collect(suffix: str, data: bytes) -> None:
    """Every attempt has one outcome, every document one attempt that is ok; what came in can be cleaned."""
    with tempfile.TemporaryDirectory(prefix="kliping-fuzz-") as folder:
        path = Path(folder) / f"masukan{suffix}"
        path.write_bytes(data)
        batches = list(collect([path], fetched_at=FETCHED_AT, known_ids=set()))
    for batch in batches:
        require(batch.documents.schema == TABLES["raw.documents"].polars_schema(), "documents of another shape")
        accepted = batch.outcomes.filter(pl.col("outcome") == "ok")["document_id"].to_list()
        require(sorted(accepted) == sorted(batch.documents["document_id"]), "documents and outcomes differ")
        if 0 < batch.documents.height <= 2000:
            check_cleaned(batch.documents)
    require(sum(batch.outcomes.height for batch in batches) > 0, "an input without an outcome")


def _bound(check: Callable[[str, bytes], None], argument: str) -> Callable[[bytes], None]:
    return lambda data: check(argument, data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "normalise": check_normalise,
    "zones": check_zones,
    "url": check_url,
    "dates": check_dates,
    "release": check_release,
    "docx": check_docx,
    "pdf": check_pdf,
    **{f"extract:{name}": _bound(check_extract, name) for name in MEDIA_TYPES},
    **{f"clean:{name}": _bound(check_clean, name) for name in MEDIA_TYPES},
    **{f"collect:.{name}{end}": _bound(check_collect, f".{name}{end}") for name in FORMATS for end in COMPRESSIONS},
}
"""Name -> a check of any bytes; it raises where the reader crashes or breaks a promise."""
