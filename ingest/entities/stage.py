"""The entities stage: what articles mention, as one function over frames.

Belongs here: the stage's version and the tables it depends on. Does not: the rules (``mentions``, ``event_dates``).
"""

from __future__ import annotations

import polars as pl

from ingest.entities.mentions import Engine, find_mentions

STAGE_VERSION = 1
REGISTRY_TABLES = ("agencies", "agency_periods", "aliases", "roles", "successions")


def extract_entities(articles: pl.DataFrame, zones: pl.DataFrame, engine: Engine) -> dict[str, pl.DataFrame]:
    """The tables of the entities layer by name, from clean.articles and clean.zones of the same documents."""
    from ingest.entities.event_dates import find_event_dates

    return {"mentions": find_mentions(articles, zones, engine), "event_dates": find_event_dates(articles, zones)}
