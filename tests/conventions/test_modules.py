"""Modules say what they are, stay small, and import only downwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST = 500  # lines
MAY_IMPORT = {
    "warehouse": {"warehouse"},
    "ingest": {"ingest", "warehouse"},
    "orchestration": {"orchestration", "ingest", "warehouse"},
}
ENGINES = {"dagster", "dagster_dbt", "dbt", "great_expectations"}
ENGINES_AT_HOME = {"ingest": set(), "warehouse": {"great_expectations"}, "orchestration": ENGINES}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@pytest.fixture(scope="module")
def trees(modules: dict[str, Path]) -> dict[str, ast.Module]:
    return {name: ast.parse(path.read_text("utf-8")) for name, path in modules.items()}


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node.name, node
            for member in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(member, Definition) and not member.name.startswith("_"):
                    yield f"{node.name}.{member.name}", member


def imported(tree: ast.Module) -> set[str]:
    """Top-level packages that a module imports anywhere, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(str(node.module).partition(".")[0])
    return names


def test_every_module_has_a_docstring(trees: dict[str, ast.Module]) -> None:
    assert {"ingest", "warehouse", "orchestration"} <= trees.keys()
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_every_public_definition_of_the_library_has_a_docstring(trees: dict[str, ast.Module]) -> None:
    bare = [
        f"{module}.{name}"
        for module, tree in trees.items()
        if not module.startswith("orchestration")
        for name, node in public_definitions(tree)
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_no_source_file_is_long(files: list[Path], root: Path) -> None:
    lengths = {
        path.relative_to(root).as_posix(): path.read_text("utf-8").count("\n")
        for path in files
        if path.suffix in (".py", ".sql")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_imports_go_downwards(trees: dict[str, ast.Module]) -> None:
    upwards = []
    for module, tree in trees.items():
        package = module.partition(".")[0]
        foreign = (imported(tree) & MAY_IMPORT.keys()) - MAY_IMPORT[package]
        engines = (imported(tree) & ENGINES) - ENGINES_AT_HOME[package]
        upwards += [f"{module} imports {name}" for name in sorted(foreign | engines)]
    assert upwards == []
