"""How one explained article looks: in the terminal, and as a page that stands by itself.

Belongs here: colours, tables, words. Does not: where the values come from (``explain``). The page holds no script and
asks for nothing; whatever an article says is escaped, and its spans are cut at each other's edges, so that no element
crosses another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.contracts import Table
from warehouse.contracts.lake import (
    ARTICLES,
    DATE_CANDIDATES,
    EVENT_DATES,
    FETCH_OUTCOMES,
    MENTIONS,
    PLACES,
    QUARANTINE,
    STATEMENTS,
)
from warehouse.errors import KlipingError

if TYPE_CHECKING:
    from rich.console import Console

Row = dict[str, Any]

INK = "#1b1b1b"
PALETTE = {
    "slug": ("#e8e4f5", "#4b3f8f"),
    "printed_date": ("#d9ecff", "#0b4f8a"),
    "byline": ("#f6e3ef", "#8a2465"),
    "caption": ("#fff0d1", "#744a00"),
    "credit": ("#fbe3d6", "#8f3d0c"),
    "dateline": ("#d6f0f0", "#0c5a5e"),
    "lead": ("#dcf2dd", "#1c6428"),
    "body": ("#f6f6f3", "#4a4a4a"),
    "inline_promo": ("#fadadd", "#9b1c31"),
    "claim": ("#f1dafa", "#7b1fa2"),
    "tags": ("#e3e9d0", "#4d5b12"),
    "related": ("#e2e2e2", "#454545"),
    "paging": ("#d9e1ea", "#3b4a5c"),
    "footer": ("#d3d3d3", "#333333"),
}
"""Zone -> background behind the text in ``INK``, and the colour of its label on that background."""
MENTION = "#ffe169"
"""Background of a mention."""
PLACE = "#bfe8fb"
"""Background of a place."""
_KINDS = {"mentions": "mention", "places": "place", "event_dates": "date", "statements": "statement"}
"""Tables of spans and what a span of each is called; where spans meet, one stands inside those named after it."""

_CLOCKS = {420: "WIB", 480: "WITA", 540: "WIT"}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_FACTS = (
    "article_id", "document_id", "version", "url", "canonical_url", "source_id", "source_kind", "source_record_id",
    "fetched_at_utc", "outlet_id", "updated_at_utc", "section", "author", "tags", "language", "word_count",
)  # fmt: skip
_TOLD_ELSEWHERE = {
    "title", "text", "published_at_utc", "utc_offset_minutes", "precision", "date_rule", "published_date",
}  # fmt: skip
_TABLES: tuple[tuple[str, str, Table, tuple[str, ...]], ...] = (
    ("date_candidates", "Date ledger", DATE_CANDIDATES, ("origin", "raw", "parsed", "precision", "rule", "verdict")),
    ("mentions", "Mentions", MENTIONS, ("zone", "span", "surface", "agency_id", "via", "rule", "status", "candidates")),
    ("statements", "Statements", STATEMENTS,
     ("zone", "span", "surface", "speaker", "speaker_kind", "role", "agency_id", "statement_kind", "cue", "rule")),
    ("places", "Places", PLACES, ("zone", "span", "surface", "region_code", "rule", "status", "codes")),
    ("event_dates", "Event dates", EVENT_DATES, ("zone", "span", "surface", "event_date", "rule", "weekday_agrees")),
    ("versions", "Versions", ARTICLES,
     ("version", "is_latest", "document_id", "source_id", "fetched_at_utc", "content_hash", "title")),
    ("quarantine", "Quarantine", QUARANTINE, ("stage", "table_name", "rule", "document_id", "original")),
    ("fetch_outcomes", "Fetch outcomes", FETCH_OUTCOMES,
     ("fetched_at_utc", "outcome", "source_id", "locator", "url", "byte_count", "error", "document_id")),
)  # fmt: skip
_NARROW = {
    "mentions": ("zone", "span", "surface", "agency", "via", "rule", "status"),
    "statements": ("span", "surface", "speaker", "agency_id", "statement_kind", "rule"),
    "places": ("zone", "span", "surface", "region", "rule", "status"),
    "versions": ("version", "is_latest", "document_id", "fetched_at_utc", "title"),
    "fetch_outcomes": ("fetched_at_utc", "outcome", "locator", "byte_count", "error"),
}
"""The columns that fit a terminal, where they are not all."""
_STYLES = {
    "mention": f"{INK} on {MENTION}", "place": f"{INK} on {PLACE}", "date": "underline", "statement": "italic",
}  # fmt: skip
_LONGEST_CELL = 600
_MEANINGS = {
    "parsed": "The candidate as its printed clock shows it.",
    "verdict": "Chosen as the publication time, or why not.",
    "span": "Code points in the title where the zone is title, else in the text.",
}


class Segment(NamedTuple):
    """A piece of text between two edges: the position of its zone (-1 for none) and of the spans that cover it."""

    text: str
    zone: int
    spans: tuple[int, ...]


def segments(text: str, zones: Sequence[Row], spans: Sequence[Row]) -> Iterator[Segment]:
    """``text`` cut at every edge of ``zones`` and ``spans``; edges outside it are moved to its ends."""

    def clipped(rows: Sequence[Row]) -> list[tuple[int, int]]:
        return [(min(max(row["start"], 0), len(text)), min(max(row["end"], 0), len(text))) for row in rows]

    areas, marks = clipped(zones), clipped(spans)
    edges = sorted({0, len(text), *(edge for pair in (*areas, *marks) for edge in pair)})
    upcoming = sorted(range(len(marks)), key=lambda i: marks[i], reverse=True)
    covering: list[int] = []
    zone = 0  # zones follow one another
    for start, end in pairwise(edges):
        while upcoming and marks[upcoming[-1]][0] <= start:
            covering.append(upcoming.pop())
        covering = [i for i in covering if marks[i][1] >= end]
        while zone < len(areas) and areas[zone][1] <= start:
            zone += 1
        is_inside = zone < len(areas) and areas[zone][0] <= start
        yield Segment(text[start:end], zone if is_inside else -1, tuple(sorted(covering)))


def visible(value: Any) -> str:
    """A value for people; control characters and marks of direction are written out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.translate(_CONTROLS)


def _clock(moment: Any, minutes: int | None, precision: str | None) -> str:
    """A naive UTC time on the clock that printed it, as exactly as it is known."""
    if moment is None:
        return ""
    local = moment + timedelta(minutes=minutes or 0)
    zone = _CLOCKS.get(minutes or 0, f"UTC{(minutes or 0) / 60:+g}" if minutes else "UTC")
    formats = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "second": "%Y-%m-%d %H:%M:%S"}
    told = f"{local:{formats.get(precision or 'second', '%Y-%m-%d %H:%M')}}"
    return told if precision in ("year", "month", "day") else f"{told} {zone}"


def _published(article: Row) -> str:
    if article["published_at_utc"] is None:
        return f"undated ({article['date_rule']})"
    clock = _clock(article["published_at_utc"], article["utc_offset_minutes"], article["precision"])
    return f"{clock} ({article['precision']}, {article['date_rule']})"


def _facts(found: Row) -> Iterator[tuple[str, str]]:
    """Name and value of what is known of the article beside its text; all columns that nothing else shows."""
    article = found["article"]
    yield "published", _published(article)
    if article.get("published_date"):
        yield "published_date", visible(article["published_date"])
    rest = [name for name in article if name not in _FACTS and name not in _TOLD_ELSEWHERE]
    for name in (*_FACTS, *rest):
        if article.get(name) not in (None, "", []):
            yield name, visible(article[name])
    made = found["made_by"]
    for layer in ("clean", "entities"):
        if layer in made:
            yield f"{layer} made by", ", ".join(f"{k} {v}" for k, v in sorted(made[layer].items()))


def _cell(row: Row, name: str) -> str:
    if name == "span":
        return f"{row['start']}-{row['end']}"
    if name == "parsed":
        if row["candidate_at_utc"] is None:
            return visible(row["candidate_date"])
        return _clock(row["candidate_at_utc"], row["utc_offset_minutes"], row["precision"])
    if name == "agency":
        return visible(row["agency_id"] or " or ".join(row["candidates"]))
    if name == "region":
        return visible(row["region_code"] or " or ".join(row["codes"]))
    if name == "codes" and row["codes"] == [row["region_code"]]:
        return ""
    if name == "candidates" and row["candidates"] == [row["agency_id"]]:
        return ""
    if name == "verdict":
        return "chosen" if row["is_chosen"] else f"no: {visible(row['rejection'])}"
    text = visible(row.get(name))
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + " ..."


def _tables(found: Row, *, is_narrow: bool) -> Iterator[tuple[str, str, Table, Sequence[str], list[list[str]]]]:
    """Key, heading, contract, column names and cells of each table that has rows."""
    for key, heading, table, wide in _TABLES:
        if rows := found[key]:
            names = _NARROW.get(key, wide) if is_narrow else wide
            yield key, heading, table, names, [[_cell(row, name) for name in names] for row in rows]


def _in_title(rows: Iterable[Row], is_title: bool) -> list[tuple[int, Row]]:
    return [(number, row) for number, row in enumerate(rows, 1) if (row["zone"] == "title") == is_title]


def _marks(found: Row, is_title: bool) -> list[tuple[str, int, Row]]:
    """The spans of the title or of the text: their kind, their number in their table, the row."""
    return [(kind, *row) for table, kind in _KINDS.items() for row in _in_title(found[table], is_title)]


# --- terminal -----------------------------------------------------------------------------------------------------


def show(console: Console, found: Row) -> None:
    """Print what ``explain`` found."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text

    article = found["article"]
    if article is None:
        console.print("No article came of it:", style="bold")
    else:
        console.print(_marked(article["title"], [], found, is_title=True), soft_wrap=False)
        facts = Grid.grid(padding=(0, 2))
        for name, value in _facts(found):
            facts.add_row(Text(name, style="dim"), Text(value, overflow="fold"))
        console.print(facts)
        console.print()
        text = Grid.grid(padding=(0, 1))
        text.add_column(no_wrap=True)
        text.add_column(overflow="fold")
        for zone in found["zones"]:
            tint, label = PALETTE.get(zone["zone"], PALETTE["footer"])
            inside = _marked(article["text"], [zone], found, is_title=False)
            inside.rstrip()
            text.add_row(Text(f" {zone['zone']} ", style=f"{label} on {tint}"), inside)
        console.print(text)
    for _, heading, _, names, rows in _tables(found, is_narrow=True):
        table = Grid(*names, title=heading, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
        for cells in rows:
            style = "bold" if "chosen" in cells else ""
            table.add_row(*(Text(cell, overflow="fold", style=style) for cell in cells))
        console.print()
        console.print(table)


def _marked(text: str, zones: Sequence[Row], found: Row, *, is_title: bool) -> Any:
    """The text of the zones (the whole where none is given) with its spans marked."""
    from rich.text import Text

    marks = _marks(found, is_title)
    result = Text()
    for piece in segments(text, zones, [row for _, _, row in marks]):
        if zones and piece.zone < 0:
            continue
        styles = ["bold"] if is_title else []
        styles += [_STYLES[marks[position][0]] for position in reversed(piece.spans)]
        if zones and not piece.spans and zones[0]["zone"] not in ("lead", "body"):
            styles.append(f"{INK} on {PALETTE.get(zones[0]['zone'], PALETTE['footer'])[0]}")
        result.append(visible(piece.text), style=" ".join(styles))
    return result


# --- page ---------------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.25rem 1rem 3rem; background: #fff; color: %(ink)s;
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #c9c9c9; padding-bottom: .2rem; }
h2 small { color: #555; font-weight: normal; }
a { color: #0b4f8a; }
.sub { color: #4a4a4a; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; font-size: .875rem; }
dt { color: #555; }
dd { margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem; list-style: none; margin: 0 0 .75rem; padding: 0;
  font-size: .8rem; }
.legend li { padding: .05rem .5rem; border-radius: .25rem; border: 1px solid #0002; }
.text { white-space: pre-wrap; max-width: 46rem; }
.zone { padding: .1rem .15rem; border-radius: .2rem; }
.zone::before { content: attr(data-zone); margin-right: .4rem; font-size: .68rem; font-weight: 700;
  letter-spacing: .02em; white-space: nowrap; }
mark { background: %(mention)s; color: %(ink)s; border-bottom: 2px solid #7a5c00; border-radius: .15rem; }
mark.ambiguous { border-bottom-style: dashed; }
mark a, .event a { color: inherit; text-decoration: none; }
.event { border-bottom: 2px dotted #0b4f8a; }
.place { background: %(place)s; color: %(ink)s; border-bottom: 2px solid #0b4f8a; border-radius: .15rem; }
.place.ambiguous { border-bottom-style: dashed; }
.said { border-top: 1px solid #8a2465; }
table { border-collapse: collapse; width: 100%%; font-size: .85rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e2e2e2; }
th { color: #555; font-weight: 600; white-space: nowrap; }
th[title] { text-decoration: underline dotted #999; text-underline-offset: .2rem; }
tr.chosen td { background: #dcf2dd; font-weight: 600; }
tr:target td, mark:target, .event:target, .place:target, .said:target { outline: 2px solid #0b4f8a; }
td.span { white-space: nowrap; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 2rem; }
  h1 { font-size: 1.3rem; }
  dl { gap: .1rem .6rem; }
  table, tbody { display: block; }
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .4rem 0; border-bottom: 1px solid #c9c9c9; }
  td { border: 0; padding: 0; }
  td:empty { display: none; }
  td::before { content: attr(data-name) " "; color: #555; font-weight: 400; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .zone, mark, .place, tr.chosen td, .legend li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  a { color: inherit; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(found: Row) -> str:
    """What ``explain`` found as a whole HTML document."""
    article = found["article"]
    title = visible(article["title"] or "(no title)") if article else "No article came of it"
    zones = "".join(
        f".z-{name} {{ background: {tint}; }} .z-{name}::before {{ color: {label}; }}\n"
        for name, (tint, label) in PALETTE.items()
    )
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(title)} - Kliping</title>\n",
            f"<style>{_STYLE % {'ink': INK, 'mention': MENTION, 'place': PLACE}}{zones}</style>\n</head>\n<body>\n",
            _article(found) if article else f"<h1>{escape(title)}</h1>\n",
            *(_section(*table) for table in _tables(found, is_narrow=False)),
            "</body>\n</html>\n",
        ]
    )


def write_page(path: Path, found: Row) -> None:
    """Write ``page(found)`` to ``path``. Raises KlipingError where that cannot be written."""
    try:
        path.write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise KlipingError(f"{path} cannot be written: {error.strerror or error}.") from error


def _article(found: Row) -> str:
    article = found["article"]
    language = article["language"] if article["language"] in ("id", "ms", "en") else "id"
    present = list(dict.fromkeys(zone["zone"] for zone in found["zones"]))
    legend = [f'<li class="z-{_class(name)}">{escape(name)}</li>' for name in present]
    if found["mentions"]:
        legend.append("<li><mark>mention</mark></li>")
    if any(row["status"] != "resolved" for row in found["mentions"]):
        legend.append('<li><mark class="ambiguous">ambiguous mention</mark></li>')
    told = {"places": ("place", "place"), "event_dates": ("event", "event date"), "statements": ("said", "statement")}
    legend += [f'<li><span class="{name}">{label}</span></li>' for key, (name, label) in told.items() if found[key]]
    title = _spans(article["title"] or "(no title)", [], found, is_title=True)
    return "".join(
        [
            f'<header>\n<h1 lang="{language}">{title}</h1>\n',
            f'<p class="sub">{escape(visible(article["outlet_id"]))} &middot; {escape(_published(article))}</p>\n',
            "</header>\n<main>\n<h2>Text</h2>\n",
            f'<ul class="legend" aria-label="Legend">{"".join(legend)}</ul>\n',
            f'<div class="text" lang="{language}">{_spans(article["text"], found["zones"], found, is_title=False)}',
            "</div>\n</main>\n<h2>Article</h2>\n<dl>\n",
            *(f"<dt{_meaning(ARTICLES, n)}>{escape(n)}</dt><dd>{_linked(n, v)}</dd>\n" for n, v in _facts(found)),
            "</dl>\n",
        ]
    )


def _class(zone: str) -> str:
    return zone if zone in PALETTE else "footer"


def _spans(text: str, zones: Sequence[Row], found: Row, *, is_title: bool) -> str:
    """The text with an element for each zone and, inside it, one for each of its spans."""
    marks = _marks(found, is_title)
    pieces: list[str] = []
    seen: set[int] = set()
    for zone, group in groupby(segments(text, zones, [row for _, _, row in marks]), key=lambda piece: piece.zone):
        inside = []
        for segment in group:
            inner = escape(visible(segment.text))
            for position in segment.spans:
                kind, number, row = marks[position]
                anchor = "" if position in seen else f' id="{kind}-{number}"'
                seen.add(position)
                inner = _mark(kind, row, anchor, inner)
            inside.append(inner)
        whole = "".join(inside)
        pieces.append(_zone(zones[zone], whole) if zone >= 0 else whole)
    return "".join(pieces)


def _zone(zone: Row, inner: str) -> str:
    """A zone's span; the separator at its end stays outside, where it shows no colour."""
    shown = inner.rstrip()
    told = f"{zone['zone']} {zone['start']}-{zone['end']}"
    return (
        f'<span class="zone z-{_class(zone["zone"])}" data-zone="{escape(zone["zone"])}" title="{escape(told)}">'
        f"{shown}</span>{inner[len(shown) :]}"
    )


def _mark(kind: str, row: Row, anchor: str, inner: str) -> str:
    if kind == "mention":
        body = row["agency_id"] or " or ".join(row["candidates"])
        told = f"{body}, via {row['via']}, rule {row['rule']}, {row['status']}, {row['start']}-{row['end']}"
        name = "" if row["status"] == "resolved" else ' class="ambiguous"'
        return f'<mark{anchor}{name} title="{escape(visible(told))}">{inner}</mark>'
    name = kind
    if kind == "place":
        name += "" if row["status"] == "resolved" else " ambiguous"
        told = f"{row['region_code'] or ' or '.join(row['codes'])}, rule {row['rule']}, {row['status']}"
    elif kind == "statement":
        name = "said"
        who = " for ".join(part for part in (row["speaker"] or row["speaker_kind"], row["agency_id"]) if part)
        told = f"{row['statement_kind']} statement of {who}, rule {row['rule']}"
    else:
        name = "event"
        told = f"{row['event_date']}, rule {row['rule']}"
    told += f", {row['start']}-{row['end']}"
    if row.get("weekday_agrees") is not None:
        told += f", weekday {'agrees' if row['weekday_agrees'] else 'disagrees'}"
    return f'<span{anchor} class="{name}" title="{escape(visible(told))}">{inner}</span>'


def _linked(name: str, value: str) -> str:
    if name in ("url", "canonical_url") and value.lower().startswith(("https://", "http://")):
        return f'<a href="{escape(value)}" rel="noopener noreferrer">{escape(value)}</a>'
    return escape(value)


def _meaning(table: Table, name: str) -> str:
    meaning = _MEANINGS.get(name) or next((c.meaning for c in table.columns if c.name == name), "")
    return f' title="{escape(meaning)}"' if meaning else ""


def _section(key: str, heading: str, table: Table, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col"{_meaning(table, name)}>{escape(name)}</th>' for name in names)
    lines = []
    for number, cells in enumerate(rows, 1):
        body = []
        for name, value in zip(names, cells, strict=True):
            shown = escape(value)
            if name == "span" and key in _KINDS:
                shown = f'<a href="#{_KINDS[key]}-{number}">{shown}</a>'
            style = ' class="span"' if name == "span" else ""
            body.append(f'<td{style} data-name="{escape(name)}">{shown}</td>')
        is_chosen = key == "date_candidates" and "chosen" in cells
        lines.append(f"<tr{' class=chosen' if is_chosen else ''}>{''.join(body)}</tr>\n")
    return (
        f"<section>\n<h2>{escape(heading)} <small>{len(rows)}</small></h2>\n<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(lines)}</tbody>\n</table>\n</section>\n"
    )
