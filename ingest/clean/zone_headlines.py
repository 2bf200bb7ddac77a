"""Where a promoted headline ends that runs into the article's next sentence.

Belongs here: telling headline and sentence apart by capitals, words and what the article said before. Does not: the
cues that announce a headline (zone_glued). Where no rule sees the end there is none: a sentence must not be lost.

Two styles of headline: title case (``Pasar Lama Ditutup Pekan Depan``), where the first small word that a headline
would not write small betrays the sentence, and sentence case (``pasar lama ditutup pekan depan``), where the first
capital on an ordinary word does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.clean.zone_words import OPENERS, ORDINARY, ROLES, SMALL_IN_HEADLINES, UNITS, set_of

LONGEST_TEASER = 160
_LONGEST_STACK = 480
"""Longest run of promoted headlines without a mark between them, in code points."""
_SEEN_NEAR = 3000
"""How far around a name is looked for, in code points."""
_FEWEST_WORDS = 3

_TOKEN = re.compile(r"\S+")
_STOP = re.compile(
    r" ?\(?\bB(?:aca [Jj]uga|ACA JUGA)\b| (?:Simak|Lihat|Tonton|Saksikan)(?: [Jj]uga)?:? [Vv]ideo\b"
    r"| ?(?:Pewarta|Editor|Reporter|Penulis|Penerjemah) ?:| ?C(?:opyright|OPYRIGHT) ?©"
    r"| Tags?\b|\[Gambas:|\[bacajuga:| ?SCROLL TO| ?ADVERTISEMENT"
    r"| ?\([a-z]{2,5}/[a-z]{2,5}|\n\n"
)
_SEAM = re.compile(
    r"(?<=[\w?!.)'])\"(?=[A-Z])|(?<=[a-z0-9?!.)'+%])(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[A-Za-z],)(?=[A-Z])"
)
_INNER_SEAM = re.compile(r"(?<=[A-Z][a-z]{3})(?=[A-Z][a-z]{2})|(?<=[a-z]{5})(?=[A-Z][a-z]{2})")
_LETTERS_BEFORE = re.compile(r"[A-Za-z][a-z]*$")
_LETTERS_AFTER = re.compile(r"[A-Z][a-z]*")
_SENTENCE_END = re.compile(r"[a-z]{3}[.]\"?$")
_DIGIT = re.compile(r"\d")


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    """The token without the marks around it."""
    low: str
    is_small: bool
    is_capital: bool
    is_neutral: bool
    """Small, but not telling: a headline's small word, a unit after a number, a foreign mark."""
    has_pause: bool
    """Whether a mark ends the token."""


def is_teaser(text: str, fewest: int = 3) -> bool:
    """Whether a line reads like a headline: in title case, without the full stop of a sentence.

    ``fewest`` long words are needed.
    """
    words = [word for word in text.split() if len(word) > 3]
    if not text or len(text) > LONGEST_TEASER or len(words) < fewest:
        return False
    if text[-1] in ".,:;" and not text.endswith("..."):
        return False
    return sum(not word[0].islower() for word in words) >= 0.7 * len(words)


def is_promoted(text: str, fewest: int = 2) -> bool:
    """Whether a line after a cue reads like its headline, of ``fewest`` telling words (``Ada Apa dengan Rossi?``)."""
    if not text or len(text) > LONGEST_TEASER or text[0] in '"-•' or _LIST_ITEM.match(text):
        return False
    if text[-1] in ".,:;)" and not text.endswith("..."):
        return False
    words = [word for word in text.split() if len(word) > 2 and word.lower() not in SMALL_IN_HEADLINES]
    return len(words) >= fewest and sum(not word[0].islower() for word in words) >= 0.7 * len(words)


def first_headline_end(text: str) -> int:
    """Where the headline ends that a paragraph of reporting begins with, after a cue on the line before; else -1.

    Most such cues lost their headline, so only what must be one counts: ordinary words written large.
    """
    end = headline_end(text, 0, min(len(text), LONGEST_TEASER))
    if not 20 <= end < len(text):
        return -1
    words = _words(text, 0, end)
    is_sentence = text[0] == '"' or words[0].low in OPENERS
    return end if not is_sentence and _is_headline(words, fewest=4) else -1


def _is_neutral(low: str, follows_number: bool) -> bool:
    return low in SMALL_IN_HEADLINES or low.startswith(("ke-", "se-")) or (follows_number and low in UNITS)


def _words(text: str, start: int, stop: int) -> list[_Word]:
    words: list[_Word] = []
    for match in _TOKEN.finditer(text, start, stop):
        token = match.group()
        bare = token.strip("\"'(),.:;!?[]")
        first = bare[:1]
        low = bare.lower()
        follows_number = bool(words) and _DIGIT.search(words[-1].text) is not None
        is_small = first.islower()
        words.append(
            _Word(
                match.start(),
                match.end(),
                bare,
                low,
                is_small,
                first.isupper(),
                not first.isalpha() or (is_small and _is_neutral(low, follows_number)),
                token[-1] in ',.:;!?)"',
            )
        )
    return words


def _seam(text: str, word: _Word) -> int:
    """Offset inside ``word`` at which a sentence is glued to the headline before it; -1 where none is.

    Names are written like that too (``YouTube``): one half must be an ordinary word, or both are long and the whole is
    no name that the article uses.
    """
    for match in _SEAM.finditer(text, word.start, word.end):
        at = match.start()
        if match.group():
            return at
        after = _LETTERS_AFTER.match(text, at)
        right = after.group() if after else ""
        known = right.lower() in ORDINARY or right.lower() in ROLES
        mark = text[at - 1]
        if mark in "?!," or (mark == "." and text[at - 3 : at] == "..."):
            return at
        if not mark.islower():
            if known:
                return at
            continue
        before = _LETTERS_BEFORE.search(text[word.start : at])
        left = before.group() if before else ""
        if text[at + len(right) : at + len(right) + 2] in (".c", ".i"):
            continue
        if known or (len(left) > 4 and left.lower() in ORDINARY):
            return at
        is_name = (
            len(left) < 4
            or len(right) < 5
            or (text[word.start : word.end] in text[max(0, word.start - _SEEN_NEAR) : word.start])
        )
        if not is_name:
            return at
    return -1


def next_mark(text: str, start: int, stop: int) -> int:
    """Offset of the next cue, signature or embed between ``start`` and ``stop``; ``stop`` where there is none."""
    match = _STOP.search(text, start, stop)
    return match.start() if match else stop


def headline_end(text: str, start: int, stop: int) -> int:
    """Offset at which the headlines that begin at ``start`` end; -1 where that cannot be told.

    They may run to ``stop`` (the paragraph's end) but not past the next cue.
    """
    limit = min(stop, start + _LONGEST_STACK)
    cut = _STOP.search(text, start + 1, limit)
    hard = cut.start() if cut else (stop if stop <= limit else -1)
    words = _words(text, start, hard if hard >= 0 else limit)
    done = 0
    end = -1
    while done < len(words):
        following = _one_end(text, words[done:], hard)
        if following < 0:
            return end
        end = following
        while done < len(words) and words[done].start < end:
            done += 1
        if done and words[done - 1].end > end:  # glued: another headline of the list, or the sentence
            words[done - 1 : done] = _words(text, end, words[done - 1].end)
            done -= 1
            if not _is_headline(words[done : done + 7]):
                return end
        else:
            return end
    return end if end >= 0 else hard


def _is_headline(words: list[_Word], fewest: int = 5) -> bool:
    """Whether ``fewest`` words are a headline in title case, judged by the ordinary words that they write large."""
    large = sum(
        word.is_capital
        and word.low not in ROLES
        and word.low not in _IN_NAMES
        and (word.low in ORDINARY or _VERB.search(word.low) is not None)
        for word in words[1:]
    )
    return len(words) >= fewest and large >= 2 and not any(word.is_small and not word.is_neutral for word in words)


def _one_end(text: str, words: list[_Word], hard: int) -> int:
    if words[0].is_small or (words[0].low in OPENERS and (words[0].has_pause or (words[1:2] and words[1].is_small))):
        # the link lost its words: a sentence follows the cue, if it is one
        is_sentence = (
            hard < 0
            or hard > words[0].start + LONGEST_TEASER
            or any(_SENTENCE_END.search(text, word.start, word.end) for word in words)
        )
        return -1 if is_sentence or words[0].is_small else hard
    telling = [word.is_small and not word.is_neutral for word in words]
    is_small_case = any(telling[:5])
    end = _UNKNOWN if is_small_case else _title_case_end(text, words, telling)
    if end == _UNKNOWN:
        end = _small_case_end(text, words, telling)
    if end >= 0:
        return end
    longest = LONGEST_TEASER if is_small_case else _LONGEST_STACK
    return hard if end == _NO_MARK and 0 <= hard <= words[0].start + longest else -1


_VERB = re.compile(
    r"[a-z]{3}kan$|^di[a-z]{4}|^(?:ter|ber|mem|men[gyj])[a-z]{4}|^(?:jadi|bakal|akan|bisa|sebut|minta|siap|tolak|beri|buka|temui|bahas|ajak|soroti)$"
)
"""Verbs as headlines write them."""
_LINKS = set_of("di ke dari dan yang untuk pada dengan dalam oleh bagi antara vs asal ini itu")
"""Small words after which no sentence opens."""
_CAPITAL_OPENS = set_of(
    "di ke dari dan yang untuk pada dengan dalam atau oleh bagi saat soal akan hingga tanpa karena agar sebagai"
)
"""Words that open a sentence where they are large."""
_IN_NAMES = set_of("anak keputusan pemerintah perempuan polisi tim")
"""Ordinary words that offices have in their names."""
_LIST_ITEM = re.compile(r"\d{1,3}[.)] ?|[a-zA-Z]\. ")
_ITEM = re.compile(r"\d{1,2}\.$")
_UNKNOWN = -1
_NO_MARK = -2
"""The words run out before anything looks like a sentence."""


def _opens(words: list[_Word], telling: list[bool], i: int) -> bool:
    """Whether a sentence may open at word ``i``: a capital, then something that a headline would not write small."""
    if not words[i].is_capital:
        return False
    if words[i].low in OPENERS:
        return True
    following = i + 1
    while following < len(words) and following < i + 3 and words[following].is_small and not telling[following]:
        following += 1
    return following < len(words) and telling[following]


def _title_case_end(text: str, words: list[_Word], telling: list[bool]) -> int:
    passed = False
    for i in range(1, len(words)):
        word, before = words[i], words[i - 1]
        seam = _seam(text, before)
        if seam >= 0 and i >= 2:
            return seam
        if i < 2:
            continue
        token_end = text[before.end - 1]
        if token_end in "?!" and _opens(words, telling, i):
            return word.start
        if text[word.start] == '"' and word.is_capital and _opens(words, telling, i):
            return word.start
        if telling[i]:
            at = _walk_back(text, words, i)
            if at >= 2 and not passed and text[words[at - 1].end - 1] in ":,":
                passed = True
                continue
            if at < 2 or not _is_title_case(words[1:at], words[at]):
                return _UNKNOWN
            inner = _INNER_SEAM.search(text, words[at].start, words[at].end)
            return inner.start() if inner else words[at].start
        if _SENTENCE_END.search(text, before.start, before.end) and not text.endswith("...", 0, before.end):
            return _UNKNOWN
        is_small_next = i + 1 < len(words) and words[i + 1].is_small
        if (
            is_small_next
            and word.is_capital
            and i >= _FEWEST_WORDS
            and not word.text.isupper()
            and not before.has_pause
        ):
            if word.low in OPENERS or word.low in _CAPITAL_OPENS:
                return word.start
            if words[i + 1].low in ("itu", "ini") and word.low in ORDINARY:
                return word.start
    seam = _seam(text, words[-1])
    return seam if seam >= 0 and len(words) > 2 else _NO_MARK


def _is_title_case(headline: list[_Word], following: _Word) -> bool:
    """Whether ``headline``, without its first word, writes an ordinary word large."""
    if following.low in ORDINARY and following.low not in _IN_NAMES:
        return True
    return any(word.is_capital and (word.low in ORDINARY or _VERB.search(word.low) is not None) for word in headline)


def _walk_back(text: str, words: list[_Word], small: int) -> int:
    """Index of the word that opens the sentence whose first telling small word is ``small``; -1 where unclear."""
    last = small - 1
    while last > 1 and words[last].is_neutral and words[last].is_small:
        last -= 1
    first = last
    while first > 2 and last - first < 6 and not words[first - 1].has_pause and not words[first - 1].is_small:
        if text[words[first].start] == '"':
            break
        first -= 1
    around = text[max(0, words[0].start - _SEEN_NEAR) : words[0].start]
    around += "\n" + text[words[small].end : words[small].end + _SEEN_NEAR]
    follows_link = words[first - 1].low in _LINKS and not words[first - 1].has_pause
    if follows_link and first < last and text[words[first].start : words[last].end] not in around:
        first += 1
    elif follows_link:
        # what goes before the link is the sentence's subject: `Ekspor Beras ke Jepang mencapai`
        for i in range(first - 2, max(1, first - 6), -1):
            if words[i].is_small or words[i].has_pause:
                break
            if words[i].low in ORDINARY or words[i].low in ROLES:
                return i
        return first - 2 if words[first - 2].is_capital and not words[first - 2].has_pause else -1
    after_colon = text[words[first - 1].end - 1] == ":"
    for i in range(first + after_colon, last + 1):
        is_opener = words[i].low in OPENERS and (i == last or words[i].low not in _LINKS)
        if is_opener or (text[words[i].start] == '"' and i > 2 and words[i].is_capital):
            return i
    role = next((i for i in range(last, first - 1, -1) if words[i].low in ROLES), -1)
    if role >= 0 and not any(_VERB.search(word.low) for word in words[role:last]):
        while role > first and words[role - 1].low in ROLES:
            role -= 1
        return role
    if words[last].low in ORDINARY:
        return last
    for i in range(max(first, 2), last + 1):
        if words[i].is_capital and text[words[i].start : words[last].end].rstrip(",") in around:
            return i
    return last if last >= _FEWEST_WORDS else -1


def _small_case_end(text: str, words: list[_Word], telling: list[bool]) -> int:
    small = 0
    for i in range(1, len(words)):
        word, before = words[i], words[i - 1]
        small += telling[i - 1]
        seam = _seam(text, before)
        if seam >= 0 and i >= 2:
            return seam
        if i < _FEWEST_WORDS:
            continue
        token_end = text[before.end - 1]
        if token_end in "?!" and word.is_capital:
            return word.start
        if _SENTENCE_END.search(text, before.start, before.end):
            return _UNKNOWN
        if text[word.start] == '"' and word.is_capital:
            return word.start
        following = words[i + 1] if i + 1 < len(words) else None
        if _ITEM.match(text, word.start, word.end) and following is not None and following.is_capital:
            return word.start
        if not word.is_capital or token_end in ":,-(" or before.low in _LINKS:
            continue
        if not word.text.isupper():
            if word.low in OPENERS or word.low in _CAPITAL_OPENS:
                return word.start
            if small and word.low in ORDINARY and (word.has_pause or following is None or following.is_small):
                return word.start
        if small >= 3 and before.is_small and word.low in ROLES and any(telling[i + 1 : i + 9]):
            return word.start
        if small >= 3 and not before.is_capital and (at := _subject(text, words, i)) >= 0:
            return at
    seam = _seam(text, words[-1])
    return seam if seam >= 0 and len(words) > 2 else _NO_MARK


_SAYS = re.compile(r"(?:me(?:ng|ny|[mnlrwy])[a-z]{3,}|ber[a-z]{4,}|kata|ujar|adalah|telah|juga|pun|langsung|ini|itu)$")


def _subject(text: str, words: list[_Word], first: int) -> int:
    """Start of the subject of which ``first`` is the first capital, before a verb that headlines shorten; else -1."""
    last = first
    while last + 2 < len(words) and last - first < 6 and not words[last].has_pause:
        if words[last + 1].is_capital:
            last += 1
        elif words[last + 1].low == "dan" and words[last + 2].is_capital:
            last += 2
        else:
            break
    if last + 1 >= len(words) or words[last].has_pause or not _SAYS.match(words[last + 1].low):
        return -1
    before = text[max(0, words[0].start - _SEEN_NEAR) : words[0].start]
    for i in range(first, last + 1):
        if words[i].low in ROLES or text[words[i].start : words[last].end] in before:
            return words[i].start
    return words[first].start
