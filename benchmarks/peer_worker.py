"""One reader of pages, run over a list of pages in a process of its own: answers and CPU time.

Started by ``benchmarks/peers.py``; imports nothing but the reader's package, so that another interpreter can run it.
Reads ``{"repeats", "pages": [{"id", "path", "url"}]}`` from standard input, prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

Page = tuple[str, bytes, str]
Answer = dict[str, "str | None"]
Reader = Callable[[Sequence[Page]], list[Answer]]
KLIPING_PAGES = 320
"""Kliping reads documents by the part, not one by one: its pages are repeated to about this many in a call."""


def each(read: Callable[[str, str], tuple[Any, str | None]]) -> Reader:
    """A reader of lists from one that reads a page: ``(html, url)`` to date and text."""

    def answers(pages: Sequence[Page]) -> list[Answer]:
        found = []
        for _, html, url in pages:
            try:
                date, text = read(html.decode("utf-8", "replace"), url)
            except Exception as error:  # noqa: BLE001  a peer's failure on a page is its answer
                sys.stderr.write(f"{url}: {type(error).__name__}: {error}\n")
                date, text = None, None
            found.append({"date": iso(date), "text": text})
        return found

    return answers


def iso(date: Any) -> str | None:
    """A reader's date as an ISO text; midnight is how these readers write a day without a time."""
    text = date if date is None or isinstance(date, str) else date.isoformat()
    return text[:10] if text and text[10:19] in ("T00:00:00", " 00:00:00") else text or None


def htmldate(*, extensive: bool) -> Reader:
    from htmldate import find_date

    def read(html: str, url: str) -> tuple[Any, None]:
        shape = "%Y-%m-%dT%H:%M:%S"
        return find_date(html, extensive_search=extensive, original_date=True, outputformat=shape, url=url), None

    return each(read)


def trafilatura(*, fast: bool) -> Reader:
    from trafilatura import bare_extraction

    def read(html: str, url: str) -> tuple[Any, str | None]:
        found = bare_extraction(html, url=url, fast=fast, include_comments=False, with_metadata=True)
        return (found.date, found.text) if found else (None, None)

    return each(read)


def newspaper4k() -> Reader:
    from newspaper import Article

    def read(html: str, url: str) -> tuple[Any, str | None]:
        article = Article(url, language="id", fetch_images=False)  # pages are given: nothing is fetched
        article.download(input_html=html)
        article.parse()
        return article.publish_date or None, article.text

    return each(read)


def mediacloud() -> Reader:
    from mcmetadata import extract

    def read(html: str, url: str) -> tuple[Any, str | None]:
        found = extract(url, html)
        return found["publication_date"], found["text_content"]

    return each(read)


def kliping(*, rules: bool) -> Reader:
    from datetime import UTC, datetime

    from ingest.clean import page_rules
    from ingest.evaluation.dates import moment_of
    from ingest.evaluation.extraction import Page as GoldPage
    from ingest.evaluation.extraction import cleaned_pages
    from ingest.registry.load import load

    if not rules:
        page_rules.PAGE_RULES.clear()  # type: ignore[attr-defined]  # constant for all but this measure
    registry = load()
    now = datetime.now(UTC).replace(tzinfo=None)

    def read(pages: Sequence[Page]) -> list[Answer]:
        found = cleaned_pages([GoldPage(key, html, "", url) for key, html, url in pages], registry, fetched_at=now)
        moments = [moment_of(article) if article else None for article, _ in found]
        return [
            {"date": str(moment) if moment else None, "text": text}
            for moment, (_, text) in zip(moments, found, strict=True)
        ]

    return read


READERS: dict[str, tuple[str, Callable[[], Reader]]] = {
    "kliping": ("kliping", lambda: kliping(rules=True)),
    "kliping, rules off": ("kliping", lambda: kliping(rules=False)),
    "htmldate fast": ("htmldate", lambda: htmldate(extensive=False)),
    "htmldate extensive": ("htmldate", lambda: htmldate(extensive=True)),
    "trafilatura": ("trafilatura", lambda: trafilatura(fast=False)),
    "trafilatura fast": ("trafilatura", lambda: trafilatura(fast=True)),
    "newspaper4k": ("newspaper4k", newspaper4k),
    "mediacloud-metadata": ("mediacloud-metadata", mediacloud),
}
"""Readers by name: the package that each is of, and how it is made."""


def main() -> None:
    name = sys.argv[1]
    package, make = READERS[name]
    task = json.load(sys.stdin)
    pages = [(page["id"], Path(page["path"]).read_bytes(), page["url"]) for page in task["pages"]]
    try:
        found_version = version(package)
        read = make()
    except ImportError as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
        return
    answers = read(pages)  # also what is imported and compiled at the first call
    batch = pages * (max(1, KLIPING_PAGES // len(pages)) if package == "kliping" else 1)
    seconds = []
    for _ in range(task["repeats"]):
        before = time.process_time()
        read(batch)
        seconds.append((time.process_time() - before) * len(pages) / len(batch))
    keyed = {key: answer for (key, _, _), answer in zip(pages, answers, strict=True)}
    print(json.dumps({"version": found_version, "seconds": median(seconds), "answers": keyed}))


if __name__ == "__main__":
    main()
