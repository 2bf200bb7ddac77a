"""A run killed by its process id in any stage leaves the snapshot readable and the next run right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.conftest import FETCHED_AT, KLIPING, Warehouse, articles, write_jsonl

STAGES = ("raw", "clean", "entities", "marts", "published")


def kill_in(stage: str, warehouse: Warehouse, source: Path, wait: float) -> None:
    """Start a run and kill it, with what it started, some time after it says that it is in ``stage``."""
    process = subprocess.Popen(
        [KLIPING, "run", str(source), "--data", str(warehouse.root), "--fetched-at", FETCHED_AT],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    else:
        pytest.fail(f"the run ended before {stage}")
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_killed_in_each_stage(tmp_path: Path, warehouse_of_100: Warehouse) -> None:
    rows = articles(1500)
    warehouse = warehouse_of_100
    good = (warehouse.root / "published" / "LATEST").read_text()
    waits = random.Random(11)
    for number, stage in enumerate(STAGES):
        source = write_jsonl(tmp_path / f"{stage}.jsonl", rows[100 : 300 * (number + 1)])
        kill_in(stage, warehouse, source, waits.uniform(0, 0.3))
        if stage != "published":  # killed there, the new snapshot may already be the latest
            assert (warehouse.root / "published" / "LATEST").read_text() == good
        assert warehouse.sql("select count(*) as n from fct_articles")[0]["n"] >= 100
    last = warehouse.run(write_jsonl(tmp_path / "all.jsonl", rows))

    fresh = Warehouse(tmp_path / "fresh")
    fresh.run(tmp_path / "all.jsonl")
    after, expected = warehouse.exports(), fresh.exports()
    assert {name for name in expected if after[name] != expected[name]} <= {"rpt_source_health"}
    assert last["snapshot"]["rows"]["fct_articles"] == 1500
    assert list((warehouse.root / "staging").iterdir()) == []
