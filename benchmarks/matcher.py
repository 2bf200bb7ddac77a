"""CPU time of the matcher and of the whole mention engine, as medians over repeats; compiling is not counted.

    python benchmarks/matcher.py ARTICLES.jsonl[.gz] [--forms 20000] [--repeats 5] [--limit N]

Reads JSON lines with ``title`` and ``body`` (any other file is one article a line). The dictionary is the registry's,
and once more the registry's padded with made-up names to ``--forms``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from ingest.entities.mentions import build_engine, find_mentions
from ingest.kernels import compile_trie, scan
from ingest.registry.forms import forms
from ingest.registry.load import load
from warehouse.keys import hex16


def read_articles(path: Path, limit: int | None) -> pl.DataFrame:
    """Titles and bodies of a file as clean.articles of one undated body zone each."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n") for number, line in enumerate(lines) if limit is None or number < limit]
    if path.name.removesuffix(".gz").endswith(".jsonl"):
        parsed = [json.loads(row) for row in rows]
        pairs = [(row.get("title") or "", row.get("body") or "") for row in parsed]
    else:
        pairs = [("", row) for row in rows]
    return pl.DataFrame(
        {
            "document_id": [hex16(str(number)) for number in range(len(pairs))],
            "title": [title for title, _ in pairs],
            "text": [body for _, body in pairs],
            "published_date": [None] * len(pairs),
        },
        schema_overrides={"published_date": pl.Date()},
    )


def one_zone(articles: pl.DataFrame) -> pl.DataFrame:
    """clean.zones in which each text is one body."""
    return articles.select(
        "document_id",
        pl.lit(0, pl.Int64).alias("zone_index"),
        pl.lit("body").alias("zone"),
        pl.lit(0, pl.Int64).alias("start"),
        pl.col("text").str.len_chars().cast(pl.Int64).alias("end"),
    )


def padded(surfaces: list[str], count: int) -> list[str]:
    """``surfaces`` and made-up names of their own words up to ``count``."""
    chance = random.Random(7)
    words = sorted({word for surface in surfaces for word in surface.split() if word[0].isalpha()})
    found = dict.fromkeys(surfaces)
    while len(found) < count:
        found[" ".join(chance.choices(words, k=chance.randint(2, 6)))] = None
    return list(found)


def cpu_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median user + system time of ``work``; one unmeasured run first."""
    work()
    seconds = []
    for _ in range(repeats):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--forms", type=int, default=20_000, help="size of the padded dictionary")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit", type=int, help="read the first N articles only")
    options = parser.parse_args()

    articles = read_articles(options.path, options.limit)
    zones = one_zone(articles)
    registry = load()
    encoded = [text.encode() for text in articles["text"]]
    buffer = b"".join(encoded)
    bounds = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.int64)
    megabytes = len(buffer) / 1e6
    surfaces = list({surface.lower(): surface for surface in forms(registry)["surface"]}.values())

    print(f"{len(articles):,} articles, {megabytes:.1f} MB of text, median of {options.repeats}")
    print(f"{'work':<34}{'CPU s':>9}{'MB/s':>9}{'articles/s':>13}{'found':>11}")
    for dictionary in (surfaces, padded(surfaces, options.forms)):
        trie = compile_trie(dictionary, [" " not in surface and surface.isupper() for surface in dictionary])
        seconds = cpu_seconds(lambda trie=trie: scan(trie, buffer, bounds[:-1], bounds[1:]), options.repeats)
        found = len(scan(trie, buffer, bounds[:-1], bounds[1:]).start)
        report(f"matcher, {len(dictionary):,} forms", seconds, megabytes, len(articles), found)
    engine = build_engine(registry)
    seconds = cpu_seconds(lambda: find_mentions(articles, zones, engine), options.repeats)
    report("find_mentions, registry", seconds, megabytes, len(articles), len(find_mentions(articles, zones, engine)))


def report(work: str, seconds: float, megabytes: float, articles: int, found: int) -> None:
    print(f"{work:<34}{seconds:>9.3f}{megabytes / seconds:>9.0f}{articles / seconds:>13,.0f}{found:>11,}")


if __name__ == "__main__":
    main()
