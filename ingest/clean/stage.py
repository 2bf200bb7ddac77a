"""The clean stage: raw documents to articles, zones and the ledger of dates.

Belongs here: the order of the pieces and the shape of their output. Does not: any rule about text, dates or pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from ingest.clean.content_kind import Signs, content_kind, correction_state
from ingest.clean.dates import read_dates
from ingest.clean.extract import DOCX, PDF, DateCandidate, Fields, extract
from ingest.clean.language import language
from ingest.clean.outlets import Outlet, Outlets
from ingest.clean.text import normalise, normalise_line
from ingest.clean.urls import canonical_url, host, page_number
from ingest.clean.zones import Zone, parse_zones
from warehouse.contracts import TABLES
from warehouse.keys import hex16

if TYPE_CHECKING:
    from ingest.registry.load import Registry

STAGE_VERSION = 4
"""Raised by hand whenever the output for the same raw documents changes."""

REGISTRY_TABLES = ("outlets",)
"""Registry tables that the output depends on."""

NO_ARTICLES = ("continuation_page", "not_an_article")
"""Rules that set aside what was read well and is no article: a page 2, a front page, a list."""

_PASSED_ON = ("document_id", "source_id", "source_kind", "source_record_id", "fetched_at_utc")
_FEWEST_WORDS = 20
"""Words of text below which the title is read as well to tell the language."""
_MOST_METADATA = 1000
"""Metadata strings whose reading is kept at a time."""
_EMPTY_CELLS = frozenset({"", "-", "--", "None", "nan", "NaN", "null"})
_CANDIDATE_SCHEMA = {
    "document_id": pl.String,
    "origin": pl.String,
    "raw": pl.String,
    "time_raw": pl.String,
    "is_excel_date": pl.Boolean,
    "date_order": pl.String,
}


@dataclass(frozen=True)
class _Article:
    """One cleaned document, before its dates are read."""

    row: dict[str, Any]
    zones: list[Zone]
    dates: list[DateCandidate]
    outlet: Outlet
    is_article: bool
    is_continuation: bool


def clean(documents: pl.DataFrame, registry: Registry) -> dict[str, pl.DataFrame]:
    """Articles, zones, date candidates and quarantined rows of ``documents`` (``raw.documents``), each per contract.

    Every document yields an article or, when it holds neither title nor text, a row of ``rows``. A document's output
    depends on the document and the registry alone, so ``clean(a + b) == clean(a) + clean(b)``.
    """
    outlets = Outlets(registry["outlets"])
    outlet_kinds = dict(registry["outlets"].select("outlet_id", "outlet_kind").iter_rows())
    read_metadata = _Metadata()
    articles: list[_Article] = []
    contexts: list[dict[str, Any]] = []
    candidates: list[tuple[Any, ...]] = []
    rejected: list[dict[str, Any]] = []
    for document in documents.iter_rows(named=True):
        metadata = read_metadata(document["metadata"])
        article = _article(document, metadata, outlets, outlet_kinds)
        if article.is_continuation:
            rejected.append(_rejected(document, "continuation_page"))
            continue
        if not article.is_article:
            rejected.append(_rejected(document, "not_an_article"))
            continue
        if not article.row["title"] and not article.row["text"]:
            is_pdf = document["media_type"] == PDF
            rejected.append(_rejected(document, "pdf_without_text" if is_pdf else "no_title_and_no_text"))
            continue
        articles.append(article)
        contexts.append(
            {
                "document_id": document["document_id"],
                "url": article.row["url"],
                "fetched_at_utc": document["fetched_at_utc"],
                "observed_at_utc": document["observed_at_utc"],
                "clock_zone": metadata.get("clock_zone") or article.outlet.clock_zone,
                "has_local_z_stamps": article.outlet.has_local_z_stamps,
            }
        )
        order = metadata.get("date_order") or "DMY"
        candidates += [(document["document_id"], *candidate, order) for candidate in article.dates]
    ledger, chosen = read_dates(
        pl.DataFrame(contexts, schema=_context_schema(documents)),
        pl.DataFrame(candidates, schema=_CANDIDATE_SCHEMA, orient="row"),
    )
    return {
        "articles": _articles_frame(articles, chosen),
        "zones": _zones_frame(articles),
        "date_candidates": ledger,
        "rows": TABLES["quarantine.rows"].conform(
            pl.DataFrame(rejected, schema=TABLES["quarantine.rows"].polars_schema())
        ),
    }


class _Metadata:
    """Reads metadata strings; a dump repeats the same one for all its documents, a page of the web has its own."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def __call__(self, text: str) -> dict[str, Any]:
        known = self._known.get(text)
        if known is None:
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError:
                value = {}
            if len(self._known) >= _MOST_METADATA:
                self._known.clear()
            known = self._known[text] = value if isinstance(value, dict) else {}
        return known


def _article(
    document: Mapping[str, Any], metadata: Mapping[str, Any], outlets: Outlets, outlet_kinds: Mapping[str, str | None]
) -> _Article:
    fields = extract(document["media_type"], document["payload"], metadata, document["source_kind"])
    text, known, mends = _joined(fields)
    zones = parse_zones(text, known, has_head=fields.has_head)
    lead = _zone_text(text, zones, "lead")
    body = _zone_text(text, zones, "body")
    title = normalise_line(fields.title)
    url = document["url"] or fields.url
    # a page knows its own address better than who saved it; a row's address is what the dump says
    is_page = document["media_type"] == "text/html"
    canonical = (is_page and canonical_url(fields.url)) or canonical_url(url)
    if document["source_kind"] == "manual":
        canonical = None  # the link of a recording or a scan is not what was printed: the row is an article of its own
    is_continuation = is_page and ("page" in fields.hints or page_number(url) > 1)
    host_name = host(canonical)
    outlet = outlets.of(host_name, metadata.get("outlet_id"))
    word_count = len(lead.split()) + len(body.split())
    row = {name: document[name] for name in _PASSED_ON} | {
        "url": url,
        # what a body hands out is not a version of the page that it puts on the web as well
        "canonical_url": None if document["source_kind"] == "press_release" else canonical,
        "outlet_id": outlet.outlet_id,
        "title": title,
        "text": text,
        "section": _cell(fields.section),
        "author": _cell(fields.author),
        "tags": [tag for tag in map(normalise_line, fields.tags) if tag],
        "language": language(f"{lead} {body}" if word_count >= _FEWEST_WORDS else f"{title}. {lead} {body}", host_name),
        "word_count": word_count,
        "content_hash": hex16(title, lead, body),
        "mends": sorted(mends),
    }
    row |= _verdicts(row, zones, fields.hints, metadata, outlet_kinds.get(outlet.outlet_id))
    return _Article(row, zones, fields.dates + _printed_dates(text, zones), outlet, fields.is_article, is_continuation)


def _verdicts(
    row: Mapping[str, Any],
    zones: Sequence[Zone],
    hints: Mapping[str, str],
    metadata: Mapping[str, Any],
    outlet_kind: str | None,
) -> dict[str, str | None]:
    """The columns that say what kind of article it is and whether it was corrected."""
    columns = metadata.get("columns")
    signs = Signs(
        row["title"],
        row["text"],
        zones,
        row["word_count"],
        row["section"],
        row["canonical_url"],
        outlet_kind,
        row["source_kind"],
        is_summary=isinstance(columns, dict) and bool(columns.get("summary")) and not columns.get("body"),
        hints=hints,
    )
    kind, state = content_kind(signs), correction_state(signs)
    return {
        "content_kind": kind.value,
        "content_kind_rule": kind.rule,
        "content_kind_evidence": kind.evidence,
        "correction_state": state.value,
        "correction_evidence": state.evidence,
    }


def _joined(fields: Fields) -> tuple[str, list[Zone], set[str]]:
    """The parts' normalised text joined by blank lines, the zones that the markup names, and the mends."""
    pieces: list[str] = []
    known: list[Zone] = []
    mends = set(fields.mends)
    length = 0
    for part in fields.parts:
        normal = normalise(part.text)
        mends.update(normal.mends)
        if not normal.text:
            continue
        if pieces:
            length += 2
        pieces.append(normal.text)
        if part.zone:
            known.append(Zone(part.zone, length, length + len(normal.text)))
        length += len(normal.text)
    return "\n\n".join(pieces), known, mends


def _zone_text(text: str, zones: Sequence[Zone], name: str) -> str:
    return "\n\n".join(text[zone.start : zone.end].strip() for zone in zones if zone.zone == name)


def _printed_dates(text: str, zones: Sequence[Zone]) -> list[DateCandidate]:
    """The dates of printed lines; the list of other articles at the end has its own, which are none of ours."""
    return [
        DateCandidate("printed", line)
        for zone in zones
        if zone.zone == "printed_date"
        for line in text[zone.start : zone.end].split("\n\n")
        if line
    ]


def _cell(value: str | None) -> str | None:
    line = normalise_line(value or "")
    return None if line in _EMPTY_CELLS else line


def _rejected(document: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The quarantine row of a document that broke ``rule``; ``original`` is the payload as a JSON object.

    Of an office file it names the size alone: raw.documents holds it.
    """
    if document["media_type"] in (PDF, DOCX):
        original = orjson.dumps({"media_type": document["media_type"], "byte_count": len(document["payload"])}).decode()
        return _quarantined(document, rule, original)
    original = document["payload"].decode("utf-8", "replace")
    if document["media_type"] != "application/json" or not original.lstrip().startswith("{"):
        original = orjson.dumps({"media_type": document["media_type"], "payload": original}).decode()
    return _quarantined(document, rule, original)


def _quarantined(document: Mapping[str, Any], rule: str, original: str) -> dict[str, Any]:
    return {
        "stage": "clean",
        "table_name": "clean.articles",
        "document_id": document["document_id"],
        "rule": rule,
        "original": original,
    }


def _context_schema(documents: pl.DataFrame) -> dict[str, Any]:
    return {
        "document_id": pl.String,
        "url": pl.String,
        "fetched_at_utc": documents.schema["fetched_at_utc"],
        "observed_at_utc": pl.Datetime("us"),
        "clock_zone": pl.String,
        "has_local_z_stamps": pl.Boolean,
    }


def _articles_frame(articles: Sequence[_Article], chosen: pl.DataFrame) -> pl.DataFrame:
    table = TABLES["clean.articles"]
    dated = set(chosen.columns)
    schema = {
        name: dtype for name, dtype in table.polars_schema().items() if name == "document_id" or name not in dated
    }
    frame = pl.DataFrame([article.row for article in articles], schema=schema)
    return table.conform(frame.join(chosen, on="document_id", how="left", maintain_order="left"))


def _zones_frame(articles: Sequence[_Article]) -> pl.DataFrame:
    table = TABLES["clean.zones"]
    rows = [
        (article.row["document_id"], index, *zone) for article in articles for index, zone in enumerate(article.zones)
    ]
    return table.conform(pl.DataFrame(rows, schema=table.polars_schema(), orient="row"))
