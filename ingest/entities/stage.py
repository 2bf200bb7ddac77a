"""The entities stage: what articles mention, as functions over frames.

Belongs here: the stage's version, the tables it depends on, the order of its parts. Does not: the rules (``mentions``,
``statements``, ``places``, ``event_dates``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.entities.event_dates import find_event_dates
from ingest.entities.mentions import Engine, build_engine, find_mentions
from ingest.entities.places import PlaceNames, compile_places, find_places
from ingest.entities.statements import find_statements
from ingest.registry.model import Registry

STAGE_VERSION = 2
REGISTRY_TABLES = (
    "agencies", "agency_periods", "aliases", "roles", "successions", "holders", "holder_names", "regions",
    "region_names", "regional_units", "unit_forms", "regional_exceptions",
)  # fmt: skip


@dataclass(frozen=True)
class Compiled:
    """The registry compiled for the stage."""

    engine: Engine
    places: PlaceNames


def compile_registry(registry: Registry) -> Compiled:
    """``registry`` compiled for ``extract_entities``."""
    engine = build_engine(registry)
    return Compiled(engine, compile_places(registry, engine.gazetteer))


def extract_entities(articles: pl.DataFrame, zones: pl.DataFrame, compiled: Compiled) -> dict[str, pl.DataFrame]:
    """The tables of the entities layer by name, from clean.articles and clean.zones of the same documents."""
    mentions = find_mentions(articles, zones, compiled.engine)
    return {
        "mentions": mentions,
        "event_dates": find_event_dates(articles, zones),
        "statements": find_statements(articles, zones, mentions),
        "places": find_places(articles, zones, mentions, compiled.places),
    }
