"""Regional bodies composed from units and regions: Polres Bogor is the unit ``polres`` in the region 32.01.

Belongs here: which regional bodies there are, since when, under which name and parent. Does not: their written forms
(``gazetteer``, ``ingest.entities``), any fact (regional_units.csv, regions.csv, region_names.csv,
regional_exceptions.csv).

- A body is ``<unit_id>.<region_code>``. It lives as long as unit, region and parent do; where none of them says since
  when, from ``EARLIEST`` on.
- Its name is the unit's with the region's as that was called at the time. With a level word: Dinas Kesehatan Kota
  Bogor. Without: Kepolisian Resor Bogor. A unit without a level word whose parent is a unit of the same region is an
  inner one and is named with that one's name: Satuan Reserse Kriminal Kepolisian Resor Bogor.
- Its parent is the parent unit's body in its own region, else in the one above, else in the one above that. An inner
  unit exists only where its parent does.
- Exceptions: ``absent`` (with a parent_id: that body does the work, and the units below belong to it), ``changed``
  (another name, acronym or parent), ``without_units`` (the body has no units in its region but the changed ones).
- A body of a region that got a new code is of the lineage of the body under the latest code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from warehouse.contracts import TABLES

EARLIEST = date(1995, 1, 1)  # no article is dated earlier

_KEY = ["unit_id", "region_code"]
_AGENCIES = TABLES["registry.agencies"]
_PERIODS = TABLES["registry.agency_periods"]


def compose(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The composed bodies: rows of registry.agencies and rows of registry.agency_periods, each sorted by its key.

    ``tables`` are the written tables by name: agency_periods, regions, region_names, regional_units,
    regional_exceptions. Units whose parent units form a circle are left out.
    """
    exceptions = tables["regional_exceptions"]
    names = region_periods(tables["regions"], tables["region_names"])
    bodies = _bodies(tables["regional_units"], tables["regions"], exceptions)
    # the body that units below belong to, by unit and region; another one's where it does the work
    stands_in = (pl.col("exception_kind") == "absent") & pl.col("parent_id").is_not_null()
    known = exceptions.filter(stands_in).select(*_KEY, parent_id="parent_id", is_own=False)
    periods = tables["agency_periods"].select(_PERIODS.column_names)
    composed = []
    for units in _by_depth(tables["regional_units"]):
        wave = _with_parents(bodies.filter(pl.col("unit_id").is_in(units)), known, exceptions)
        rows = pl.concat([_named(wave, names, periods), _named_with_parent(wave, periods)])
        composed.append(rows)
        periods = pl.concat([periods, rows.select(_PERIODS.column_names)])
        known = pl.concat([known, rows.unique("agency_id").select(*_KEY, parent_id="agency_id", is_own=True)])
    if not composed:
        return pl.DataFrame(schema=_AGENCIES.polars_schema()), pl.DataFrame(schema=_PERIODS.polars_schema())
    found = pl.concat(composed).sort("agency_id", "valid_from")
    return _agencies(found, tables["regions"]), found.select(_PERIODS.column_names)


def with_composed(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """``tables`` as written, and the composed bodies in agencies and agency_periods; all columns as contracted."""
    agencies, periods = compose(tables)
    return dict(tables) | {
        "agencies": pl.concat([tables["agencies"], agencies]),
        "agency_periods": pl.concat([tables["agency_periods"], periods]),
    }


def region_periods(regions: pl.DataFrame, region_names: pl.DataFrame) -> pl.DataFrame:
    """What each region was called: region_code, name, short_name, named_from, named_to (null is open), by date.

    A former name that says until when it held was the region's name until then. ``short_name`` is the name that
    acronyms are composed with: the official short one (DKI Jakarta), else the name.
    """
    former = region_names.filter((pl.col("name_kind") == "former") & pl.col("valid_to").is_not_null())
    short = region_names.filter(pl.col("name_kind") == "official").unique("region_code", keep="first")
    named = pl.concat(
        [
            former.select("region_code", name="surface", named_to="valid_to"),
            regions.select("region_code", name="region_name", named_to=pl.lit(None, pl.Date)),
        ]
    ).sort("region_code", "named_to", nulls_last=True)
    after_the_last = pl.col("named_to").shift(1).over("region_code").dt.offset_by("1d")
    return (
        named.with_columns(named_from=after_the_last)
        .join(regions.select("region_code", "valid_from", "valid_to"), on="region_code")
        .join(short.select("region_code", short_name="surface"), on="region_code", how="left")
        .select(
            "region_code",
            "name",
            pl.col("short_name").fill_null(pl.col("name")),
            named_from=pl.max_horizontal("named_from", "valid_from"),
            named_to=pl.min_horizontal("named_to", "valid_to"),
        )
    )


def _bodies(units: pl.DataFrame, regions: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    """Units and the regions that have them, one row per body, with what the exceptions say of it."""
    placed = units.rename({"source": "unit_source", "valid_from": "unit_from", "valid_to": "unit_to"})
    placed = placed.explode("region_levels").join(
        regions.select(
            "region_code",
            "level_word",
            region_levels="region_level",
            upper_code="parent_code",
            region_source="source",
        ),
        on="region_levels",
    )
    in_scope = pl.col("region_codes").list.len() == 0
    within = placed.filter(~in_scope).explode("region_codes")
    inside = (pl.col("region_code") == pl.col("region_codes")) | pl.col("region_code").str.starts_with(
        pl.col("region_codes") + "."
    )
    placed = pl.concat(
        [
            placed.filter(in_scope),
            within.filter(inside)
            .cast({"region_codes": pl.String})
            .with_columns(region_codes=pl.lit([], pl.List(pl.String))),
        ]
    )
    said = exceptions.rename(
        {"agency_name": "own_name", "acronym": "own_acronym", "parent_id": "own_parent", "source": "own_source"}
    )
    levels = units.select(parent_unit_id="unit_id", parent_levels="region_levels")
    upper = regions.select(upper_code="region_code", top_code="parent_code")
    return (
        placed.join(said, on=_KEY, how="left")
        .filter(pl.col("exception_kind").ne_missing("absent"))
        .join(levels, on="parent_unit_id", how="left")
        .join(upper, on="upper_code", how="left")
        .with_columns(
            agency_id=pl.col("unit_id") + "." + pl.col("region_code"),
            is_inner=~pl.col("has_level_word")
            & pl.col("parent_levels").list.contains(pl.col("region_levels")).fill_null(False),
        )
    )


def _by_depth(units: pl.DataFrame) -> list[list[str]]:
    """The units in layers: each unit's parent unit is in an earlier one."""
    parents = dict(units.select("unit_id", "parent_unit_id").iter_rows())
    layers: list[list[str]] = []
    waiting = set(parents)
    while ready := sorted(unit for unit in waiting if parents[unit] not in waiting):
        layers.append(ready)
        waiting -= set(ready)
    return layers


def _with_parents(bodies: pl.DataFrame, known: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    """``bodies`` with parent_id; without inner units that have none, and without units of bodies without units."""
    childless = exceptions.filter(pl.col("exception_kind") == "without_units").select(
        parent_unit_id="unit_id", region_code="region_code", is_childless=True
    )
    above = known.unique(_KEY, keep="last", maintain_order=True).rename({"unit_id": "parent_unit_id"})
    for code in ("region_code", "upper_code", "top_code"):
        found = above.rename({"region_code": code, "parent_id": f"{code}_parent", "is_own": f"{code}_is_own"})
        bodies = bodies.join(found, on=["parent_unit_id", code], how="left")
    is_regional = pl.col("parent_levels").is_not_null()
    nearest = pl.coalesce("region_code_parent", "upper_code_parent", "top_code_parent")
    inner_parent = pl.when(pl.col("region_code_is_own")).then("region_code_parent")
    return (
        bodies.join(childless, on=["parent_unit_id", "region_code"], how="left")
        .filter(pl.col("is_childless").is_null() | pl.col("exception_kind").is_not_null())
        .with_columns(
            parent_id=pl.coalesce(
                "own_parent",
                pl.when("is_inner").then(inner_parent).when(is_regional).then(nearest).otherwise("parent_unit_id"),
            )
        )
        .filter(~pl.col("is_inner") | pl.col("parent_id").is_not_null())
    )


def _named(bodies: pl.DataFrame, names: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The periods of bodies that are named with their region, within the lives of unit, region and parent."""
    life = periods.group_by("agency_id").agg(
        life_from=pl.col("valid_from").min(),
        life_to=pl.when(~pl.col("valid_to").is_null().any()).then(pl.col("valid_to").max()),
    )
    level_word = pl.when("has_level_word").then("level_word")
    rows = (
        bodies.filter(~pl.col("is_inner"))
        .join(names, on="region_code")
        .join(life.rename({"agency_id": "parent_id"}), on="parent_id", how="left")
        .with_columns(
            valid_from=pl.max_horizontal("unit_from", "named_from", "life_from", pl.lit(EARLIEST)),
            valid_to=pl.min_horizontal("unit_to", "named_to", "life_to"),
            agency_name=pl.coalesce(
                "own_name", pl.concat_str("unit_name", level_word, "name", separator=" ", ignore_nulls=True)
            ),
            acronym=pl.coalesce(
                "own_acronym",
                pl.when(pl.col("acronym").is_not_null()).then(
                    pl.concat_str("acronym", level_word, "short_name", separator=" ", ignore_nulls=True)
                ),
            ),
        )
    )
    return _periods(rows)


def _named_with_parent(bodies: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The periods of inner units, one for each of their parent's."""
    above = periods.select(
        parent_id="agency_id",
        above_from="valid_from",
        above_to="valid_to",
        above_name="agency_name",
        above_acronym="acronym",
    )
    rows = (
        bodies.filter("is_inner")
        .join(above, on="parent_id")
        .with_columns(
            valid_from=pl.max_horizontal("unit_from", "above_from"),
            valid_to=pl.min_horizontal("unit_to", "above_to"),
            agency_name=pl.coalesce("own_name", pl.col("unit_name") + " " + pl.col("above_name")),
            acronym=pl.coalesce("own_acronym", pl.col("acronym") + " " + pl.col("above_acronym")),
        )
    )
    return _periods(rows)


def _periods(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` as periods with unit_id and region_code; periods of one name that follow each other are one."""
    source = pl.concat_str("unit_source", "region_source", "own_source", separator="; ", ignore_nulls=True)
    kept = rows.filter(pl.col("valid_to").is_null() | (pl.col("valid_from") <= pl.col("valid_to"))).select(
        *_KEY, *_PERIODS.column_names[:-1], source=source
    )
    several = kept.filter(pl.col("agency_id").is_duplicated())
    united = (
        several.sort("agency_id", "valid_from")
        .group_by([name for name in several.columns if name not in ("valid_from", "valid_to")], maintain_order=True)
        .agg(pl.col("valid_from").first(), pl.col("valid_to").last())
    )
    return pl.concat([kept.filter(~pl.col("agency_id").is_duplicated()), united.select(kept.columns)])


def _agencies(rows: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """``rows`` as bodies, each of the lineage of the one under the latest code."""
    successors = dict(regions.select("region_code", "successor_code").drop_nulls().iter_rows())
    latest = {}
    for code in successors:
        last = code
        while last in successors and successors[last] != code:
            last = successors[last]
        latest[code] = last
    found = rows.unique("agency_id").with_columns(
        lineage_id=pl.col("unit_id") + "." + pl.col("region_code").replace(latest)
    )
    is_body = pl.col("lineage_id").is_in(found["agency_id"].implode())
    return (
        found.with_columns(lineage_id=pl.when(is_body).then("lineage_id").otherwise("agency_id"))
        .select(_AGENCIES.column_names)
        .sort("agency_id")
    )
