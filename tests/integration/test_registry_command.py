"""`kliping registry` in the hands of people: on the shipped registry and on copies of it that were edited."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.integration.conftest import KLIPING

SHIPPED = ROOT / "ingest" / "registry"


def call(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [KLIPING, "registry", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "160"},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def answer(*words: str | Path, code: int = 0) -> Any:
    return json.loads(call(*words, "--json", code=code).stdout)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    folder.mkdir()
    for path in [*SHIPPED.glob("*.csv"), SHIPPED / "units.yml"]:
        shutil.copy(path, folder)
    return folder


def append(folder: Path, name: str, line: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


def test_the_shipped_registry_is_sound() -> None:
    found = answer("check")
    assert found["problems"] == []
    assert found["tables"]["holders"] > 400
    assert "no problem" in call("check").stdout


def test_every_problem_is_told(copy: Path) -> None:
    append(copy, "holders", "atlantis,Ani Bahari,Raja,head,2020-01-01,,Keppres 1/P/2020")
    append(copy, "holders", "kemendagri,Ani Bahari,Menteri,head,2020-01-01,2019-01-01,Keppres 1/P/2020")
    told = call("check", "--registry", copy, code=1).stdout
    assert "agency_id atlantis is unknown" in told
    assert "kemendagri ends on 2019-01-01 before it begins on 2020-01-01" in told
    assert "2 problems" in told
    assert len(answer("check", "--registry", copy, code=1)["problems"]) == 2


def test_a_body_is_shown_as_of_a_day() -> None:
    found = answer("show", "Mendagri", "--on", "2018-05-01")["body"]
    assert found["agency"]["agency_id"] == "kemendagri"
    assert [row["person_name"] for row in found["holders"]] == ["Tjahjo Kumolo"]
    shown = call("show", "Mendagri", "--on", "2018-05-01").stdout
    for told in ("Kementerian Dalam Negeri (Kemendagri)", "Tjahjo Kumolo", "kemendagri.polpum", "Perpres 11/2015"):
        assert told in shown
    assert "Tito Karnavian" not in shown


def test_a_person_is_shown_by_terms() -> None:
    shown = call("show", "Tito Karnavian").stdout
    assert shown.index("polri") < shown.index("kemendagri") < shown.index("kemenko-polhukam")
    found = answer("show", "tito karnavian", "--on", "2018-05-01")
    assert [match["agency_id"] for match in found["matches"]] == ["polri"]


def test_a_name_of_several_bodies_lists_them() -> None:
    shown = call("show", "DEN").stdout
    assert "2 bodies answer to 'DEN'" in shown
    assert "den-energi" in shown
    assert answer("show", "DEN")["body"] is None


def test_a_family_is_shown_as_a_timeline() -> None:
    events = answer("history", "Kemendikbudristek")["events"]
    assert events == sorted(events, key=lambda event: event["date"])
    assert ("2024-10-21", "kemendikbudristek -> kemendikdasmen (split)") in [
        (event["date"], event["told"]) for event in events
    ]
    shown = call("history", "kemendikbudristek").stdout
    assert shown.index("Anies Baswedan") < shown.index("Nadiem Makarim") < shown.index("Abdul Mu'ti")


def test_registries_are_compared(copy: Path) -> None:
    assert "agree" in call("diff", copy).stdout
    append(copy, "holders", "kemendagri,Ani Bahari,Menteri Dalam Negeri,acting,2020-01-01,2020-01-02,Keppres 1/P/2020")
    roles = copy / "roles.csv"
    lines = roles.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("kemendagri,Mendagri,")]
    assert len(kept) == len(lines) - 1
    roles.write_text("\n".join(kept) + "\n", "utf-8")
    shown = call("diff", copy).stdout
    assert "holders: 1 added" in shown
    assert "+ kemendagri  Ani Bahari" in shown
    assert "- kemendagri  Mendagri" in shown
    back = answer("diff", SHIPPED, "--registry", copy)
    assert [row["person_name"] for row in back["holders"]["removed"]] == ["Ani Bahari"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["show", "Menkeuu"], 1, "Menkeu"),
        (["show", "Kemendikdasmen", "--on", "1990-01-01"], 0, "did not exist"),
        (["show", "Mendikdasmen", "--on", "1990-01-01"], 1, "without --on something does"),
        (["show", "Mendagri", "--on", "kemarin"], 2, "--on"),
        (["history", "Setjen"], 1, "ask for one by its id"),
        (["history", "Kementerian Sihir"], 1, "nearest names"),
        (["diff", "/no/such/registry"], 1, "/no/such/registry"),
        (["check", "--registry", "/no/such/registry"], 1, "/no/such/registry"),
    ],
)
def test_mistakes_get_one_sentence(words: list[str], code: int, told: str) -> None:
    done = call(*words, code=code)
    assert told in (done.stdout + done.stderr).replace("\n", " ")
