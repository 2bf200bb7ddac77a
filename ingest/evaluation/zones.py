"""Zones against labelled spans, token by token.

Belongs here: the label format, finding the labelled texts again, confusion of zones. Does not: parsing zones.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.clean.stage import clean
from ingest.clean.text import normalise
from ingest.clean.zones import parse_zones
from ingest.errors import SourceError
from ingest.evaluation.gold import Received, as_row, documents, raw_fields, read_bytes, read_lines
from ingest.evaluation.report import Counts, share

if TYPE_CHECKING:
    from ingest.registry.load import Registry

REPORTING = ("lead", "body")
FOREIGN = ("inline_promo", "related", "tags", "paging", "footer")
"""Zones whose words must never be in the lead or the body: they speak of other things than the article."""
WITHHELD = "test"
"""The split of which only the figures are shown, so that no rule is fitted to it."""
NOTHING = "none"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SHORTEST_HASH = 12


class Span(NamedTuple):
    """A labelled stretch of a text, half-open, in code points."""

    zone: str
    start: int
    end: int


Answer = tuple[str, list[Span]]
"""A text and its zones."""


@dataclass(frozen=True)
class Label:
    """One labelled text: given whole, or by its source and the hash of what cleaning made of it."""

    label_id: str
    spans: tuple[Span, ...]
    text: str | None
    has_head: bool
    source: Mapping[str, Any]
    text_sha: str | None
    split: str | None


class Miss(NamedTuple):
    """A run of tokens that got one wrong zone."""

    gold: str
    got: str
    start: int
    end: int
    tokens: int


def read_labels(path: Path) -> list[Label]:
    """The labels of a JSONL file; SourceError names the line that breaks the format."""
    labels = []
    for number, row in read_lines(path):
        try:
            labels.append(_label(row, str(row.get("id", number))))
        except (KeyError, TypeError, ValueError) as error:
            told = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise SourceError(f"{path} line {number}: {told}") from None
    return labels


def _label(row: Mapping[str, Any], label_id: str) -> Label:
    spans = []
    for zone in row["zones"]:
        name, start, end = (zone["zone"], zone["start"], zone["end"]) if isinstance(zone, dict) else zone
        if not (isinstance(name, str) and isinstance(start, int) and isinstance(end, int) and 0 <= start <= end):
            raise ValueError(f"{zone!r} is no zone with start and end")
        spans.append(Span(name, start, end))
    spans.sort(key=lambda span: (span.start, span.end))
    for first, second in pairwise(spans):
        if second.start < first.end:
            raise ValueError(f"the zones {first.zone} and {second.zone} overlap at {second.start}")
    text, source = row.get("text"), row.get("source") or {}
    if text is None and not source:
        raise ValueError("it has neither text nor source")
    if text is not None and not isinstance(text, str):
        raise TypeError("its text is no text")
    if not isinstance(source, dict):
        raise TypeError("its source is no object")
    if text is None and not isinstance(row.get("text_sha"), str):
        raise ValueError("it names a source but no text_sha")
    return Label(label_id, tuple(spans), text, bool(row.get("has_head")), source, row.get("text_sha"), row.get("split"))


def evaluate_zones(
    path: Path,
    registry: Registry,
    *,
    fetched_at: datetime,
    articles: Path | None = None,
    pages: Path | None = None,
    split: str | None = None,
) -> dict[str, Any]:
    """Zones that cleaning finds in labelled texts, against their labels, over tokens.

    ``articles`` (JSONL of rows with dataset, file and row) and ``pages`` (a folder) hold the texts of labels that name
    a source; ``split`` keeps the labels of one split. A label whose text is no longer what was labelled is ``stale``
    and not scored. Tokens without a label are counted and not scored. Misses of the split ``test`` are withheld.
    """
    labels = [label for label in read_labels(path) if split is None or label.split == split]
    found: dict[int, Answer | None] = {id(label): _inline(label) for label in labels if label.text is not None}
    found |= _sourced([label for label in labels if label.text is None], registry, fetched_at, articles, pages)
    confusion: Counter[tuple[str, str]] = Counter()
    stale: list[str] = []
    misses: list[dict[str, Any]] = []
    withheld = unlabelled = 0
    for label in labels:
        answer = found[id(label)]
        if answer is None:
            stale.append(label.label_id)
            continue
        text, zones = answer
        pairs = list(_compared(text, label.spans, zones))
        unlabelled += sum(gold == NOTHING for gold, *_ in pairs)
        pairs = [pair for pair in pairs if pair[0] != NOTHING]
        confusion.update((gold, got) for gold, got, _, _ in pairs)
        runs = list(_runs(pairs))
        if label.split == WITHHELD:
            withheld += len(runs)
        else:
            misses += [{"id": label.label_id, **run._asdict(), "text": text[run.start : run.end]} for run in runs]
    names = sorted({name for pair in confusion for name in pair} - {NOTHING})
    reporting = counts(confusion, REPORTING)
    return {
        "n": len(labels) - len(stale),
        "stale": stale,
        "tokens": confusion.total(),
        "unlabelled_tokens": unlabelled,
        "accuracy": share(sum(n for (gold, got), n in confusion.items() if gold == got), confusion.total()),
        "lead_or_body": reporting.scores(),
        "foreign_tokens_in_lead_or_body": sum(
            n for (gold, got), n in confusion.items() if gold in FOREIGN and got in REPORTING
        ),
        "f1": {name: counts(confusion, (name,)).scores()["f1"] for name in names},
        "zones": {name: counts(confusion, (name,)).scores() for name in names},
        "misses": misses,
        "withheld_misses": withheld,
    }


def counts(confusion: Mapping[tuple[str, str], int], names: Sequence[str]) -> Counts:
    """Tokens of the zones ``names``, taken together, against all others."""
    right = wrong = missed = 0
    for (gold, got), tokens in confusion.items():
        right += tokens * (gold in names and got in names)
        wrong += tokens * (gold not in names and got in names)
        missed += tokens * (gold in names and got not in names)
    return Counts(right, wrong, missed)


# --- texts --------------------------------------------------------------------------------------------------------


def _inline(label: Label) -> Answer:
    """The zones of a text that is given as it was received, led back to it by the offset map."""
    raw = label.text or ""
    normal = normalise(raw)
    zones = parse_zones(normal.text, has_head=label.has_head)
    if normal.text == raw:
        return raw, [Span(*zone) for zone in zones]
    starts = [normal.offsets[zone.start] if zone.start else 0 for zone in zones]
    ends = [*starts[1:], len(raw)]
    return raw, [Span(zone.zone, int(start), int(end)) for zone, start, end in zip(zones, starts, ends, strict=True)]


def _sourced(
    labels: Sequence[Label], registry: Registry, fetched_at: datetime, articles: Path | None, pages: Path | None
) -> dict[int, Answer | None]:
    """What cleaning makes of the sources that labels name; null where the text is not the labelled one."""
    rows = _rows([label for label in labels if "page" not in label.source], articles)
    received = []
    for label in labels:
        if "page" in label.source:
            received.append(_page(label, fetched_at, pages))
        else:
            received.append(as_row(raw_fields(rows[_place(label.source)]), fetched_at))
    raw = documents(received)
    out = clean(raw, registry)
    texts = dict(out["articles"].select("document_id", "text").iter_rows())
    zones: dict[str, list[Span]] = {}
    for key, *zone in out["zones"].select("document_id", "zone", "start", "end").iter_rows():
        zones.setdefault(key, []).append(Span(*zone))
    return {
        id(label): (texts[key], zones.get(key, [])) if _is_labelled_text(label, texts.get(key)) else None
        for label, key in zip(labels, raw["document_id"], strict=True)
    }


def _page(label: Label, fetched_at: datetime, pages: Path | None) -> Received:
    if pages is None:
        raise SourceError(f"the label {label.label_id} is of a saved page: say with --pages where pages lie")
    return Received("text/html", read_bytes(pages / str(label.source["page"])), fetched_at)


def _rows(labels: Sequence[Label], articles: Path | None) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The rows of articles that labels name."""
    if not labels:
        return {}
    if articles is None:
        raise SourceError(f"the label {labels[0].label_id} is of a row: say with --articles where the rows lie")
    wanted = {_place(label.source) for label in labels}
    rows = {place: row for _, row in read_lines(articles) if (place := _place(row)) in wanted}
    if missing := sorted(map(str, wanted - rows.keys())):
        raise SourceError(f"{articles} has no row {missing[0]}" + (f" and {len(missing) - 1} more" * bool(missing[1:])))
    return rows


def _place(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return (str(row.get("dataset")), str(row.get("file")), int(row.get("row", -1)))


def _is_labelled_text(label: Label, text: str | None) -> bool:
    digest = hashlib.sha256((text or "").encode("utf-8", "surrogatepass")).hexdigest()
    stated = label.text_sha or ""
    return text is not None and len(stated) >= _SHORTEST_HASH and digest.startswith(stated)


# --- tokens -------------------------------------------------------------------------------------------------------


def _compared(text: str, gold: Sequence[Span], got: Sequence[Span]) -> Iterator[tuple[str, str, int, int]]:
    """Every token with its gold zone, its found zone and its place; a token is where its first character is."""
    zone_of_gold, zone_of_got = _Lookup(gold), _Lookup(got)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        yield zone_of_gold(start), zone_of_got(start), start, end


class _Lookup:
    """The zone at a place."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = [span for span in spans if span.start < span.end]
        self._starts = [span.start for span in self._spans]

    def __call__(self, place: int) -> str:
        index = bisect_right(self._starts, place) - 1
        if index < 0 or place >= self._spans[index].end:
            return NOTHING
        return self._spans[index].zone


def _runs(pairs: Iterable[tuple[str, str, int, int]]) -> Iterator[Miss]:
    """Wrong tokens side by side as one miss."""
    run: Miss | None = None
    for gold, got, start, end in pairs:
        if run and gold != got and (run.gold, run.got) == (gold, got):
            run = run._replace(end=end, tokens=run.tokens + 1)
            continue
        if run:
            yield run
        run = Miss(gold, got, start, end, 1) if gold != got else None
    if run:
        yield run
