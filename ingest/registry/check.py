"""What makes a registry sound: every rule that its facts must keep, each breach told as one sentence.

Belongs here: rules over a registry in memory. Does not: reading it (``load``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from ingest.registry.forms import forms
from ingest.registry.model import Registry
from warehouse.contracts import TABLES


def problems(registry: Registry) -> list[str]:
    """Every contradiction in the registry, each as one sentence; empty where it is sound.

    Where frames break their contract only that is told, since the other rules rely on it.
    """
    return list(_contract(registry)) or [
        problem
        for rule in (_references, _validity, _periods, _parents, _lineages, _surfaces, _domains)
        for problem in rule(registry)
    ]


def _contract(registry: Registry) -> Iterator[str]:
    """Columns, nulls, closed value sets and keys as ``warehouse.contracts`` states them."""
    for name, frame in registry.tables.items():
        table = TABLES[f"registry.{name}"]
        if frame.schema != table.polars_schema():
            yield f"{name}: the columns are not those of the contract"
            continue
        for column in table.column_names:
            if column in table.nullable:
                continue
            values = frame[column]
            blank = (values == "") if values.dtype == pl.String else values.is_null()
            if count := values.null_count() or blank.sum():
                yield f"{name}: {column} is empty in {count} rows"
        for column, allowed in table.allowed.items():
            for value in sorted(set(frame[column].drop_nulls()) - set(allowed)):
                yield f"{name}: {column} has the unknown value {value!r}"
        for key, count in Counter(frame.select(table.key).iter_rows()).items():
            if count > 1:
                yield f"{name}: {' '.join(map(str, key))} occurs {count} times"


def _references(registry: Registry) -> Iterator[str]:
    """Every body and region that a table names exists; every body has a period."""
    agencies = set(registry["agencies"]["agency_id"])
    regions = set(registry["regions"]["region_code"])
    for name, column, known in (
        ("agency_periods", "agency_id", agencies),
        ("agency_periods", "parent_id", agencies),
        ("aliases", "agency_id", agencies),
        ("roles", "agency_id", agencies),
        ("successions", "predecessor_id", agencies),
        ("successions", "successor_id", agencies),
        ("regions", "parent_code", regions),
    ):
        for value in sorted(set(registry[name][column].drop_nulls()) - known):
            yield f"{name}: {column} {value} is unknown"
    for agency_id in sorted(agencies - set(registry["agency_periods"]["agency_id"])):
        yield f"agencies: {agency_id} has no period"


def _validity(registry: Registry) -> Iterator[str]:
    """No row ends before it begins."""
    for name in ("agency_periods", "aliases", "roles"):
        for row in registry[name].filter(pl.col("valid_to") < pl.col("valid_from")).iter_rows(named=True):
            yield f"{name}: {row['agency_id']} ends on {row['valid_to']} before it begins on {row['valid_from']}"


def _periods(registry: Registry) -> Iterator[str]:
    """The periods of a body do not overlap."""
    for agency_id, periods in _periods_of(registry).items():
        for earlier, later in pairwise(periods):
            if earlier["valid_to"] is None or earlier["valid_to"] >= later["valid_from"]:
                yield f"agency_periods: two periods of {agency_id} overlap on {later['valid_from']}"


def _parents(registry: Registry) -> Iterator[str]:
    """A unit has a parent in every period, the parent exists as long, and no body is above itself."""
    periods = _periods_of(registry)
    above: dict[str, set[str]] = defaultdict(set)
    for agency_id, rows in periods.items():
        for row in rows:
            parent_id = row["parent_id"]
            if parent_id is None:
                if "." in agency_id:
                    yield f"agency_periods: the unit {agency_id} has no parent from {row['valid_from']}"
                continue
            above[agency_id].add(parent_id)
            span = periods.get(parent_id)
            if span and (row["valid_from"] < span[0]["valid_from"] or _end(row) > _end(span[-1])):
                since = row["valid_from"]
                yield f"agency_periods: {agency_id} from {since} is outside the life of its parent {parent_id}"
    for agency_id in sorted(above):
        reached: set[str] = set()
        waiting = set(above[agency_id])
        while waiting:
            reached |= waiting
            waiting = {parent for child in waiting for parent in above.get(child, ())} - reached
        if agency_id in reached:
            yield f"agency_periods: {agency_id} is above itself"


def _lineages(registry: Registry) -> Iterator[str]:
    """A family is named after a body that belongs to it; no body succeeds itself."""
    lineage_of = dict(registry["agencies"].select("agency_id", "lineage_id").iter_rows())
    for agency_id, lineage_id in sorted(lineage_of.items()):
        if lineage_of.get(lineage_id) != lineage_id:
            yield f"agencies: the lineage {lineage_id} of {agency_id} is not named after one of its own bodies"
    for row in registry["successions"].iter_rows(named=True):
        if row["predecessor_id"] == row["successor_id"]:
            yield f"successions: {row['predecessor_id']} succeeds itself"


def _surfaces(registry: Registry) -> Iterator[str]:
    """Two bodies share a surface at one time only with different priors, or where ``ambiguous`` says so."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for form in forms(registry).filter(~pl.col("needs_parent")).iter_rows(named=True):
        groups[form["surface"].casefold()].append(form)
    shared: set[str] = set()
    for group in groups.values():
        for one, other in combinations(group, 2):
            if one["agency_id"] == other["agency_id"] or one["prior"] != other["prior"]:
                continue
            if one["is_exact_case"] and other["is_exact_case"] and one["surface"] != other["surface"]:
                continue
            if _begin(one) <= _end(other) and _begin(other) <= _end(one):
                shared.update((one["surface"], other["surface"]))
                if not registry.rules.ambiguous & {one["surface"], other["surface"]}:
                    yield (
                        f"aliases: {one['surface']!r} stands for {one['agency_id']} and {other['agency_id']} at one"
                        " time with equal prior"
                    )
    for surface in sorted(registry.rules.ambiguous - shared):
        yield f"units: {surface!r} is called ambiguous and is not"


def _domains(registry: Registry) -> Iterator[str]:
    """A domain belongs to one outlet."""
    domains = Counter(domain for listed in registry["outlets"]["domains"] for domain in listed)
    for domain, count in sorted(domains.items()):
        if count > 1:
            yield f"outlets: {domain} belongs to {count} outlets"


def _periods_of(registry: Registry) -> dict[str, list[dict[str, Any]]]:
    """Each body's periods by their beginning."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in registry["agency_periods"].sort("agency_id", "valid_from").iter_rows(named=True):
        found[row["agency_id"]].append(row)
    return found


def _begin(row: dict[str, Any]) -> date:
    return row["valid_from"] or date.min


def _end(row: dict[str, Any]) -> date:
    return row["valid_to"] or date.max
