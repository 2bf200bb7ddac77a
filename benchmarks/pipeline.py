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
RESULT = Path(__file__).parent / "results" / "pipeline.md"


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
    lines = [
        f"# {file.name}",
        "",
        f"`python -m benchmarks.pipeline`, medians of {RUNS}, on {machine(['dagster', 'dbt-duckdb', 'duckdb', 'polars', 'great-expectations'])}.",
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
    return "\n".join(lines) + "\n"


def main(file: Path) -> None:
    """Measure, print and keep the result."""
    result = table(file, measure(file))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(result)
    print(result)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
