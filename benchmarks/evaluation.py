"""The figures of ``kliping evaluate`` on the development data and the project's own labels, without any article text.

python -m benchmarks.evaluation [DATA]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.pages import write_set
from orchestration import evaluate_command

LABELS = Path(__file__).parents[1] / "tests" / "golden" / "zones" / "labels.jsonl"
_LEFT_OUT = ("text", "url")  # of a miss: article text stays out of the project


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("KLIPING_DEV_DATA", "../shared/data"))
    data = Path(parser.parse_args().data)
    if not data.is_dir():
        sys.exit(f"NO DEVELOPMENT DATA in {data}: name its folder or set KLIPING_DEV_DATA")
    print(machine(["polars", "selectolax", "resiliparse"]))
    gold = data / "gold" / "agency_mentions_dev.jsonl"
    tell("dates: the gold set", evaluate_command.dates(gold, None))
    mentions = evaluate_command.mentions(gold, None)
    tell("mentions: the gold set", {name: value for name, value in mentions.items() if name != "errors"})
    with tempfile.TemporaryDirectory() as folder:
        write_set(data, Path(folder))
        tell("extraction: the saved pages", evaluate_command.extraction(Path(folder), None))
    articles, pages = data / "articles" / "articles_dev.jsonl.gz", data / "pages"
    for split in ("dev", "test"):
        figures = evaluate_command.zones(LABELS, None, articles, pages, split)
        figures["misses"] = len(figures["misses"])  # hundreds, each told by the command
        tell(f"zones: the labels, split {split}", figures)


def tell(title: str, figures: Mapping[str, Any]) -> None:
    print(f"\n## {title}\n\n```json\n{{")
    print(",\n".join(lines(figures)))
    print("}\n```")


def lines(figures: Mapping[str, Any]) -> Iterable[str]:
    for name, value in figures.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            kept = [{key: cell for key, cell in row.items() if key not in _LEFT_OUT} for row in value]
            inner = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in kept)
            yield f'  "{name}": [\n{inner}\n  ]'
        else:
            yield f'  "{name}": {json.dumps(value, ensure_ascii=False)}'


if __name__ == "__main__":
    main()
