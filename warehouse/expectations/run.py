"""Judges files and databases by their suites, and finds the documents that row rules hit.

Belongs here: views over parquet or over a database, and plain results. Does not: any rule, and any class of Great
Expectations (``engine`` is imported inside functions, since that takes seconds).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from warehouse.contracts import TABLES, Table, tables_of
from warehouse.contracts.base import DUCKDB_TYPES
from warehouse.expectations import clean, entities, marts, raw, topics
from warehouse.expectations.rules import Rule, RuleResult, contract_rules, sql_literal

if TYPE_CHECKING:
    import polars as pl

    from warehouse.expectations.engine import Verdict

# Share of a part's documents that may be set aside before the part itself is in doubt.
QUARANTINE_SHARE = 0.05
# A handful of bad articles in a small file is no sign of a broken stage.
QUARANTINE_FLOOR = 20

SAMPLE_SIZE = 10

_OWN_RULES: Mapping[str, tuple[Rule, ...]] = {
    "registry": (),
    "raw": raw.RULES,
    "clean": clean.RULES,
    "entities": entities.RULES,
    "topics": topics.RULES,
    "marts": marts.RULES,
}

# The stage of a table that another one makes than the stage of its layer's name.
_STAGE: Mapping[str, str] = {"entities.topic_hits": "topics"}

Run = Callable[[str], list[tuple[object, ...]]]


def tables_of_stage(stage: str) -> list[Table]:
    """The tables that a stage makes: those of the layer of its name, but for what ``_STAGE`` says otherwise."""
    return [table for table in TABLES.values() if _STAGE.get(table.full_name, table.layer) == stage]


def suite(stage: str) -> list[Rule]:
    """All rules of a stage (registry, raw, clean, entities, topics, marts): its contracts', then its own.

    A name is unique within its table. KeyError for an unknown stage.
    """
    own = _OWN_RULES[stage]
    return [rule for table in tables_of_stage(stage) for rule in contract_rules(table)] + list(own)


def context_tables(stage: str) -> list[str]:
    """Full names of the tables of other stages that ``validate`` needs beside the stage's own, sorted."""
    own = {table.full_name for table in tables_of_stage(stage)}
    return sorted({table for rule in suite(stage) for table in rule.tables} - own)


def validate(stage: str, files: Mapping[str, Sequence[Path]]) -> list[RuleResult]:
    """The result of every rule of ``stage`` on the parquet files just written, in the suite's order.

    ``files`` maps full table names to files. A table of the stage that it leaves out has no rows; the
    ``context_tables`` (of the same part) must be there: ValueError names those that are not.
    """
    context = context_tables(stage)
    missing = [name for name in context if name not in files]
    if missing:
        raise ValueError(f"the {stage} suite needs files of {', '.join(missing)}")

    def prepare(run: Run) -> None:
        for name in (*(table.full_name for table in tables_of_stage(stage)), *context):
            run(_file_view(TABLES[name], files.get(name, ())))

    return _judge(suite(stage), prepare)


def validate_database(path: Path) -> list[RuleResult]:
    """The result of every rule of the marts on a DuckDB file whose tables lie in schema main; opened read-only."""

    def prepare(run: Run) -> None:
        run(f"attach {sql_literal(str(path))} as snapshot (read_only)")
        present = {str(name) for (name,) in run(_TABLES_OF_SNAPSHOT)}
        for table in tables_of("marts"):
            source = f'snapshot.main."{table.name}"' if table.name in present else f"(select true as {_NO_TABLE})"
            run(f'create view "{table.name}" as select * from {source}')

    return _judge(suite("marts"), prepare)


# the only column of the view that stands for a table which is not there
_NO_TABLE = "no_such_table"

_TABLES_OF_SNAPSHOT = (
    "select table_name from duckdb_tables() where database_name = 'snapshot' and schema_name = 'main'"
    " union all select view_name from duckdb_views() where database_name = 'snapshot' and schema_name = 'main'"
)


def broken_documents(stage: str, files: Mapping[str, Sequence[Path]], results: Sequence[RuleResult]) -> pl.DataFrame:
    """All documents that the failed row rules of ``stage`` hit: document_id, table_name (full), rule; distinct, sorted.

    ``files`` and ``results`` are those of ``validate``. Frame rules name no document: they block.
    """
    import duckdb
    import polars as pl

    rules = [rule for rule in suite(stage) if rule.kind == "row"]
    failed = [result.rule for result in results if result.rule in rules and result.unexpected_count]
    needed = dict.fromkeys(table for rule in failed for table in rule.tables)
    rows: set[tuple[str, str, str]] = set()
    with duckdb.connect() as connection:
        for name in needed:
            connection.execute(_file_view(TABLES[name], files.get(name, ())))
        for rule in failed:
            found = connection.execute(f"select distinct document_id from ({rule.query()})").fetchall()
            rows.update((document_id, rule.table, rule.name) for (document_id,) in found)
    schema = {"document_id": pl.String(), "table_name": pl.String(), "rule": pl.String()}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")


def quarantine_share(stage: str, rejected: int, total: int) -> RuleResult:
    """Whether so few of a part's ``total`` documents were set aside that the rest can be trusted.

    Two counts need no engine: this rule alone is judged here.
    """
    rule = Rule(
        "quarantine_share_is_small",
        tables_of_stage(stage)[0].full_name,
        "frame",
        f"At most {QUARANTINE_SHARE:.0%} of a part's documents are set aside, or {QUARANTINE_FLOOR} where it is small.",
    )
    observed = f"{rejected} of {total} documents set aside"
    return RuleResult(rule, rejected <= max(QUARANTINE_SHARE * total, QUARANTINE_FLOOR), rejected, observed)


def _engine() -> ModuleType:
    # releases of Great Expectations that report their use over the network read this when they are imported
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # Great Expectations 1.24 still imports sre_constants and sre_parse, which Python keeps but deprecates
        warnings.filterwarnings("ignore", r"module 'sre_\w+' is deprecated", DeprecationWarning)
        from warehouse.expectations import engine
    return engine


def _judge(rules: Sequence[Rule], prepare: Callable[[Run], None]) -> list[RuleResult]:
    engine = _engine()
    with engine.database() as base:
        prepare(base.run)
        verdicts = engine.judge(base.url, rules)
        misshapen = {rule.table for rule in rules if rule.is_shape and not verdicts[rule].passed}
        return [_result(rule, verdicts[rule], misshapen, base.run) for rule in rules]


def _result(rule: Rule, verdict: Verdict, misshapen: set[str], run: Run) -> RuleResult:
    """Where a table breaks its shape, no verdict on what reads it means anything: such a rule has not passed."""
    doubtful = misshapen.intersection(rule.tables)
    if doubtful and not rule.is_shape:
        return RuleResult(rule, False, 0, f"not judged: {', '.join(sorted(doubtful))} breaks its contract")
    if verdict.error is not None:
        return RuleResult(rule, False, 0, f"not judged: {verdict.error}")
    if verdict.passed:
        return RuleResult(rule, True, 0, "holds")
    if rule.sql is None:
        return _columns_result(rule, run)
    ((count,),) = run(f"select count(*) from ({rule.query()})")
    rows = run(f"select distinct * from ({rule.query()}) order by all limit {SAMPLE_SIZE}")
    sample = tuple(" ".join(map(str, row)) for row in rows)
    return RuleResult(rule, False, int(str(count)), f"{count} rows break the rule", sample)


def _columns_result(rule: Rule, run: Run) -> RuleResult:
    table = TABLES[rule.table]
    promised = table.column_names
    found = [str(row[0]) for row in run(f'describe "{table.name}"')]
    if found == [_NO_TABLE]:
        return RuleResult(rule, False, len(promised), "there is no such table")
    missing = [name for name in promised if name not in found]
    surplus = [name for name in found if name not in promised]
    if not missing and not surplus:
        return RuleResult(rule, False, 1, f"columns in another order: {', '.join(found)}")
    parts = [f"{word}: {', '.join(names)}" for word, names in (("missing", missing), ("surplus", surplus)) if names]
    names = [*missing, *surplus]
    return RuleResult(rule, False, len(names), "; ".join(parts), tuple(names[:SAMPLE_SIZE]))


def _file_view(table: Table, files: Sequence[Path]) -> str:
    """SQL that makes a view of the table's bare name; hive folders add no column; no file gives no row."""
    if files:
        paths = ", ".join(sql_literal(str(path)) for path in files)
        body = f"select * from read_parquet([{paths}], hive_partitioning = false)"
    else:
        nulls = ", ".join(f'cast(null as {DUCKDB_TYPES[c.type]}) as "{c.name}"' for c in table.columns)
        body = f"select {nulls} limit 0"
    return f'create view "{table.name}" as {body}'
