"""The command ``kliping collect``."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.command import DataOption, JsonOption, RegistryOption, err, friendly, layout_of, out, print_json
from warehouse.layout import Layout

_DAY = ["%Y-%m-%d"]


@friendly
def collect(
    only: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Sources to ask. Default: all on.")] = None,
    data: DataOption = None,
    feeds: Annotated[bool, typer.Option("--feeds", help="Ask feeds only.")] = False,
    sitemaps: Annotated[bool, typer.Option("--sitemaps", help="Ask sitemaps only.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Ask channels that are not due as well.")] = False,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAY, help="Backfill by sitemaps: pages from this day (WIB) on."),
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="The last day of the backfill. Default: today.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Stop asking after this time.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is due, ask nobody.")] = False,
    raw_only: Annotated[bool, typer.Option("--raw-only", help="Stop after raw: no marts, no snapshot.")] = False,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the sources that are on for what is due, fetch the pages, and publish.

    What is due follows from what was told and tried before, so a run that was stopped or missed is made up for.
    """
    if last and not first:
        raise typer.BadParameter("give the first day as well", param_hint="--from")
    if first and last and last < first:
        raise typer.BadParameter("it lies before --from", param_hint="--to")
    kinds = [kind for kind, chosen in (("feed", feeds), ("sitemap", sitemaps)) if chosen] or ["feed", "sitemap"]
    collecting: dict[str, Any] = {
        "collect": ["sitemap"] if first else kinds,
        "collect_only": only or [],
        "collect_forced": force or first is not None,
    }
    if first:
        collecting["collect_from_utc"] = _utc(first).isoformat()
    if last:
        collecting["collect_to_utc"] = _utc(last + timedelta(days=1)).isoformat()
    if minutes is not None:
        collecting["collect_minutes"] = minutes
    layout = layout_of(data)
    if dry_run:
        _tell_plan(layout, collecting, registry, as_json)
    elif raw_only:
        _tell_collected(_into_raw(layout, collecting, registry), as_json)
    else:
        _run(layout, collecting, registry, as_json)


def _utc(day: datetime) -> datetime:
    """The moment at which a day begins in WIB."""
    from warehouse.store import WIB

    return day - WIB


def _into_raw(layout: Layout, collecting: dict[str, Any], registry: Path | None) -> Counter[str]:
    """Collect without the rest of the graph."""
    from ingest.registry.load import load
    from orchestration.display import watching
    from orchestration.intake import Intake, take
    from orchestration.progress import observer
    from orchestration.settings import registry_folder
    from warehouse.store import recover, run_lock

    with run_lock(layout), watching(err, layout.run_log):
        recover(layout)
        watcher = observer.get()
        watcher.stage("raw", None)
        folder = registry or registry_folder()
        return Counter(take(layout, Intake(**collecting), lambda: load(folder), watcher))


def _run(layout: Layout, collecting: dict[str, Any], registry: Path | None, as_json: bool) -> None:
    """Collect and bring every layer up to date."""
    from orchestration.display import watching
    from orchestration.intake import now
    from orchestration.run import materialise_everything
    from warehouse.publish import latest_snapshot
    from warehouse.store import run_lock

    with run_lock(layout), watching(err, layout.run_log):
        began = now()
        materialise_everything(layout, collecting | {"fetched_at_utc": began.isoformat()}, registry=registry)
    meta = latest_snapshot(layout)
    _tell_collected(_attempts_since(layout, began), as_json, meta)


def _attempts_since(layout: Layout, began: datetime) -> Counter[str]:
    import polars as pl

    from orchestration.collect import recent

    _, attempts = recent(layout, began)
    return Counter(attempts.filter(pl.col("fetched_at_utc") >= began)["outcome"].to_list())


def _tell_collected(outcomes: Counter[str], as_json: bool, snapshot: dict[str, Any] | None = None) -> None:
    if as_json:
        print_json({"outcomes": dict(sorted(outcomes.items())), "snapshot": snapshot})
        return
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "nothing was due"
    out.print(f"attempts: {told}", highlight=False)
    if snapshot:
        rows = snapshot["rows"]
        out.print(f"snapshot {snapshot['snapshot_id']}: {rows['fct_articles']} articles", highlight=False)


def _tell_plan(layout: Layout, collecting: dict[str, Any], registry: Path | None, as_json: bool) -> None:
    from ingest.registry.load import load
    from ingest.sources.catalogue import read_sources
    from orchestration.collect import plan
    from orchestration.intake import Intake, now, request_of
    from orchestration.settings import registry_folder

    sources = read_sources(layout.sources, load(registry or registry_folder()))
    work, _ = plan(layout, sources, request_of(Intake(**collecting)), now=now())
    channels = [
        {"source_id": due.source.source_id, "kind": due.channel.kind, "url": due.channel.url} for due in work.channels
    ]
    pages = Counter((page.source_id, page.reason) for page in work.pages)
    waiting = [{"source_id": source, "reason": reason, "pages": n} for (source, reason), n in sorted(pages.items())]
    if as_json:
        print_json({"channels": channels, "pages": waiting})
        return
    for due in channels:
        out.print(f"{due['source_id']}: {due['kind']} {due['url']}", markup=False, highlight=False, soft_wrap=True)
    for row in waiting:
        out.print(f"{row['source_id']}: {row['pages']} pages ({row['reason']})", markup=False, highlight=False)
    if not channels and not waiting:
        out.print("nothing is due: `kliping sources list` shows which sources are on", markup=False)
