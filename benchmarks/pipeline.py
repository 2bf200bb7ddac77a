"""What a run costs from file to published snapshot: first run, second run, run with nothing to do.

    python -m benchmarks.pipeline FILE

CPU is user + system with all children, memory the peak of the largest process. Goals for the 29,256 development
articles: under 60 s of CPU, under 1.5 GB; a run with nothing to do, under 20 s.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import Cost, cost_of
from benchmarks.machine import machine

RUNS = 3


def measure(file: Path) -> dict[str, list[Cost]]:
    """The costs of each kind of run, once for each of ``RUNS`` fresh data folders."""
    kliping = Path(sys.executable).parent / "kliping"
    costs: dict[str, list[Cost]] = {"first run": [], "second run of the same file": [], "nothing to do": []}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            for name, paths in zip(costs, ([file], [file], []), strict=True):
                costs[name].append(cost_of([kliping, "run", *paths, "--data", folder]))
    return costs


def table(file: Path, costs: dict[str, list[Cost]]) -> str:
    """The result as Markdown."""
    told = machine(["dagster", "dbt-duckdb", "duckdb", "polars", "great-expectations"])
    lines = [
        f"{file.name}, medians of {RUNS}, on {told}.",
        "",
        "| run | CPU s | wall s | peak MB |",
        "|---|---|---|---|",
    ]
    for name, runs in costs.items():
        cpu, wall, peak = (
            statistics.median(getattr(cost, field) for cost in runs)
            for field in ("cpu_seconds", "wall_seconds", "peak_megabytes")
        )
        lines.append(f"| {name} | {cpu:.1f} | {wall:.1f} | {peak:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(Path(sys.argv[1]), measure(Path(sys.argv[1]))))
