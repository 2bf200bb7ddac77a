"""Parts, staging and the lock: what a killed run leaves is finished or discarded, never half there."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import store
from warehouse.contracts import TABLES
from warehouse.errors import DamagedError, FolderError, LockedError
from warehouse.layout import Layout

ZONES = TABLES["clean.zones"]
DAY = date(2025, 3, 1)


def zones(document_id: str) -> pl.DataFrame:
    return ZONES.conform(
        pl.DataFrame({"document_id": [document_id], "zone_index": [0], "zone": ["body"], "start": [0], "end": [4]})
    )


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def stage_two(layout: Layout, staging: store.Staging) -> None:
    for name in ("a", "b"):
        store.write_part(zones(name), ZONES, staging.file(layout.part(ZONES, DAY, name)), {"raw_part": name})


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 3, 1, 16, 59, 59), date(2025, 3, 1)),
        (datetime(2025, 3, 1, 17, 0), date(2025, 3, 2)),
        (datetime(2025, 3, 1, 0, 0), date(2025, 3, 1)),
    ],
)
def test_day_of_fetching_is_the_wib_date(moment: datetime, day: date) -> None:
    assert store.fetched_on(moment) == day


def test_commit_moves_every_file(layout: Layout) -> None:
    with store.Staging(layout) as staging:
        stage_two(layout, staging)
        assert store.parts(layout, ZONES) == []
        staging.commit()
    assert [part.part_id for part in store.parts(layout, ZONES)] == ["a", "b"]
    assert store.read_record(layout.part(ZONES, DAY, "a")) == {"raw_part": "a"}
    assert store.read_part(layout.part(ZONES, DAY, "b")).equals(zones("b"))
    assert list(layout.staging.iterdir()) == []


def test_leaving_without_commit_discards(layout: Layout) -> None:
    with store.Staging(layout) as staging:
        stage_two(layout, staging)
    assert store.parts(layout, ZONES) == []
    assert list(layout.staging.iterdir()) == []


def test_commit_removes_what_it_was_told_to(layout: Layout) -> None:
    with store.Staging(layout) as staging:
        stage_two(layout, staging)
        staging.commit()
    with store.Staging(layout) as staging:
        staging.remove(layout.part(ZONES, DAY, "a"))
        staging.remove(layout.part(ZONES, DAY, "never there"))
        staging.commit()
    assert [part.part_id for part in store.parts(layout, ZONES)] == ["b"]


def test_of_writing_and_removing_the_last_said_holds(layout: Layout) -> None:
    one, two = (layout.part(ZONES, DAY, name) for name in ("one", "two"))
    with store.Staging(layout) as staging:
        staging.remove(one)
        store.write_part(zones("one"), ZONES, staging.file(one), {})
        store.write_part(zones("two"), ZONES, staging.file(two), {})
        staging.remove(two)
        staging.commit()
    assert [part.part_id for part in store.parts(layout, ZONES)] == ["one"]


KILLED_IN_COMMIT = """
import os, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_store import stage_two, DAY, ZONES
from warehouse import store
from warehouse.layout import Layout

layout = Layout(Path({root!r}))
moved = 0
replace = Path.replace

def replace_and_die(self, target):
    global moved
    if "fetched_on=" in str(target):
        if moved == {after}:
            os._exit(9)
        moved += 1
    return replace(self, target)

Path.replace = replace_and_die
with store.Staging(layout) as staging:
    stage_two(layout, staging)
    staging.commit()
"""


@pytest.mark.parametrize("after", [0, 1])
def test_a_commit_cut_off_is_finished_by_the_next_run(layout: Layout, after: int) -> None:
    code = KILLED_IN_COMMIT.format(tests=str(Path(__file__).parent), root=str(layout.root), after=after)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert len(store.parts(layout, ZONES)) == after
    assert store.recover(layout) == 1
    assert [part.part_id for part in store.parts(layout, ZONES)] == ["a", "b"]
    assert store.recover(layout) == 0


def test_staging_without_a_commit_is_discarded_by_the_next_run(layout: Layout) -> None:
    staging = store.Staging(layout).__enter__()
    stage_two(layout, staging)
    assert store.recover(layout) == 0
    assert list(layout.staging.iterdir()) == []
    assert store.parts(layout, ZONES) == []


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_fingerprints_differ_with_content_only(first: list[str], second: list[str]) -> None:
    one, two = (pl.DataFrame({"a": values}) for values in (first, second))
    assert store.fingerprint(one) == store.fingerprint(pl.concat([one[:1], one[1:]], rechunk=False))
    assert (store.fingerprint(one) == store.fingerprint(two)) == (first == second)


def test_schema_files_give_types_to_empty_tables(layout: Layout) -> None:
    store.write_schemas(layout, [ZONES])
    path = layout.schema(ZONES)
    assert pl.read_parquet(path).schema == ZONES.polars_schema()
    before = path.stat().st_mtime_ns
    store.write_schemas(layout, [ZONES])
    assert path.stat().st_mtime_ns == before


HOLD = """
import sys, time
from pathlib import Path
from warehouse.layout import Layout
from warehouse.store import run_lock
with run_lock(Layout(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_lock(layout: Layout) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(layout.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), store.run_lock(layout):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with store.run_lock(layout), store.run_lock(layout):  # free after a kill, and the holder may take it again
        assert str(holder.pid) not in layout.lock.read_text()


def test_who_waits_gets_the_lock_after_the_other(layout: Layout) -> None:
    hold = HOLD.replace("time.sleep(60)", "time.sleep(0.5)")
    holder = subprocess.Popen([sys.executable, "-c", hold, str(layout.root)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with store.run_lock(layout, wait=True):
        assert str(holder.pid) not in layout.lock.read_text()
    assert holder.communicate() == ("", None)
    assert holder.returncode == 0


def test_a_damaged_part_is_named(layout: Layout) -> None:
    path = layout.part(ZONES, DAY, "a")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    for read in (store.read_part, store.read_record, store.row_count):
        with pytest.raises(DamagedError, match=str(path)):
            read(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="cannot be written"), store.run_lock(Layout(tmp_path / "file" / "data")):
        pass
