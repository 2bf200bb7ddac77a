"""`kliping explain`: the article is found by each of its names, all is told, and nothing of it can harm a page."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console
from typer.testing import CliRunner

from ingest.clean.stage import clean
from ingest.entities.stage import extract_entities
from ingest.registry.load import load
from orchestration.cli import app
from orchestration.explain import ARTICLE_ID, ExplainError, explain
from orchestration.explain_view import INK, MENTION, PALETTE, PLACE, page, segments, show, visible
from tests.conftest import ROOT
from tests.engines import shipped
from warehouse.contracts import TABLES
from warehouse.contracts.lake import ZONES
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import write_part

DAY = date(2024, 3, 12)
URL = "https://kabar.example/nasional/rapat"
HOSTILE = "Kemendagri <img src=x onerror=alert(1)> </mark></h1><script>alert(2)</script> KPU"
BODY = (
    "JAKARTA - Kementerian Dalam Negeri (Kemendagri) menggelar rapat bersama KPU pada Selasa (12/3/2024).\n\n"
    "Menteri Dalam Negeri meminta daerah menjaga pasokan & harga. </mark><b onclick='x'>Kepala</b> daerah hadir.\n\n"
    "Baca juga: Judul Berita Lain yang Tidak Dihitung\n\n"
    'Kepala BPS mengatakan harga beras di Kota Bogor dan Sidoarjo turun. "Stok aman," kata Mendagri di Gorontalo.\n\n'
    "Rapat berlanjut Kamis (14/3/2024) dengan Polri dan TNI.Kemendagri (***)"
)
METADATA = json.dumps({"columns": {"title": ["title"], "body": ["body"], "date": ["date"]}, "date_order": "DMY"})


def document(
    record: str, url: str | None, title: str, body: str = BODY, *, source: str = "arsip", hour: int = 1
) -> Any:
    payload = json.dumps({"title": title, "body": body, "date": "12/03/2024 09:15 WIB\x1b[31m"}).encode()
    return {
        "document_id": hex16(source, url or record, payload),
        "source_id": source,
        "source_kind": "dump",
        "url": url,
        "source_record_id": record,
        "fetched_at_utc": datetime(2024, 3, 12, hour),
        "observed_at_utc": None,
        "media_type": "application/json",
        "payload": payload,
        "metadata": METADATA,
    }


FIRST = document("7", URL + "?utm_source=x", "Judul lama")
SECOND = document("7", URL, HOSTILE, hour=2)
AGAIN = document("7", "http://m.kabar.example/nasional/rapat/amp", HOSTILE, hour=3)
NAMESAKES = [document("12", None, f"Berita {source}", source=source) for source in ("satu", "dua")]
EMPTY = document("13", None, "", "")


def outcome(row: Any, kind: str = "ok", error: str | None = None, url: str | None = None) -> dict[str, Any]:
    return {
        "attempt_id": hex16(str(row and row["document_id"]), kind, str(url)),
        "source_id": "arsip",
        "source_kind": "dump",
        "locator": "arsip.jsonl#1",
        "url": url or row["url"],
        "source_record_id": row and row["source_record_id"],
        "fetched_at_utc": datetime(2024, 3, 12, 4),
        "outcome": kind,
        "document_id": row and row["document_id"],
        "duration_seconds": None,
        "byte_count": 9,
        "error": error,
    }


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A lake of two parts, made by the stages themselves."""
    layout = Layout(tmp_path_factory.mktemp("lake"))
    registry = load()
    table = TABLES["raw.documents"]
    for number, rows in enumerate(([FIRST, *NAMESAKES, EMPTY], [SECOND, AGAIN])):
        day, part_id = DAY + timedelta(days=number), f"{number:016x}"
        raw = table.conform(pl.DataFrame(rows, schema=table.polars_schema()))
        made = clean(raw, registry)
        found = extract_entities(made["articles"], made["zones"], shipped())
        frames = {
            "raw.documents": raw,
            "clean.articles": made["articles"],
            "clean.zones": made["zones"],
            "clean.date_candidates": made["date_candidates"],
            "entities.mentions": found["mentions"],
            "entities.event_dates": found["event_dates"],
            "entities.statements": found["statements"],
            "entities.places": found["places"],
        }
        for name, frame in frames.items():
            write_part(frame, TABLES[name], layout.part(TABLES[name], day, part_id), {"stage_version": "1"})
        quarantine = TABLES["quarantine.rows"]
        if made["rows"].height:
            write_part(made["rows"], quarantine, layout.part(quarantine, day, f"{part_id}-clean"), {})
        outcomes = TABLES["raw.fetch_outcomes"]
        attempts = [outcome(row) for row in rows]
        if number:
            attempts += [outcome(SECOND, "duplicate")]
            attempts += [outcome(None, "http_error", "status 503", "https://kabar.example/hilang")]
        frame = pl.DataFrame(attempts, schema=outcomes.polars_schema())
        write_part(frame, outcomes, layout.part(outcomes, day, part_id), {})
    return layout


@pytest.fixture(scope="module")
def found(layout: Layout) -> dict[str, Any]:
    return explain(layout, URL)


@pytest.mark.parametrize(
    "key",
    [
        URL,
        "http://www.kabar.example/nasional/rapat/?utm_medium=wa&fbclid=1",
        "m.kabar.example/nasional/rapat",
        "https://kabar.example/nasional/rapat/amp",
        f"  {URL}#komentar  ",
        "article_id",
        SECOND["document_id"],
        SECOND["document_id"].upper(),
        "7",
    ],
)
def test_an_article_is_found_by_each_of_its_names(layout: Layout, found: dict[str, Any], key: str) -> None:
    asked = found["article"]["article_id"] if key == "article_id" else key
    assert explain(layout, asked)["article"] == found["article"]


def test_a_document_is_shown_itself_and_an_address_in_its_latest_version(layout: Layout) -> None:
    latest, old = explain(layout, URL), explain(layout, FIRST["document_id"])
    assert (latest["article"]["document_id"], latest["article"]["version"]) == (SECOND["document_id"], 2)
    assert (old["article"]["title"], old["article"]["version"]) == ("Judul lama", 1)
    assert [(row["version"], row["is_latest"]) for row in old["versions"]] == [(1, False), (2, True), (2, False)]


def test_everything_of_the_document_is_told(found: dict[str, Any]) -> None:
    article = found["article"]
    assert found["zones"][0]["start"] == 0
    assert found["zones"][-1]["end"] == len(article["text"])
    assert {row["document_id"] for row in found["zones"] + found["mentions"]} == {article["document_id"]}
    for row in found["mentions"] + found["event_dates"] + found["statements"] + found["places"]:
        text = article["title"] if row["zone"] == "title" else article["text"]
        assert text[row["start"] : row["end"]] == row["surface"]
    assert {"kemendagri", "kpu", "polri", "tni"} <= {row["agency_id"] for row in found["mentions"]}
    assert [str(row["event_date"]) for row in found["event_dates"]] == ["2024-03-12", "2024-03-14"]
    assert [(row["surface"], row["region_code"]) for row in found["places"]] == [
        ("Kota Bogor", "32.71"), ("Sidoarjo", "35.15"), ("Gorontalo", None),
    ]  # fmt: skip
    assert [row["agency_id"] for row in found["statements"]] == ["bps", "kemendagri"]
    assert [row["is_chosen"] for row in found["date_candidates"]].count(True) == 1
    assert [row["outcome"] for row in found["fetch_outcomes"]].count("duplicate") == 1
    assert len(found["fetch_outcomes"]) == 4
    assert found["made_by"]["clean"]["stage_version"] == "1"


def test_a_name_of_several_articles_lists_them(layout: Layout) -> None:
    with pytest.raises(ExplainError) as told:
        explain(layout, "12")
    lines = str(told.value).splitlines()
    assert lines[0].startswith("2 articles answer to '12'")
    ids = [line.split()[0] for line in lines[1:]]
    assert {explain(layout, key)["article"]["title"] for key in ids} == {"Berita satu", "Berita dua"}


@pytest.mark.parametrize("key", ["https://kabar.example/tidak/ada", "0123456789abcdef", "14", "", "%", "'; drop"])
def test_an_unknown_name_gets_one_sentence(layout: Layout, key: str) -> None:
    with pytest.raises(ExplainError, match="No article, document or attempt"):
        explain(layout, key)


def test_an_empty_lake_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExplainError, match="kliping run"):
        explain(Layout(tmp_path), URL)


def test_what_became_no_article_has_its_reasons(layout: Layout) -> None:
    rejected = explain(layout, EMPTY["document_id"])
    assert rejected["article"] is None
    assert [row["rule"] for row in rejected["quarantine"]] == ["no_title_and_no_text"]
    assert explain(layout, "13")["quarantine"] == rejected["quarantine"]
    failed = explain(layout, "https://kabar.example/hilang")
    assert [(row["outcome"], row["error"]) for row in failed["fetch_outcomes"]] == [("http_error", "status 503")]
    assert "status 503" in page(failed)
    assert "no_title_and_no_text" in shown(rejected)


def test_the_article_id_is_that_of_the_marts() -> None:
    macro = (ROOT / "dbt_project" / "macros" / "keys.sql").read_text()
    body = re.search(r"macro article_id\(\) -%}(.*?){%- endmacro", macro, re.S)
    assert body
    assert body[1].split() == ARTICLE_ID.split()


# --- the page ----------------------------------------------------------------------------------------------------

VOID = {"meta"}
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "small", "p", "ul"),
    *("li", "div", "span", "mark", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "a"),
}  # fmt: skip
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "class", "id", "title", "href", "rel", "scope"),
    *("data-zone", "data-name", "aria-label"),
}  # fmt: skip


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in order, every attribute known, once, and ``title`` text kept."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, str] = {"h1": "", "div": ""}
        self.marks: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert tag in KNOWN
        assert set(names) <= ATTRIBUTES
        assert len(names) == len(set(names))
        for name, value in attrs:
            if name == "href":
                assert str(value).startswith(("https://", "http://", "#"))
        if tag == "mark" and "div" in self.open:
            self.marks.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for name in self.texts:
            if name in self.open:
                self.texts[name] += data
        if "mark" in self.open and "div" in self.open:
            self.marks[-1] += data


def shown(found: dict[str, Any], width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system="truecolor")
    show(console, found)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_hostile_article_stays_text(found: dict[str, Any]) -> None:
    html = page(found)
    reader = Reader(html)
    assert reader.texts["h1"] == HOSTILE
    assert reader.texts["div"].rstrip("\n") == found["article"]["text"]
    in_text = [row["surface"] for row in found["mentions"] if row["zone"] != "title"]
    assert reader.marks == in_text
    for forbidden in ("<script", "<img", "onerror=alert(1)>", "@import", "url(", "\x1b"):
        assert forbidden not in html
    assert "default-src 'none'" in html.replace("&#x27;", "'")


def test_statements_and_places_are_marked_and_listed(found: dict[str, Any]) -> None:
    html, told = page(found), shown(found, width=160)
    for number, row in enumerate(found["places"], 1):
        assert f'id="place-{number}" class="place' in html
        assert f'href="#place-{number}"' in html
        assert visible(row["region_code"] or " or ".join(row["codes"])) in told
    assert html.count('class="place ambiguous"') == 1
    for number, row in enumerate(found["statements"], 1):
        assert f'id="statement-{number}" class="said"' in html
        assert f"statement of {row['speaker']} for {row['agency_id']}" in html
    assert {"Statements", "Places"} <= {line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", told).splitlines()}


def test_spans_are_cut_so_that_nothing_crosses(found: dict[str, Any]) -> None:
    """Spans that overlap each other, zones' edges and the text's end still give well-formed elements."""
    text = found["article"]["text"]
    edge = found["zones"][0]["end"]
    template = {**found["mentions"][0], "zone": "body"}
    crossing = [(edge - 3, edge + 4), (edge - 1, edge + 20), (edge + 2, edge + 2), (len(text) - 2, len(text) + 9)]
    mentions = [{**template, "start": start, "end": end} for start, end in crossing]
    event = {**found["event_dates"][0], "start": edge - 2, "end": edge + 6}
    reader = Reader(page({**found, "mentions": mentions, "event_dates": [event]}))
    assert reader.texts["div"].rstrip("\n") == text
    assert reader.marks
    pieces = list(segments(text, found["zones"], mentions))
    assert "".join(piece.text for piece in pieces) == text
    for (start, end), position in zip(crossing, itertools.count(), strict=False):
        covered = "".join(piece.text for piece in pieces if position in piece.spans)
        assert covered == text[start:end]


def test_markup_in_tooltips_and_cells_stays_text(found: dict[str, Any]) -> None:
    bad = "\"'><script>alert(3)</script><mark onclick=x>"
    changed = {
        **found,
        "article": {**found["article"], "outlet_id": bad, "author": bad, "canonical_url": "javascript:alert(4)"},
        "mentions": [{**row, "rule": bad, "agency_id": bad} for row in found["mentions"]],
        "event_dates": [{**row, "rule": bad} for row in found["event_dates"]],
        "zones": [{**row, "zone": bad} for row in found["zones"]],
        "quarantine": [{"stage": bad, "table_name": bad, "document_id": bad, "rule": bad, "original": bad}],
    }
    html = page(changed)
    Reader(html)
    assert "<script" not in html
    assert 'href="javascript' not in html


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs() -> Iterator[tuple[str, str]]:
    for tint, label in PALETTE.values():
        yield INK, tint
        yield label, tint
        yield "#0b4f8a", tint  # links and the dotted line
    yield INK, MENTION
    yield INK, PLACE
    yield "#555", "#ffffff"
    yield "#4a4a4a", "#ffffff"


def test_every_zone_has_a_colour_that_can_be_read() -> None:
    assert set(PALETTE) == set(ZONES)
    full = lambda colour: "#" + "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour  # noqa: E731 - used twice, here
    low = [(a, b) for a, b in pairs() if contrast(full(a), full(b)) < 4.5]
    assert low == []
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


# --- the terminal and the command --------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 160])
def test_the_terminal_shows_all_and_obeys_nothing(found: dict[str, Any], width: int) -> None:
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown(found, width))
    assert "\x1b" not in plain
    for word in ("lead", "inline_promo", "Date ledger", "Mentions", "Versions", "kemendagri", "(***)"):
        assert word in plain


def test_control_characters_are_written_out() -> None:
    assert visible("a\x1b[31mb\u202ec\x00") == "a\\x1b[31mb\\u202ec\\x00"
    assert visible(["a", "b"]) == "a, b"
    assert visible(None) == ""


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["explain", *map(str, words)])


def test_the_command_prints_writes_and_gives_json(layout: Layout, found: dict[str, Any], tmp_path: Path) -> None:
    data = ("--data", layout.root)
    assert "Date ledger" in run(URL, *data).stdout
    target = tmp_path / "artikel.html"
    done = run(URL, *data, "--html", target)
    assert (done.exit_code, done.stdout) == (0, "")
    assert target.read_text(encoding="utf-8") == page(found)
    values = json.loads(run(URL, *data, "--json").stdout)
    assert values["article"]["document_id"] == SECOND["document_id"]
    assert values["mentions"][0]["surface"] == "Kemendagri"


def test_mistakes_of_the_command_are_told(layout: Layout, tmp_path: Path) -> None:
    for words in (["12"], ["tidak-ada"], [URL, "--html", tmp_path / "tidak" / "ada.html"]):
        done = run(*words, "--data", layout.root)
        assert done.exit_code == 1
        assert "Traceback" not in done.output
        assert len(done.stderr.strip()) > 20
