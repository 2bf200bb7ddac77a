"""Results of checks: kept for ``kliping status``, told to Dagster, turned into a refusal when they block.

Does not belong here: the rules (``warehouse.expectations``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import CheckError
from warehouse.layout import Layout

if TYPE_CHECKING:
    from warehouse.expectations.run import RuleResult


def as_row(result: RuleResult) -> dict[str, Any]:
    """A rule's result as plain values."""
    return {
        "rule": result.rule.name,
        "table": result.rule.table,
        "kind": result.rule.kind,
        "passed": result.passed,
        "unexpected_count": result.unexpected_count,
        "sample": [str(key) for key in result.sample],
    }


def save_results(layout: Layout, stage: str, results: Sequence[RuleResult]) -> None:
    """Replace the kept results of a stage."""
    layout.checks.mkdir(parents=True, exist_ok=True)
    draft = layout.checks / f".{stage}.json"
    draft.write_text(json.dumps([as_row(result) for result in results], indent=2) + "\n")
    draft.replace(layout.checks / f"{stage}.json")


def read_results(layout: Layout, stage: str) -> list[dict[str, Any]]:
    """The kept results of a stage; empty before its first run."""
    path = layout.checks / f"{stage}.json"
    return json.loads(path.read_text()) if path.exists() else []


def raise_if_blocked(stage: str, results: Sequence[RuleResult]) -> None:
    """Raise CheckError naming the broken rules and some of their rows."""
    # Where a table is malformed, the rules that read it cannot be judged and would only drown the reason.
    broken = [result for result in results if not result.passed and not result.observed.startswith("not judged")]
    if broken:
        told = "; ".join(
            f"{result.rule.name} on {result.rule.table}: {result.unexpected_count} rows, "
            f"such as {', '.join(str(key) for key in result.sample[:3]) or 'none to show'}"
            for result in broken
        )
        raise CheckError(f"The {stage} stage broke {len(broken)} of its rules and nothing of it was kept: {told}.")


def audit_snapshot(layout: Layout, database: Path) -> None:
    """Run the marts' suite over a snapshot's database. Raises CheckError where it is broken."""
    from warehouse.expectations.run import validate_database

    results = validate_database(database)
    save_results(layout, "marts", results)
    raise_if_blocked("marts", results)
