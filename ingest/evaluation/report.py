"""Figures that every evaluation states: shares with both halves, precision, recall and F1.

Does not belong here: reading gold, or what counts as right.
"""

from __future__ import annotations

from typing import NamedTuple

DECIMALS = 4


def share(part: float, whole: float) -> float:
    """``part / whole`` to four decimals; 0 of nothing is 0."""
    return round(part / whole, DECIMALS) if whole else 0.0


def harmonic(precision: float, recall: float) -> float:
    """F1 of two shares."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


class Counts(NamedTuple):
    """Things found rightly, wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def scores(self) -> dict[str, float | int]:
        """Precision, recall and F1 with the counts that they come from."""
        found, wanted = self.right + self.wrong, self.right + self.missed
        return {
            "precision": share(self.right, found),
            "recall": share(self.right, wanted),
            "f1": share(2 * self.right, found + wanted),
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }
