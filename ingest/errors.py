"""Typed failures of the library."""

from __future__ import annotations

from warehouse.errors import KlipingError


class SourceError(KlipingError):
    """An input that cannot be taken as asked: no such file, a mapping that does not fit."""


class RegistryError(KlipingError):
    """A registry that contradicts itself."""


class WatchError(KlipingError):
    """A watch list that cannot be read, or a topic that is not in it."""


__all__ = ["KlipingError", "RegistryError", "SourceError", "WatchError"]
