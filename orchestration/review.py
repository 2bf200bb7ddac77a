"""`kliping entities review`: the lists of ``ingest.entities.review`` over a data folder, and how they look.

Does not belong here: what is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warehouse.contracts.lake import ARTICLES, MENTIONS, ZONES_TABLE
from warehouse.errors import KlipingError
from warehouse.layout import Layout
from warehouse.store import parts, read_part

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from ingest.entities.review import Findings

TITLES = {
    "bodies": "most mentioned bodies",
    "candidates": "most frequent phrases that look like a body and match nothing",
    "ambiguous": "mentions that stay ambiguous",
}
_ARTICLE_COLUMNS = ["document_id", "title", "text"]


class ReviewError(KlipingError):
    """A data folder that holds nothing to look at."""


def review(layout: Layout, limit: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """The lists of the lake of ``layout``, each at most ``limit`` rows (default: as ``ingest.entities.review`` says).

    One part is in memory at a time. Raises ReviewError where no mentions were made yet.
    """
    from ingest.entities import review as rules

    found = [_findings(layout, part.path.stem, part.fetched_on) for part in parts(layout, MENTIONS)]
    registry = layout.registry("agency_periods")
    if not found or not registry.exists():
        raise ReviewError(f"{layout.root} has no mentions yet: take articles in with `kliping run`")
    lists = rules.review(
        found,
        read_part(registry),
        bodies=limit or rules.BODIES,
        candidates=limit or rules.CANDIDATES,
        ambiguous=limit or rules.AMBIGUOUS,
    )
    return {name: frame.to_dicts() for name, frame in lists.items()}


def _findings(layout: Layout, part_id: str, fetched_on: Any) -> Findings:
    from ingest.entities.review import findings

    def rows(table: Any, columns: list[str] | None = None) -> pl.DataFrame:
        return read_part(layout.part(table, fetched_on, part_id), columns)

    return findings(rows(ARTICLES, _ARTICLE_COLUMNS), rows(ZONES_TABLE), rows(MENTIONS))


def show(console: Console, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """What ``kliping entities review`` prints for people: a line for each row, then its sentence."""
    for name, rows in lists.items():
        console.print(f"{TITLES[name]}: {len(rows) or 'none'}", highlight=False)
        for row in rows:
            console.print(f"  {_line(row)}", highlight=False, markup=False, soft_wrap=True)
            console.print(f"           {' '.join((row['example'] or '').split())}", style="dim", highlight=False,
                          markup=False, soft_wrap=True)  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    told = row.get("phrase") or row.get("surface") or f"{row['agency_name']} ({row['agency_id']})"
    if "candidates" in row:
        told += f": {' | '.join(row['candidates'])}"
    if "mention_count" in row:
        told += f", {row['mention_count']:,} mentions"
    return f"{row['article_count']:>7,}  {told}"
