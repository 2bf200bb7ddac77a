"""Contracts written out: the dictionary of docs, dbt's sources and the mart models' columns.

``python -m warehouse.dictionary --write`` writes the files, ``--check`` fails where one is stale. Belongs here: how a
contract reads as Markdown and as YAML. Does not: what a table or a column promises (``warehouse.contracts``), and
what is said of models by hand (their SQL, the unit tests beside them).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from warehouse.contracts import Column, Table, tables_of
from warehouse.contracts.base import DUCKDB_TYPES

LAYERS: Mapping[str, str] = {
    "registry": "Facts about bodies, outlets and regions, each with the source that it comes from.",
    "raw": "Everything as it was received, and what became of every attempt.",
    "clean": "What each document holds, read by rules that depend on that document alone.",
    "entities": "What the texts name: bodies and dates, each with its span.",
    "quarantine": "What broke a rule, with the rule and the original.",
    "marts": "What analysis, dashboards and exports read: dimensions, facts and daily reports.",
}

_RESERVED = frozenset({"end"})  # words that DuckDB takes as a column name in quotes only
_NOTICE = "Generated from warehouse/contracts by `python -m warehouse.dictionary --write`; do not edit."


def _meaning(column: Column) -> str:
    return f"{column.meaning} Unit: {column.unit}." if column.unit else column.meaning


def _name(column: Column) -> dict[str, Any]:
    """The column's name in YAML, with the quoting that DuckDB needs."""
    return {"name": column.name, "quote": True} if column.name in _RESERVED else {"name": column.name}


def _described(table: Table) -> str:
    return f"{table.description} One row per {table.grain}."


def references(table: Table) -> dict[str, str]:
    """Columns of a mart that refer to a dimension or fact: those named like its sole key, by column name."""
    keys = {o.key[0]: o.name for o in tables_of("marts") if len(o.key) == 1 and not o.name.startswith("rpt_")}
    return {name: keys[name] for name in table.column_names if keys.get(name, table.name) != table.name}


def _constraints(table: Table, column: Column) -> list[dict[str, Any]]:
    """What DuckDB checks of a column as rows are written: nulls and closed value sets."""
    constraints: list[dict[str, Any]] = []
    if column.name not in table.nullable:
        constraints.append({"type": "not_null"})
    if values := table.allowed.get(column.name):
        listed = ", ".join(f"'{value}'" for value in values)
        constraints.append({"type": "check", "expression": f"{column.name} in ({listed})"})
    return constraints


def _mart_column(table: Table, column: Column) -> dict[str, Any]:
    entry: dict[str, Any] = _name(column) | {
        "data_type": DUCKDB_TYPES[column.type],
        "description": _meaning(column),
        "config": {"meta": {"label_id": column.label_id}},
    }
    if constraints := _constraints(table, column):
        entry["constraints"] = constraints
    if other := references(table).get(column.name):
        entry["data_tests"] = [{"relationships": {"arguments": {"to": f"ref('{other}')", "field": column.name}}}]
    return entry


def mart_model(table: Table) -> dict[str, Any]:
    """The dbt properties of a mart model: enforced columns, constraints, and tests of its key and references."""
    return {
        "models": [
            {
                "name": table.name,
                "description": _described(table),
                "config": {"contract": {"enforced": True}},
                "data_tests": [{"unique_key": {"arguments": {"columns": list(table.key)}}}],
                "columns": [_mart_column(table, column) for column in table.columns],
            }
        ]
    }


def sources() -> dict[str, Any]:
    """The dbt sources: every layer before the marts, each table tied to its asset ``[layer, table]``."""
    return {
        "sources": [
            {
                "name": layer,
                "schema": layer,
                "description": description,
                "tables": [
                    {
                        "name": table.name,
                        "description": _described(table),
                        "config": {"meta": {"dagster": {"asset_key": [table.layer, table.name]}}},
                        "columns": [
                            _name(column) | {"data_type": DUCKDB_TYPES[column.type], "description": _meaning(column)}
                            for column in table.columns
                        ],
                    }
                    for table in tables_of(layer)
                ],
            }
            for layer, description in LAYERS.items()
            if layer != "marts"
        ]
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _column_row(table: Table, column: Column) -> str:
    meaning = column.meaning
    if values := table.allowed.get(column.name):
        meaning += " One of: " + ", ".join(f"`{value}`" for value in values) + "."
    cells = (
        f"`{column.name}`",
        DUCKDB_TYPES[column.type],
        column.unit,
        "yes" if column.name in table.nullable else "",
        meaning,
        column.label_id,
    )
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _table_section(table: Table) -> Iterator[str]:
    yield f"## {table.full_name}"
    yield ""
    yield table.description
    yield ""
    yield f"- One row per {table.grain}."
    yield f"- Key: {', '.join(f'`{name}`' for name in table.key)}"
    yield f"- Contract version: `{table.version}`"
    yield ""
    yield "| column | type | unit | may be null | meaning | label (Indonesian) |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns:
        yield _column_row(table, column)
    yield ""


def layer_page(layer: str) -> str:
    """The dictionary's page of a layer, as Markdown."""
    lines = [f"# Dictionary: {layer}", "", f"<!-- {_NOTICE} -->", "", LAYERS[layer], ""]
    for table in tables_of(layer):
        lines += _table_section(table)
    return "\n".join(lines)


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # the base's name
        super().increase_indent(flow, indentless=False)


def _yaml(content: Mapping[str, Any]) -> str:
    body = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return f"# {_NOTICE}\n{body}"


def files() -> dict[Path, str]:
    """Every generated file and its content, by path from the checkout's root."""
    generated = {Path("dbt_project/models/staging/sources.yml"): _yaml(sources())}
    for layer in LAYERS:
        generated[Path(f"docs/dictionary/{layer}.md")] = layer_page(layer)
    for table in tables_of("marts"):
        generated[Path(f"dbt_project/models/marts/{table.name}.yml")] = _yaml(mart_model(table))
    return generated


def stale(root: Path) -> list[Path]:
    """The generated files below ``root`` that are missing or differ, and pages that belong to no layer any more."""
    expected = files()
    pages = (path.relative_to(root) for path in sorted((root / "docs/dictionary").glob("*.md")))
    return [
        *(path for path, content in expected.items() if _read(root / path) != content),
        *(page for page in pages if page not in expected),
    ]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def write(root: Path) -> None:
    """Write the stale files below ``root``; remove pages that belong to no layer any more."""
    expected = files()
    for path in stale(root):
        target = root / path
        if path in expected:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(expected[path], encoding="utf-8")
        else:
            target.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Check or write the generated files; 1 where ``--check`` finds a stale one."""
    parser = argparse.ArgumentParser(prog="python -m warehouse.dictionary", description=main.__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="fail where a generated file is stale")
    mode.add_argument("--write", action="store_true", help="write the generated files")
    root = Path(__file__).parents[1]
    if parser.parse_args(arguments).write:
        write(root)
        return 0
    wrong = stale(root)
    for path in wrong:
        print(f"stale: {path}", file=sys.stderr)
    if wrong:
        print("run: python -m warehouse.dictionary --write", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
