"""What makes the regional part of a registry sound: regions, their names, units, their forms, exceptions.

Belongs here: rules over these tables and the bodies composed from them. Does not: rules over written bodies
(``check``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from ingest.registry.model import Registry
from warehouse.contracts.registry import REGION_LEVELS

# the levels that a region of each level may lie in directly
_UPPER_LEVELS = {"province": (None,), "regency": ("province",), "city": ("province",), "district": ("regency", "city")}


def regional_problems(registry: Registry) -> Iterator[str]:
    """Every contradiction in the regional tables, each as one sentence that names the file and the row."""
    for rule in (_regions, _region_names, _units, _stations, _forms, _twin_forms, _exceptions, _orphans):
        yield from rule(registry)


def _regions(registry: Registry) -> Iterator[str]:
    """A region lies in one of the level above that lives as long, and its code passes to one of its own level."""
    regions = {row["region_code"]: row for row in registry["regions"].iter_rows(named=True)}
    for code, row in regions.items():
        if _ends_before_it_begins(row):
            yield f"regions: {code} ends on {row['valid_to']} before it begins on {row['valid_from']}"
        parent = regions.get(row["parent_code"])
        if row["parent_code"] and not parent:
            yield f"regions: parent_code {row['parent_code']} of {code} is unknown"
        elif (parent and parent["region_level"]) not in _UPPER_LEVELS[row["region_level"]]:
            yield f"regions: {code} is a {row['region_level']} and lies in {row['parent_code'] or 'no region'}"
        elif parent and ((row["valid_from"] and _begin(row) < _begin(parent)) or _end(row) > _end(parent)):
            yield f"regions: {code} lives longer than its parent {row['parent_code']}"
        if not row["successor_code"]:
            continue
        successor = regions.get(row["successor_code"])
        if not successor:
            yield f"regions: successor_code {row['successor_code']} of {code} is unknown"
        elif row["valid_to"] is None or row["valid_to"] >= _begin(successor):
            yield f"regions: {code} is not over when its successor {row['successor_code']} begins"
        elif successor["region_level"] != row["region_level"]:
            yield f"regions: {code} and its successor {row['successor_code']} are of different levels"


def _region_names(registry: Registry) -> Iterator[str]:
    """A name belongs to a region, is not its own again, and former names hold one after the other."""
    current = dict(registry["regions"].select("region_code", "region_name").iter_rows())
    former: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in registry["region_names"].sort("region_code", "valid_to", nulls_last=True).iter_rows(named=True):
        code, surface = row["region_code"], row["surface"]
        if code not in current:
            yield f"region_names: region_code {code} of {surface!r} is unknown"
        elif current[code] == surface:
            yield f"region_names: {surface!r} is the name of {code} already"
        if _ends_before_it_begins(row):
            yield f"region_names: {surface!r} of {code} ends before it begins on {row['valid_from']}"
        if row["name_kind"] == "former" and row["valid_to"]:
            former[code].append(row)
    for code, rows in former.items():
        for earlier, later in pairwise(rows):
            if _begin(later) <= _end(earlier) and later["valid_from"]:
                yield f"region_names: {earlier['surface']!r} and {later['surface']!r} of {code} overlap"


def _units(registry: Registry) -> Iterator[str]:
    """A unit has known levels and regions, a unit id and a body's never agree, its parent exists and is above it."""
    units = {row["unit_id"]: row for row in registry["regional_units"].iter_rows(named=True)}
    regions = set(registry["regions"]["region_code"])
    bodies = set(registry.written("agencies")["agency_id"])
    for unit_id, row in units.items():
        if "." in unit_id or unit_id in bodies:
            yield f"regional_units: {unit_id} is the id of a body, or looks like one"
        if not row["region_levels"]:
            yield f"regional_units: {unit_id} is of no level"
        yield from _unknown_levels("regional_units", unit_id, row["region_levels"], REGION_LEVELS)
        for code in sorted(set(row["region_codes"]) - regions):
            yield f"regional_units: region {code} of {unit_id} is unknown"
        if _ends_before_it_begins(row):
            yield f"regional_units: {unit_id} ends on {row['valid_to']} before it begins on {row['valid_from']}"
        parent = row["parent_unit_id"]
        if parent and parent not in units and parent not in bodies:
            yield f"regional_units: parent_unit_id {parent} of {unit_id} is neither a unit nor a body"
        seen = {unit_id}
        while parent in units and parent not in seen:
            seen.add(parent)
            parent = units[parent]["parent_unit_id"]
        if parent == unit_id:
            yield f"regional_units: {unit_id} is above itself"


def _stations(registry: Registry) -> Iterator[str]:
    """A station is a unit."""
    for unit_id in sorted(registry.rules.stations - set(registry["regional_units"]["unit_id"])):
        yield f"units: the station {unit_id} is no regional unit"


def _forms(registry: Registry) -> Iterator[str]:
    """A form belongs to a unit, is of that one's levels, and does not end with a bracket: the engine composes those."""
    levels = dict(registry["regional_units"].select("unit_id", "region_levels").iter_rows())
    for row in registry["unit_forms"].iter_rows(named=True):
        unit_id, surface = row["unit_id"], row["surface"]
        if unit_id not in levels:
            yield f"unit_forms: unit_id {unit_id} of {surface!r} is unknown"
            continue
        if surface.endswith(")"):
            yield f"unit_forms: {surface!r} of {unit_id} ends with a bracket, which the engine composes by rule"
        yield from _unknown_levels("unit_forms", f"{unit_id} {surface!r}", row["region_levels"], levels[unit_id])
        if _ends_before_it_begins(row):
            yield f"unit_forms: {surface!r} of {unit_id} ends before it begins on {row['valid_from']}"


def _twin_forms(registry: Registry) -> Iterator[str]:
    """Two units of one level share a form only with different priors, or where both are inner units of others.

    Inner units (Humas of a Polda, of a Polres) are told apart by the body behind the form.
    """
    units = {row["unit_id"]: row for row in registry["regional_units"].iter_rows(named=True)}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in registry["unit_forms"].sort("surface", "unit_id").iter_rows(named=True):
        if row["unit_id"] in units:
            groups[row["surface"].casefold(), row["via"]].append(row)
    for group in groups.values():
        for one, other in combinations(group, 2):
            first, second = units[one["unit_id"]], units[other["unit_id"]]
            if one["unit_id"] == other["unit_id"]:
                if one["surface"] != other["surface"]:
                    both = f"{one['surface']!r} and {other['surface']!r}"
                    yield f"unit_forms: {both} of {one['unit_id']} differ in case only"
                continue
            shared = set(one["region_levels"] or first["region_levels"]) & set(
                other["region_levels"] or second["region_levels"]
            )
            if not shared or one["prior"] != other["prior"] or not _meet(first, second) or not _meet(one, other):
                continue
            if {one["surface"], other["surface"]} & registry.rules.ambiguous:
                continue
            yield (
                f"unit_forms: {one['surface']!r} stands for {one['unit_id']} and {other['unit_id']} of one level"
                " with equal prior"
            )


def _exceptions(registry: Registry) -> Iterator[str]:
    """An exception is of a unit that the region would have, says what is changed, and names known bodies."""
    units = {row["unit_id"]: row for row in registry["regional_units"].iter_rows(named=True)}
    level_of = dict(registry["regions"].select("region_code", "region_level").iter_rows())
    bodies = set(registry["agencies"]["agency_id"])
    for row in registry["regional_exceptions"].iter_rows(named=True):
        unit_id, code, kind = row["unit_id"], row["region_code"], row["exception_kind"]
        if unit_id not in units:
            yield f"regional_exceptions: unit_id {unit_id} of {code} is unknown"
        elif code not in level_of:
            yield f"regional_exceptions: region_code {code} of {unit_id} is unknown"
        elif level_of[code] not in units[unit_id]["region_levels"]:
            yield f"regional_exceptions: {unit_id} has no body in {code}, which is a {level_of[code]}"
        if row["parent_id"] and row["parent_id"] not in bodies:
            yield f"regional_exceptions: parent_id {row['parent_id']} of {unit_id} in {code} is unknown"
        said = [row[name] for name in ("agency_name", "acronym", "parent_id") if row[name]]
        if kind == "changed" and not said:
            yield f"regional_exceptions: {unit_id} in {code} is changed, but not in what"
        if kind != "changed" and (row["agency_name"] or row["acronym"]):
            yield f"regional_exceptions: {unit_id} in {code} is {kind} and bears a name"


def _orphans(registry: Registry) -> Iterator[str]:
    """A composed body whose unit belongs to another one has a parent."""
    lower = registry["regional_units"].filter(pl.col("parent_unit_id").is_not_null()).select("unit_id")
    composed = registry["agencies"].join(lower, on="unit_id").select("agency_id")
    alone = registry["agency_periods"].filter(pl.col("parent_id").is_null()).join(composed, on="agency_id", how="semi")
    for agency_id in alone["agency_id"].unique().sort():
        yield f"regional_units: {agency_id} has no parent"


def _unknown_levels(table: str, row: str, levels: list[str], known: Any) -> Iterator[str]:
    for level in sorted(set(levels) - set(known)):
        yield f"{table}: {row} is of the level {level}, which it cannot have"
    for level, count in Counter(levels).items():
        if count > 1:
            yield f"{table}: {row} names the level {level} twice"


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two validities have a day in common."""
    return _begin(one) <= _end(other) and _begin(other) <= _end(one)


def _ends_before_it_begins(row: dict[str, Any]) -> bool:
    return _end(row) < _begin(row)


def _begin(row: dict[str, Any]) -> date:
    return row["valid_from"] or date.min


def _end(row: dict[str, Any]) -> date:
    return row["valid_to"] or date.max
