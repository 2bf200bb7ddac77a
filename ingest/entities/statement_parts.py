"""What a naming says: the words of a name, the role as written, and the body of the office.

Belongs here: office, name and body of a naming, from its own words and the mentions in it. Does not: where a naming
begins and ends (``statement_namings``), and which namings mean the same speaker (``statement_speakers``).

Only holders of public offices and bodies keep their name; of anyone else a role is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.entities.statement_namings import Token, tokens
from ingest.entities.statement_words import (
    ALSO_NAMES,
    BODY_MARKS,
    CALENDAR,
    HONORIFICS,
    LINKS,
    PRIVATE_HEADS,
    PUBLIC_OFFICES,
    RANKS,
    RELATIONS,
    ROLE_HEADS,
    ROLE_WORDS,
    SERVICE_RANKS,
    words,
)

SHORT_FORM = re.compile(r" ?\(([A-Z][\w.]{1,14})\)")
"""The short form that a name introduces behind itself: ``Tito Karnavian (Tito)``."""

_FORMER = words("mantan eks bekas")
# What a president presides over beside a state
_NO_STATE = words(
    """
    direktur komisaris director pks klub eksekutif partai buruh fifa uefa afc barcelona inter real juventus milan
    """
)
_NO_NAMES = ROLE_WORDS | RANKS | HONORIFICS | LINKS | CALENDAR | BODY_MARKS | words("ri republik indonesia")
_OFFICE_WORDS = ROLE_WORDS | BODY_MARKS
_MAY_BE_PUBLIC = PUBLIC_OFFICES | SERVICE_RANKS | words("presiden wali kepala")
_PARTICLES = words("salah satu seorang sang para pihak")
_NUMBER = re.compile(r"[0-9]+|[IVX]+")
_LEAST_BODY_LETTERS, _MOST_NAMES, _MOST_KEPT = 4, 5, 8192


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


@lru_cache(maxsize=_MOST_KEPT)
def describe(text: str, mentions: tuple[Mention, ...], short: str | None) -> Parts:
    """What the naming ``text`` says, with the mentions in it and the short form of the name behind it.

    The same namings come again and again, within an article and in others.
    """
    found = [token for token in tokens(text, 0, len(text)) if token.text[0].isalnum() or token.text == ","]
    plain = [token for token in found if token.text != ","]
    lows = [token.low for token in plain]
    heads = [
        token
        for index, token in enumerate(plain)
        if token.low in ROLE_HEADS
        and not _is_inside(token, mentions)
        and (token.low not in RANKS or (index + 1 < len(lows) and lows[index + 1] in _OFFICE_WORDS))
    ]
    names = _names(found, heads, mentions)
    is_former = "purn" in lows or not _FORMER.isdisjoint(lows[:3])
    if heads and heads[0].low in RELATIONS and len(found) == len(plain):
        names = []  # whose relation it is, is told; the speaker's name is not
    is_private = is_former or any(token.low in PRIVATE_HEADS for token in heads[:1])
    is_private = is_private or (bool(plain) and plain[0].low in RELATIONS)
    has_public_word = any(low in _MAY_BE_PUBLIC and _is_public(plain, index) for index, low in enumerate(lows))
    office = [mention for mention in mentions if mention.via == "role"] or mentions
    has_office = bool(heads or mentions or has_public_word)
    if (
        not names
        and mentions
        and not is_private
        and mentions[0].via == "name"
        and all(token.low in ("pihak", "para", "manajemen", "tim") for token in heads)
    ):
        return Parts(frozenset(), text, None, office[0].agency_id, False, True)
    if (not names and not has_office) or (plain and plain[0].low in BODY_MARKS) or _is_acronym(plain):
        is_body = bool(plain) and (plain[0].low in BODY_MARKS or _is_acronym(plain))
        return Parts(frozenset(), text if is_body else None, None, None, False, is_body)
    agency = office[0].agency_id if office and not is_private else None
    is_public = not is_private and (bool(mentions) or has_public_word)
    role = _role(text, names, found) if heads or mentions else None
    own = frozenset(token.text for token in names)
    return Parts(own | {short} if short else own, role, _bare_role(plain), agency, is_public, False)


def _names(found: list[Token], heads: list[Token], mentions: Sequence[Mention]) -> list[Token]:
    """The words of a personal name in a naming: behind the office, or in the part that has none."""
    parts: list[list[Token]] = [[]]
    for token in found:
        if token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    with_office = [any(t in heads or _is_inside(t, mentions) for t in part) for part in parts if len(parts) > 1]
    if any(with_office) and not all(with_office):
        name = next(part for part, office in zip(parts, with_office, strict=True) if not office)
        return [token for token in name if _may_name(token, mentions)][:_MOST_NAMES]
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


def _role(text: str, names: list[Token], found: list[Token]) -> str:
    """The office as written: the naming without the name."""
    if not names:
        return text
    if names[0].start > 0:
        first = names[0].start
        for token in reversed([token for token in found if token.start < first]):
            if token.low not in RANKS and token.low not in HONORIFICS and token.text not in (",", "I"):
                break
            first = token.start
        return text[:first].strip(" ,(") or text[: names[0].start].strip(" ,(.")
    behind_it = text[names[-1].end :].strip(" ,)")
    return behind_it or text


def _may_name(token: Token, mentions: Sequence[Mention]) -> bool:
    return (
        token.is_capital
        and token.low not in _NO_NAMES
        and len(token.text) > 1
        and not _NUMBER.fullmatch(token.text)
        and not _is_inside(token, mentions)
    )


def _is_inside(token: Token, mentions: Sequence[Mention]) -> bool:
    return bool(mentions) and any(
        mention.start <= token.start < mention.end and mention.via != "holder" for mention in mentions
    )


def _is_acronym(found: list[Token]) -> bool:
    """Whether a naming is one long acronym, as bodies have and persons have not; initials are no bodies."""
    return len(found) == 1 and found[0].text.isupper() and len(found[0].text) >= _LEAST_BODY_LETTERS


def _is_public(found: list[Token], index: int) -> bool:
    """Whether a word of a naming is an office of the state or a rank in its service."""
    low = found[index].low
    following = found[index + 1].low if index + 1 < len(found) else ""
    if low in ALSO_NAMES and index and found[index - 1].is_capital and found[index - 1].low not in ROLE_WORDS:
        return False
    if low == "presiden":
        return following not in _NO_STATE
    if low in ("wali", "kepala"):
        return following in ("kota", "nagari", "desa", "dusun", "daerah", "polisi", "kepolisian", "kejaksaan", "staf")
    return low in PUBLIC_OFFICES or (low in SERVICE_RANKS and found[index].is_capital)


def _bare_role(found: list[Token]) -> str | None:
    """The role without any name: the words of roles from its head on; None where there is none.

    Nothing that could be a name is kept, so it may be told of anyone.
    """
    for index, token in enumerate(found):
        if token.low in ROLE_HEADS:
            kept: list[str] = []
            for word in found[index:]:
                if not kept and word.low in _PARTICLES:
                    continue
                if word.low not in ROLE_WORDS:
                    break
                kept.append(word.text)
            return " ".join(kept) or None
    return None
