"""Regions by their written names: what the words at a place of a text can mean, and on which day.

Belongs here: level words (Kota, Kab., Provinsi), the longest name at a position, its codes. Does not: which of several
regions an article means (``ingest.entities``), nor any fact (regions.csv, region_names.csv).

Offsets are bytes of an UTF-8 buffer. A name is read only where its words are capitalised.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from ingest.registry.model import Registry

LEVELS = frozenset(("province", "regency", "city", "district"))

_LEVEL_WORDS: dict[bytes, frozenset[str]] = {
    b"provinsi": frozenset({"province"}),
    b"propinsi": frozenset({"province"}),
    b"prov": frozenset({"province"}),
    b"kabupaten": frozenset({"regency"}),
    b"kabupaten administrasi": frozenset({"regency"}),
    b"kab": frozenset({"regency"}),
    b"kota": frozenset({"city"}),
    b"kota administrasi": frozenset({"city"}),
    b"administrasi": frozenset({"regency", "city"}),  # behind Pemerintah Kota
    b"kotamadya": frozenset({"city"}),
    b"kecamatan": frozenset({"district"}),
    b"kec": frozenset({"district"}),
    b"distrik": frozenset({"district"}),
}
_LEVEL_WORD = re.compile(
    rb"(Provinsi|Propinsi|Prov|Kabupaten Administrasi|Kabupaten|Kab|Kota Administrasi|Kotamadya|Kota|Administrasi"
    rb"|Kecamatan|Kec|Distrik)\.? (?=[A-Z])",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rb"[A-Z][\w'\x80-\xff]*(?:-[\w'\x80-\xff]+)*(?: (?:dan |[A-Z])[\w'\x80-\xff]*(?:-[\w'\x80-\xff]+)*){0,6}"
)
# what text that lost the spaces around its links glues to a name: a function word, a verb, another name
_GLUED = re.compile(
    rb"(?<=[a-z])(?:yang|dan|di|ke|dari|untuk|pada|dalam|dengan|akan|telah|sudah|ini|itu|juga|terus|serta|sebagai|saat"
    rb"|oleh|adalah|bakal|masih|tidak|tak|mulai|hingga|agar|karena|(?:me|ber|ter|di|pe)[a-z]{4,}|[A-Z][\w\x80-\xff]*)\Z"
)
_SHORTEST_GLUED = 3
_LEVEL_BEHIND = re.compile(rb" (Kota|KOTA|Kabupaten|KABUPATEN)(?![\w\x80-\xff])")


@dataclass(frozen=True)
class _Named:
    """A region as one of its names stands for it; inclusive days, None is open."""

    code: str
    level: str
    is_exact_case: bool
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date | None) -> bool:
        if day is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Place:
    """A region's name as read: from ``start`` (its level word's) to ``end``, and the codes that it can mean, sorted."""

    start: int
    end: int
    codes: tuple[str, ...]
    has_level_word: bool


class Gazetteer:
    """The names of all regions of a registry."""

    def __init__(self, registry: Registry) -> None:
        self._names: dict[bytes, list[_Named]] = defaultdict(list)
        self._by_code: dict[str, dict[bytes, set[bytes]]] = defaultdict(lambda: defaultdict(set))
        self.level_of: dict[str, str] = {}
        self.parent_of: dict[str, str] = {}
        lives = {}
        for row in registry["regions"].iter_rows(named=True):
            code = row["region_code"]
            self.level_of[code] = row["region_level"]
            if row["parent_code"]:
                self.parent_of[code] = row["parent_code"]
            lives[code] = (row["valid_from"], row["valid_to"])
            self._add(row["region_name"], code, False, lives[code])
        for row in registry["region_names"].iter_rows(named=True):
            # the press writes a former name long after; only the region's own life bounds it
            self._add(row["surface"], row["region_code"], row["is_exact_case"], lives[row["region_code"]])

    def _add(self, surface: str, code: str, is_exact_case: bool, life: tuple[date | None, date | None]) -> None:
        key = surface.encode().lower()
        named = _Named(code, self.level_of[code], is_exact_case, *life)
        if named not in self._names[key]:
            self._names[key].append(named)
        self._by_code[code][key].add(surface.encode())

    def codes(self, name: bytes, day: date | None, levels: Collection[str] = LEVELS) -> tuple[str, ...]:
        """The codes of the regions of ``levels`` that bear exactly ``name`` on ``day`` (None: today's), sorted."""
        return tuple(
            sorted(
                {
                    named.code
                    for named in self._names.get(name.lower(), ())
                    if named.level in levels
                    and named.holds_on(day)
                    and (not named.is_exact_case or name in self._by_code[named.code][name.lower()])
                }
            )
        )

    def read(
        self, buffer: bytes, start: int, limit: int, day: date | None, levels: Collection[str] = LEVELS
    ) -> Place | None:
        """The longest name of a region of ``levels`` that begins at ``start``, with its level words; None without.

        Level words may repeat (Kota Kota Bandung), and Kota or Kabupaten may stand behind (Bekasi Kota).
        """
        readings = list(self._readings(buffer, start, limit, day, levels))
        return max(readings, key=lambda place: (place.end, place.has_level_word)) if readings else None

    def unmistakable(self, code: str) -> list[bytes]:
        """Words that name a region and not its twin: Kabupaten Bandung; for a district the names of its regency."""
        level = self.level_of[code]
        if level == "district":
            parent = self.parent_of[code]
            return sorted(name for names in self._by_code[parent].values() for name in names)
        words = {"regency": (b"Kabupaten", b"Kab."), "city": (b"Kota",), "province": (b"Provinsi",)}[level]
        names = sorted(name for names in self._by_code[code].values() for name in names)
        return [word + b" " + name for word in words for name in names]

    def _readings(
        self, buffer: bytes, start: int, limit: int, day: date | None, levels: Collection[str]
    ) -> Iterator[Place]:
        plain = self._name_at(buffer, start, limit, day, levels)
        if plain:
            end, codes = plain
            behind = _LEVEL_BEHIND.match(buffer, end, limit)
            if behind and self._name_at(buffer, behind.end() + 1, limit, day, _LEVEL_WORDS[behind[1].lower()]):
                behind = None  # the level word of the next region
            kept = self._of_levels(codes, _LEVEL_WORDS[behind[1].lower()]) if behind else ()
            yield Place(start, behind.end(), kept, True) if behind and kept else Place(start, end, codes, False)
        at, wanted = start, frozenset(levels)
        while word := _LEVEL_WORD.match(buffer, at, limit):
            at, wanted = word.end(), _LEVEL_WORDS[word[1].lower()] & frozenset(levels)
        if at > start and wanted and (found := self._name_at(buffer, at, limit, day, wanted)):
            yield Place(start, found[0], found[1], True)

    def _of_levels(self, codes: Collection[str], levels: Collection[str]) -> tuple[str, ...]:
        return tuple(code for code in codes if self.level_of[code] in levels)

    def _name_at(
        self, buffer: bytes, start: int, limit: int, day: date | None, levels: Collection[str]
    ) -> tuple[int, tuple[str, ...]] | None:
        """End and codes of the longest name that begins at ``start``."""
        words = _WORDS.match(buffer, start, limit)
        if not words:
            return None
        text, end = words[0], words.end()
        while text:
            if text.lower() in self._names and (codes := self.codes(text, day, levels)):
                return end, codes
            cut = max(text.rfind(b" "), text.rfind(b"-"), text.rfind(b"'"))
            text = text[:cut] if cut > 0 else b""
            end = start + len(text)
        return self._glued_at(words[0], start, day, levels)

    def _glued_at(
        self, words: bytes, start: int, day: date | None, levels: Collection[str]
    ) -> tuple[int, tuple[str, ...]] | None:
        """End and codes of the name that ``words`` begin with where the next word lost its space: Cirebonmengetuk."""
        text = words
        while text:
            tail = _GLUED.search(text)
            name = text[: tail.start()] if tail else b""
            if len(name) > _SHORTEST_GLUED and name.lower() in self._names and (codes := self.codes(name, day, levels)):
                return start + len(name), codes
            text = text.rpartition(b" ")[0]
        return None
