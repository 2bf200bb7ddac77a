"""Whom to tell of what: ``<data>/config/alerts.yml``.

Addresses of targets are secrets: they are shown by their scheme alone, and no error repeats one. Belongs here: the
file's shape and its errors. Does not: what there is to tell (``alerts_facts``), telling it (``alerts_send``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from warehouse.errors import KlipingError

RULES = ("source_failed", "check_failed", "run_failed", "edition_late", "spike")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9]*)://\S")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_KNOWN = {
    "targets": "the file has targets and rules",
    "rules": f"the rules are {', '.join(RULES)}",
    "source_failed": "the rule has enabled, targets and after_hours",
    "spike": "the rule has enabled, targets, bodies, min_z, min_articles and days",
}
_REASONS = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotation marks",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "too_short": "must name at least one target",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping of a name and an address each",
    "string_pattern_mismatch": "must be small letters, digits and hyphens",
}


_SILENCE = logging.NullHandler()


class AlertsError(KlipingError):
    """Alerts that cannot be read, or a target that is not among them."""


_Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Rule(BaseModel):
    """A reason to tell ``targets``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    enabled: bool = True
    targets: Annotated[tuple[_Name, ...], Field(strict=False, min_length=1)]


class SourceFailed(Rule):
    """A source that fails; where all its channels do, it is told once they have not answered for ``after_hours``."""

    after_hours: Annotated[float, Field(gt=0, le=720)] = 6.0


class Spike(Rule):
    """A body that is covered far more than usual on one of the last ``days``; all top bodies, or ``bodies`` only."""

    bodies: Annotated[tuple[str, ...], Field(strict=False)] = ()
    min_z: Annotated[float, Field(gt=0)] = 3.5
    min_articles: Annotated[int, Field(ge=1)] = 5
    days: Annotated[int, Field(ge=1, le=31)] = 2


class Rules(BaseModel):
    """The rules that are described; one that is not tells nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    source_failed: SourceFailed | None = None
    check_failed: Rule | None = None
    run_failed: Rule | None = None
    edition_late: Rule | None = None
    spike: Spike | None = None

    def on(self) -> dict[str, Rule]:
        """The rules that are enabled, by name."""
        found = {name: getattr(self, name) for name in RULES}
        return {name: rule for name, rule in found.items() if rule is not None and rule.enabled}


class Alerts(BaseModel):
    """Targets by name, and what they are told of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    targets: dict[_Name, SecretStr] = Field(default_factory=dict)
    rules: Rules = Rules()


def masked(address: str) -> str:
    """An address as it may be shown: its scheme."""
    found = _SCHEME.match(address)
    return f"{found[1].lower()}://***" if found else "***"


def read_alerts(path: Path, environment: Mapping[str, str]) -> Alerts:
    """The alerts in ``path``, none where there is no such file; ``${NAME}`` is taken from ``environment``.

    Raises AlertsError for the first mistake.
    """
    alerts, mistakes = examine(path, environment)
    if mistakes:
        more = len(mistakes) - 1
        raise AlertsError(mistakes[0] + (f" (and {more} more: `kliping alerts check`)" if more else ""))
    return alerts


def examine(path: Path, environment: Mapping[str, str]) -> tuple[Alerts, list[str]]:
    """The alerts in ``path`` and every mistake in it, a sentence each; with mistakes the alerts are empty."""
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Alerts(), []
    except yaml.MarkedYAMLError as error:  # its text repeats the line, which may hold a secret
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Alerts(), [f"{path} cannot be read as YAML: see line {line}."]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, OSError) as error:
        return Alerts(), [f"{path} cannot be read: {type(error).__name__}."]
    if content is not None and not isinstance(content, dict):
        return Alerts(), [f"{path} must be a mapping with the keys targets and rules."]
    content = {name: value for name, value in (content or {}).items() if value is not None}
    incomplete = _expand(content, environment)
    mistakes = [f"target {name}: the environment variable {variable} is not set" for name, variable in incomplete]
    alerts = Alerts()
    try:
        alerts = Alerts.model_validate(content)
    except ValidationError as error:
        mistakes += [_told(list(one["loc"]), one["type"], one["msg"]) for one in error.errors(include_input=False)]
    else:
        mistakes += _unusable(alerts, {name for name, _ in incomplete})
    if mistakes:
        return Alerts(), [f"{path}, {mistake}." for mistake in mistakes]
    return alerts, []


def _expand(content: dict[Any, Any], environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Put the environment's values into the addresses of ``content``; targets with a variable that is not set."""
    targets = content.get("targets")
    if not isinstance(targets, dict):
        return []
    missing = []
    expanded = {}
    for name, address in targets.items():
        expanded[name] = address
        if isinstance(address, str):
            names = _VARIABLE.findall(address)
            missing += [(str(name), variable) for variable in names if not environment.get(variable)]
            expanded[name] = SecretStr(_VARIABLE.sub(lambda found: environment.get(found[1], ""), address))
    content["targets"] = expanded
    return missing


def _told(where: list[Any], kind: str, message: str) -> str:
    if where and where[-1] == "[key]":  # the name of a target, which comes before
        where = where[:-1]
    place = " ".join(str(step + 1) if isinstance(step, int) else str(step) for step in where)
    if kind == "extra_forbidden":
        parent = str(where[-2]) if len(where) > 1 else "targets"
        return f"{place}: is not known; {_KNOWN.get(parent, 'the rule has enabled and targets')}"
    return f"{place}: {_REASONS.get(kind, message.removeprefix('Value error, ').rstrip('.').lower())}"


def schemes() -> set[str]:
    """The beginnings of addresses that Apprise knows. Loads all its kinds of targets, which takes part of a second.

    From here on nothing that it logs leaves it, nor what the connections below it log: there are addresses in it.
    """
    import warnings

    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).propagate = False
        logging.getLogger(name).addHandler(_SILENCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # one kind imports a module on its way out of Python
        from apprise.manager_plugins import NotificationManager

        return set(NotificationManager().schemas())


def _unusable(alerts: Alerts, incomplete: Collection[str]) -> list[str]:
    """Targets that Apprise cannot make sense of, and rules for targets that are not there."""
    known = schemes()
    from apprise import Apprise

    found = []
    for name, secret in alerts.targets.items():
        address = secret.get_secret_value()
        scheme = _SCHEME.match(address)
        if name in incomplete:
            continue
        if not scheme:
            found.append(f"target {name}: is no address; it begins like mailto://, tgram://, slack:// or json://")
        elif scheme[1].lower() not in known:
            found.append(f"target {name}: {scheme[1].lower()}:// is not known; use mailto, tgram, slack or json")
        elif Apprise.instantiate(address, suppress_exceptions=True) is None:
            found.append(f"target {name}: {masked(address)} lacks a part; docs/alerts.yml shows how it is written")
    for rule, described in alerts.rules.on().items():
        found += [
            f"rule {rule}: there is no target {name}; the targets are {', '.join(alerts.targets) or 'none'}"
            for name in described.targets
            if name not in alerts.targets
        ]
    return found
