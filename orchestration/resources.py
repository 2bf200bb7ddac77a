"""What assets are given: the data folder, held by this run, and the registry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from ingest.registry.load import Registry, load
from orchestration import settings
from orchestration.marts import dbt_environment
from warehouse.contracts import tables_of
from warehouse.layout import Layout
from warehouse.store import recover, run_lock, write_schemas


class Warehouse(dg.ConfigurableResource):
    """The data folder. A run holds its lock from beginning to end.

    ``data`` and ``registry`` are folders; empty means what the environment or the checkout says.
    """

    data: str = ""
    registry: str = ""

    @property
    def layout(self) -> Layout:
        """The paths of the folder."""
        return Layout(Path(self.data)) if self.data else settings.layout()

    def load_registry(self) -> Registry:
        """The registry in force. Raises RegistryError where it contradicts itself."""
        return load(Path(self.registry) if self.registry else settings.registry_folder())

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
        """Take the lock, finish what a killed run had begun, and let dbt know the folder.

        The command holds the lock already; a run that nobody watches waits its turn, so that no file is lost.
        """
        with run_lock(self.layout, wait=True):
            finished = recover(self.layout)
            if finished and context.log:
                context.log.info(f"finished {finished} commits of an interrupted run")
            for layer in ("raw", "clean", "entities"):
                write_schemas(self.layout, tables_of(layer))
            os.environ.update(dbt_environment(self.layout))
            yield self
