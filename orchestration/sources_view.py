"""How answers about sources look in the terminal.

Does not belong here: where they come from (``sources_probe``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table
from rich.text import Text

from warehouse.store import WIB

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"fine": "green", "late": "yellow", "silent": "yellow", "overflowing": "yellow", "failing": "red"}


def show_list(console: Console, sources: Sequence[Mapping[str, Any]]) -> None:
    """The sources as a table."""
    table = Table(
        Column("id", no_wrap=True),
        Column("name"),
        Column("state"),
        *(Column(name, justify="right") for name in ("feeds", "sitemaps", "seconds")),
        Column("origin"),
        box=None,
        pad_edge=False,
    )
    for source in sources:
        kinds = [channel["kind"] for channel in source["channels"]]
        counts = (str(kinds.count(kind)) for kind in ("feed", "sitemap"))
        state = Text("on", "green") if source["is_on"] else Text("off", "dim")
        pace = f"{source['seconds_between_requests']:g}"
        table.add_row(Text(source["id"]), Text(source["name"]), state, *counts, pace, source["origin"])
    console.print(table)
    on = sum(source["is_on"] for source in sources)
    console.print(f"{on} of {len(sources)} on; `kliping sources on ID` switches one on.", highlight=False)


def show_test(console: Console, found: Mapping[str, Any]) -> None:
    """What each channel answered, then how the first article reads."""
    _print(console, Text(f"asked as {found['user_agent']}", "dim"))
    for finding in found["channels"]:
        for line in _channel(finding):
            _print(console, line)
    if found["article"]:
        for line in _article(found["article"]):
            _print(console, line)
    elif found["channels"]:
        _print(console, Text("no article was read: no channel lists one of its own"))
    _print(console, Text("fine" if found["is_fine"] else "not fine", "green" if found["is_fine"] else "red"))


def show_added(console: Console, found: Mapping[str, Any]) -> None:
    """What a site has, and under which id it was added."""
    for finding in found["channels"] or found["tried"]:
        for line in _channel(finding):
            _print(console, line)
    passed = len(found["tried"]) - len(found["channels"])
    if not found["channels"]:
        _print(console, Text(f"{found['url']} has no feed or sitemap that answers; nothing was added.", "red"))
        return
    if passed:
        _print(console, Text(f"{passed} other addresses were tried and passed over", "dim"))
    state = "on" if found["is_on"] else "off"
    told = f"added {found['id']} ({found['name']}) to {found['file']}; it is {state}"
    _print(console, Text(told, "green"))


def show_health(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """The sources' state as a table, then what to do about each that is not fine."""
    counts = ("attempt_count", "failure_count", "waiting_count")
    table = Table(
        *(Column(name, no_wrap=True) for name in ("source", "verdict", "last answer", "last new link")),
        *(Column(name, justify="right") for name in ("attempts", "failed", "waiting")),
        box=None,
        pad_edge=False,
    )
    for row in rows:
        verdict = Text(row["verdict"], _STYLES.get(row["verdict"], ""))
        times = (Text(_time(row[name])) for name in ("last_success_utc", "last_link_utc"))
        table.add_row(Text(row["source_id"]), verdict, *times, *(f"{row[name]:,}" for name in counts))
    console.print(table)
    _print(console, Text(f"times are WIB; attempts and failures are those of the last {rows[0]['days']} days", "dim"))
    for row in rows:
        if row["verdict"] != "fine":
            _print(console, Text.assemble((row["source_id"], "bold"), f", {row['verdict']}: {row['advice']}"))


def _channel(finding: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(f"{finding['kind']} {finding['url']}", "bold green" if finding["is_fine"] else "bold red")
    answer = [f"robots.txt: {finding['robots'] or 'not asked'}", finding["outcome"].replace("_", " ")]
    if finding["status_code"]:
        answer.append(f"HTTP {finding['status_code']}")
    if finding["content_type"]:
        answer.append(finding["content_type"])
    if finding["seconds"] is not None:
        answer.append(f"{finding['seconds']:.1f} s")
    yield Text("  " + ", ".join(answer))
    if finding["error"]:
        yield Text(f"  {finding['error']}")
    if finding["outcome"] != "ok":
        return
    newest = f", the newest of {_time(finding['newest_at_utc'])} WIB" if finding["newest_at_utc"] else ""
    children = f"{finding['child_count']:,} sitemaps, " if finding["child_count"] else ""
    yield Text(f"  {children}{finding['item_count']:,} links{newest}; {finding['own_count']:,} of the outlet's own")
    if finding["other_hosts"]:
        others = ", ".join(f"{name} {count}" for name, count in finding["other_hosts"].items())
        yield Text(f"  on other hosts: {others}")
    for problem in finding["problems"]:
        yield Text(f"  {problem}")


def _article(article: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(f"page {article['url']}", "bold green" if article["is_fine"] else "bold red")
    if article["outcome"] != "ok":
        status = f" HTTP {article['status_code']}" if article["status_code"] else ""
        yield Text(f"  {article['outcome'].replace('_', ' ')}{status}: {article['error'] or 'no more is known'}")
        return
    yield Text(f"  title: {article['title'] or 'none'}")
    date = f"{_time(article['published_at_utc'])} WIB" if article["published_at_utc"] else "none"
    yield Text(f"  date: {date} ({article['date_rule']}, by {article['precision'] or 'nothing'})")
    zones = ", ".join(f"{zone} {count}" for zone, count in article["zones"].items())
    yield Text(f"  {article['word_count']:,} words, outlet {article['outlet_id']}, {article['content_kind']}: {zones}")


def _time(moment: datetime | None) -> str:
    return f"{moment + WIB:%Y-%m-%d %H:%M}" if moment else "never"


def _print(console: Console, line: Text) -> None:
    console.print(line, highlight=False, soft_wrap=True)
