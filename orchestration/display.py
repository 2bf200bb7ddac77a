"""How things look in the terminal: progress, tables, findings.

Does not belong here: where the shown values come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table

from orchestration.progress import observer

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.doctor import Finding

_NAMES = {
    "raw": "raw: reading",
    "clean": "clean: zones and dates",
    "entities": "entities: mentions",
    "topics": "topics: watch list",
    "marts": "marts: dbt",
    "published": "published: snapshot",
}


class _Display:
    """Shows a run as it goes: stage, articles done, rate, time left."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: Any = None

    def end(self) -> None:
        """The stage that was under way is done."""
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(self._task, total=task.completed or 1, completed=task.completed or 1)

    def stage(self, name: str, total: int | None) -> None:
        self.end()
        told = _NAMES.get(name, name)
        self._task = self._progress.add_task(told, total=total, rate="")
        if not self._progress.console.is_terminal:  # a log has no moving bars: one line a stage
            self._progress.console.print(told, highlight=False)

    def advance(self, count: int) -> None:
        task = self._progress.tasks[self._task]
        self._progress.update(self._task, advance=count)
        if task.elapsed:
            self._progress.update(self._task, rate=f"{task.completed / task.elapsed:,.0f} articles/s")

    def tell(self, sentence: str) -> None:
        self._progress.console.print(sentence, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def watching(console: Console, log: Path) -> Iterator[None]:
    """Show the run that happens inside; what its tools print of their own goes to ``log``."""
    columns = (
        SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24),
        MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        display = _Display(progress)
        token = observer.set(display)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as handle, redirect_stdout(handle):
            try:
                display.stage("starting", None)
                yield
                display.end()
            finally:
                observer.reset(token)


def _folding(*names: str) -> Table:
    """A table whose cells show a long path or text whole, in as many lines as it takes."""
    return Table(*(Column(name, overflow="fold") for name in names))


def show_rows(console: Console, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A result as a table."""
    table = _folding(*names)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table, markup=False)
    console.print(f"{len(rows)} rows", highlight=False)


def show_status(console: Console, found: dict[str, Any]) -> None:
    """What ``kliping status`` prints for people."""
    console.print(f"data folder {found['data']}", markup=False, highlight=False, soft_wrap=True)
    table = Table("layer", "table", "rows", "parts", "last day", "stale parts")
    for row in found["tables"]:
        stale = found["stale_parts"].get(row["stage"], "")
        table.add_row(
            row["layer"], row["table"], f"{row['rows']:,}", str(row["parts"]), row["last_day"] or "", str(stale)
        )
    console.print(table)
    for stage, checks in found["checks"].items():
        failed = f", failed: {', '.join(checks['failed'])}" if checks["failed"] else ""
        console.print(f"checks {stage}: {checks['passed']} passed{failed}", highlight=False)
    console.print(f"quarantine: {found['quarantine']} rows", highlight=False)
    snapshot = found["snapshot"]
    told = (
        f"{snapshot['snapshot_id']}, published {snapshot['published_at_utc']}"
        if snapshot
        else "none yet; make one with `kliping run`"
    )
    console.print(f"snapshot: {told}", highlight=False)


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """What ``kliping doctor`` prints for people."""
    table = _folding("", "looked at", "found", "what to do")
    for finding in findings:
        table.add_row(
            "ok" if finding.is_fine else "WRONG",
            finding.subject,
            finding.told,
            "" if finding.is_fine else finding.advice,
        )
    console.print(table, markup=False)
