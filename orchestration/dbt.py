"""The dbt project as Dagster sees it: its manifest, and how its nodes are named in the asset graph."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource

from orchestration.settings import dbt_project_folder

# The command of this interpreter's own environment, whatever PATH says.
DBT = Path(sys.executable).parent / "dbt"


class Translator(DagsterDbtTranslator):
    """Asset keys are [layer, table], groups are layers."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A source's key is that of the asset that makes it; a model's is its folder and name."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["fqn"][1], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer."""
        return str(dbt_resource_props["fqn"][1])


def _is_stale(manifest: Path, project: Path) -> bool:
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    sources = (
        path for pattern in ("*.yml", "models/**/*", "macros/**/*", "tests/**/*") for path in project.glob(pattern)
    )
    return any(path.stat().st_mtime > made for path in sources)


def manifest() -> Path:
    """The manifest of the project, made by `dbt parse` where it is missing or older than a model.

    Raises ``subprocess.CalledProcessError`` where the project does not parse.
    """
    project = dbt_project_folder()
    path = project / "target" / "manifest.json"
    if _is_stale(path, project):
        command = [DBT, "parse", "--quiet"]
        folders = ["--project-dir", project, "--profiles-dir", project]
        environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        subprocess.run([*command, *folders], check=True, env=environment, stdout=sys.stderr)
    return path


def dbt_resource() -> DbtCliResource:
    """The dbt command on the project."""
    folder = str(dbt_project_folder())
    return DbtCliResource(project_dir=folder, profiles_dir=folder, dbt_executable=str(DBT))
