"""What the registry says of a body: by any of its names, through time, in its family, against another registry.

Belongs here: questions that people ask of a registry in memory, answered as plain rows. Does not: reading it
(``load``), the rules that it keeps (``check``), which body an article means (``ingest.entities``), how answers look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from ingest.registry.forms import forms
from ingest.registry.gazetteer import LEVELS, Gazetteer
from ingest.registry.model import Registry
from warehouse.contracts import tables_of

Row = dict[str, Any]

MATCHES = pl.Schema(
    {
        "agency_id": pl.String(),
        "agency_name": pl.String(),
        "via": pl.String(),
        "matched": pl.String(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
    }
)
_BY_ID = "id"
# rows that people tell apart by what they read, not by the id that is derived from it
_READ_AS = {
    "aliases": ("agency_id", "surface"),
    "roles": ("agency_id", "surface"),
    "holders": ("agency_id", "person_name", "office", "valid_from"),
}
_DERIVED = {"alias_id", "role_id", "holder_id"}


def find(registry: Registry, query: str, on: date | None = None) -> pl.DataFrame:
    """The bodies that answer to ``query`` (on that day, where one is given), as ``MATCHES``, sorted by id and via.

    An id stands for its body alone, where that exists on the day or nothing else answers. Else ``query`` is a name,
    acronym, alias, office or office holder in any case, or a regional unit with its region. ``valid_from`` and
    ``valid_to`` are those of the form; of an id none.
    """
    wanted = _folded(query)
    ids = registry["agencies"].filter(pl.col("agency_id") == wanted).select("agency_id")
    by_id = ids.with_columns(via=pl.lit(_BY_ID), matched=pl.col("agency_id"))
    if on is not None:
        ids = ids.join(registry["agency_periods"].filter(_holds(on)), on="agency_id", how="semi")
    found = by_id if ids.height else _by_name(registry, query, on)
    found = found if found.height else by_id
    names = _latest(registry["agency_periods"]).select("agency_id", "agency_name")
    frame = found.join(names, on="agency_id", how="left")
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in MATCHES.items() if name not in frame.columns]
    return frame.with_columns(missing).select(MATCHES.names()).cast(MATCHES).sort("agency_id", "via")


def nearest(registry: Registry, query: str, count: int = 5) -> list[str]:
    """The names in the registry that look most like ``query``, the likest first."""
    wanted = sorted(_trigrams(_folded(query)))
    names = [frame["matched"] for frame in _surfaces(registry)] + [registry["agencies"]["agency_id"]]
    padded = pl.concat_str(pl.lit("  "), _fold(pl.col("surface")), pl.lit(" "))
    shared = pl.sum_horizontal(padded.str.contains(gram, literal=True) for gram in wanted)
    return (
        pl.DataFrame({"surface": pl.concat(names).unique()})
        .with_columns(shared=shared, length=padded.str.len_chars() - 2)
        .filter(pl.col("shared") > 0)
        .with_columns(likeness=pl.col("shared") / (len(wanted) + pl.col("length") - pl.col("shared")))
        .sort("likeness", "surface", descending=[True, False])["surface"]
        .head(count)
        .to_list()
    )


def terms(registry: Registry, person: str) -> list[Row]:
    """The offices that a person held, by any written name of theirs, in order of time; empty for a stranger."""
    wanted = _folded(person)
    holders, names = registry["holders"], registry["holder_names"]
    people = set(names.filter(_fold(pl.col("surface")) == wanted)["person_name"])
    people |= set(holders.filter(_fold(pl.col("person_name")) == wanted)["person_name"])
    return (
        holders.filter(pl.col("person_name").is_in(sorted(people))).sort("valid_from", "agency_id", "office").to_dicts()
    )


def body(registry: Registry, agency_id: str, on: date | None = None) -> Row:
    """Everything that the registry says of a body; KeyError where there is none of that id.

    - ``agency``, ``region`` (of a regional body, else null) and ``periods``: rows of their tables;
    - ``parents``: the bodies above, the nearest first; ``units``: those directly below, by id;
    - ``forms``: surface, via, is_exact_case, prior and days of each way to write it, office holders apart, heaviest
      first; of a composed body those of its unit, with the region's name behind;
    - ``holders``, ``predecessors`` and ``successors`` in order of time;
    - ``exists``: whether the body exists on that day (always, where none is given).

    With a day, parents, units, forms and holders are those of that day; without, parents are those of its last
    period and the others those of all time.
    """
    agencies = registry["agencies"].filter(pl.col("agency_id") == agency_id)
    if agencies.is_empty():
        raise KeyError(agency_id)
    agency = agencies.row(0, named=True)
    all_periods = registry["agency_periods"]
    periods = all_periods.filter(pl.col("agency_id") == agency_id).sort("valid_from")
    units = all_periods.filter(pl.col("parent_id") == agency_id)
    written = _forms_of(registry, agency)
    held = registry["holders"].filter(pl.col("agency_id") == agency_id)
    if on is not None:
        units, written, held = (frame.filter(_holds(on)) for frame in (units, written, held))
    moves = registry["successions"].sort("succeeded_on", "predecessor_id", "successor_id")
    regions = registry["regions"].filter(pl.col("region_code") == (agency["region_code"] or ""))
    return {
        "agency": agency,
        "region": regions.row(0, named=True) if regions.height else None,
        "exists": on is None or not periods.filter(_holds(on)).is_empty(),
        "periods": periods.to_dicts(),
        "parents": list(_above(all_periods, periods, on)),
        "units": _latest(units).sort("agency_id").to_dicts(),
        "forms": written.sort(-pl.col("prior"), "via", "surface", "valid_from").to_dicts(),
        "holders": held.sort("valid_from", "capacity", "person_name").to_dicts(),
        "predecessors": moves.filter(pl.col("successor_id") == agency_id).to_dicts(),
        "successors": moves.filter(pl.col("predecessor_id") == agency_id).to_dicts(),
    }


def family(registry: Registry, agency_id: str) -> Row:
    """The lineage family of a body as a timeline; KeyError where there is no body of that id.

    ``lineage_id``, ``agency_ids`` (sorted) and ``events`` in order of time, each with date, agency_id, event (begins,
    renamed, ends, succession, holder), what it tells, and its source.
    """
    lineage_of = dict(registry["agencies"].select("agency_id", "lineage_id").iter_rows())
    lineage_id = lineage_of[agency_id]
    members = sorted(one for one, lineage in lineage_of.items() if lineage == lineage_id)
    events = [*_period_events(registry, members), *_succession_events(registry, members)]
    events += _holder_events(registry, members)
    order = {"ends": 0, "succession": 1, "begins": 2, "renamed": 3, "holder": 4}
    events.sort(key=lambda event: (event["date"], order[event["event"]], event["agency_id"], event["told"]))
    return {"lineage_id": lineage_id, "agency_ids": members, "events": events}


def differences(before: Registry, after: Registry) -> dict[str, dict[str, list[Row]]]:
    """What ``after`` adds, removes and changes against ``before``, by table; tables that agree are left out.

    A row is known by its key; of aliases, roles and holders by what the id is derived from. ``changed`` holds the
    key's columns and ``changes``: column -> [before, after]. Composed bodies follow from the other tables and are not
    compared. The wording rules are the table ``units``.
    """
    found = {}
    for table in tables_of("registry"):
        key = _READ_AS.get(table.name, table.key)
        old, new = (_by_key(_written(registry, table.name), key) for registry in (before, after))
        changed = [
            {**dict(zip(key, name, strict=True)), "changes": changes}
            for name in sorted(old.keys() & new.keys(), key=_order)
            if (changes := {c: [v, new[name][c]] for c, v in old[name].items() if v != new[name][c]})
        ]
        found[table.name] = {
            "added": [new[name] for name in sorted(new.keys() - old.keys(), key=_order)],
            "removed": [old[name] for name in sorted(old.keys() - new.keys(), key=_order)],
            "changed": changed,
        }
    rules = [_rules(registry) for registry in (before, after)]
    found["units"] = {
        "added": [dict(row) for row in sorted(rules[1] - rules[0])],
        "removed": [dict(row) for row in sorted(rules[0] - rules[1])],
        "changed": [],
    }
    return {name: changes for name, changes in found.items() if any(changes.values())}


def _by_name(registry: Registry, query: str, on: date | None) -> pl.DataFrame:
    """The bodies that bear the name, one row for each way."""
    written = [frame.filter(_fold(pl.col("matched")) == _folded(query)) for frame in _surfaces(registry)]
    found = pl.concat([*written, _regional(registry, query, on)], how="diagonal_relaxed")
    if on is not None:
        found = found.filter(_holds(on))
    return found.group_by("agency_id", "via").agg(
        pl.col("matched").min(),
        pl.when(pl.col("valid_from").null_count() == 0).then(pl.col("valid_from").min()).alias("valid_from"),
        pl.when(pl.col("valid_to").null_count() == 0).then(pl.col("valid_to").max()).alias("valid_to"),
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def _fold(column: pl.Expr) -> pl.Expr:
    return column.str.to_lowercase()


def _holds(on: date) -> pl.Expr:
    """Rows that are valid on the day; an open end is null."""
    return ~(pl.col("valid_from") > on).fill_null(False) & ~(pl.col("valid_to") < on).fill_null(False)


def _latest(periods: pl.DataFrame) -> pl.DataFrame:
    """The last period of each body."""
    return periods.sort("agency_id", "valid_from").unique("agency_id", keep="last", maintain_order=True)


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _surfaces(registry: Registry) -> list[pl.DataFrame]:
    """Every written name with its body: forms, names and acronyms of all periods, office holders."""
    periods, life = registry["agency_periods"], ("valid_from", "valid_to")
    name = pl.lit("name").alias("via")
    return [
        forms(registry).select("agency_id", "via", *life, matched="surface"),
        periods.select("agency_id", name, *life, matched="agency_name"),
        periods.drop_nulls("acronym").select("agency_id", name, *life, matched="acronym"),
        registry["holders"].select("agency_id", pl.lit("holder").alias("via"), *life, matched="person_name"),
    ]


def _regional(registry: Registry, query: str, on: date | None) -> pl.DataFrame:
    """Bodies that are written as a regional unit's form with a region behind: Polres Bogor, Wali Kota Bandung."""
    units = registry["unit_forms"].filter(pl.lit(_folded(query)).str.starts_with(_fold(pl.col("surface")) + " "))
    if on is not None:
        units = units.filter(_holds(on))
    found: list[tuple[str, str, str]] = []
    known = set(registry["agencies"]["agency_id"]) if units.height else set()
    gazetteer = Gazetteer(registry) if units.height else None
    levels = dict(registry["regional_units"].select("unit_id", "region_levels").iter_rows())
    for unit in units.sort("unit_id", "surface").iter_rows(named=True):
        # the gazetteer reads names as the press writes them, people type them in any case
        rest = " ".join(query.split())[len(unit["surface"]) + 1 :]
        wanted = unit["region_levels"] or levels.get(unit["unit_id"]) or LEVELS
        for words in dict.fromkeys((rest, rest.title())):
            text = words.encode()
            place = gazetteer.read(text, 0, len(text), on, frozenset(wanted)) if gazetteer else None
            if place and place.end == len(text):
                found += [
                    (f"{unit['unit_id']}.{code}", unit["via"], f"{unit['surface']} {words}") for code in place.codes
                ]
                break
    rows = sorted({row for row in found if row[0] in known})
    return pl.DataFrame(rows, schema=["agency_id", "via", "matched"], orient="row").cast(pl.String)


def _forms_of(registry: Registry, agency: Row) -> pl.DataFrame:
    """The forms of a body, without its office holders."""
    columns = ("surface", "via", "is_exact_case", "prior", "valid_from", "valid_to")
    own = forms(registry).filter(pl.col("agency_id") == agency["agency_id"], pl.col("via") != "holder").select(columns)
    region = registry["regions"].filter(pl.col("region_code") == (agency["region_code"] or ""))
    if agency["unit_id"] is None or region.is_empty():
        return own
    name, level = region.row(0, named=True)["region_name"], region["region_level"][0]
    unit = registry["unit_forms"].filter(
        pl.col("unit_id") == agency["unit_id"],
        (pl.col("region_levels").list.len() == 0) | pl.col("region_levels").list.contains(level),
    )
    behind = unit.with_columns(pl.col("surface") + f" {name}").select(columns)
    return pl.concat([own, behind], how="vertical_relaxed")


def _above(all_periods: pl.DataFrame, periods: pl.DataFrame, on: date | None) -> Iterator[Row]:
    """The chain of parents, the nearest first, each by its id and its name of then."""
    seen: set[str] = set()
    while periods.height:
        then = periods.filter(_holds(on)) if on is not None else periods
        last = (then if then.height else periods).row(-1, named=True)
        parent_id = last["parent_id"]
        if parent_id is None or parent_id in seen:
            return
        seen.add(parent_id)
        on = on or last["valid_to"]
        periods = all_periods.filter(pl.col("agency_id") == parent_id).sort("valid_from")
        named = periods.filter(_holds(on)) if on is not None else periods
        name = (named if named.height else periods).tail(1)["agency_name"].to_list()
        yield {"agency_id": parent_id, "agency_name": name[0] if name else None}


def _event(day: date, agency_id: str, event: str, told: str, source: str) -> Row:
    return {"date": day, "agency_id": agency_id, "event": event, "told": told, "source": source}


def _period_events(registry: Registry, members: Sequence[str]) -> Iterator[Row]:
    periods = registry["agency_periods"].filter(pl.col("agency_id").is_in(members)).sort("agency_id", "valid_from")
    for (_,), own in periods.group_by("agency_id", maintain_order=True):
        rows = own.to_dicts()
        for number, row in enumerate(rows):
            told = row["agency_name"] + (f" ({row['acronym']})" if row["acronym"] else "")
            if row["parent_id"]:
                told += f", under {row['parent_id']}"
            event = "renamed" if number else "begins"
            yield _event(row["valid_from"], row["agency_id"], event, told, row["source"])
        if rows[-1]["valid_to"]:
            yield _event(
                rows[-1]["valid_to"], rows[-1]["agency_id"], "ends", rows[-1]["agency_name"], rows[-1]["source"]
            )


def _succession_events(registry: Registry, members: Sequence[str]) -> Iterator[Row]:
    touching = pl.col("predecessor_id").is_in(members) | pl.col("successor_id").is_in(members)
    for row in registry["successions"].filter(touching).iter_rows(named=True):
        told = f"{row['predecessor_id']} -> {row['successor_id']} ({row['succession_kind']})"
        own = row["successor_id"] if row["successor_id"] in members else row["predecessor_id"]
        yield _event(row["succeeded_on"], own, "succession", told, row["source"])


def _holder_events(registry: Registry, members: Sequence[str]) -> Iterator[Row]:
    for row in registry["holders"].filter(pl.col("agency_id").is_in(members)).iter_rows(named=True):
        until = f", until {row['valid_to']}" if row["valid_to"] else ""
        told = f"{row['person_name']}, {row['office']}{until}"
        yield _event(row["valid_from"], row["agency_id"], "holder", told, row["source"])


def _written(registry: Registry, name: str) -> pl.DataFrame:
    """The rows of a table that people wrote, without derived ids."""
    frame = registry[name]
    if name in ("agencies", "agency_periods"):
        composed = registry["agencies"].filter(pl.col("unit_id").is_not_null()).select("agency_id")
        frame = frame.join(composed, on="agency_id", how="anti")
    return frame.drop([column for column in frame.columns if column in _DERIVED])


def _by_key(frame: pl.DataFrame, key: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[column] for column in key): row for row in frame.iter_rows(named=True)}


def _order(key: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(map(str, key))


def _rules(registry: Registry) -> set[tuple[tuple[str, str], ...]]:
    """The wording rules, each as the items of a row."""
    rules = registry.rules
    rows: set[tuple[tuple[str, str], ...]] = {
        (("rule", rule), ("value", value))
        for rule in ("shared_names", "ambiguous", "stations")
        for value in getattr(rules, rule)
    }
    for word in rules.unit_words:
        for part in ("names", "heads", "deputies"):
            rows |= {(("rule", f"unit_words: {word.names[0]}, {part}"), ("value", v)) for v in getattr(word, part)}
    return rows
