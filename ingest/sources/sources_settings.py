"""The user's ``sources.yml`` by itself: its shape, its bounds and its errors.

Does not belong here: what it makes of the catalogue (``catalogue``), changing the file (``sources_file``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ingest.errors import SourceError

LEAST_SECONDS = 0.5
"""Between two requests to one host. Only where ``connect_to`` sends everything elsewhere may it be less."""

_MAIL = re.compile(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_WEB = re.compile(r"^https?://[A-Za-z0-9.-]+[A-Za-z0-9./_~%?=&#-]*$")
_ADDRESS = re.compile(r"^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$")

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
AtOnce = Annotated[int, Field(ge=1, le=4)]
Minutes = Annotated[int, Field(ge=5, le=10_080)]


class Fetch(BaseModel):
    """How the web is asked: every field is one of ``FetchRules``, within bounds that keep a crawler polite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds_between_requests: Seconds = 2.0
    requests_at_once: AtOnce = 1
    connections: Annotated[int, Field(ge=1, le=200)] = 100
    connect_seconds: Annotated[float, Field(ge=1, le=60)] = 10.0
    read_seconds: Annotated[float, Field(ge=1, le=120)] = 20.0
    total_seconds: Annotated[float, Field(ge=1, le=600)] = 60.0
    max_body_bytes: Annotated[int, Field(ge=1 << 16, le=256 << 20)] = 16 << 20
    max_ratio: Annotated[int, Field(ge=10, le=1000)] = 200
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 8
    max_tries: Annotated[int, Field(ge=1, le=5)] = 3
    backoff_seconds: Annotated[float, Field(ge=0, le=60)] = 2.0
    max_wait_seconds: Annotated[float, Field(ge=0, le=600)] = 60.0
    circuit_failures: Annotated[int, Field(ge=1, le=100)] = 5
    circuit_seconds: Annotated[float, Field(ge=0, le=86_400)] = 600.0
    longest_crawl_delay: Annotated[float, Field(ge=1, le=600)] = 60.0
    connect_to: str | None = None
    ca_file: str | None = None

    @field_validator("connect_to")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.match(value):
            raise ValueError("write host:port, as in 127.0.0.1:8080")
        return value


class Entry(BaseModel):
    """What the user says of one source. ``name`` and ``outlet`` are for own sources; the catalogue knows its outlets.

    ``only`` keeps of the catalogue's channels those of the named sections; ``feeds`` and ``sitemaps`` add to them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: bool = False
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    outlet: Annotated[str, Field(min_length=1)] | None = None
    feeds: Names = ()
    sitemaps: Names = ()
    only: Names = ()
    seconds_between_requests: Seconds | None = None
    requests_at_once: AtOnce | None = None
    revisit_hours: Annotated[tuple[Annotated[int, Field(ge=1, le=2160)], ...], Field(max_length=8)] = (24,)
    feed_minutes: Minutes = 60
    sitemap_minutes: Minutes = 1440


def _entry(value: Any) -> Any:
    """``tempo: on`` is short for ``tempo: {on: on}``; an id without anything says nothing."""
    if value is None:
        return {}
    return value if isinstance(value, (dict, Entry)) else {"on": value}


class Settings(BaseModel):
    """The file ``sources.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str | None = None
    fetch: Fetch = Fetch()
    sources: Mapping[str, Annotated[Entry, BeforeValidator(_entry)]] = {}

    @field_validator("contact")
    @classmethod
    def _can_be_reached(cls, value: str | None) -> str | None:
        if value is not None and not (_MAIL.match(value) or _WEB.match(value)):
            raise ValueError("write a mail address or the address of a web page, at which an outlet can reach you")
        return value


def read_settings(path: Path) -> Settings:
    """The file as it stands, by itself; the defaults where there is none. Raises SourceError."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from None
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    """The text of a file, which errors call ``path``. Raises SourceError."""
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"{path} is not YAML: {_first_lines(error)}") from None
    if content is None:
        return Settings()
    if not isinstance(content, dict):
        raise SourceError(f"{path} must be a mapping of {', '.join(Settings.model_fields)}: see docs/sources.yml")
    try:
        settings = Settings.model_validate({name: part for name, part in content.items() if part is not None})
        _check_spacing(settings)
    except ValidationError as error:
        raise SourceError(_told(path, error)) from None
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from None
    return settings


def _first_lines(error: Exception) -> str:
    """What a parser says, on one line, without its advice on how to be lenient."""
    return " ".join(str(error).partition("To suppress this check")[0].split())


def _told(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        models: Mapping[Any, type[BaseModel]] = {"fetch": Fetch, "sources": Entry}
        model = models.get(first["loc"][0], Settings) if len(first["loc"]) > 1 else Settings
        return f"{path} says {where!r}, which is none of: {', '.join(model.model_fields)}"
    return f"{path} is wrong at {where!r}: {first['msg'].removeprefix('Value error, ')}"


def _check_spacing(settings: Settings) -> None:
    """SourceError where a host would be asked too quickly; there is none where all goes to ``connect_to``."""
    if settings.fetch.connect_to:
        return
    pauses = {
        "fetch.seconds_between_requests": settings.fetch.seconds_between_requests,
        "fetch.backoff_seconds": settings.fetch.backoff_seconds,
    }
    pauses |= {
        f"sources.{name}.seconds_between_requests": entry.seconds_between_requests
        for name, entry in settings.sources.items()
        if entry.seconds_between_requests is not None
    }
    for where, seconds in pauses.items():
        if seconds < LEAST_SECONDS:
            raise SourceError(f"{where} is {seconds:g}; the least is {LEAST_SECONDS:g}")
