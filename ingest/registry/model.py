"""What a registry is: its tables, its wording rules, and the version that names its content.

Belongs here: the frozen classes. Does not: reading (``load``), checking (``check``) or composing surfaces (``forms``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import polars as pl

Made = TypeVar("Made")

# the tables beside those of bodies that regional bodies are composed from
COMPOSED_FROM = frozenset({"regions", "region_names", "regional_units", "regional_exceptions"})


@dataclass(frozen=True)
class UnitWord:
    """The word before a unit's subject (Direktorat Jenderal), its short forms, and the offices that head the unit."""

    names: tuple[str, ...]
    heads: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Wording rules: unit words, unit names that need their parent's behind them, wanted ambiguities, and stations.

    ``stations`` are the regional units whose bare words name the kind of body and never one body (polres, pemkab).
    """

    unit_words: tuple[UnitWord, ...] = ()
    shared_names: frozenset[str] = frozenset()
    ambiguous: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Registry:
    """The registry's tables by name, each a frame of the contract ``registry.<name>``, and the wording rules.

    The tables of bodies hold the written ones and those composed from units and regions (``unit_id`` is set).
    """

    tables: Mapping[str, pl.DataFrame]
    rules: Rules = Rules()
    _digests: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The table of that name; KeyError where there is none."""
        return self.tables[name]

    def written(self, name: str) -> pl.DataFrame:
        """The table without the rows of composed bodies; KeyError where there is none."""
        frame = self.tables[name]
        if name == "agencies":
            return frame.filter(pl.col("unit_id").is_null())
        if name == "agency_periods" and "agencies" in self.tables:
            composed = self.tables["agencies"].filter(pl.col("unit_id").is_not_null())
            return frame.join(composed, on="agency_id", how="anti", maintain_order="left")
        return frame

    def version(self, *names: str) -> str:
        """16 hex digits over the content of the named tables, of all where none is named.

        Neither the order of rows nor that of ``names`` counts. The wording rules belong to ``aliases``; composed bodies
        count through the tables that they are composed from.
        """
        counted = set(names or self.tables)
        if counted & {"agencies", "agency_periods"}:
            counted |= COMPOSED_FROM & set(self.tables)
        digest = hashlib.sha256()
        for name in sorted(counted):
            digest.update(self._digest(name))
        return digest.hexdigest()[:16]

    def _digest(self, name: str) -> bytes:
        """The digest of one table's written rows, computed once."""
        if name not in self._digests:
            frame = self.written(name)
            rows = sorted(json.dumps(row, default=str, ensure_ascii=False) for row in frame.rows())
            digest = hashlib.sha256(json.dumps([name, frame.columns, rows], ensure_ascii=False).encode())
            if name == "aliases":
                rules = self.rules
                content = (rules.unit_words, *map(sorted, (rules.shared_names, rules.ambiguous, rules.stations)))
                digest.update(repr(content).encode())
            self._digests[name] = digest.digest()
        return self._digests[name]


def once(function: Callable[[Registry], Made]) -> Callable[[Registry], Made]:
    """``function``, which makes of a registry what nobody changes, computed once for each registry."""

    @wraps(function)
    def kept(registry: Registry) -> Made:
        if kept not in registry._made:
            registry._made[kept] = function(registry)
        made: Made = registry._made[kept]
        return made

    return kept
