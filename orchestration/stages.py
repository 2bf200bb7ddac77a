"""The stages after raw: what each reads and writes, and which of its parts are stale.

Does not belong here: what a stage computes (``ingest``), how a part is made and checked (``derive``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.registry.load import Registry
from warehouse.contracts import Table
from warehouse.contracts.lake import ARTICLES, DATE_CANDIDATES, DOCUMENTS, EVENT_DATES, MENTIONS, ZONES_TABLE
from warehouse.errors import CheckError
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import Part, Record, parts, read_record

if TYPE_CHECKING:
    import polars as pl

Frames = dict[str, "pl.DataFrame"]
Transform = Callable[[Frames], Frames]


@dataclass(frozen=True)
class Stage:
    """A layer that is derived part by part.

    The first of ``inputs`` decides which documents there are; the first of ``tables`` carries the record by
    which a part is found stale. ``prepare`` compiles the registry once and returns the stage's function.
    """

    name: str
    inputs: tuple[Table, ...]
    tables: tuple[Table, ...]
    version: int
    registry_tables: tuple[str, ...]
    prepare: Callable[[Registry], Transform]


def _prepare_clean(registry: Registry) -> Transform:
    from ingest.clean.stage import clean

    return lambda frames: clean(frames["documents"], registry)


def _prepare_entities(registry: Registry) -> Transform:
    from ingest.entities.mentions import build_engine
    from ingest.entities.stage import extract_entities

    engine = build_engine(registry)
    return lambda frames: extract_entities(frames["articles"], frames["zones"], engine)


def clean_stage() -> Stage:
    """raw.documents -> clean.articles, clean.zones, clean.date_candidates."""
    from ingest.clean.stage import REGISTRY_TABLES, STAGE_VERSION

    tables = (ARTICLES, ZONES_TABLE, DATE_CANDIDATES)
    return Stage("clean", (DOCUMENTS,), tables, STAGE_VERSION, REGISTRY_TABLES, _prepare_clean)


def entities_stage() -> Stage:
    """clean.articles, clean.zones -> entities.mentions, entities.event_dates."""
    from ingest.entities.stage import REGISTRY_TABLES, STAGE_VERSION

    tables = (MENTIONS, EVENT_DATES)
    return Stage("entities", (ARTICLES, ZONES_TABLE), tables, STAGE_VERSION, REGISTRY_TABLES, _prepare_entities)


def stages() -> tuple[Stage, Stage]:
    """The derived stages in their order."""
    return clean_stage(), entities_stage()


def part_record(stage: Stage, registry_version: str, source: Part) -> dict[str, str]:
    """What a part made now from ``source`` would be made of."""
    if stage.inputs[0].layer == "raw":  # raw parts are immutable: their name says it all
        input_version = source.part_id
    else:
        made = read_record(source.path)
        input_version = "+".join(made[f"fingerprint.{table.name}"] for table in stage.inputs)
    return {
        "raw_part": source.part_id,
        "input": input_version,
        "stage_version": str(stage.version),
        "registry_version": registry_version,
        "contract_version": hex16(*(table.version for table in stage.tables)),
    }


def _is_made_of(paths: Sequence[Path], record: Record) -> bool:
    if not all(path.exists() for path in paths):
        return False
    made = read_record(paths[0])
    return all(made.get(name) == value for name, value in record.items())


def stale_parts(layout: Layout, stage: Stage, registry: Registry) -> list[Part]:
    """The input parts whose derived part is missing or was made of something else."""
    version = registry.version(*stage.registry_tables)
    return [
        source
        for source in parts(layout, stage.inputs[0])
        if not _is_made_of(
            [layout.part(table, source.fetched_on, source.part_id) for table in stage.tables],
            part_record(stage, version, source),
        )
    ]


def orphaned_parts(layout: Layout, stage: Stage) -> list[Part]:
    """Derived parts whose input part is gone."""
    alive = {(part.fetched_on, part.part_id) for part in parts(layout, stage.inputs[0])}
    made = chain.from_iterable(parts(layout, table) for table in stage.tables)
    return [part for part in made if (part.fetched_on, part.part_id) not in alive]


def days_to_make(layout: Layout, registry: Registry, today: date) -> tuple[date, date]:
    """First and last day that a run must cover so that nothing is stale after it; ``today`` lies within."""
    days = [today, *(part.fetched_on for stage in stages() for part in stale_parts(layout, stage, registry))]
    return min(days), max(days)


def refuse_mixed_versions(layout: Layout, registry: Registry) -> None:
    """Raise CheckError where a part is stale: a snapshot is never made of parts of different versions."""
    counts = {stage.name: len(stale_parts(layout, stage, registry)) for stage in stages()}
    told = ", ".join(f"{count} of {name}" for name, count in counts.items() if count)
    if told:
        raise CheckError(
            f"Nothing was published, for parts are stale ({told}): they were made by another version of the rules "
            "and lie outside the days of this run. `kliping run` makes them all."
        )
