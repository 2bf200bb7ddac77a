"""`kliping evaluate`, in process: JSON for programs, lines for people, one sentence for a mistake."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app

BODY = "Pemerintah kabupaten membuka posko layanan warga di tiga kecamatan sejak Senin pagi pekan ini juga."


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_dates(tmp_path: Path, runner: CliRunner) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"id": "a", "date": "9 Juni 2025 19:03 WIB", "published_at": "2025-06-09T19:03:00+07:00"}\n'
        '{"id": "b", "date": "9 Juni 2025 [baru]", "published_at": "2025-06-10"}\n',
        encoding="utf-8",
    )
    done = runner.invoke(app, ["evaluate", "dates", "--gold", str(gold), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["exact"], figures["swapped"], figures["null"]) == (2, 0.5, 0, 0)
    [miss] = figures["misses"]
    assert {"id", "raw", "expected", "got", "rule"} <= miss.keys()
    told = runner.invoke(app, ["evaluate", "dates", "--gold", str(gold)])
    assert told.exit_code == 0
    assert "9 Juni 2025 [baru]" in told.stdout


def test_extraction(tmp_path: Path, runner: CliRunner) -> None:
    (tmp_path / "satu.html").write_text(
        f"<html><body><h1>Posko</h1><article><p>{BODY}</p></article></body></html>", encoding="utf-8"
    )
    (tmp_path / "satu.txt").write_text(BODY, encoding="utf-8")
    done = runner.invoke(app, ["evaluate", "extraction", "--gold", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["f1"]) == (1, 1.0)
    assert {"precision", "recall", "pages_per_cpu_second", "mb_per_cpu_second"} <= figures.keys()


def test_zones(tmp_path: Path, runner: CliRunner) -> None:
    gold = tmp_path / "labels.jsonl"
    row = {"id": "a", "text": BODY, "zones": [{"zone": "lead", "start": 0, "end": len(BODY)}]}
    gold.write_text(json.dumps(row), encoding="utf-8")
    done = runner.invoke(app, ["evaluate", "zones", "--gold", str(gold), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["f1"] == {"lead": 1.0}
    told = runner.invoke(app, ["evaluate", "zones", "--gold", str(gold)])
    assert "lead_or_body: precision 1.0" in told.stdout


def test_statements(tmp_path: Path, runner: CliRunner) -> None:
    text = "KUDUS - Hujan turun sejak pagi.\n\nMenteri Dalam Negeri Bayu Lesmana mengatakan [baru] daerah sudah siap."
    said, speaker = text.index("[baru]"), text.index("Menteri")
    place = {"dataset": "ours", "file": "a.jsonl", "row": 0}
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps(place | {"title": "Hujan", "body": text}), encoding="utf-8")
    statement = {
        "zone": "body", "start": said, "end": len(text) - 1, "kind": "indirect", "speaker_start": speaker,
        "speaker_end": text.index(" mengatakan"), "agency": "kemenkes",
    }  # fmt: skip
    sha = hashlib.sha256(text.encode()).hexdigest()[:16]
    label = {"id": "a", "split": "dev", "document": place, "text_sha": sha, "statements": [statement]}
    gold = tmp_path / "labels.jsonl"
    gold.write_text(json.dumps(label), encoding="utf-8")
    words = ["evaluate", "statements", "--gold", str(gold), "--articles", str(articles)]
    done = runner.invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert (figures["n_articles"], figures["stale"]) == (1, [])
    assert [figures[name]["f1"] for name in ("statement", "speaker", "agency")] == [1.0, 1.0, 0.0]
    told = runner.invoke(app, words)
    assert "speaker: precision 1.0" in told.stdout
    assert "wanted_agency kemenkes" in told.stdout
    assert "[baru] daerah sudah siap" in told.stdout
    other = runner.invoke(app, [*words, "--split", "test", "--json"])
    assert json.loads(other.stdout)["n_articles"] == 0


def test_articles_that_are_not_there_are_asked_for(
    tmp_path: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLIPING_DEV_DATA", str(tmp_path))
    (tmp_path / "labels.jsonl").touch()
    done = runner.invoke(app, ["evaluate", "statements", "--gold", str(tmp_path / "labels.jsonl")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "--articles" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["dates", "extraction", "zones"])
def test_a_set_that_is_not_there_is_told_in_a_sentence(tmp_path: Path, runner: CliRunner, kind: str) -> None:
    done = runner.invoke(app, ["evaluate", kind, "--gold", str(tmp_path / "nihil")])
    assert done.exit_code == 1
    assert "nihil" in done.stderr
    assert "Traceback" not in done.output


def test_mentions(tmp_path: Path, runner: CliRunner) -> None:
    gold = tmp_path / "gold.jsonl"
    body = "Kementerian Dalam Negeri (Kemendagri) rapat. Ketua Bawaslu hadir di Kementerian Udara [baru]."
    mentions = [
        {"zone": "body", "surface": "Kementerian Dalam Negeri (Kemendagri)", "start": 0, "via": "name",
         "canonical": "Kementerian Dalam Negeri", "top": "Kementerian Dalam Negeri", "kind": "ministry"},
        {"zone": "body", "surface": "Kementerian Udara", "start": body.index("Kementerian Udara"), "via": "name",
         "canonical": "Kementerian Udara", "top": "Kementerian Udara", "kind": "ministry"},
    ]  # fmt: skip
    row = {"id": "a", "title": "Rapat", "body": body, "published_at": "2024-03-12", "mentions": mentions}
    gold.write_text(json.dumps(row), encoding="utf-8")
    done = runner.invoke(app, ["evaluate", "mentions", "--gold", str(gold), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert (figures["n_articles"], figures["n_mentions"]) == (1, 2)
    assert figures["span_exact"] | {"f1": 0.5} == {"p": 0.5, "r": 0.5, "f1": 0.5, "right": 1, "wrong": 1, "missed": 1}
    assert {"span_overlap", "top_body", "agency_accuracy", "via_accuracy", "intervals", "by_kind"} <= figures.keys()
    assert {error["kind"] for error in figures["errors"]} == {"missed", "spurious", "missed_top", "spurious_top"}
    brief = runner.invoke(app, ["evaluate", "mentions", "--gold", str(gold)])
    assert brief.exit_code == 0
    assert "span_exact: p 0.5000" in brief.stdout
    assert ">>Kementerian Udara<<" not in brief.stdout
    told = runner.invoke(app, ["evaluate", "mentions", "--gold", str(gold), "--errors"])
    assert "Ketua Bawaslu hadir di >>Kementerian Udara<< [baru]." in told.stdout


def test_a_malformed_label_is_one_sentence(tmp_path: Path, runner: CliRunner) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "a", "body": "KPU rapat.", "mentions": [{"zone": "body", "surface": "KPU"}]}')
    done = runner.invoke(app, ["evaluate", "mentions", "--gold", str(gold)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{gold} line 1: mention 1 has no start")
    assert done.stderr.count("\n") == 1
