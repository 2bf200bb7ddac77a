"""The ledger of what the marts have taken over: planned before dbt, acknowledged after publication only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.registry.load import load
from orchestration.marts import acknowledge, plan
from warehouse.contracts import Table
from warehouse.contracts.lake import ARTICLES, EVENT_DATES, MENTIONS
from warehouse.layout import Layout
from warehouse.store import write_part

REGISTRY = load()
DAY = date(2025, 3, 3)
DERIVED = (ARTICLES, MENTIONS, EVENT_DATES)


def write(layout: Layout, part_id: str, content: str, tables: tuple[Table, ...] = DERIVED) -> None:
    for table in tables:
        write_part(table.empty(), table, layout.part(table, DAY, part_id), {f"fingerprint.{table.name}": content})


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data")
    layout.root.mkdir()
    write(layout, "one", "a")
    write(layout, "two", "a")
    return layout


def planned(layout: Layout) -> set[str]:
    plan(layout, REGISTRY)
    return set(pl.read_parquet(layout.touched)["part_id"])


def test_everything_is_touched_until_it_is_acknowledged(layout: Layout) -> None:
    assert planned(layout) == {"one", "two"}
    assert planned(layout) == {"one", "two"}
    acknowledge(layout)
    assert planned(layout) == set()


def test_a_changed_table_touches_its_part_alone(layout: Layout) -> None:
    plan(layout, REGISTRY)
    acknowledge(layout)
    write(layout, "two", "b", (MENTIONS,))
    plan(layout, REGISTRY)
    touched = pl.read_parquet(layout.touched)
    assert set(touched["part_id"]) == {"two"}
    assert set(touched["table_name"]) == {table.name for table in DERIVED}


def test_a_vanished_part_is_listed_without_a_path(layout: Layout) -> None:
    plan(layout, REGISTRY)
    acknowledge(layout)
    for table in DERIVED:
        layout.part(table, DAY, "one").unlink()
    plan(layout, REGISTRY)
    touched = pl.read_parquet(layout.touched)
    assert set(touched["part_id"]) == {"one"}
    assert touched["path"].null_count() == touched.height


def test_a_lost_database_or_a_changed_registry_touches_everything(layout: Layout) -> None:
    plan(layout, REGISTRY)
    acknowledge(layout)
    layout.database.unlink()
    assert planned(layout) == {"one", "two"}
    acknowledge(layout)
    agencies = REGISTRY["agencies"].with_columns(source=pl.lit("another source"))
    changed = type(REGISTRY)({**REGISTRY.tables, "agencies": agencies}, REGISTRY.rules)
    with duckdb.connect(str(layout.database)) as connection:
        connection.execute("create table leftover (a integer)")
    plan(layout, changed)
    assert set(pl.read_parquet(layout.touched)["part_id"]) == {"one", "two"}
    with duckdb.connect(str(layout.database)) as connection:
        assert connection.execute(
            "select count(*) from information_schema.tables where table_name = 'leftover'"
        ).fetchone() == (0,)


def test_what_dbt_gathered_is_emptied_by_the_acknowledgement_only(layout: Layout) -> None:
    plan(layout, REGISTRY)
    with duckdb.connect(str(layout.database)) as connection:
        connection.execute("create schema intermediate")
        connection.execute("create table intermediate.int_days__touched as select '2025-03-01' as date_code")
    plan_again = planned(layout)
    with duckdb.connect(str(layout.database)) as connection:
        counted = connection.execute(
            "select count(*) from information_schema.tables where table_name = 'int_days__touched'"
        )
        assert counted.fetchone() == (0,)  # nothing was acknowledged yet: a full refresh begins anew
    assert plan_again == {"one", "two"}
    acknowledge(layout)
    with duckdb.connect(str(layout.database)) as connection:
        connection.execute("create schema intermediate")
        connection.execute("create table intermediate.int_days__touched as select '2025-03-01' as date_code")
    write(layout, "two", "b")
    assert planned(layout) == {"two"}
    with duckdb.connect(str(layout.database)) as connection:
        assert connection.execute("select count(*) from intermediate.int_days__touched").fetchone() == (1,)
    acknowledge(layout)
    with duckdb.connect(str(layout.database)) as connection:
        assert connection.execute("select count(*) from intermediate.int_days__touched").fetchone() == (0,)


def test_a_damaged_database_is_made_again(layout: Layout) -> None:
    plan(layout, REGISTRY)
    acknowledge(layout)
    layout.database.write_bytes(b"damaged")
    assert planned(layout) == {"one", "two"}
