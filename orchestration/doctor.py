"""Looks for what is wrong with an installation or a data folder.

Does not belong here: mending it; each finding says what a person can do.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.settings import dbt_project_folder, registry_folder
from orchestration.status import status
from warehouse.errors import KlipingError, SnapshotError
from warehouse.layout import Layout
from warehouse.publish import connect
from warehouse.store import run_lock

_PACKAGES = ("dagster", "dagster_dbt", "dbt", "duckdb", "great_expectations", "numba", "polars", "selectolax", "pycld2")
_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do where it is not fine."""

    subject: str
    is_fine: bool
    told: str
    advice: str = ""


def _python() -> Finding:
    told = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", (3, 11) <= sys.version_info[:2] < (3, 14), told, "Use Python 3.11, 3.12 or 3.13.")


def _packages() -> Finding:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    return Finding("packages", not missing, ", ".join(missing) or "all there", "Run `make run` to install them.")


def _dbt() -> Finding:
    from orchestration.dbt import DBT

    is_fine = DBT.exists() and (dbt_project_folder() / "dbt_project.yml").exists()
    return Finding("dbt", is_fine, str(DBT), "Install into a virtual environment with `make run`.")


def _registry() -> Finding:
    from ingest.registry.load import load

    try:
        registry = load(registry_folder())
    except KlipingError as error:
        return Finding("registry", False, str(error), "Mend the rows named.")
    return Finding("registry", True, f"{registry['agencies'].height} bodies, {registry['outlets'].height} outlets")


def _folder(layout: Layout) -> Finding:
    existing = next(path for path in (layout.root, *layout.root.parents) if path.exists())
    is_fine = os.access(existing, os.W_OK)
    return Finding("data folder", is_fine, str(layout.root), "Choose a folder that you may write, with --data.")


def _space(layout: Layout) -> Finding:
    existing = next(path for path in (layout.root, *layout.root.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return Finding("disk", free > _FREE_BYTES, f"{free / 1024**3:.1f} GiB free", "Free at least 2 GiB.")


def _lock(layout: Layout) -> Finding:
    if not layout.root.exists():
        return Finding("run lock", True, "no data folder yet")
    try:
        with run_lock(layout):
            leftovers = len(list(layout.staging.glob("*/")))
    except KlipingError as error:
        return Finding("run lock", True, str(error))
    told = f"free; {leftovers} interrupted commits, which the next run finishes" if leftovers else "free"
    return Finding("run lock", True, told)


def _lake(layout: Layout) -> Finding:
    try:
        found = status(layout)
    except KlipingError as error:
        return Finding("lake", False, str(error), "Mend what is named, then look again.")
    except Exception as error:  # noqa: BLE001 - whatever a damaged file raises is the finding
        return Finding(
            "lake",
            False,
            f"{type(error).__name__}: {error}",
            "Remove the lake but for its folder raw, and start `kliping run`.",
        )
    failed = [rule for checks in found["checks"].values() for rule in checks["failed"]]
    stale = sum(found["stale_parts"].values())
    told = (
        f"{stale} stale parts, {found['quarantine']} rows in quarantine, failed checks: {', '.join(failed) or 'none'}"
    )
    return Finding("lake", not failed and not stale, told, "Run `kliping run`; it says which rows break a rule.")


def _snapshot(layout: Layout) -> Finding:
    if not layout.latest.exists():
        return Finding("snapshot", True, "none yet")
    try:
        with connect(layout) as connection:
            counted = connection.execute("select count(*) from fct_articles").fetchone()
    except SnapshotError as error:
        return Finding("snapshot", False, str(error), "Run `kliping run`.")
    return Finding("snapshot", True, f"{counted[0] if counted else 0} articles")


def examine(layout: Layout) -> list[Finding]:
    """Everything that was looked at, fine or not."""
    looks: list[Callable[[], Finding]] = [
        _python, _packages, _dbt, _registry, lambda: _folder(layout), lambda: _space(layout),
        lambda: _lock(layout), lambda: _lake(layout), lambda: _snapshot(layout),
    ]  # fmt: skip
    return [look() for look in looks]
