"""The asset graph as it is promised: keys, dependencies, checks, jobs, schedules, sensors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

SNAPSHOT = Path(__file__).with_name("graph.json")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    from orchestration.definitions import defs

    return defs()


def described(definitions: dg.Definitions) -> dict[str, object]:
    graph = definitions.resolve_asset_graph()
    return {
        "assets": {
            node.key.to_user_string(): {
                "group": node.group_name,
                "parents": sorted(key.to_user_string() for key in node.parent_keys),
                "is_partitioned": node.is_partitioned,
                "checks": sorted(key.name for key in node.check_keys),
            }
            for node in sorted(graph.asset_nodes, key=lambda node: node.key)
            if node.is_materializable
        },
        "jobs": sorted(job.name for job in definitions.jobs or []),
        "schedules": {s.name: [s.cron_schedule, s.execution_timezone] for s in definitions.schedules or []},
        "sensors": sorted(sensor.name for sensor in definitions.sensors or []),
    }


def test_the_graph_is_the_one_agreed(definitions: dg.Definitions) -> None:
    """After a wanted change: write the new graph with `python -m tests.integration.test_graph`."""
    assert described(definitions) == json.loads(SNAPSHOT.read_text())


def test_all_steps_of_a_run_share_the_process_that_holds_the_lock(definitions: dg.Definitions) -> None:
    for name in ("everything", "unattended", "__ASSET_JOB"):
        assert definitions.resolve_job_def(name).executor_def is dg.in_process_executor


def test_one_lineage_from_raw_to_the_snapshot(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    published = dg.AssetKey(["published", "snapshot"])
    above: set[dg.AssetKey] = set()
    left = {published}
    while left:
        found = graph.get(left.pop()).parent_keys - above
        above |= found
        left |= found
    for key in (["raw", "documents"], ["clean", "articles"], ["entities", "mentions"], ["registry", "agencies"]):
        assert dg.AssetKey(key) in above


def test_today_has_a_partition_and_days_turn_at_midnight_wib() -> None:
    from orchestration.partitions import DAYS

    def today(moment: datetime) -> str | None:
        with dg.partition_loading_context(moment):
            return DAYS.get_last_partition_key()

    assert today(datetime(2025, 3, 1, 0, 30, tzinfo=ZoneInfo("Asia/Jakarta"))) == "2025-03-01"
    assert today(datetime(2025, 3, 1, 16, 59, tzinfo=ZoneInfo("UTC"))) == "2025-03-01"
    assert today(datetime(2025, 3, 1, 17, 0, tzinfo=ZoneInfo("UTC"))) == "2025-03-02"


def test_the_sensor_takes_whole_files_once(
    definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path))
    landing = tmp_path / "landing"
    landing.mkdir()
    sensor = definitions.resolve_sensor_def("landing_folder")

    def look(cursor: str | None) -> tuple[list[str], str]:
        with dg.build_sensor_context(cursor=cursor) as context:
            found = list(sensor(context))
            paths = [
                path
                for request in found
                if isinstance(request, dg.RunRequest)
                for path in request.run_config["ops"]["raw"]["config"]["paths"]
            ]
            assert context.cursor is not None
            return [Path(path).name for path in paths], context.cursor

    (landing / "a.jsonl").write_text("{}")
    taken, cursor = look(None)
    assert taken == []  # it may still be growing
    (landing / "b.jsonl").write_text("{}")
    taken, cursor = look(cursor)
    assert taken == ["a.jsonl"]
    taken, cursor = look(cursor)
    assert taken == ["b.jsonl"]
    taken, cursor = look(cursor)
    assert taken == []
    (landing / "a.jsonl").write_text('{"changed": true}')
    taken, cursor = look(cursor)
    assert taken == []
    taken, cursor = look(cursor)
    assert taken == ["a.jsonl"]


if __name__ == "__main__":
    from orchestration.definitions import defs

    SNAPSHOT.write_text(json.dumps(described(defs()), indent=1, sort_keys=True) + "\n")
