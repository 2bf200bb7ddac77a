"""`kliping registry`: which registry is asked, and how its answers look in the terminal.

Does not belong here: what the answers are (``ingest.registry.history``) and which rules a registry keeps
(``ingest.registry.check``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.registry.load import problems, read
from orchestration.settings import registry_folder
from warehouse.errors import KlipingError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ingest.registry.load import Registry

Row = dict[str, Any]

_MOST_UNITS = 40
"""Units below a body that the terminal lists; JSON has all."""
_MOST_ROWS = 20
"""Rows of a kind that ``diff`` shows for one table; JSON has all."""
_NEVER_FOLDED = ("from", "to", "date", "event", "via", "prior")
_EVENT_STYLES = {"begins": "green", "renamed": "cyan", "ends": "red", "succession": "yellow", "holder": ""}


class UnknownBodyError(KlipingError):
    """A name that no body of the registry answers to."""


def check(folder: Path | None) -> Row:
    """Rows of each table of the registry, its version, and every problem."""
    registry = _read(folder)
    return {
        "registry_version": registry.version(),
        "tables": {name: frame.height for name, frame in registry.tables.items()},
        "composed_agencies": int(registry["agencies"]["unit_id"].is_not_null().sum()),
        "problems": problems(registry),
    }


def show(folder: Path | None, query: str, on: date | None) -> Row:
    """What answers to ``query``: ``matches``, the ``terms`` of a person, and the ``body`` where it is one alone.

    Raises UnknownBodyError, with the nearest names, where nothing answers.
    """
    from ingest.registry import history

    registry = _read(folder)
    matches = history.find(registry, query, on).to_dicts()
    if not matches:
        raise _unknown(registry, query, on)
    ids = sorted({match["agency_id"] for match in matches})
    return {
        "query": query,
        "on": on,
        "matches": matches,
        "terms": history.terms(registry, query),
        "body": history.body(registry, ids[0], on) if len(ids) == 1 else None,
    }


def family(folder: Path | None, query: str) -> Row:
    """The timeline of the lineage family of the body that answers to ``query``.

    Raises UnknownBodyError where none answers, KlipingError where bodies of several families do.
    """
    from ingest.registry import history

    registry = _read(folder)
    found = history.find(registry, query)
    if found.is_empty():
        raise _unknown(registry, query, None)
    families = {
        one["lineage_id"]: one for one in (history.family(registry, i) for i in sorted(set(found["agency_id"])))
    }
    if len(families) > 1:
        raise KlipingError(
            f"Bodies of {len(families)} families answer to {query!r}; ask for one by its id:"
            f" {', '.join(sorted(set(found['agency_id'])))}."
        )
    return next(iter(families.values()))


def difference(folder: Path | None, other: Path) -> dict[str, Any]:
    """What the registry in ``other`` adds, removes and changes against the one in use, by table."""
    from ingest.registry import history

    return history.differences(_read(folder), read(_folder(other)))


def tell_check(console: Console, found: Row) -> None:
    """Print what ``check`` found."""
    table = _grid("table", "rows")
    for name, rows in found["tables"].items():
        table.add_row(name, f"{rows:,}")
    console.print(table)
    told = f", {found['composed_agencies']:,} of the agencies composed" if found["composed_agencies"] else ""
    console.print(f"registry {found['registry_version']}{told}", highlight=False)
    for problem in found["problems"]:
        console.print(f"- {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
    count = len(found["problems"])
    told = f"{count} problem{'s' if count > 1 else ''}" if count else "no problem"
    console.print(told, style="bold red" if count else "bold green", highlight=False)


def tell_body(console: Console, found: Row) -> None:
    """Print what ``show`` found: the terms of a person, the body, or a list where several answer."""
    if found["terms"]:
        _section(console, "terms", ("from", "to", "agency_id", "office"), [
            (*_span(row), row["agency_id"], _office(row)) for row in found["terms"]
        ])  # fmt: skip
        if all(match["via"] == "holder" for match in found["matches"]):
            return
    if found["body"]:
        _tell_one(console, found["body"], found["on"])
        return
    count = len({match["agency_id"] for match in found["matches"]})
    _section(
        console,
        f"{count} bodies answer to {found['query']!r}; ask for one by its id",
        ("from", "to", "agency_id", "via", "name"),
        [(*_span(match), match["agency_id"], match["via"], match["agency_name"]) for match in found["matches"]],
    )


def _tell_one(console: Console, body: Row, on: date | None) -> None:
    from rich.text import Text

    agency, shown = body["agency"], _period_on(body["periods"], on)
    title = Text(_titled(shown), style="bold")
    title.append(f"  {agency['agency_id']}", style="dim")
    console.print()
    console.print(title, soft_wrap=True)
    if not body["exists"]:
        console.print(f"It did not exist on {on}.", style="yellow", highlight=False)
    facts = _facts_grid()
    facts.add_row("kind", shown["kind"])
    facts.add_row("family", agency["lineage_id"])
    for row in body["parents"]:
        facts.add_row("under", f"{row['agency_name']} ({row['agency_id']})")
    if region := body["region"]:
        facts.add_row("region", f"{region['region_name']}, {region['region_level']} {region['region_code']}")
    for row in body["predecessors"]:
        facts.add_row("before it", f"{row['predecessor_id']}, {row['succession_kind']} of {row['succeeded_on']}")
    for row in body["successors"]:
        facts.add_row("after it", f"{row['successor_id']}, {row['succession_kind']} of {row['succeeded_on']}")
    facts.add_row("source", agency["source"])
    console.print(facts)
    _section(console, "names", ("from", "to", "name"), [
        (*_span(row), _sourced(_titled(row), row)) for row in body["periods"]
    ])  # fmt: skip
    _section(console, "forms", ("from", "to", "via", "prior", "written as"), _grouped_forms(body["forms"]))
    _section(console, "holders", ("from", "to", "name", "office"), [
        (*_span(row), row["person_name"], _office(row)) for row in body["holders"]
    ])  # fmt: skip
    units = [(*_span(row), row["agency_id"], _titled(row)) for row in body["units"]]
    _section(console, "units", ("from", "to", "agency_id", "name"), units[:_MOST_UNITS])
    if len(units) > _MOST_UNITS:
        console.print(f"and {len(units) - _MOST_UNITS:,} more (--json has all)", style="dim", highlight=False)


def tell_family(console: Console, found: Row) -> None:
    """Print a family's timeline."""
    from rich.text import Text

    rows = [
        (str(row["date"]), Text(row["event"], style=_EVENT_STYLES[row["event"]]), row["agency_id"],
         _sourced(row["told"], row))
        for row in found["events"]
    ]  # fmt: skip
    heading = f"family {found['lineage_id']}: {', '.join(found['agency_ids'])}"
    _section(console, heading, ("date", "event", "agency_id", "what"), rows)


def tell_difference(console: Console, found: Mapping[str, Any]) -> None:
    """Print differences by table: + added, - removed, ~ changed."""
    if not found:
        console.print("The registries agree.", style="green")
    for name, kinds in found.items():
        counts = ", ".join(f"{len(rows):,} {kind}" for kind, rows in kinds.items() if rows)
        console.print(f"{name}: {counts}", style="bold", highlight=False)
        for kind, sign, style in (("added", "+", "green"), ("removed", "-", "red"), ("changed", "~", "yellow")):
            rows = kinds[kind]
            for row in rows[:_MOST_ROWS]:
                console.print(f"  {sign} {_line(row)}", style=style, markup=False, highlight=False, soft_wrap=True)
            if len(rows) > _MOST_ROWS:
                more = f"  {sign} and {len(rows) - _MOST_ROWS:,} more (--json has all)"
                console.print(more, style=style, highlight=False)


def _read(folder: Path | None) -> Registry:
    chosen = folder or registry_folder()
    return read(_folder(chosen) if chosen else None)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise KlipingError(f"{path} is not a folder; name one that holds the registry's CSV files.")
    return path


def _unknown(registry: Registry, query: str, on: date | None) -> UnknownBodyError:
    from ingest.registry import history

    if on is not None and not history.find(registry, query).is_empty():
        return UnknownBodyError(f"Nothing answers to {query!r} on {on}; without --on something does.")
    names = ", ".join(history.nearest(registry, query)) or "none"
    return UnknownBodyError(f"No body, office or office holder answers to {query!r}. The nearest names: {names}.")


def _span(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["valid_from"] or ""), str(row["valid_to"] or "")


def _titled(row: Mapping[str, Any]) -> str:
    return row["agency_name"] + (f" ({row['acronym']})" if row["acronym"] else "")


def _sourced(told: str, row: Mapping[str, Any]) -> Text:
    """What is told, and its source on a line of its own."""
    from rich.text import Text

    return Text.assemble(told, "\n", (row["source"], "dim"))


def _office(row: Mapping[str, Any]) -> Text:
    return _sourced(f"{row['office']} [{row['capacity']}]", row)


def _period_on(periods: Sequence[Row], on: date | None) -> Row:
    """The period of the day, else the last one."""
    held = [row for row in periods if on and row["valid_from"] <= on <= (row["valid_to"] or date.max)]
    return (held or list(periods))[-1]


def _grouped_forms(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """One line for the forms that share their way, prior and days, the heaviest first."""

    def alike(row: Row) -> tuple[str, int, str, str]:
        return (row["via"], -row["prior"], *_span(row))

    groups = groupby(sorted(rows, key=lambda row: (alike(row), row["surface"])), alike)
    return [
        (begin, end, via, str(-rank), "; ".join(dict.fromkeys(row["surface"] for row in group)))
        for (via, rank, begin, end), group in groups
    ]


def _line(row: Mapping[str, Any]) -> str:
    """A row of a difference on one line: its values, then what changed."""
    told = "  ".join(str(value) for name, value in row.items() if name != "changes" and value not in (None, "", []))
    for column, (old, new) in row.get("changes", {}).items():
        told += f"  [{column}: {'-' if old is None else old} -> {'-' if new is None else new}]"
    return told


def _section(console: Console, heading: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A titled table; nothing where there are no rows. Cells are text, or styled text."""
    from rich.text import Text

    if not rows:
        return
    table = _grid(*names)
    for cells in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(str(cell), overflow="fold") for cell in cells))
    console.print()
    console.print(Text(heading, style="bold"))
    console.print(table)


def _grid(*names: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Column, Table

    columns = (
        Column(name, overflow="fold", no_wrap=name in _NEVER_FOLDED, justify="right" if name == "rows" else "left")
        for name in names
    )
    return Table(*columns, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))


def _facts_grid() -> Any:
    from rich.table import Column, Table

    return Table(
        Column(style="dim"), Column(overflow="fold"), box=None, show_header=False, pad_edge=False, padding=(0, 2)
    )
