"""What found mentions are worth against labelled ones, and how sure the figures are.

Belongs here: pairing spans of one article, counting, resampling. Does not: gold files, finding mentions, naming bodies.

A found span that overlaps a soft gold span and no hard one is passed over; one that overlaps a hard one is judged by
it. Spans are paired one to one: equal ones first, then those that share most characters, then by position.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.evaluation.report import DECIMALS

SAMPLES = 1000
SEED = 20
LEVEL = 0.95

SPAN_FIGURES = ("span_exact", "span_overlap", "top_body")
SHARE_FIGURES = ("agency_accuracy", "via_accuracy", "agency_accuracy_overlap", "via_accuracy_overlap")
_SIDES = ("right", "wrong", "missed")
COUNTS = (
    *(f"{figure}.{side}" for figure, side in product(SPAN_FIGURES, _SIDES)),
    *(f"{figure}.right" for figure in SHARE_FIGURES),
)
"""What is counted of each article, by kind."""
_WHOLE = {figure: "span_overlap" if figure.endswith("_overlap") else "span_exact" for figure in SHARE_FIGURES}


@dataclass(frozen=True)
class Spot:
    """A mention to be scored, labelled or found: its span, what it stands for and how.

    ``agency`` and ``top`` are null where a gold name maps to nothing or a found mention is ambiguous.
    """

    zone: str
    start: int
    end: int
    via: str
    kind: str
    agency: str | None
    top: str | None
    is_soft: bool = False

    def overlap(self, other: Spot) -> int:
        """Characters that both cover."""
        return max(0, min(self.end, other.end) - max(self.start, other.start)) if self.zone == other.zone else 0

    def is_at(self, other: Spot) -> bool:
        """Whether both cover the same characters."""
        return (self.zone, self.start, self.end) == (other.zone, other.start, other.end)


class Pairing(NamedTuple):
    """How the spans of one article meet: pairs of indices (gold, found), and the indices that stay alone."""

    exact: list[tuple[int, int]]
    partial: list[tuple[int, int]]
    missed: list[int]
    spurious: list[int]
    passed_over: list[int]


def pair(gold: Sequence[Spot], found: Sequence[Spot]) -> Pairing:
    """Pairs the hard spans of ``gold`` with ``found``, each at most once."""
    hard = [i for i, spot in enumerate(gold) if not spot.is_soft]
    meeting = [
        (not gold[i].is_at(spot), gold[i].agency != spot.agency, -shared, i, j)
        for i in hard
        for j, spot in enumerate(found)
        if (shared := gold[i].overlap(spot))
    ]
    exact: list[tuple[int, int]] = []
    partial: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken: set[int] = set()
    # among equal spans (two bodies in one surface) the agency decides, among others the shared length
    for is_partial, _, _, i, j in sorted(meeting, key=lambda m: (m[0], m[2] if m[0] else m[1], m[3], m[4])):
        if i in taken_gold or j in taken:
            continue
        taken_gold.add(i)
        taken.add(j)
        (partial if is_partial else exact).append((i, j))
    judged = {j for *_, j in meeting}
    alone = [j for j in range(len(found)) if j not in taken]
    soft = [spot for spot in gold if spot.is_soft]
    passed_over = [j for j in alone if j not in judged and any(found[j].overlap(spot) for spot in soft)]
    return Pairing(
        sorted(exact),
        sorted(partial),
        [i for i in hard if i not in taken_gold],
        [j for j in alone if j not in passed_over],
        passed_over,
    )


class Tops(NamedTuple):
    """The top-level bodies of one article: found rightly, wrongly, and missed; each with its kind."""

    right: dict[str, str]
    wrong: dict[str, str]
    missed: dict[str, str]


def tops(gold: Sequence[Spot], names: Sequence[str], found: Sequence[Spot], passed_over: Collection[int]) -> Tops:
    """Top-level bodies of the hard ``gold`` spans against those of ``found``.

    ``names`` are the gold's own names of its tops: one that maps to nothing is a body of its own, always missed. Bodies
    that only soft spans name count neither way. A found span that is passed over, or ambiguous, makes no body wrong.
    """
    wanted: dict[str, str] = {}
    for spot, name in zip(gold, names, strict=True):
        if not spot.is_soft:
            wanted.setdefault(spot.top or f"({name})", spot.kind)
    neither = {spot.top for spot in gold if spot.is_soft} - wanted.keys()
    got: dict[str, str] = {}
    for j, spot in enumerate(found):
        if spot.top and spot.top not in neither and (j not in passed_over or spot.top in wanted):
            got.setdefault(spot.top, spot.kind)
    return Tops(
        {top: kind for top, kind in wanted.items() if top in got},
        {top: kind for top, kind in got.items() if top not in wanted},
        {top: kind for top, kind in wanted.items() if top not in got},
    )


def count(gold: Sequence[Spot], found: Sequence[Spot], pairing: Pairing, bodies: Tops) -> dict[tuple[str, str], int]:
    """The counts of one article by (name of ``COUNTS``, kind): the gold's kind, else the found one's."""
    counts: dict[tuple[str, str], int] = {}

    def add(name: str, kind: str) -> None:
        counts[name, kind] = counts.get((name, kind), 0) + 1

    for i, j in pairing.exact + pairing.partial:
        kind, is_exact = gold[i].kind, gold[i].is_at(found[j])
        add("span_overlap.right", kind)
        add("span_exact.right" if is_exact else "span_exact.missed", kind)
        if not is_exact:
            add("span_exact.wrong", kind)
        for suffix in ("", "_overlap") if is_exact else ("_overlap",):
            if gold[i].agency is not None and gold[i].agency == found[j].agency:
                add(f"agency_accuracy{suffix}.right", kind)
            if gold[i].via == found[j].via:
                add(f"via_accuracy{suffix}.right", kind)
    for figure in ("span_exact", "span_overlap"):
        for i in pairing.missed:
            add(f"{figure}.missed", gold[i].kind)
        for j in pairing.spurious:
            add(f"{figure}.wrong", found[j].kind)
    for side, told in bodies._asdict().items():
        for kind in told.values():
            add(f"top_body.{side}", kind)
    return counts


def figures(articles: Sequence[Mapping[tuple[str, str], int]]) -> dict[str, Any]:
    """Precision, recall and F1 of spans and bodies, shares of agencies and ways, their intervals; and all by kind.

    The intervals hold 95% of what 1,000 resamplings of the articles give; the seed is fixed.
    """
    kinds = sorted({kind for counts in articles for _, kind in counts})
    table = np.zeros((len(articles), len(kinds), len(COUNTS)))
    place = {name: index for index, name in enumerate(COUNTS)}
    for row, counts in enumerate(articles):
        for (name, kind), number in counts.items():
            table[row, kinds.index(kind), place[name]] = number
    samples = _resample(table)
    told = _figures(table.sum(axis=(0, 1)), samples.sum(axis=1))
    told["by_kind"] = {
        kind: _figures(table[:, index].sum(axis=0), samples[:, index]) for index, kind in enumerate(kinds)
    }
    return told


def _resample(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sums over as many articles as there are, drawn with replacement, 1,000 times."""
    size = len(table)
    drawn = np.random.default_rng(SEED).integers(size, size=(SAMPLES, size))
    weights = np.zeros((SAMPLES, size))
    np.add.at(weights, (np.arange(SAMPLES)[:, None], drawn), 1)
    return (weights @ table.reshape(size, -1)).reshape(SAMPLES, *table.shape[1:])


def _figures(sums: npt.NDArray[np.float64], samples: npt.NDArray[np.float64]) -> dict[str, Any]:
    """The figures of ``sums`` (by ``COUNTS``) with the intervals that ``samples`` of such sums give."""
    once, often = _values(sums[None, :]), _values(samples)
    told: dict[str, Any] = {}
    intervals: dict[str, Any] = {}
    for figure in SPAN_FIGURES:
        names = [f"{figure}.{part}" for part in ("p", "r", "f1")]
        told[figure] = {name.rpartition(".")[2]: _number(once[name][0]) for name in names}
        told[figure] |= {side: int(sums[COUNTS.index(f"{figure}.{side}")]) for side in _SIDES}
        intervals[figure] = {name.rpartition(".")[2]: _interval(often[name]) for name in names}
    for figure in SHARE_FIGURES:
        told[figure], intervals[figure] = _number(once[figure][0]), _interval(often[figure])
    return {**told, "intervals": intervals}


def _values(sums: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Every figure of each row of sums; nan where it is of nothing."""
    column = {name: sums[:, index] for index, name in enumerate(COUNTS)}
    values = {}
    for figure in SPAN_FIGURES:
        right, wrong, missed = (column[f"{figure}.{side}"] for side in _SIDES)
        values[f"{figure}.p"] = _share(right, right + wrong)
        values[f"{figure}.r"] = _share(right, right + missed)
        values[f"{figure}.f1"] = _share(2 * right, 2 * right + wrong + missed)
    for figure in SHARE_FIGURES:
        values[figure] = _share(column[f"{figure}.right"], column[f"{_WHOLE[figure]}.right"])
    return values


def _share(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _number(value: float) -> float:
    """To four decimals; 0 of nothing is 0."""
    return 0.0 if np.isnan(value) else round(float(value), DECIMALS)


def _interval(values: npt.NDArray[np.float64]) -> list[float] | None:
    """The middle 95% of the samples that have a value; null where none has."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    edges = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return [round(float(edge), DECIMALS) for edge in edges]


def errors_by_kind(errors: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many errors there are of each kind, most first."""
    counted: dict[str, int] = {}
    for error in errors:
        counted[error["kind"]] = counted.get(error["kind"], 0) + 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
