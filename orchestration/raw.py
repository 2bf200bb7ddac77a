"""Takes documents into raw: read, check, move in, batch by batch.

Does not belong here: how a format is read (``ingest.sources``), what is asked of the web (``collect``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.checks import raise_if_blocked, save_results
from warehouse.contracts.lake import DISCOVERED_LINKS, DOCUMENTS, FETCH_OUTCOMES
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import WIB, Staging, parts, read_part, write_part

if TYPE_CHECKING:
    from ingest.sources.batch import Batch
    from ingest.sources.mapping import Kind
    from warehouse.expectations.run import RuleResult


@dataclass
class Intake:
    """What became of the records that were taken in: their number by outcome."""

    outcomes: Counter[str] = field(default_factory=Counter)
    results: list[RuleResult] = field(default_factory=list)


def known_ids(layout: Layout) -> set[str]:
    """The ids of all documents in raw."""
    return {
        document_id
        for part in parts(layout, DOCUMENTS)
        for document_id in read_part(part.path, columns=["document_id"])["document_id"]
    }


def move_in(layout: Layout, batch: Batch) -> list[RuleResult]:
    """Check a batch and move it into raw as a whole, each row to the WIB day that it was obtained on.

    Raises CheckError where the batch breaks a rule: then nothing of it moves.
    """
    import polars as pl

    from warehouse.expectations.run import validate

    with Staging(layout) as staging:
        files: dict[str, list[Path]] = {}
        for table, frame, identity, moment in (
            (FETCH_OUTCOMES, batch.outcomes, ("attempt_id", "outcome"), "fetched_at_utc"),
            (DOCUMENTS, batch.documents, ("document_id",), "fetched_at_utc"),
            (DISCOVERED_LINKS, batch.links, ("discovery_id",), "discovered_at_utc"),
        ):
            days = frame.with_columns((pl.col(moment) + WIB).dt.date().alias("fetched_on"))
            for day, rows in sorted(days.partition_by("fetched_on", as_dict=True, include_key=False).items()):
                part_id = hex16(*sorted(rows.select(pl.concat_str(identity)).to_series()))
                staged = staging.file(layout.part(table, day[0], part_id))
                write_part(rows, table, staged, {"contract_version": table.version})
                files.setdefault(table.full_name, []).append(staged)
        results = validate("raw", files)
        save_results(layout, "raw", results)
        raise_if_blocked("raw", results)
        staging.commit()
    return results


def take_in(
    layout: Layout,
    paths: Sequence[Path],
    *,
    fetched_at: datetime,
    source_id: str,
    mapping: Path | None,
    kind: Kind | None,
    outlet_domains: Collection[str],
    only_known_outlets: bool,
    tell: Callable[[str], None],
    advance: Callable[[int], None],
) -> Intake:
    """Read ``paths`` into raw.documents and raw.fetch_outcomes; each batch moves in as a whole.

    Raises SourceError for a path or mapping that is not there, CheckError where what was read breaks a rule.
    """
    from ingest.sources.collect import collect

    intake = Intake()
    batches = collect(
        paths,
        fetched_at=fetched_at,
        known_ids=known_ids(layout),
        source_id=source_id,
        mapping=mapping,
        kind=kind,
        outlet_domains=outlet_domains,
        only_known_outlets=only_known_outlets,
        report=tell,
    )
    for batch in batches:
        intake.results = move_in(layout, batch)
        intake.outcomes.update(batch.outcomes["outcome"].to_list())
        advance(batch.outcomes.height)
    return intake
