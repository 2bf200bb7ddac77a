"""The morning edition: its window, who is late, and which run makes it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.edition import (
    TAG,
    EditionError,
    deadline,
    edition,
    edition_id,
    make,
    read_edition,
    source_state,
    wanted,
    window,
)
from warehouse.errors import SnapshotError
from warehouse.layout import Layout

if TYPE_CHECKING:
    from ingest.registry.model import Registry

DAY = date(2026, 11, 24)
END = datetime(2026, 11, 23, 23, 0)  # 06:00 WIB


@given(st.dates(date(2015, 1, 2), date(2100, 1, 1)))
def test_editions_follow_each_other_without_gap(day: date) -> None:
    start, end = window(day)
    assert window(day + timedelta(days=1))[0] == end
    assert end - start == timedelta(hours=24)
    assert end < deadline(day)


def test_the_window_is_wib() -> None:
    assert window(DAY) == (END - timedelta(days=1), END)
    assert window(date(2026, 12, 1))[1] == datetime(2026, 11, 30, 23, 0)  # the last day of a month


@pytest.mark.parametrize(
    ("last", "waiting", "reason"),
    [
        (END, 0, None),
        (END - timedelta(minutes=1), 0, "terakhir berhasil 24-11-2026 05.59 WIB"),
        (END, 3, "3 tautan menunggu diambil"),
        (None, 0, "belum pernah berhasil diambil"),
        (None, 1, "belum pernah berhasil diambil; 1 tautan menunggu diambil"),
    ],
)
def test_a_source_is_late_until_it_answered_after_six_and_nothing_waits(
    last: datetime | None, waiting: int, reason: str | None
) -> None:
    state = source_state("a", "A", last, waiting, END)
    assert (state.state, state.reason) == ("late" if reason else "complete", reason)


def test_an_edition_names_who_is_late_first() -> None:
    states = [source_state("a", "A", END, 0, END), source_state("b", "B", None, 0, END)]
    made = edition(DAY, ready_at=deadline(DAY), snapshot_id="x", article_count=5, day_only_count=2, sources=states)
    assert made["edition_id"] == "2026-11-24-pagi"
    assert made["window"]["from_wib"] == "2026-11-23T06:00:00+07:00"
    assert made["ready_at_wib"] == "2026-11-24T06:15:00+07:00"
    assert made["is_on_time"]
    assert (made["source_count"], made["complete_count"], made["late_count"]) == (2, 1, 1)
    assert [source["source_id"] for source in made["sources"]] == ["b", "a"]
    assert json.loads(json.dumps(made)) == made
    late = edition(
        DAY,
        ready_at=deadline(DAY) + timedelta(seconds=1),
        snapshot_id="x",
        article_count=0,
        day_only_count=0,
        sources=[],
    )
    assert not late["is_on_time"]


def test_which_run_makes_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    asked = {TAG: edition_id(DAY)}
    before, after, noon = END - timedelta(seconds=1), END + timedelta(minutes=3), END + timedelta(hours=6)
    assert wanted(layout, asked, after, collects=False) == DAY
    assert wanted(layout, asked, noon + timedelta(hours=9), collects=True) == DAY  # made up for later
    assert wanted(layout, asked, before, collects=True) is None  # began before the window's end
    assert wanted(layout, {}, after, collects=True) == DAY
    assert wanted(layout, {}, noon, collects=True) is None
    assert wanted(layout, {}, before, collects=True) is None
    assert wanted(layout, {}, after, collects=False) is None
    layout.editions.mkdir()
    (layout.editions / f"{edition_id(DAY)}.json").write_text("{}")
    assert wanted(layout, asked, after, collects=True) is None  # it can be cited: nothing changes it
    assert wanted(layout, asked, after + timedelta(days=1), collects=True) is None
    assert wanted(layout, {}, after + timedelta(days=1), collects=True) == DAY + timedelta(days=1)


def test_it_is_made_from_what_is_published_after_its_end(tmp_path: Path) -> None:
    layout, unread = Layout(tmp_path), cast("Registry", None)
    with pytest.raises(EditionError, match=r"ends at 24-11-2026 06\.00 WIB"):
        make(layout, unread, DAY, END - timedelta(seconds=1))
    with pytest.raises(SnapshotError):
        make(layout, unread, DAY, END + timedelta(minutes=9))
    assert read_edition(layout, DAY) is None


def test_times_of_sources_are_compared_as_the_lake_keeps_them() -> None:
    """polars hands out naive UTC datetimes, as the window is."""
    last = pl.Series([END], dtype=pl.Datetime("us")).max()
    assert isinstance(last, datetime)
    assert source_state("a", "A", last, 0, END).state == "complete"
