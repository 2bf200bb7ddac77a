"""Where a sentence of Indonesian news begins and ends: the evidence shown beside a mention or a date.

Belongs here: sentence bounds around a span. Does not: paragraphs and zones (ingest.clean) or titles; a title is one
sentence, so its caller takes ``(0, len(title))`` without asking.
"""

from __future__ import annotations

import re
from functools import lru_cache

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
_LAST_TOKEN = re.compile(r"[^\s(\[\"'/,]*$")
_LIST_NUMBER = re.compile(r"[0-9]{1,2}|[A-Za-z]|[ivxIVX]{1,4}")
_INITIALS = re.compile(r"[A-Z][A-Za-z]{0,3}(?:\.[A-Z][A-Za-z]{0,3})+|[A-Z]|[a-z](?:\.[a-z])+")


def _ends_sentence(paragraph: str, match: re.Match[str]) -> bool:
    """Whether the terminator of ``match`` really ends a sentence of ``paragraph``."""
    if match["mark"] != ".":
        return True
    head = _LAST_TOKEN.search(paragraph, max(0, match.start() - 24), match.start())
    token = head.group() if head else ""
    if token.lower() in ABBREVIATIONS or _INITIALS.fullmatch(token):
        return False
    opens_paragraph = head is not None and head.start() == 0
    return not (opens_paragraph and _LIST_NUMBER.fullmatch(token))


@lru_cache(maxsize=256)
def _breaks(paragraph: str) -> tuple[tuple[int, int], ...]:
    """(end of a sentence, start of the next) within one paragraph, in order."""
    return tuple(
        (match.end("mark"), match.end()) for match in _BREAK.finditer(paragraph) if _ends_sentence(paragraph, match)
    )


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence of ``text`` that contains ``text[start:end]``, as half-open code point offsets.

    A span over several sentences gets them all, within its paragraph; a line break ends a paragraph. The bounds carry
    no white space at either end unless the span itself does. Abbreviations (``Rp.``, ``No.``, ``Dr.``, ``H.``,
    ``Tbk.``, ``dll.``), initials and degrees end no sentence.
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    if last < 0:
        last = len(text)
    paragraph = text[first:last]
    left, right = 0, len(paragraph)
    for sentence_end, next_start in _breaks(paragraph):
        if next_start <= start - first:
            left = next_start
        elif sentence_end >= end - first:
            right = sentence_end
            break
    while right > end - first and paragraph[right - 1].isspace():
        right -= 1
    while left < start - first and paragraph[left].isspace():
        left += 1
    return first + left, first + right
