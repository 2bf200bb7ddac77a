"""What the rules are kept over: the files of the project that are committed or about to be."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def project_files() -> list[Path]:
    """Every file below the root that .gitignore does not name, sorted; needs no git."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split() if line] + [".git"]

    def is_kept(path: Path) -> bool:
        place = path.relative_to(ROOT).as_posix()
        return not any(fnmatch(path.name, pattern) or fnmatch(place, pattern) for pattern in ignored)

    found: list[Path] = []
    for name, folders, files in os.walk(ROOT):
        here = Path(name)
        folders[:] = [f for f in folders if is_kept(here / f) and not (here / f / "pyvenv.cfg").exists()]
        found += [path for file in files if is_kept(path := here / file)]
    return sorted(found)


@pytest.fixture(scope="session")
def files() -> list[Path]:
    return project_files()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules(files: list[Path], root: Path) -> dict[str, Path]:
    """Dotted name -> file of every module of the three packages."""
    named: dict[str, Path] = {}
    for path in files:
        parts = path.relative_to(root).with_suffix("").parts
        if path.suffix == ".py" and parts[0] in ("ingest", "warehouse", "orchestration"):
            named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named
