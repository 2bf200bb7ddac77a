"""From files to a published snapshot by the real command: counted, repeatable, rebuilt from raw alone."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli import EXAMPLES
from tests.integration.conftest import Warehouse, articles, write_jsonl

ROOT = Path(__file__).parents[2]


def add_up(intake: dict[str, int]) -> bool:
    parts = ("accepted", "duplicates", "quarantined", "unreadable")
    return sum(intake[name] for name in parts) == intake["rows"]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, dict[str, Any]]:
    warehouse = Warehouse(tmp_path_factory.mktemp("samples") / "data")
    return warehouse, warehouse.run(ROOT / "samples")


def test_the_samples_become_a_warehouse(samples: tuple[Warehouse, dict[str, Any]]) -> None:
    warehouse, told = samples
    assert add_up(told["intake"])
    assert told["intake"]["accepted"] >= 30
    assert told["intake"]["duplicates"] >= 1
    assert told["intake"]["unreadable"] >= 1
    found = warehouse.sql(
        "select count(*) as wrong from fct_mentions"
        ' where substring(sentence, start - sentence_start + 1, "end" - start) <> surface'
    )
    assert found == [{"wrong": 0}]
    for example in EXAMPLES:
        assert warehouse.sql(example), example


def test_a_second_run_adds_outcomes_only(samples: tuple[Warehouse, dict[str, Any]]) -> None:
    warehouse, _ = samples
    before, rows = warehouse.exports(), {row["table"]: row["rows"] for row in warehouse.status()["tables"]}
    second = warehouse.run(ROOT / "samples", fetched_at="2025-03-03T03:00:00")
    assert second["intake"]["accepted"] == second["intake"]["quarantined"] == 0
    assert add_up(second["intake"])
    after = warehouse.exports()
    assert {name for name in before if before[name] != after[name]} <= {"rpt_source_health"}
    now = {row["table"]: row["rows"] for row in warehouse.status()["tables"]}
    assert now.pop("fetch_outcomes") > rows.pop("fetch_outcomes")
    assert now == rows


def test_everything_after_raw_is_rebuilt_to_the_same_snapshot(samples: tuple[Warehouse, dict[str, Any]]) -> None:
    warehouse, _ = samples
    before = (warehouse.root / "published" / "LATEST").read_text()
    for path in warehouse.root.iterdir():
        if path.is_dir() and path.name != "lake":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    for path in (warehouse.root / "lake").iterdir():
        if path.name != "raw":
            shutil.rmtree(path)
    warehouse.run()
    assert (warehouse.root / "published" / "LATEST").read_text() == before


def test_three_files_in_another_order_give_the_same_snapshot(tmp_path: Path) -> None:
    rows = articles(60)
    rows += [{**row, "isi": row["isi"] + " Diperbarui redaksi."} for row in rows[:5]]  # corrected articles
    whole = Warehouse(tmp_path / "whole")
    one = whole.run(write_jsonl(tmp_path / "whole.jsonl", rows))
    random.Random(7).shuffle(rows)
    files = [write_jsonl(tmp_path / f"{name}.jsonl", rows[start::3]) for start, name in enumerate("cab")]
    three = Warehouse(tmp_path / "three").run(*files)
    assert three["snapshot"]["snapshot_id"] == one["snapshot"]["snapshot_id"]
    assert three["intake"] == one["intake"]
    record_ids = whole.sql("select count(distinct source_record_id) as n from fct_articles")
    assert record_ids == [{"n": 60}]
    versions = whole.sql("select version, version_count, count(*) as n from fct_articles group by all order by all")
    assert versions == [{"version": 1, "version_count": 1, "n": 55}, {"version": 2, "version_count": 2, "n": 5}]


def test_changing_one_alias_makes_only_what_it_touches(tmp_path: Path, warehouse_of_100: Warehouse) -> None:
    warehouse = warehouse_of_100
    registry = tmp_path / "registry"
    shutil.copytree(ROOT / "ingest" / "registry", registry, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert warehouse.status("--registry", registry)["stale_parts"] == {"clean": 0, "entities": 0, "topics": 0}
    made = {path: path.stat().st_mtime_ns for path in (warehouse.root / "lake").rglob("fetched_on=*/*.parquet")}
    before = warehouse.exports()

    aliases = registry / "aliases.csv"
    header, *_ = aliases.read_text().splitlines()
    row = dict.fromkeys(header.split(","), "") | {
        "agency_id": "bmkg", "surface": "hujan lebat", "alias_kind": "short",
        "is_exact_case": "false", "prior": "1", "source": "test",
    }  # fmt: skip
    aliases.write_text(
        aliases.read_text().rstrip("\n") + "\n" + ",".join(row[name] for name in header.split(",")) + "\n"
    )
    assert warehouse.status("--registry", registry)["stale_parts"] == {"clean": 0, "entities": 1, "topics": 0}

    warehouse.run("--registry", registry)
    assert warehouse.status("--registry", registry)["stale_parts"] == {"clean": 0, "entities": 0, "topics": 0}
    remade = {
        path.relative_to(warehouse.root / "lake").parts[0] for path, at in made.items() if path.stat().st_mtime_ns != at
    }
    assert remade == {"entities"}
    after = warehouse.exports()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"fct_articles", "fct_mentions", "rpt_mention_counts_daily", "rpt_agency_coverage_daily"}
    assert warehouse.sql("select count(*) as n from fct_mentions where surface = 'hujan lebat'")[0]["n"] > 0
