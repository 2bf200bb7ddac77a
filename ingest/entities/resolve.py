"""Which body a written form stands for: by date, by the article's own definition, by context, by weight.

Belongs here: the choice between readings of one form. Does not: finding forms and composing spans (``mentions``), nor
any fact about a body (the registry).

Every choice carries the name of its rule, which ``entities.mentions.rule`` shows:

- ``only_reading``: the form stands for one body; ``valid_on_date``: for several, of which one bears it on that day;
- ``latest_period``: the article has no date, and one body bears the form latest;
- ``nearest_period``: nobody bears the form on that day; the body whose period is nearest keeps its name as written;
- ``named_behind``: the bracket or the parent's name behind the form leaves one body;
- ``defined_in_article``: the article writes the form in brackets behind a body's name;
- ``context``: of the possible bodies the article names one (or a unit of it) in another way;
- ``prior``: one reading weighs more than the others;
- ``tie``: none of these decides, the mention stays ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


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


Readings = tuple[Reading, ...]


@dataclass(slots=True)
class Span:
    """A composed span of one article: where it is, what it can stand for, and, once resolved, for what it does.

    ``start`` and ``end`` are bytes of the scanned buffer, ``segment`` the index of the scanned stretch. ``form`` is the
    matched form as written, ``defines`` the form in the bracket behind it, where there is one.
    """

    segment: int
    start: int
    end: int
    form: bytes
    readings: Readings
    rule: str
    defines: bytes | None = None
    chosen: Reading | None = field(default=None, init=False)


def agencies(readings: Iterable[Reading]) -> set[str]:
    """The bodies that ``readings`` stand for."""
    return {reading.agency_id for reading in readings}


def readings_on(readings: Readings, day: date | None) -> tuple[Readings, str]:
    """The readings that the form has on ``day`` (None: unknown), and the rule that leaves them."""
    if len(agencies(readings)) == 1:
        if day is None or len(readings) == 1:
            return readings[:1], "only_reading"
        return (min(readings, key=lambda reading: reading.days_outside(day)),), "only_reading"
    if day is None:
        latest = max(reading.valid_to or date.max for reading in readings)
        kept, rule = tuple(r for r in readings if (r.valid_to or date.max) == latest), "latest_period"
    else:
        distance = min(reading.days_outside(day) for reading in readings)
        kept = tuple(reading for reading in readings if reading.days_outside(day) == distance)
        rule = "nearest_period" if distance else "valid_on_date"
    return kept, rule


def resolve(spans: Sequence[Span], ancestors: Mapping[str, frozenset[str]]) -> list[Span]:
    """The spans of ONE article that are mentions, in order, each with ``rule`` and, unless ambiguous, ``chosen`` set.

    A form of prior 0 is usually something else: it counts only where the article names the body by a form of higher
    prior.
    """
    settled = [span.readings[0] for span in spans if len(agencies(span.readings)) == 1]
    named = {reading.agency_id for reading in settled if reading.prior > 0}
    context = named.union(*(ancestors.get(agency, frozenset()) for agency in named))
    definitions = {
        span.defines: span.readings[0].agency_id for span in spans if span.defines and len(agencies(span.readings)) == 1
    }
    mentions = []
    for span in spans:
        readings = tuple(r for r in span.readings if r.prior > 0 or r.agency_id in context)
        if readings:
            _choose(span, readings, context, definitions.get(span.form))
            mentions.append(span)
    return mentions


def _choose(span: Span, readings: Readings, context: set[str], defined: str | None) -> None:
    """Set what ``span`` stands for, by the first rule that leaves one body of ``readings``."""
    span.readings = readings
    if len(agencies(readings)) == 1:
        span.chosen = readings[0]
        return
    highest = max(reading.prior for reading in readings)
    for rule, kept in (
        ("defined_in_article", [r for r in readings if r.agency_id == defined]),
        ("context", [r for r in readings if r.agency_id in context]),
        ("prior", [r for r in readings if r.prior == highest]),
    ):
        if len(agencies(kept)) == 1:
            span.chosen, span.rule = kept[0], rule
            return
    span.rule = "tie"
