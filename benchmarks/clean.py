"""CPU time of cleaning: date strings, pages with an outlet's rules and without, zones of articles.

    python -m benchmarks.clean [DATA] [--repeats 5] [--limit N]

Medians over repeats; the first call, which compiles and imports, is not counted. ``DATA`` is the development data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.machine import machine
from benchmarks.pages import expectations
from ingest.clean import page_rules
from ingest.clean.date_formats import read_texts
from ingest.clean.dates import read_dates
from ingest.clean.extract import extract
from ingest.clean.stage import clean
from ingest.clean.text import normalise
from ingest.clean.zones import parse_zones
from ingest.evaluation.gold import Received, as_row, documents, raw_fields
from ingest.registry.load import load

FETCHED = datetime.now(UTC).replace(tzinfo=None)
STRINGS = 500_000
_YEAR = re.compile(r"\b20[0-2][0-9]\b")
_CLOCK = re.compile(r"\b\d{2}([:.])\d{2}\b")
PAGES = 320


def cpu_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median user + system time of ``work``; one unmeasured run first."""
    work()
    seconds = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return statistics.median(seconds)


def report(work: str, count: int, unit: str, seconds: float, megabytes: float | None = None) -> None:
    speed = f"{megabytes / seconds:.1f}" if megabytes is not None else "-"
    print(f"| {work} | {count:,} {unit} | {seconds:.3f} | {count / seconds:,.0f} | {speed} |")


def read_rows(path: Path, limit: int | None) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for number, line in enumerate(lines) if limit is None or number < limit]


def varied(strings: Sequence[str], count: int) -> list[str]:
    """``count`` distinct strings in the shapes of ``strings``: other years, other clocks.

    A string is read once however often a column repeats it, so that repeated ones would measure the set of them.
    """
    chance = random.Random(7)
    shaped = [text for text in strings if _CLOCK.search(text)]
    found: dict[str, None] = {}
    while len(found) < count:
        for text in shaped:
            year = _YEAR.sub(lambda _: str(chance.randint(1996, 2026)), text)
            clock = f"{chance.randint(0, 23):02}\\g<1>{chance.randint(0, 59):02}"
            found[_CLOCK.sub(clock, year)] = None
    return list(found)[:count]


def bench_dates(rows: Sequence[dict[str, Any]], repeats: int) -> None:
    """The date columns of the rows, repeated up to half a million strings."""
    dated = [fields for row in rows if (fields := raw_fields(row)).get("date")]
    times = max(1, STRINGS // len(dated))
    table = pl.DataFrame(
        [(fields.get("url"), str(fields["date"]), fields.get("time")) for fields in dated] * times,
        schema={"url": pl.String, "raw": pl.String, "time_raw": pl.String},
        orient="row",
    ).with_columns(document_id=pl.int_range(pl.len()).cast(pl.String))
    context = table.select(
        "document_id",
        "url",
        fetched_at_utc=pl.lit(FETCHED, pl.Datetime("us")),
        observed_at_utc=pl.lit(None, pl.Datetime("us")),
        clock_zone=pl.lit("WIB"),
        has_local_z_stamps=pl.lit(False),
    )
    candidates = table.select(
        "document_id",
        "raw",
        "time_raw",
        origin=pl.lit("column"),
        is_excel_date=pl.lit(False),
        date_order=pl.lit("DMY"),
    )
    real = pl.concat([table["raw"], table["time_raw"].drop_nulls()]).unique().sort()
    distinct = pl.Series(varied(real.to_list(), STRINGS))
    seconds = cpu_seconds(lambda: read_texts(distinct), repeats)
    report("date strings read, no two alike", len(distinct), "strings", seconds)
    seconds = cpu_seconds(lambda: read_dates(context, candidates), repeats)
    report("date ledger and choice, URLs as well", table.height, "rows", seconds)


def bench_pages(data: Path, repeats: int) -> None:
    """Saved pages: reading them alone, and the whole stage over them; with the rules and then without."""
    found = expectations(data)
    payloads = [one.path.read_bytes() for one in found] * max(1, PAGES // len(found))
    megabytes = sum(map(len, payloads)) / 1e6
    raw = documents(Received("text/html", payload, FETCHED) for payload in payloads)
    registry = load()
    for name in ("outlet's rules", "rules off"):
        seconds = cpu_seconds(lambda: [extract("text/html", payload, {}) for payload in payloads], repeats)
        report(f"HTML to fields, {name}", len(payloads), "pages", seconds, megabytes)
        seconds = cpu_seconds(lambda: clean(raw, registry), repeats)
        report(f"HTML, whole clean stage, {name}", len(payloads), "pages", seconds, megabytes)
        page_rules.PAGE_RULES.clear()  # type: ignore[attr-defined]  # constant for all but this measure


def bench_zones(rows: Sequence[dict[str, Any]], repeats: int) -> None:
    """Normalising and parsing of the rows' texts, and the whole stage over the rows."""
    bodies = [body for row in rows if isinstance(body := row.get("body"), str) and body]
    texts = [normalise(body).text for body in bodies]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    raw = documents(as_row(raw_fields(row), FETCHED) for row in rows)
    registry = load()
    report(
        "text normalised", len(bodies), "articles", cpu_seconds(lambda: [*map(normalise, bodies)], repeats), megabytes
    )
    report("zones parsed", len(texts), "articles", cpu_seconds(lambda: [*map(parse_zones, texts)], repeats), megabytes)
    report(
        "rows, whole clean stage", raw.height, "articles", cpu_seconds(lambda: clean(raw, registry), repeats), megabytes
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("KLIPING_DEV_DATA", "../shared/data"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit", type=int, default=5000, help="articles to read zones of")
    options = parser.parse_args()
    data = Path(options.data)
    if not data.is_dir():
        sys.exit(f"NO DEVELOPMENT DATA in {data}: name its folder or set KLIPING_DEV_DATA")
    rows = read_rows(data / "articles" / "articles_dev.jsonl.gz", None)
    print(f"Median of {options.repeats}; {machine(['polars', 'selectolax', 'resiliparse'])}\n")
    print("| work | of | CPU s | per CPU s | MB / CPU s |\n|---|---|---|---|---|")
    bench_dates(rows, options.repeats)
    bench_zones(rows[:: max(1, len(rows) // options.limit)], options.repeats)
    bench_pages(data, options.repeats)


if __name__ == "__main__":
    main()
