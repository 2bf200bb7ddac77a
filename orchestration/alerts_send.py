"""Telling it: one message a target and rule, each alert once, every attempt a row of the ledger.

The ledger is ``<data>/alerts/ledger.jsonl``. Nothing here raises for what a target does; no address is written down.
Belongs here: sending, the ledger. Does not: what there is to tell (``alerts_facts``).
"""

from __future__ import annotations

import fcntl
import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from orchestration.alerts import Alerts, schemes
from warehouse.layout import Layout

MAX_TRIES = 3
SECONDS = 15.0
"""How long a target may take; one that takes longer is left alone until the next run."""
_LISTED = 15
_STATUS = re.compile(r"\berror=(\d{3})\b")


@dataclass(frozen=True)
class Alert:
    """One thing to tell, in Indonesian. ``key`` is its identity: it is told once.

    Alerts of one rule are told together: ``subject`` with their number, a line each, and what to do, ``advice``.
    """

    key: str
    rule: str
    subject: str
    line: str
    advice: str


@dataclass(frozen=True)
class Message:
    """What one target is told at once."""

    target: str
    alerts: tuple[Alert, ...]
    attempt: int

    @property
    def title(self) -> str:
        """One line."""
        first = self.alerts[0]
        return f"Kliping: {first.subject.format(count=len(self.alerts))}"

    @property
    def body(self) -> str:
        """A line an alert, then what to do."""
        lines = [f"- {alert.line}" for alert in self.alerts[:_LISTED]]
        if len(self.alerts) > _LISTED:
            lines.append(f"- dan {len(self.alerts) - _LISTED} lagi: `kliping alerts list`")
        return "\n".join([*lines, "", self.alerts[0].advice])


def trial(target: str, now: datetime) -> Message:
    """A message that tells nothing but that it arrived; ``now`` is naive UTC."""
    alert = Alert(
        key=f"test:{now.isoformat(timespec='seconds')}",
        rule="test",
        subject="pesan percobaan",
        line="Pesan ini dikirim oleh `kliping alerts test`.",
        advice="Tidak ada yang harus dilakukan.",
    )
    return Message(target, (alert,), 1)


def read_ledger(layout: Layout) -> list[dict[str, Any]]:
    """Every attempt in order: at_utc, key, rule, title, target, attempt, outcome (ok, failed), error."""
    return read_lines(layout.alert_log / "ledger.jsonl")


def due(
    alerts: Iterable[Alert],
    config: Alerts,
    ledger: Sequence[Mapping[str, Any]],
    now: datetime,
    retry_after: timedelta = timedelta(0),
) -> list[Message]:
    """What is still to be told: not told yet, and not tried ``MAX_TRIES`` times, the last ``retry_after`` ago.

    ``now`` is naive UTC. One message for each target, rule and number of attempts.
    """
    told = {(row["key"], row["target"]) for row in ledger if row["outcome"] == "ok"}
    tried: dict[tuple[str, str], list[datetime]] = {}
    for row in ledger:
        tried.setdefault((row["key"], row["target"]), []).append(datetime.fromisoformat(row["at_utc"]))
    rules = config.rules.on()
    groups: dict[tuple[str, str, int], list[Alert]] = {}
    for alert in alerts:
        for target in rules[alert.rule].targets:
            before = tried.get((alert.key, target), [])
            is_early = before and now - before[-1] < retry_after
            if (alert.key, target) not in told and len(before) < MAX_TRIES and not is_early:
                groups.setdefault((target, alert.rule, len(before) + 1), []).append(alert)
    return [Message(target, tuple(found), attempt) for (target, _, attempt), found in groups.items()]


def send(
    layout: Layout, config: Alerts, messages: Sequence[Message], now: datetime, *, seconds: float = SECONDS
) -> list[dict[str, Any]]:
    """Tell the targets and return the ledger's new rows. A target that hangs is asked no more this time."""
    rows = []
    hung: set[str] = set()
    for message in messages:
        if message.target in hung:
            continue
        address = config.targets[message.target].get_secret_value()
        error = deliver(address, message.title, message.body, seconds)
        if error == _HANGS.format(seconds=seconds):
            hung.add(message.target)
        made = [
            {
                "at_utc": now.isoformat(timespec="seconds"), "key": alert.key, "rule": alert.rule,
                "title": message.title, "target": message.target, "attempt": message.attempt,
                "outcome": "failed" if error else "ok", "error": error,
            }
            for alert in message.alerts
        ]  # fmt: skip
        _append(layout, made)
        rows += made
    return rows


_HANGS = "no answer within {seconds:g} s"


def deliver(address: str, title: str, body: str, seconds: float) -> str | None:
    """Send one message; None, or why it was not sent, without the address."""
    schemes()
    found: list[str | None] = []
    # A daemon thread: one that hangs for ever does not keep the process.
    worker = threading.Thread(target=lambda: found.append(_notify(address, title, body)), daemon=True)
    started = monotonic()
    worker.start()
    worker.join(seconds)
    if found:
        return found[0]
    return _HANGS.format(seconds=seconds) if monotonic() - started >= seconds else "it could not be sent"


def _notify(address: str, title: str, body: str) -> str | None:
    from apprise import Apprise, AppriseAsset, NotifyFormat

    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        asset = AppriseAsset(app_id="Kliping", app_desc="Kliping", app_url="", image_url_mask="", image_url_logo="")
        service = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
        if service is None:
            return "the address is not understood"
        sender = Apprise(asset=asset)
        sender.add(service)
        is_sent = sender.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001 - whatever a target or its library raises is an outcome
        return f"it could not be sent ({type(error).__name__})"
    finally:
        logger.removeHandler(heard)
    if is_sent:
        return None
    return f"refused with status {heard.status}" if heard.status else "it could not be reached, or refused"


class _Heard(logging.Handler):
    """Hears Apprise's log for the status code of a refusal, and keeps nothing else."""

    status: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        self.status = found[1] if found else self.status


@contextmanager
def sending(layout: Layout) -> Iterator[bool]:
    """Hold the ledger; False where another process is telling already."""
    layout.alert_log.mkdir(parents=True, exist_ok=True)
    with (layout.alert_log / ".lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _append(layout: Layout, rows: Sequence[Mapping[str, Any]]) -> None:
    append_lines(layout.alert_log / "ledger.jsonl", rows)


def append_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put rows at the end of a file of JSON lines; a half-written last line is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as handle:
        if handle.tell():
            handle.seek(-1, 2)
            if handle.read(1) != b"\n":
                handle.write(b"\n")
        handle.writelines((json.dumps(row, ensure_ascii=False) + "\n").encode() for row in rows)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines; a line that a killed process left half-written is passed over."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows
