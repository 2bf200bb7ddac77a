"""Which names of regions in one article are places, and which region each is.

Belongs here: telling a place from the name of something else, level words, the choice between regions of one name; the
rules are told in ``places``. Does not: finding the names, rows, word lists (``place_words``).

Offsets are code points of the title or the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ingest.entities.engine import region_of
from ingest.entities.place_words import (
    CUES,
    HOMONYMS,
    KIND_WORDS,
    LEVEL_WORDS,
    LOCATIVE,
    NAMED_BY,
    ORGANISATIONS,
    PLAIN_ACRONYMS,
    PLAIN_BEFORE,
    PLAIN_BEHIND,
    RISKY,
    TAILS,
    VENUES,
)
from ingest.entities.sentences import Sentences
from ingest.registry.gazetteer import Gazetteer

if TYPE_CHECKING:
    from ingest.kernels import Trie

LEVELS = ("province", "regency", "city")
_LEVEL_WORD = re.compile(
    r"(?<![\w-])(Provinsi|Propinsi|Prov|Kabupaten(?: Administrasi)?|Kab|Kota(?:madya| Administrasi| Adm)?)\.? $",
    re.IGNORECASE,
)
_BOTHLEVELS = re.compile(r"(?<!\w)(?:kab|kabupaten|kota)\.?(?:/| dan | atau )$", re.IGNORECASE)
_REACH = 100  # characters before a name that are read
_NEXT = re.compile(r" ([A-Z][\w'-]*)")
_BRACKETED = re.compile(r"\([A-Z][\w/-]*\) $")
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z]{0,2}\.")
_EDGES = " \n\"'([,.;:!?-/&+*>|"  # what a place stands behind: nothing invisible, no @ and no #
_DOMAIN = re.compile(r"\.[a-z]")
_OPENING, _CLOSING = "\"'([", ".,:;!?)\"'"
_JOINTS = (", ", "-", " - ", " dan ", ", dan ", " serta ", ", serta ", "/", " & ", " maupun ", " atau ")
_BESIDE = (", ", " ", " (")
_HEADLINE = 0.7  # share of capitalised words from which a title says nothing by its capitals


@dataclass(frozen=True)
class PlaceNames:
    """The registry's region names compiled for finding.

    ``surfaces[pattern]`` is written as the trie has it. Names of districts alone are patterns too, so that none is
    taken for the region that it begins with (Medan Helvetia); ``is_region`` tells the others. ``acronyms`` are those of
    regencies and cities, which many other things have too.
    """

    trie: Trie
    surfaces: tuple[str, ...]
    is_region: tuple[bool, ...]
    acronyms: frozenset[str]
    gazetteer: Gazetteer


class Hit(NamedTuple):
    """A region's name as found: the stretch that it lies in, and where, in code points of its title or text."""

    article: int
    zone: str
    left: int
    right: int
    start: int
    end: int
    pattern: int


@dataclass(slots=True)
class Place:
    """A place of one article; ``level`` is that of its level word or of the list that it stands in."""

    zone: str
    start: int
    end: int
    name: str
    codes: tuple[str, ...]
    level: str | None
    is_cued: bool
    rule: str = ""
    code: str | None = None


class _Before(NamedTuple):
    """What stands before a name: the run of capitalised words that it continues, and the word before that run."""

    run: tuple[str, ...]
    lead: str


def _before(text: str, left: int, start: int) -> _Before:
    """The words before ``start``; a line break, a full stop or any other mark ends them."""
    run: list[str] = []
    words = text[max(left, start - _REACH) : start].rpartition("\n")[2].split(" ")
    if words.pop():  # a mark stands between the name and what is before it
        return _Before((), "")
    for word in reversed(words):
        bare = word.lstrip(_OPENING)
        if not bare or (bare[-1] in _CLOSING and not _ABBREVIATION.fullmatch(bare)):
            return _Before(tuple(reversed(run)), "")
        if not (bare[0].isupper() or bare[0].isdigit()):
            return _Before(tuple(reversed(run)), bare.lower())
        run.append(bare)
        if bare != word:
            break
    return _Before(tuple(reversed(run)), "")


class Reader:
    """Reads the places of one article."""

    def __init__(
        self,
        names: PlaceNames,
        title: str,
        text: str,
        day: date | None,
        mentions: Sequence[tuple[bool, int, int, str | None]],
    ) -> None:
        self._names, self._gazetteer = names, names.gazetteer
        self._title, self._text, self._day = title, text, day
        self.sentences = Sentences(text)
        self._taken = {
            is_title: sorted((start, end) for in_title, start, end, _ in mentions if in_title == is_title)
            for is_title in (True, False)
        }
        codes = [region_of(agency) for *_, agency in mentions if agency]
        self._bodies = {code[:5] for code in codes if code}
        self._longer: set[str] = set()  # names of something else that running text writes
        words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
        self._is_headline = sum(word[0].isupper() for word in words) >= _HEADLINE * len(words)

    def places(self, hits: Sequence[Hit]) -> list[Place]:
        """The places among ``hits``, in order, each with its rule and, unless ambiguous, its code."""
        starts = {(hit.zone == "title", hit.start) for hit in hits if self._names.is_region[hit.pattern]}
        found: list[Place] = []
        for hit in sorted(hits, key=lambda hit: hit.zone == "title"):  # running text first: headlines ask it
            if self._names.is_region[hit.pattern] and (place := self._place(hit, starts, found)):
                found.append(place)
        found.sort(key=lambda place: (place.zone != "title", place.start))
        found = [place for index, place in enumerate(found) if self._is_meant(place, index, found)]
        found = self._with_brackets(found)
        for index, place in enumerate(found):
            self._resolve(place, index, found)
        return found

    def _with_brackets(self, found: Sequence[Place]) -> list[Place]:
        """``found`` with a bracket that names the same region again as part of the place: Jawa Barat (Jabar)."""
        kept: list[Place] = []
        for place in found:
            text = self._title if place.zone == "title" else self._text
            last = kept[-1] if kept else None
            if (
                last
                and last.zone == place.zone
                and text[last.end : place.start] == " ("
                and text[place.end : place.end + 1] == ")"
                and (shared := tuple(code for code in last.codes if code in place.codes))
            ):
                last.end, last.codes = place.end + 1, shared
            else:
                kept.append(place)
        return kept

    def _place(self, hit: Hit, starts: set[tuple[bool, int]], found: Sequence[Place]) -> Place | None:
        """What ``hit`` names, with its level word; None where it is no place."""
        is_title = hit.zone == "title"
        text = self._title if is_title else self._text
        name = self._names.surfaces[hit.pattern]
        start, level = hit.start, None
        codes = self._codes(name)
        if word := _LEVEL_WORD.search(text[max(hit.left, start - 24) : start]):
            level = LEVEL_WORDS[word[1].lower()]
            kept = tuple(code for code in codes if self._gazetteer.level_of[code] == level)
            if kept:
                start -= len(word[0])
                if _BOTHLEVELS.search(text[max(hit.left, start - 16) : start]):
                    level = None
                else:
                    codes = kept
            else:
                level = None
        if not codes or self._is_taken(is_title, start, hit.end):
            return None
        if (start > hit.left and text[start - 1] not in _EDGES) or _DOMAIN.match(text, hit.end, hit.right):
            return None
        before = _before(text, hit.left, start)
        follows = bool(found) and found[-1].zone == hit.zone and found[-1].end == start - 1
        is_headline = is_title and self._is_headline
        if not (follows or self._is_place_behind(before, name, is_headline)) or _BRACKETED.search(
            text[max(hit.left, start - 24) : start]
        ):
            return None
        if not self._is_place_before(text, hit, name, (is_title, hit.end + 1) in starts, is_headline):
            return None
        last = before.run[-1].lower() if before.run else before.lead
        is_cued = level is not None or last in CUES or (bool(before.run) and before.lead in LOCATIVE)
        return Place(hit.zone, start, hit.end, name, codes, level, is_cued)

    def _codes(self, name: str) -> tuple[str, ...]:
        written = name.encode()
        return self._gazetteer.codes(written, self._day, LEVELS) or self._gazetteer.codes(written, None, LEVELS)

    def _is_taken(self, is_title: bool, start: int, end: int) -> bool:
        """Whether the span touches a mention of a body."""
        taken = self._taken[is_title]
        index = bisect_right(taken, (end, 0)) - 1
        return index >= 0 and taken[index][1] > start

    def _is_place_behind(self, before: _Before, name: str, is_headline: bool) -> bool:
        """Whether what stands before a name leaves it a place."""
        run = before.run[-4:] if is_headline else before.run
        if not run:
            return before.lead.rstrip(".") not in NAMED_BY
        words = [word.lower().rstrip(".") for word in run]
        last = words[-1]
        kind = next((word for word in reversed(words) if word not in KIND_WORDS), last)
        if not ORGANISATIONS.isdisjoint(words):
            is_place = False
        elif last in PLAIN_BEFORE:
            is_place = True
        elif kind in NAMED_BY:
            is_place = False
        elif not VENUES.isdisjoint(words[:-1]):
            is_place = True
        elif run[-1].isupper() and len(last) > 1:
            is_place = run[-1] in PLAIN_ACRONYMS
        elif is_headline:
            return f"{run[-1]} {name}" not in self._longer
        else:
            is_place = before.lead in LOCATIVE or before.lead in VENUES
        if not is_place:
            self._longer.add(f"{run[-1]} {name}")
        return is_place

    def _is_place_before(self, text: str, hit: Hit, name: str, is_region_next: bool, is_headline: bool) -> bool:
        """Whether what stands behind a name leaves it a place."""
        if text.startswith("-" + name, hit.end) or text.endswith(name + "-", hit.left, hit.start):
            return False  # buru-buru
        behind = _NEXT.match(text, hit.end, hit.right)
        if behind is None or is_region_next:
            return True
        longer = f"{name} {behind[1]}"
        if is_headline:
            return behind[1] not in TAILS and longer not in self._longer
        if behind[1] in PLAIN_BEHIND and behind[1] not in TAILS:
            return True
        self._longer.add(longer)
        return False

    def _is_meant(self, place: Place, index: int, found: Sequence[Place]) -> bool:
        """Whether a name that is usually something else is a place here; every other name is."""
        is_homonym, is_acronym = place.name in HOMONYMS, place.name in self._names.acronyms
        if place.level or not (is_homonym or is_acronym or place.name in RISKY):
            return True
        beside = self._beside(place, found[index + 1 : index + 2])
        if (beside and self._provinces(beside) & self._provinces(place)) or self._bodies & set(place.codes):
            return True
        others = [other for other in found if other.name != place.name]
        if not is_acronym and any(other.level and other.name == place.name for other in found):
            return True
        if is_acronym and any(set(other.codes) & set(place.codes) for other in others):
            return True
        is_cued = place.is_cued or self._is_listed(place, index, found)
        if is_homonym or is_acronym:
            named = set[str]().union(*map(self._provinces, others)) | {code[:2] for code in self._bodies}
            return is_cued and not (beside and is_homonym) and bool(named & self._provinces(place))
        return is_cued or any(other.is_cued and other.name == place.name for other in found)

    def _is_listed(self, place: Place, index: int, found: Sequence[Place]) -> bool:
        """Whether ``place`` stands in a list with the one before or behind it."""
        text = self._title if place.zone == "title" else self._text
        near = [(other, place) for other in found[max(index - 1, 0) : index]]
        near += [(place, other) for other in found[index + 1 : index + 2]]
        return any(a.zone == b.zone and text[a.end : b.start] in _JOINTS for a, b in near)

    def _provinces(self, place: Place) -> set[str]:
        return {code[:2] for code in place.codes}

    def _beside(self, place: Place, others: Sequence[Place]) -> Place | None:
        """The one of ``others`` that stands directly behind ``place``."""
        text = self._title if place.zone == "title" else self._text
        for other in others:
            if (other.zone == "title") == (place.zone == "title") and text[place.end : other.start] in _BESIDE:
                return other
        return None

    def _resolve(self, place: Place, index: int, found: Sequence[Place]) -> None:
        """Set the rule and, unless nothing decides, the code of ``place``; those before it have theirs."""
        if len(place.codes) == 1:
            place.code, place.rule = place.codes[0], "level_word" if place.level else "only_reading"
            return
        levelled = {o.codes[0] for o in found if o.level and len(o.codes) == 1 and o.name == place.name}
        before = found[index - 1] if index else None
        following = self._beside(place, found[index + 1 : index + 2])
        text = self._title if place.zone == "title" else self._text
        listed = before is not None and before.zone == place.zone and text[before.end : place.start] in _JOINTS
        choices: list[tuple[str, set[str]]] = []
        if before and listed and before.level:
            choices.append(("level_before", {c for c in place.codes if self._gazetteer.level_of[c] == before.level}))
        choices.append(("level_elsewhere", levelled))
        choices.append(("body_in_article", self._bodies & set(place.codes)))
        if following and len(following.codes) == 1:
            choices.append(
                ("province_beside", {c for c in place.codes if c != (p := following.codes[0]) and c[:2] == p})
            )
        if before and before.code and self._beside(before, [place]):
            choices.append(
                ("region_before", {c for c in place.codes if c == self._gazetteer.parent_of.get(before.code)})
            )
        for rule, kept in choices:
            if len(kept) == 1:
                (place.code,), place.rule = kept, rule
                if rule == "level_before" and before:
                    place.level = before.level
                return
        place.rule = "tie"
