"""Where the data folder, the registry and the dbt project lie, from the environment when asked.

Does not belong here: paths inside a data folder (``warehouse.layout``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from warehouse.errors import FolderError
from warehouse.layout import Layout

DATA = "KLIPING_DATA"
REGISTRY = "KLIPING_REGISTRY"

_ROOT = Path(__file__).parents[1]
_PATTERN_SIGNS = "*?[]%"  # DuckDB and polars read them as patterns, Dagster's database as parts of a URL


def data_folder() -> Path:
    """``KLIPING_DATA``, else ``warehouse/data`` in a checkout, else the platform's user data folder."""
    if os.environ.get(DATA):
        return Path(os.environ[DATA]).expanduser().resolve()
    if (_ROOT / "pyproject.toml").exists():
        return _ROOT / "warehouse" / "data"
    home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return (Path.home() / "Library" / "Application Support" if sys.platform == "darwin" else home) / "kliping"


def layout(folder: Path | None = None) -> Layout:
    """The layout of ``folder``, else of the data folder in force.

    Raises FolderError where the path holds a sign that a tool would read as a pattern, or is that of a file.
    """
    root = folder.expanduser().resolve() if folder else data_folder()
    if found := [sign for sign in _PATTERN_SIGNS if sign in str(root)]:
        raise FolderError(
            f"The data folder {root} cannot be used, for its path holds {' '.join(found)}; choose another."
        )
    if root.exists() and not root.is_dir():
        raise FolderError(f"The data folder {root} is a file; choose another.")
    return Layout(root)


def registry_folder() -> Path | None:
    """``KLIPING_REGISTRY``, a registry to use instead of the packaged one."""
    return Path(os.environ[REGISTRY]).resolve() if os.environ.get(REGISTRY) else None


def dbt_project_folder() -> Path:
    """The dbt project beside the packages."""
    return _ROOT / "dbt_project"
