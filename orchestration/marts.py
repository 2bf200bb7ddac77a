"""Which parts the marts have not taken over yet, and the acknowledgement after publication.

The ledger lies in the marts' own database, so that it goes when the database goes. A part is planned before
dbt runs and acknowledged only when a snapshot that holds it is published: a run that is killed in between is
done again. Does not belong here: the SQL of the marts (``dbt_project``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.registry.load import Registry
from orchestration.settings import dbt_project_folder
from warehouse.contracts import Table, tables_of
from warehouse.contracts.lake import ARTICLES, DISCOVERED_LINKS, EVENT_DATES, FETCH_OUTCOMES, MENTIONS, STATEMENTS
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import parts, read_record

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# What the staging models read; a document's part has the same name in all of them.
SOURCES = (FETCH_OUTCOMES, DISCOVERED_LINKS, ARTICLES, MENTIONS, EVENT_DATES, STATEMENTS)
# Tables of media.duckdb that gather what is touched until it is published.
TOUCHED = tuple(f"intermediate.int_{name}__touched" for name in ("parts", "articles", "days", "links"))
# Registry tables that the marts read: a change in one of them can change any day.
_REGISTRY_TABLES = ("agencies", "agency_periods", "successions", "outlets")


@dataclass(frozen=True)
class Plan:
    """What dbt has to take over."""

    is_full: bool
    touched_count: int


def dbt_environment(layout: Layout) -> dict[str, str]:
    """What the dbt project reads from the environment."""
    return {
        "KLIPING_DUCKDB": str(layout.database),
        "KLIPING_LAKE": str(layout.lake),
        "KLIPING_TOUCHED": str(layout.touched),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def marts_version(registry: Registry) -> str:
    """Hash of everything but documents that the marts depend on: SQL, contracts, registry."""
    project = dbt_project_folder()
    code = sorted(path for folder in ("models", "macros") for path in (project / folder).rglob("*.sql"))
    return hex16(
        *(path.relative_to(project).as_posix() + path.read_text() for path in code),
        *(table.version for table in (*SOURCES, *tables_of("marts"))),
        registry.version(*_REGISTRY_TABLES),
    )


def _fingerprint(table: Table, path: Path) -> str:
    """A raw part never changes, so its name stands for it; a derived one records what it holds."""
    return path.stem if table.layer == "raw" else read_record(path)[f"fingerprint.{table.name}"]


def lake_state(layout: Layout) -> pl.DataFrame:
    """The parts that the marts read: layer, table_name, fetched_on, part_id, path, fingerprint."""
    import polars as pl

    rows = [
        (table.layer, table.name, part.fetched_on, part.part_id, str(part.path), _fingerprint(table, part.path))
        for table in SOURCES
        for part in parts(layout, table)
    ]
    names = ["layer", "table_name", "fetched_on", "part_id", "path", "fingerprint"]
    return pl.DataFrame(
        rows, schema={name: pl.Date if name == "fetched_on" else pl.String for name in names}, orient="row"
    )


def _open(layout: Layout) -> duckdb.DuckDBPyConnection:
    """The marts' database; waits for a dbt process that outlived its killed run to end.

    Raises ``duckdb.IOException`` where somebody holds the file for longer than a minute.
    """
    import time

    import duckdb

    for _ in range(60):
        try:
            return duckdb.connect(str(layout.database))
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            time.sleep(1)
    return duckdb.connect(str(layout.database))


def _acknowledged(connection: duckdb.DuckDBPyConnection, version: str) -> pl.DataFrame:
    """The parts of the last publication; none where the marts were made by something else."""
    connection.execute("create schema if not exists state")
    connection.execute("create table if not exists state.marts_version (version varchar)")
    connection.execute(
        "create table if not exists state.acknowledged_parts"
        " (layer varchar, table_name varchar, fetched_on date, part_id varchar, path varchar, fingerprint varchar)"
    )
    made_by = connection.execute("select version from state.marts_version").fetchall()
    return connection.execute("from state.acknowledged_parts where ?", [made_by == [(version,)]]).pl()


def plan(layout: Layout, registry: Registry) -> Plan:
    """Write ``layout.touched``, the parts that dbt has to read or forget, and note the plan in the database."""
    import duckdb
    import polars as pl

    version = marts_version(registry)
    now = lake_state(layout)
    try:
        with _open(layout) as connection:
            before = _acknowledged(connection, version)
    except duckdb.IOException as error:
        if "not a valid DuckDB database" not in str(error):
            raise
        before = now.clear()
    if before.is_empty():  # nothing in the database can be kept
        layout.database.unlink()
    with _open(layout) as connection:
        connection.execute("create schema if not exists state")
        keys = ["layer", "table_name", "fetched_on", "part_id"]
        new = now.join(before, on=[*keys, "fingerprint"], how="anti")
        gone = before.join(now, on=keys, how="anti").with_columns(path=pl.lit(None, pl.String))
        units = pl.concat([new, gone]).select("fetched_on", "part_id").unique()
        touched = pl.concat([now.join(units, on=["fetched_on", "part_id"], how="semi"), gone])
        touched.select(*keys, "path").sort(keys).write_parquet(layout.touched)
        connection.execute("create or replace table state.planned_parts as select * from now")
        connection.execute("create or replace table state.planned_version as select ? as version", [version])
    return Plan(is_full=before.is_empty(), touched_count=touched.height)


def acknowledge(layout: Layout) -> None:
    """Say that the planned parts are published; nothing to say where no plan is open."""
    with _open(layout) as connection:
        tables = {f"{schema}.{name}" for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()}  # fmt: skip
        if "state.planned_parts" not in tables:
            return
        connection.execute("begin")
        connection.execute("create or replace table state.acknowledged_parts as from state.planned_parts")
        connection.execute("create or replace table state.marts_version as from state.planned_version")
        connection.execute("drop table state.planned_parts")
        connection.execute("drop table state.planned_version")
        for table in TOUCHED:
            if table in tables:
                connection.execute(f"delete from {table}")
        connection.execute("commit")
        connection.execute("checkpoint")
