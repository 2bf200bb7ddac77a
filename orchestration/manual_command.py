"""``kliping manual``: the workbook for what is noted by hand of print, television and radio.

Does not belong here: its shape and how it is read (``ingest.sources.manual``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.command import friendly, out

app = typer.Typer(help="Rows noted by hand of print, television and radio: docs/sources.md.", no_args_is_help=True)


@app.callback()
def manual() -> None:
    """Keep the group a group while it has one command."""


@app.command("template")
@friendly
def template(file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.")]) -> None:
    """Write a workbook to fill in; then take it in with `kliping run FILE.xlsx --as manual`."""
    from ingest.sources.manual import write_template

    write_template(file)
    out.print(f"written to {file}", markup=False, highlight=False, soft_wrap=True)
    out.print(f"then: kliping run {file} --as manual", markup=False, highlight=False, soft_wrap=True)
