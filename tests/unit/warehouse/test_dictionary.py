"""The generated files are fresh and say what the contracts say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from warehouse import dictionary
from warehouse.contracts import TABLES, tables_of

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "dbt_project" / "models"


def test_the_generated_files_are_fresh() -> None:
    assert dictionary.stale(ROOT) == [], "run: python -m warehouse.dictionary --write"


def test_every_layer_has_a_page() -> None:
    assert {table.layer for table in TABLES.values()} == set(dictionary.LAYERS)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_page_names_every_column_with_meaning_and_label(table: dictionary.Table) -> None:
    page = dictionary.layer_page(table.layer)
    section = page.split(f"## {table.full_name}\n")[1].split("\n## ")[0]
    assert f"- One row per {table.grain}." in section
    for column in table.columns:
        (line,) = (line for line in section.splitlines() if line.startswith(f"| `{column.name}` |"))
        assert line.endswith(f"| {column.label_id} |")
        assert column.meaning.replace("<", "&lt;") in line
        assert line.count("|") == 7, "a bar inside a cell must be escaped"


def test_sources_are_tied_to_their_assets() -> None:
    for source in dictionary.sources()["sources"]:
        for table in source["tables"]:
            key = table["config"]["meta"]["dagster"]["asset_key"]
            assert key == [source["name"], table["name"]]
            assert ".".join(key) in TABLES


@pytest.mark.parametrize("table", tables_of("marts"), ids=lambda table: table.name)
def test_a_mart_model_enforces_its_contract(table: dictionary.Table) -> None:
    model = dictionary.mart_model(table)["models"][0]
    assert model["config"]["contract"]["enforced"]
    assert [column["name"] for column in model["columns"]] == table.column_names
    for column in model["columns"]:
        kinds = [constraint["type"] for constraint in column.get("constraints", [])]
        assert ("not_null" in kinds) == (column["name"] not in table.nullable)
        assert ("check" in kinds) == (column["name"] in table.allowed)
    assert model["data_tests"] == [{"unique_key": {"arguments": {"columns": list(table.key)}}}]


def test_references_follow_the_names_of_keys() -> None:
    assert dictionary.references(TABLES["marts.fct_mentions"]) == {
        "article_id": "fct_articles",
        "outlet_id": "dim_outlets",
        "date_code": "dim_dates",
        "agency_id": "dim_agencies",
    }
    assert dictionary.references(TABLES["marts.dim_agencies"]) == {}


def test_stale_and_orphaned_files_are_found_and_mended(tmp_path: Path) -> None:
    dictionary.write(tmp_path)
    assert dictionary.stale(tmp_path) == []
    edited, orphan = tmp_path / "docs/dictionary/marts.md", tmp_path / "docs/dictionary/gone.md"
    edited.write_text(edited.read_text() + "edited by hand\n")
    orphan.write_text("a layer that was")
    assert dictionary.stale(tmp_path) == [Path("docs/dictionary/marts.md"), Path("docs/dictionary/gone.md")]
    dictionary.write(tmp_path)
    assert dictionary.stale(tmp_path) == []
    assert not orphan.exists()


@pytest.mark.parametrize("model", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_every_model_says_its_grain_beside_it(model: Path) -> None:
    (entry,) = yaml.safe_load(model.with_suffix(".yml").read_text())["models"]
    assert entry["name"] == model.stem
    last_sentence = entry["description"].strip().split(". ")[-1]
    assert last_sentence.startswith("One row per ")
    assert last_sentence.endswith(".")
