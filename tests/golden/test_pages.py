"""Real pages: what five outlets' pages hold, by the expectations that came with them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.clean import extract, page_rules
from ingest.clean.main_text import SLOW
from ingest.clean.stage import clean
from ingest.clean.text import normalise_line
from ingest.clean.urls import canonical_url
from ingest.registry.load import load
from warehouse.contracts import TABLES
from warehouse.keys import hex16

_PAGE = re.compile(r"getContent\('test/fixtures/websites/(.+?)'\)")
_EXPECTED = re.compile(r"_\.isEqual\(result\['(url|title|date|content)'\], (.+)\)\)$")
_ESCAPES = {"\\n": "\n", "\\'": "'", '\\"': '"'}


def _expectations(folder: Path) -> dict[str, dict[str, Any]]:
    """Url, title, date (epoch milliseconds) and content by page, out of the test files beside the pages."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("expectations/*.test.js")):
        page = ""
        for line in path.read_text("utf-8").splitlines():
            if match := _PAGE.search(line):
                page = match[1]
            elif (match := _EXPECTED.search(line.strip())) and "mainpage" not in page:
                value = match[2]
                for escape, letter in _ESCAPES.items():
                    value = value.replace(escape, letter)
                found.setdefault(page, {})[match[1]] = int(value) if value.isdigit() else value[1:-1]
    return found


def _cleaned(pages: dict[str, bytes]) -> dict[str, pl.DataFrame]:
    rows = [
        {
            "document_id": hex16(name),
            "source_id": "halaman",
            "source_kind": "web",
            "fetched_at_utc": datetime(2026, 11, 1),
            "media_type": "text/html",
            "payload": payload,
            "metadata": "{}",
        }
        for name, payload in pages.items()
    ]
    return clean(pl.DataFrame(rows, schema=TABLES["raw.documents"].polars_schema()), load())


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _f1(text: str, gold: str) -> float:
    ours, theirs = _words(text), _words(gold)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


@pytest.fixture(scope="module")
def pages(dev_data: Path) -> Path:
    return dev_data / "pages"


def _reporting(out: dict[str, pl.DataFrame], document_id: str, text: str) -> str:
    spans = out["zones"].filter(
        pl.col("document_id") == document_id, pl.col("zone").is_in(["dateline", "lead", "body"])
    )
    return " ".join(text[start:end] for start, end in spans.select("start", "end").iter_rows())


@pytest.mark.parametrize("has_rules", [True, False])
def test_pages_hold_what_is_expected(pages: Path, has_rules: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address, title and date exactly, text nearly; without the outlets' rules nearly as well."""
    if not has_rules:
        monkeypatch.setattr(page_rules, "PAGE_RULES", {})
    expected = _expectations(pages)
    assert len(expected) == 16
    out = _cleaned({name: (pages / name).read_bytes() for name in expected})
    articles = {row["document_id"]: row for row in out["articles"].iter_rows(named=True)}
    wrong = []
    scores = []
    for name, gold in expected.items():
        article = articles[hex16(name)]
        scores.append(_f1(_reporting(out, hex16(name), article["text"]), gold["content"]))
        published = article["published_at_utc"].replace(tzinfo=UTC).timestamp() * 1000
        gap = gold["date"] - published  # a printed minute against a stamp with seconds
        wrong += [
            f"{name}: {field}"
            for field, holds in (
                ("url", article["canonical_url"] == canonical_url(gold["url"])),
                ("title", article["title"] == normalise_line(gold["title"])),
                ("date", 0 <= gap < 60_000),
                ("text", scores[-1] >= 0.93),
            )
            if not holds
        ]
    assert wrong == []
    assert sum(scores) / len(scores) >= 0.985
    slow = sum(SLOW in article["mends"] for article in articles.values())
    assert slow == 0 if has_rules else slow <= 3


def test_front_pages_and_feeds_are_no_articles(pages: Path) -> None:
    found = {path.relative_to(pages).as_posix(): path.read_bytes() for path in sorted(pages.glob("*/*-mainpage.html"))}
    assert len(found) == 5
    out = _cleaned(found)
    assert out["articles"].height == 0
    assert out["rows"]["rule"].to_list() == ["not_an_article"] * 5


def test_a_later_page_alone_waits_in_quarantine() -> None:
    texts = "".join(f"<p>Wali kota membuka pasar baru di tepi sungai itu, kata warga nomor {i}.</p>" for i in range(9))
    page = "<link rel=canonical href='https://umpama.id/1{}'><h1>Pasar Dibuka</h1>" + texts
    out = _cleaned({"1": page.format("?page=1").encode(), "2": page.format("?page=2").encode()})
    assert out["articles"]["canonical_url"].to_list() == ["https://umpama.id/1"]
    assert out["rows"]["rule"].to_list() == ["continuation_page"]


def test_a_rule_of_another_design_gives_way(pages: Path) -> None:
    """A page of a ruled outlet in a design that its rule does not know is read by the general path."""
    name = "detik/detik-singlepage.html"
    payload = (pages / name).read_bytes().replace(b"text_detail", b"detail__body-text")
    fields = extract.extract("text/html", payload, {})
    text = " ".join(part.text for part in fields.parts if part.zone is None)
    assert _f1(text, _expectations(pages)[name]["content"]) >= 0.97
