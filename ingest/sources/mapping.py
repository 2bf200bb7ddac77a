"""The YAML mapping that describes a dump: which column is what, how its dates are written, where it comes from.

Belongs here: the model, reading it, and where it lies. Does not: guessing what no mapping says (guess.py).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from ingest.errors import SourceError

DateOrder = Literal["DMY", "MDY", "YMD"]
Kind = Literal["web", "dump", "press_release", "manual"]
SUFFIX = ".mapping.yml"
ZONE_HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}

Names = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Columns(BaseModel):
    """The columns of a dump by role; a role takes one name or a list, of which readers try the first that is filled."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Names = []
    body: Names = []
    date: Names = []
    time: Names = []
    url: Names = []
    section: Names = []
    author: Names = []
    tags: Names = []
    updated: Names = []
    summary: Names = []
    publisher: Names = []
    record_id: Names = []

    def by_role(self) -> dict[str, list[str]]:
        """Roles that have columns, in the order of the model."""
        return {role: names for role in type(self).model_fields if (names := getattr(self, role))}


class Mapping(BaseModel):
    """What is declared about a file. Everything may be left out: what is missing is guessed or unknown.

    ``kind`` says what the file is where its name says otherwise. ``known_outlets`` takes of a web archive only the
    hosts of the registry's outlets. ``observed_at`` is when the scraper saw the pages (it anchors "2 jam lalu"):
    without an offset it is read in ``zone`` (WIB where none is given), without a time as noon.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, Field(min_length=1)] | None = None
    outlet: Annotated[str, Field(min_length=1)] | None = None
    columns: Columns | None = None
    date_order: DateOrder | None = None
    zone: Literal["WIB", "WITA", "WIT"] | None = None
    observed_at: datetime | date | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    has_header: bool | None = None
    column_names: list[str] | None = None
    encoding: str | None = None
    kind: Kind | None = None
    known_outlets: bool = False

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            name = codecs.lookup(value).name
            codecs.getincrementaldecoder(name)("strict").decode(b"")
            "".encode(name)
        except (LookupError, TypeError, AssertionError):
            raise ValueError(f"unknown encoding {value!r}") from None
        return "windows-1252" if name == "cp1252" else name

    @field_validator("delimiter")
    @classmethod
    def _legal_delimiter(cls, value: str | None) -> str | None:
        if value in ('"', "\n", "\r", " ", "\0"):
            raise ValueError(f"{value!r} cannot separate fields")
        return value

    def observed_at_utc(self) -> datetime | None:
        """``observed_at`` as naive UTC."""
        seen = self.observed_at
        if seen is None:
            return None
        if not isinstance(seen, datetime):
            seen = datetime.combine(seen, time(12))
        if seen.tzinfo is not None:
            return seen.astimezone(UTC).replace(tzinfo=None)
        return seen - timedelta(hours=ZONE_HOURS[self.zone or "WIB"])

    def check_columns(self, existing: Collection[str], name: str) -> None:
        """SourceError where the mapping names a column that the table ``name`` does not have."""
        if self.columns is None:
            return
        wanted = [column for names in self.columns.by_role().values() for column in names]
        missing = [column for column in wanted if column not in existing]
        if missing:
            has = ", ".join(list(existing)[:40]) or "none"
            raise SourceError(f"the mapping of {name} names the column {missing[0]!r}; its columns are: {has}")


def beside(path: Path) -> Path | None:
    """The mapping that lies beside a file, if there is one."""
    candidate = path.with_name(path.name + SUFFIX)
    return candidate if candidate.is_file() else None


def load(path: Path) -> Mapping:
    """The mapping in a YAML file; SourceError, one sentence, where there is none or it does not hold."""
    try:
        content = yaml.safe_load(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SourceError(f"the mapping {path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        reason = re.sub(r"\s+", " ", str(error))
        raise SourceError(f"the mapping {path} is not YAML: {reason}") from None
    if not isinstance(content, dict):
        raise SourceError(f"the mapping {path} must be a list of `name: value` lines")
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            model = Columns if first["loc"][0] == "columns" else Mapping
            known = ", ".join(model.model_fields)
            raise SourceError(f"the mapping {path} says {where!r}, which is none of: {known}") from None
        raise SourceError(f"the mapping {path} is wrong at {where!r}: {first['msg']}") from None
