"""The registry of a run, put into the lake, where dbt and the checks read it."""

from __future__ import annotations

from ingest.registry.model import Registry
from orchestration.checks import raise_if_blocked, save_results
from warehouse.contracts import tables_of
from warehouse.layout import Layout
from warehouse.store import Staging, read_record, write_part


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
