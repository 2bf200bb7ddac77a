"""Names of tables and columns follow DESIGN's rules, so that a reader can tell a type from a name."""

from __future__ import annotations

import re

import pytest

from warehouse.contracts import TABLES, Column, Table
from warehouse.contracts.columns import COLUMNS

# A verdict on a printed word, null where nothing is printed: "is_" would read as a property of the row.
BOOLEANS_OF_OTHER_NAME = {"weekday_agrees"}

SUFFIXES = {"_id": "string", "_code": "string", "_name": "string", "_count": "integer", "_share": "float"}
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MART_PREFIXES = ("dim_", "fct_", "bridge_", "rpt_")

each_column = pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda column: column.name)
each_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.full_name)


def is_date_name(name: str) -> bool:
    return name.endswith(("_on", "_date")) or name in ("valid_from", "valid_to")


@each_column
def test_name_and_type_agree(column: Column) -> None:
    assert SNAKE.fullmatch(column.name)
    assert column.name.endswith("_at_utc") == (column.type == "timestamp")
    assert is_date_name(column.name) == (column.type == "date")
    assert (column.name.startswith(("is_", "has_")) or column.name in BOOLEANS_OF_OTHER_NAME) == (
        column.type == "boolean"
    )
    for suffix, expected in SUFFIXES.items():
        if column.name.endswith(suffix):
            assert column.type == expected
    if column.type in ("string_list", "integer_list"):
        assert column.name.endswith("s"), "a list has a plural name"


@each_column
def test_a_column_is_described(column: Column) -> None:
    assert column.meaning.endswith("."), "a meaning is a sentence"
    assert column.label_id.strip()
    if column.type == "timestamp":
        assert column.unit == "UTC"
    if column.name.endswith(("_count", "_seconds", "_minutes")):
        assert column.unit, "a quantity says what it is counted in"


def test_every_column_is_used() -> None:
    used = {name for table in TABLES.values() for name in table.column_names}
    assert sorted(COLUMNS.keys() - used) == []


@each_table
def test_a_table_states_grain_and_key(table: Table) -> None:
    names = table.column_names
    assert len(set(names)) == len(names)
    assert table.grain.strip()
    assert table.description.endswith(".")
    assert table.key
    assert set(table.key) <= set(names)
    assert not set(table.key) & table.nullable, "a key is never null"
    assert table.nullable <= set(names)
    assert set(table.allowed) <= set(names)


@each_table
def test_a_table_name_tells_its_layer(table: Table) -> None:
    assert SNAKE.fullmatch(table.name)
    assert table.name.startswith(MART_PREFIXES) == (table.layer == "marts")


def test_marts_carry_no_minute_of_fetching() -> None:
    """A mart of the same rows is the same at another minute of the day: docs/adr/0001."""
    assert [t.full_name for t in TABLES.values() if t.layer == "marts" and "fetched_at_utc" in t.column_names] == []
