"""What a run takes in: files, and what is due from the web.

Belongs here: the raw assets' configuration and what follows from it. Does not: reading files (``raw``), collecting
(``collect``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import dagster as dg
from pydantic import Field

from ingest.registry.load import Registry
from orchestration.collect import Request, collect_web
from orchestration.progress import Observer
from orchestration.raw import take_in
from warehouse.layout import Layout

if TYPE_CHECKING:
    from ingest.sources.mapping import Kind


class Intake(dg.Config):
    """What to take in. ``paths`` are files or folders, read by ``mapping`` and as ``kind`` where they say no other; of
    web archives ``only_known_outlets`` takes the pages of the registry's outlets alone.

    ``collect`` names kinds of channels (feed, sitemap) of the sources that are on; the other fields that begin with it
    are those of ``orchestration.collect.Request``. Times are naive UTC in ISO form.
    """

    paths: list[str] = Field(default_factory=list)
    mapping: str | None = None
    source_id: str = "files"
    kind: str | None = None
    only_known_outlets: bool = False
    fetched_at_utc: str | None = None
    collect: list[str] = Field(default_factory=list)
    collect_only: list[str] = Field(default_factory=list)
    collect_forced: bool = False
    collect_from_utc: str | None = None
    collect_to_utc: str | None = None
    collect_minutes: float | None = None


def now() -> datetime:
    """The time, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def take(layout: Layout, config: Intake, load_registry: Callable[[], Registry], watcher: Observer) -> dict[str, int]:
    """Take in what ``config`` says; the number of attempts by outcome. Raises as ``take_in`` and ``collect_web``."""
    outcomes: Counter[str] = Counter()
    if config.paths:
        outcomes += take_in(
            layout,
            [Path(path) for path in config.paths],
            fetched_at=_moment(config.fetched_at_utc) or now(),
            source_id=config.source_id,
            mapping=Path(config.mapping) if config.mapping else None,
            kind=cast("Kind | None", config.kind),
            outlet_domains=load_registry()["outlets"]["domains"].explode().to_list(),
            only_known_outlets=config.only_known_outlets,
            tell=watcher.tell,
            advance=watcher.advance,
        ).outcomes
    if config.collect:
        from ingest.sources.catalogue import read_sources

        sources = read_sources(layout.sources, load_registry())
        collected = collect_web(
            layout, sources, request_of(config), clock=now, tell=watcher.tell, advance=watcher.advance
        )
        outcomes += collected.outcomes
    return dict(outcomes)


def request_of(config: Intake) -> Request:
    """What ``config`` says of collecting."""
    return Request(
        kinds=config.collect,
        only=config.collect_only,
        is_forced=config.collect_forced,
        first=_moment(config.collect_from_utc),
        last=_moment(config.collect_to_utc),
        minutes=config.collect_minutes,
    )


def _moment(stated: str | None) -> datetime | None:
    moment = datetime.fromisoformat(stated) if stated else None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment
