"""What every written table must satisfy, as Great Expectations suites, and the judge that runs them.

``rules`` says what a rule is and derives those that follow from a contract; ``raw``, ``clean``, ``entities`` and
``marts`` add what only they know; ``run`` judges files or a database; ``engine`` alone knows Great Expectations and is
imported only when something is judged (its import takes seconds).

Does not belong here: what happens to rejected rows (orchestration), and how a table is made.
"""

from __future__ import annotations

from warehouse.expectations.rules import Rule, RuleResult, contract_rules
from warehouse.expectations.run import (
    broken_documents,
    context_tables,
    quarantine_share,
    suite,
    validate,
    validate_database,
)

__all__ = [
    "Rule",
    "RuleResult",
    "broken_documents",
    "context_tables",
    "contract_rules",
    "quarantine_share",
    "suite",
    "validate",
    "validate_database",
]
