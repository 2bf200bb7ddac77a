"""Great Expectations on DuckDB: the only module that knows either's classes.

Great Expectations ships no DuckDB datasource, and its SQL route fetches rows after it has closed the connection, which
DuckDB does not allow; the two subclasses here mend that. Importing this module takes seconds, so that ``run`` does it
when something is judged. Does not belong here: what is judged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import great_expectations as gx
import great_expectations.expectations as gxe
import sqlalchemy as sa
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

from warehouse.contracts import TABLES
from warehouse.expectations.rules import Rule

_NUMBERS = itertools.count()


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]  # the base ships no types
    """Reads a result to its end before the connection closes."""

    def execute_query(self, query: Any) -> Any:
        """The whole result of ``query``."""
        with self.get_connection() as connection:
            result = self._execute_query_with_recovery(connection, query)
            return result.freeze()() if result.returns_rows else result


class DuckDBDatasource(SQLDatasource):  # type: ignore[misc]  # the base ships no types
    """A SQL datasource that runs on ``DuckDBExecutionEngine``; defining it registers ``data_sources.add_duckdb``."""

    type: Literal["duckdb"] = "duckdb"

    @property
    def execution_engine_type(self) -> Any:
        """The engine class."""
        return DuckDBExecutionEngine


class NoSuchRowsExpectation(gxe.UnexpectedRowsExpectation):  # type: ignore[misc]  # the base ships no types
    """``UnexpectedRowsExpectation`` that counts the rows and does not also fetch them: half the work."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        return {"success": metrics["unexpected_rows_query.row_count"] == 0}


@dataclass(frozen=True)
class Verdict:
    """What Great Expectations found on one rule; ``error`` says why it could not be judged."""

    passed: bool
    error: str | None = None


@dataclass(frozen=True)
class Database:
    """An in-memory DuckDB, open for as long as the context lasts: its address, and how to run SQL on it."""

    url: str
    run: Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def database() -> Iterator[Database]:
    """A fresh in-memory database that every connection of this process to its ``url`` shares."""
    url = f"duckdb:///:memory:kliping_expectations_{next(_NUMBERS)}"
    # opened as Great Expectations will open it: DuckDB refuses to share a database between unlike configurations
    connection = sa.create_engine(url, poolclass=sa.NullPool).raw_connection()
    duckdb: Any = connection.driver_connection
    try:
        yield Database(url, lambda sql: duckdb.execute(sql).fetchall())
    finally:
        connection.close()


def judge(url: str, rules: Sequence[Rule]) -> dict[Rule, Verdict]:
    """The verdict on each rule, by Great Expectations, on the views of the database at ``url``.

    The views bear the tables' bare names.
    """
    # the default ephemeral configuration makes a temporary folder for pages that nobody builds
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    source = context.data_sources.add_duckdb("duckdb", connection_string=url, kwargs={"poolclass": sa.NullPool})
    verdicts: dict[Rule, Verdict] = {}
    for table in dict.fromkeys(rule.table for rule in rules):
        own = {str(number): rule for number, rule in enumerate(rules) if rule.table == table}
        asset = source.add_table_asset(table, table_name=TABLES[table].name)
        batch = asset.add_batch_definition_whole_table(table).get_batch()
        suite = gx.ExpectationSuite(table, expectations=[_expectation(rule, number) for number, rule in own.items()])
        # counts and samples cost one more query per expectation, and come in no order: run.py draws its own on failure
        answers = batch.validate(suite, result_format="BOOLEAN_ONLY")
        for answer in answers.results:
            verdicts[own[answer.expectation_config.meta["rule"]]] = _verdict(answer)
    return verdicts


def _expectation(rule: Rule, number: str) -> Any:
    meta: Mapping[str, str] = {"rule": number}
    if rule.stock is not None:
        return getattr(gxe, rule.stock.expectation)(**rule.stock.arguments, meta=meta)
    return NoSuchRowsExpectation(unexpected_rows_query=rule.query(own="(select * from {batch})"), meta=meta)


def _verdict(answer: Any) -> Verdict:
    errors = _exceptions(answer.exception_info)
    return Verdict(bool(answer.success), errors[0] if errors else None)


def _exceptions(info: Mapping[str, Any]) -> list[str]:
    """Messages of an ``exception_info``, which is one record, or one per metric that failed."""
    records = [info] if "raised_exception" in info else list(info.values())
    return [str(record["exception_message"]) for record in records if record["raised_exception"]]
