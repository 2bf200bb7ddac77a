"""The vocabulary of contracts: a column, a table, and their readings as polars, DuckDB and YAML types.

Belongs here: the classes and the type map. Does not: any particular table or column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

LogicalType = Literal[
    "string", "integer", "float", "boolean", "date", "timestamp", "binary", "string_list", "integer_list"
]

DUCKDB_TYPES: Mapping[LogicalType, str] = {
    "string": "varchar",
    "integer": "bigint",
    "float": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "binary": "blob",
    "string_list": "varchar[]",
    "integer_list": "bigint[]",
}


@dataclass(frozen=True)
class Column:
    """A column's one description.

    ``meaning`` is English and says what a value states, ``unit`` what it is counted or written in
    (``""`` where a value has none), ``label_id`` the Indonesian label that people see.
    """

    name: str
    type: LogicalType
    meaning: str
    label_id: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table's contract: its grain, its key and its columns in order.

    ``nullable`` names the columns that may be null; every other column may not.
    ``allowed`` lists the closed value sets, by column.
    """

    layer: str
    name: str
    grain: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    nullable: frozenset[str] = frozenset()
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """``layer.table``, the name of DESIGN and of the dictionary."""
        return f"{self.layer}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        """The column names in contract order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.full_name} has no column {name!r}")

    def polars_schema(self) -> pl.Schema:
        """The schema that frames of this table must have."""
        import polars as pl

        types: dict[LogicalType, pl.DataType] = {
            "string": pl.String(),
            "integer": pl.Int64(),
            "float": pl.Float64(),
            "boolean": pl.Boolean(),
            "date": pl.Date(),
            "timestamp": pl.Datetime("us"),
            "binary": pl.Binary(),
            "string_list": pl.List(pl.String()),
            "integer_list": pl.List(pl.Int64()),
        }
        return pl.Schema({column.name: types[column.type] for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """A frame of this table with no rows."""
        import polars as pl

        return pl.DataFrame(schema=self.polars_schema())

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with exactly the contract's columns, in order and of its types.

        Raises ``polars.exceptions.ColumnNotFoundError`` for a missing column and
        ``InvalidOperationError`` for a value that does not fit its type.
        """
        import polars as pl

        return frame.select(pl.col(name).cast(dtype) for name, dtype in self.polars_schema().items())

    @property
    def version(self) -> str:
        """contract_version: 12 hex digits over names, types, nullability and value sets, not over prose."""
        shape = [(c.name, c.type, c.name in self.nullable, self.allowed.get(c.name, ())) for c in self.columns]
        return hashlib.sha256(repr((self.full_name, self.key, shape)).encode()).hexdigest()[:12]
