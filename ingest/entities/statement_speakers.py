"""Who a naming means: the speakers of one article, told apart and carried on.

Belongs here: linking short names, roles and anaphora to the naming that says most. Does not: where namings stand
(``statement_namings``), what one says by itself (``statement_parts``), and what is said (``statement_spans``).

Nothing is guessed: an anaphor goes to the speaker named last, a short name to the person who bears it, and what leads
to nobody stays unknown. Only holders of public offices and bodies keep their name; anyone else is a role.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.entities.statement_namings import (
    ANAPHOR,
    NAMED,
    NOBODY,
    POINTING,
    Naming,
    around,
    behind,
    opens_with_thing,
    past_openers,
)
from ingest.entities.statement_parts import SHORT_FORM, Mention, Parts, describe
from ingest.entities.statement_words import HONORIFICS, ROLE_WORDS

OFFICIAL, BODY, PERSON, UNKNOWN = "official", "body", "person", "unknown"
_AGENT = re.compile(
    r"\bdi(?:sampaikan|ungkapkan|katakan|jelaskan|tegaskan|tuturkan|benarkan|utarakan|kemukakan|nyatakan"
    r"|konfirmasi(?= oleh))(?:nya)?(?: langsung)?(?: oleh)? (?=[A-Za-z])"
)
_ALIAS_BEFORE = re.compile(r"(?<=\w),? (?:atau|alias|(?:yang )?(?:akrab|biasa|kerap) (?:disapa|dipanggil)) $")
_SENTENCE_START = re.compile(r"(?:^|\n|[.!?][\"')]* )(?=[A-Z])")
_PREDICATES = """
    pun juga sendiri sebelumnya kemudian lalu kembali turut sempat langsung lantas yang enggan tak tidak ingin ikut
    yakin minta adalah merupakan akan telah sudah hadir
    """
_PREDICATE = re.compile(rf",? ?(?:me[mn]|ber|di[a-z]{{4}}|ter[a-z]{{3}}|(?:{'|'.join(_PREDICATES.split())}) )")
_LEAST_MISSPELT = 5
_MOST_PLACES = 10


@dataclass
class Speaker:
    """One who speaks in an article, by the naming that says most of him."""

    start: int
    end: int
    parts: Parts

    @property
    def kind(self) -> str:
        """official, body, person or unknown."""
        if self.parts.is_body:
            return BODY
        if self.parts.is_public:
            return OFFICIAL
        return PERSON if self.parts.names or self.parts.role else UNKNOWN


class Cast:
    """The speakers of one string, in the order in which they are asked for."""

    def __init__(self, text: str, mentions: Sequence[Mention], stretches: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]
        self._stretches = stretches
        self.speakers: list[Speaker] = []
        self._last: Speaker | None = None
        self._heard = 0

    def who(self, naming: Naming | None, place: int, end: int) -> Speaker | None:
        """The speaker that ``naming`` means where it is asked for in reading order; None where it leads to nobody.

        Without a naming (``continued``) it is whoever was named last before ``place``; ``end`` is where the words end.
        """
        if naming is None or naming.kind == ANAPHOR:
            found = self._named_last(place)
        elif naming.kind == NOBODY:
            found = None
        elif naming.kind == POINTING:
            found = self._pointed_at(naming, place)
        else:
            found = self._named(naming)
        self._last, self._heard = found, max(self._heard, end, naming.end if naming else 0)
        return found

    def unheard(self, end: int) -> None:
        """A statement whose speaker the article lost: nobody is named last any more."""
        self._last, self._heard = None, max(self._heard, end)

    def bearer(self, names: frozenset[str]) -> Speaker | None:
        """The speaker heard last who bears ``names``."""
        for speaker in reversed(self.speakers):
            known = speaker.parts.names
            if known and (names <= known or known <= names):
                return speaker
        if len(names) == 1:
            (name,) = names
            for speaker in reversed(self.speakers):
                if any(_is_misspelt(name, known) for known in speaker.parts.names):
                    return speaker
        return None

    # --- linking --------------------------------------------------------------------------------------------------

    def _named(self, naming: Naming) -> Speaker:
        parts = self.describe(naming.start, naming.end)
        if parts.names:
            speaker = self.bearer(parts.names)
            if speaker is None:
                return self._introduced(naming, parts)
            if parts.has_office and not speaker.parts.has_office:
                speaker.start, speaker.end = naming.start, naming.end
                speaker.parts = parts._replace(names=parts.names | speaker.parts.names)
            elif parts.agency_id and not speaker.parts.agency_id and parts.is_public:
                speaker.parts = speaker.parts._replace(agency_id=parts.agency_id, is_public=True)
            return speaker
        return self._holder(naming, parts) or self._new(naming.start, naming.end, parts)

    def _holder(self, naming: Naming, parts: Parts) -> Speaker | None:
        """The speaker whose role a naming without a name repeats: ``Kapolres``, ``saksi``, ``KPK``."""
        words = _role_words(parts.role)
        for speaker in reversed(self.speakers):
            known = speaker.parts
            if parts.is_body or known.is_body:
                same = (
                    parts.is_body
                    and known.is_body
                    and (
                        parts.agency_id == known.agency_id
                        if parts.agency_id
                        else self._text[naming.start : naming.end] == self._text[speaker.start : speaker.end]
                    )
                )
            else:
                same = bool(words) and words <= _role_words(known.role) and parts.agency_id in (None, known.agency_id)
            if same:
                return speaker
        return None

    def _introduced(self, naming: Naming, parts: Parts) -> Speaker:
        """A new speaker, by the first naming in the article that tells the office of one of this name."""
        if not parts.has_office or (parts.is_public and parts.agency_id is None):
            word = max(parts.names, key=lambda name: (len(name), name))
            for first, last in self._places(word):
                alias = _ALIAS_BEFORE.search(self._text, max(0, first - 30), first)
                if alias:
                    start, end = around(self._text, alias.start(), alias.start())
                elif self._is_introduction(first, last):
                    start, end = around(self._text, first, last)
                else:
                    continue
                fuller = self.describe(start, end)
                if alias and fuller.names:
                    return self._new(start, end, fuller._replace(names=fuller.names | parts.names))
                if fuller.has_office and parts.names <= fuller.names and (fuller.agency_id or not parts.has_office):
                    return self._new(start, end, fuller)
        return self._new(naming.start, naming.end, parts)

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        """Where a word of a name stands in the counted stretches; the first few."""
        first, count = self._text.find(word), 0
        while first >= 0 and count < _MOST_PLACES:
            last = first + len(word)
            is_whole = not self._text[first - 1 : first].isalnum() and not self._text[last : last + 1].isalnum()
            if is_whole and any(start <= first < end for start, end in self._stretches):
                count += 1
                yield first, last
            first = self._text.find(word, last)

    def _is_introduction(self, start: int, end: int) -> bool:
        """Whether a capital, an office's word or a comma stands beside a name: a quick look before a long one."""
        left = self._text[max(0, start - 30) : start].rsplit("\n", 1)[-1].split()
        if left:
            word = left[-1].strip("(,)")
            is_near = not left[-1].endswith((".", "?", "!", '"')) or word.lower().strip(".") in HONORIFICS
            if is_near and (word[:1].isupper() or word.lower() in ROLE_WORDS):
                return True
        after = self._text[end : end + 40]
        name, comma, _ = after.partition(",")
        return " selaku" in after or (bool(comma) and all(word[:1].isupper() for word in name.split()))

    def _new(self, start: int, end: int, parts: Parts) -> Speaker:
        self.speakers.append(Speaker(start, end, parts))
        return self.speakers[-1]

    def _pointed_at(self, naming: Naming, place: int) -> Speaker | None:
        last = self._named_last(place)
        parts = self.describe(naming.start, naming.end)
        words = _role_words(parts.role) - {"itu", "tersebut", "ini"}
        for speaker in reversed(self.speakers):
            if words and words <= _role_words(speaker.parts.role):
                return speaker
        if last is None:
            return self._new(naming.start, naming.end, parts) if parts.has_office and not parts.is_body else None
        if parts.agency_id and parts.is_public and not last.parts.agency_id and not last.parts.is_body:
            last.parts = last.parts._replace(
                agency_id=parts.agency_id, is_public=True, role=last.parts.role or parts.role
            )
        return last

    def _named_last(self, place: int) -> Speaker | None:
        """The speaker named last before ``place``, be it as the subject of a sentence that reports nothing."""
        starts = [(m.end(), False) for m in _SENTENCE_START.finditer(self._text, self._heard, place)]
        starts += [(m.end(), True) for m in _AGENT.finditer(self._text, self._heard, place)]
        for start, is_agent in sorted(starts, reverse=True):
            if not any(first <= start < last for first, last in self._stretches):
                continue
            found = self._agent(start, place) if is_agent else self._subject(start, place)
            if is_agent and found is None:
                continue
            comma = self._text.find(", ", start, min(place, start + 120)) if found is None else -1
            if comma > 0:
                found = self._subject(comma + 2, place)
            if found is not None:
                return found
        return self._last

    def _agent(self, start: int, place: int) -> Speaker | None:
        """Who said what the passive before ``start`` tells: ``Hal itu disampaikan Kapolres X``."""
        naming = behind(self._text, start, place)
        if naming is None or naming.kind != NAMED:
            return None
        parts = self.describe(naming.start, naming.end)
        return self._named(naming) if parts.names or parts.has_office else None

    def _subject(self, start: int, place: int) -> Speaker | None:
        """The person that the sentence at ``start`` is about; None where it is not surely a person."""
        first = past_openers(self._text, start, min(place, start + 80))
        if opens_with_thing(self._text, first):
            return None
        naming = behind(self._text, first, place)
        if naming is None or naming.kind != NAMED or not _PREDICATE.match(self._text, naming.end):
            return None
        parts = self.describe(naming.start, naming.end)
        if not parts.names or parts.is_body:
            return None
        known = self.bearer(parts.names)
        if known is not None:
            return self._named(naming)
        if parts.is_public or (parts.has_office and parts.bare_role):
            return self._named(naming)
        return None if self._last is not None else self._named(naming)

    def describe(self, start: int, end: int) -> Parts:
        """What the naming from ``start`` to ``end`` says."""
        first = bisect_left(self._starts, start)
        inside = tuple(
            Mention(mention.start - start, mention.end - start, mention.agency_id, mention.via)
            for mention in self._mentions[first : bisect_left(self._starts, end)]
        )
        short = SHORT_FORM.match(self._text, end)
        return describe(self._text[start:end], inside, short[1] if short else None)


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two longer names differ by one letter, as those of one person do in a hurried article."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_MISSPELT or len(long) - len(short) != 1 or short[0] != long[0]:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _role_words(role: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", role.lower())) if role else frozenset()
