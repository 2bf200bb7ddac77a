"""Takes files and dumps into raw: read, check, move in, batch by batch.

Does not belong here: how a format is read (``ingest.sources``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.checks import raise_if_blocked, save_results
from warehouse.contracts.lake import DOCUMENTS, FETCH_OUTCOMES
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import Staging, fetched_on, parts, read_part, write_part

if TYPE_CHECKING:
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


def take_in(
    layout: Layout,
    paths: Sequence[Path],
    *,
    fetched_at: datetime,
    source_id: str,
    mapping: Path | None,
    tell: Callable[[str], None],
    advance: Callable[[int], None],
) -> Intake:
    """Read ``paths`` into raw.documents and raw.fetch_outcomes; each batch moves in as a whole.

    Raises SourceError for a path or mapping that is not there, CheckError where what was read breaks a rule.
    """
    from ingest.sources.collect import collect
    from warehouse.expectations.run import validate

    intake = Intake()
    day = fetched_on(fetched_at)
    batches = collect(
        paths, fetched_at=fetched_at, known_ids=known_ids(layout), source_id=source_id, mapping=mapping, report=tell
    )
    for batch in batches:
        with Staging(layout) as staging:
            files = {}
            outcomes = batch.outcomes
            part_id = hex16(*sorted(outcomes["attempt_id"] + outcomes["outcome"]))
            for table, frame, name in (
                (FETCH_OUTCOMES, outcomes, part_id),
                (DOCUMENTS, batch.documents, hex16(*sorted(batch.documents["document_id"]))),
            ):
                if not frame.is_empty():
                    staged = staging.file(layout.part(table, day, name))
                    write_part(frame, table, staged, {"contract_version": table.version})
                    files[table.full_name] = [staged]
            intake.results = validate("raw", files)
            save_results(layout, "raw", intake.results)
            raise_if_blocked("raw", intake.results)
            staging.commit()
        intake.outcomes.update(outcomes["outcome"].to_list())
        advance(outcomes.height)
    return intake
