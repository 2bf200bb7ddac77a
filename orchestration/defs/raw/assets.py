"""Raw documents, taken in from files and dumps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import Field

from orchestration.events import Event, check_specs, run_stage, specs
from orchestration.partitions import DAYS, ONE_RUN
from orchestration.progress import observer
from orchestration.raw import take_in
from orchestration.resources import Warehouse
from warehouse.contracts.lake import DOCUMENTS, FETCH_OUTCOMES

TABLES = (DOCUMENTS, FETCH_OUTCOMES)


class Intake(dg.Config):
    """What to take in: files or folders, and how to read them."""

    paths: list[str] = Field(default_factory=list)
    mapping: str | None = None
    source_id: str = "files"
    fetched_at_utc: str | None = None


@dg.multi_asset(
    name="raw", specs=specs(TABLES), check_specs=check_specs(TABLES), partitions_def=DAYS, backfill_policy=ONE_RUN
)
def raw(config: Intake, warehouse: Warehouse) -> Iterator[Event]:
    """Documents as received, and what became of every attempt."""
    tell = observer.get()
    tell.stage("raw", None)
    fetched_at = datetime.fromisoformat(config.fetched_at_utc) if config.fetched_at_utc else datetime.now(UTC)
    yield from run_stage(
        warehouse.layout,
        "raw",
        TABLES,
        lambda: (
            take_in(
                warehouse.layout,
                [Path(path) for path in config.paths],
                fetched_at=fetched_at.replace(tzinfo=None),
                source_id=config.source_id,
                mapping=Path(config.mapping) if config.mapping else None,
                tell=tell.tell,
                advance=tell.advance,
            ).outcomes
        ),
    )
