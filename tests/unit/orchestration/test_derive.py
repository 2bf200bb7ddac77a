"""Write, audit, publish: what breaks a row rule is set aside, what breaks a frame rule moves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingest.registry.load import Registry, load
from orchestration.checks import read_results
from orchestration.derive import derive
from orchestration.registry import store_registry
from orchestration.stages import Frames, Stage, clean_stage, refuse_mixed_versions, stale_parts
from warehouse.contracts.lake import ARTICLES, DOCUMENTS, QUARANTINE, ZONES_TABLE
from warehouse.errors import CheckError
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import Staging, fetched_on, parts, read_part, write_part

REGISTRY = load()
FETCHED = datetime(2025, 3, 3, 2)
DAY = fetched_on(FETCHED)


def documents(count: int) -> pl.DataFrame:
    payloads = [
        json.dumps(
            {"isi": f"JAKARTA - Kemendagri menggelar rapat ke-{n}.", "judul": f"Rapat {n}", "tanggal": "2 Maret 2025"}
        )
        for n in range(count)
    ]
    return DOCUMENTS.conform(
        pl.DataFrame(
            {
                "document_id": [hex16("uji", payload) for payload in payloads],
                "payload": [payload.encode() for payload in payloads],
            }
        ).with_columns(
            source_id=pl.lit("uji"),
            source_kind=pl.lit("dump"),
            url=pl.lit(None, pl.String),
            source_record_id=pl.lit(None, pl.String),
            fetched_at_utc=pl.lit(FETCHED),
            observed_at_utc=pl.lit(None, pl.Datetime("us")),
            media_type=pl.lit("application/json"),
            metadata=pl.lit(
                '{"columns": {"body": ["isi"], "date": ["tanggal"], "title": ["judul"]}, "date_order": "DMY"}'
            ),
        )
    )


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data")
    store_registry(layout, REGISTRY)
    frame = documents(30)
    with Staging(layout) as staging:
        for number in range(3):
            rows = frame[number * 10 : number * 10 + 10]
            path = layout.part(DOCUMENTS, DAY, hex16(*sorted(rows["document_id"])))
            write_part(rows, DOCUMENTS, staging.file(path), {})
        staging.commit()
    return layout


def damaged(damage: Callable[[Frames], Frames]) -> Stage:
    """The clean stage with a defect."""
    stage = clean_stage()

    def prepare(registry: Registry) -> Callable[[Frames], Frames]:
        transform = stage.prepare(registry)
        return lambda frames: damage(transform(frames))

    return replace(stage, prepare=prepare)


def late(count: int) -> Callable[[Frames], Frames]:
    """The first articles of each part claim to be from after they were fetched."""

    def damage(frames: Frames) -> Frames:
        chosen = pl.int_range(pl.len()) < count
        moved = pl.when(chosen).then(pl.lit(datetime(2026, 1, 1))).otherwise("published_at_utc")
        articles = frames["articles"].with_columns(published_at_utc=moved)
        first = articles.select("document_id").head(count)
        dates = frames["date_candidates"]
        hit = dates.join(first, on="document_id", how="semi").with_columns(
            candidate_at_utc=pl.lit(datetime(2026, 1, 1))
        )
        rest = dates.join(first, on="document_id", how="anti")
        return frames | {"articles": articles, "date_candidates": pl.concat([rest, hit])}

    return damage


def no_zones(frames: Frames) -> Frames:
    return frames | {"zones": frames["zones"].clear()}


def made(layout: Layout, stage: Stage) -> int:
    advanced: list[int] = []
    report = derive(layout, stage, REGISTRY, first=DAY, last=DAY, advance=advanced.append)
    assert sum(advanced) == report.document_count
    return report.rejected_count


def test_all_parts_are_made_once(layout: Layout) -> None:
    stage = clean_stage()
    assert len(stale_parts(layout, stage, REGISTRY)) == 3
    assert made(layout, stage) == 0
    assert stale_parts(layout, stage, REGISTRY) == []
    before = {part.path: part.path.stat().st_mtime_ns for part in parts(layout, ARTICLES)}
    assert made(layout, stage) == 0
    assert before == {part.path: part.path.stat().st_mtime_ns for part in parts(layout, ARTICLES)}
    assert sum(read_part(path).height for path in before) == 30


def test_a_part_that_lost_one_of_its_tables_is_made_again(layout: Layout) -> None:
    stage = clean_stage()
    made(layout, stage)
    lost = parts(layout, ZONES_TABLE)[0]
    lost.path.unlink()
    assert [part.part_id for part in stale_parts(layout, stage, REGISTRY)] == [lost.part_id]
    made(layout, stage)
    assert lost in parts(layout, ZONES_TABLE)


def test_broken_rows_are_set_aside_with_rule_and_original(layout: Layout) -> None:
    assert made(layout, damaged(late(2))) == 6
    rows = pl.concat([read_part(part.path) for part in parts(layout, QUARANTINE)])
    articles = rows.filter(pl.col("table_name") == "clean.articles")
    assert set(articles["rule"]) == {"publication_in_bounds"}
    assert articles["document_id"].n_unique() == 6
    assert all(json.loads(original)["published_at_utc"].startswith("2026-01-01") for original in articles["original"])
    kept = pl.concat([read_part(part.path, ["document_id"]) for part in parts(layout, ARTICLES)])
    assert kept.height == 24
    assert kept.join(rows, on="document_id", how="semi").is_empty()
    zones = pl.concat([read_part(part.path, ["document_id"]) for part in parts(layout, ZONES_TABLE)])
    assert zones.join(rows, on="document_id", how="semi").is_empty()


def test_mended_rows_leave_quarantine(layout: Layout) -> None:
    stage = damaged(late(2))
    made(layout, stage)
    mended = replace(clean_stage(), version=stage.version + 1)
    assert made(layout, mended) == 0
    assert parts(layout, QUARANTINE) == []


def test_too_many_broken_rows_block(layout: Layout) -> None:
    with pytest.raises(CheckError, match="quarantine_share_is_small"):
        made(layout, damaged(late(8)))
    assert parts(layout, ARTICLES) == parts(layout, QUARANTINE) == []


def test_a_broken_frame_moves_nothing_and_says_why(layout: Layout) -> None:
    made(layout, clean_stage())
    before = {part.path: part.path.read_bytes() for part in parts(layout, ARTICLES)}
    with pytest.raises(CheckError, match="zones_tile"):
        made(layout, replace(damaged(no_zones), version=clean_stage().version + 1))
    assert before == {part.path: part.path.read_bytes() for part in parts(layout, ARTICLES)}
    assert any("zones_tile" in row["rule"] and not row["passed"] for row in read_results(layout, "clean"))
    assert list(layout.staging.iterdir()) == []


def test_a_part_whose_source_is_gone_goes(layout: Layout) -> None:
    made(layout, clean_stage())
    parts(layout, DOCUMENTS)[0].path.unlink()
    made(layout, clean_stage())
    assert len(parts(layout, ARTICLES)) == len(parts(layout, ZONES_TABLE)) == 2


def test_only_the_asked_days_are_made_and_mixed_versions_are_not_published(layout: Layout) -> None:
    derive(layout, clean_stage(), REGISTRY, first=date(2025, 3, 4), last=date(2025, 3, 5), advance=lambda _: None)
    assert parts(layout, ARTICLES) == []
    with pytest.raises(CheckError, match="3 of clean"):
        refuse_mixed_versions(layout, REGISTRY)
