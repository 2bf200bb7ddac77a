"""The dbt project over small lakes: what incremental runs leave is what a full refresh makes, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.integration.small_lake import DAY, Document, Pipeline, Worker, asked, told
from warehouse.contracts import TABLES

OLD_DAY = date(2020, 1, 5)
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")  # they prove the SQL, once


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
FOREIGN = Document("https://uji.example/7", "isi tujuh", ("induk",), language="ms", title="Berita asing")
RELEASE = Document(None, "isi rilis", ("induk",), record="r-1", source_kind="press_release", title="Rilis")
BROADCAST = Document(None, "isi siaran", ("induk",), record="tv-1", source_kind="manual", title="Siaran")
WITHDRAWN = Document("https://uji.example/8", "isi delapan", ("induk",), correction="withdrawn", title="Tarikan")
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
    collected = {"a": ("w14", "w15"), "b": ("w17",), "c": ("w18",)}
    for order in ("abc", "cba"):
        pipeline = Pipeline(tmp_path / order, worker)
        for part_id in order:
            pipeline.put(part_id, *batches[part_id])
            put_web(pipeline, *collected[part_id])
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
    pipeline.dbt("build", *WITHOUT_UNIT_TESTS)  # with nothing touched, over tables that hold rows


def test_what_is_not_counted_is_in_the_facts_and_in_neither_half_of_a_ratio(pipeline: Pipeline) -> None:
    base(pipeline)
    pipeline.run()
    pipeline.acknowledge()
    reports = "select * from marts.rpt_agency_coverage_daily order by all"
    before = query(pipeline, reports)
    pipeline.put("c", FOREIGN, WITHDRAWN, RELEASE, BROADCAST, fetched_on=NEXT_DAY)
    pipeline.list_parts()
    pipeline.dbt("build", *WITHOUT_UNIT_TESTS)
    assert query(pipeline, reports) == before
    kept = "select title, is_counted, mention_count from marts.fct_articles where not is_counted order by title"
    assert query(pipeline, kept) == [(d.title, False, 0) for d in (FOREIGN, RELEASE, BROADCAST, WITHDRAWN)]
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
    pipeline.dbt("build", *WITHOUT_UNIT_TESTS)
    made = pipeline.tables()
    assert not made["marts.fct_articles"]
    assert [row[0] for row in made["marts.dim_dates"]] == ["undated"]


def moment(day: int, hour: int) -> datetime:
    """An hour of a WIB day of October 2024, in UTC."""
    return datetime(2024, 10, day, hour) - timedelta(hours=7)


def page(day: int, number: int, **changes: Any) -> Document:
    """A page that the feed of a registered outlet told of on its day."""
    return Document(
        f"https://uji.example/web/{number}", f"isi laman {number}", ("induk",), date(2024, 10, day),
        moment(day, 9), source="harian-uji", source_kind="web", **changes,
    )  # fmt: skip


def linked(*pages: Document) -> list[dict[str, Any]]:
    return [told(moment(page.fetched.day, 9), str(page.url)) for page in pages]


def on(day: int) -> date:
    return date(2024, 10, day)


# what collecting leaves, day by day: a part's attempts, links and pages
WEB: dict[str, dict[str, Any]] = {
    "w14": {"fetched_on": on(14), "attempts": [asked(moment(14, 9), items=20, known=0)]},
    "w15": {
        "fetched_on": on(15),
        "attempts": [asked(moment(15, 9), items=20, known=19), asked(moment(15, 21), "not_modified")],
        "links": linked(page(15, 1), page(15, 2)),
    },
    "w16": {"fetched_on": on(16), "attempts": [asked(moment(16, 9), "timeout")]},
    "w17": {"fetched_on": on(17), "attempts": [asked(moment(17, 9), items=20, known=18)]},
    "w18": {"fetched_on": on(18), "attempts": [asked(moment(18, 9), items=20, known=0)]},
    "w19": {"fetched_on": on(19), "attempts": [asked(moment(19, 9), items=20, known=9)]},
}
PAGES: dict[str, tuple[Document, ...]] = {"w15": (page(15, 1), page(15, 2)), "w17": (page(17, 3),)}


def put_web(pipeline: Pipeline, *names: str) -> None:
    for name in names:
        pipeline.put(name, *PAGES.get(name, ()), **WEB[name])


def verdicts(pipeline: Pipeline) -> dict[int, str]:
    """The rule that decided on the monitored outlet, by day of October."""
    rows = query(
        pipeline,
        "select published_date, completeness_rule from marts.rpt_outlet_completeness_daily"
        " where outlet_id = 'harian-uji' order by 1",
    )
    return {day.day: rule for day, rule in rows}


def covered(pipeline: Pipeline) -> dict[int, tuple[str, int]]:
    """Completeness as the coverage of a body carries it."""
    rows = query(
        pipeline,
        "select published_date, completeness, incomplete_outlet_count from marts.rpt_agency_coverage_daily"
        " where agency_id = 'induk' and is_rolled_up order by 1",
    )
    return {day.day: (verdict, count) for day, verdict, count in rows}


def test_a_later_fetch_settles_the_days_before_it(pipeline: Pipeline) -> None:
    put_web(pipeline, "w14", "w15", "w16")
    pipeline.run()
    pipeline.acknowledge()
    assert verdicts(pipeline) == {14: "monitoring_began", 15: "failed", 16: "not_over_yet"}
    assert covered(pipeline) == {15: ("incomplete", 1)}

    # the feed still lists what it listed on the 15th: nothing was passed by, though the 16th failed
    put_web(pipeline, "w17")
    pipeline.run()
    assert verdicts(pipeline) == {14: "monitoring_began", 15: "proven", 16: "proven", 17: "not_over_yet"}
    assert covered(pipeline) == {15: ("complete", 0), 17: ("incomplete", 1)}
    pipeline.acknowledge()

    # on the 18th it lists nothing that it listed before
    put_web(pipeline, "w18", "w19")
    pipeline.run("--select", "+rpt_completeness_daily")  # killed before the verdicts reached the coverage
    pipeline.run()
    assert verdicts(pipeline) | {19: ""} == {
        14: "monitoring_began", 15: "proven", 16: "proven", 17: "overflow", 18: "overflow", 19: "",
    }  # fmt: skip
    pipeline.acknowledge()

    # two links of the 15th turn up that nobody has fetched
    pipeline.put("x15", fetched_on=on(15), links=[told(moment(15, 10), f"https://uji.example/web/{n}") for n in (8, 9)])
    pipeline.run()
    assert covered(pipeline)[15] == ("incomplete", 1)
    assert verdicts(pipeline)[15] == "waiting_links"
    assert pipeline.tables() == pipeline.refreshed()
    pipeline.acknowledge()

    # one of them is fetched days later: one is a straggler
    pipeline.put("x19", replace(page(15, 8), fetched=moment(19, 9)), fetched_on=on(19))
    pipeline.run()
    assert covered(pipeline)[15] == ("complete", 0)
    assert pipeline.tables() == pipeline.refreshed()


def test_parts_from_before_channels_were_asked_are_records(pipeline: Pipeline) -> None:
    base(pipeline)
    old = TABLES["raw.fetch_outcomes"].column_names[:12]
    assert old[-1] == "error"
    for path in (pipeline.lake / "raw/fetch_outcomes").glob("*/*.parquet"):
        pl.read_parquet(path, columns=old, hive_partitioning=False).write_parquet(path)
    pipeline.list_parts()
    pipeline.dbt("build", *WITHOUT_UNIT_TESTS)
    health = "select distinct attempt_kind, item_count, overflow_count from marts.rpt_source_health"
    assert query(pipeline, health) == [("record", None, 0)]
    rules = "select distinct completeness, completeness_rule from marts.rpt_outlet_completeness_daily"
    assert query(pipeline, rules) == [("unknown", "not_monitored")]
