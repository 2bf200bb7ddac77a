"""Watch topics in the hands of people: write the list, try it, run, change it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.integration.conftest import Warehouse

INFLATION = "  - {id: inflasi, name: Inflasi, kind: isu, owner: Humas, query: inflasi AND NOT banjir}\n"
FLOOD = """  - id: banjir
    name: Banjir
    kind: isu
    owner: Humas
    valid_from: 2025-02-10
    query: 'banjir OR "jalan desa"'
"""
MINISTRY = "  - {id: mendagri, name: Mendagri, kind: programme, owner: Humas, query: 'agency:kemendagri AND rapat*'}\n"


def watch(warehouse: Warehouse, *topics: str) -> Path:
    path = warehouse.root / "config" / "watch.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("topics:\n" + "".join(topics))
    return path


def hits(warehouse: Warehouse) -> pl.DataFrame:
    return pl.read_parquet(warehouse.root / "lake" / "entities" / "topic_hits" / "*" / "*.parquet")


def files(warehouse: Warehouse) -> dict[str, int]:
    """Parts of the lake, and when each was written."""
    lake = warehouse.root / "lake"
    return {path.relative_to(lake).as_posix(): path.stat().st_mtime_ns for path in lake.rglob("fetched_on=*/*.parquet")}


@pytest.fixture
def tried(published: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of a lake that was made without a watch list, for what needs no run."""
    shutil.copytree(published.root / "lake", tmp_path / "data" / "lake")
    return Warehouse(tmp_path / "data")


def asked(warehouse: Warehouse, *words: str) -> Any:
    return json.loads(warehouse.call("watch", *words, "--json").stdout)


def test_a_topic_is_tried_before_anything_is_run(tried: Warehouse) -> None:
    watch(tried, INFLATION, FLOOD, MINISTRY)
    checked = asked(tried, "check")
    assert [row["id"] for row in checked] == ["inflasi", "banjir", "mendagri"]
    assert checked[1]["read_as"] == 'banjir OR "jalan desa"'
    found = asked(tried, "test", "banjir", "--examples", "3")
    assert (found["first_day"], found["last_day"]) == ("2025-01-30", "2025-02-28")
    assert found["article_count"] == sum(day["article_count"] for day in found["by_day"])
    assert found["article_count"] == sum(row["article_count"] for row in found["by_outlet"]) > 0
    assert found["hit_count"] == sum(row["hit_count"] for row in found["by_term"])
    assert min(day["date"] for day in found["by_day"] if day["article_count"]) >= "2025-02-10"
    for article in found["articles"]:
        for sentence in article["sentences"]:
            assert {sentence["sentence"][start:end] for start, end in sentence["spans"]} <= {"banjir", "jalan desa"}
    assert len(found["articles"]) == 3

    near = asked(tried, "test", "--query", "kemendagri AND inflasi AND NOT bawaslu OR kpu NEAR/1 kemendagri")
    told = {(row["reason"], row["part"]) for row in near["near_misses_by_part"]}
    assert ("excluded", "bawaslu") in told
    assert ("missing", "inflasi") in told
    assert ("too_far", "kpu NEAR/1 kemendagri") in told
    assert near["near_miss_count"] == sum(row["article_count"] for row in near["near_misses_by_part"])
    assert not {row["document_id"] for row in near["near_misses"]} & {row["document_id"] for row in near["articles"]}
    assert asked(tried, "test", "mendagri", "--until", "2025-02-10", "--days", "5")["last_day"] == "2025-02-10"

    shown = tried.call("watch", "test", "mendagri").stdout
    assert ">>Kementerian Dalam Negeri (Kemendagri)<< menggelar >>rapat<<" in shown
    assert "near misses" in shown
    assert "missing: rapat*" in shown
    assert "Mendagri" in tried.call("watch", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["check"], 1, "There is no watch list"),
        (["test", "inflasi"], 1, "has no topic inflasi; it has no topics."),
        (["test"], 2, "name a topic"),
        (["test", "inflasi", "--query", "inflasi"], 2, "name a topic"),
        (["test", "--query", "harga beras"], 1, "at character 7: an operator is missing before beras"),
        (["test", "--query", "agency:kemendagi"], 1, "names the body kemendagi, which the registry does not have"),
        (["test", "--query", "inflasi", "--until", "kemarin"], 2, "--until"),
    ],
)
def test_mistakes_get_one_sentence(tried: Warehouse, words: list[str], code: int, told: str) -> None:
    done = tried.call("watch", *words, check=False)
    assert done.returncode == code, done.stderr
    assert told in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


def test_an_empty_folder_has_nothing_to_try(tmp_path: Path) -> None:
    done = Warehouse(tmp_path / "data").call("watch", "test", "--query", "inflasi", check=False)
    assert done.returncode == 1
    assert "no dated articles" in done.stderr
    assert asked(Warehouse(tmp_path / "data"), "list") == []


def test_a_changed_list_makes_hits_again_and_nothing_else(warehouse_of_100: Warehouse) -> None:
    filled = warehouse_of_100
    assert hits(filled).is_empty()  # the run without a list published as before
    assert filled.status()["snapshot"]
    path = watch(filled, INFLATION, FLOOD, MINISTRY)
    assert filled.status()["stale_parts"] == {"clean": 0, "entities": 0, "topics": 1}
    before = files(filled)
    filled.run()
    after = files(filled)
    assert {name.rpartition("/fetched_on")[0] for name in after if after[name] != before.get(name)} == {
        "entities/topic_hits"
    }
    assert set(hits(filled)["topic_id"]) == {"inflasi", "banjir", "mendagri"}
    assert {"agency:kemendagri", "rapat*"} == set(hits(filled).filter(topic_id="mendagri")["rule"])
    tried = asked(filled, "test", "inflasi", "--days", "60")
    (row,) = [row for row in asked(filled, "list") if row["id"] == "inflasi"]
    assert (row["document_count"], row["hit_count"]) == (tried["article_count"], tried["hit_count"])
    assert row["hit_count"] == hits(filled).filter(topic_id="inflasi").height

    path.write_text("topics:\n" + FLOOD + INFLATION.replace("query: inflasi", "query: inflasi AND"))
    done = filled.call("run", check=False)
    assert done.returncode == 1
    assert f"{path}, topic inflasi, query: at character 13: a term is missing behind AND" in done.stderr
    assert len(set(hits(filled)["topic_id"])) == 3

    watch(filled, FLOOD)
    filled.run()
    assert set(hits(filled)["topic_id"]) == {"banjir"}
    assert filled.status()["stale_parts"] == {"clean": 0, "entities": 0, "topics": 0}
