"""Where a sentence of Indonesian news begins and ends: the evidence shown beside a mention or a date.

Belongs here: sentence bounds around a span. Does not: paragraphs and zones (ingest.clean) or titles; a title is one
sentence, so its caller takes ``(0, len(title))`` without asking.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

# Tokens, in lower case and without their last full stop, after which a full stop ends no sentence: titles, ranks,
# legal forms, address and list words as Indonesian newsrooms print them. Initials and degrees are known by shape.
_ABBREVIATIONS = """
    rp no nr dr drs dra drg drh ir prof hj kh tgk tgh ust sdr sdri tn ny nn st mr mrs ms jr sr tbk pt cv ud tb ltd
    inc corp co bhd jl jln gg kec kab kel ds dsn rt rw blk kav dll dsb dst dkk tgl hlm vol ttd cq vs th tsb ybs
    yth al jend letjen mayjen brigjen kol letkol kapt lettu letda serma serka sertu serda kopka kopda praka pratu
    prada irjen komjen kombes akbp kompol akp iptu ipda aiptu aipda bripka brigpol briptu bripda pol purn laks
    laksda marsda marsma marsdya plt plh pj pjs alm almh
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())

# A terminator with its closing quotes, then white space and the start of a sentence; or, as scrapers and hurried
# editors glue paragraphs, commas without a space (``selesai.,"Kami``), or a capitalised word (``daerah.Menteri``).
_BREAK = re.compile(
    r"""
    (?P<mark> [.!?\u2026]+ ["')\]]* )
    (?: \s+ (?= ["'(\[]* [^\W_a-z] )
      | [\s,]* , (?= ["'(\[]* [^\W_a-z\d] )
      | (?: (?<=[a-z]{2}[.!?]) | (?<=\d[.!?]) ) (?= [A-Z][a-z] )
    )
    """,
    re.VERBOSE,
)
_LINE_END = re.compile("\n")
_LAST_TOKEN = re.compile(r"[^\s(\[\"'/,]*$")
_LIST_NUMBER = re.compile(r"[0-9]{1,2}|[A-Za-z]|[ivxIVX]{1,4}")
_INITIALS = re.compile(r"[A-Z][A-Za-z]{0,3}(?:\.[A-Z][A-Za-z]{0,3})+|[A-Z]|[a-z](?:\.[a-z])+")


def _ends_sentence(text: str, first: int, match: re.Match[str]) -> bool:
    """Whether the terminator of ``match`` really ends a sentence of the paragraph that begins at ``first``."""
    if match["mark"] != ".":
        return True
    head = _LAST_TOKEN.search(text, max(first, match.start() - 24), match.start())
    token = head.group() if head else ""
    if token.lower() in ABBREVIATIONS or _INITIALS.fullmatch(token):
        return False
    opens_paragraph = head is not None and head.start() == first
    return not (opens_paragraph and _LIST_NUMBER.fullmatch(token))


class Sentences:
    """The sentences of one text, found once for all spans that are asked for: a line may be megabytes long."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks: dict[tuple[int, int], tuple[list[int], list[int]]] = {}

    @cached_property
    def _paragraphs(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self._text))]

    def _breaks_of(self, first: int, last: int) -> tuple[list[int], list[int]]:
        """Ends of the sentences within one paragraph, and the starts of those that follow, in order."""
        if (first, last) not in self._breaks:
            found = _BREAK.finditer(self._text, first, last)
            ends = [match for match in found if _ends_sentence(self._text, first, match)]
            self._breaks[first, last] = [match.end("mark") for match in ends], [match.end() for match in ends]
        return self._breaks[first, last]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The sentence that contains the span from ``start`` to ``end``, as half-open code point offsets.

        A span over several sentences gets them all, within its paragraph; a line break ends a paragraph. The bounds
        carry no white space at either end unless the span itself does. Abbreviations (``Rp.``, ``No.``, ``Dr.``,
        ``H.``, ``Tbk.``, ``dll.``), initials and degrees end no sentence.
        """
        text, paragraphs = self._text, self._paragraphs
        following = bisect_right(paragraphs, end)
        first = paragraphs[bisect_right(paragraphs, start) - 1]
        last = paragraphs[following] - 1 if following < len(paragraphs) else len(text)
        ends, starts = self._breaks_of(first, last)
        before = bisect_right(starts, start)
        after = max(before, bisect_left(ends, end))
        left = starts[before - 1] if before else first
        right = ends[after] if after < len(ends) else last
        while right > end and text[right - 1].isspace():
            right -= 1
        while left < start and text[left].isspace():
            left += 1
        return left, right


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """``Sentences(text).around(start, end)``, for a single span."""
    return Sentences(text).around(start, end)
