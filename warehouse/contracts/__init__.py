"""What every table promises: grain, key, columns. Schemas, dictionary and dbt YAML derive from here."""

from __future__ import annotations

from warehouse.contracts import lake, marts, registry
from warehouse.contracts.base import Column, Table

TABLES: dict[str, Table] = {table.full_name: table for table in (*registry.TABLES, *lake.TABLES, *marts.TABLES)}


def tables_of(layer: str) -> list[Table]:
    """The tables of a layer in contract order; empty for an unknown layer."""
    return [table for table in TABLES.values() if table.layer == layer]


__all__ = ["TABLES", "Column", "Table", "tables_of"]
