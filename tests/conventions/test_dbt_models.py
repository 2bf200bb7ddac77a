"""dbt models are named by layer and say what a row is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

NAMES = {
    "staging": re.compile(r"stg_[a-z]+__[a-z_]+"),
    "intermediate": re.compile(r"int_[a-z_]+__[a-z_]+"),
    "marts": re.compile(r"(dim|fct|bridge|rpt)_[a-z_]+"),
}


@pytest.fixture(scope="module")
def models(root: Path) -> dict[str, Path]:
    """Model name -> SQL file."""
    found = {path.stem: path for path in sorted((root / "dbt_project" / "models").rglob("*.sql"))}
    assert found, "the project has models"
    return found


@pytest.fixture(scope="module")
def descriptions(root: Path) -> dict[str, str]:
    """Model name -> description, from every YAML file under models."""
    stated: dict[str, str] = {}
    for path in sorted((root / "dbt_project" / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text("utf-8")) or {}).get("models", []):
            assert model["name"] not in stated, "a model is described once"
            stated[model["name"]] = model.get("description", "")
    return stated


def test_names_follow_the_layer(models: dict[str, Path], root: Path) -> None:
    folders = {name: path.relative_to(root / "dbt_project" / "models").parts[0] for name, path in models.items()}
    assert [name for name, folder in folders.items() if not NAMES[folder].fullmatch(name)] == []


def test_every_model_has_a_sibling_yaml(models: dict[str, Path]) -> None:
    assert [name for name, path in models.items() if not path.with_suffix(".yml").exists()] == []


def test_descriptions_end_with_the_grain(models: dict[str, Path], descriptions: dict[str, str]) -> None:
    assert descriptions.keys() == models.keys()
    last_sentence = re.compile(r"(^|[.)] )One row per [^.]+\.$")
    assert [name for name, text in descriptions.items() if not last_sentence.search(text.strip())] == []


def test_metrics_have_unit_tests(root: Path) -> None:
    """docs/metrics.md promises one for every report that defines a metric."""
    tested = {
        test["model"]
        for path in sorted((root / "dbt_project" / "models").rglob("*.yml"))
        for test in (yaml.safe_load(path.read_text("utf-8")) or {}).get("unit_tests", [])
    }
    reports = {path.stem for path in (root / "dbt_project" / "models" / "marts").glob("rpt_*.sql")}
    assert reports <= tested
