"""Composes the matches of one article to spans, each with the bodies that it can stand for.

Belongs here: what belongs to a span beside the form itself, by general rules. Does not: finding the forms
(``ingest.kernels``), regions behind units (``regional``), the choice between bodies (``resolve``).

How matches become spans (the guide of the gold set is the full definition):

- ``Name (Acronym)`` of one body is one span with its closing bracket; so is a name with a bracket that abbreviates it;
- ``RI`` or ``Republik Indonesia`` directly behind belongs to the span;
- a regional unit and its region are one span: ``Polres Bogor``, ``Dinas Kesehatan (Dinkes) Kota Bogor``;
- a unit with its parent behind, with or without a comma, is one span of the unit; so are words for a unit that the
  registry does not know (``subunits``), which count for the body behind them;
- ``Plt``, ``Plh``, ``Pj``, ``Pjs``, ``Penjabat`` before an office belong to the span; ``mantan`` and ``eks`` do not;
- units joined by ``dan``, ``/`` or a comma share the region or the parent that follows the last one;
- a form that many bodies share as a unit (``Sekretariat Jenderal``) counts only with its parent behind;
- what ``exclusions`` speaks against is no mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from ingest.entities.engine import Engine, Reading, Readings, Units, agencies, region_of, unit_of
from ingest.entities.exclusions import (
    Stems,
    is_address,
    is_defined_otherwise,
    is_foreign,
    is_other_name,
    is_rank,
    speaks_of_indonesia,
)
from ingest.entities.regional import of_regions, under_bodies, unplaced, with_region
from ingest.entities.subunits import unit_before
from ingest.registry.forms import DEFAULT_PRIOR

Match = tuple[int, int, int, int]  # segment, first byte, byte after the last, pattern

_SUFFIX = re.compile(rb"(?: (?:RI|(?i:Republik Indonesia))|(?<=[a-z])Republik Indonesia)(?![0-9A-Za-z_\x80-\xff])")
_BRACKET = re.compile(rb" ?\( ?([^()\n]{1,100}[^()\n ]) ?\)")
_PARENT_GAPS = (b" ", b", ", b" pada ")
_JOINTS = (b" dan ", b"/", b", dan ", b" serta ", b" maupun ", b" & ", b" atau ")
_NUMBERED = re.compile(rb"([Kk]omisi )[IVX]+")
_MORE_NUMBERS = re.compile(rb"(?:, | dan |, dan |/| & )([IVX]+)(?![\w\x80-\xff])")
_ACTING = re.compile(
    rb"(?<![0-9A-Za-z_])(?:Plt|Plh|Pjs?|Pe(?:nj|j)abat(?: sementara)?|Pelaksana (?:tugas|harian))\.?"
    rb"(?: \((?:Plt|Plh|Pjs?)\.?\))? $",
    re.IGNORECASE,
)
_ACTING_LENGTH = 48
_HEAD = re.compile(rb"(?:Kepala|Ketua|Komandan|Panglima) (?!Staf\b)")
_ABBREVIATION_LENGTH = 25


@dataclass(slots=True)
class Span:
    """A composed span of one article: where it is, what it can stand for, and, once resolved, for what it does.

    ``start`` and ``end`` are bytes of the scanned buffer, ``segment`` the index of the scanned stretch. ``form`` is the
    matched form as written, ``defines`` the form in the bracket behind it, where there is one. ``units`` are the
    regional units that the form names while no region is known, ``waiting`` the readings that need a parent behind.
    """

    segment: int
    start: int
    end: int
    form: bytes
    readings: Readings
    rule: str
    units: Units = ()
    waiting: Readings = ()
    defines: bytes | None = None
    chosen: Reading | None = field(default=None, init=False)


class Reader:
    """Composes the matches of articles over one buffer to spans."""

    def __init__(self, engine: Engine, buffer: bytes, bounds: Sequence[tuple[int, int]]) -> None:
        self._engine = engine
        self._buffer = buffer
        self._bounds = bounds
        self._known: dict[tuple[int, date | None], tuple[Readings, str]] = {}

    def spans(self, matches: Sequence[Match], day: date | None, segments: range) -> list[Span]:
        """The spans of the matches of one article, which has ``segments`` and was published on ``day``.

        A span without readings is a unit whose region or parent is not written beside it: the article may tell it.
        """
        found: list[Span] = []
        foreign: list[Span] = []
        index = 0
        while index < len(matches):
            for span, following in self._composed(matches, index, day):
                index = following
                bounds = self._bounds[span.segment]
                if not (span.readings or span.units or span.waiting):
                    continue
                if is_foreign(self._buffer, span.end, bounds):
                    foreign.append(span)
                elif not (
                    is_address(self._buffer, span.start, span.end, bounds)
                    or is_rank(self._buffer, span.start, span.form, bounds)
                    or is_other_name(self._buffer, span.start, span.end, bounds)
                ):
                    self._take_before(span, next((s for s in reversed(found) if s.readings), None))
                    while found and found[-1].segment == span.segment and found[-1].end > span.start:
                        found.pop()  # a bare unit within the words for a unit
                    found.append(span)
        self._join(found)
        return self._without_foreign(self._without_other_meanings(found), foreign, segments)

    def _composed(self, matches: Sequence[Match], index: int, day: date | None) -> list[tuple[Span, int]]:
        """The spans that begin with match ``index``, each with the index of the first match behind it."""
        segment, start, end, _ = matches[index]
        prefix = _NUMBERED.fullmatch(self._buffer, start, end)
        virtual = [matches[index]]
        while prefix and (more := _MORE_NUMBERS.match(self._buffer, virtual[-1][2], self._bounds[segment][1])):
            pattern = self._engine.patterns.get((prefix[1] + more[1]).lower())
            if pattern is None:
                break
            virtual.append((segment, more.start(1), more.end(1), pattern))
        if len(virtual) == 1:
            return [self._compose(matches, index, day)]
        spans = []
        while virtual:
            span, following = self._compose([*virtual, *matches[index + 1 :]], 0, day)
            spans.append((span, max(index + 1, index + 1 + following - len(virtual))))
            virtual.pop(0)
        return spans

    def _compose(self, matches: Sequence[Match], index: int, day: date | None) -> tuple[Span, int]:
        """The span that begins with match ``index``, and the index of the first match behind it."""
        segment, start, end, pattern = matches[index]
        readings, rule = self._readings(pattern, day)
        units = self._engine.units[pattern]
        span = Span(segment, start, end, self._buffer[start:end], readings, rule, units)
        following, has_parent = index + 1, False
        following_byte = self._buffer[end : end + 1]
        if following_byte in (b" ", b"(", b",") or following_byte.isupper():
            self._take_suffix(span)
            following = self._take_bracket(span, matches, following, day)
            self._take_suffix(span)
            if units and self._take_region(span, day):
                following = self._behind(span, matches, following)
                following = self._take_bracket(span, matches, following, day)
                self._take_region_again(span, day)
                has_parent = True
            elif parent := self._parent(span, matches, following, day, self._engine.readings[pattern]):
                following, has_parent = parent, True
        if not has_parent:
            span.waiting = tuple(reading for reading in span.readings if reading.needs_parent)
            span.readings = tuple(reading for reading in span.readings if not reading.needs_parent)
            if span.units and not span.readings:
                self._take_name(span)
        self._take_head(span)
        return span, following

    def _behind(self, span: Span, matches: Sequence[Match], following: int) -> int:
        """The index of the first match that begins behind ``span``."""
        while following < len(matches) and matches[following][0] == span.segment and matches[following][1] < span.end:
            following += 1
        return following

    def _readings(self, pattern: int, day: date | None) -> tuple[Readings, str]:
        known = self._known.get((pattern, day))
        if known is None:
            known = self._known[pattern, day] = readings_on(self._engine.readings[pattern], day)
        return known

    def _take_suffix(self, span: Span) -> None:
        """Extend ``span`` over RI or Republik Indonesia."""
        if suffix := _SUFFIX.match(self._buffer, span.end, self._bounds[span.segment][1]):
            span.end = suffix.end()

    def _take_region(self, span: Span, day: date | None) -> bool:
        """Extend ``span`` over the region behind its unit; whether there is one that has such a unit."""
        limit = self._bounds[span.segment][1]
        found = with_region(self._engine, span.units, span.form, self._buffer, span.end, limit, day)
        if not found:
            return False
        span.readings, span.end = readings_on(found[0], day)[0], found[1]
        span.rule = "region_behind"
        return True

    def _take_region_again(self, span: Span, day: date | None) -> None:
        """Extend ``span`` over its region behind a bracket too: Pemerintah Kabupaten Garut (Pemkab) Garut."""
        limit = self._bounds[span.segment][1]
        if self._buffer[span.end - 1 : span.end] == b")":
            again = with_region(self._engine, span.units, span.form, self._buffer, span.end, limit, day)
            if again and agencies(again[0]) == agencies(span.readings):
                span.end = again[1]

    def _take_head(self, span: Span) -> None:
        """Leave Kepala or Komandan before a unit's name outside: only a contracted title is an office."""
        if not span.readings or span.readings[0].via != "role" or span.defines:
            return
        if (head := _HEAD.match(span.form)) and self._engine.patterns.get(span.form[head.end() :].lower()) is not None:
            span.start += head.end()
            span.readings = tuple(replace(reading, via="name") for reading in span.readings)

    def _take_name(self, span: Span) -> None:
        """Extend ``span``, a vertical unit, over a name that no region bears."""
        limit = self._bounds[span.segment][1]
        if found := unplaced(self._engine, span.units, self._buffer, span.start, span.end, limit):
            span.readings, span.end = found
            span.rule = "unplaced_unit"

    def _take_bracket(self, span: Span, matches: Sequence[Match], following: int, day: date | None) -> int:
        """Extend ``span`` over a bracket that holds another form of its body, its region, or an abbreviation.

        Returns the index of the first match behind the span.
        """
        bracket = _BRACKET.match(self._buffer, span.end, self._bounds[span.segment][1])
        if not bracket:
            return following
        content, limit = bracket[1], bracket.end()
        inside = following
        while inside < len(matches) and matches[inside][1] < limit and matches[inside][0] == span.segment:
            inside += 1
        if inside > following and matches[following][1] == bracket.start(1):
            inner, _ = self._compose(matches, following, day)
            if inner.end == bracket.end(1) and _agree(span, inner):
                span.end, span.defines = limit, inner.form
                return inside
        if inside > following and b" " in content:
            return following
        codes = {region_of(agency) for agency in agencies(span.readings)}
        is_region = bool(codes & set(self._engine.gazetteer.codes(content, day)))
        if is_region or _abbreviates(content, self._buffer[span.start : span.end]):
            span.end = limit
            span.defines = None if is_region else content
            return inside
        return following

    def _parent(
        self, span: Span, matches: Sequence[Match], following: int, day: date | None, readings: Readings
    ) -> int | None:
        """Extend ``span`` over the parent's name behind it; the index of the first match behind that, None without.

        The parent that is written decides among all ``readings`` of the form, whatever the date says.
        """
        if following >= len(matches) or matches[following][0] != span.segment:
            return None
        if self._buffer[span.end : matches[following][1]] not in _PARENT_GAPS:
            return None
        is_list = self._buffer[span.end : matches[following][1]] == b", "
        parent, behind = self._compose(matches, following, day)
        named = {r.agency_id for r in parent.readings if r.via == "name"}
        if is_list and not all(reading.needs_parent for reading in readings):
            # Kodim X, Korem Y are two bodies; behind an office, or before a body of the top, a comma goes on
            is_office = bool(span.readings) and span.readings[0].via == "role"
            named = {agency for agency in named if is_office or not self._engine.hierarchy.above(agency)}
        kept = tuple(r for r in readings if named & self._engine.hierarchy.above(r.agency_id))
        kept += under_bodies(self._engine, span.units, sorted(named))
        if not kept:
            return None
        if agencies(kept) != agencies(span.readings):
            span.rule = "named_behind"
        kept = tuple(r for r in span.readings if r in kept) or kept
        # a form that is usually something else is the unit where its parent follows
        span.readings = tuple(replace(r, prior=max(r.prior, DEFAULT_PRIOR)) for r in kept)
        span.end = parent.end
        return behind

    def _take_before(self, span: Span, previous: Span | None) -> None:
        """Extend ``span`` over the word for an acting holder before an office, and over words for a unit of a body."""
        first = self._bounds[span.segment][0]
        if previous and previous.segment == span.segment:
            first = previous.end
        if not span.readings or span.start <= first or self._buffer[span.start - 1 : span.start] != b" ":
            return
        if span.readings[0].via == "role":
            first = max(first, span.start - _ACTING_LENGTH)
            if acting := _ACTING.search(self._buffer[first : span.start]):
                span.start = first + acting.start()
        elif span.readings[0].via == "name" and (unit := unit_before(self._buffer, span.start, first)):
            span.start, via = unit
            span.readings = tuple(replace(reading, via=via) for reading in span.readings)
            if len(agencies(span.readings)) == 1:
                span.rule = "unit_before"

    def _join(self, spans: Sequence[Span]) -> None:
        """Give units without region or parent those of the unit that they are joined to: Kapolres dan Dandim Bogor."""
        for span, behind in reversed(list(pairwise(spans))):
            if any(reading.prior for reading in span.readings) or not behind.readings:
                continue
            if span.segment != behind.segment:
                continue
            gap = self._buffer[span.end : behind.start]
            if gap not in _JOINTS and not (gap == b", " and behind.rule == "coordinated"):
                continue
            bodies = sorted(agencies(behind.readings))
            codes = [code for body in bodies if (code := region_of(body))]
            above = frozenset[str]().union(*(self._engine.hierarchy.above(body) for body in bodies))
            joined = of_regions(self._engine, span.units, codes) + tuple(
                replace(reading, prior=DEFAULT_PRIOR)
                for reading in (*span.waiting, *span.readings)
                if above & self._engine.hierarchy.above(reading.agency_id)
            )
            if joined:
                span.readings, span.units, span.rule = joined, (), "coordinated"

    def _without_other_meanings(self, spans: list[Span]) -> list[Span]:
        """``spans`` without the acronyms that the article defines as something else, and never as the body."""
        others = {span.form for span in spans if span.form.isupper() and self._is_defined_otherwise(span)}
        others -= {span.defines for span in spans}
        return [span for span in spans if span.form not in others] if others else spans

    def _is_defined_otherwise(self, span: Span) -> bool:
        known = self._engine.names
        names = frozenset[Stems]().union(*(known.get(agency, frozenset()) for agency in agencies(span.readings)))
        return is_defined_otherwise(self._buffer, span.start, span.form, names, self._bounds[span.segment])

    def _without_foreign(self, spans: list[Span], foreign: list[Span], segments: range) -> list[Span]:
        """``spans`` without those of bodies that the article writes of as foreign, unless it speaks of Indonesia.

        Acronyms of names stay (Kemlu, BNN): no other country's body bears them, unless the article says that one does.
        """
        if not foreign or speaks_of_indonesia(self._buffer, [self._bounds[segment] for segment in segments]):
            return spans
        bodies, forms_abroad = agencies(r for span in foreign for r in span.readings), {span.form for span in foreign}
        return [
            span
            for span in spans
            if not span.readings
            or not agencies(span.readings) <= bodies
            or not (span.readings[0].via == "role" or b" " in span.form or span.form in forms_abroad)
        ]


def readings_on(readings: Readings, day: date | None) -> tuple[Readings, str]:
    """The readings that the form has on ``day`` (None: unknown), and the rule that leaves them.

    A person stands for a body within the term only; a name outlives its period.
    """
    readings = tuple(r for r in readings if r.via != "holder" or (day is not None and r.days_outside(day) == 0))
    if not readings:
        return (), "none"
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


def _agree(span: Span, inner: Span) -> bool:
    """Whether ``inner``, in the bracket behind ``span``, names the same body; ``span`` then keeps what both can be."""
    shared = agencies(span.readings) & agencies(inner.readings)
    units = {unit.unit_id for unit in span.units}
    if shared:
        if shared < agencies(span.readings):
            span.readings = tuple(reading for reading in span.readings if reading.agency_id in shared)
            span.rule = "named_behind"
        return True
    if inner.readings and not span.readings and units:
        same = tuple(r for r in inner.readings if unit_of(r.agency_id) in units)
        span.readings, span.rule = same, "named_behind" if same else span.rule
        return bool(same)
    both = units & {unit.unit_id for unit in inner.units}
    span.units = tuple(unit for unit in span.units if unit.unit_id in both) or span.units
    return bool(both)


def _abbreviates(short: bytes, name: bytes) -> bool:
    """Whether ``short`` can abbreviate ``name``: its letters occur there in order, the first where a word begins."""
    letters = short.lower().replace(b" ", b"").replace(b".", b"")
    if not letters.isalpha() or len(letters) > _ABBREVIATION_LENGTH:
        return False
    words = name.lower()
    return any(
        _is_subsequence(letters, words[match.start() :])
        for match in re.finditer(rb"\b" + re.escape(letters[:1]), words)
    )


def _is_subsequence(letters: bytes, text: bytes) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
