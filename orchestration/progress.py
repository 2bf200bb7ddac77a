"""Who is told how far a run has come.

The command sets an observer for its display; a run that nobody watches tells the silent one.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol


class Observer(Protocol):
    """Told what a run does, as it does it."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins; ``total`` articles are to be done, where that is known."""

    def advance(self, count: int) -> None:
        """``count`` more articles are done."""

    def tell(self, sentence: str) -> None:
        """Something that a person should know, such as a guessed mapping."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""

    def tell(self, sentence: str) -> None:
        """Nothing."""


_SILENT = Silent()

observer: ContextVar[Observer] = ContextVar("observer", default=_SILENT)
