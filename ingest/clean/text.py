"""Normalised text, with the way back to the input.

Belongs here: characters, spaces and paragraphs, and the safe mends of damaged input. Does not: what a paragraph
is (zones), nor where text is found in a document (extract).

Every pass is a list of edits over its input, so one code path makes the text and, only when someone asks, the
offset map.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

import numpy as np
import numpy.typing as npt

from ingest.clean.mojibake import MISREADINGS

Edit = tuple[int, int, str]
"""``(start, end, replacement)`` in code points of a pass's input; a pass's edits are ascending and disjoint."""

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
_CHARACTERS: dict[str, str] = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_BREAKS, "\n"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u2026": "...",
}
_REMOVED = [*range(9), *range(14, 32), *range(127, 133), *range(134, 160), 0xAD, *range(0x200B, 0x2010)]
_REMOVED += [*range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]
_CHARACTERS |= dict.fromkeys(map(chr, _REMOVED), "")
_ODD = re.compile(r"[^\t\n -~]")
_EXCEL_ESCAPE = re.compile("_x00([01][0-9A-Fa-f]|7[Ff])_")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# ASCII never composes with ASCII, so a unit of composition starts at most one ASCII character before the others
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_MOST_MARKS = 30
"""Most combining marks after one character (UAX 15, stream-safe text): composing sorts them, in quadratic time."""
_FOREIGN_RUN = re.compile(rf"[^\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_WHITE = re.compile(r"[ \t\n]{2,}|[\t\n]")

# A page whose text nodes were joined by commas: `... di Roma.,Sebagaimana diketahui, ...`
_COMMA_RUN = re.compile(r" ?,[ ,]*(?=[\"'(]?[A-Z0-9]|\Z)")
_NODE_ENDS = ".!?:)\"'aA"
_NODE_END = re.compile(r"(?:[a-z]{3}|[0-9)\]])[.!?:][\"')]?\Z|[Bb]aca [Jj]uga\Z")
_WEAK_NODE_END = re.compile(r"[\w)\]\"'][.!?:][\"')]*\Z|[Bb]aca [Jj]uga\Z")
_DEGREE = re.compile(r"[A-Z][A-Za-z]{0,3}\.")
_DEFINED = re.compile(r"\([A-Z][A-Za-z]{1,11}\)[ ,]")
_INITIALS = re.compile(r"\([a-z]{2,5}\d?(?:/[a-z]{2,5}\d?)+\)\Z")
_NO_SENTENCE = re.compile(r"(?:advertisement|scroll to continue with content|baca juga ?:?)\Z", re.IGNORECASE)
_DASHES = ("-", "--")
_FRAGMENT = 60
"""Longest line, in code points, that is taken for a link's text or a dateline."""
_HEAD_LINES = 12
"""A dateline stands within the first lines (a table of contents may come before it)."""
_LINE = re.compile(r"\n[ \t\n]*")


@dataclass(frozen=True)
class Normalised:
    """``text``, the names of the ``mends`` made to get it (sorted), and the passes that lead back to the input."""

    text: str
    mends: tuple[str, ...] = ()
    passes: tuple[tuple[Edit, ...], ...] = field(default=(), repr=False)

    @cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Input offset of each offset of ``text``, 0 to its length: never falling, always within the input."""
        offsets = np.arange(len(self.text) + 1)
        for edits in reversed(self.passes):
            offsets = _way_back(edits, offsets)
        return offsets

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """Where in the input a span ends that ends at each offset of ``text``: before what was dropped behind it."""
        ends = np.arange(len(self.text) + 1)
        for edits in reversed(self.passes):
            ends = _end_back(edits, ends)
        return ends


def _way_back(edits: tuple[Edit, ...], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """``offsets`` into a pass's output as offsets into its input; inside a replacement: where it began."""
    starts, ends, sizes = (np.array(column) for column in zip(*((s, e, len(r)) for s, e, r in edits), strict=True))
    growth = np.cumsum(sizes - (ends - starts))
    out_ends = ends + growth
    out_starts = out_ends - sizes
    last = np.searchsorted(out_ends, offsets, side="right") - 1
    back = offsets - np.where(last >= 0, growth[last], 0)
    following = np.minimum(last + 1, len(edits) - 1)
    inside = (offsets >= out_starts[following]) & (offsets < out_ends[following])
    return np.where(inside, starts[following], back)


def _end_back(edits: tuple[Edit, ...], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Like ``_way_back`` for the ends of spans; inside a replacement: where it ended."""
    starts, ends, sizes = (np.array(column) for column in zip(*((s, e, len(r)) for s, e, r in edits), strict=True))
    growth = np.cumsum(sizes - (ends - starts))
    out_ends = ends + growth
    last = np.searchsorted(out_ends - sizes, offsets, side="left") - 1
    back = offsets - np.where(last >= 0, growth[last], 0)
    inside = (last >= 0) & (offsets < out_ends[last])
    return np.where(inside, ends[last], back)


def _apply(text: str, edits: list[Edit]) -> str:
    pieces = []
    done = 0
    for start, end, replacement in edits:
        pieces.append(text[done:start])
        pieces.append(replacement)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _edits(pattern: re.Pattern[str], text: str, replacement: Callable[[str], str]) -> list[Edit]:
    return [
        (match.start(), match.end(), new)
        for match in pattern.finditer(text)
        if (new := replacement(old := match.group())) != old
    ]


def _excel_character(escape: str) -> str:
    code = int(escape[2:6], 16)
    return chr(code) if code in (9, 10, 13) else ""


def _character_passes(text: str) -> Iterable[tuple[str, Callable[[str], list[Edit]]]]:
    """The passes that ``text`` needs over its characters, each with the mend's name ("" for mere normalising)."""
    if "_x00" in text:
        yield "excel_escape", lambda t: _edits(_EXCEL_ESCAPE, t, _excel_character)
    if not text.isascii():
        for misreading in MISREADINGS:
            if any(lead in text for lead in misreading.leads):
                yield misreading.name, partial(_edits, misreading.pattern, replacement=misreading.mended)
    if "&" in text:
        yield "html_entity", lambda t: _edits(_ENTITY, t, html.unescape)
    yield "", lambda t: _odd(t)
    yield "mark_run", lambda t: [] if t.isascii() else _mark_runs(t)
    yield "", lambda t: [] if unicodedata.is_normalized("NFC", t) else _edits(_COMPOSABLE, t, _compose)


def _odd(text: str) -> list[Edit]:
    return [
        (match.start(), match.end(), new)
        for match in _ODD.finditer(text)
        if (new := _CHARACTERS.get(match[0])) is not None
    ]


def _mark_runs(text: str) -> list[Edit]:
    """What exceeds ``_MOST_MARKS`` in runs of combining marks, dropped."""
    edits = []
    for match in _FOREIGN_RUN.finditer(text):
        first = match.start()
        for at in range(first, match.end() + 1):
            if at < match.end() and _is_mark(text[at]):
                continue
            if at - first > _MOST_MARKS:
                edits.append((first + _MOST_MARKS, at, ""))
            first = at + 1
    return edits


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    """Whether ``character`` is a combining mark, or is made of nothing else."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) > 0


def _compose(piece: str) -> str:
    return unicodedata.normalize("NFC", piece)


def _comma_breaks(text: str) -> list[Edit]:
    """Paragraph breaks for text nodes that were joined by commas. One hit may be an author's slip; two are a habit."""
    runs = [match.span() for match in _COMMA_RUN.finditer(text) if text[match.start() - 1] in _NODE_ENDS]
    if sum(_NODE_END.search(text, max(0, start - 12), start) is not None for start, _ in runs) < 2:
        return []
    return [
        (start, end, "\n")
        for start, end in runs
        if _WEAK_NODE_END.search(text, max(0, start - 12), start) and not _DEGREE.match(text, end)
    ]


def _is_unfinished(line: str) -> bool:
    return line != "" and line[-1] not in '.!?:")'


def _line_joins(text: str) -> list[Edit]:
    """Joins of lines that a page's inline elements broke: ``warga\\nPalestina\\ndi dekat pusat``.

    A line that starts like the middle of a sentence continues the line before; that line is a link's text, and
    continues the line before it in turn, when it is short, unfinished and follows something unfinished.
    """
    breaks = [(match.start(), match.end()) for match in _LINE.finditer(text.rstrip())]
    if not breaks:
        return []
    edges = [0, *(edge for pair in breaks for edge in pair), len(text)]
    lines = [text[edges[i] : edges[i + 1]].strip() for i in range(0, len(edges), 2)]
    joined = [False] * len(breaks)
    for i, line in enumerate(lines[1:]):
        before = lines[i]
        if _NO_SENTENCE.match(before):
            continue
        if _INITIALS.match(before):
            break  # keywords follow, each on its line
        if not line or not before or text.count("\n", *breaks[i]) > 1:
            continue
        if line[0].islower() or line[0] in ".,;)?!" or _DEFINED.match(line):
            joined[i] = before[-1] not in ".!?" or line[0] in ".,;)"
            if (
                joined[i]
                and i
                and len(before) <= _FRAGMENT
                and before[-1] not in ".!?:"
                and _is_unfinished(lines[i - 1])
            ):
                joined[i - 1] = True
        elif i < _HEAD_LINES and len(before) <= _FRAGMENT:
            starts_with_dash = line in _DASHES or line.startswith(("- ", "-- "))
            follows_dash = before in _DASHES or (i > 0 and lines[i - 1].endswith("-") and _is_unfinished(before))
            joined[i] = starts_with_dash or before.endswith((" -", " --")) or (joined[i - 1] and follows_dash)
    return [
        (start, end, "" if lines[i + 1][0] in ".,;)" else " ") for i, (start, end) in enumerate(breaks) if joined[i]
    ]


def _white(text: str, paragraph: str = "\n\n") -> list[Edit]:
    """Runs of white space to one space or, at line breaks, to ``paragraph``; none at the ends."""
    first = len(text) - len(text.lstrip(" \t\n"))
    last = len(text.rstrip(" \t\n")) if first < len(text) else first
    edits = [(0, first, "")] if first else []
    for match in _WHITE.finditer(text, first, last):
        run = match.group()
        new = paragraph if "\n" in run else " "
        if new != run:
            edits.append((match.start(), match.end(), new))
    if last < len(text):
        edits.append((last, len(text), ""))
    return edits


def _run(raw: str, passes: Iterable[tuple[str, Callable[[str], list[Edit]]]]) -> Normalised:
    text = raw
    mends = set()
    kept = []
    for name, find in passes:
        edits = find(text)
        if edits:
            text = _apply(text, edits)
            kept.append(tuple(edits))
            if name:
                mends.add(name)
    return Normalised(text, tuple(sorted(mends)), tuple(kept))


def normalise(raw: str) -> Normalised:
    """Text in NFC with ASCII quotes and dashes, single spaces, and paragraphs joined by blank lines.

    A line break is a paragraph break, unless the line goes on with its sentence. Mends: ``excel_escape``
    (``_x000D_``), ``mac_roman_utf8`` and ``cp1252_utf8`` (UTF-8 that was read in another encoding), ``html_entity``,
    ``mark_run`` (combining marks after the 30th on one character, dropped), ``comma_joined`` (text nodes joined by
    commas), ``joined_lines`` (sentences broken at inline elements).
    """

    def passes() -> Iterable[tuple[str, Callable[[str], list[Edit]]]]:
        yield from _character_passes(raw)
        yield "comma_joined", lambda t: _comma_breaks(t) if "," in t else []
        yield "joined_lines", lambda t: _line_joins(t) if "\n" in t else []
        yield "", _white

    return _run(raw, passes())


def normalise_line(raw: str) -> str:
    """``raw`` normalised like text but on one line: titles, authors, sections, tags."""
    if raw.isascii() and raw.isprintable() and "&" not in raw and "_x00" not in raw:
        return " ".join(raw.split())
    return normalised_line(raw).text


def normalised_line(raw: str) -> Normalised:
    """``normalise_line`` with the way back to the input."""
    return _run(raw, [*_character_passes(raw), ("", partial(_white, paragraph=" "))])
