"""What a rule is, what judging it gives, and the rules that follow from any contract.

Belongs here: the plain data that the suites are made of. Does not: a particular stage's rules, SQL execution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal

from warehouse.contracts import TABLES, Table
from warehouse.contracts.base import DUCKDB_TYPES

_BY_BARE_NAME: Mapping[str, str] = {table.name: table.full_name for table in TABLES.values()}


@dataclass(frozen=True)
class Stock:
    """An expectation that Great Expectations ships: its class name and its arguments."""

    expectation: str
    arguments: Mapping[str, object] = field(hash=False)


@dataclass(frozen=True)
class Rule:
    """One expectation on one table.

    ``kind`` says what a breach does: a ``row`` rule sets the documents aside that it hits, a ``frame`` rule blocks.
    ``sql`` selects what breaks the rule, with tables as ``{mentions}``; row rules select ``document_id`` first. It is
    DuckDB's SQL, and since it passes through SQLAlchemy and ``str.format`` it holds no other brace and no ``:name``.
    ``stock`` names the shipped expectation that judges the rule; without it the rule holds when ``sql`` finds nothing.
    ``is_shape`` marks the rules on which the others of the table rest: its columns and their types.
    """

    name: str
    table: str
    kind: Literal["row", "frame"]
    meaning: str
    sql: str | None = None
    stock: Stock | None = None
    is_shape: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """Full names of all tables that the rule reads, its own first."""
        named = (name for _, name, _, _ in Formatter().parse(self.sql or "") if name)
        return tuple(dict.fromkeys((self.table, *(_BY_BARE_NAME[name] for name in named))))

    def query(self, own: str | None = None) -> str:
        """``sql`` over views that bear the tables' bare names, with ``own`` instead for the rule's own table."""
        names = {name: name for name in _BY_BARE_NAME}
        if own is not None:
            names[TABLES[self.table].name] = own
        return (self.sql or "").format_map(names)


@dataclass(frozen=True)
class RuleResult:
    """What judging a rule gave.

    ``unexpected_count`` counts the rows that break it (0 where it could not be judged, which never passes),
    ``observed`` is a sentence for people, ``sample`` up to ten breaches in order: document ids or keys, the parts of a
    compound one joined by a space.
    """

    rule: Rule
    passed: bool
    unexpected_count: int
    observed: str
    sample: tuple[str, ...] = field(default=())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sql_literal(value: str) -> str:
    """``value`` as a SQL string."""
    return "'" + value.replace("'", "''") + "'"


def contract_rules(table: Table) -> list[Rule]:
    """The frame rules that follow from ``table``'s contract: columns, types, key, required columns, closed sets."""
    view = "{" + table.name + "}"
    key = ", ".join(_quoted(column) for column in table.key)
    types = ", ".join(
        f"({sql_literal(column.name)}, {sql_literal(DUCKDB_TYPES[column.type].upper())})" for column in table.columns
    )
    unique = (
        Stock("ExpectColumnValuesToBeUnique", {"column": table.key[0]})
        if len(table.key) == 1
        else Stock("ExpectCompoundColumnsToBeUnique", {"column_list": list(table.key)})
    )
    rules = [
        Rule(
            "columns_match_contract",
            table.full_name,
            "frame",
            "The columns are the contract's, in its order.",
            stock=Stock("ExpectTableColumnsToMatchOrderedList", {"column_list": table.column_names}),
            is_shape=True,
        ),
        Rule(
            "types_match_contract",
            table.full_name,
            "frame",
            "Each column of the contract has its type.",
            f"select column_name, column_type from (describe select * from {view})"
            f" where column_name in (select name from (values {types}) as contract (name, type))"
            f" and (column_name, column_type) not in (values {types})",
            is_shape=True,
        ),
        Rule(
            "key_is_unique",
            table.full_name,
            "frame",
            f"One row per {table.grain}: no two share {', '.join(table.key)}.",
            f"select {key} from {view} group by all having count(*) > 1",
            unique,
        ),
    ]
    rules += [
        Rule(
            f"{column.name}_not_null",
            table.full_name,
            "frame",
            f"Every row has {column.name}.",
            f"select {key} from {view} where {_quoted(column.name)} is null",
            Stock("ExpectColumnValuesToNotBeNull", {"column": column.name}),
        )
        for column in table.columns
        if column.name not in table.nullable
    ]
    rules += [
        Rule(
            f"{name}_in_set",
            table.full_name,
            "frame",
            f"{name} is one of: {', '.join(values)}.",
            f"select {key} from {view} where {_quoted(name)} not in ({', '.join(map(sql_literal, values))})",
            Stock("ExpectColumnValuesToBeInSet", {"column": name, "value_set": list(values)}),
        )
        for name, values in table.allowed.items()
    ]
    return rules
