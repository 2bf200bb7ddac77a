"""Which body a span stands for: by date, by the article's own definition, by context, by weight.

Belongs here: the choice between readings of one span, in the light of the whole article. Does not: finding forms and
composing spans (``spans``), nor any fact about a body (the registry).

Every choice carries the name of its rule, which ``entities.mentions.rule`` shows:

- ``only_reading``: the form stands for one body; ``valid_on_date``: for several, of which one bears it on that day;
- ``latest_period``: the article has no date, and one body bears the form latest;
- ``nearest_period``: nobody bears the form on that day; the body whose period is nearest keeps its name as written;
- ``named_behind``: the bracket or the parent's name behind the form leaves one body;
- ``region_behind``: a regional unit with its region; ``coordinated``: with the region or parent of the next unit;
- ``unit_before``: a unit of the body that the registry does not list; ``unplaced_unit``: a vertical unit whose name is
  that of no region counts for the national body;
- ``defined_in_article``: the article writes the form in brackets behind a body's name;
- ``context``: of the possible bodies the article names one (or a unit of it, or its region) in another way;
- ``follow_up``: a unit without region or parent, of which the article names one in full;
- ``official_name``: of twin stations the one whose official name has the plain name (Polresta Cirebon);
- ``prior``: one reading weighs more than the others;
- ``common_parent``: the possible bodies belong to one body, for which the mention counts;
- ``tie``: none of these decides, the mention stays ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from ingest.entities.engine import Engine, Reading, Readings, agencies, region_of
from ingest.entities.regional import of_regions
from ingest.entities.spans import Span

IsNamed = Callable[[bytes], bool]

_COMMITTEE = re.compile(rb"[Kk]omisi (?:[IVX]+|[A-E])")


def resolve(spans: Sequence[Span], engine: Engine, is_named: IsNamed) -> list[Span]:
    """The spans of ONE article that are mentions, in order, each with ``rule`` and, unless ambiguous, ``chosen`` set.

    A form of prior 0 is usually something else: it counts only where the article names the body by a form of higher
    prior. ``is_named`` tells whether the article's text has the words given.
    """
    above = engine.hierarchy.above
    settled = [span.readings[0] for span in spans if len(agencies(span.readings)) == 1]
    named = {reading.agency_id for reading in settled if reading.prior > 0 and reading.via != "holder"}
    context = named.union(*(above(agency) for agency in named))
    definitions = {
        span.defines: span.readings[0].agency_id for span in spans if span.defines and len(agencies(span.readings)) == 1
    }
    mentions = []
    for span in spans:
        readings = tuple(r for r in span.readings if r.prior > 0 or r.agency_id in context)
        if not readings and (reading := _follow_up(span, engine, context)):
            span.rule, readings = "follow_up", (reading,)
        if readings:
            _choose(span, readings, engine, context, definitions.get(span.form), is_named)
            mentions.append(span)
    return mentions


def _follow_up(span: Span, engine: Engine, context: Collection[str]) -> Reading | None:
    """The one body, named in full by the article, that a bare unit is or belongs to: SPKT beside Polres Bogor.

    Offices stay bare, and so do stations and governments: Kapolres, Polres, Pemkab without a region are no mention. A
    numbered committee is that of the one house that the article names.
    """
    is_committee = _COMMITTEE.fullmatch(span.form) is not None
    if not (is_committee or span.form[:1].isupper()):
        return None
    named = set(context)
    units = tuple(u for u in span.units if u.via == "name" and u.prior > 0 and u.unit_id in engine.inner)
    codes = sorted({code for body in named if (code := region_of(body))})
    national = (*span.waiting, *span.readings) if is_committee else ()
    found = [
        reading
        for reading in (*national, *of_regions(engine, units, codes))
        if reading.agency_id in named or engine.hierarchy.above(reading.agency_id) & named
    ]
    return found[0] if len(agencies(found)) == 1 else None


def _choose(
    span: Span,
    readings: Readings,
    engine: Engine,
    context: Collection[str],
    defined: str | None,
    is_named: IsNamed,
) -> None:
    """Set what ``span`` stands for, by the first rule that leaves one body of ``readings``."""
    span.readings = readings
    if len(agencies(readings)) == 1:
        span.chosen = readings[0]
        return
    highest, above = max(reading.prior for reading in readings), engine.hierarchy.above
    regions = tuple(code for body in context if (code := region_of(body)))
    for rule, choose in (
        ("defined_in_article", lambda: [r for r in readings if r.agency_id == defined]),
        ("context", lambda: [r for r in readings if r.agency_id in context]),
        ("context", lambda: _nearest(readings, regions)),
        ("context", lambda: [r for r in readings if _is_written(r.agency_id, engine, is_named)]),
        ("official_name", lambda: [r for r in readings if {r.agency_id, *above(r.agency_id)} & engine.plain]),
        ("prior", lambda: [r for r in readings if r.prior == highest]),
    ):
        kept = choose()
        if len(agencies(kept)) == 1:
            span.chosen, span.rule = kept[0], rule
            return
    parent = engine.hierarchy.nearest_above_all(agencies(readings))
    if parent:
        span.chosen, span.rule = replace(readings[0], agency_id=parent), "common_parent"
        span.readings = (*readings, span.chosen)
    else:
        span.rule = "tie"


def _nearest(readings: Readings, regions: Collection[str]) -> Readings:
    """The readings whose region is one of ``regions`` or lies in one (its code begins so), the narrowest ones."""

    def length(agency_id: str) -> int:
        code = region_of(agency_id)
        return max((len(region) for region in regions if code and f"{code}.".startswith(f"{region}.")), default=0)

    lengths = [length(reading.agency_id) for reading in readings]
    return tuple(r for r, found in zip(readings, lengths, strict=True) if found and found == max(lengths))


def _is_written(agency_id: str, engine: Engine, is_named: IsNamed) -> bool:
    """Whether the article writes the region of a regional body with its level word, or, of a district, its regency."""
    code = region_of(agency_id)
    return code is not None and any(is_named(name) for name in engine.gazetteer.unmistakable(code))
