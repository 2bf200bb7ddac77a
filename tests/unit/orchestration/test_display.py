"""What a narrow terminal shows: long values folded, never cut; brackets as they are."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from orchestration.display import show_findings, show_rows
from orchestration.doctor import Finding

LONG = "/a/very/long/path/" + "x" * 60 + "/[b]part[/i].parquet"


@pytest.mark.parametrize(
    "show",
    [
        lambda console: show_rows(console, ["path"], [(LONG,)]),
        lambda console: show_findings(console, [Finding("lake", False, LONG, "Remove it.")]),
    ],
    ids=["rows", "findings"],
)
def test_a_long_value_is_shown_whole(show: Callable[[Console], None]) -> None:
    shown = StringIO()
    show(Console(file=shown, width=60))
    cells = [line.split("│") for line in shown.getvalue().splitlines() if line.startswith("│")]
    columns = ["".join(cell.strip() for cell in column) for column in zip(*cells, strict=True)]
    assert LONG in columns
