"""Publication: the same marts have the same id, readers see whole snapshots only."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from warehouse.contracts import Table, tables_of
from warehouse.errors import CheckError, SnapshotError
from warehouse.layout import Layout
from warehouse.publish import KEPT_SNAPSHOTS, connect, latest_snapshot, publish

NOW = datetime(2025, 3, 1, 5, 0)


def value(table: Table, name: str, row: int) -> object:
    column = table.column(name)
    if name in table.allowed:
        return table.allowed[name][0]
    return {
        "string": f"{name}-{row}", "integer": row, "float": 0.5, "boolean": True, "date": NOW.date(),
        "timestamp": NOW, "string_list": ["a"], "integer_list": [1], "binary": b"x",
    }[column.type]  # fmt: skip


def build(layout: Layout, rows: int, backwards: bool = False) -> None:
    """A marts database with some rows in every table."""
    layout.root.mkdir(parents=True, exist_ok=True)
    layout.database.unlink(missing_ok=True)
    with duckdb.connect(str(layout.database)) as connection:
        connection.execute("create schema marts")
        for table in tables_of("marts"):
            order = reversed(range(rows)) if backwards else range(rows)
            made = [{name: value(table, name, row) for name in table.column_names} for row in order]
            frame = table.conform(pl.DataFrame(made, schema=table.polars_schema()))
            connection.execute(f"create table marts.{table.name} as select * from frame")
            assert frame.height == rows


def nothing_wrong(_: Path) -> None:
    pass


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def test_the_same_marts_have_the_same_id_in_any_order_of_rows(layout: Layout, tmp_path: Path) -> None:
    build(layout, 3)
    other = Layout(tmp_path / "other")
    build(other, 3, backwards=True)
    one = publish(layout, now_utc=NOW, check=nothing_wrong)
    two = publish(other, now_utc=datetime(2026, 1, 1), check=nothing_wrong)
    assert one["snapshot_id"] == two["snapshot_id"]
    for file in (layout.snapshot(one["snapshot_id"]) / "parquet").iterdir():
        assert file.read_bytes() == (other.snapshot(two["snapshot_id"]) / "parquet" / file.name).read_bytes()


def test_other_marts_have_another_id(layout: Layout) -> None:
    build(layout, 3)
    one = publish(layout, now_utc=NOW, check=nothing_wrong)
    build(layout, 4)
    assert publish(layout, now_utc=NOW, check=nothing_wrong)["snapshot_id"] != one["snapshot_id"]


def test_bare_names_comments_and_no_writing(layout: Layout) -> None:
    build(layout, 2)
    publish(layout, now_utc=NOW, check=nothing_wrong)
    with connect(layout) as connection:
        assert connection.execute("select count(*) from fct_articles").fetchone() == (2,)
        comments = connection.execute(
            "select count(*) from duckdb_columns() where database_name = 'media' and comment is null"
        )
        assert comments.fetchone() == (0,)
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("delete from fct_articles")


def test_a_failed_check_keeps_the_last_good_snapshot(layout: Layout) -> None:
    build(layout, 2)
    good = publish(layout, now_utc=NOW, check=nothing_wrong)
    build(layout, 3)

    def refuse(database: Path) -> None:
        assert database.exists()
        raise CheckError("no")

    with pytest.raises(CheckError):
        publish(layout, now_utc=NOW, check=refuse)
    assert latest_snapshot(layout) == good
    assert list(layout.staging.iterdir()) == []


def test_a_reader_keeps_its_snapshot_while_the_next_is_published(layout: Layout) -> None:
    build(layout, 2)
    publish(layout, now_utc=NOW, check=nothing_wrong)
    with connect(layout) as reader:
        build(layout, 5)
        publish(layout, now_utc=NOW, check=nothing_wrong)
        assert reader.execute("select count(*) from fct_articles").fetchone() == (2,)
    with connect(layout) as reader:
        assert reader.execute("select count(*) from fct_articles").fetchone() == (5,)


def test_only_the_last_snapshots_and_those_of_editions_are_kept(layout: Layout) -> None:
    build(layout, 1)
    cited = publish(layout, now_utc=NOW, check=nothing_wrong)["snapshot_id"]
    layout.editions.mkdir()
    (layout.editions / "2025-03-01-pagi.json").write_text(json.dumps({"snapshot_id": cited}))
    for rows in range(2, KEPT_SNAPSHOTS + 4):
        build(layout, rows)
        latest = publish(layout, now_utc=NOW, check=nothing_wrong)
    kept = {path.parent.name for path in layout.published.glob("*/meta.json")}
    assert len(kept) == KEPT_SNAPSHOTS + 1
    assert {latest["snapshot_id"], cited} <= kept


def test_missing_or_damaged_snapshots_are_told_in_one_sentence(layout: Layout) -> None:
    with pytest.raises(SnapshotError, match="no published snapshot"):
        connect(layout)
    build(layout, 1)
    meta = publish(layout, now_utc=NOW, check=nothing_wrong)
    folder = layout.snapshot(meta["snapshot_id"])
    (folder / "media.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(SnapshotError, match="damaged"):
        connect(layout)
    (folder / "meta.json").write_text("{")
    with pytest.raises(SnapshotError, match="damaged"):
        connect(layout)
    (folder / "meta.json").write_text(json.dumps(meta))
    layout.latest.write_text("0" * 16)
    with pytest.raises(SnapshotError, match="damaged"):
        connect(layout)


@pytest.mark.parametrize("file", ["media.duckdb", "meta.json"])
def test_a_damaged_snapshot_is_made_again(layout: Layout, file: str) -> None:
    build(layout, 2)
    meta = publish(layout, now_utc=NOW, check=nothing_wrong)
    (layout.snapshot(meta["snapshot_id"]) / file).write_bytes(b"damaged")
    assert publish(layout, now_utc=NOW, check=nothing_wrong) == meta
    with connect(layout) as connection:
        assert connection.execute("select count(*) from fct_articles").fetchone() == (2,)
