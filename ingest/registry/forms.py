"""The written forms of bodies: every surface that the press uses, composed from the registry's facts.

Belongs here: which surfaces exist, for which body, through name or office, with what weight and validity. Does not:
matching, brackets of names ("Kementerian Dalam Negeri (Kemendagri)"), the parent's name behind a unit, "RI" and
"Plt" (``ingest.entities``).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Literal, NamedTuple

import polars as pl

from ingest.registry.model import Registry, Rules, UnitWord, once
from warehouse.keys import hex16

DEFAULT_PRIOR = 10

SCHEMA = pl.Schema(
    {
        "form_id": pl.String(),
        "agency_id": pl.String(),
        "surface": pl.String(),
        "via": pl.String(),
        "is_exact_case": pl.Boolean(),
        "prior": pl.Int64(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
        "kind": pl.String(),
        "needs_parent": pl.Boolean(),
    }
)


class _Form(NamedTuple):
    agency_id: str
    surface: str
    kind: Literal["name", "acronym", "short", "role", "holder"]
    is_exact_case: bool
    prior: int
    valid_from: date | None
    valid_to: date | None
    outlives: bool = False  # the form of a period: it ends only where another body takes it over

    @property
    def via(self) -> Literal["name", "role", "holder"]:
        return self.kind if self.kind == "role" or self.kind == "holder" else "name"


@once
def forms(registry: Registry) -> pl.DataFrame:
    """All atomic surfaces, one row per form and validity, sorted by (surface, agency_id, via, valid_from).

    - ``form_id`` is the alias_id or role_id of the registry where the form has a row there, else derived likewise.
    - ``prior``: higher wins between bodies that share a surface. A form with prior 0 is usually something else: it
      stands for the body only where the article also names the body by a form of higher prior.
    - ``valid_from``, ``valid_to``: inclusive, null is open. A form begins with its body at the earliest. The press
      writes of a body after it ended or was renamed, so the name of a period lasts until another body takes it over.
    - A person's name stands for a body, via holder, from the first to the last day of the term and never beyond.
    - ``needs_parent``: the surface is a unit's only with its parent's name directly behind (Sekretariat Jenderal).
    """
    written = _written(registry)
    composed = [form for base in _by_agency(written) for form in _compose(base, registry.rules)]
    shared = _shared(registry.rules)
    units = set(registry.written("agency_periods").filter(pl.col("parent_id").is_not_null())["agency_id"])
    rows = [
        (
            hex16("alias" if form.via == "name" else form.via, form.agency_id, form.surface),
            form.agency_id,
            form.surface,
            form.via,
            form.is_exact_case,
            form.prior,
            form.valid_from,
            form.valid_to,
            form.kind,
            form.agency_id in units and form.surface in shared,
        )
        for form in [*_take_over(_merge(written + composed)), *_holders(registry)]
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("surface", "agency_id", "via", "valid_from")


def _holders(registry: Registry) -> list[_Form]:
    """The names of office holders, each for the body and the days of a term; a name of one word is no form."""
    names: dict[str, list[str]] = defaultdict(list)
    for person_name, surface in registry["holder_names"].select("person_name", "surface").iter_rows():
        names[person_name].append(surface)
    return [
        _Form(row["agency_id"], surface, "holder", False, DEFAULT_PRIOR, row["valid_from"], row["valid_to"])
        for row in registry["holders"].iter_rows(named=True)
        for surface in dict.fromkeys((row["person_name"], *names[row["person_name"]]))
        if " " in surface
    ]


def is_exact_case(surface: str) -> bool:
    """Whether an acronym stands for a body in its own case only: BI and PUPR do, Kemendagri is a word of its own."""
    return " " not in surface and (surface.isupper() or len(surface) < 5)


def _written(registry: Registry) -> list[_Form]:
    """The forms that the tables state: aliases and roles, then names and acronyms of periods."""
    periods = registry.written("agency_periods")
    born = dict(periods.group_by("agency_id").agg(pl.col("valid_from").min()).iter_rows())
    written = pl.concat(
        [registry["aliases"].rename({"alias_kind": "kind"}), registry["roles"].with_columns(kind=pl.lit("role"))],
        how="diagonal",
    )
    found = [
        _Form(
            row["agency_id"],
            row["surface"],
            row["kind"],
            row["is_exact_case"],
            row["prior"],
            row["valid_from"] or born.get(row["agency_id"]),
            row["valid_to"],
        )
        for row in written.iter_rows(named=True)
    ]
    for row in periods.iter_rows(named=True):
        common = (DEFAULT_PRIOR, row["valid_from"], row["valid_to"], True)
        found.append(_Form(row["agency_id"], row["agency_name"], "name", False, *common))
        if row["acronym"]:
            found.append(_Form(row["agency_id"], row["acronym"], "acronym", is_exact_case(row["acronym"]), *common))
    return found


def _by_agency(written: list[_Form]) -> list[list[_Form]]:
    groups: dict[str, list[_Form]] = defaultdict(list)
    for form in written:
        groups[form.agency_id].append(form)
    return list(groups.values())


def _compose(base: list[_Form], rules: Rules) -> list[_Form]:
    """The forms that follow from one body's own: unit words exchanged, offices, brackets, serial commas."""
    subjects: list[tuple[UnitWord, str, _Form]] = [
        (*found, form) for form in base if form.via == "name" and (found := _split(form.surface, rules.unit_words))
    ]
    bracketed = [
        (word, f"{long} ({short})", form)
        for word, long, form in subjects
        for _, short, other in subjects
        if form.kind == "name" and other.kind != "name" and long and short and " " not in short and short != long
    ]
    composed = list(base)
    for word, subject, form in subjects + bracketed:
        name = form._replace(is_exact_case=False)
        role = name._replace(kind="role")
        offices = _variants(word.heads) + _variants(word.deputies)
        composed += [name._replace(surface=f"{prefix} {subject}".strip()) for prefix in _variants(word.names)]
        composed += [role._replace(surface=f"{prefix} {subject}".strip()) for prefix in offices]
    return [variant for form in composed for variant in _comma_variants(form)]


def _split(surface: str, words: tuple[UnitWord, ...]) -> tuple[UnitWord, str] | None:
    """The unit word that the surface begins with (the longest) and the subject behind it, which may be empty."""
    best: tuple[UnitWord, str] | None = None
    length = 0
    for word in words:
        for name in word.names:
            if len(name) > length and (surface == name or surface.startswith(f"{name} ")):
                best, length = (word, surface[len(name) :].strip()), len(name)
    return best


def _variants(words: tuple[str, ...]) -> list[str]:
    """The words, and the first with each one-word short form in brackets: Direktorat Jenderal (Ditjen)."""
    return [*words, *(f"{words[0]} ({word})" for word in words[1:] if " " not in word)]


def _comma_variants(form: _Form) -> list[_Form]:
    """The form with and without the comma before the last member of a list: A, B, dan C; A, B dan C."""
    if ", dan " in form.surface:
        return [form, form._replace(surface=form.surface.replace(", dan ", " dan "))]
    return [form]


def _merge(found: list[_Form]) -> list[_Form]:
    """One form per body, surface and way: what an alias or role states overrules what a period implies."""
    merged: dict[tuple[str, str, str], list[_Form]] = defaultdict(list)
    for form in found:
        same = merged[form.agency_id, form.surface, form.via]
        if not same or (form.outlives and all(other.outlives for other in same)):
            same.append(form)
    result = []
    for (agency_id, surface, via), same in merged.items():
        if via == "name" and (agency_id, surface, "role") in merged:
            continue  # a unit that is named by its office (Deputi Bidang X)
        first = min(same, key=lambda form: form.valid_from or date.min)
        ends = [form.valid_to for form in same]
        last = None if None in ends else max(end for end in ends if end)
        result.append(first._replace(valid_to=last))
    return result


def _take_over(found: list[_Form]) -> list[_Form]:
    """Forms of periods last until the day before another body begins to bear the same one."""
    starts: dict[tuple[str, str], list[tuple[date, str]]] = defaultdict(list)
    for form in found:
        starts[form.surface, form.via].append((form.valid_from or date.min, form.agency_id))
    result = []
    for form in found:
        if form.outlives and form.valid_to:
            later = [
                start
                for start, agency in starts[form.surface, form.via]
                if agency != form.agency_id and start > (form.valid_from or date.min)
            ]
            end = min(later) - timedelta(days=1) if later else None
            form = form._replace(valid_to=max(end, form.valid_to) if end else None)
        result.append(form)
    return result


def _shared(rules: Rules) -> frozenset[str]:
    """The surfaces that many bodies have for a unit: bare unit words and offices, and listed names."""
    return rules.shared_names.union(
        surface
        for word in rules.unit_words
        for words in (word.names, word.heads, word.deputies)
        if words
        for surface in _variants(words)
    )
