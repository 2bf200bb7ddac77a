"""The dbt project over small lakes: what incremental runs leave is what a full refresh makes, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.small_lake import DAY, Document, Pipeline, Worker
from warehouse.contracts import TABLES

OLD_DAY = date(2020, 1, 5)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.close()


@pytest.fixture
def pipeline(tmp_path: Path, worker: Worker) -> Pipeline:
    return Pipeline(tmp_path / "data", worker)


@pytest.fixture(scope="module")
def acknowledged_base(tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> Pipeline:
    """Parts a and b, computed and acknowledged; tests work on copies."""
    pipeline = Pipeline(tmp_path_factory.mktemp("base") / "data", worker)
    base(pipeline)
    pipeline.run(everything=True)
    pipeline.acknowledge()
    return pipeline


FIRST = Document("https://uji.example/1", "isi satu", ("induk", "induk.unit.subdit"))
UNDATED = Document("https://uji.example/2", "isi dua", ("lama",), published=None, outlet="lain.example")
OFFICE = Document("https://uji.example/3", "isi tiga", ("induk.unit",), via="role")
NO_ADDRESS = Document(None, "isi empat", ("induk", "induk"), record="baris-4")
SILENT = Document("https://uji.example/5", "isi lima tanpa instansi")
FOREIGN = Document("https://uji.example/7", "isi tujuh", ("induk",), language="ms")
WITHDRAWN = Document("https://uji.example/8", "isi delapan", ("induk",), correction="withdrawn")
LATER = {"fetched": datetime(2024, 10, 22, 3)}
NEXT_DAY = DAY + timedelta(2)


def base(pipeline: Pipeline) -> None:
    pipeline.put("a", FIRST, UNDATED)
    pipeline.put("b", OFFICE, NO_ADDRESS, SILENT)


def corrected(document: Document, **changes: Any) -> Document:
    """A later sighting of the same article with other content."""
    return replace(document, body=f"{document.body} ralat", **LATER, **changes)


def test_incremental_runs_leave_what_a_full_refresh_makes(acknowledged_base: Pipeline, tmp_path: Path) -> None:
    pipeline = acknowledged_base.copy(tmp_path / "data")

    # a new part: a late article on a day long past, a correction that moves its article to another day and other
    # bodies, a second sighting of unchanged content, the same article at two addresses' outlets
    late = Document("https://uji.example/6", "isi enam", ("induk.unit",), published=OLD_DAY, **LATER)
    moved = corrected(FIRST, published=NEXT_DAY, names=("induk.unit.subdit", "baru"))
    again = replace(OFFICE, published=NEXT_DAY, **LATER)
    pipeline.put("c", late, moved, again, fetched_on=NEXT_DAY)
    pipeline.run()
    made = pipeline.tables()
    assert made == pipeline.refreshed()
    dates = {row[0]: row[1] for row in query(pipeline, "select url, date_code from marts.fct_articles")}
    assert dates[moved.url] == NEXT_DAY.isoformat()
    assert dates[again.url] == DAY.isoformat(), "unchanged content is no version: the first sighting stands"
    pipeline.acknowledge()

    # the part that held the newest version vanishes, another is read anew with other content and one document less
    pipeline.drop("c", fetched_on=NEXT_DAY)
    pipeline.put("b", replace(OFFICE, names=("baru",)), NO_ADDRESS)
    pipeline.run()
    assert pipeline.tables() == pipeline.refreshed()
    mentions = query(
        pipeline, f"select agency_id, sentence from marts.fct_mentions where document_id = '{FIRST.document_id}'"
    )
    assert sorted(mentions) == [(name, f"Pernyataan {name} dibacakan.") for name in sorted(FIRST.names)]
    assert (OLD_DAY.isoformat(),) not in query(pipeline, "select date_code from marts.rpt_agency_coverage_daily")
    pipeline.acknowledge()

    # nothing changed: nothing changes
    before = pipeline.tables()
    pipeline.run()
    assert pipeline.tables() == before


def query(pipeline: Pipeline, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(pipeline.database), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def test_the_order_of_arrival_changes_nothing(tmp_path: Path, worker: Worker) -> None:
    batches = {
        "a": (FIRST, UNDATED),
        "b": (OFFICE, corrected(FIRST, published=NEXT_DAY)),
        "c": (replace(FIRST, title="Judul lain", **LATER), corrected(UNDATED, published=OLD_DAY), NO_ADDRESS),
    }
    made = []
    for order in ("abc", "cba"):
        pipeline = Pipeline(tmp_path / order, worker)
        for part_id in order:
            pipeline.put(part_id, *batches[part_id])
            pipeline.run()
            pipeline.acknowledge()
        made.append(pipeline.tables())
    assert made[0] == made[1] == pipeline.refreshed()


def test_a_run_after_a_kill_is_right_even_where_the_killed_ones_changes_were_taken_back(
    acknowledged_base: Pipeline, tmp_path: Path
) -> None:
    made = []
    for reached in ("int_days__touched", "int_articles__keyed", "fct_mentions"):
        pipeline = acknowledged_base.copy(tmp_path / reached)
        pipeline.put("a", replace(FIRST, names=("baru",)))  # the one undated article vanishes
        pipeline.put("b", replace(OFFICE, published=NEXT_DAY, names=("baru",)), SILENT)
        pipeline.put("c", corrected(FIRST, published=OLD_DAY), corrected(NO_ADDRESS), fetched_on=NEXT_DAY)
        pipeline.run("--select", f"+{reached}")  # killed when this model was done

        # parts b and c are again as they were acknowledged: nothing lists them any more
        pipeline.put("b", OFFICE, NO_ADDRESS, SILENT)
        pipeline.drop("c", fetched_on=NEXT_DAY)
        pipeline.put("d", corrected(OFFICE))
        pipeline.run()
        made.append(pipeline.tables())
    assert made == [pipeline.refreshed()] * 3


def test_every_check_of_the_project_passes_on_a_small_lake(pipeline: Pipeline) -> None:
    base(pipeline)
    pipeline.put("c", corrected(FIRST, published=NEXT_DAY), fetched_on=NEXT_DAY)
    pipeline.list_parts()
    pipeline.dbt("build")
    pipeline.acknowledge()
    pipeline.list_parts()
    pipeline.dbt("build")  # with nothing touched, over tables that hold rows


def test_what_is_not_counted_is_in_the_facts_and_in_neither_half_of_a_ratio(pipeline: Pipeline) -> None:
    base(pipeline)
    pipeline.run()
    pipeline.acknowledge()
    reports = "select * from marts.rpt_agency_coverage_daily order by all"
    before = query(pipeline, reports)
    pipeline.put("c", FOREIGN, WITHDRAWN, fetched_on=NEXT_DAY)
    pipeline.list_parts()
    pipeline.dbt("build")
    assert query(pipeline, reports) == before
    kept = "select url, is_counted, mention_count from marts.fct_articles where not is_counted order by url"
    assert query(pipeline, kept) == [(FOREIGN.url, False, 0), (WITHDRAWN.url, False, 0)]
    mentions = (
        f"select count(*), count_if(is_counted) from marts.fct_mentions where document_id = '{FOREIGN.document_id}'"
    )
    assert query(pipeline, mentions) == [(1, 0)]
    pipeline.acknowledge()

    # the outlet withdraws an article that was counted
    pipeline.put("d", corrected(FIRST, correction="withdrawn"), fetched_on=NEXT_DAY)
    pipeline.run()
    assert pipeline.tables() == pipeline.refreshed()
    [(denominator,)] = query(
        pipeline,
        f"select distinct attention_denominator from marts.rpt_agency_coverage_daily where date_code = '{DAY}'",
    )
    assert denominator == before_denominator(before) - 1


def before_denominator(rows: list[tuple[Any, ...]]) -> int:
    position = TABLES["marts.rpt_agency_coverage_daily"].column_names.index("attention_denominator")
    [found] = {row[position] for row in rows if row[0] == DAY.isoformat()}
    return int(found)


def test_an_empty_lake_gives_empty_marts(pipeline: Pipeline) -> None:
    pipeline.list_parts()
    pipeline.dbt("build")
    made = pipeline.tables()
    assert not made["marts.fct_articles"]
    assert [row[0] for row in made["marts.dim_dates"]] == ["undated"]
