"""Reads the registry from the CSV files beside this module and refuses it where it contradicts itself.

Belongs here: reading and typing. Does not: any fact (the CSV files), any wording rule (``units.yml``), what makes a
registry sound (``check``), how regional bodies (``compose``) and surfaces (``forms``) are composed.

The files carry their contract's columns except the ids of aliases and roles, which are derived from agency and
surface, so that people can edit them by hand. An empty cell is null, a list is separated by spaces, a date is ISO.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from ingest.errors import RegistryError
from ingest.registry.check import problems
from ingest.registry.compose import with_composed
from ingest.registry.model import Registry, Rules, UnitWord
from warehouse.contracts import Table, tables_of
from warehouse.keys import hex16

__all__ = ["Registry", "load", "problems", "read"]

# the id column of a table, the word that keeps an alias and a role of one surface apart, and what the id is made of
_DERIVED_IDS = {
    "aliases": ("alias_id", "alias", ("agency_id", "surface")),
    "roles": ("role_id", "role", ("agency_id", "surface")),
    "holders": ("holder_id", "holder", ("agency_id", "person_name", "office", "valid_from")),
}
# columns that only composed bodies fill
_COMPOSED = {"agencies": ("unit_id", "region_code")}
_BOOLEANS = {"true": True, "false": False}
MOST_PROBLEMS = 20
"""Problems that the error of ``load`` tells; ``kliping registry check`` tells them all."""


def load(folder: Path | None = None) -> Registry:
    """The registry in ``folder``, by default the one that is shipped: read again only where one of its files changed.

    Raises RegistryError for a file that is missing or does not fit its contract, and one for all contradictions
    that ``problems`` finds, of which it tells the first ``MOST_PROBLEMS``.
    """
    folder = folder or Path(__file__).parent
    files = sorted(folder.glob("*.[cy]*"))
    return _sound(folder, tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files))


@lru_cache(maxsize=1)
def _sound(folder: Path, _files: tuple[tuple[str, int, int], ...]) -> Registry:
    """The registry in ``folder``, which does not contradict itself; ``_files`` tell its states apart."""
    registry = read(folder)
    found = problems(registry)
    if found:
        told = [f"- {problem}" for problem in found[:MOST_PROBLEMS]]
        if len(found) > MOST_PROBLEMS:
            told.append(f"and {len(found) - MOST_PROBLEMS:,} more: kliping registry check tells them all")
        raise RegistryError("\n".join(["The registry contradicts itself:", *told]))
    return registry


def read(folder: Path | None = None) -> Registry:
    """The registry in ``folder`` as ``load`` reads it, whether it contradicts itself or not.

    Raises RegistryError for a file that is missing or does not fit its contract.
    """
    folder = folder or Path(__file__).parent
    tables = {table.name: _read(folder / f"{table.name}.csv", table) for table in tables_of("registry")}
    return Registry(with_composed(tables), _read_rules(folder / "units.yml"))


def _read_rules(path: Path) -> Rules:
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        words = tuple(
            UnitWord(**{part: tuple(forms) for part, forms in word.items()}) for word in content["unit_words"]
        )
        return Rules(words, *(frozenset(content[rule]) for rule in ("shared_names", "ambiguous", "stations")))
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise RegistryError(f"The registry's {path.name} cannot be read: {error}") from error


def _read(path: Path, table: Table) -> pl.DataFrame:
    """The CSV file as a frame of ``table``."""
    id_column, prefix, identity = _DERIVED_IDS.get(table.name, ("", "", ()))
    composed = _COMPOSED.get(table.name, ())
    written = [name for name in table.column_names if name not in (id_column, *composed)]
    try:
        raw = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RegistryError(f"The registry's {path.name} cannot be read: {error}") from error
    if raw.columns != written:
        raise RegistryError(f"The registry's {path.name} must have the columns {','.join(written)}.")
    values: dict[str, Any] = {name: _cells(raw[name], table, name) for name in written}
    values |= {name: [None] * len(raw) for name in composed}
    if id_column:
        parts = zip(*(values[name] for name in identity), strict=True)
        values[id_column] = [hex16(prefix, *("" if part is None else str(part) for part in row)) for row in parts]
    return pl.DataFrame(values, schema_overrides=table.polars_schema()).select(table.column_names)


def _cells(column: pl.Series, table: Table, name: str) -> Any:
    """The typed values of a column; a blank cell is null."""
    if table.column(name).type == "string":
        return column.set(column.str.strip_chars() == "", None)
    return [_parse(cell, table, name) for cell in column]


def _parse(cell: str | None, table: Table, column: str) -> Any:
    """The typed value of a cell; RegistryError where it does not fit the column."""
    if cell is None or not cell.strip():
        return [] if table.column(column).type == "string_list" else None
    try:
        match table.column(column).type:
            case "date":
                return date.fromisoformat(cell)
            case "integer":
                return int(cell)
            case "boolean":
                return _BOOLEANS[cell]
            case _:
                return cell.split()
    except (ValueError, KeyError) as error:
        raise RegistryError(f"The registry's {table.name}.csv has {cell!r} in column {column}.") from error
