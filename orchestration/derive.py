"""Makes the stale parts of a stage: write aside, audit, move into the lake.

Documents that break a row rule are set aside in quarantine; a broken frame rule stops the stage before
anything moves. Does not belong here: which parts are stale (``stages``), what is checked
(``warehouse.expectations``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.registry.load import Registry
from orchestration.checks import raise_if_blocked, save_results
from orchestration.stages import Frames, Stage, Transform, orphaned_parts, part_record, stale_parts
from warehouse.contracts import TABLES
from warehouse.contracts.lake import QUARANTINE
from warehouse.layout import Layout
from warehouse.store import Part, Record, Staging, fingerprint, read_part, write_part

if TYPE_CHECKING:
    import polars as pl

    from warehouse.expectations.run import RuleResult

Advance = Callable[[int], None]

DOCUMENTS_PER_SLICE = 2_000
DOCUMENTS_PER_AUDIT = 60_000


@dataclass
class Report:
    """What a stage did, for people and for Dagster."""

    part_count: int = 0
    document_count: int = 0
    rejected_count: int = 0
    results: list[RuleResult] = field(default_factory=list)


@dataclass
class _Made:
    """A part that was made and not yet audited."""

    source: Part
    record: Record
    frames: Frames
    document_count: int


def derive(layout: Layout, stage: Stage, registry: Registry, *, first: date, last: date, advance: Advance) -> Report:
    """Make the stale parts fetched from ``first`` to ``last``; remove what has no input any more.

    Raises CheckError where a frame rule is broken; what was committed before stays and is right.
    """
    report = Report()
    stale = [part for part in stale_parts(layout, stage, registry) if first <= part.fetched_on <= last]
    transform = stage.prepare(registry) if stale else None
    version = stage.registry_version(registry)
    while stale and transform:
        with Staging(layout) as staging:
            made: list[_Made] = []
            while stale and sum(m.document_count for m in made) < DOCUMENTS_PER_AUDIT:
                source = stale.pop(0)
                record = part_record(layout, stage, version, source)
                made.append(_make(layout, stage, source, record, transform, advance))
                _write(staging, layout, stage, made[-1])
            report.results = _audit(layout, stage, staging, made)
            staging.commit()
        report.part_count += len(made)
        report.document_count += sum(m.document_count for m in made)
        report.rejected_count += sum(m.frames["rows"]["document_id"].n_unique() for m in made)
    with Staging(layout) as staging:
        for part in orphaned_parts(layout, stage):
            staging.remove(part.path)
        staging.commit()
    return report


def _slices(inputs: Mapping[str, pl.DataFrame]) -> Iterator[Frames]:
    """The inputs of a part, some documents at a time: memory stays flat and progress can be told."""
    first, *others = inputs
    for chunk in inputs[first].iter_slices(DOCUMENTS_PER_SLICE):
        keys = chunk.select("document_id")
        yield {first: chunk} | {
            name: inputs[name].join(keys, on="document_id", how="semi", maintain_order="left") for name in others
        }


def _make(layout: Layout, stage: Stage, source: Part, record: Record, transform: Transform, advance: Advance) -> _Made:
    """The stage's frames of one part; ``rows`` holds what could not be made."""
    import polars as pl

    inputs = {table.name: read_part(layout.part(table, source.fetched_on, source.part_id)) for table in stage.inputs}
    pieces = {table.name: [table.empty()] for table in (*stage.tables, QUARANTINE)}
    for frames in _slices(inputs):
        for name, frame in transform(frames).items():
            pieces[name].append(frame)
        advance(next(iter(frames.values())).height)
    made = {name: pl.concat(frames) for name, frames in pieces.items()}
    return _Made(source, record, made, inputs[stage.inputs[0].name].height)


def _quarantine_file(layout: Layout, stage: Stage, source: Part) -> Path:
    return layout.part(QUARANTINE, source.fetched_on, f"{source.part_id}-{stage.name}")


def _write(staging: Staging, layout: Layout, stage: Stage, made: _Made) -> None:
    """Write one part's tables aside; the record, with the tables' fingerprints, goes into each."""
    record = {
        **made.record,
        **{f"fingerprint.{t.name}": fingerprint(t.conform(made.frames[t.name])) for t in stage.tables},
    }
    for table in stage.tables:
        target = layout.part(table, made.source.fetched_on, made.source.part_id)
        write_part(made.frames[table.name], table, staging.file(target), record)
    rejected = _quarantine_file(layout, stage, made.source)
    if made.frames["rows"].is_empty():
        staging.remove(rejected)
    else:
        write_part(made.frames["rows"], QUARANTINE, staging.file(rejected), record)


def _files(layout: Layout, stage: Stage, staging: Staging, made: list[_Made]) -> dict[str, list[Path]]:
    """The files that the suite reads: what was staged, what it was made from, and the registry."""
    files = {
        table.full_name: [staging.file(layout.part(table, m.source.fetched_on, m.source.part_id)) for m in made]
        for table in stage.tables
    }
    for table in stage.inputs:
        files[table.full_name] = [layout.part(table, m.source.fetched_on, m.source.part_id) for m in made]
    for name in stage.registry_tables:
        files[f"registry.{name}"] = [layout.registry(name)]
    return files


def _audit(layout: Layout, stage: Stage, staging: Staging, made: list[_Made]) -> list[RuleResult]:
    """Run the stage's suite over the staged files; set aside the documents that break a row rule."""
    import polars as pl

    from ingest.clean.stage import NO_ARTICLES
    from warehouse.expectations.run import broken_documents, quarantine_share, validate

    results = validate(stage.name, _files(layout, stage, staging, made))
    if any(not result.passed and result.rule.kind == "row" for result in results):
        broken = broken_documents(stage.name, _files(layout, stage, staging, made), results)
        for part in made:
            _set_aside(stage, part, broken)
            _write(staging, layout, stage, part)
        results = validate(stage.name, _files(layout, stage, staging, made))
    # a front page or a second page among what was collected is no sign of a broken reader
    rejected = sum(
        part.frames["rows"].filter(~pl.col("rule").is_in(NO_ARTICLES))["document_id"].n_unique() for part in made
    )
    results.append(quarantine_share(stage.name, rejected, sum(part.document_count for part in made)))
    save_results(layout, stage.name, results)
    raise_if_blocked(stage.name, results)
    return results


def _set_aside(stage: Stage, made: _Made, broken: pl.DataFrame) -> None:
    """Move the broken documents' rows of every table of the stage to quarantine, each as it was."""
    import polars as pl

    rejected = [made.frames["rows"]]
    for table in stage.tables:
        frame = made.frames[table.name]
        hit = frame.join(broken.filter(pl.col("table_name") == table.full_name), on="document_id")
        rejected.append(
            hit.select(
                pl.lit(stage.name).alias("stage"),
                pl.lit(table.full_name).alias("table_name"),
                "document_id",
                "rule",
                pl.struct(table.column_names).struct.json_encode().alias("original"),
            )
        )
        made.frames[table.name] = frame.join(broken, on="document_id", how="anti", maintain_order="left")
    made.frames["rows"] = QUARANTINE.conform(pl.concat(rejected)).unique(
        subset=list(TABLES["quarantine.rows"].key), keep="first", maintain_order=True
    )
