"""Engines over registries of a test's own, and over the shipped one: that takes seconds, so a process makes it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from ingest.entities.engine import Engine, compile_engine
from ingest.entities.stage import Compiled, compile_registry
from ingest.registry.forms import SCHEMA
from ingest.registry.load import load
from ingest.registry.model import Registry, Rules
from warehouse.contracts import TABLES, tables_of

NO_RULES = Rules()


@cache
def shipped() -> Compiled:
    """The shipped registry, compiled; nobody changes it."""
    return compile_registry(load())


def engine_of(
    forms: Sequence[Mapping[str, Any]],
    parents: Sequence[tuple[str, str | None]],
    rules: Rules = NO_RULES,
    **rows: Sequence[Mapping[str, Any]],
) -> Engine:
    """The engine of atomic ``forms`` and pairs of body and parent; ``rows`` fill further tables of the registry.

    Columns that a row leaves out are null; every body that a form, a pair or registry.agencies names exists.
    """
    tables = {table.name: table.empty() for table in tables_of("registry")}
    bodies = {form["agency_id"] for form in forms} | {body for body, _ in parents}
    agencies = [{"agency_id": body} for body in sorted(bodies)]
    periods = [{"agency_id": body, "parent_id": parent} for body, parent in parents]
    filled = {"agencies": agencies, "agency_periods": periods}
    for name, given in rows.items():
        filled[name] = [*filled.get(name, []), *given]
    for name, given in filled.items():
        schema = TABLES[f"registry.{name}"].polars_schema()
        tables[name] = pl.DataFrame([dict.fromkeys(schema.names()) | dict(row) for row in given], schema=schema)
    return compile_engine(Registry(tables, rules), pl.DataFrame(list(forms), schema=SCHEMA))
