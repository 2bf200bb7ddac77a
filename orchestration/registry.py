"""The registry of a run: read once, and put into the lake, where dbt and the checks read it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import ingest.registry
from ingest.registry.load import Registry, load
from orchestration.checks import raise_if_blocked, save_results
from warehouse.contracts import tables_of
from warehouse.layout import Layout
from warehouse.store import Staging, read_record, write_part


def load_registry(folder: Path | None) -> Registry:
    """The registry in ``folder``, by default the shipped one: read again only where one of its files has changed.

    Raises RegistryError as ``ingest.registry.load.load`` does.
    """
    files = (folder or Path(ingest.registry.__file__).parent).glob("*.[cy]*")
    return _loaded(folder, tuple(sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)))


@lru_cache(maxsize=1)
def _loaded(folder: Path | None, _files: tuple[tuple[str, int, int], ...]) -> Registry:
    """The registry in ``folder``; ``_files`` tell its states apart."""
    return load(folder)


def store_registry(layout: Layout, registry: Registry) -> list[str]:
    """Write the registry tables that differ from the lake's; their names.

    Raises CheckError where they break their contracts.
    """
    from warehouse.expectations.run import validate

    changed = []
    with Staging(layout) as staging:
        for table in tables_of("registry"):
            path = layout.registry(table.name)
            record = {"registry_version": registry.version(table.name), "contract_version": table.version}
            if not path.exists() or read_record(path) != record:
                frame = registry[table.name].sort(table.key)
                write_part(frame, table, staging.file(path), record)
                changed.append(table.name)
        if changed:
            results = validate("registry", {f"registry.{n}": [staging.file(layout.registry(n))] for n in changed})
            save_results(layout, "registry", results)
            raise_if_blocked("registry", results)
        staging.commit()
    return changed
