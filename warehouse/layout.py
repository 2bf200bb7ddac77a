"""Where everything lies in a data folder. The only code that knows a path.

Does not belong here: reading or writing (``warehouse.store``, ``warehouse.publish``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.contracts import Table


@dataclass(frozen=True)
class Layout:
    """The paths of one data folder; ``root`` need not exist yet."""

    root: Path

    @property
    def lake(self) -> Path:
        """Parquet parts by layer and table."""
        return self.root / "lake"

    def table(self, table: Table) -> Path:
        """The folder of a lake table; holds one folder a day."""
        return self.lake / table.layer / table.name

    def day(self, table: Table, fetched_on: date) -> Path:
        """The folder of a lake table's parts of one WIB day of fetching."""
        return self.table(table) / f"fetched_on={fetched_on.isoformat()}"

    def part(self, table: Table, fetched_on: date, part_id: str) -> Path:
        """One immutable part."""
        return self.day(table, fetched_on) / f"{part_id}.parquet"

    def registry(self, name: str) -> Path:
        """A registry table, whole."""
        return self.lake / "registry" / f"{name}.parquet"

    def schema(self, table: Table) -> Path:
        """An empty part that gives a lake table its types where it has no other."""
        return self.lake / "_schema" / f"{table.full_name}.parquet"

    @property
    def staging(self) -> Path:
        """Files that are not yet checked, and commits under way."""
        return self.root / "staging"

    @property
    def touched(self) -> Path:
        """The parts that the marts have not acknowledged, written for dbt."""
        return self.root / "touched_parts.parquet"

    @property
    def checks(self) -> Path:
        """Latest results of the stages' checks, one JSON file a stage."""
        return self.root / "checks"

    @property
    def database(self) -> Path:
        """The marts' staging; only the pipeline opens it."""
        return self.root / "media.duckdb"

    @property
    def dbt_target(self) -> Path:
        """dbt's artifacts: manifest, compiled SQL, logs."""
        return self.root / "dbt"

    @property
    def run_log(self) -> Path:
        """What the tools of the last run printed."""
        return self.root / "run.log"

    @property
    def published(self) -> Path:
        """Snapshots, one folder each, and LATEST."""
        return self.root / "published"

    @property
    def latest(self) -> Path:
        """One line: the id of the latest snapshot."""
        return self.published / "LATEST"

    def snapshot(self, snapshot_id: str) -> Path:
        """The folder of a snapshot."""
        return self.published / snapshot_id

    @property
    def config(self) -> Path:
        """The user's configuration."""
        return self.root / "config"

    @property
    def watch(self) -> Path:
        """The user's watch topics."""
        return self.config / "watch.yml"

    @property
    def sources(self) -> Path:
        """The user's sources: which are on, own ones, and how they are asked."""
        return self.config / "sources.yml"

    @property
    def alerts(self) -> Path:
        """Whom to tell of what."""
        return self.config / "alerts.yml"

    @property
    def schedules(self) -> Path:
        """When runs start that nobody watches."""
        return self.config / "schedules.yml"

    @property
    def editions(self) -> Path:
        """What each morning edition was made of, one JSON file an edition."""
        return self.root / "editions"

    @property
    def alert_log(self) -> Path:
        """What was told to whom, and what failed that is to be told."""
        return self.root / "alerts"

    @property
    def landing(self) -> Path:
        """Files put here are taken by the landing-folder sensor."""
        return self.root / "landing"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history."""
        return self.root / "dagster"

    @property
    def lock(self) -> Path:
        """Held by the run that is using the folder."""
        return self.root / ".lock"
