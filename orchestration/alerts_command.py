"""The command group ``kliping alerts``: the file checked, targets tried, what was told."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.command import DataOption, JsonOption, RegistryOption, friendly, layout_of, tell
from warehouse.layout import Layout

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.alerts import Alerts

app = typer.Typer(help="Who is told of spikes and failures: docs/alerts.yml.", no_args_is_help=True)

_LAST = 20


@app.command("check")
@friendly
def check_alerts(data: DataOption = None, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """Read alerts.yml and tell every mistake in it; nothing is sent."""
    from orchestration.alerts import AlertsError, examine
    from orchestration.run import use_registry

    use_registry(registry)
    layout = layout_of(data)
    if not layout.alerts.exists():
        raise AlertsError(f"There is no {layout.alerts} yet: docs/alerts.yml shows how to write one.")
    alerts, mistakes = examine(layout.alerts, os.environ)
    mistakes = mistakes or _unknown_bodies(layout, alerts)
    tell({**_described(alerts), "mistakes": mistakes}, as_json, _show_check)
    if mistakes:
        raise typer.Exit(1)


@app.command("test")
@friendly
def try_targets(
    target: Annotated[str | None, typer.Argument(help="One target. Default: all.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the message, send nothing.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a test message, and say what became of it."""
    from orchestration.alerts import AlertsError, read_alerts
    from orchestration.alerts_send import send, trial
    from orchestration.intake import now

    layout = layout_of(data)
    alerts = read_alerts(layout.alerts, os.environ)
    if not alerts.targets:
        raise AlertsError(f"{layout.alerts} names no targets: docs/alerts.yml shows how to write them.")
    if target is not None and target not in alerts.targets:
        raise AlertsError(f"There is no target {target}; the targets are {', '.join(alerts.targets)}.")
    moment = now()
    messages = [trial(name, moment) for name in ([target] if target else alerts.targets)]
    if dry_run:
        rows: list[dict[str, Any]] = [
            {"target": m.target, "outcome": "not sent", "title": m.title, "body": m.body} for m in messages
        ]
    else:
        rows = send(layout, alerts, messages, moment)
    tell([{**row, "address": _address(alerts, row["target"])} for row in rows], as_json, _show_rows)
    if any(row["outcome"] == "failed" for row in rows):
        raise typer.Exit(1)


@app.command("list")
@friendly
def list_alerts(data: DataOption = None, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """What the next run would tell, what failed to be told, and what was told last."""
    from ingest.registry.load import load
    from orchestration.alerts import read_alerts
    from orchestration.alerts_facts import gather
    from orchestration.alerts_send import due, read_ledger
    from orchestration.intake import now
    from orchestration.run import use_registry
    from orchestration.settings import registry_folder

    use_registry(registry)
    layout = layout_of(data)
    alerts = read_alerts(layout.alerts, os.environ)
    ledger = read_ledger(layout)
    facts, problems = gather(layout, alerts, lambda: load(registry_folder()), now())
    messages = due(facts, alerts, ledger, now())
    found = {
        "pending": [
            {"target": m.target, "address": _address(alerts, m.target), "attempt": m.attempt, "title": m.title,
             "body": m.body}
            for m in messages
        ],
        "problems": problems,
        "ledger": ledger[-_LAST:],
    }  # fmt: skip
    tell(found, as_json, _show_list)


def _address(alerts: Alerts, target: str) -> str:
    from orchestration.alerts import masked

    return masked(alerts.targets[target].get_secret_value())


def _described(alerts: Alerts) -> dict[str, Any]:
    return {
        "targets": {name: _address(alerts, name) for name in alerts.targets},
        "rules": {name: rule.model_dump(mode="json") for name, rule in alerts.rules.on().items()},
    }


def _unknown_bodies(layout: Layout, alerts: Alerts) -> list[str]:
    from ingest.registry.load import load
    from orchestration.settings import registry_folder

    if not alerts.rules.spike or not alerts.rules.spike.bodies:
        return []
    known = set(load(registry_folder())["agencies"]["agency_id"])
    return [
        f"{layout.alerts}, rule spike: the registry has no body {body}; `kliping registry show NAME` finds its id."
        for body in alerts.rules.spike.bodies
        if body not in known
    ]


def _show_check(console: Console, found: dict[str, Any]) -> None:
    for mistake in found["mistakes"]:
        console.print(mistake, style="red", markup=False, highlight=False, soft_wrap=True)
    if not found["mistakes"]:
        for name, address in found["targets"].items():
            console.print(f"target {name}: {address}", markup=False, highlight=False)
        for name, rule in found["rules"].items():
            console.print(f"rule {name}: tells {', '.join(rule['targets'])}", markup=False, highlight=False)


def _show_rows(console: Console, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        told = f"{row['target']} ({row['address']}): {row['outcome']}"
        console.print(
            told + (f", {row['error']}" if row.get("error") else ""), markup=False, highlight=False, soft_wrap=True
        )
        if "body" in row:
            console.print(f"{row['title']}\n{row['body']}", markup=False, highlight=False, soft_wrap=True)


def _show_list(console: Console, found: dict[str, Any]) -> None:
    for problem in found["problems"]:
        console.print(problem, style="red", markup=False, highlight=False, soft_wrap=True)
    if not found["pending"]:
        console.print("Nothing is waiting to be told.")
    for message in found["pending"]:
        console.print(
            f"to {message['target']} ({message['address']}), attempt {message['attempt']}:"
            f" {message['title']}\n{message['body']}\n",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
    for row in found["ledger"]:
        at = datetime.fromisoformat(row["at_utc"])
        why = f", {row['error']}" if row["error"] else ""
        console.print(
            f"{at:%Y-%m-%d %H:%M} UTC {row['target']} {row['outcome']}{why}: {row['title']} [{row['key']}]",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
