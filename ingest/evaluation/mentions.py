"""Mentions of bodies against labelled ones, in the labels' own coordinates.

Belongs here: sending labelled articles the way of a run, leading spans back through the offset map, naming the bodies
of labels by the registry's own names, the list of errors. Does not: the format (``mention_gold``), the scores
(``mention_scores``), finding mentions (``ingest.entities``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ingest.clean.stage import clean
from ingest.clean.text import Normalised, normalise, normalise_line, normalised_line
from ingest.entities.sentences import Sentences
from ingest.errors import SourceError
from ingest.evaluation.gold import Received, date_orders, documents, raw_fields, receive
from ingest.evaluation.mention_gold import NO_KIND, GoldArticle, GoldMention, read_gold
from ingest.evaluation.mention_scores import Pairing, Spot, Tops, count, errors_by_kind, figures, pair, tops

if TYPE_CHECKING:
    from ingest.entities.mentions import Engine
    from ingest.registry.load import Registry

ERROR_KINDS = (
    "missed", "spurious", "boundary", "wrong_body", "ambiguous", "unknown_name", "wrong_via", "missed_top",
    "spurious_top",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A found mention in the coordinates of the text as received; ``candidates`` are agency ids."""

    spot: Spot
    surface: str
    rule: str
    candidates: tuple[str, ...]


def evaluate_mentions(path: Path, registry: Registry, *, fetched_at: datetime) -> dict[str, Any]:
    """Mentions that a run would find in the articles of a JSONL file, against their ``mentions``.

    Every article goes from raw document through the clean stage to ``find_mentions``. Found mentions of holders are
    counted and not scored, ambiguous ones are spans without a body. SourceError names a row that cannot be used.
    """
    from ingest.entities.mentions import build_engine

    articles = read_gold(path)
    engine = build_engine(registry)
    place = _Hierarchy(registry["agency_periods"])
    days, mentions = _found(articles, path, registry, engine, fetched_at)
    agency_of = _Names(engine)
    counted: list[dict[tuple[str, str], int]] = []
    errors: list[dict[str, Any]] = []
    told: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for article, day, rows in zip(articles, days, mentions, strict=True):
        gold = [_gold_spot(mention, day, agency_of) for mention in article.mentions]
        every = [_found_mention(row, place, day) for row in rows]
        found = [mention for mention in every if mention.spot.via != "holder"]
        spots = [mention.spot for mention in found]
        pairing = pair(gold, spots)
        bodies = tops(gold, [mention.top for mention in article.mentions], spots, pairing.passed_over)
        counted.append(count(gold, spots, pairing, bodies))
        errors += _Errors(article, gold, found).of(pairing, bodies)
        told["n_mentions"] += sum(not spot.is_soft for spot in gold)
        told["n_soft"] += sum(spot.is_soft for spot in gold)
        told["n_other_zones"] += article.elsewhere
        told["n_found"] += len(found)
        told["n_passed_over"] += len(pairing.passed_over)
        told["n_ambiguous"] += sum(spot.agency is None for spot in spots)
        told["n_holder"] += len(every) - len(found)
        for spot, mention in zip(gold, article.mentions, strict=True):
            if not spot.is_soft:
                unknown.update({mention.canonical} if spot.agency is None else ())
                unknown.update({mention.top} - {mention.canonical} if spot.top is None else ())
    errors.sort(key=lambda error: ERROR_KINDS.index(error["kind"]))
    return {
        "n_articles": len(articles),
        **{name: told[name] for name in _TOLD},
        **figures(counted),
        "unknown_names": dict(sorted(unknown.items(), key=lambda item: (-item[1], item[0]))),
        "error_counts": errors_by_kind(errors),
        "errors": errors,
    }


_TOLD = ("n_mentions", "n_soft", "n_other_zones", "n_found", "n_passed_over", "n_ambiguous", "n_holder")


# --- names --------------------------------------------------------------------------------------------------------


class _Names:
    """The agencies of names on a day, as the engine reads them; each name is asked once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, date | None], str | None] = {}

    def __call__(self, names: Iterable[str], day: date | None) -> str | None:
        """The agency of the first of ``names`` that is a body's name as a whole; null where none is."""
        return next((agency for name in names if (agency := self._one(normalise_line(name), day))), None)

    def _one(self, name: str, day: date | None) -> str | None:
        from ingest.entities.mentions import resolve_name

        if (name, day) not in self._known:
            self._known[name, day] = resolve_name(self._engine, name, day)
        return self._known[name, day]


def _full_names(mention: GoldMention) -> list[str]:
    """The ways to say the body's name, the fullest first: a unit's is often its own only with the body it is of."""
    above = dict.fromkeys(name for name in (mention.unit_of, mention.top) if name)
    return [
        *(f"{mention.canonical} {name}" for name in above if name not in mention.canonical),
        mention.canonical,
    ]


def _gold_spot(mention: GoldMention, day: date | None, agency_of: _Names) -> Spot:
    return Spot(
        mention.zone,
        mention.start,
        mention.end,
        mention.via,
        mention.kind,
        agency_of(_full_names(mention), day),
        agency_of([mention.top], day),
        mention.is_soft,
    )


class _Hierarchy:
    """Kinds and top-level bodies by date, of registry.agency_periods."""

    def __init__(self, periods: pl.DataFrame) -> None:
        self._periods: dict[str, list[tuple[date, date, str | None, str]]] = defaultdict(list)
        columns = periods.select("agency_id", "valid_from", "valid_to", "parent_id", "kind")
        for agency, first, last, parent, kind in columns.iter_rows():
            self._periods[agency].append((first or date.min, last or date.max, parent, kind))

    def __call__(self, agency: str, day: date | None) -> tuple[str, str]:
        """An agency's top-level body and its kind, each in the period nearest to ``day`` (null: the last)."""
        moment = day or date.max
        kind, top, seen = None, agency, {agency}
        while periods := self._periods.get(top):
            _, _, parent, found = min(periods, key=lambda p: (max(p[0] - moment, moment - p[1]).days, p[0]))
            kind = kind or found
            if parent is None or parent in seen:
                break
            seen.add(parent)
            top = parent
        return top, kind or NO_KIND


# --- found mentions -----------------------------------------------------------------------------------------------


def _found(
    articles: Sequence[GoldArticle], path: Path, registry: Registry, engine: Engine, fetched_at: datetime
) -> tuple[list[date | None], list[list[dict[str, Any]]]]:
    """The day of every article (the gold's, else the run's) and its rows of entities.mentions, in gold coordinates."""
    from ingest.entities.mentions import find_mentions

    raw = documents(_received(articles, path, fetched_at))
    out = clean(raw, registry)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in find_mentions(out["articles"], out["zones"], engine).iter_rows(named=True):
        rows[row["document_id"]].append(row)
    cleaned = {row["document_id"]: row for row in out["articles"].iter_rows(named=True)}
    days, found = [], []
    for article, key in zip(articles, raw["document_id"], strict=True):
        read = cleaned.get(key)
        days.append(article.day or (read["published_date"] if read else None))
        found.append(_in_gold(rows[key], article, read, path) if read else [])
    return days, found


def _received(articles: Sequence[GoldArticle], path: Path, fetched_at: datetime) -> Iterator[Received]:
    """The raw documents; an article that prints no date has its ``published_at`` as its date."""
    orders = date_orders([article.row for article in articles])
    for article in articles:
        row = article.row
        if not raw_fields(row).get("date") and row.get("published_at"):
            row = {**row, "date": row["published_at"]}
        try:
            yield receive(row, orders, fetched_at)
        except (ValueError, TypeError) as error:
            raise SourceError(f"{path} line {article.line}: {error}") from None


def _in_gold(
    rows: Sequence[dict[str, Any]], article: GoldArticle, read: Mapping[str, Any], path: Path
) -> list[dict[str, Any]]:
    """Rows of entities.mentions of one article with zones and offsets of the texts as received."""
    maps: dict[str, Normalised] = {}
    led = []
    for row in rows:
        zone = "title" if row["zone"] == "title" else "body"
        if zone not in maps:
            maps[zone] = (normalised_line if zone == "title" else normalise)(article.texts[zone])
            if maps[zone].text != read["title" if zone == "title" else "text"]:
                raise SourceError(f"{path} line {article.line}: its {zone} is a list of texts and not one text")
        start, end = int(maps[zone].offsets[row["start"]]), int(maps[zone].ends[row["end"]])
        led.append({**row, "zone": zone, "start": start, "end": end, "surface": article.texts[zone][start:end]})
    return led


def _found_mention(row: Mapping[str, Any], place: _Hierarchy, day: date | None) -> Found:
    agency = row["agency_id"]
    top, kind = place(agency or row["candidates"][0], day)
    spot = Spot(row["zone"], row["start"], row["end"], row["via"], kind, agency, top if agency else None)
    return Found(spot, row["surface"], row["rule"], tuple(row["candidates"]))


# --- errors -------------------------------------------------------------------------------------------------------


class _Errors:
    """The errors of one article, each in its sentence."""

    def __init__(self, article: GoldArticle, gold: Sequence[Spot], found: Sequence[Found]) -> None:
        self._article, self._gold, self._found = article, gold, found
        self._sentences = {zone: Sentences(text) for zone, text in article.texts.items()}

    def of(self, pairing: Pairing, bodies: Tops) -> Iterator[dict[str, Any]]:
        for i in pairing.missed:
            yield self._told("missed", i, None)
        for j in pairing.spurious:
            yield self._told("spurious", None, j)
        for i, j in pairing.partial:
            yield self._told("boundary", i, j)
        for i, j in pairing.exact + pairing.partial:
            gold, got = self._gold[i], self._found[j].spot
            if gold.agency is None:
                yield self._told("unknown_name", i, j)
            elif got.agency is None:
                yield self._told("ambiguous", i, j)
            elif gold.agency != got.agency:
                yield self._told("wrong_body", i, j)
            if gold.via != got.via:
                yield self._told("wrong_via", i, j)
        for top in bodies.missed:
            i = next(
                i
                for i, spot in enumerate(self._gold)
                if not spot.is_soft and (spot.top or f"({self._article.mentions[i].top})") == top
            )
            yield self._told("missed_top", i, None) | {"gold_top": top}
        for top in bodies.wrong:
            j = next(j for j, mention in enumerate(self._found) if mention.spot.top == top)
            yield self._told("spurious_top", None, j) | {"predicted_top": top}

    def _told(self, kind: str, i: int | None, j: int | None) -> dict[str, Any]:
        """One error; the marked span is the gold's, else the found one."""
        mention = None if i is None else self._article.mentions[i]
        gold = None if i is None else self._gold[i]
        got = None if j is None else self._found[j]
        spot = gold or (got.spot if got else None)
        assert spot is not None
        text = self._article.texts[spot.zone]
        first, last = (
            (0, len(text)) if spot.zone == "title" else self._sentences[spot.zone].around(spot.start, spot.end)
        )
        return {
            "kind": kind,
            "id": self._article.article_id,
            "line": self._article.line,
            "zone": spot.zone,
            "start": spot.start,
            "end": spot.end,
            "gold_surface": mention and mention.surface,
            "predicted_surface": got and got.surface,
            "gold_canonical": mention and mention.canonical,
            "gold_agency": gold and gold.agency,
            "predicted_agency": got and got.spot.agency,
            "candidates": list(got.candidates) if got and not got.spot.agency else [],
            "gold_via": mention and mention.via,
            "predicted_via": got and got.spot.via,
            "gold_top": gold and gold.top,
            "predicted_top": got and got.spot.top,
            "rule": got and got.rule,
            "sentence": text[first:last],
            "sentence_start": first,
        }
