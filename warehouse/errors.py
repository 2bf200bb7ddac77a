"""Failures that are the user's to mend: shown as one sentence, never as a traceback."""

from __future__ import annotations


class KlipingError(Exception):
    """A user's mistake or an expected refusal; its text says what to do."""


class LockedError(KlipingError):
    """Another run is using the data folder."""


class FolderError(KlipingError):
    """A data folder that cannot be worked in."""


class DamagedError(KlipingError):
    """A part of the lake that cannot be read."""


class SnapshotError(KlipingError):
    """There is no published snapshot that could be read."""


class CheckError(KlipingError):
    """A stage's blocking check failed; nothing of it was moved into the lake."""
