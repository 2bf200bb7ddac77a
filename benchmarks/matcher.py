"""CPU time of the matcher and of the whole mention engine, as medians over repeats, and the matcher's slow oracle.

    python -m benchmarks.matcher ARTICLES.jsonl[.gz] [--repeats 5] [--limit N] [--oracle 20000]

Reads JSON lines with ``title`` and ``body`` (any other file is one article a line). The dictionary is the whole
registry's, and once more doubled with made-up forms: each of the registry's with one word of another in it. Compiling
is not counted. ``--oracle`` compares so many articles, spread over the file, match by match.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.machine import machine
from ingest.entities.engine import Engine, build_engine, compile_engine
from ingest.entities.mentions import find_mentions
from ingest.kernels import Trie, compile_trie, scan
from ingest.registry.forms import forms
from ingest.registry.load import load
from warehouse.keys import hex16

GOAL = 120
"""Megabytes a second and core that the matcher must do at the full dictionary."""
DEAREST_DOUBLING = 1.3
_TRIES = 50  # words exchanged before a form is made new by a number behind it
_AT_ONCE = 2000  # articles that the oracle reads at a time: it lists every overlapping match


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


def dictionary_of(trie: Trie) -> tuple[list[str], list[bool]]:
    """The patterns of a trie in their order, and which of them match in their own case only."""
    flat = trie.patterns.tobytes()
    ends = [*trie.pattern_starts[1:].tolist(), len(flat)]
    starts = trie.pattern_starts.tolist()
    return [flat[start:end].decode() for start, end in zip(starts, ends, strict=True)], trie.is_exact.tolist()


def made_up(surfaces: Sequence[str], taken: set[str]) -> list[str]:
    """For each surface a form that is none of ``taken`` (in lower case), which grows.

    One word of it is exchanged for another's, a first word for a first word; a form of one word has its letters
    shuffled.
    """
    chance = random.Random(7)
    firsts = sorted({surface.split(" ")[0] for surface in surfaces})
    others = sorted({word for surface in surfaces for word in surface.split(" ")[1:]})
    found = []
    for surface in surfaces:
        form, tries = surface, 0
        while form.lower() in taken:
            tries += 1
            if tries > _TRIES:
                form = f"{surface} {chance.choice(others)} {len(taken)}"
                continue
            parts = form.split(" ")
            if len(parts) == 1:
                form = "".join(chance.sample(surface, len(surface))) + chance.choice(surface)
                form = form if form[0].isalnum() else surface
            else:
                place = chance.randrange(len(parts))
                parts[place] = chance.choice(others if place else firsts)
                form = " ".join(parts)
        taken.add(form.lower())
        found.append(form)
    return found


def doubled(surfaces: pl.DataFrame) -> pl.DataFrame:
    """A frame of forms and as many made-up ones of the same bodies."""
    taken = {surface.lower() for surface in surfaces["surface"]}
    others = made_up(surfaces["surface"].to_list(), taken)
    return pl.concat([surfaces, surfaces.with_columns(surface=pl.Series(others))])


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
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit", type=int, help="read the first N articles only")
    parser.add_argument("--oracle", type=int, default=0, help="compare N articles with the slow oracle")
    options = parser.parse_args()

    articles = read_articles(options.path, options.limit)
    registry = load()
    surfaces = forms(registry)
    engines = {"registry": build_engine(registry), "doubled": compile_engine(registry, doubled(surfaces))}
    print(machine(["polars", "numba"]))
    megabytes = articles["text"].str.len_bytes().sum() / 1e6
    print(f"{len(articles):,} articles, {megabytes:.1f} MB of text, median of {options.repeats}")
    print(f"{'work':<40}{'CPU s':>9}{'MB/s':>9}{'articles/s':>13}{'found':>11}")
    for work, run in (("matcher", matched), ("find_mentions", mentioned)):
        seconds = [run(f"{work}, {name}", engine, articles, options.repeats) for name, engine in engines.items()]
        dearer = seconds[1] / seconds[0]
        told = f"{work}: doubling the dictionary costs {dearer:.2f} times"
        if work == "matcher":
            speed = megabytes / seconds[0]
            told += f" (at most {DEAREST_DOUBLING}); {speed:.0f} MB/s at the full dictionary (at least {GOAL})"
        print(told)
    if options.oracle:
        compared(engines["registry"], articles, options.oracle)


def matched(work: str, engine: Engine, articles: pl.DataFrame, repeats: int) -> float:
    """CPU seconds of the compiled matcher alone."""
    encoded = [text.encode() for text in articles["text"]]
    buffer = b"".join(encoded)
    bounds = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.int64)
    seconds = cpu_seconds(lambda: scan(engine.trie, buffer, bounds[:-1], bounds[1:]), repeats)
    found = len(scan(engine.trie, buffer, bounds[:-1], bounds[1:]).start)
    report(f"{work}, {len(engine.trie.is_exact):,} forms", seconds, len(buffer) / 1e6, len(articles), found)
    return seconds


def mentioned(work: str, engine: Engine, articles: pl.DataFrame, repeats: int) -> float:
    """CPU seconds of the whole way from articles to mentions."""
    zones = one_zone(articles)
    seconds = cpu_seconds(lambda: find_mentions(articles, zones, engine), repeats)
    megabytes = articles["text"].str.len_bytes().sum() / 1e6
    found = len(find_mentions(articles, zones, engine))
    report(f"{work}, {len(engine.trie.is_exact):,} forms", seconds, megabytes, len(articles), found)
    return seconds


def compared(engine: Engine, articles: pl.DataFrame, count: int) -> None:
    """Print in how many matches the engine's trie and the slow oracle differ on ``count`` articles."""
    from tests.unit.ingest.test_kernels import oracle

    patterns, is_exact = dictionary_of(engine.trie)
    texts = articles.gather_every(max(1, len(articles) // count)).head(count)["text"].to_list()
    trie = compile_trie(patterns, is_exact)
    differing = total = 0
    for first in range(0, len(texts), _AT_ONCE):
        part = texts[first : first + _AT_ONCE]
        encoded = [text.encode() for text in part]
        bounds = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.int64)
        found = scan(trie, b"".join(encoded), bounds[:-1], bounds[1:])
        shift = bounds[found.segment]
        columns = (found.segment, found.start - shift, found.end - shift, found.pattern)
        ours = set(zip(*(column.tolist() for column in columns), strict=True))
        differing += len(ours ^ set(oracle(patterns, is_exact, part)))
        total += len(ours)
    print(f"oracle: {len(texts):,} articles, {len(patterns):,} forms, {total:,} matches, {differing} differences")


def report(work: str, seconds: float, megabytes: float, articles: int, found: int) -> None:
    print(f"{work:<40}{seconds:>9.3f}{megabytes / seconds:>9.0f}{articles / seconds:>13,.0f}{found:>11,}")


if __name__ == "__main__":
    main()
