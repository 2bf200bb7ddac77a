"""Lines of DOCX and PDF files in reading order.

Belongs here: paragraphs and tables of Word, lines of PDF joined to paragraphs. Does not: what a line is
(release_text.py), what is refused at intake (ingest.sources.office).
"""

from __future__ import annotations

import ctypes
import io
import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pypdfium2

MAX_CHARS = 4_000_000  # of one PDF; no release is as long
MAX_PAGES = 1000
EDGE_LINES = 4  # lines at the top and bottom of a page among which those that repeat are looked for
BOLD = 600  # weight of a font from which a line is a heading
WIDEST_LEADING = 2.5  # distance of lines in sizes; what is farther apart are paragraphs
LONGEST_WORD = 40
LONGEST_CELL = 80  # characters up to which a table's row is read as one line

_PAGE_NUMBER = re.compile(
    r"(?:(?:Halaman|Hal\.?|Page|Hlm\.?)\s*)?[-\u2013|(\s]*(?:\d{1,4}|[ivx]{1,6})\s*(?:(?:dari|of|/)\s*\d{1,4})?"
    r"[-\u2013|)\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;][\"')\u201d\u2019]*$")
_HYPHENS = "\x02\ufffe\u00ad"
_ITEM = re.compile(r"(?:\d{1,2}[.)]|[a-z][.)]|[\u2022\u25cf\u25aa\u00b7*-])\s")


class Line(NamedTuple):
    """A paragraph as printed; ``is_heading`` where its style, weight or size says so."""

    text: str
    is_heading: bool = False


# --- DOCX ---------------------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_UNSEEN = frozenset(_W + name for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sectPr", "tblPr"))
_SIGNS = {_W + "tab": " ", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-", _W + "ptab": " "}
_HEADING_STYLES = ("heading", "title", "judul")


def docx_lines(payload: bytes) -> list[Line]:
    """Paragraphs and rows of tables of a Word file in reading order, text boxes behind the paragraph they hang on.

    Headers, footers, notes and what was deleted under tracked changes are left out. No lines where the file cannot be
    read.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(payload))
        names = {str(style.style_id): str(style.name).lower() for style in document.styles}
        body = document.element.body
    except Exception:  # noqa: BLE001 - a broken file fails in python-docx and lxml in any way; intake has told of it
        return []
    return [line for line in _blocks(body, names) if line.text.strip()] if body is not None else []


def _blocks(parent: Any, names: dict[str, str]) -> Iterator[Line]:
    for child in parent:
        if child.tag == _W + "p":
            yield from _paragraph(child, names)
        elif child.tag == _W + "tbl":
            for row in child.iter(_W + "tr"):
                if next(row.iterancestors(_W + "tbl"), None) is child:  # rows of inner tables come with their cell
                    yield from _row(row, names)
        elif child.tag == _ALTERNATIVES:
            yield from _blocks(child.findall(_CHOICE)[:1], names)
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
            yield from _blocks(child, names)


def _row(row: Any, names: dict[str, str]) -> Iterator[Line]:
    cells = [list(_blocks(cell, names)) for cell in row.iter(_W + "tc") if next(cell.iterancestors(_W + "tr")) is row]
    cells = [lines for cell in cells if (lines := [line for line in cell if line.text.strip()])]
    if all(len(cell) == 1 and len(cell[0].text) <= LONGEST_CELL for cell in cells):
        if cells:
            yield Line(" ".join(cell[0].text.strip() for cell in cells), all(cell[0].is_heading for cell in cells))
    else:
        for cell in cells:
            yield from cell


def _paragraph(paragraph: Any, names: dict[str, str]) -> Iterator[Line]:
    boxes: list[Any] = []
    text = "".join(_runs(paragraph, boxes)).strip()
    if text:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = names.get(style.get(_W + "val"), "") if style is not None else ""
        yield Line(text, name.startswith(_HEADING_STYLES) or _is_bold(paragraph))
    for box in boxes:
        yield from _blocks(box, names)


def _runs(parent: Any, boxes: list[Any]) -> Iterator[str]:
    for child in parent:
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == _W + "txbxContent":
            boxes.append(child)
        elif child.tag == _ALTERNATIVES:
            yield from _runs(child.findall(_CHOICE)[:1], boxes)
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
            yield from _runs(child, boxes)


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iterfind(_W + "r") if any((t.text or "").strip() for t in run.iterfind(_W + "t"))]
    bold = [run.find(f"{_W}rPr/{_W}b") for run in runs]
    return bool(runs) and all(mark is not None and mark.get(_W + "val") not in ("0", "false") for mark in bold)


# --- PDF ----------------------------------------------------------------------------------------------------------


@dataclass
class _Printed:
    """One printed line: its place in points from the page's lower left, and whether its last word goes on."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    is_bold: bool
    is_hyphenated: bool


def pdf_lines(payload: bytes) -> list[Line]:
    """Paragraphs of a PDF in the order in which it draws them, which is that of its columns.

    Lines at the edges that pages repeat and page numbers are left out; words that a line's end divided are mended. No
    lines where the file has no text (a scan) or cannot be read.
    """
    import pypdfium2

    printed: list[_Printed] = []
    chars = 0
    try:
        with pypdfium2.PdfDocument(payload) as pdf:
            for number in range(min(len(pdf), MAX_PAGES)):
                with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
                    chars += text.count_chars()
                    if chars > MAX_CHARS:
                        break
                    printed += _printed_lines(text, number)
    except pypdfium2.PdfiumError:
        pass  # what was read before a damaged page stands; intake has told of a damaged file
    return _joined(_without_edges(printed))


def _printed_lines(page: pypdfium2.PdfTextPage, number: int) -> Iterator[_Printed]:
    import pypdfium2.raw as pdfium

    count = page.count_chars()
    chars = [chr(pdfium.FPDFText_GetUnicode(page, index)) for index in range(count)]
    start = 0
    for index in range(count + 1):
        at_end = index == count
        if not at_end and chars[index] not in "\r\n" and chars[index] not in _HYPHENS:
            continue
        is_hyphenated = not at_end and chars[index] in _HYPHENS
        filled = [at for at in range(start, index) if not chars[at].isspace()]
        if filled:
            text = "".join(chars[start:index]).strip().replace("\x00", "")
            is_hyphenated |= text.endswith("-") and len(text) > 1 and text[-2].isalpha()
            left, bottom, _, _ = _box(page, filled[0])
            right = _box(page, filled[-1])[2]
            size = float(pdfium.FPDFText_GetFontSize(page, filled[len(filled) // 2]))  # not that of a bullet
            is_bold = _is_bold_at(page, filled[0]) and _is_bold_at(page, filled[-1])
            text = text.removesuffix("-") if is_hyphenated else text
            yield _Printed(text, number, left, right, bottom, size, is_bold, is_hyphenated)
        start = index + 1


def _is_bold_at(page: pypdfium2.PdfTextPage, index: int) -> bool:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(100), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(page, index, name, len(name), flags)
    return b"bold" in name.value.lower() or pdfium.FPDFText_GetFontWeight(page, index) >= BOLD


def _box(page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, baseline, right and top of a character; letters below the line do not move it."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = page.get_charbox(index, loose=True)
    x, y = ctypes.c_double(), ctypes.c_double()
    if pdfium.FPDFText_GetCharOrigin(page, index, x, y):
        bottom = y.value
    return left, bottom, right, top


def _without_edges(lines: Sequence[_Printed]) -> list[_Printed]:
    """The lines without page numbers, and without those at the edges that most pages repeat but for their digits."""
    by_page: dict[int, list[_Printed]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges: dict[int, list[_Printed]] = {}
    for page, own in by_page.items():
        ordered = sorted(own, key=lambda line: -line.bottom)
        edges[page] = ordered[:EDGE_LINES] + ordered[max(EDGE_LINES, len(ordered) - EDGE_LINES) :]
    repeats = Counter(key for edge in edges.values() for key in {_DIGITS.sub("0", line.text) for line in edge})
    fewest = max(2, (len(by_page) + 1) // 2)
    dropped: set[int] = set()
    for page, edge in edges.items():
        heights = [line.bottom for line in by_page[page]]
        for line in edge:
            is_outermost = line.bottom in (min(heights), max(heights))
            if repeats[_DIGITS.sub("0", line.text)] >= fewest or (is_outermost and _PAGE_NUMBER.fullmatch(line.text)):
                dropped.add(id(line))
    return [line for line in lines if id(line) not in dropped]


def _joined(lines: Sequence[_Printed]) -> list[Line]:
    """Lines as paragraphs; one that is larger than most of the text is a heading."""
    if not lines:
        return []
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = max(sorted(sizes), key=lambda size: sizes[size])
    gaps = [a.bottom - b.bottom for a, b in itertools.pairwise(lines) if a.page == b.page]
    leading = median([gap for gap in gaps if 0 < gap < WIDEST_LEADING * usual] or [1.2 * usual])
    edges = _Edges(lines)
    groups: list[list[_Printed]] = []
    for line in lines:
        if groups and _goes_on(groups[-1], line, leading, edges):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Line(_text_of(group), group[0].size > 1.15 * usual or group[0].is_bold) for group in groups]


class _Edges:
    """Where columns end on the right: the farthest line of a page among those that begin before a line's end."""

    def __init__(self, lines: Sequence[_Printed]) -> None:
        self._lefts: dict[int, list[float]] = {}
        self._rights: dict[int, list[float]] = {}
        for line in sorted(lines, key=lambda line: (line.page, line.left)):
            self._lefts.setdefault(line.page, []).append(line.left)
            rights = self._rights.setdefault(line.page, [])
            rights.append(max(line.right, rights[-1]) if rights else line.right)

    def of(self, line: _Printed) -> float:
        """The right edge of the line's column."""
        before = bisect_left(self._lefts[line.page], line.right)
        return self._rights[line.page][max(before, 1) - 1]


def _goes_on(group: Sequence[_Printed], line: _Printed, leading: float, edges: _Edges) -> bool:
    """Whether ``line`` belongs to the paragraph before it."""
    last = group[-1]
    if last.is_hyphenated:
        return True
    if abs(last.size - line.size) > 0.15 * last.size or last.is_bold != line.is_bold:
        return False
    is_finished = bool(_SENTENCE_END.search(last.text))
    gap = last.bottom - line.bottom
    if last.page != line.page or gap < -leading:  # the next page or the next column
        return not is_finished and line.text[:1].islower()
    if gap > 1.45 * leading or _ITEM.match(line.text):
        return False
    if abs(gap) < 0.3 * leading:  # a piece of the same line
        return True
    if is_finished and line.left > last.left + 0.8 * line.size:
        return False  # a new paragraph is indented
    edge = edges.of(last)
    is_short = last.right < edge - 0.2 * (edge - group[0].left)
    return not (is_short and (is_finished or line.text[:1].isupper()))


def _text_of(group: Sequence[_Printed]) -> str:
    pieces = [group[0].text]
    for last, line in itertools.pairwise(group):
        pieces += (_seam(last.text, line.text) if last.is_hyphenated else " ", line.text)
    return "".join(pieces)


def _seam(before: str, after: str) -> str:
    """What stands where a line's end divided a word: a hyphen that is the word's own, or nothing.

    Indonesian doubles words (``undang-undang``), and sets hyphens before capitals (``se-Indonesia``).
    """
    word = re.split(r"[\s-]", before[-LONGEST_WORD:])[-1].lower()
    rest = after.split(" ", 1)[0]
    if not rest[:1].islower() or not word:
        return "-"
    for length in range(3, len(word) + 1):
        if rest.lower().startswith(word[-length:]):
            return "-"
    return ""
