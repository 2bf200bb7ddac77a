"""The command ``kliping``. Heavy imports stay inside the commands, so that help comes at once.

Exit codes: 0 done; 1 the work failed for the reason told; 2 the command was used wrongly; 75 another run
holds the data folder; 130 stopped by Ctrl-C. A defect ends in a traceback.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration import alerts_command, edition_command, manual_command, sources_command
from orchestration.collect_command import collect
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

app = typer.Typer(
    name="kliping",
    help="Media monitoring for Indonesian news: every number opens the sentence it was counted from.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
evaluate = typer.Typer(help="Score cleaning and mentions on a labelled set: docs/evaluation.md.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")
entities = typer.Typer(help="Look at what the registry finds and what it misses.", no_args_is_help=True)
app.add_typer(entities, name="entities")
watch = typer.Typer(help="The topics that you watch: docs/watch.md.", no_args_is_help=True)
app.add_typer(watch, name="watch")
registries = typer.Typer(help="Look into the registry of bodies: docs/registry.md.", no_args_is_help=True)
app.add_typer(registries, name="registry")
app.command("collect")(collect)
app.add_typer(sources_command.app, name="sources")
app.add_typer(manual_command.app, name="manual")
app.add_typer(alerts_command.app, name="alerts")
app.add_typer(edition_command.app, name="edition")

EXAMPLES = (
    "select agency_name, sum(agency_coverage) as articles from rpt_agency_coverage_daily join dim_agencies"
    " using (agency_id) where is_rolled_up group by all order by articles desc, agency_name limit 10",
    "select published_date, outlet_id, zone, surface, sentence from fct_mentions"
    " where top_agency_id = 'kemendagri' and is_counted order by published_date desc, mention_id limit 5",
    "select beside.top_agency_id, count(distinct article_id) as articles from fct_mentions as own"
    " join fct_mentions as beside using (article_id) where own.top_agency_id = 'kemendagri' and own.is_counted"
    " and beside.is_counted and beside.top_agency_id <> 'kemendagri' group by all order by articles desc limit 10",
)

GoldOption = Annotated[Path, typer.Option("--gold", help="The labelled set.")]


class FileKind(StrEnum):
    """What files can be said to be."""

    web = "web"
    dump = "dump"
    press_release = "press_release"
    manual = "manual"


@app.command()
@friendly
def run(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to take in.")] = None,
    data: DataOption = None,
    mapping: Annotated[Path | None, typer.Option(help="YAML that says what a dump's columns mean.")] = None,
    source: Annotated[str, typer.Option(help="Name of the source that the files come from.")] = "files",
    kind: Annotated[
        FileKind | None, typer.Option("--as", help="What the files are. Default: pages are web, tables are dumps.")
    ] = None,
    only_known_outlets: Annotated[
        bool, typer.Option("--only-known-outlets", help="Of web archives, take pages of the registry's outlets alone.")
    ] = False,
    fetched_at: Annotated[
        datetime | None, typer.Option(help="When the files were obtained (UTC). Default: now.")
    ] = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in files or folders and bring every layer up to date, to a published snapshot."""
    from orchestration.display import watching
    from orchestration.run import materialise_everything, tally
    from warehouse.publish import latest_snapshot
    from warehouse.store import run_lock

    layout = layout_of(data)
    moment = (fetched_at or datetime.now(UTC)).replace(tzinfo=None)
    intake = {
        "paths": [str(path) for path in paths or ()],
        "fetched_at_utc": moment.isoformat(),
        "source_id": source,
        "mapping": str(mapping) if mapping else None,
        "kind": kind.value if kind else None,
        "only_known_outlets": only_known_outlets,
    }
    with run_lock(layout), watching(err, layout.run_log):
        materialise_everything(layout, intake, registry=registry)
    meta = latest_snapshot(layout)
    counted = tally(layout, moment)
    folder = layout.snapshot(meta["snapshot_id"])
    if as_json:
        print_json({"intake": {**vars(counted), "rows": counted.rows}, "snapshot": meta, "folder": str(folder)})
        return
    out.print(
        f"{counted.accepted} accepted + {counted.duplicates} duplicates + {counted.quarantined} quarantined"
        f" + {counted.unreadable} unreadable = {counted.rows} rows",
        highlight=False,
    )
    out.print(
        f"snapshot {meta['snapshot_id']}: {meta['rows']['fct_articles']} articles,"
        f" {meta['rows']['fct_mentions']} mentions",
        highlight=False,
    )
    out.print(f"in {folder}", markup=False, highlight=False, soft_wrap=True)
    out.print("Try:")
    command = "kliping" if shutil.which("kliping") else os.path.relpath(sys.argv[0])
    option = f" --data {shlex.quote(str(data))}" if data else ""
    for example in EXAMPLES:
        out.print(f'  {command} sql{option} "{example}"', markup=False, highlight=False, soft_wrap=True)


@app.command()
@friendly
def status(data: DataOption = None, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """Show rows, last days, stale parts, quarantine, checks and the snapshot."""
    from orchestration.display import show_status
    from orchestration.run import use_registry
    from orchestration.status import status as read_status

    use_registry(registry)
    found = read_status(layout_of(data))
    tell(found, as_json, show_status)


@app.command()
@friendly
def sql(
    query: Annotated[str | None, typer.Argument(help="A query; without one, a prompt.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Query the published snapshot, read-only. Mart tables answer to their bare names."""
    from orchestration.display import show_rows
    from orchestration.query import prompt, rows_of
    from warehouse.publish import connect

    with connect(layout_of(data)) as connection:
        if query is None:
            prompt(connection, out, err)
            return
        names, rows = rows_of(connection, query)
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        show_rows(out, names, rows)


@app.command()
@friendly
def explain(
    key: Annotated[str, typer.Argument(metavar="URL_OR_ID", help="An address in any form, or an id of any kind.")],
    data: DataOption = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that stands by itself to this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show why an article reads as it does: zones, date ledger, mentions, versions, attempts."""
    from orchestration.explain import explain as find
    from orchestration.explain_view import show, write_page

    found = find(layout_of(data), key)
    if html:
        write_page(html, found)
        err.print(f"written to {html}", markup=False, highlight=False, soft_wrap=True)
    if as_json:
        print_json(found)
    elif not html:
        show(out, found)


@app.command()
@friendly
def up(
    data: DataOption = None,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 3000,
) -> None:
    """Serve the Dagster UI with its daemon: schedules and the landing folder run alone."""
    from orchestration.serve import serve

    raise typer.Exit(serve(layout_of(data), host, port))


@app.command()
@friendly
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say what is wrong with this installation and data folder, and what to do about it."""
    from orchestration.display import show_findings
    from orchestration.doctor import examine

    findings = examine(layout_of(data))
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        show_findings(out, findings)
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)


@entities.command("review")
@friendly
def review_entities(
    data: DataOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows of each list. Default: 30 bodies, else 50.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the most mentioned bodies, unknown phrases that look like bodies, and ambiguous mentions."""
    from orchestration.review import review, show

    lists = review(layout_of(data), limit)
    tell(lists, as_json, show)


@registries.command("check")
@friendly
def check_registry(registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """Count the rows of each table and tell every problem."""
    from orchestration import registry_command

    found = registry_command.check(registry)
    tell(found, as_json, registry_command.tell_check)
    if found["problems"]:
        raise typer.Exit(1)


@registries.command("show")
@friendly
def show_registry(
    query: Annotated[str, typer.Argument(metavar="NAME_OR_ID", help="Id, name, acronym, office, person or region.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As on this day.")] = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a body: its names, forms, units, office holders and successions, with their sources."""
    from orchestration import registry_command

    found = registry_command.show(registry, query, on.date() if on else None)
    tell(found, as_json, registry_command.tell_body)


@registries.command("history")
@friendly
def registry_history(
    query: Annotated[str, typer.Argument(metavar="NAME_OR_ID", help="A body of the family.")],
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the family of bodies that succeed each other as a timeline."""
    from orchestration import registry_command

    found = registry_command.family(registry, query)
    tell(found, as_json, registry_command.tell_family)


@registries.command("diff")
@friendly
def diff_registries(
    other: Annotated[Path, typer.Argument(metavar="OTHER_DIR", help="Another registry's folder.")],
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what another registry adds, removes and changes against the one in use."""
    from orchestration import registry_command

    found = registry_command.difference(registry, other)
    tell(found, as_json, registry_command.tell_difference)


@evaluate.command("dates")
@friendly
def evaluate_dates(gold: GoldOption, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """Publication times: JSONL of raw fields with published_at."""
    from orchestration import evaluate_command

    _tell_figures(evaluate_command.dates(gold, registry), as_json)


@evaluate.command("extraction")
@friendly
def evaluate_extraction(gold: GoldOption, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """The text of pages: a folder of HTML with gold text."""
    from orchestration import evaluate_command

    _tell_figures(evaluate_command.extraction(gold, registry), as_json)


@evaluate.command("zones")
@friendly
def evaluate_zones(
    gold: GoldOption,
    articles: Annotated[Path | None, typer.Option(help="JSONL with the rows that labels name.")] = None,
    pages: Annotated[Path | None, typer.Option(help="Folder with the pages that labels name.")] = None,
    split: Annotated[str | None, typer.Option(help="Score the labels of this split only.")] = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Zones: JSONL of texts, or of their sources, with labelled spans."""
    from orchestration import evaluate_command

    _tell_figures(evaluate_command.zones(gold, registry, articles, pages, split), as_json)


@evaluate.command("statements")
@friendly
def evaluate_statements(
    gold: GoldOption,
    articles: Annotated[Path | None, typer.Option(help="JSONL with the rows that labels name.")] = None,
    split: Annotated[str | None, typer.Option(help="Score the labels of this split only.")] = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Statements: JSONL of who says what for whom in the rows of a set of articles."""
    from orchestration import evaluate_command

    _tell_figures(evaluate_command.statements(gold, registry, articles, split), as_json)


@evaluate.command("mentions")
@friendly
def evaluate_mentions(
    gold: GoldOption,
    errors: Annotated[bool, typer.Option("--errors", help="Show each error in its sentence.")] = False,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mentions of bodies: JSONL of articles with their labelled mentions."""
    from orchestration import evaluate_command

    figures = evaluate_command.mentions(gold, registry)
    if as_json:
        print_json(figures)
    else:
        evaluate_command.show_mentions(out, figures, with_errors=errors)


def _tell_figures(figures: dict[str, Any], as_json: bool) -> None:
    from orchestration.evaluate_command import show

    tell(figures, as_json, show)


@watch.command("test")
@friendly
def watch_test(
    name: Annotated[str | None, typer.Argument(help="Id of a topic in watch.yml.")] = None,
    query: Annotated[str | None, typer.Option("--query", help="A query to try instead, in quotes.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="Days of publication to look at.")] = 30,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="The last of them. Default: the newest."),
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="Articles to show, and near misses.")] = 10,
    data: DataOption = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Preview a topic or a query: articles by day, hits in their sentences, and what it misses by one part."""
    from orchestration import watch_command
    from orchestration.run import use_registry
    from orchestration.watch_view import show_preview

    if (name is None) == (query is None):
        raise typer.BadParameter("name a topic, or give a query with --query", param_hint="NAME")
    use_registry(registry)
    layout = layout_of(data)
    topic = watch_command.chosen(layout, name, query)
    found = watch_command.preview(layout, topic, days, until.date() if until else None, examples)
    tell(found, as_json, show_preview)


@watch.command("list")
@friendly
def watch_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the topics with the articles and hits that the last run found."""
    from orchestration.watch_command import listed
    from orchestration.watch_view import show_topics

    layout = layout_of(data)
    topics = listed(layout)
    if as_json:
        print_json(topics)
    elif topics:
        show_topics(out, topics)
    else:
        out.print(f"no topics: describe some in {layout.watch} (docs/watch.md)", markup=False, soft_wrap=True)


@watch.command("check")
@friendly
def watch_check(data: DataOption = None, registry: RegistryOption = None, as_json: JsonOption = False) -> None:
    """Read the watch list and show how each query is understood; the first mistake is told with its place."""
    from orchestration import watch_command
    from orchestration.run import use_registry

    use_registry(registry)
    topics = watch_command.check(layout_of(data))
    if as_json:
        print_json(topics)
        return
    for topic in topics:
        out.print(f"{topic['id']}: {topic['read_as']}", markup=False, highlight=False, soft_wrap=True)
    out.print(f"{len(topics)} topics, all can be read", highlight=False)


def main() -> None:
    """The entry point."""
    app()
