"""Gathers what collecting yields and hands it out in batches, each of which can be kept by itself.

A feed's attempt and the links it told of stand in the same batch, as do a page and its attempt: whoever is killed
between two batches has lost nothing that was promised. Does not belong here: the web, the lake.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from ingest.sources.batch import Batch
from ingest.sources.streams import Problem
from ingest.sources.web.model import Fetched
from warehouse.contracts import TABLES
from warehouse.keys import hex16

BATCH_DOCUMENTS = 2_000
BATCH_ROWS = 20_000
BATCH_BYTES = 64 << 20
BATCH_SECONDS = 60.0
"""Whichever is reached first ends a batch."""

_SCHEMAS = {name: TABLES[f"raw.{name}"].polars_schema() for name in ("documents", "fetch_outcomes", "discovered_links")}


class Sink:
    """``emit`` is called with one batch at a time, in another thread while fetching goes on.

    ``known_ids`` are the ids of raw documents; it gains those that are handed out.
    """

    def __init__(self, emit: Callable[[Batch], None], known_ids: set[str]) -> None:
        self._emit = emit
        self._known_ids = known_ids
        self._turn = asyncio.Lock()
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _SCHEMAS}
        self._bytes = 0
        self._since = time.monotonic()
        self._writing: asyncio.Task[None] | None = None
        self._is_open = True

    async def attempts(
        self,
        source_id: str,
        url: str,
        fetched: Fetched,
        *,
        document: tuple[Any, ...] | None = None,
        problem: Problem | None = None,
        counts: tuple[int, int] | None = None,
        links: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        """Take one address's tries with what they gave; waits while a batch that is full is being handed out.

        ``problem`` overrules the outcome of the last try: what was received cannot be read. ``counts`` are the links
        of a channel and those known before.
        """
        for number, attempt in enumerate(fetched.tries):
            is_answer = number == len(fetched.tries) - 1
            outcome, error = attempt.outcome, attempt.error
            document_id = None
            response = fetched.response if is_answer else None
            if is_answer and problem is not None:
                outcome, error = problem.outcome, problem.reason
            elif is_answer and document is not None:
                outcome, document_id = self._document(document)
                error = "the answer has no content" if outcome == "empty" else None
            self._rows["fetch_outcomes"].append(
                (
                    hex16(attempt.started_at_utc.isoformat(), source_id, attempt.kind, url, attempt.url, str(number)),
                    source_id,
                    "web" if attempt.kind in ("page", "robots") else "feed",
                    attempt.url,
                    url,
                    None,
                    attempt.started_at_utc,
                    outcome,
                    document_id,
                    attempt.duration_seconds,
                    attempt.byte_count,
                    error,
                    attempt.kind,
                    attempt.status_code,
                    response.final_url if response and response.final_url != url else None,
                    response.etag if response else None,
                    response.last_modified if response else None,
                    counts[0] if counts and is_answer else None,
                    counts[1] if counts and is_answer else None,
                )
            )
        self._rows["discovered_links"] += links
        if self._is_full():
            await self._hand_out()

    def _document(self, document: tuple[Any, ...]) -> tuple[str, str | None]:
        """The outcome of a document, and its id."""
        document_id, payload = document[0], document[8]
        if not payload.strip():
            return "empty", None
        if document_id in self._known_ids:
            return "duplicate", document_id
        self._known_ids.add(document_id)
        self._rows["documents"].append(document)
        self._bytes += len(payload)
        return "ok", document_id

    def _is_full(self) -> bool:
        return (
            len(self._rows["documents"]) >= BATCH_DOCUMENTS
            or len(self._rows["fetch_outcomes"]) >= BATCH_ROWS
            or self._bytes >= BATCH_BYTES
            or time.monotonic() - self._since >= BATCH_SECONDS
        )

    async def _hand_out(self) -> None:
        async with self._turn:
            if self._is_full():  # whoever waited finds it handed out
                self._writing = asyncio.create_task(asyncio.to_thread(self._write, self._take()))
                await asyncio.shield(self._writing)  # a batch is never cut short

    async def close(self) -> None:
        """Hand out what is left, unless ``emit`` has failed before. Only when nobody fetches any more."""
        if self._writing is not None and not self._writing.done():
            await self._writing
        if self._is_open and any(self._rows.values()):
            self._write(self._take())

    def _write(self, batch: Batch) -> None:
        self._is_open = False
        self._emit(batch)
        self._is_open = True

    def _take(self) -> Batch:
        frames = {name: pl.DataFrame(rows, schema=_SCHEMAS[name], orient="row") for name, rows in self._rows.items()}
        self._rows = {name: [] for name in _SCHEMAS}
        self._bytes = 0
        self._since = time.monotonic()
        return Batch(frames["documents"], frames["fetch_outcomes"], frames["discovered_links"])
