"""When runs start that nobody watches: ``<data>/config/schedules.yml``, all times in Asia/Jakarta.

Belongs here: the file's shape and its errors. Does not: what a run does (``defs/automation/schedules``).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from orchestration.edition import TURNS_AT
from warehouse.errors import KlipingError

ZONE = "Asia/Jakarta"

_REASONS = {
    "extra_forbidden": "is not known; the file has hourly, sitemaps and morning",
    "string_type": 'must be text, such as "30 * * * *"',
}
_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* \*")


class TimetableError(KlipingError):
    """A timetable that cannot be read."""


def _cron(value: str) -> str:
    import dagster as dg

    try:
        dg.ScheduleDefinition(name="tried", job_name="tried", cron_schedule=value)
    except dg.DagsterInvalidDefinitionError:
        raise ValueError(
            f"{value!r} is no time; write minute, hour, day, month and weekday, such as '30 * * * *'"
        ) from None
    return value


def _morning(value: str) -> str:
    """The edition covers the day up to 06:00, so it cannot be begun before; a time is needed to say that it is late."""
    found = _DAILY.fullmatch(value)
    if not found or not TURNS_AT.hour <= int(found[2]) < 12:
        raise ValueError("must be once a day from 06:00 to 11:59, such as '0 6 * * *', for the edition ends at 06:00")
    return _cron(value)


_Cron = Annotated[str, AfterValidator(_cron)]


class Timetable(BaseModel):
    """Cron times in Asia/Jakarta: feeds and marts, sitemaps, the morning edition."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hourly: _Cron = "30 * * * *"
    sitemaps: _Cron = "15 2 * * *"
    morning: Annotated[str, AfterValidator(_morning)] = "0 6 * * *"


def read_timetable(path: Path) -> Timetable:
    """The times in ``path``, the usual ones where it says none or is not there. Raises TimetableError."""
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Timetable()
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError, OSError) as error:
        raise TimetableError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}.") from error
    if content is not None and not isinstance(content, dict):
        raise TimetableError(f"{path} must be a mapping with the keys hourly, sitemaps and morning.")
    try:
        return Timetable.model_validate(content or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = _REASONS.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise TimetableError(f"{path}, {'.'.join(map(str, first['loc']))}: {reason}.") from error
