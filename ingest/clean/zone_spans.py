"""Zones as spans of a text.

Belongs here: the span types, a text's paragraphs, and making labelled pieces tile the text. Does not: any rule that
labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Zone(NamedTuple):
    """A labelled half-open span of code points."""

    zone: str
    start: int
    end: int


class Paragraph(NamedTuple):
    """A paragraph's half-open span and its text."""

    start: int
    end: int
    text: str


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of ``text``, which blank lines separate."""
    paragraphs = []
    start = 0
    while start <= len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        paragraphs.append(Paragraph(start, end, text[start:end]))
        start = end + 2
    return paragraphs


def tiled(text: str, spans: Sequence[Zone]) -> list[Zone]:
    """Ascending ``spans`` with the gaps closed and equal neighbours merged; blanks alone are no zone of their own."""
    zones: list[Zone] = []
    for span in spans or [Zone("body", 0, len(text))]:
        if span.start == span.end or (zones and not text[span.start : span.end].strip()):
            continue
        if zones and zones[-1].zone == span.zone:
            continue
        zones.append(Zone(span.zone, span.start if zones else 0, 0))
    ends = [zone.start for zone in zones[1:]] + [len(text)]
    return [Zone(zone.zone, zone.start, end) for zone, end in zip(zones, ends, strict=True)]
