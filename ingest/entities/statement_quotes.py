"""Quotations: which words stand between marks, and the cue that attributes them.

Belongs here: pairing quotation marks, the cue beside a quotation, quoted sentences that go on after a statement. Does
not: reported clauses (``statement_spans``), who the naming means (``statement_speakers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.entities.sentences import Sentences
from ingest.entities.statement_namings import ANAPHOR, NAMED, Naming, before, behind
from ingest.entities.statement_words import LINKS, OPENERS, QUOTE_CUES, STOP, VERB

DIRECT, INDIRECT = "direct", "indirect"
_QUOTE = re.compile('"')
_STEMS = "|".join(sorted(QUOTE_CUES))
_CUE_BEFORE = re.compile(rf"(?:^|[.,] ?)({_STEMS})(nya)?\b([^\"]*)$", re.IGNORECASE)
_CUE_BEHIND = re.compile(rf"[ ,.]{{0,4}}(?:pun |pula |dan |begitu )?({_STEMS})(nya)?(?![\w-])", re.IGNORECASE)
# A comma before the closing mark tells that an attribution follows, whatever its verb
_UNLISTED_CUE = re.compile(r" ([a-z]{3,12})(?= [A-Z]| dia\b)")
_ANY_VERB = re.compile(r" (me[a-z]{4,}|ber[a-z]{3,})(?: [^\",.:]{0,60})?[,:] ?$")
_NO_VERBS = STOP | OPENERS | LINKS
_WORDS = re.compile(r"\w+")
_LEAST_WORDS, _LEAST_LETTERS, _LONGEST_GAP, _LONGEST_TAIL = 3, 2, 160, 90
_SENTENCE_SIGNS = ".?!\u2026"
_ASIDES = ("kepada", "dalam", "saat", "di", "pada", "usai", "ketika", "melalui")


class Words(NamedTuple):
    """Words that are said, ``start`` to ``end``, with their cue and the naming beside it; ``naming`` may be missing."""

    kind: str
    start: int
    end: int
    cue: str
    rule: str
    naming: Naming | None
    at: int
    """Where the cue stands."""


class Quotation(NamedTuple):
    """The inside of a pair of marks; ``first`` and ``last`` are where its paragraph begins and ends."""

    start: int
    end: int
    first: int
    last: int
    is_closed: bool


def quotations(text: str, start: int, end: int) -> Iterator[Quotation]:
    """What stands between marks from ``start`` to ``end``, paragraph by paragraph."""
    mark = text.find('"', start, end)
    while mark >= 0:
        first = max(start, text.rfind("\n", start, mark) + 1)
        last = text.find("\n", mark, end)
        last = end if last < 0 else last
        yield from _pairs(text, [m.start() for m in _QUOTE.finditer(text, mark, last)], first, last)
        mark = text.find('"', last, end)


def _pairs(text: str, marks: list[int], first: int, last: int) -> Iterator[Quotation]:
    opened, depth = -1, 0
    for number, mark in enumerate(marks):
        left = text[mark - 1] if mark > first else " "
        right = text[mark + 1] if mark + 1 < last else " "
        opens = (left.isspace() or left in "(,:[-") and not right.isspace()
        closes = not right.isalnum() or _CUE_BEHIND.match(text, mark + 1, last) is not None
        if opened < 0:
            if right.isspace() and not left.isspace() and left in ",.?!":
                continue  # a closing mark whose opening one was lost
            opened = mark + 1
        elif opens and right.isalnum() and not _CUE_BEHIND.match(text, mark + 1, last):
            following = [_closes(text, other, last) for other in marks[number + 1 : number + 3]]
            if following == [True, True] and left not in ",":
                depth += 1
            else:
                yield Quotation(opened, mark, first, last, True)  # its closing mark was lost
                opened = mark + 1
                depth = 0
        elif depth:
            depth -= 1
        elif closes or number == len(marks) - 1:
            yield Quotation(opened, mark, first, last, True)
            opened = -1
        else:
            yield Quotation(opened, mark, first, last, True)
            opened = -1
    if opened >= 0 and not text[first : opened - 1].strip():
        yield Quotation(opened, last, first, last, False)


def _closes(text: str, mark: int, last: int) -> bool:
    right = text[mark + 1] if mark + 1 < last else " "
    return not right.isalnum()


def quoted(text: str, found: list[Quotation], sentences: Sentences) -> list[Words]:
    """The quotations that someone is said to say, with their cue; a quoted sentence may go on without one."""
    said: list[Words] = []
    for number, quotation in enumerate(found):
        start, end = _trimmed(text, quotation.start, quotation.end)
        if sum(map(str.isalpha, text[start:end])) < _LEAST_LETTERS:
            continue
        previous = found[number - 1] if number else None
        limit = found[number + 1].start - 1 if number + 1 < len(found) else quotation.last
        limit = min(limit, quotation.last)
        floor = max(quotation.first, previous.end + 1) if previous else quotation.first
        words = _attributed(text, quotation, start, end, floor, limit, sentences)
        if words is None and _goes_on(text, quotation, start, end, floor):
            last = said[-1] if said else None
            words = Words(DIRECT, start, end, "", "continued_quote", None, end) if last or floor >= 0 else None
        if words is not None:
            said.append(words)
    return said


def _attributed(
    text: str, quotation: Quotation, start: int, end: int, floor: int, limit: int, sentences: Sentences
) -> Words | None:
    """The quotation with the cue behind it or before it in its sentence; None without one."""
    if quotation.is_closed:
        cue = _CUE_BEHIND.match(text, quotation.end + 1, limit)
        if cue:
            word = cue[1] + (cue[2] or "")
            if cue[2]:
                naming: Naming | None = Naming(ANAPHOR, cue.start(2), cue.end(2))
                named = behind(text, cue.end(), quotation.last) if text[cue.end() : cue.end() + 1] == " " else None
                if named and named.kind == NAMED and text[named.start].isupper():
                    naming = named
                return Words(DIRECT, start, end, word, "quote_cue_nya", naming, cue.start(1))
            naming = behind(text, cue.end(), quotation.last)
            return Words(DIRECT, start, end, word, "quote_cue_speaker", naming, cue.start(1))
        cue = _UNLISTED_CUE.match(text, quotation.end + 1, limit) if text[quotation.end - 1] == "," else None
        if cue and cue[1] not in _NO_VERBS:
            naming = behind(text, cue.end(), quotation.last)
            if naming is not None:
                return Words(DIRECT, start, end, cue[1], "quote_cue_speaker", naming, cue.start(1))
    head = text[floor : quotation.start - 1]
    verb = next(reversed(list(VERB.finditer(" " + head + " "))), None)
    if verb and _leads_to(head[verb.end() - 1 :]):
        at = floor + verb.start()
        sentence = max(floor, sentences.around(max(floor, at - 1), at)[0])
        subject = before(text, sentence, at)
        if subject.is_said:
            return Words(DIRECT, start, end, verb[1], "speaker_verb_quote", subject.naming, at)
    any_verb = _ANY_VERB.search(head) if _is_sentence(text, quotation, start, end) else None
    if any_verb:
        at = floor + any_verb.start()
        subject = before(text, max(floor, sentences.around(max(floor, at - 1), at)[0]), at)
        if subject.is_said and subject.naming is not None:
            return Words(DIRECT, start, end, any_verb[1], "speaker_verb_quote", subject.naming, at + 1)
    cue = _CUE_BEFORE.search(head)
    if cue and _leads_to(cue[3]):
        at = floor + cue.start(1)
        word = cue[1] + (cue[2] or "")
        if cue[2]:
            return Words(
                DIRECT, start, end, word, "cue_nya_quote", Naming(ANAPHOR, floor + cue.start(2), floor + cue.end(2)), at
            )
        naming = behind(text, floor + cue.end(1), quotation.start - 1)
        return Words(DIRECT, start, end, word, "cue_speaker_quote", naming, at)
    return _followed(text, quotation, start, end, limit, sentences) if quotation.is_closed else None


def _followed(text: str, quotation: Quotation, start: int, end: int, limit: int, sentences: Sentences) -> Words | None:
    """The quotation with a subject and a verb behind it: ``"...," dia menambahkan``."""
    tail_end = sentences.around(quotation.end + 1, quotation.end + 1)[1] if quotation.end + 1 < limit else limit
    tail_end = min(tail_end, limit)
    verb = VERB.search(text, quotation.end + 1, min(tail_end, quotation.end + 90))
    if verb and text[end - 1] != "." and _is_tail(text, verb.end(), tail_end):
        subject = before(text, quotation.end + 1, verb.start())
        if subject.naming is not None:
            return Words(DIRECT, start, end, verb[1], "quote_speaker_verb", subject.naming, verb.start(1))
    return None


def _is_sentence(text: str, quotation: Quotation, start: int, end: int) -> bool:
    """Whether a quotation reads as a sentence, not as a title or a term."""
    ends = text[quotation.end - 1] in _SENTENCE_SIGNS + "," or text[quotation.end + 1 : quotation.end + 2] == "."
    return ends and text[start].isupper() and len(_WORDS.findall(text, start, end)) > _LEAST_WORDS


def _leads_to(gap: str) -> bool:
    """Whether what stands between a cue and a quotation lets the cue govern it."""
    gap = gap.rstrip()
    return (
        len(gap) < 160
        and ". " not in gap
        and ";" not in gap
        and (not gap or gap[-1] in ",:" or gap.strip() in ("bahwa", ""))
    )


def _is_tail(text: str, start: int, end: int) -> bool:
    """Whether a verb behind a quotation has nothing of its own to report."""
    rest = text[start:end].strip(" .")
    return (
        not rest
        or rest[0] in "(,"
        or rest.split(" ", 1)[0] in ("kepada", "dalam", "saat", "di", "pada", "usai", "ketika", "melalui")
    )


def _goes_on(text: str, quotation: Quotation, start: int, end: int, floor: int) -> bool:
    """Whether a quotation is a sentence of its own, as those are that go on after a statement."""
    if len(_WORDS.findall(text[start:end])) < _LEAST_WORDS or not (text[start].isupper() or text[start] in "(['"):
        return False
    left = text[floor : quotation.start - 1].rstrip(" ,")
    if left and left[-1] not in _SENTENCE_SIGNS + '"':
        return False
    sign = text[quotation.end - 1 : quotation.end]
    behind_it = text[quotation.end + 1 : quotation.last].lstrip()
    if not quotation.is_closed or not behind_it:
        return True
    return behind_it[0] == "." or (sign in _SENTENCE_SIGNS and sign != "" and not behind_it[0].islower())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The words between marks, without white space and the comma before the closing mark."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] == ","):
        end -= 1
    return start, end
