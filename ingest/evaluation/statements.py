"""Statements against labelled ones: are they found, is the speaker right, and the body he speaks for.

Belongs here: the label format, matching, figures with their intervals, the list of misses. Does not: finding
statements. The guide of the labels is tests/golden/statements/README.md.

A found statement matches a labelled one of the same zone where their spans overlap by half of their union (IoU >= 0.5);
each is matched once, the largest overlap first. ``soft`` labels count neither way, nor does what matches them.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.clean.stage import clean
from ingest.entities.mentions import build_engine, find_mentions
from ingest.entities.sentences import Sentences
from ingest.entities.statements import find_statements
from ingest.errors import SourceError
from ingest.evaluation.gold import as_row, documents, raw_fields, read_lines
from ingest.evaluation.report import Counts, share

if TYPE_CHECKING:
    from ingest.registry.load import Registry

WITHHELD = "test"
"""The split of which only the figures are shown, so that no rule is fitted to it."""
LEAST_OVERLAP = 0.5
_SAMPLES, _TAIL = 1000, 0.025
_SHORTEST_HASH = 12
_NAME = re.compile(r"[A-Z][\w'-]*")
Place = tuple[str, str, int]


class Statement(NamedTuple):
    """A statement, labelled or found; the speaker's span is null where nobody is told."""

    zone: str
    start: int
    end: int
    kind: str
    speaker_start: int | None
    speaker_end: int | None
    agency: str | None
    soft: bool = False


@dataclass(frozen=True)
class Label:
    """The labelled statements of one article."""

    label_id: str
    place: Place
    text_sha: str
    split: str | None
    statements: tuple[Statement, ...]


class Tally(NamedTuple):
    """What one article adds to the figures."""

    spans: Counts
    kinds: Counts
    speakers: Counts
    agencies: Counts
    agency_right: int
    matched: int


def read_labels(path: Path) -> list[Label]:
    """The labels of a JSONL file; SourceError names the line that breaks the format."""
    labels = []
    for number, row in read_lines(path):
        try:
            statements = tuple(
                Statement(
                    str(item["zone"]), int(item["start"]), int(item["end"]), str(item["kind"]), item["speaker_start"],
                    item["speaker_end"], item["agency"], bool(item.get("soft")),
                )
                for item in row["statements"]
            )  # fmt: skip
            bad = [item for item in statements if item.start >= item.end or item.kind not in ("direct", "indirect")]
            if bad:
                raise ValueError(f"{bad[0].kind} from {bad[0].start} to {bad[0].end} is no statement")
            label_id = str(row.get("id", number))
            labels.append(Label(label_id, _place(row["document"]), str(row["text_sha"]), row.get("split"), statements))
        except (KeyError, TypeError, ValueError) as error:
            told = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise SourceError(f"{path} line {number}: {told}") from None
    return labels


def evaluate_statements(
    gold: Path, registry: Registry, *, fetched_at: datetime, articles: Path, split: str | None = None
) -> dict[str, Any]:
    """Statements that a run finds in labelled articles, against their labels.

    ``articles`` (JSONL of rows with dataset, file and row) holds the articles; ``split`` keeps the labels of one split.
    A label whose text is no longer what was labelled is ``stale`` and not scored. Figures, each with a 95% interval by
    bootstrap over articles:

    - ``statement``: p, r, f1 of spans; ``kind_accuracy`` of the matched;
    - ``speaker``: right where a matched statement's speaker is the labelled one: the namings overlap, or one has all
      capitalised words of the other (``Tito`` and ``Mendagri Tito Karnavian``). A speaker told where the label has
      none, of an unmatched statement, or another one is wrong; a labelled speaker that is not found so is missed. No
      speaker on both sides counts for nothing;
    - ``agency``: the same for bodies; ``agency_accuracy``: the share of matched statements whose body is the labelled
      one, null included.

    ``misses`` lists each wrong or missing one in its sentence, but for the split ``test``.
    """
    labels = [label for label in read_labels(gold) if split is None or label.split == split]
    tables, keys = _found(labels, registry, fetched_at, articles)
    tallies: list[Tally] = []
    misses: list[dict[str, Any]] = []
    stale = []
    for label, key in zip(labels, keys, strict=True):
        title, text = tables.texts.get(key, ("", ""))
        if not _is_labelled(label, text):
            stale.append(label.label_id)
            continue
        tally, found_misses = _compare(label, tables.found.get(key, []), title, text)
        tallies.append(tally)
        if label.split != WITHHELD:
            misses += found_misses
    return {
        "n_articles": len(tallies),
        "n_statements": sum(tally.spans.right + tally.spans.missed for tally in tallies),
        "stale": stale,
        "statement": _scored(tallies, lambda tally: tally.spans),
        "kind_accuracy": _scored(tallies, lambda tally: tally.kinds)["precision"],
        "speaker": _scored(tallies, lambda tally: tally.speakers),
        "agency": _scored(tallies, lambda tally: tally.agencies),
        "agency_accuracy": share(sum(t.agency_right for t in tallies), sum(t.matched for t in tallies)),
        "misses": misses,
    }


# --- what a run finds ---------------------------------------------------------------------------------------------


class _Tables(NamedTuple):
    texts: Mapping[str, tuple[str, str]]
    found: Mapping[str, list[Statement]]


def _found(
    labels: Sequence[Label], registry: Registry, fetched_at: datetime, articles: Path
) -> tuple[_Tables, list[str]]:
    """Texts and statements by document, and the document of each label."""
    wanted = {label.place for label in labels}
    rows = {place: row for _, row in read_lines(articles) if (place := _place(row)) in wanted}
    if missing := sorted(map(str, wanted - rows.keys())):
        raise SourceError(f"{articles} has no row {missing[0]}")
    raw = documents(as_row(raw_fields(rows[label.place]), fetched_at) for label in labels)
    tables = clean(raw, registry)
    mentions = find_mentions(tables["articles"], tables["zones"], build_engine(registry))
    statements = find_statements(tables["articles"], tables["zones"], mentions)
    found: dict[str, list[Statement]] = {}
    columns = ("document_id", "zone", "start", "end", "statement_kind", "speaker_start", "speaker_end", "agency_id")
    for key, *values in statements.select(columns).iter_rows():
        found.setdefault(key, []).append(Statement(*values))
    texts = {
        key: (title, text) for key, title, text in tables["articles"].select("document_id", "title", "text").iter_rows()
    }
    return _Tables(texts, found), raw["document_id"].to_list()


def _place(row: Mapping[str, Any]) -> Place:
    return (str(row.get("dataset")), str(row.get("file")), int(row.get("row", -1)))


def _is_labelled(label: Label, text: str) -> bool:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return len(label.text_sha) >= _SHORTEST_HASH and digest.startswith(label.text_sha)


# --- comparing ----------------------------------------------------------------------------------------------------


def _compare(label: Label, found: Sequence[Statement], title: str, text: str) -> tuple[Tally, list[dict[str, Any]]]:
    pairs = match(label.statements, found)
    hard = [(gold, got) for gold, got in pairs if not gold.soft]
    got_matched = {id(got) for _, got in pairs}
    gold_matched = {id(gold) for gold, _ in pairs}
    extra = [got for got in found if id(got) not in got_matched]
    lost = [gold for gold in label.statements if id(gold) not in gold_matched and not gold.soft]
    misses = []

    def tell(what: str, statement: Statement, wanted: Statement | None = None) -> None:
        source = title if statement.zone == "title" else text
        bounds = (
            (0, len(source)) if statement.zone == "title" else Sentences(source).around(statement.start, statement.end)
        )
        misses.append(
            {
                "id": label.label_id, "what": what, "zone": statement.zone, "start": statement.start,
                "sentence": source[slice(*bounds)], "surface": source[statement.start : statement.end],
                "speaker": _naming(statement, source), "wanted": _naming(wanted, source) if wanted else None,
                "agency": statement.agency, "wanted_agency": wanted.agency if wanted else None,
            }
        )  # fmt: skip

    speakers, agencies = [0, 0, 0], [0, 0, 0]
    for gold, got in hard:
        source = title if gold.zone == "title" else text
        same = is_same_speaker(gold, got, source)
        _count(speakers, gold.speaker_start is not None, got.speaker_start is not None, same)
        _count(agencies, gold.agency is not None, got.agency is not None, gold.agency == got.agency)
        if not same:
            tell("speaker", got, gold)
        elif gold.agency != got.agency:
            tell("agency", got, gold)
    for got in extra:
        _count(speakers, False, got.speaker_start is not None, False)
        _count(agencies, False, got.agency is not None, False)
        tell("extra", got)
    for gold in lost:
        _count(speakers, gold.speaker_start is not None, False, False)
        _count(agencies, gold.agency is not None, False, False)
        tell("missing", gold)
    same_kind = sum(gold.kind == got.kind for gold, got in hard)
    tally = Tally(
        Counts(len(hard), len(extra), len(lost)),
        Counts(same_kind, len(hard) - same_kind, 0),
        Counts(*speakers),
        Counts(*agencies),
        sum(gold.agency == got.agency for gold, got in hard),
        len(hard),
    )
    return tally, misses


def match(gold: Sequence[Statement], found: Sequence[Statement]) -> list[tuple[Statement, Statement]]:
    """Pairs of labelled and found statements that overlap by half of their union; the largest overlap first."""
    pairs = []
    for first, one in enumerate(gold):
        for second, other in enumerate(found):
            shared = min(one.end, other.end) - max(one.start, other.start)
            if one.zone == other.zone and shared > 0:
                union = max(one.end, other.end) - min(one.start, other.start)
                if shared / union >= LEAST_OVERLAP:
                    pairs.append((-shared / union, first, second))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    kept = []
    for _, first, second in sorted(pairs):
        if first not in used_gold and second not in used_found:
            used_gold.add(first)
            used_found.add(second)
            kept.append((gold[first], found[second]))
    return kept


def is_same_speaker(gold: Statement, got: Statement, source: str) -> bool:
    """Whether both name nobody, or namings that overlap, or of which one has all capitalised words of the other."""
    if gold.speaker_start is None or got.speaker_start is None:
        return gold.speaker_start is None and got.speaker_start is None
    gold_end, got_end = gold.speaker_end or 0, got.speaker_end or 0
    if min(gold_end, got_end) > max(gold.speaker_start, got.speaker_start):
        return True
    one, other = _naming(gold, source), _naming(got, source)
    if one is None or other is None:
        return False
    first, second = (set(_NAME.findall(naming)) for naming in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def _naming(statement: Statement, source: str) -> str | None:
    if statement.speaker_start is None:
        return None
    return source[statement.speaker_start : statement.speaker_end]


def _count(counts: list[int], is_wanted: bool, is_told: bool, is_right: bool) -> None:
    if is_wanted and is_told and is_right:
        counts[0] += 1
    else:
        counts[1] += is_told
        counts[2] += is_wanted


# --- figures ------------------------------------------------------------------------------------------------------


def _scored(tallies: Sequence[Tally], pick: Callable[[Tally], Counts]) -> dict[str, Any]:
    """Scores of the sums, and the 95% interval of F1 over articles drawn with replacement."""
    counts = [pick(tally) for tally in tallies]
    draw = random.Random(4)
    drawn = (
        sorted(_sum(draw.choices(counts, k=len(counts))).scores()["f1"] for _ in range(_SAMPLES)) if counts else [0.0]
    )
    low, high = drawn[int(len(drawn) * _TAIL)], drawn[min(len(drawn) - 1, int(len(drawn) * (1 - _TAIL)))]
    return {**_sum(counts).scores(), "f1_interval": [low, high]}


def _sum(counts: Iterable[Counts]) -> Counts:
    rights, wrongs, misses = zip(*counts, strict=True) if (counts := list(counts)) else ((), (), ())
    return Counts(sum(rights), sum(wrongs), sum(misses))
