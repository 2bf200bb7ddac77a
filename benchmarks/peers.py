"""Kliping and its peers on the same saved pages in one run: dates, text, pages and megabytes by CPU time.

    python -m benchmarks.peers [DATA] [--repeats 5] [--python "mediacloud-metadata=OTHER/bin/python"]

Needs ``pip install '.[benchmark]'``. Every reader gets a process of its own, one after the other. A peer that cannot be
installed beside the others runs in the interpreter that ``--python`` names; one that is nowhere is said to be missing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.pages import Expected, expectations
from benchmarks.peer_worker import READERS
from ingest.evaluation.dates import Moment, gold_moment, judge
from ingest.evaluation.extraction import overlap, scores
from ingest.evaluation.report import share

WORKER = Path(__file__).with_name("peer_worker.py")
LONGEST = 300  # seconds for one reader
DATES_ONLY = "htmldate"
HEAD = (
    "| reader | version | date exact | day exact | no date | precision | recall | F1 | pages / CPU s | MB / CPU s |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("KLIPING_DEV_DATA", "../shared/data"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--python", action="append", default=[], metavar="READER=PATH")
    options = parser.parse_args()
    elsewhere = dict(option.split("=", 1) for option in options.python)
    pages = expectations(Path(options.data))
    if not pages:
        sys.exit(f"no saved pages with expectations in {options.data}")
    megabytes = sum(one.path.stat().st_size for one in pages) / 1e6
    print(f"{len(pages)} pages, {megabytes:.2f} MB, median of {options.repeats} runs; {machine()}\n")
    print("\n".join(HEAD))
    for name in READERS:
        print(line(name, run(name, pages, options.repeats, elsewhere.get(name, sys.executable)), pages, megabytes))


def run(name: str, pages: list[Expected], repeats: int, python: str) -> dict[str, Any]:
    """What a reader's process printed, or why it printed nothing."""
    listed = [{"id": one.page, "path": str(one.path.resolve()), "url": one.url} for one in pages]
    # one thread each: CPU time then compares, whatever a library would spread over cores
    environment = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            [python, str(WORKER), name],
            input=json.dumps({"repeats": repeats, "pages": listed}),
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=LONGEST,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        return {"error": f"{type(error).__name__} (at most {LONGEST} s)"}
    sys.stderr.write(done.stderr)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def line(name: str, result: dict[str, Any], pages: list[Expected], megabytes: float) -> str:
    """A row of the table."""
    if "error" in result:
        return f"| {name} | not run: {result['error']} |" + " - |" * 8
    answers = [result["answers"][one.page] for one in pages]
    dates = [moment(answer["date"]) for answer in answers]
    verdicts = [judge(gold_moment(one.published), date) for one, date in zip(pages, dates, strict=True)]
    cells = [
        f"{share(sum(verdict.is_exact for verdict in verdicts), len(pages)):.3f}",
        f"{share(sum(verdict.is_day_exact for verdict in verdicts), len(pages)):.3f}",
        str(sum(date is None for date in dates)),
    ]
    if name.startswith(DATES_ONLY):
        cells += ["-"] * 3
    else:
        texts = scores(overlap(one.text, answer["text"] or "") for one, answer in zip(pages, answers, strict=True))
        cells += [f"{texts[figure]:.3f}" for figure in ("precision", "recall", "f1")]
    cells += [f"{len(pages) / result['seconds']:.1f}", f"{megabytes / result['seconds']:.2f}"]
    return f"| {name} | {result['version']} | {' | '.join(cells)} |"


def moment(text: str | None) -> Moment | None:
    """A reader's date; one that is no ISO time counts as none."""
    try:
        return gold_moment(text) if text else None
    except ValueError:
        return None


if __name__ == "__main__":
    main()
