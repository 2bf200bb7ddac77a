"""What starts a run when something arrives."""

import json
from collections.abc import Iterator
from datetime import date

import dagster as dg

from ingest.registry.load import load
from orchestration.defs.automation.jobs import everything
from orchestration.partitions import DAYS, range_tags
from orchestration.settings import layout, registry_folder
from orchestration.stages import days_to_make


@dg.sensor(job=everything, minimum_interval_seconds=30, name="landing_folder")
def landing_folder(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """New or changed files in the landing folder, all in one run; files stay where they are.

    A file counts once its size has stayed the same from one look to the next: half a copy is not read.
    """
    folder = layout().landing
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    seen: dict[str, dict[str, str]] = json.loads(context.cursor or '{"looked": {}, "taken": {}}')
    now = {str(path.relative_to(folder)): f"{path.stat().st_size}-{path.stat().st_mtime_ns}" for path in files}
    arrived = [name for name, state in now.items() if seen["looked"].get(name) == state != seen["taken"].get(name)]
    taken = {name: state for name, state in seen["taken"].items() if name in now} | {n: now[n] for n in arrived}
    context.update_cursor(json.dumps({"looked": now, "taken": taken}, sort_keys=True))
    if not arrived:
        yield dg.SkipReason(f"nothing new in {folder}")
        return
    config = {"ops": {"raw": {"config": {"paths": [str(folder / name) for name in arrived]}}}}
    today = date.fromisoformat(DAYS.get_last_partition_key())
    first, last = days_to_make(layout(), load(registry_folder()), today)
    yield dg.RunRequest(tags=range_tags(first, last), run_config=config)
