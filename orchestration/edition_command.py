"""The command ``kliping edition pagi``: the morning edition shown, or made by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.command import DataOption, JsonOption, RegistryOption, friendly, layout_of, tell

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(help="The morning edition, 06:00 to 06:00 WIB.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """One command a name of an edition."""


@app.command("pagi")
@friendly
def pagi(
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that it ends on. Default: today.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Make it anew, from the snapshot of now.")] = False,
    data: DataOption = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the morning edition of a day; make it where it was not made."""
    from ingest.registry.load import load
    from orchestration.edition import make_again, read_edition
    from orchestration.intake import now
    from orchestration.run import use_registry
    from orchestration.settings import registry_folder
    from warehouse.store import WIB

    use_registry(registry)
    layout = layout_of(data)
    moment = now()
    day = date.date() if date else (moment + WIB).date()
    found = None if again else read_edition(layout, day)
    tell(found or make_again(layout, load(registry_folder()), day, moment), as_json, _show)


def _show(console: Console, edition: dict[str, Any]) -> None:
    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    say(f"{edition['edition_id']}: {edition['window']['from_wib']} to {edition['window']['to_wib']}")
    say(f"ready {edition['ready_at_wib']}, {'in time' if edition['is_on_time'] else 'late'}")
    say(f"snapshot {edition['snapshot_id']}: {edition['article_count']} articles in the window,")
    say(f"  {edition['day_only_article_count']} more print only one of its days")
    say(f"{edition['complete_count']} of {edition['source_count']} sources complete")
    for source in edition["sources"]:
        if source["state"] == "late":
            say(f"  late: {source['source_name']} ({source['source_id']}): {source['reason']}")
