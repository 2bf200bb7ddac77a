"""From the marts' staging to a published snapshot, and the read-only way into one.

A snapshot is a folder ``published/<snapshot_id>/`` with ``media.duckdb`` (the mart tables, commented),
``parquet/`` (one file a mart), ``text/`` (the articles' parts, hard-linked) and ``meta.json``. Its id is the
hash of the parquet exports, so the same marts have the same id.

Does not belong here: how marts are computed (``dbt_project``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from warehouse.contracts import Table, tables_of
from warehouse.contracts.lake import ARTICLES
from warehouse.errors import SnapshotError
from warehouse.layout import Layout
from warehouse.store import parts

if TYPE_CHECKING:
    import duckdb

KEPT_SNAPSHOTS = 3
KEPT_EDITIONS = 7


def _quoted(name: str) -> str:
    return '"' + name + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def export_query(table: Table) -> str:
    """The ``select`` that exports a mart: explicit columns, ordered by the full key."""
    names = ", ".join(_quoted(name) for name in table.column_names)
    order = ", ".join(_quoted(name) for name in table.key)
    return f"select {names} from {table.layer}.{table.name} order by {order}"


def _export(database: Path, folder: Path) -> str:
    """Write every mart as parquet into ``folder``; the snapshot id."""
    import duckdb

    folder.mkdir(parents=True)
    digest = hashlib.sha256()
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables_of("marts"):
            path = folder / f"{table.name}.parquet"
            connection.execute(
                f"copy ({export_query(table)}) to {_literal(str(path))} (format parquet, compression zstd)"
            )
            with path.open("rb") as handle:
                digest.update(f"{table.name}:{hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _build_database(parquet: Path, path: Path) -> dict[str, int]:
    """Make the snapshot's database from the exports, every table and column commented; rows by table."""
    import duckdb

    rows: dict[str, int] = {}
    with duckdb.connect(str(path)) as connection:
        for table in tables_of("marts"):
            source = _literal(str(parquet / f"{table.name}.parquet"))
            connection.execute(f"create table {table.name} as select * from read_parquet({source})")
            connection.execute(
                f"comment on table {table.name} is {_literal(f'{table.description} One row per {table.grain}.')}"
            )
            for column in table.columns:
                unit = f" [{column.unit}]" if column.unit else ""
                connection.execute(
                    f"comment on column {table.name}.{_quoted(column.name)} is {_literal(column.meaning + unit)}"
                )
            counted = connection.execute(f"select count(*) from {table.name}").fetchone()
            rows[table.name] = counted[0] if counted else 0
        connection.execute("checkpoint")
    return rows


def _meta(folder: Path) -> dict[str, Any]:
    """The meta of a snapshot; empty where the snapshot is not there, or damaged."""
    import duckdb

    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text())
        with duckdb.connect(str(folder / "media.duckdb"), read_only=True):
            return meta
    except (OSError, ValueError, duckdb.Error):
        return {}


def _link_text(layout: Layout, folder: Path) -> None:
    for part in parts(layout, ARTICLES):
        target = folder / part.path.parent.name / part.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(part.path, target)
        except OSError:  # a file system without hard links
            shutil.copy2(part.path, target)


def publish(layout: Layout, *, now_utc: datetime, check: Callable[[Path], None]) -> dict[str, Any]:
    """Publish the marts of ``layout.database`` and return the snapshot's meta.

    ``check`` is called with the copy's database before anything is visible and raises to keep the last good
    snapshot. A whole snapshot that exists already is only made the latest. Readers never see half a snapshot.
    """
    draft = layout.staging / f"publish-{uuid4().hex}"
    draft.mkdir(parents=True)
    try:
        snapshot_id = _export(layout.database, draft / "parquet")
        target = layout.snapshot(snapshot_id)
        meta = _meta(target)
        if not meta:
            rows = _build_database(draft / "parquet", draft / "media.duckdb")
            check(draft / "media.duckdb")
            _link_text(layout, draft / "text")
            meta = {"snapshot_id": snapshot_id, "published_at_utc": now_utc.isoformat(), "rows": rows}
            (draft / "meta.json").write_text(json.dumps(meta, indent=2) + "\n")
            layout.published.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    pointer = layout.published / f".{uuid4().hex}"
    pointer.write_text(snapshot_id + "\n")
    pointer.replace(layout.latest)
    _prune(layout, snapshot_id)
    return meta


def _prune(layout: Layout, latest: str) -> None:
    """Remove all but the last snapshots and those of the last editions; the latest always stays."""
    editions = sorted(layout.editions.glob("*.json"))[-KEPT_EDITIONS:]
    cited = {json.loads(path.read_text()).get("snapshot_id") for path in editions}
    metas = sorted(
        layout.published.glob("*/meta.json"),
        key=lambda path: (path.parent.name == latest, path.stat().st_mtime_ns),
        reverse=True,
    )
    for meta in metas[KEPT_SNAPSHOTS:]:
        if meta.parent.name not in cited:
            shutil.rmtree(meta.parent)


def latest_snapshot(layout: Layout) -> dict[str, Any]:
    """The meta of the latest snapshot. Raises SnapshotError where there is none or it is damaged."""
    if not layout.latest.exists():
        raise SnapshotError(f"There is no published snapshot in {layout.root}; make one with `kliping run`.")
    snapshot_id = layout.latest.read_text().strip()
    meta = _meta(layout.snapshot(snapshot_id))
    if not meta:
        raise SnapshotError(
            f"The published snapshot {snapshot_id!r} in {layout.published} is damaged; `kliping run` makes it again."
        )
    return meta


def connect(layout: Layout) -> duckdb.DuckDBPyConnection:
    """A connection to the latest snapshot, read-only: mart tables answer to their bare names.

    Raises SnapshotError where there is none or it is damaged.
    """
    import duckdb

    meta = latest_snapshot(layout)
    path = layout.snapshot(meta["snapshot_id"]) / "media.duckdb"
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach {_literal(str(path))} as media (read_only)")
    connection.execute("use media")
    return connection
