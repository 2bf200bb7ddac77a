"""The text of pages against gold texts, scored as the article-extraction-benchmark scores.

Belongs here: folders of pages with gold, the score, pages and megabytes by CPU time. Does not: extraction itself.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import polars as pl

from ingest.clean.stage import clean
from ingest.errors import SourceError
from ingest.evaluation.gold import Received, documents, read_bytes
from ingest.evaluation.report import DECIMALS, harmonic

if TYPE_CHECKING:
    from ingest.registry.load import Registry

GROUND_TRUTH = "ground-truth.json"
TEXT_ZONES = ("dateline", "lead", "body", "claim")
"""Zones that are the article's text; captions, bylines, promos and lists are none of it."""
NGRAM = 4
TIMED_PAGES = 300
"""Pages are repeated up to about this many when they are timed, so that the cost of a call is spread as in a run."""
TIMES = 3
_WORD = re.compile(r"\w+")
_SUFFIXES = (".html", ".html.gz", ".htm", ".htm.gz")


class Page(NamedTuple):
    """A saved page with its gold text; ``url`` where the gold states it."""

    page_id: str
    html: bytes
    text: str
    url: str | None = None


class Overlap(NamedTuple):
    """Shares of one page's shingles that are in both texts, in the found one only, in the gold only; their sum is 1."""

    both: float
    extra: float
    lost: float

    @property
    def precision(self) -> float | None:
        """Null where nothing was found."""
        found = self.both + self.extra
        return self.both / found if found else None

    @property
    def recall(self) -> float | None:
        """Null where there is nothing to find."""
        wanted = self.both + self.lost
        return self.both / wanted if wanted else None


def read_pages(folder: Path) -> list[Page]:
    """The pages of a folder: ``ground-truth.json`` with ``html/ID.html[.gz]``, or pairs NAME.html[.gz] and NAME.txt.

    SourceError where a page or its gold text is missing, or there are none.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder of pages")
    pages = _from_ground_truth(folder) if (folder / GROUND_TRUTH).is_file() else _from_pairs(folder)
    if not pages:
        raise SourceError(f"{folder} holds neither {GROUND_TRUTH} nor a NAME.html beside a NAME.txt")
    return pages


def _from_ground_truth(folder: Path) -> list[Page]:
    path = folder / GROUND_TRUTH
    try:
        truth = orjson.loads(read_bytes(path))
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path} is not JSON: {error}") from None
    if not isinstance(truth, dict):
        raise SourceError(f"{path} must be an object of pages by id")
    pages = []
    for key, entry in sorted(truth.items()):
        text = entry.get("articleBody") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(text or "", str):
            raise SourceError(f"{path}: {key} has no articleBody that is a text")
        url = entry.get("url")
        html = read_bytes(_html_of(folder / "html", key))
        pages.append(Page(key, html, text or "", url if isinstance(url, str) and url else None))
    return pages


def _html_of(folder: Path, key: str) -> Path:
    for suffix in _SUFFIXES:
        if (path := folder / f"{key}{suffix}").is_file():
            return path
    raise SourceError(f"{folder} has no page {key}.html or {key}.html.gz")


def _from_pairs(folder: Path) -> list[Page]:
    pages = []
    for path in sorted(folder.rglob("*.htm*")):
        suffix = next((suffix for suffix in _SUFFIXES if path.name.endswith(suffix)), None)
        gold = path.with_name(path.name.removesuffix(suffix) + ".txt") if suffix else path
        if suffix and gold.is_file():
            name = path.relative_to(folder).as_posix().removesuffix(suffix)
            pages.append(Page(name, read_bytes(path), read_bytes(gold).decode("utf-8-sig", "replace")))
    return pages


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words of ``text`` with their number; a shorter text is one run, an empty one none."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + NGRAM]) for i in range(max(1, len(words) - NGRAM + 1)))


def overlap(gold: str, found: str) -> Overlap:
    """How far two texts share their shingles; each text weighs the same, however long."""
    wanted, got = shingles(gold), shingles(found)
    both = (wanted & got).total()
    extra, lost = got.total() - both, wanted.total() - both
    whole = both + extra + lost
    return Overlap(both / whole, extra / whole, lost / whole) if whole else Overlap(0.0, 0.0, 0.0)


def scores(overlaps: Iterable[Overlap]) -> dict[str, float]:
    """Precision averaged over the pages where something was found, recall over those with a text; F1 of the two."""
    each = list(overlaps)
    precision = _mean(value for one in each if (value := one.precision) is not None)
    recall = _mean(value for one in each if (value := one.recall) is not None)
    f1 = harmonic(precision, recall)
    return {"precision": round(precision, DECIMALS), "recall": round(recall, DECIMALS), "f1": round(f1, DECIMALS)}


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def cleaned_pages(
    pages: Sequence[Page], registry: Registry, *, fetched_at: datetime
) -> list[tuple[Mapping[str, Any] | None, str]]:
    """The row of clean.articles (null for a page without any) and the article's text of every page."""
    raw = _documents(pages, fetched_at)
    out = clean(raw, registry)
    articles = {row["document_id"]: row for row in out["articles"].to_dicts()}
    parts: dict[str, list[str]] = {}
    for zone in out["zones"].filter(pl.col("zone").is_in(TEXT_ZONES)).to_dicts():
        text = articles[zone["document_id"]]["text"]
        parts.setdefault(zone["document_id"], []).append(text[zone["start"] : zone["end"]])
    return [(articles.get(key), "\n".join(parts.get(key, []))) for key in raw["document_id"]]


def _documents(pages: Sequence[Page], fetched_at: datetime) -> pl.DataFrame:
    return documents(Received("text/html", page.html, fetched_at, url=page.url) for page in pages)


def speed(
    pages: Sequence[Page], registry: Registry, *, fetched_at: datetime, timed_pages: int = TIMED_PAGES
) -> dict[str, float]:
    """Pages and megabytes of HTML that the whole clean stage does in a second of CPU time (user and system).

    The median of three runs over the pages, repeated as a part of a run would hold them; reading files is not
    counted, nor what the first call compiles and imports.
    """
    repeats = max(1, timed_pages // len(pages))
    raw = _documents(list(pages) * repeats, fetched_at)
    clean(raw.head(1), registry)
    seconds = []
    for _ in range(TIMES):
        before = time.process_time()
        clean(raw, registry)
        seconds.append(time.process_time() - before)
    megabytes = sum(len(page.html) for page in pages) * repeats / 1e6
    return {
        "pages_per_cpu_second": round(raw.height / median(seconds), 1),
        "mb_per_cpu_second": round(megabytes / median(seconds), 2),
    }


def evaluate_extraction(
    folder: Path, registry: Registry, *, fetched_at: datetime, timed_pages: int = TIMED_PAGES
) -> dict[str, Any]:
    """The text that cleaning finds in a folder's pages against the gold text, and how fast it is.

    ``pages`` lists every page with its own figures, the worst first; ``timed_pages`` is how many are timed at least.
    """
    pages = read_pages(folder)
    found = cleaned_pages(pages, registry, fetched_at=fetched_at)
    overlaps = [overlap(page.text, text) for page, (_, text) in zip(pages, found, strict=True)]
    each = [
        {"id": page.page_id, **scores([one]), "words": len(_WORD.findall(text))}
        for page, one, (_, text) in zip(pages, overlaps, found, strict=True)
    ]
    return {
        "n": len(pages),
        **scores(overlaps),
        **speed(pages, registry, fetched_at=fetched_at, timed_pages=timed_pages),
        "pages": sorted(each, key=lambda page: (page["f1"], page["id"])),
    }
