"""`kliping evaluate`: which labelled set, which registry, and how the figures look in the terminal.

Does not belong here: any score (``ingest.evaluation``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import SourceError
from ingest.registry.load import load
from orchestration.settings import registry_folder

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.registry.load import Registry

DEVELOPMENT_DATA = "KLIPING_DEV_DATA"
_BESIDE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"
_LONGEST = 80
"""Characters of a value that are shown; JSON has all."""


def dates(gold: Path, registry: Path | None) -> dict[str, Any]:
    """Figures of publication times."""
    from ingest.evaluation.dates import evaluate_dates

    return evaluate_dates(gold, _registry(registry), fetched_at=_now())


def extraction(gold: Path, registry: Path | None) -> dict[str, Any]:
    """Figures of the text of pages."""
    from ingest.evaluation.extraction import evaluate_extraction

    return evaluate_extraction(gold, _registry(registry), fetched_at=_now())


def zones(
    gold: Path, registry: Path | None, articles: Path | None, pages: Path | None, split: str | None
) -> dict[str, Any]:
    """Figures of zones; texts that labels only name are looked for in the development data by default."""
    from ingest.evaluation.zones import evaluate_zones

    data = _development_data()
    return evaluate_zones(
        gold,
        _registry(registry),
        fetched_at=_now(),
        articles=articles or _existing(data / "articles" / "articles_dev.jsonl.gz"),
        pages=pages or _existing(data / "pages"),
        split=split,
    )


def statements(gold: Path, registry: Path | None, articles: Path | None, split: str | None) -> dict[str, Any]:
    """Figures of statements; the articles that labels name are looked for in the development data by default."""
    from ingest.evaluation.statements import evaluate_statements

    articles = articles or _existing(_development_data() / "articles" / "articles_dev.jsonl.gz")
    if articles is None:
        raise SourceError("labels of statements hold no text: name the articles with --articles FILE")
    return evaluate_statements(gold, _registry(registry), fetched_at=_now(), articles=articles, split=split)


def mentions(gold: Path, registry: Path | None) -> dict[str, Any]:
    """Figures of mentions of bodies."""
    from ingest.evaluation.mentions import evaluate_mentions

    return evaluate_mentions(gold, _registry(registry), fetched_at=_now())


def show_mentions(console: Console, figures: Mapping[str, Any], *, with_errors: bool) -> None:
    """Figures of mentions with their intervals, the spans by kind and, where wanted, every error in its sentence."""
    console.print(
        "  ".join(f"{name} {value}" for name, value in figures.items() if isinstance(value, int)), highlight=False
    )
    for name, value in figures["intervals"].items():
        console.print(f"{name}: {_with_interval(figures[name], value)}", highlight=False, markup=False)
    console.print("by kind:", highlight=False)
    for kind, told in figures["by_kind"].items():
        exact, accuracy = told["span_exact"], told["agency_accuracy"]
        console.print(
            f"  {kind:<13}{_with_interval(exact, {})}  right {exact['right']}  wrong {exact['wrong']}"
            f"  missed {exact['missed']}  agency {accuracy}  top_body f1 {told['top_body']['f1']}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    for title, counted in (("names unknown to the registry", "unknown_names"), ("errors", "error_counts")):
        told = "  ".join(f"{name} {number}" for name, number in figures[counted].items())
        console.print(f"{title}: {told or 'none'}", highlight=False, markup=False, soft_wrap=True)
    if with_errors:
        for error in figures["errors"]:
            console.print(f"\n{_error(error)}", highlight=False, markup=False, soft_wrap=True)


def _with_interval(value: Any, interval: Any) -> str:
    """A figure, or its parts p, r and f1, each with its interval."""
    if isinstance(value, Mapping):
        return "  ".join(f"{part} {_with_interval(value[part], interval.get(part))}" for part in ("p", "r", "f1"))
    return f"{value:.4f}" + (f" [{interval[0]:.4f}, {interval[1]:.4f}]" if interval else "")


def _error(error: Mapping[str, Any]) -> str:
    """An error: what was labelled and what was found, then the sentence with the span between two marks."""
    first, last = error["start"] - error["sentence_start"], error["end"] - error["sentence_start"]
    sentence = error["sentence"]
    marked = " ".join(f"{sentence[:first]}>>{sentence[first:last]}<<{sentence[last:]}".split())
    gold = f"{error['gold_canonical']} = {error['gold_agency'] or '?'} ({error['gold_via']})"
    got = error["predicted_agency"] or " | ".join(error["candidates"])
    sides = [f"gold: {error['gold_surface']}, {gold}" if error["gold_surface"] else "gold: nothing"]
    sides += [
        f"found: {error['predicted_surface']}, {got} ({error['predicted_via']}, {error['rule']})"
        if error["predicted_surface"]
        else "found: nothing"
    ]
    if error["kind"].endswith("_top"):
        sides = [f"top-level body {error['gold_top'] or error['predicted_top']}", *sides]
    return f"{error['kind']}  {error['id']} {error['zone']} {error['start']}\n  " + "\n  ".join([*sides, marked])


def show(console: Console, figures: Mapping[str, Any]) -> None:
    """Figures, one a line, then every list of findings."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            if any(isinstance(inner, Mapping) for inner in value.values()):
                continue  # the same as the line before it, in full: for programs
            told = "  ".join(f"{key} {inner}" for key, inner in value.items())
            console.print(f"{name}: {told}", highlight=False, markup=False, soft_wrap=True)
        elif not isinstance(value, list):
            console.print(f"{name}: {value}", highlight=False, markup=False)
    for name, value in figures.items():
        if isinstance(value, list) and value:
            console.print(f"{name}:", markup=False)
            for row in value:
                console.print(f"  {_line(row)}", highlight=False, markup=False, soft_wrap=True)


def _line(row: Any) -> str:
    """A finding on one line."""
    if not isinstance(row, Mapping):
        return str(row)
    cells = {name: "-" if value is None else " ".join(str(value).split()) for name, value in row.items()}
    return "  ".join(
        f"{name} {text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}" for name, text in cells.items()
    )


def _registry(folder: Path | None) -> Registry:
    return load(folder or registry_folder())


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _development_data() -> Path:
    return Path(os.environ.get(DEVELOPMENT_DATA, _BESIDE_CHECKOUT))


def _existing(path: Path) -> Path | None:
    return path if path.exists() else None
