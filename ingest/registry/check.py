"""What makes a registry sound: every rule that its facts must keep, each breach told as one sentence.

Belongs here: rules over a registry in memory. Does not: reading it (``load``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from ingest.registry.check_channels import channel_problems
from ingest.registry.check_regions import regional_problems
from ingest.registry.forms import forms
from ingest.registry.model import Registry
from warehouse.contracts import TABLES


def problems(registry: Registry) -> list[str]:
    """Every contradiction in the registry, each as one sentence; empty where it is sound.

    Where frames break their contract only that is told, since the other rules rely on it.
    """
    return list(_contract(registry)) or [
        problem
        for rule in (
            _references,
            _validity,
            _periods,
            _parents,
            _lineages,
            _holders,
            _surfaces,
            _domains,
            channel_problems,
            regional_problems,
        )
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
        repeated = frame.group_by(table.key).len().filter(pl.col("len") > 1).sort(table.key)
        for *key, count in repeated.iter_rows():
            yield f"{name}: {' '.join(map(str, key))} occurs {count} times"


def _references(registry: Registry) -> Iterator[str]:
    """Every body that a table names exists; every body has a period."""
    agencies = set(registry["agencies"]["agency_id"])
    for name, column, known in (
        ("agency_periods", "agency_id", agencies),
        ("agency_periods", "parent_id", agencies),
        ("aliases", "agency_id", agencies),
        ("roles", "agency_id", agencies),
        ("successions", "predecessor_id", agencies),
        ("successions", "successor_id", agencies),
        ("holders", "agency_id", agencies),
        ("holder_names", "person_name", set(registry["holders"]["person_name"])),
    ):
        for value in sorted(set(registry[name][column].unique().drop_nulls()) - known):
            yield f"{name}: {column} {value} is unknown"
    for agency_id in sorted(agencies - set(registry["agency_periods"]["agency_id"].unique())):
        yield f"agencies: {agency_id} has no period"


def _validity(registry: Registry) -> Iterator[str]:
    """No row ends before it begins."""
    for name in ("agency_periods", "aliases", "roles", "holders"):
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
    periods |= _periods_of(registry, {row["parent_id"] for rows in periods.values() for row in rows} - set(periods))
    composed = set(registry["agencies"].filter(pl.col("unit_id").is_not_null())["agency_id"])
    above: dict[str, set[str]] = defaultdict(set)
    for agency_id, rows in periods.items():
        for row in rows:
            parent_id = row["parent_id"]
            if parent_id is None:
                if "." in agency_id and agency_id not in composed:
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
    lineage_of = dict(registry.written("agencies").select("agency_id", "lineage_id").iter_rows())
    for agency_id, lineage_id in sorted(lineage_of.items()):
        if lineage_of.get(lineage_id) != lineage_id:
            yield f"agencies: the lineage {lineage_id} of {agency_id} is not named after one of its own bodies"
    for row in registry["successions"].iter_rows(named=True):
        if row["predecessor_id"] == row["successor_id"]:
            yield f"successions: {row['predecessor_id']} succeeds itself"


def _holders(registry: Registry) -> Iterator[str]:
    """A term lies within the life of its body, an office has one head, a written name several words and one bearer.

    A head may leave on the day on which the next one begins.
    """
    periods = _periods_of(registry, set(registry["holders"]["agency_id"]))
    for row in registry["holders"].iter_rows(named=True):
        life = periods.get(row["agency_id"])
        if life and (row["valid_from"] < life[0]["valid_from"] or _end(row) > _end(life[-1])):
            yield (
                f"holders: the term of {row['person_name']} at {row['agency_id']} from {row['valid_from']} is outside"
                " the life of the body"
            )
    heads: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in registry["holders"].filter(pl.col("capacity") == "head").sort("valid_from").iter_rows(named=True):
        heads[row["agency_id"], row["office"]].append(row)
    for (agency_id, office), rows in heads.items():
        for earlier, later in pairwise(rows):
            if _end(earlier) > later["valid_from"]:
                both = f"{earlier['person_name']} and {later['person_name']}"
                yield f"holders: {both} are both {office} at {agency_id} on {later['valid_from']}"
    people = set(registry["holders"]["person_name"])
    bearers = Counter(surface.casefold() for surface in registry["holder_names"]["surface"])
    for person_name, surface in registry["holder_names"].select("person_name", "surface").iter_rows():
        if " " not in surface:
            yield f"holder_names: {surface!r} of {person_name} is one word, which other people share"
        if surface in people or bearers[surface.casefold()] > 1:
            yield f"holder_names: {surface!r} of {person_name} is written twice"


def _surfaces(registry: Registry) -> Iterator[str]:
    """Two bodies share a surface at one time only with different priors, or where ``ambiguous`` says so.

    A person may hold two offices at once.
    """
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for form in forms(registry).filter(~pl.col("needs_parent"), pl.col("via") != "holder").iter_rows(named=True):
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


def _periods_of(registry: Registry, agencies: Collection[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """The periods of ``agencies``, by default of all bodies that are not composed, each by their beginning."""
    frame = (
        registry.written("agency_periods")
        if agencies is None
        else registry["agency_periods"].filter(pl.col("agency_id").is_in([agency for agency in agencies if agency]))
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.sort("agency_id", "valid_from").iter_rows(named=True):
        found[row["agency_id"]].append(row)
    return found


def _begin(row: dict[str, Any]) -> date:
    return row["valid_from"] or date.min


def _end(row: dict[str, Any]) -> date:
    return row["valid_to"] or date.max
