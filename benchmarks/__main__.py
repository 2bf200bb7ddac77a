"""Runs the benchmarks and writes what they print to ``benchmarks/results/``, with the machine.

    python -m benchmarks [DATA] [--only clean --only peers] [--python READER=PATH]

``DATA`` is the development data. A benchmark that fails keeps its last results; the others are run all the same.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def commands(data: Path, python: list[str]) -> dict[str, list[str]]:
    """The arguments of every benchmark, by the name of its results."""
    elsewhere = [part for option in python for part in ("--python", option)]
    return {
        "matcher": ["benchmarks.matcher", str(data / "articles" / "articles_dev.jsonl.gz"), "--oracle", "20000"],
        "clean": ["benchmarks.clean", str(data)],
        "evaluation": ["benchmarks.evaluation", str(data)],
        "fetch": ["benchmarks.fetch"],
        "pipeline": ["benchmarks.pipeline", str(data / "articles" / "articles_dev.jsonl.gz")],
        "peers": ["benchmarks.peers", str(data), *elsewhere],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("KLIPING_DEV_DATA", "../shared/data"))
    parser.add_argument("--only", action="append", default=[], help="run this benchmark only; may be repeated")
    parser.add_argument("--python", action="append", default=[], help="passed on to the peers benchmark")
    options = parser.parse_args()
    data = Path(options.data).resolve()
    if not data.is_dir():
        sys.exit(f"NO DEVELOPMENT DATA in {data}: name its folder or set KLIPING_DEV_DATA")
    failed = []
    for name, arguments in commands(data, options.python).items():
        if options.only and name not in options.only:
            continue
        print(f"{name} ...", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            failed.append(name)
            continue
        day = datetime.now(UTC).date().isoformat()
        told = done.stdout if "|---" in done.stdout or "##" in done.stdout else f"```\n{done.stdout}```\n"
        RESULTS.mkdir(exist_ok=True)
        RESULTS.joinpath(f"{name}.md").write_text(f"# {name}, {day}\n\n{told}", encoding="utf-8")
        print(done.stdout)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
