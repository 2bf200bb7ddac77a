"""What taking in hands out: rows of raw that belong together."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from warehouse.contracts import TABLES

_LINKS = TABLES["raw.discovered_links"].polars_schema()


@dataclass(frozen=True)
class Batch:
    """New documents (raw.documents), the outcomes of every attempt (raw.fetch_outcomes), and the links that channels
    listed (raw.discovered_links); each may be empty."""

    documents: pl.DataFrame
    outcomes: pl.DataFrame
    links: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_LINKS))
