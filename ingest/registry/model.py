"""What a registry is: its tables, its wording rules, and the version that names its content.

Belongs here: the frozen classes. Does not: reading (``load``), checking (``check``) or composing surfaces (``forms``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class UnitWord:
    """The word before a unit's subject (Direktorat Jenderal), its short forms, and the offices that head the unit."""

    names: tuple[str, ...]
    heads: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Wording rules: unit words, unit names that need their parent's behind them, and wanted ambiguities."""

    unit_words: tuple[UnitWord, ...] = ()
    shared_names: frozenset[str] = frozenset()
    ambiguous: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Registry:
    """The registry's tables by name, each a frame of the contract ``registry.<name>``, and the wording rules."""

    tables: Mapping[str, pl.DataFrame]
    rules: Rules = Rules()

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The table of that name; KeyError where there is none."""
        return self.tables[name]

    def version(self, *names: str) -> str:
        """16 hex digits over the content of the named tables, of all where none is named.

        Neither the order of rows nor that of ``names`` counts. The wording rules belong to ``aliases``.
        """
        digest = hashlib.sha256()
        for name in sorted(set(names or self.tables)):
            frame = self.tables[name]
            rows = sorted(json.dumps(row, default=str, ensure_ascii=False) for row in frame.rows())
            digest.update(json.dumps([name, frame.columns, rows], ensure_ascii=False).encode())
            if name == "aliases":
                rules = self.rules
                content = (rules.unit_words, sorted(rules.shared_names), sorted(rules.ambiguous))
                digest.update(repr(content).encode())
        return digest.hexdigest()[:16]
