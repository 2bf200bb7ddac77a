"""All that the lake knows of one article, as plain values: why each of its numbers is what it is.

Belongs here: finding the article by any of its names and gathering its rows from every layer. Does not: how it is
shown (``explain_view``), nor any rule that made the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.clean.urls import canonical_url
from warehouse.contracts import Table
from warehouse.contracts.lake import (
    ARTICLES,
    DATE_CANDIDATES,
    DOCUMENTS,
    EVENT_DATES,
    FETCH_OUTCOMES,
    MENTIONS,
    PLACES,
    QUARANTINE,
    STATEMENTS,
    ZONES_TABLE,
)
from warehouse.errors import KlipingError
from warehouse.layout import Layout
from warehouse.store import Part, parts, read_record

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

# The same expression as the macro article_id of the dbt project; a test compares them.
ARTICLE_ID = """
left(
    sha256(
        case
            when canonical_url is not null then 'url:' || canonical_url
            when source_record_id is not null
                then 'record:' || length(source_id) || ':' || source_id || ':' || source_record_id
            else 'document:' || length(source_id) || ':' || source_id || ':' || document_id
        end
    ),
    16
)
"""
MOST_LISTED = 20
_ID = re.compile(r"[0-9a-f]{16}")
_BARE_URL = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/")


class ExplainError(KlipingError):
    """An article that cannot be explained: none, or more than one, answers to the name."""


class _Lake:
    """Rows of lake tables by a condition; DuckDB reads no more columns and row groups than the condition needs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout

    def rows(self, table: Table, columns: str, where: str, values: Sequence[Any], order: str) -> list[Row]:
        """Rows of all parts of ``table``, with the ``file`` that each lies in."""
        return self._select(
            [part.path.as_posix() for part in parts(self._layout, table)], columns, where, values, order
        )

    def of_part(self, table: Table, part: Part, document_id: str, order: str) -> list[Row]:
        """A document's rows of ``table``, whose file has the name of the raw part."""
        path = self._layout.part(table, part.fetched_on, part.part_id)
        files = [path.as_posix()] if path.exists() else []
        rows = self._select(files, "*", "document_id = ?", [document_id], order)
        return [{name: value for name, value in row.items() if name != "file"} for row in rows]

    def _select(self, files: list[str], columns: str, where: str, values: Sequence[Any], order: str) -> list[Row]:
        import duckdb

        if not files:
            return []
        query = (
            f"select {columns}, filename as file from read_parquet(?, union_by_name = true, filename = true,"
            f" hive_partitioning = false) where {where} order by {order}"
        )
        if columns == "*":
            query = query.replace("*, filename as file", "* rename (filename as file)", 1)
        try:
            cursor = self._connection.execute(query, [files, *values])
        except duckdb.Error as error:
            raise ExplainError(f"The lake in {self._layout.root} cannot be read: {error}") from error
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def _open(layout: Layout) -> Iterator[_Lake]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        yield _Lake(connection, layout)


def _address(key: str) -> str | None:
    """The canonical form of an address, with or without its scheme; null where ``key`` is none."""
    return canonical_url(key) or (canonical_url("https://" + key) if _BARE_URL.match(key) else None)


def _conditions(key: str) -> Iterator[tuple[str, list[str]]]:
    """What ``key`` may be, the likeliest first: each a condition over clean.articles."""
    if _ID.fullmatch(key.lower()):
        yield "document_id = ?", [key.lower()]
    if address := _address(key):
        yield "canonical_url = ?", [address]
        yield "url in (?, ?)", [key, address]
    yield "source_record_id = ?", [key]
    if _ID.fullmatch(key.lower()):
        yield f"{ARTICLE_ID} = ?", [key.lower()]


_SIGHTING = (
    f"document_id, {ARTICLE_ID} as article_id, source_id, source_record_id, fetched_at_utc, url, canonical_url,"
    " outlet_id, title, published_date, content_hash"
)
_NEWEST = "fetched_at_utc desc, document_id"
_OLDEST = "fetched_at_utc, document_id"


def _sightings(lake: _Lake, key: str) -> list[Row]:
    for where, values in _conditions(key):
        if found := lake.rows(ARTICLES, _SIGHTING, where, values, _NEWEST):
            return found
    return []


def _several(key: str, found: list[Row]) -> ExplainError:
    by_article = {row["article_id"]: row for row in reversed(found)}
    lines = [
        f"  {row['article_id']}  {row['published_date'] or 'undated':%Y-%m-%d}  {row['outlet_id']}  {row['title'][:80]}"
        if row["published_date"]
        else f"  {row['article_id']}  undated     {row['outlet_id']}  {row['title'][:80]}"
        for row in sorted(by_article.values(), key=lambda row: row["article_id"])
    ]
    if len(lines) > MOST_LISTED:
        lines = [*lines[:MOST_LISTED], f"  and {len(lines) - MOST_LISTED} more"]
    return ExplainError("\n".join([f"{len(by_article)} articles answer to {key!r}; ask for one by its id:", *lines]))


def _versions(lake: _Lake, sighting: Row) -> list[Row]:
    """The documents of an article, each with its version as int_articles__versioned of the dbt project gives it."""
    if sighting["canonical_url"] is not None:
        where, value = "canonical_url = ?", sighting["canonical_url"]
    else:
        where, value = f"canonical_url is null and {ARTICLE_ID} = ?", sighting["article_id"]
    found = lake.rows(ARTICLES, _SIGHTING, where, [value], _OLDEST)
    order: dict[str, int] = {}
    for row in found:
        row["version"] = order.setdefault(row["content_hash"], len(order) + 1)
    latest = next(row for row in found if row["version"] == len(order))
    return [{**row, "is_latest": row is latest} for row in found]


def _part_of(layout: Layout, file: str) -> Part:
    return next(part for part in parts(layout, ARTICLES) if part.path.as_posix() == file)


def _records(layout: Layout, part: Part) -> dict[str, dict[str, str]]:
    """What each layer's file of the part says that it was made from."""
    made = {}
    for table in (ARTICLES, MENTIONS):
        path = layout.part(table, part.fetched_on, part.part_id)
        if path.exists():
            record = read_record(path)
            made[table.layer] = {k: v for k, v in record.items() if not k.startswith("fingerprint.")}
    return made


def _attempts(lake: _Lake, document_ids: Sequence[str], urls: Sequence[str], record_id: str | None) -> list[Row]:
    where = "document_id in (select unnest(?)) or url in (select unnest(?)) or source_record_id = ?"
    # all that is there: parts from before a column came to the contract do not have it
    found = lake.rows(
        FETCH_OUTCOMES, "*", where, [list(document_ids), list(urls), record_id], "fetched_at_utc, attempt_id"
    )
    return [{name: value for name, value in row.items() if name != "file"} for row in found]


def _rejected(lake: _Lake, document_ids: Sequence[str]) -> list[Row]:
    columns = ", ".join(QUARANTINE.column_names)
    where = "document_id in (select unnest(?))"
    found = lake.rows(QUARANTINE, columns, where, [list(document_ids)], "stage, table_name, document_id, rule")
    return [{name: value for name, value in row.items() if name != "file"} for row in found]


def explain(layout: Layout, key: str) -> dict[str, Any]:
    """One article by ``key``: an address in any form, an article_id, a document_id or a source_record_id.

    The rows are those of the lake, by table: ``article`` (clean.articles with article_id and version), ``zones``,
    ``date_candidates``, ``mentions``, ``statements``, ``places``, ``event_dates``, ``versions``, ``quarantine``,
    ``fetch_outcomes``; ``made_by`` holds the records of the part. A document_id gives that document, every other key
    the latest version. Where no article came of a document or attempt, ``article`` is null and the reasons are given.

    Raises ExplainError where nothing or more than one article answers to ``key``.
    """
    key = key.strip()
    with _open(layout) as lake:
        found = _sightings(lake, key)
        if len({row["article_id"] for row in found}) > 1:
            raise _several(key, found)
        if not found:
            return _without_article(lake, layout, key)
        versions = _versions(lake, found[0])
        shown = next((row for row in versions if row["document_id"] == key.lower()), None)
        shown = shown or next(row for row in versions if row["is_latest"])
        part = _part_of(layout, shown["file"])
        document_id = shown["document_id"]
        article = lake.of_part(ARTICLES, part, document_id, "document_id")[0]
        ids = [row["document_id"] for row in versions]
        urls = sorted({row["url"] for row in versions if row["url"]})
        names = ("version", "is_latest", "document_id", "source_id", "fetched_at_utc", "title", "content_hash")
        return {
            "article": {"article_id": shown["article_id"], "version": shown["version"], **article},
            "zones": lake.of_part(ZONES_TABLE, part, document_id, "zone_index"),
            "date_candidates": lake.of_part(DATE_CANDIDATES, part, document_id, "candidate_index"),
            "mentions": _in_reading_order(lake.of_part(MENTIONS, part, document_id, "start")),
            "statements": _in_reading_order(lake.of_part(STATEMENTS, part, document_id, "start")),
            "places": _in_reading_order(lake.of_part(PLACES, part, document_id, "start")),
            "event_dates": _in_reading_order(lake.of_part(EVENT_DATES, part, document_id, "start")),
            "versions": [{name: row[name] for name in names} for row in versions],
            "quarantine": _rejected(lake, ids),
            "fetch_outcomes": _attempts(lake, ids, urls, None),
            "made_by": {"fetched_on": part.fetched_on, "part_id": part.part_id, **_records(layout, part)},
        }


def _in_reading_order(spans: list[Row]) -> list[Row]:
    return sorted(spans, key=lambda span: (span["zone"] != "title", span["start"], span["end"]))


def _without_article(lake: _Lake, layout: Layout, key: str) -> dict[str, Any]:
    """What is known of a document or attempt that no article came of."""
    if not parts(layout, FETCH_OUTCOMES) and not parts(layout, ARTICLES):
        raise ExplainError(f"There is no article in {layout.root} yet; take files in with `kliping run`.")
    urls = [address for address in (key, _address(key)) if address]
    where = "document_id = ? or url in (select unnest(?)) or source_record_id = ?"
    columns = "document_id"
    documents = lake.rows(DOCUMENTS, columns, where, [key.lower(), urls, key], "fetched_at_utc, document_id")
    ids = [row["document_id"] for row in documents] or [key.lower()]
    attempts, rejected = _attempts(lake, ids, urls, key), _rejected(lake, ids)
    if not attempts and not rejected:
        raise ExplainError(f"No article, document or attempt in {layout.root} answers to {key!r}.")
    names = ("zones", "date_candidates", "mentions", "statements", "places", "event_dates", "versions")
    empty: dict[str, Any] = {name: [] for name in names}
    return {"article": None, **empty, "quarantine": rejected, "fetch_outcomes": attempts, "made_by": {}}
