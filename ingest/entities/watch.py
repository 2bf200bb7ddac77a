"""The watch list: the topics of ``<data>/config/watch.yml``, one definition for engine, marts and dashboard.

Belongs here: the file's shape and its errors. Does not: the query language (``query``), the search (``topics``).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ingest.entities.query import Agency, Query, QueryError, atoms, parse
from ingest.errors import WatchError
from warehouse.keys import hex16

KINDS = ("company", "person", "programme", "isu")

_FIELDS = "id, name, kind, query, owner, valid_from, valid_to, note"
_REASONS = {
    "missing": "is missing",
    "extra_forbidden": f"is not known; a topic has {_FIELDS}, and the file has topics",
    "string_pattern_mismatch": "must be small letters and digits, with single hyphens between",
    "string_type": "must be text; put it in quotation marks",
    "model_type": f"must be a mapping of {_FIELDS}",
    "literal_error": f"must be one of {', '.join(KINDS)}",
}

_Text = Annotated[str, Field(min_length=1, max_length=200)]


def _readable(query: str) -> str:
    try:
        parse(query)
    except QueryError as error:
        quotes = not re.search("[\"'\n]", query) and "operator is missing" in str(error)
        hint = " (YAML takes quotation marks around a whole value away: write query: '\"a phrase\"')" if quotes else ""
        raise ValueError(f"{error}{hint}") from error
    return query


def _plain_date(value: Any) -> Any:
    if value is None or type(value) is date:
        return value
    raise ValueError("write a day as 2024-10-21, without quotation marks")


_Day = Annotated[date | None, BeforeValidator(_plain_date)]


class Topic(BaseModel):
    """What is watched: articles published from ``valid_from`` to ``valid_to``, both included, that satisfy ``query``.

    A topic with either bound does not watch articles without a date of publication.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: _Text
    kind: Literal["company", "person", "programme", "isu"]
    query: Annotated[str, AfterValidator(_readable)]
    owner: _Text
    valid_from: _Day = None
    valid_to: _Day = None
    note: str | None = None

    @model_validator(mode="after")
    def _is_some_day(self) -> Topic:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    @property
    def expression(self) -> Query:
        """The query as read."""
        return parse(self.query)

    def watches(self, day: date | None) -> bool:
        """Whether an article published on ``day`` is watched; None is an article without a date."""
        if day is None:
            return self.valid_from is None and self.valid_to is None
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Watch(BaseModel):
    """The topics of a watch list, each id once."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    topics: Annotated[tuple[Topic, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _is_each_once(self) -> Watch:
        seen: set[str] = set()
        for topic in self.topics:
            if topic.id in seen:
                raise ValueError(f"the topic {topic.id} is there twice; give each an id of its own")
            seen.add(topic.id)
        return self

    @property
    def names_bodies(self) -> bool:
        """Whether a query asks for mentions of a body, so that hits depend on mentions and registry too."""
        return any(isinstance(atom, Agency) for topic in self.topics for atom in atoms(topic.expression))

    @property
    def version(self) -> str:
        """Hash of what hits depend on: ids, queries as read, dates. Names, owners, notes and order do not count."""
        return hex16(
            *(
                f"{topic.id} {topic.valid_from} {topic.valid_to} {topic.expression}"
                for topic in sorted(self.topics, key=lambda topic: topic.id)
            )
        )


def read_watch(path: Path) -> Watch:
    """The watch list in ``path``; one without topics where there is no such file.

    Raises WatchError that names the file, the topic and, for a query, the position of the mistake.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Watch()
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError, OSError) as error:
        raise WatchError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}.") from error
    if content is None:
        return Watch()
    if not isinstance(content, dict) or not isinstance(content.get("topics", []) or [], list):
        raise WatchError(f"{path} must be a mapping with the one key topics, a list: see docs/watch.md.")
    try:
        return Watch.model_validate(content | {"topics": content.get("topics") or []})
    except ValidationError as error:
        raise WatchError(_told(path, content, error)) from error


def _told(path: Path, content: dict[str, Any], error: ValidationError) -> str:
    """The first mistake as one sentence: file, topic, field, reason."""
    first = error.errors(include_url=False)[0]
    where = list(first["loc"])
    reason = _REASONS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
    place = str(path)
    if len(where) > 1 and isinstance(where[1], int):
        topic = content["topics"][where[1]]
        name = topic.get("id") if isinstance(topic, dict) else None
        place += f", topic {name or f'number {where[1] + 1}'}"
        where = where[2:]
    if where:
        place += f", {where[0]}"
    more = error.error_count() - 1
    return f"{place}: {reason}{f' (and {more} more mistakes)' if more else ''}."
