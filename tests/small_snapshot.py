"""A published snapshot with the rows that a test states, and nothing else in its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from warehouse.contracts import Table, tables_of
from warehouse.layout import Layout

SNAPSHOT_ID = "0123456789abcdef"


def publish_rows(layout: Layout, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make every mart with its contract's columns; what ``rows`` does not state of a row is a plain value."""
    folder = layout.snapshot(SNAPSHOT_ID)
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "media.duckdb")) as connection:
        for table in tables_of("marts"):
            made = [_plain(table) | row for row in rows.get(table.name, ())]
            frame = pl.DataFrame(made, schema=table.polars_schema())
            connection.execute(f"create table {table.name} as select * from frame")
            assert frame.height == len(made)
    counts = {table.name: len(rows.get(table.name, ())) for table in tables_of("marts")}
    meta = {"snapshot_id": SNAPSHOT_ID, "rows": counts}
    (folder / "meta.json").write_text(json.dumps(meta))
    layout.latest.write_text(SNAPSHOT_ID + "\n")


def _plain(table: Table) -> dict[str, Any]:
    values = {"string": "-", "integer": 0, "float": 0.0, "boolean": True, "string_list": [], "integer_list": []}
    return {
        column.name: None
        if column.name in table.nullable
        else table.allowed.get(column.name, (values.get(column.type),))[0]
        for column in table.columns
    }
