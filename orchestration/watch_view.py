"""How answers about watch topics look in the terminal.

Does not belong here: where they come from (``watch_command``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 30
_GROUPS = 10
"""Outlets, terms and kinds of near misses that are shown; JSON has all."""


def show_topics(console: Console, topics: Sequence[Mapping[str, Any]]) -> None:
    """The watch list as a table."""
    names = ("id", "name", "kind", "owner", "from", "to", "articles", "hits")
    table = Table(*(Column(name, overflow="fold") for name in names))
    for topic in topics:
        texts = [topic["id"], topic["name"], topic["kind"], topic["owner"]]
        days = [str(topic[name] or "") for name in ("valid_from", "valid_to")]
        counts = [f"{topic['document_count']:,}", f"{topic['hit_count']:,}"]
        table.add_row(*(Text(cell) for cell in (*texts, *days, *counts)))
    console.print(table)


def show_preview(console: Console, found: Mapping[str, Any]) -> None:
    """What a query finds, by day, outlet and term, then its sentences, then what it misses by one part."""
    for line in _lines(found, with_marks=not console.is_terminal):
        console.print(line, highlight=False, soft_wrap=True)


def _lines(found: Mapping[str, Any], *, with_marks: bool) -> Iterator[Text]:
    yield Text(f"read as: {found['read_as']}", "bold")
    yield Text(
        f"{found['article_count']:,} of {found['read_count']:,} articles from {found['first_day']} to"
        f" {found['last_day']}, {found['hit_count']:,} hits"
    )
    if found["valid_from"] or found["valid_to"]:
        yield Text(f"the topic watches from {found['valid_from'] or 'ever'} to {found['valid_to'] or 'ever'} only")
    most = max((day["article_count"] for day in found["by_day"]), default=0)
    if most:
        yield Text()
    for day in found["by_day"] if most else ():
        count = day["article_count"]
        yield Text(f"{day['date']} {count:6,} {'#' * -(-count * _BAR // most)}")
    yield from _counts("by outlet", [(row["outlet_id"], row["article_count"]) for row in found["by_outlet"]])
    yield from _counts("by term, hits", [(row["rule"], row["hit_count"]) for row in found["by_term"]])
    for article in found["articles"]:
        yield from _article(article, "", with_marks)
    yield Text()
    yield Text(f"{found['near_miss_count']:,} near misses: articles that fail by one part of the query", "bold")
    groups = [(_reason(row), row["article_count"]) for row in found["near_misses_by_part"]]
    yield from _counts("", groups)
    for article in found["near_misses"]:
        yield from _article(article, _reason(article), with_marks)


def _counts(title: str, rows: Sequence[tuple[str, int]]) -> Iterator[Text]:
    if rows and title:
        yield Text()
        yield Text(title, "bold")
    for name, count in rows[:_GROUPS]:
        yield Text(f"{count:8,}  {name}")
    if len(rows) > _GROUPS:
        yield Text(f"{sum(count for _, count in rows[_GROUPS:]):8,}  {len(rows) - _GROUPS} others")


def _reason(miss: Mapping[str, Any]) -> str:
    """Why an article is only near, or a kind of near misses, in words."""
    part, words_between = miss["part"], miss.get("words_between", 0)
    match miss["reason"]:
        case "excluded":
            return f"excluded by NOT {part}"
        case "too_far" if words_between is None:
            return f"in different stretches: {part}"
        case "too_far":
            return f"too far{f' ({words_between} words between)' if words_between else ''}: {part}"
        case "not_in_title":
            return f"not in the title: {part}"
    return f"missing: {part}"


def _article(article: Mapping[str, Any], reason: str, with_marks: bool) -> Iterator[Text]:
    yield Text()
    yield Text(f"{article['published_date']}  {article['outlet_id']}  {article['title']}", "bold")
    if article["url"]:
        yield Text(f"  {article['url']}", "dim")
    if reason:
        yield Text(f"  {reason}", "yellow")
    for sentence in article["sentences"]:
        yield Text("  ") + marked(sentence["sentence"], sentence["spans"], with_marks=with_marks)


def marked(sentence: str, spans: Sequence[Sequence[int]], *, with_marks: bool) -> Text:
    """``sentence`` on one line with its spans in colour, or between >> and << where there is no colour."""
    text, done = Text(), 0
    for start, end in spans:
        if start < done:  # it overlaps the one before
            continue
        text.append(_flat(sentence[done:start]))
        surface = _flat(sentence[start:end])
        text.append(f">>{surface}<<" if with_marks else surface, "bold black on yellow")
        done = end
    return text.append(_flat(sentence[done:]))


def _flat(piece: str) -> str:
    return piece.replace("\n", " ")
