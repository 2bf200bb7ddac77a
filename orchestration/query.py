"""Queries on the published snapshot, one or many."""

from __future__ import annotations

from itertools import chain, count
from math import isfinite
from typing import TYPE_CHECKING, Any

from orchestration.display import show_rows
from warehouse.errors import KlipingError

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console


class QueryError(KlipingError):
    """A query that DuckDB refuses."""


def plain(value: Any) -> Any:
    """``value`` as JSON can say it: NaN and infinity are null, bytes are hex, what JSON does not know is text."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case bytes():
            return value.hex()
        case float():
            return value if isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of a query; a repeated name gets a number, as DuckDB gives it in a table.

    Raises QueryError, with DuckDB's reason, where the query is refused.
    """
    import duckdb

    try:
        cursor = connection.execute(query)
        if cursor is None:  # nothing but blanks, comments or semicolons
            raise QueryError("There is no query to run.")
        return _distinct([column[0] for column in cursor.description or []]), cursor.fetchall()
    except duckdb.Error as error:
        raise QueryError(str(error)) from error


def _distinct(names: list[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        tries = chain([name], (f"{name}_{number}" for number in count(1)))
        made.append(next(wanted for wanted in tries if wanted not in made))
    return made


def prompt(connection: duckdb.DuckDBPyConnection, out: Console, err: Console) -> None:
    """Read queries, each ended by a semicolon, and show their rows, until the input ends."""
    out.print("Query the snapshot; end with ';'. `show tables;` lists the tables, Ctrl-D leaves.", highlight=False)
    lines: list[str] = []
    while True:
        try:
            lines.append(input("kliping> " if not lines else "     ... "))
        except EOFError:
            out.print()
            return
        except KeyboardInterrupt:
            lines = []
            out.print()
            continue
        if lines[-1].rstrip().endswith(";"):
            try:
                show_rows(out, *rows_of(connection, "\n".join(lines)))
            except QueryError as error:
                err.print(str(error), style="red", markup=False, highlight=False)
            lines = []
