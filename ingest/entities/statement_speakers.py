"""Who a naming means: the speakers of one article, told apart and carried on.

Belongs here: office, name and body of a naming; linking short names, roles and anaphora to the naming that says most.
Does not: where namings stand (``statement_namings``), and what is said (``statement_spans``).

Nothing is guessed: an anaphor goes to the speaker named last, a short name to the person who bears it, and what leads
to nobody stays unknown. Only holders of public offices and bodies keep their name; anyone else is a role.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.entities.statement_namings import (
    ANAPHOR,
    NAMED,
    NOBODY,
    POINTING,
    Naming,
    Token,
    around,
    behind,
    opens_with_thing,
    tokens,
)
from ingest.entities.statement_words import (
    ALSO_NAMES,
    BODY_MARKS,
    CALENDAR,
    HONORIFICS,
    LINKS,
    OPENERS,
    PRIVATE_HEADS,
    PUBLIC_OFFICES,
    RANKS,
    RELATIONS,
    ROLE_HEADS,
    ROLE_WORDS,
    SERVICE_RANKS,
)

OFFICIAL, BODY, PERSON, UNKNOWN = "official", "body", "person", "unknown"
_FORMER = frozenset({"mantan", "eks", "bekas"})
# What a president presides over beside a state
_NO_STATE = frozenset(
    {
        "direktur",
        "komisaris",
        "director",
        "pks",
        "klub",
        "eksekutif",
        "partai",
        "buruh",
        "fifa",
        "uefa",
        "afc",
        "barcelona",
        "inter",
        "real",
        "juventus",
        "milan",
    }
)
_PARTICLES = frozenset({"salah", "satu", "seorang", "sang", "para", "pihak"})
_NUMBER = re.compile(r"[0-9]+|[IVX]+")
_SHORT_FORM = re.compile(r" ?\(([A-Z][\w.]{1,14})\)")
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
_LEAST_BODY_LETTERS, _MOST_NAMES, _MOST_PLACES = 4, 5, 10


class Mention(NamedTuple):
    """A mention of a body in the same string."""

    start: int
    end: int
    agency_id: str | None
    via: str


class Parts(NamedTuple):
    """What a naming says: the words of a name, the role as written, and the body of the office."""

    names: frozenset[str]
    role: str | None
    bare_role: str | None
    agency_id: str | None
    is_public: bool
    is_body: bool

    @property
    def has_office(self) -> bool:
        """Whether an office or a role is told beside the name."""
        return self.role is not None


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
        self._parts: dict[tuple[int, int], Parts] = {}
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
        first = start
        for token in tokens(self._text, start, min(place, start + 80)):
            first = token.start
            if token.low not in OPENERS and token.text != ",":
                break
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

    # --- parts ----------------------------------------------------------------------------------------------------

    def describe(self, start: int, end: int) -> Parts:
        """What the naming from ``start`` to ``end`` says."""
        found = self._parts.get((start, end))
        if found is None:
            found = self._parts[start, end] = self._describe(start, end)
        return found

    def _describe(self, start: int, end: int) -> Parts:
        text = self._text
        mentions = self._within(start, end)
        words = [token for token in tokens(text, start, end) if token.text[0].isalnum() or token.text == ","]
        plain = [token for token in words if token.text != ","]
        heads = [
            token
            for index, token in enumerate(plain)
            if token.low in ROLE_HEADS
            and not _is_inside(token, mentions)
            and not (
                token.low in RANKS and not (index + 1 < len(plain) and plain[index + 1].low in ROLE_WORDS | BODY_MARKS)
            )
        ]
        names = self._names(words, heads, mentions)
        is_former = any(token.low in _FORMER for token in plain[:3]) or any(token.low == "purn" for token in plain)
        if heads and heads[0].low in RELATIONS and len(words) == len(plain):
            names = []  # whose relation it is, is told; the speaker's name is not
        is_private = is_former or any(token.low in PRIVATE_HEADS for token in heads[:1])
        is_private = is_private or (bool(plain) and plain[0].low in RELATIONS)
        has_public_word = any(_is_public(plain, index) for index in range(len(plain)))
        office = [mention for mention in mentions if mention.via == "role"] or mentions
        has_office = bool(heads or mentions or has_public_word)
        if (
            not names
            and mentions
            and not is_private
            and mentions[0].via == "name"
            and all(token.low in ("pihak", "para", "manajemen", "tim") for token in heads)
        ):
            return Parts(frozenset(), text[start:end], None, office[0].agency_id, False, True)
        if (not names and not has_office) or (plain and plain[0].low in BODY_MARKS) or _is_acronym(plain):
            is_body = bool(plain) and (plain[0].low in BODY_MARKS or _is_acronym(plain))
            return Parts(frozenset(), text[start:end] if is_body else None, None, None, False, is_body)
        agency = office[0].agency_id if office and not is_private else None
        is_public = not is_private and (bool(mentions) or has_public_word)
        role = self._role(start, end, names, words) if heads or mentions else None
        if short := _SHORT_FORM.match(text, end):
            names = [*names, Token(short[1], short[1].lower(), short.start(1), short.end(1))]
        return Parts(frozenset(t.text for t in names), role, _bare_role(plain), agency, is_public, False)

    def _within(self, start: int, end: int) -> list[Mention]:
        first = bisect_left(self._starts, start)
        return list(self._mentions[first : bisect_left(self._starts, end)])

    def _names(self, words: list[Token], heads: list[Token], mentions: Sequence[Mention]) -> list[Token]:
        """The words of a personal name in a naming: behind the office, or in the part that has none."""
        parts: list[list[Token]] = [[]]
        for token in words:
            if token.text == ",":
                parts.append([])
            else:
                parts[-1].append(token)
        with_office = [any(t in heads or _is_inside(t, mentions) for t in part) for part in parts]
        if any(with_office) and not all(with_office):
            found = next(part for part, office in zip(parts, with_office, strict=True) if not office)
            return [token for token in found if _may_name(token, mentions)][:_MOST_NAMES]
        part = parts[0]
        run: list[Token] = []
        for index, token in reversed(list(enumerate(part))):
            if _may_name(token, mentions):
                run.append(token)
            elif len(token.text) == 1 and token.is_capital:
                continue
            elif token.low in ALSO_NAMES and index and _may_name(part[index - 1], mentions):
                run.append(token)
            elif token.low in HONORIFICS or token.low in RANKS or token.low in ("bin", "binti"):
                if run and token.low not in ("bin", "binti"):
                    break
            elif run or token.low not in ROLE_WORDS or _is_inside(token, mentions):
                break
        run.reverse()
        for index, token in enumerate(part):
            if token.low in BODY_MARKS and index + 1 < len(part) and run and part[index + 1] == run[0] and len(run) > 1:
                run = run[1:]
        return run[-_MOST_NAMES:]

    def _role(self, start: int, end: int, names: list[Token], words: list[Token]) -> str:
        """The office as written: the naming without the name."""
        text = self._text
        if not names:
            return text[start:end]
        if names[0].start > start:
            first = names[0].start
            for token in reversed([token for token in words if token.start < first]):
                if token.low not in RANKS and token.low not in HONORIFICS and token.text not in (",", "I"):
                    break
                first = token.start
            return text[start : max(first, start)].strip(" ,(") or text[start : names[0].start].strip(" ,(.")
        behind_it = text[names[-1].end : end].strip(" ,)")
        return behind_it or text[start:end]


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two longer names differ by one letter, as those of one person do in a hurried article."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_MISSPELT or len(long) - len(short) != 1 or short[0] != long[0]:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _may_name(token: Token, mentions: Sequence[Mention]) -> bool:
    low = token.low
    return (
        token.is_capital
        and not _is_inside(token, mentions)
        and low not in ROLE_WORDS
        and low not in RANKS
        and low not in HONORIFICS
        and low not in LINKS
        and low not in CALENDAR
        and low not in BODY_MARKS
        and low not in ("ri", "republik", "indonesia")
        and not _NUMBER.fullmatch(token.text)
        and len(token.text) > 1
    )


def _is_inside(token: Token, mentions: Sequence[Mention]) -> bool:
    return any(mention.start <= token.start < mention.end for mention in mentions if mention.via != "holder")


def _is_acronym(words: list[Token]) -> bool:
    """Whether a naming is one long acronym, as bodies have and persons have not; initials are no bodies."""
    return len(words) == 1 and words[0].text.isupper() and len(words[0].text) >= _LEAST_BODY_LETTERS


def _is_public(words: list[Token], index: int) -> bool:
    """Whether a word of a naming is an office of the state or a rank in its service."""
    low = words[index].low
    following = words[index + 1].low if index + 1 < len(words) else ""
    if low in ALSO_NAMES and index and words[index - 1].is_capital and words[index - 1].low not in ROLE_WORDS:
        return False
    if low == "presiden":
        return following not in _NO_STATE
    if low in ("wali", "kepala"):
        return following in ("kota", "nagari", "desa", "dusun", "daerah", "polisi", "kepolisian", "kejaksaan", "staf")
    return low in PUBLIC_OFFICES or (low in SERVICE_RANKS and words[index].is_capital)


def _bare_role(words: list[Token]) -> str | None:
    """The role without any name: the words of roles from its head on; None where there is none.

    Nothing that could be a name is kept, so it may be told of anyone.
    """
    for index, token in enumerate(words):
        if token.low in ROLE_HEADS:
            kept: list[str] = []
            for word in words[index:]:
                if not kept and word.low in _PARTICLES:
                    continue
                if word.low not in ROLE_WORDS:
                    break
                kept.append(word.text)
            return " ".join(kept) or None
    return None


def _role_words(role: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", role.lower())) if role else frozenset()
