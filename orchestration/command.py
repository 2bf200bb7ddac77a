"""What all commands share: their options, how they speak, and how they fail.

Exit codes: 0 done; 1 the work failed for the reason told; 2 the command was used wrongly; 75 another run
holds the data folder; 130 stopped by Ctrl-C. A defect ends in a traceback.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console

from warehouse.errors import KlipingError, LockedError
from warehouse.layout import Layout

LOCKED = 75
STOPPED = 130

P = ParamSpec("P")
R = TypeVar("R")
Found = TypeVar("Found")

out = Console()
err = Console(stderr=True)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder. Default: KLIPING_DATA, else warehouse/data in a checkout.")
]
RegistryOption = Annotated[
    Path | None, typer.Option("--registry", help="Folder with registry CSV files to use instead of the packaged ones.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def friendly(command: Callable[P, R]) -> Callable[P, R]:
    """``command`` with its users' mistakes told in one sentence, and the exit codes above."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KlipingError as error:
            err.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(LOCKED if isinstance(error, LockedError) else 1) from error
        except KeyboardInterrupt as error:
            err.print("Stopped. The last published snapshot is untouched, and the next run goes on.", soft_wrap=True)
            raise typer.Exit(STOPPED) from error

    return wrapped


def layout_of(data: Path | None) -> Layout:
    """The layout of ``--data``, else of the data folder in force."""
    from orchestration import settings

    return settings.layout(data)


def tell(found: Found, as_json: bool, show: Callable[[Console, Found], None]) -> None:
    """Print ``found`` as JSON, or ``show`` it to people."""
    if as_json:
        print_json(found)
    else:
        show(out, found)


def print_json(value: Any) -> None:
    """Print a value of dates, numbers and texts as JSON."""
    from orchestration.query import plain

    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=2) + "\n")
