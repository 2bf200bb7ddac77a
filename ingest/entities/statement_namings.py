"""Namings of speakers: the stretch of text from an office to a name, or the word that stands for one.

Belongs here: where the naming behind a cue or before a verb begins and ends. Does not: who is meant by it
(``statement_speakers``), and which words are said (``statement_spans``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.entities.statement_words import (
    ABSTRACT,
    ADVERBS,
    ANAPHORS,
    BODY_MARKS,
    CALENDAR,
    DATELINE_PLACES,
    FIRST_PERSONS,
    HONORIFICS,
    JOINING,
    LINKS,
    MANY,
    NO_APPOSITION,
    NO_SPEAKERS,
    OPENERS,
    RANKS,
    ROLE_HEADS,
    ROLE_WORDS,
    STOP,
    UNSAID,
    words,
)

NAMED, ANAPHOR, POINTING, NOBODY = "named", "anaphor", "pointing", "nobody"
"""Kinds of a naming: a name or role; a pronoun; a role with ``itu``; a stretch where no speaker is told."""

_TOKEN = re.compile(r"[^\W_][\w'&/-]*+(?:\.(?=\w)[\w'&/-]*+)*+|[^\w\s]")
_LONGEST, _MOST_LOWER, _NAME_TOKENS, _LONGEST_DESCRIPTION = 24, 6, 6, 14
_ARTICLES = ("al-", "el-", "as-", "ash-", "ar-", "an-", "at-", "az-", "ad-")
# Characters to look at: few first, all only where a naming comes near the edge
_WIDE_BEHIND, _WIDEST_BEHIND, _WIDE_BEFORE, _WIDEST_BEFORE, _EDGE = 80, 190, 90, 230, 40
_POINTERS = frozenset({"itu", "tersebut", "ini"})
_POINTER = re.compile("itu|tersebut|ini")
_DESCRIPTION_ENDS = STOP - {"yang"}
_ROLE_ENDS = STOP - {"dari", "di", "untuk"}
_NO_NAME_BEHIND_OFFICE = OPENERS | ROLE_HEADS | DATELINE_PLACES
_EXPLAINING = ROLE_HEADS - NO_APPOSITION
_BEFORE_CLAUSES = OPENERS | {"sementara", "namun"}
_NO_WORD_OF_NAMING = STOP | ADVERBS | UNSAID
_ABBREVIATED = RANKS | HONORIFICS | words("muh moh m plt pj plh st")
_DEGREE = re.compile(
    r"S\.?H|M\.?H|S\.?E|M\.?M|S\.?T|M\.?T|S\.?I\.?K|[SM]\.\w{1,4}(?:\.\w+)*|Ph\.?D|MSi|SSos|MPd|SPd|SIP|MAP|MSc|MBA|SPOG"
)
_APPOSITION_ENDS = STOP - {"akan", "telah", "sudah", "itu", "ini", "tersebut", "juga", "kalau"}
_PREPOSITIONS = words(
    """
    di ke dari pada kepada dalam oleh bersama dengan untuk terhadap melalui tentang soal bagi antara lewat usai seusai
    sampai per via sejak mengutip dikutip terkait menurut mengenai seperti
    """
)
_ASIDE = words("saat ketika yang dalam usai kepada melalui di pada lewat seusai sebelum dengan setelah sembari")


class Naming(NamedTuple):
    """A stretch of a text that names a speaker, half-open, in code points."""

    kind: str
    start: int
    end: int


class Token(NamedTuple):
    """A word or a mark, its lower-case form, and its place."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        """Whether it opens with a capital, or with an article before one: ``al-Malki``."""
        return self.text[0].isupper() or (self.text.startswith(_ARTICLES) and not self.text.islower())


class Subject(NamedTuple):
    """What stands before a verb: a naming, or none; ``is_said`` is false where the verb reports nothing."""

    naming: Naming | None
    is_said: bool


NOT_SAID = Subject(None, False)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """Words and marks between ``start`` and ``end``."""
    new = tuple.__new__  # what Token() calls, without a Python call for each of a million words
    return [new(Token, (word := m[0], word.lower(), m.start(), m.end())) for m in _TOKEN.finditer(text, start, end)]


def behind(text: str, start: int, end: int) -> Naming | None:
    """The naming that begins at ``start``, behind a cue or where a sentence begins; None where none does."""
    end = min(end, start + _WIDEST_BEHIND)
    near = min(end, start + _WIDE_BEHIND)
    found = tokens(text, start, near)
    naming = _behind(found)
    # a naming that ends well before the edge of a narrow look would end there in a wide one too
    if near == end or (naming and naming.end < near - _EDGE) or not found:
        return naming
    if naming is None and not _POINTER.search(text, near - len("tersebut"), end):
        return None  # only a pointer makes a naming of words that none begins with
    found[-1:] = tokens(text, found[-1].start, end)
    return _behind(found)


def _behind(found: list[Token]) -> Naming | None:
    index = 0
    while index < len(found) and found[index].low in ("oleh", "lagi", "juga", "pula", "pun", "sang", "si", "kembali"):
        index += 1
    return _forward(found, index)


def _forward(found: list[Token], first: int) -> Naming | None:
    if first >= len(found):
        return None
    head = found[first]
    if head.low in ANAPHORS:
        return Naming(ANAPHOR, head.start, head.end)
    if head.low in MANY or head.low in FIRST_PERSONS:
        return Naming(NOBODY, head.start, head.end)
    if head.text == head.low and (pointer := _pointer(found, first)) is not None:
        return Naming(POINTING, head.start, found[pointer].end)
    last = _segment(found, first)
    if last is None:
        return None
    behind_it = _past_bracket(found, last + 1)
    following = found[behind_it] if behind_it < len(found) else None
    if following and following.text in _POINTERS:
        return Naming(POINTING, head.start, following.end)
    if following and following.low == "selaku":
        office = _segment(found, behind_it + 1)
        return Naming(NAMED, head.start, found[last if office is None else office].end)
    if following and following.text == ",":
        last = _apposition(found, first, last, behind_it)
    return Naming(NAMED, head.start, found[last].end)


def _pointer(found: list[Token], first: int) -> int | None:
    """Index of the pointer that closes a description: ``pelantun "..." tersebut``, ``dokter yang praktik di X ini``."""
    is_clause = False
    for index in range(first, min(first + _LONGEST_DESCRIPTION, len(found))):
        token = found[index]
        if token.low in NO_SPEAKERS:
            return None
        if token.text in _POINTERS and index > first:
            after = found[index + 1].text if index + 1 < len(found) else "."
            return index if not is_clause or not after[0].isalnum() else None
        if token.text in ".,;:(" or (token.low in _DESCRIPTION_ENDS and not is_clause and token.text == token.low):
            return None
        is_clause = is_clause or token.text == "yang"
    return None


def _past_bracket(found: list[Token], index: int) -> int:
    """The token behind the bracket that opens at ``index``; ``index`` itself where none does."""
    if index < len(found) and found[index].text == "(":
        closing = next((i for i in range(index, min(index + 8, len(found))) if found[i].text == ")"), None)
        return index if closing is None else closing + 1
    return index


def _segment(found: list[Token], first: int) -> int | None:
    """Index of the last token of the naming that begins with token ``first``, without appositions."""
    if first >= len(found):
        return None
    has_head = found[first].low in ROLE_HEADS
    last, index, lower = None, first, 0
    while index < len(found) and index - first < _LONGEST:
        token = found[index]
        if token.text == "(":
            closing = _past_bracket(found, index)
            if closing == index or last is None:
                break
            index = closing
            continue
        if token.text in (".", "-", "&", "/") and last is not None and last == index - 1 and _is_tight(found, index):
            if token.text == "." and not _abbreviates(found[last]):
                break
            index += 1
            continue
        if not token.text[0].isalnum():
            break
        if token.is_capital or token.text[0].isdigit():
            if token.low in CALENDAR or (token.text[0].isdigit() and not has_head):
                break
            last = index
        elif token.low in LINKS and last is not None and _goes_on(found, index, has_head):
            pass
        elif token.low in _NO_WORD_OF_NAMING:
            break
        elif token.low in ROLE_WORDS or token.low in _ABBREVIATED or token.low in ("bin", "binti"):
            if last is not None and not has_head and token.low not in ("bin", "binti"):
                break
            last = index
        elif has_head and not found[first].is_capital and lower < _MOST_LOWER:
            lower += 1
        else:
            break
        index += 1
    return last


def _is_tight(found: list[Token], index: int) -> bool:
    """Whether a mark joins what stands beside it; a dash between blanks parts it."""
    return found[index].text != "-" or found[index].start == found[index - 1].end


def _goes_on(found: list[Token], index: int, has_head: bool) -> bool:
    """Whether the linking word ``index`` stands within a naming: an office goes on behind it."""
    following = found[index + 1] if index + 1 < len(found) else None
    if following is None or following.low in CALENDAR:
        return False
    if found[index].low in ("di", "pada", "untuk", "atas"):
        return has_head and found[index].low == "untuk" and following.is_capital
    if found[index].low == "dari":
        return has_head and following.is_capital
    return following.is_capital or following.low in ROLE_HEADS


def _abbreviates(token: Token) -> bool:
    return token.low in _ABBREVIATED or (token.is_capital and len(token.text) <= 2) or "." in token.text


def _apposition(found: list[Token], first: int, last: int, comma: int) -> int:
    """Index of the last token with the apposition behind a comma: a name behind an office, or a role behind a name."""
    index = comma + 1
    while index < len(found) and _DEGREE.fullmatch(found[index].text):
        last = index
        if index + 1 < len(found) and found[index + 1].text == ".":
            index += 1
        if index + 1 >= len(found) or found[index + 1].text != ",":
            return last
        index += 2
    if index >= len(found):
        return last
    if found[index].low == "selaku" and index + 1 < len(found):
        index += 1
    following = found[index]
    if following.low in CALENDAR or following.low in FIRST_PERSONS or following.low in ANAPHORS:
        return last
    has_head = _has_head(found[first : last + 1])
    explains = not has_head and following.low in _EXPLAINING
    names = has_head and following.is_capital and following.low not in _NO_NAME_BEHIND_OFFICE
    if not (explains or names):
        return last
    end = _segment(found, index)
    if end is None or (names and end - index >= _NAME_TOKENS):
        return last
    after = _past_bracket(found, end + 1)
    if after < len(found) and found[after].text.isalpha():
        low = found[after].low
        closes = low in _APPOSITION_ENDS or (names and (low in ADVERBS or low.startswith(("me", "ber"))))
        return end if closes else last
    return end


def before(text: str, start: int, end: int) -> Subject:
    """The subject of the verb at ``end`` in the sentence that begins at ``start``."""
    start = max(start, end - _WIDEST_BEFORE)
    near = max(start, end - _WIDE_BEFORE)
    subject = _before(tokens(text, near, end))
    if near == start or (subject.naming and subject.naming.start > near + _EDGE):
        return subject
    return _before(tokens(text, start, end))


def _before(found: list[Token]) -> Subject:
    index = len(found) - 1
    while index >= 0 and found[index].text == found[index].low and found[index].low in ADVERBS:
        index -= 1
    if index < 0:
        return NOT_SAID
    token = found[index]
    if token.low in ANAPHORS:
        return Subject(Naming(ANAPHOR, token.start, token.end), True)
    if token.low in FIRST_PERSONS or (token.text == token.low and token.low in UNSAID):
        return NOT_SAID
    if token.low in MANY:
        return Subject(Naming(NOBODY, token.start, token.end), True)
    if token.low in JOINING:
        return _of_sentence(found, index, is_joined=True)
    is_pointing = token.text in _POINTERS
    if is_pointing:
        index -= 1
    is_closed = index >= 0 and found[index].text == ","
    first = _run(found, index - is_closed, is_pointing)
    if first is None:
        return _of_sentence(found, index)
    if found[first].low in ANAPHORS and first == index - is_closed:
        return Subject(Naming(ANAPHOR, found[first].start, found[first].end), True)
    last = index - is_closed
    first = _with_apposition(found, first, last, is_closed=is_closed)
    if first > 0 and found[first - 1].text == found[first - 1].low and found[first - 1].low in _PREPOSITIONS:
        return _of_sentence(found, first - 1)
    if first > 0 and found[first - 1].low in ("yang",):
        return NOT_SAID
    if (first == 0 or not found[first - 1].text[0].isalnum()) and _is_thing(found[first]):
        return NOT_SAID
    if is_pointing:
        return Subject(Naming(POINTING, found[first].start, token.end), True)
    return Subject(Naming(NAMED, found[first].start, found[last].end), True)


def _run(found: list[Token], last: int, is_pointing: bool) -> int | None:
    """Index of the first token of the naming that ends with token ``last``; None where it names nobody."""
    first, index = None, last
    while index >= 0 and last - index < _LONGEST:
        token = found[index]
        if token.text == ")":
            opening = next((i for i in range(index, max(-1, index - 9), -1) if found[i].text == "("), None)
            if opening is None:
                break
            index = opening - 1
            continue
        if (
            token.text in (".", "-", "&", "/")
            and index > 0
            and _is_tight(found, index)
            and (token.text != "." or _abbreviates(found[index - 1]))
        ):
            index -= 1
            continue
        if not token.text[0].isalnum():
            break
        opens = index == 0 or not found[index - 1].text[0].isalnum()
        if token.is_capital or (token.text[0].isdigit() and first is not None):
            if (opens and token.low in OPENERS) or token.low in CALENDAR:
                break
            first = index
        elif token.low in ROLE_HEADS or token.low in _ABBREVIATED:
            first = index
        elif token.low in LINKS and first is not None and index > 0 and token.low not in ("di", "untuk", "atas"):
            pass
        elif (head := _head_before(found, index)) is not None and (
            first is not None or is_pointing or head is not None
        ):
            first = index = head
        else:
            break
        index -= 1
    return first


def _head_before(found: list[Token], index: int) -> int | None:
    """Index of the role that the lower-case word ``index`` belongs to: ``pengamat politik``, ``warga sekitar``."""
    for place in range(index, max(-1, index - _MOST_LOWER), -1):
        token = found[place]
        if token.low in ROLE_HEADS:
            return place
        is_word = token.text[0].isalnum()
        if (
            not is_word
            or token.text in _ROLE_ENDS
            or (token.low.startswith(("meng", "meny", "di", "ber")) and token.low not in ("di",))
        ):
            return None
    return None


def _has_head(part: list[Token]) -> bool:
    """Whether a role is among the words; a rank before a name is none."""
    for index, token in enumerate(part):
        if token.low in ROLE_HEADS:
            following = part[index + 1].low if index + 1 < len(part) else ""
            if token.low not in RANKS or following in ROLE_WORDS or following in BODY_MARKS:
                return True
    return False


def _is_thing(token: Token) -> bool:
    """Whether the word that opens a sentence is no speaker's: ``Laporan``, ``Kehadiran``."""
    if token.low in ROLE_HEADS:
        return False
    return token.low in NO_SPEAKERS or (token.is_capital and ABSTRACT.fullmatch(token.text) is not None)


def opens_with_thing(text: str, start: int) -> bool:
    """Whether the sentence at ``start`` opens with a word that is no speaker's."""
    word = _TOKEN.search(text, start, start + 40)
    return word is not None and _is_thing(Token(word[0], word[0].lower(), *word.span()))


def past_openers(text: str, start: int, end: int) -> int:
    """Where the sentence at ``start`` begins behind the words that only join it to the one before."""
    place = start
    for word in _TOKEN.finditer(text, start, end):
        place = word.start()
        if word[0] != "," and word[0].lower() not in OPENERS:
            break
    return place


def _with_apposition(
    found: list[Token], first: int, last: int, *, must_begin: bool = True, is_closed: bool = True
) -> int:
    """Index of the first token with what the naming from ``first`` to ``last`` explains before a comma.

    ``must_begin`` where that has to open the sentence or a clause, as a subject does. An office explains a name only
    where a comma closes it (``is_closed``).
    """
    if first < 2 or found[first - 1].text != ",":
        return first
    has_head = _has_head(found[first : last + 1])
    if (has_head and not is_closed) or (not has_head and last - first >= _NAME_TOKENS):
        return first
    left = _run(found, first - 2, is_pointing=False)
    if left is None:
        return first
    if found[first - 2].low.endswith("nya"):
        return first
    if not has_head and not _has_head(found[left : first - 1]) and left >= 2 and found[left - 1].text == ",":
        # a unit between the office and the name: "Kepala Unit X, Polres Y, Aipda Z"
        further = _run(found, left - 2, is_pointing=False)
        if further is not None and _has_head(found[further : left - 1]):
            left = further
    left_has_head = _has_head(found[left : first - 1])
    before_it = found[left - 1] if left > 0 else None
    begins = before_it is None or not before_it.text[0].isalnum() or before_it.low in _BEFORE_CLAUSES
    if left_has_head != has_head and (begins or not must_begin) and (not has_head or found[left].is_capital):
        return left
    return first


def _of_sentence(found: list[Token], limit: int, *, is_joined: bool = False) -> Subject:
    """The naming that opens the sentence or a clause of it before token ``limit``, when an aside follows it.

    ``is_joined`` where the verb goes on after another one, which may follow the naming too.
    """
    starts = [0] + [i + 1 for i in range(limit) if found[i].text == ","]
    for start in starts:
        index = start
        while index < limit and found[index].low in OPENERS:
            index += 1
        if index >= limit or _is_thing(found[index]) or (index > start and found[start].low in _PREPOSITIONS):
            continue
        naming = _forward(found, index)
        if naming is None or naming.kind == NOBODY:
            continue
        rest = [token for token in found if token.start >= naming.end]
        while rest and rest[0].low in ADVERBS:
            rest = rest[1:]
        is_aside = bool(rest) and (rest[0].low in _ASIDE or rest[0].text == ",")
        if is_aside or (is_joined and rest and rest[0].low.startswith(("me", "ber", "di", "ter", "hadir"))):
            return Subject(naming, True)
    return NOT_SAID


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole naming that the name from ``start`` to ``end`` belongs to, with its office before or behind."""
    found = tokens(text, max(0, start - 140), min(len(text), end + 50))
    last = next(index for index, token in enumerate(found) if token.end >= end)
    while last + 1 < len(found) and found[last + 1].is_capital and found[last + 1].low not in CALENDAR:
        last += 1
    first = _run(found[: last + 1], last, is_pointing=False)
    if first is None:
        return start, end
    first = _with_apposition(found, first, last, must_begin=False)
    naming = behind(text, found[first].start, min(len(text), end + 120))
    return found[first].start, max(found[last].end, naming.end if naming and naming.kind == NAMED else 0)
