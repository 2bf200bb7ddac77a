"""The stage of watch topics: a changed watch list makes hits again, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ingest.entities.watch import Topic, Watch
from ingest.registry.load import load
from orchestration.checks import read_results
from orchestration.derive import derive
from orchestration.registry import store_registry
from orchestration.stages import Stage, clean_stage, entities_stage, stages, stale_parts, topics_stage
from tests.unit.orchestration.test_derive import documents
from warehouse.contracts.lake import ARTICLES, DOCUMENTS, MENTIONS, TOPIC_HITS
from warehouse.errors import KlipingError
from warehouse.keys import hex16
from warehouse.layout import Layout
from warehouse.store import Staging, fetched_on, parts, read_part, write_part

REGISTRY = load()
DAY = fetched_on(datetime(2025, 3, 3, 2))


def watch(**queries: str) -> Watch:
    return Watch(
        topics=tuple(
            Topic(id=name.replace("_", "-"), name=name, kind="isu", owner="Humas", query=query)
            for name, query in queries.items()
        )
    )


def made(layout: Layout, stage: Stage) -> int:
    """Documents of the parts that were made."""
    return derive(layout, stage, REGISTRY, first=DAY, last=DAY, advance=lambda _: None).document_count


def hits(layout: Layout) -> pl.DataFrame:
    return pl.concat([TOPIC_HITS.empty(), *(read_part(part.path) for part in parts(layout, TOPIC_HITS))])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Two parts of ten articles, each of which mentions Kemendagri; clean and entities are made."""
    layout = Layout(tmp_path_factory.mktemp("topics") / "data")
    store_registry(layout, REGISTRY)
    frame = documents(20)
    with Staging(layout) as staging:
        for rows in (frame[:10], frame[10:]):
            path = layout.part(DOCUMENTS, DAY, hex16(*sorted(rows["document_id"])))
            write_part(rows, DOCUMENTS, staging.file(path), {})
        staging.commit()
    made(layout, clean_stage())
    made(layout, entities_stage())
    return layout


def test_a_changed_watch_list_makes_hits_again_and_nothing_else(filled: Layout) -> None:
    assert made(filled, topics_stage(Watch())) == 20
    assert hits(filled).is_empty()
    two = watch(rapat="rapat", kemendagri="kemendagri AND NOT rapat")
    others = [clean_stage(), entities_stage()]
    assert len(stale_parts(filled, topics_stage(two), REGISTRY)) == 2
    assert [stale_parts(filled, stage, REGISTRY) for stage in others] == [[], []]
    assert made(filled, topics_stage(two)) == 20
    assert made(filled, topics_stage(two)) == 0
    assert hits(filled)["topic_id"].unique().to_list() == ["rapat"]
    assert hits(filled)["document_id"].n_unique() == 20
    assert all(row["passed"] for row in read_results(filled, "topics"))

    renamed = Watch(topics=tuple(topic.model_copy(update={"name": "Lain"}) for topic in two.topics))
    assert stale_parts(filled, topics_stage(renamed), REGISTRY) == []
    without = watch(kemendagri="kemendagri AND NOT rapat")
    assert made(filled, topics_stage(without)) == 20
    assert hits(filled).is_empty()


def test_only_a_query_that_names_a_body_depends_on_mentions_and_registry(filled: Layout) -> None:
    words, body = topics_stage(watch(a="rapat")), topics_stage(watch(a="agency:kemendagri AND rapat"))
    assert [table.name for table in words.inputs] == ["articles", "zones"]
    assert words.registry_version(REGISTRY) == ""
    assert MENTIONS in body.inputs
    assert body.registry_version(REGISTRY) == REGISTRY.version("agencies", "agency_periods")
    assert made(filled, body) == 20
    assert {"agency:kemendagri", "rapat"} == set(hits(filled)["rule"])
    assert stale_parts(filled, body, REGISTRY) == []

    part = parts(filled, MENTIONS)[0]
    before = part.path.read_bytes()
    record = {"fingerprint.mentions": "other"}
    write_part(read_part(part.path), MENTIONS, part.path, record)
    assert [found.part_id for found in stale_parts(filled, body, REGISTRY)] == [part.part_id]
    part.path.unlink()
    assert len(stale_parts(filled, body, REGISTRY)) == 1
    part.path.write_bytes(before)
    assert stale_parts(filled, body, REGISTRY) == []


def test_an_unknown_body_is_told_and_moves_nothing(filled: Layout) -> None:
    made(filled, topics_stage(watch(a="rapat")))
    before = hits(filled)
    with pytest.raises(KlipingError, match="topic a names the body kemendagi, which the registry does not have"):
        made(filled, topics_stage(watch(a="agency:kemendagi")))
    assert hits(filled).equals(before)


def test_hits_of_articles_that_are_gone_go(filled: Layout) -> None:
    stage = topics_stage(watch(a="rapat"))
    made(filled, stage)
    gone = parts(filled, ARTICLES)[0]
    before = gone.path.read_bytes()
    gone.path.unlink()
    made(filled, stage)
    assert len(parts(filled, TOPIC_HITS)) == 1
    gone.path.write_bytes(before)
    made(filled, stage)
    assert len(parts(filled, TOPIC_HITS)) == 2


def test_the_stages_of_a_folder_know_its_watch_list(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert [stage.name for stage in stages(layout)] == ["clean", "entities", "topics"]
    empty = stages(layout)[-1].versions
    layout.config.mkdir()
    topic = "{id: a, name: A, kind: isu, owner: Humas, query: rapat}"
    layout.watch.write_text(f"topics: [{topic}]")
    assert stages(layout)[-1].versions != empty
    layout.watch.write_text("topics: [{}]")
    with pytest.raises(KlipingError, match=r"watch\.yml, topic number 1, id: is missing"):
        stages(layout)
