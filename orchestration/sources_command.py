"""The commands ``kliping sources``: which outlets are asked, adding one, trying one out, and how they are.

Does not belong here: what they find out (``sources_probe``), how it looks (``sources_view``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.command import (
    DataOption,
    JsonOption,
    RegistryOption,
    err,
    friendly,
    layout_of,
    out,
    print_json,
    tell,
)

if TYPE_CHECKING:
    from ingest.registry.model import Registry

app = typer.Typer(help="Sources on the web: which are asked, and how they are.", no_args_is_help=True)

IdsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Ids as `kliping sources list` shows them.")
]
AllOption = Annotated[bool, typer.Option("--all", help="Every source.")]


def _registry(registry: Path | None) -> Registry:
    from ingest.registry.load import load
    from orchestration.settings import registry_folder

    return load(registry or registry_folder())


@app.command("list")
@friendly
def list_sources(
    data: DataOption = None,
    only_on: Annotated[bool, typer.Option("--on", help="Only those that are switched on.")] = False,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the sources: those of the catalogue and your own ones, with their channels."""
    from orchestration.sources_probe import listed
    from orchestration.sources_view import show_list

    tell(listed(layout_of(data), _registry(registry), only_on=only_on), as_json, show_list)


@app.command("on")
@friendly
def switch_on(
    ids: IdsArgument = None, every: AllOption = False, data: DataOption = None, registry: RegistryOption = None
) -> None:
    """Switch sources on: from then on they are collected."""
    _switch(ids, every, data, registry, is_on=True)


@app.command("off")
@friendly
def switch_off(
    ids: IdsArgument = None, every: AllOption = False, data: DataOption = None, registry: RegistryOption = None
) -> None:
    """Switch sources off: they are asked no more; what was collected stays."""
    _switch(ids, every, data, registry, is_on=False)


def _switch(ids: list[str] | None, every: bool, data: Path | None, registry: Path | None, *, is_on: bool) -> None:
    from orchestration.sources_probe import switch

    if bool(ids) == every:
        raise typer.BadParameter("give ids, or --all", param_hint="ID")
    layout = layout_of(data)
    known = _registry(registry)
    changed = switch(layout, known, ids or [], every=every, is_on=is_on)
    state = "on" if is_on else "off"
    told = f"switched {state}: {', '.join(changed)}" if changed else f"nothing to do: already {state}"
    out.print(told, highlight=False, markup=False, soft_wrap=True)
    if is_on:
        _ask_for_contact(layout.sources)


def _ask_for_contact(path: Path) -> None:
    from ingest.sources.sources_settings import read_settings

    if read_settings(path).contact is None:
        err.print(
            f"Please put `contact: your@address` into {path}: outlets then know whom to write to about requests.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


@app.command("add")
@friendly
def add_source(
    url: Annotated[str, typer.Argument(metavar="URL", help="Home page, overview of feeds, feed or sitemap.")],
    source_id: Annotated[str | None, typer.Option("--id", help="Its id, for good. Default: from the address.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name. Default: what its feed or page says.")] = None,
    is_on: Annotated[bool, typer.Option("--on/--off", help="Whether it is collected from now on.")] = True,
    data: DataOption = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the feeds and sitemaps of a site, try them, and add it as a source of your own."""
    from orchestration.intake import now
    from orchestration.sources_probe import explored
    from orchestration.sources_view import show_added

    layout = layout_of(data)
    found = explored(layout, _registry(registry), url, now, source_id=source_id, name=name, is_on=is_on)
    tell(found | {"file": str(layout.sources)}, as_json, show_added)
    if not found["channels"]:
        raise typer.Exit(1)
    if is_on:
        _ask_for_contact(layout.sources)


@app.command("test")
@friendly
def try_source(
    target: Annotated[str, typer.Argument(metavar="URL|ID", help="A source, or the address of a feed or page.")],
    data: DataOption = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a source now and show what it answers; nothing is kept. Exit code 1 where something is wrong."""
    from orchestration.intake import now
    from orchestration.sources_probe import tried
    from orchestration.sources_view import show_test

    found = tried(layout_of(data), _registry(registry), target, now)
    tell(found, as_json, show_test)
    if not found["is_fine"]:
        raise typer.Exit(1)


@app.command("health")
@friendly
def show_health(
    data: DataOption = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days that are counted.")] = 7,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how each source is, from all attempts up to now, and what to do."""
    from orchestration.intake import now
    from orchestration.sources_probe import health_of
    from orchestration.sources_view import show_health as show

    rows = health_of(layout_of(data), _registry(registry), now(), days)
    if as_json:
        print_json(rows)
    elif rows:
        show(out, rows)
    else:
        out.print("No source is on: `kliping sources list` shows all, `kliping sources on ID` switches one on.")
