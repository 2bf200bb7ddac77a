"""`kliping entities review`, in process, on a lake of two parts."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.clean.stage import clean
from ingest.entities.mentions import find_mentions
from ingest.evaluation.gold import as_row, documents
from ingest.registry.load import load
from orchestration.cli import app
from tests.engines import shipped
from warehouse.contracts import TABLES
from warehouse.layout import Layout
from warehouse.store import write_part

BODIES = (
    "Kementerian Dalam Negeri rapat bersama Dinas Perairan Udara [baru] di Jakarta pada Selasa pagi ini.",
    "Kementerian Dalam Negeri memanggil Bawaslu. Kepala Dinas Perairan Udara hadir bersama warga kota.",
)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("lake"))
    registry = load()
    for number, body in enumerate(BODIES):
        raw = documents([as_row({"title": f"Kabar {number}", "body": body}, datetime(2024, 3, 12))])
        made = clean(raw, registry)
        mentions = find_mentions(made["articles"], made["zones"], shipped().engine)
        frames = {"clean.articles": made["articles"], "clean.zones": made["zones"], "entities.mentions": mentions}
        for name, frame in frames.items():
            part = layout.part(TABLES[name], date(2024, 3, 12 + number), f"{number:016x}")
            write_part(frame, TABLES[name], part, {})
    layout.registry("agency_periods").parent.mkdir(parents=True)
    registry["agency_periods"].write_parquet(layout.registry("agency_periods"))
    return layout


def test_lists(layout: Layout) -> None:
    done = CliRunner().invoke(app, ["entities", "review", "--data", str(layout.root), "--json"])
    assert done.exit_code == 0, done.output
    lists = json.loads(done.stdout)
    first, *_ = lists["bodies"]
    assert (first["agency_id"], first["agency_name"], first["article_count"], first["mention_count"]) == (
        "kemendagri", "Kementerian Dalam Negeri", 2, 2,
    )  # fmt: skip
    assert [(row["phrase"], row["article_count"]) for row in lists["candidates"]] == [("Dinas Perairan Udara", 2)]
    assert lists["ambiguous"] == []
    told = CliRunner().invoke(app, ["entities", "review", "--data", str(layout.root), "--limit", "1"])
    assert "Kementerian Dalam Negeri (kemendagri), 2 mentions" in told.stdout
    assert "Dinas Perairan Udara [baru]" in told.stdout
    assert "bawaslu" not in told.stdout


def test_a_folder_without_mentions(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["entities", "review", "--data", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path} has no mentions yet: take articles in with `kliping run`\n"
