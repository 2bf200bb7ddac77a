"""The words that an article says others said: quotations and reported clauses, with the naming beside their cue.

Belongs here: cues of reported clauses and the bounds of what they report. Does not: quotations (``statement_quotes``),
who the naming means (``statement_speakers``).

A quotation is a statement where a cue stands beside it, or where it is a sentence that goes on after a statement. A
clause is one where a verb of saying, ``menurut`` or ``, kata X`` reports it. Statements do not overlap: quotations come
first, then the leftmost clause of a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from ingest.entities.sentences import Sentences
from ingest.entities.statement_namings import ANAPHOR, NOBODY, Naming, before, behind
from ingest.entities.statement_quotes import INDIRECT, Quotation, Words, quotations, quoted
from ingest.entities.statement_words import (
    ACCORDING,
    CALENDAR,
    CLAUSE_CUE,
    IS_REQUEST,
    NEEDS_CLAUSE,
    OPENERS,
    PLAIN_CUE,
    PREDICATE,
    SPEECH_NOUNS,
    TAKES_NOUN,
    VERB_BE,
    VERB_ME,
    words,
)

REQUEST = "speaker_verb_request"
"""The rule of requests, which count only of officials and bodies."""
_CLAUSE_WORD = re.compile(r" ?,? ?(?:(?:dengan|sambil|seraya) me[a-z]+ )?(?:bahwa|jika|kalau|bila)(?:sanya)?,? ")
_FAR_CLAUSE_WORD = re.compile(r"[^\".:;]{0,140}?,? (?:bahwa|bahwasanya|jika|kalau),? ")
_BEGINS_ADVERBIAL = "kepada|saat|ketika|dalam|di|pada|usai|seusai|sebelum|setelah|melalui|lewat|sambil|via|seperti"
_ADVERBIAL = re.compile(
    rf"(?: (?:{_BEGINS_ADVERBIAL})\b[^,\"]{{0,140}}(?:,|(?=\"))"
    rf"| ?,? ?(?:{'|'.join(sorted(CALENDAR))})\b[^,\"]{{0,40}}(?:,|(?=\"))| ?,? ?\([^)]{{1,40}}\),?)",
    re.IGNORECASE,
)
# Another verb, a theme, or "that": nothing is reported yet
_ASIDE = r"(?: (?:saat|ketika|dalam|di|pada|usai|seusai|kepada)\b|[.,]|$)"
_NO_CLAUSE = re.compile(
    r" (?:(?:dan|serta|sekaligus|atau) me|(?:tentang|soal|mengenai|perihal|terkait) "
    rf"|(?:hal|pernyataan) (?:itu|ini|tersebut|senada|serupa|yang sama),?(?={_ASIDE}))"
)
_REQUESTED = re.compile(r"\b(?:agar|supaya|untuk)\b")
_SOURCES = """
    data survei survey undang-undang uu laporan hasil catatan informasi kamus kbbi aturan peraturan pasal studi
    penelitian jadwal rencana kepercayaan hukum kabar perkiraan perhitungan situs laman jurnal buku riset estimasi
    bahasa cerita legenda sejarah ajaran pandangan versi jenis berbagai beberapa sebuah sejumlah analisis kajian
    definisi teori media aku saya kami kita anda lo gue urutan prakiraan pantauan berita dokumen statistik ketentuan
    mereka unggahan konstitusi agama islam
    """
_NO_SOURCE = re.compile(rf" (?:{'|'.join(sorted(words(_SOURCES)))})\b", re.IGNORECASE)
_STATEMENT_OF = re.compile(
    r" (?:keterangan|penjelasan|pengakuan|penuturan|pernyataan|pendapat|pengamatan|informasi dari|kata)"
    r"(?: resmi| tertulis)?(?: dari)?(?= )",
    re.IGNORECASE,
)
_REFERRING = frozenset({"hal", "ini", "itu", "tersebut"})
_LONGEST_OPENING, _NEAR = 30, 2
_LEAST_WORDS, _LEAST_REPORTED, _MOST_OPENING_WORDS = 3, 2, 4
_WORDS = re.compile(r"\w+")


def find_words(text: str, start: int, end: int, sentences: Sentences) -> list[Words]:
    """What is said between ``start`` and ``end`` of a text, in order; spans do not overlap."""
    marked = list(quotations(text, start, end))
    said = quoted(text, marked, sentences)
    taken = _Taken(said, marked)
    clauses = []
    for cue, find in _cues(text, start, end):
        if not taken.is_quoted(cue.start()):
            clause = find(text, cue, start, end, sentences, taken)
            if clause is not None and taken.add(clause):
                clauses.append(clause)
    return sorted([*said, *clauses], key=lambda words: words.start)


class _Taken:
    """Stretches that are already someone's words."""

    def __init__(self, said: list[Words], quotations: list[Quotation]) -> None:
        self._starts = [quotation.start for quotation in quotations]
        self._quotations = quotations
        self._said = {(words.start, words.end) for words in said}
        self._direct = sorted((words.start, words.end) for words in said)
        self._at = {words.at + offset for words in said for offset in range(-_NEAR, _NEAR + 1)}
        self._last = -1

    def is_quoted(self, place: int) -> bool:
        """Whether ``place`` is between quotation marks."""
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and place < self._quotations[index].end

    def cut(self, start: int, end: int) -> int:
        """The end of a clause before the first direct statement in it."""
        for first, _ in self._direct[max(0, bisect_right(self._direct, (start, 0)) - 1) :]:
            if first >= end:
                break
            if first > start:
                return first - 1
        return end

    def has_cue(self, place: int) -> bool:
        """Whether the cue at ``place`` already attributes a quotation."""
        return place in self._at

    def add(self, words: Words) -> bool:
        """Take the stretch of a clause; False where it overlaps one that is taken."""
        if words.start < self._last or any(first < words.end and words.start < last for first, last in self._direct):
            return False
        self._last = words.end
        return True


def _cues(text: str, start: int, end: int) -> list[tuple[re.Match[str], Finder]]:
    """Cues between ``start`` and ``end`` in order, each with what looks for its clause."""
    found = [(cue, find) for pattern, find in _FINDERS for cue in pattern.finditer(text, start, end)]
    found.sort(key=lambda pair: pair[0].start())
    return found


def _by_verb(
    text: str, match: re.Match[str], start: int, end: int, sentences: Sentences, taken: _Taken
) -> Words | None:
    if taken.has_cue(match.start(1)) or taken.has_cue(match.start()):
        return None
    verb = match[1]
    first, last = _sentence(sentences, match.start(1), match.end(1), start, end)
    bounds = _clause(text, verb, match.end(1), last, taken)
    if bounds is None:
        return None
    subject = before(text, first, match.start())
    if not subject.is_said or subject.naming is None:
        return None
    if verb in IS_REQUEST and not _REQUESTED.search(text, *bounds):
        return None
    rule = REQUEST if verb in IS_REQUEST else "speaker_verb_clause"
    return Words(INDIRECT, *bounds, verb, rule, subject.naming, match.start(1))


def _clause(text: str, verb: str, start: int, last: int, taken: _Taken) -> tuple[int, int] | None:
    """What a verb of saying reports, to the end of its sentence; None where it reports nothing."""
    has_word = True
    if _NO_CLAUSE.match(text, start, last):
        return None
    if clause := _CLAUSE_WORD.match(text, start, last):
        first = clause.end()
    elif _ADVERBIAL.match(text, start, last) and (far := _FAR_CLAUSE_WORD.match(text, start, last)):
        first = far.end()
    else:
        first, has_word = start, text[start : start + 1] in (",", ":") or text[start : start + 2] == " ,"
        while adverbial := _ADVERBIAL.match(text, first, last):
            first, has_word = adverbial.end(), True
    if verb in NEEDS_CLAUSE and not has_word:
        return None
    while first < last and (text[first].isspace() or text[first] in ",:"):
        first += 1
    last = taken.cut(first, last)
    first, last = _bare(text, first, last)
    if len(_WORDS.findall(text, first, last)) < _LEAST_REPORTED or (
        text[first] == '"' and text.find('"', first + 1, last) in (-1, last - 1)
    ):
        return None
    if verb in TAKES_NOUN and not has_word:
        opening = _WORDS.match(text, first, last)
        if (opening and opening[0].lower() in SPEECH_NOUNS) or not PREDICATE.search(text, first, last):
            return None
    return first, last


def _by_according(
    text: str, match: re.Match[str], start: int, end: int, sentences: Sentences, taken: _Taken
) -> Words | None:
    cue_start, cue_end = match.start() - 1, match.end()
    if cue_start < 0 or text[cue_start] not in "Mm" or (cue_start > 0 and text[cue_start - 1].isalnum()):
        return None
    first, last = _sentence(sentences, cue_start, cue_end, start, end)
    cue = text[cue_start:cue_end]
    if cue.endswith("nya"):
        naming: Naming | None = Naming(ANAPHOR, cue_end - 3, cue_end)
        after = cue_end
        if (
            cue[0] == "m"
            and text[cue_end : cue_end + 1] != ","
            and text[max(0, cue_start - 2) : cue_start].rstrip()[-1:] != ","
        ):
            return None
    else:
        if stated := _STATEMENT_OF.match(text, cue_end, last):
            after = stated.end()
        elif _NO_SOURCE.match(text, cue_end, last):
            return None
        else:
            after = cue_end
        naming = behind(text, after, last)
        if naming is None or naming.kind == NOBODY:
            return None
        after = naming.end
    begins = _opens(text[first:cue_start])
    if begins:
        while adverbial := _ADVERBIAL.match(text, after, last):
            after = adverbial.end()
        said = _bare(text, after, taken.cut(after, last))
    else:
        said = _bare(text, first, taken.cut(first, last))
    if len(_WORDS.findall(text, *said)) < _LEAST_WORDS:
        return None
    return Words(
        INDIRECT, *said, cue, "according_to" if not cue.endswith("nya") else "according_to_nya", naming, cue_start
    )


def _opens(head: str) -> bool:
    """Whether what stands before a cue only joins its sentence to the one before, and says nothing itself."""
    words = [word.lower() for word in _WORDS.findall(head)]
    if words and head.rstrip().endswith(",") and len(head) < _LONGEST_OPENING:
        return words[0] in OPENERS
    return all(word in OPENERS and word not in _REFERRING for word in words)


def _by_clause_cue(
    text: str, match: re.Match[str], start: int, end: int, sentences: Sentences, taken: _Taken
) -> Words | None:
    place = match.start()
    cue_start = place + len(match[0]) - len(match[0].lstrip(", "))
    if taken.has_cue(cue_start):
        return None
    first, last = _sentence(sentences, cue_start, match.end(), start, end)
    cue = text[cue_start : match.end()]
    if cue.endswith("nya"):
        naming: Naming | None = Naming(ANAPHOR, match.end() - 3, match.end())
        after = match.end()
    else:
        naming = behind(text, match.end(), last)
        if naming is None or naming.kind == NOBODY:
            return None
        after = naming.end
    head = text[first:place]
    goes_on = (
        text[after : after + 1] == ","
        and len(_WORDS.findall(text, after, last)) >= _LEAST_WORDS
        and not _ADVERBIAL.match(text, after, last)
    )
    if goes_on and len(_WORDS.findall(head)) < _LEAST_WORDS:
        said = _bare(text, after + 1, taken.cut(after + 1, last))
    else:
        said = _bare(text, first, taken.cut(first, last) if goes_on else place)
    if len(_WORDS.findall(text, *said)) < _LEAST_WORDS or '"' in text[said[0] : said[0] + 1]:
        return None
    return Words(INDIRECT, *said, cue, "clause_cue_speaker", naming, cue_start)


def _by_plain_cue(
    text: str, match: re.Match[str], start: int, end: int, sentences: Sentences, taken: _Taken
) -> Words | None:
    place = match.start()
    if taken.has_cue(place + 1):
        return None
    first, last = _sentence(sentences, place + 1, match.end(), start, end)
    head = text[first:place]
    if not head or len(_WORDS.findall(head)) > _MOST_OPENING_WORDS or "," in head:
        return None
    naming = behind(text, match.end(), last)
    if naming is None or naming.kind == NOBODY or text[naming.end : naming.end + 1] != ",":
        return None
    after = naming.end
    while adverbial := _ADVERBIAL.match(text, after, last):
        after = adverbial.end()
    if clause := _CLAUSE_WORD.match(text, after, last):
        after = clause.end()
    said = _bare(text, after, taken.cut(after, last))
    if len(_WORDS.findall(text, *said)) < _LEAST_WORDS:
        return None
    return Words(INDIRECT, *said, match[0].strip(), "clause_cue_speaker", naming, place + 1)


def _sentence(sentences: Sentences, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    left, right = sentences.around(first, last)
    return max(left, start), min(right, end)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space and commas at both ends, and without a full stop at the last."""
    while start < end and (text[start].isspace() or text[start] in ",:"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",.;:"):
        end -= 1
    return start, end


Finder = Callable[[str, re.Match[str], int, int, Sentences, _Taken], Words | None]
"""What looks for a clause at a cue."""
_FINDERS: tuple[tuple[re.Pattern[str], Finder], ...] = (
    (VERB_ME, _by_verb),
    (VERB_BE, _by_verb),
    (ACCORDING, _by_according),
    (CLAUSE_CUE, _by_clause_cue),
    (PLAIN_CUE, _by_plain_cue),
)
