"""The language of a text.

Belongs here: the detector and its mapping to the contract's values. Does not: what is done with other languages.
"""

from __future__ import annotations

import re

SAMPLE = 600
"""Code points that are looked at; more changes hardly any verdict and costs."""

_FEWEST_LETTERS = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_CODES = {"id": "id", "ms": "ms", "en": "en"}


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(text)))


def language(text: str) -> str:
    """``id``, ``ms``, ``en`` or ``other``; ``und`` below 40 letters or where the detector cannot tell.

    CLD2 takes some short Malay for Indonesian and the other way round: its verdict is kept as it is.
    """
    import pycld2

    sample = text[:SAMPLE]
    if _letters(sample[:100]) < _FEWEST_LETTERS and _letters(sample) < _FEWEST_LETTERS:
        return "und"
    try:
        _, _, details = pycld2.detect(sample.encode(), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return "und"
    code: str = details[0][1]
    return "und" if code == "un" else _CODES.get(code, "other")
