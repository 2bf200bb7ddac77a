"""The command in the hands of people who mistype, and of scripts."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.conftest import KLIPING, Warehouse, articles, write_jsonl


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", "/no/such/file.jsonl"], 1, "/no/such/file.jsonl"),
        (["run", ".", "--mapping", "/no/such.yml"], 1, "/no/such.yml"),
        (["run", "--fetched-at", "yesterday"], 2, "--fetched-at"),
        (["run", "--fetched-at", "1990-01-01"], 1, "before 2015-01-01"),
        (["run", "--registry", "/no/such/registry"], 1, "/no/such/registry"),
        (["sql", "select 1"], 1, "no published snapshot"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_mistakes_get_one_sentence(warehouse: Warehouse, words: list[str], code: int, told: str) -> None:
    done = subprocess.run(
        [KLIPING, *words, *(["--data", str(warehouse.root)] if words[0] != "nonsense" else [])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert told in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


def test_an_empty_warehouse_has_a_status_and_is_fine(warehouse: Warehouse) -> None:
    status = warehouse.status()
    assert status["snapshot"] is None
    assert {row["rows"] for row in status["tables"]} == {0}
    assert "none yet" in warehouse.call("doctor").stdout


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select * from no_such_table", "no_such_table"),
        ("selec 1", "syntax error"),
        ("delete from fct_articles", "read-only"),
        ("", "no query"),
    ],
)
def test_bad_queries_get_the_reason(published: Warehouse, query: str, told: str) -> None:
    done = published.call("sql", query, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_sql_as_a_prompt(published: Warehouse) -> None:
    done = subprocess.run(
        [KLIPING, "sql", "--data", str(published.root)],
        input="select count(*)\n  as articles from fct_articles;\nselect nonsense;\nselect 42;\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "100" in done.stdout
    assert "nonsense" in done.stderr
    assert "42" in done.stdout


def test_people_see_tables(published: Warehouse) -> None:
    assert "clean" in published.call("status").stdout
    assert "rows" in published.call("sql", "select title from fct_articles").stdout


def test_ctrl_c_ends_a_run_with_one_sentence(tmp_path: Path, warehouse: Warehouse) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", articles(20))
    run = subprocess.Popen(
        [KLIPING, "run", str(source), "--data", str(warehouse.root)], stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    assert run.stderr.readline() == "starting\n"
    run.send_signal(signal.SIGINT)
    _, told = run.communicate()
    assert run.returncode == 130
    assert told.splitlines()[-1].startswith("Stopped.")
    assert "Traceback" not in told


def test_a_second_run_is_told_of_the_first(warehouse_of_100: Warehouse) -> None:
    first = subprocess.Popen(
        [KLIPING, "run", "--data", str(warehouse_of_100.root)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert first.stderr is not None
        while "raw" not in first.stderr.readline():
            time.sleep(0.01)
        second = warehouse_of_100.call("run", check=False)
        assert second.returncode == 75
        assert second.stderr.count("\n") == 1
        assert f"process {first.pid}" in second.stderr
    finally:
        first.communicate()
    assert first.returncode == 0
