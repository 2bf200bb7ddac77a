"""The registry compiled for finding mentions.

Belongs here: what a written form can stand for, the hierarchy of bodies, the compiled trie. Does not: reading text
(``spans``, ``mentions``), the choice between readings (``resolve``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ingest.entities.exclusions import Stems, stems
from ingest.registry.forms import DEFAULT_PRIOR, forms
from ingest.registry.gazetteer import Gazetteer
from ingest.registry.model import Registry
from warehouse.keys import hex16

if TYPE_CHECKING:
    from ingest.kernels import Trie

_REGIONAL_ID = re.compile(r"(.+?)\.([0-9]{2}(?:\.[0-9]{2}){0,2})")


@dataclass(frozen=True)
class Reading:
    """One body that a form can stand for, as ``ingest.registry.forms.forms`` states it."""

    form_id: str
    agency_id: str
    via: str
    prior: int
    valid_from: date | None
    valid_to: date | None
    needs_parent: bool

    def days_outside(self, day: date) -> int:
        """Days between ``day`` and the form's validity, 0 within it."""
        if self.valid_from and day < self.valid_from:
            return (self.valid_from - day).days
        if self.valid_to and day > self.valid_to:
            return (day - self.valid_to).days
        return 0


@dataclass(frozen=True)
class UnitReading:
    """One kind of regional body that a form can stand for where a region of ``levels`` follows."""

    form_id: str
    unit_id: str
    via: str
    prior: int
    levels: frozenset[str]
    valid_from: date | None
    valid_to: date | None

    def of(self, code: str) -> Reading:
        """The reading as the unit of the region ``code``."""
        return Reading(
            self.form_id, f"{self.unit_id}.{code}", self.via, self.prior, self.valid_from, self.valid_to, False
        )


Station = tuple[str, bytes, bytes]  # unit, the word that its form ends with, the words behind; in lower case
Readings = tuple[Reading, ...]
Units = tuple[UnitReading, ...]


def agencies(readings: Iterable[Reading]) -> set[str]:
    """The bodies that ``readings`` stand for."""
    return {reading.agency_id for reading in readings}


def region_of(agency_id: str) -> str | None:
    """The region code of a body that is composed of unit and region; None for every other one."""
    found = _REGIONAL_ID.fullmatch(agency_id)
    return found[2] if found else None


def unit_of(agency_id: str) -> str | None:
    """The regional unit of a body that is composed of unit and region; None for every other one."""
    found = _REGIONAL_ID.fullmatch(agency_id)
    return found[1] if found else None


class Hierarchy:
    """Which bodies there are, and which were ever above which."""

    def __init__(self, bodies: Collection[str], parents: Iterable[tuple[str, str]]) -> None:
        self.bodies = frozenset(bodies)
        self._parents: dict[str, tuple[str, ...]] = {}
        for agency, parent in parents:
            self._parents[agency] = (*self._parents.get(agency, ()), parent)
        self._known: dict[str, frozenset[str]] = {}

    @classmethod
    def of(cls, registry: Registry) -> Hierarchy:
        """The hierarchy of all bodies and all times of ``registry``."""
        periods = registry["agency_periods"].select("agency_id", "parent_id").drop_nulls().unique(maintain_order=True)
        return cls(registry["agencies"]["agency_id"].to_list(), periods.iter_rows())

    def above(self, agency_id: str) -> frozenset[str]:
        """All bodies that were ever above ``agency_id``; none for an unknown one."""
        known = self._known.get(agency_id)
        if known is None:
            found: set[str] = set()
            queue = [agency_id]
            while queue:
                new = set(self._parents.get(queue.pop(), ())) - found
                found |= new
                queue.extend(new)
            known = self._known[agency_id] = frozenset(found)
        return known

    def nearest_above_all(self, agency_ids: Iterable[str]) -> str | None:
        """The lowest body above all of ``agency_ids``; None where they have none in common."""
        shared = frozenset.intersection(*(self.above(agency) for agency in agency_ids))
        return max(shared, key=lambda agency: (len(self.above(agency)), agency)) if shared else None


@dataclass(frozen=True)
class Engine:
    """The registry compiled for finding mentions.

    ``readings[pattern]`` are the bodies that a pattern of ``trie`` can stand for by itself, ``units[pattern]`` the
    regional units that it names where a region follows. ``patterns`` finds a pattern by its surface in lower case.
    ``names[agency_id]`` holds the stems of the body's names. ``stations`` maps a unit, the word that its form ends with
    and the words behind it, in lower case, to a region: what official names say otherwise than the gazetteer does
    (Polda Metro Jaya). ``roots[unit_id]`` is the national body that a vertical unit belongs to. ``inner`` are the units
    that have a subject of their own, and so are known without their region in an article that names it. ``plain`` are
    the stations whose official name has the region's name alone, where their twin's has more: Polresta Cirebon.
    """

    trie: Trie
    readings: tuple[Readings, ...]
    units: tuple[Units, ...]
    patterns: Mapping[bytes, int]
    hierarchy: Hierarchy
    names: Mapping[str, frozenset[Stems]]
    gazetteer: Gazetteer
    stations: Mapping[Station, str]
    roots: Mapping[str, str]
    inner: frozenset[str]
    plain: frozenset[str]


def build_engine(registry: Registry) -> Engine:
    """The engine of ``registry``: its forms, its regional units and its hierarchy."""
    return compile_engine(registry, forms(registry))


def compile_engine(registry: Registry, surfaces: pl.DataFrame) -> Engine:
    """The engine of a registry, its atomic forms (``ingest.registry.forms.SCHEMA``) given apart.

    A form that matches in its own case only also stands for what the same letters stand for in any case.
    """
    from ingest.kernels import compile_trie

    exact, loose = _Forms(), _Forms()
    for row in surfaces.sort("surface", "agency_id", "via", "valid_from").iter_rows(named=True):
        reading = Reading(**{name: row[name] for name in Reading.__dataclass_fields__})
        forms_of_case = exact if row["is_exact_case"] else loose
        forms_of_case.readings[_key(row)].append(reading)
    unit_forms = _unit_forms(registry)
    for row in unit_forms.iter_rows(named=True):
        forms_of_case = exact if row["is_exact_case"] else loose
        given = {name: row[name] for name in ("unit_id", "via", "prior", "valid_from", "valid_to")}
        form_id = hex16("unit", row["unit_id"], row["surface"])
        forms_of_case.units[_key(row)].append(UnitReading(form_id=form_id, levels=frozenset(row["levels"]), **given))
    stations = _stations(unit_forms, registry["regional_exceptions"])
    surfaces_exact, surfaces_loose = exact.surfaces(), loose.surfaces()
    for surface in surfaces_exact:
        exact.readings[surface].extend(loose.readings.get(_fold(surface), []))
        exact.units[surface].extend(loose.units.get(_fold(surface), []))
    trie = compile_trie(
        [*surfaces_exact, *surfaces_loose], [True] * len(surfaces_exact) + [False] * len(surfaces_loose)
    )
    ordered = [(exact, surface) for surface in surfaces_exact] + [(loose, surface) for surface in surfaces_loose]
    return Engine(
        trie,
        tuple(tuple(found.readings.get(surface, ())) for found, surface in ordered),
        tuple(tuple(found.units.get(surface, ())) for found, surface in ordered),
        # of two cases of one surface the exact one, which knows all readings
        {surface.encode().lower(): number for number, (_, surface) in reversed(list(enumerate(ordered)))},
        Hierarchy.of(registry),
        _names(surfaces),
        Gazetteer(registry),
        stations,
        _roots(registry["regional_units"]),
        frozenset(registry["regional_units"]["unit_id"]) - registry.rules.stations,
        _plain(stations, registry["regions"]),
    )


class _Forms:
    """What surfaces stand for, by surface."""

    def __init__(self) -> None:
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        self.units: dict[str, list[UnitReading]] = defaultdict(list)

    def surfaces(self) -> list[str]:
        """All surfaces, in the order in which they were first given."""
        return list(dict.fromkeys((*self.readings, *self.units)))


def _fold(surface: str) -> str:
    """``surface`` with ASCII letters in lower case, as the matcher folds them."""
    return surface.encode().lower().decode()


def _key(row: Mapping[str, str]) -> str:
    return row["surface"] if row["is_exact_case"] else _fold(row["surface"])


def _unit_forms(registry: Registry) -> pl.DataFrame:
    """registry.unit_forms with the unit's full name among them, and ``levels``: those of the form within the unit's."""
    units = registry["regional_units"].select(
        "unit_id", "unit_name", pl.col("region_levels").alias("unit_levels"),
        pl.col("valid_from").alias("unit_from"), pl.col("valid_to").alias("unit_to"),
    )  # fmt: skip
    written = registry["unit_forms"].drop("source")
    full = units.select(
        "unit_id", pl.col("unit_name").alias("surface"), pl.lit("name").alias("via"),
        pl.lit([], dtype=pl.List(pl.String)).alias("region_levels"), pl.lit(False).alias("is_exact_case"),
        pl.lit(DEFAULT_PRIOR, pl.Int64).alias("prior"),
        pl.lit(None, pl.Date()).alias("valid_from"), pl.lit(None, pl.Date()).alias("valid_to"),
    ).join(written, on=["unit_id", "surface"], how="anti")  # fmt: skip
    levels = pl.when(pl.col("region_levels").list.len() > 0).then("region_levels").otherwise("unit_levels")
    return (
        pl.concat([written.select(full.columns), full])
        .join(units, on="unit_id")
        .with_columns(
            levels=levels,
            valid_from=pl.coalesce("valid_from", "unit_from"),
            valid_to=pl.coalesce("valid_to", "unit_to"),
        )
        .sort("surface", "unit_id", "via")
    )


def _names(surfaces: pl.DataFrame) -> dict[str, frozenset[Stems]]:
    """The stems of the names of each agency; an agency without a long name has none."""
    names: dict[str, set[Stems]] = defaultdict(set)
    for agency, surface in surfaces.select("agency_id", "surface").iter_rows():
        names[agency].add(stems(surface.encode().split()))
    return {agency: frozenset(found) for agency, found in names.items()}


def _stations(unit_forms: pl.DataFrame, exceptions: pl.DataFrame) -> dict[Station, str]:
    """Region codes by unit, word that the unit's form ends with, and the rest of an official name, in lower case."""
    forms_of: dict[str, list[bytes]] = defaultdict(list)
    for unit_id, surface in unit_forms.select("unit_id", "surface").iter_rows():
        forms_of[unit_id].append(surface.encode().lower())
    found = {}
    for row in exceptions.filter(exception_kind="changed").iter_rows(named=True):
        for name in (row["agency_name"], row["acronym"]):
            written = name.encode().lower() if name else b""
            for form in forms_of[row["unit_id"]]:
                if written.startswith(form + b" "):
                    found[row["unit_id"], form, written[len(form) + 1 :]] = row["region_code"]
    return found


def _plain(stations: Mapping[Station, str], regions: pl.DataFrame) -> frozenset[str]:
    """The bodies whose official name says their region's plain name, and no other body's of their unit does."""
    names = dict(regions.select("region_code", "region_name").iter_rows())
    bearers: dict[tuple[str, bytes], set[str]] = defaultdict(set)
    for (unit_id, _, words), code in stations.items():
        bearers[unit_id, words.removeprefix(b"metro ").removeprefix(b"kota ")].add(code)
    return frozenset(
        f"{unit_id}.{code}"
        for (unit_id, words), codes in bearers.items()
        for code in codes
        if len(codes) == 1 and names[code].encode().lower() == words
    )


def _roots(units: pl.DataFrame) -> dict[str, str]:
    """The national body above each regional unit that stands for itself: Polsek has one, Satreskrim none."""
    parents = dict(units.select("unit_id", "parent_unit_id").iter_rows())
    levels = {unit_id: set(found) for unit_id, found in units.select("unit_id", "region_levels").iter_rows()}
    roots = {}
    for unit_id in parents:
        if levels[unit_id] & levels.get(parents[unit_id], set()):
            continue
        top: str | None = unit_id
        while top in parents:
            top = parents[top]
        if top:
            roots[unit_id] = top
    return roots
