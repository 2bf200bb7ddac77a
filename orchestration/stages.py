"""The stages after raw: what each reads and writes, and which of its parts are stale.

Does not belong here: what a stage computes (``ingest``), how a part is made and checked (``derive``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.entities.watch import Watch, read_watch
from ingest.registry.load import Registry
from warehouse.contracts import Table
from warehouse.contracts.lake import (
    ARTICLES,
    DATE_CANDIDATES,
    DOCUMENTS,
    EVENT_DATES,
    MENTIONS,
    PLACES,
    STATEMENTS,
    TOPIC_HITS,
    ZONES_TABLE,
)
from warehouse.errors import CheckError
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import Part, Record, fetched_on, parts, read_record

if TYPE_CHECKING:
    import polars as pl

Frames = dict[str, "pl.DataFrame"]
Transform = Callable[[Frames], Frames]


@dataclass(frozen=True)
class Stage:
    """A layer that is derived part by part.

    The first of ``inputs`` decides which documents there are; the first of ``tables`` carries the record by
    which a part is found stale. ``prepare`` compiles the registry once and returns the stage's function.
    ``versions`` names whatever else its parts are made of.
    """

    name: str
    inputs: tuple[Table, ...]
    tables: tuple[Table, ...]
    version: int
    registry_tables: tuple[str, ...]
    prepare: Callable[[Registry], Transform]
    versions: Mapping[str, str] = field(default_factory=dict)

    def registry_version(self, registry: Registry) -> str:
        """The version of the registry tables that the stage depends on; empty where it depends on none."""
        return registry.version(*self.registry_tables) if self.registry_tables else ""


def _prepare_clean(registry: Registry) -> Transform:
    from ingest.clean.stage import clean

    return lambda frames: clean(frames["documents"], registry)


def _prepare_entities(registry: Registry) -> Transform:
    from ingest.entities.stage import compile_registry, extract_entities

    compiled = compile_registry(registry)
    return lambda frames: extract_entities(frames["articles"], frames["zones"], compiled)


def _prepare_topics(watch: Watch, registry: Registry) -> Transform:
    from ingest.entities.engine import Hierarchy
    from ingest.entities.occurrences import build_watcher
    from ingest.entities.topics import find_topic_hits

    watcher = build_watcher(watch.topics, Hierarchy.of(registry) if watch.names_bodies else None)
    return lambda frames: {
        "topic_hits": find_topic_hits(frames["articles"], frames["zones"], frames.get("mentions"), watcher)
    }


def clean_stage() -> Stage:
    """raw.documents -> clean.articles, clean.zones, clean.date_candidates."""
    from ingest.clean.stage import REGISTRY_TABLES, STAGE_VERSION

    tables = (ARTICLES, ZONES_TABLE, DATE_CANDIDATES)
    return Stage("clean", (DOCUMENTS,), tables, STAGE_VERSION, REGISTRY_TABLES, _prepare_clean)


def entities_stage() -> Stage:
    """clean.articles, clean.zones -> entities.mentions, event_dates, statements, places."""
    from ingest.entities.stage import REGISTRY_TABLES, STAGE_VERSION

    tables = (MENTIONS, EVENT_DATES, STATEMENTS, PLACES)
    return Stage("entities", (ARTICLES, ZONES_TABLE), tables, STAGE_VERSION, REGISTRY_TABLES, _prepare_entities)


def topics_stage(watch: Watch) -> Stage:
    """clean.articles, clean.zones and the watch list -> entities.topic_hits.

    Mentions and registry are read only where a topic's query names a body.
    """
    from ingest.entities.topics import REGISTRY_TABLES, STAGE_VERSION

    inputs: tuple[Table, ...] = (ARTICLES, ZONES_TABLE)
    registry_tables: tuple[str, ...] = ()
    if watch.names_bodies:
        inputs, registry_tables = (ARTICLES, ZONES_TABLE, MENTIONS), REGISTRY_TABLES
    prepare = partial(_prepare_topics, watch)
    versions = {"watch_version": watch.version}
    return Stage("topics", inputs, (TOPIC_HITS,), STAGE_VERSION, registry_tables, prepare, versions)


def stages(layout: Layout) -> tuple[Stage, ...]:
    """The derived stages in their order. Raises WatchError where the watch list cannot be read."""
    return clean_stage(), entities_stage(), topics_stage(read_watch(layout.watch))


def part_record(layout: Layout, stage: Stage, registry_version: str, source: Part) -> dict[str, str]:
    """What a part made now from ``source`` would be made of."""
    return {
        "raw_part": source.part_id,
        "input": _input_version(layout, stage, source),
        "stage_version": str(stage.version),
        "registry_version": registry_version,
        "contract_version": hex16(*(table.version for table in stage.tables)),
        **stage.versions,
    }


def _input_version(layout: Layout, stage: Stage, source: Part) -> str:
    """What the inputs of a part hold, from the record of the stage that made them."""
    if stage.inputs[0].layer == "raw":  # raw parts are immutable: their name says it all
        return source.part_id
    made: dict[str, str] = {}
    for table in stage.inputs:
        path = layout.part(table, source.fetched_on, source.part_id)
        if f"fingerprint.{table.name}" not in made and path.exists():
            made |= read_record(path)
    return "+".join(made.get(f"fingerprint.{table.name}", "none yet") for table in stage.inputs)


def _is_made_of(paths: Sequence[Path], record: Record) -> bool:
    if not all(path.exists() for path in paths):
        return False
    made = read_record(paths[0])
    return all(made.get(name) == value for name, value in record.items())


def stale_parts(layout: Layout, stage: Stage, registry: Registry) -> list[Part]:
    """The input parts whose derived part is missing or was made of something else."""
    version = stage.registry_version(registry)
    return [
        source
        for source in parts(layout, stage.inputs[0])
        if not _is_made_of(
            [layout.part(table, source.fetched_on, source.part_id) for table in stage.tables],
            part_record(layout, stage, version, source),
        )
    ]


def orphaned_parts(layout: Layout, stage: Stage) -> list[Part]:
    """Derived parts whose input part is gone."""
    alive = {(part.fetched_on, part.part_id) for part in parts(layout, stage.inputs[0])}
    made = chain.from_iterable(parts(layout, table) for table in stage.tables)
    return [part for part in made if (part.fetched_on, part.part_id) not in alive]


LASTS = timedelta(hours=3)
"""How long a run may wait and work: one that begins before midnight covers the next day as well."""


def days_to_make(layout: Layout, registry: Registry, started: datetime) -> tuple[date, date]:
    """First and last day that a run must cover so that nothing is stale after it.

    The days on which a run that started at ``started`` (naive UTC) can take in documents lie within.
    """
    days = [fetched_on(started), fetched_on(started + LASTS)]
    days += [part.fetched_on for stage in stages(layout) for part in stale_parts(layout, stage, registry)]
    return min(days), max(days)


def refuse_mixed_versions(layout: Layout, registry: Registry) -> None:
    """Raise CheckError where a part is stale: a snapshot is never made of parts of different versions."""
    counts = {stage.name: len(stale_parts(layout, stage, registry)) for stage in stages(layout)}
    told = ", ".join(f"{count} of {name}" for name, count in counts.items() if count)
    if told:
        raise CheckError(
            f"Nothing was published, for parts are stale ({told}): they were made by another version of the rules "
            "and lie outside the days of this run. `kliping run` makes them all."
        )
