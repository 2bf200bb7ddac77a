"""Statements of titles, which drop prefixes and conjunctions: ``Mendagri: ...``, ``KPK Sebut ...``, ``..., Kata X``.

Belongs here: the words that a title says a speaker said. Does not: who the speaker is (``statement_speakers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.entities.statement_namings import NAMED, Naming, behind
from ingest.entities.statement_quotes import DIRECT, INDIRECT, Words
from ingest.entities.statement_words import words

TITLE_COLON, TITLE_REQUEST = "title_colon", "title_request"
"""Rules of titles: a colon is a speaker's only where he is known; a request counts only of officials and bodies."""
_REQUESTS = words("Minta Desak Meminta")
_SAYING = words(
    """
    Sebut Ungkap Ungkapkan Tegaskan Jelaskan Katakan Nyatakan Klaim Akui Ngaku Nilai Bilang Ingatkan Bantah Pastikan
    Imbau Beberkan Paparkan Berharap Harap Mengaku Menyebut Mengatakan Menilai Mengungkapkan Menegaskan
    """
)
_VERB = re.compile(rf" ({'|'.join(sorted(_SAYING | _REQUESTS))})(?: [Bb]ahwa| [Jj]ika| [Kk]alau)?(?= )")
_COLON, _COMMA = re.compile(" ?: "), re.compile(", ")
_CUE = re.compile(r"[,?!\"'] (Kata|Ujar|Ungkap|Sebut|Tegas|Jelas|kata|ujar|ungkap|sebut) (?=[A-Z])")
_WORDS = re.compile(r"\w+")
_LEAST_WORDS = 3


def find_title_words(title: str) -> list[Words]:
    """What a title says that someone said: one statement or none."""
    found = next((candidate for candidate in _candidates(title) if candidate is not None), None)
    return [] if found is None else [found]


def _candidates(title: str) -> Iterator[Words | None]:
    end = len(title)
    colon = _COLON.search(title)
    if colon and (naming := _last_naming(title, colon.start())):
        yield _words(title, colon.end(), end, ":", TITLE_COLON, naming, colon.start())
    verb = _VERB.search(title)
    if verb and (naming := _last_naming(title, verb.start())):
        rule = TITLE_REQUEST if verb[1] in _REQUESTS else "title_verb"
        yield _words(title, verb.end(), end, verb[1], rule, naming, verb.start(1))
    cue = _CUE.search(title)
    if cue and (naming := _naming(title, cue.end(), end)):
        yield _words(title, 0, cue.start(), cue[1], "title_cue", naming, cue.start(1))


def _last_naming(title: str, end: int) -> Naming | None:
    """The naming before ``end``; a title may begin with the occasion: ``Kalah dari X, Pelatih Akui ...``."""
    starts = [*(comma.end() for comma in _COMMA.finditer(title, 0, end)), 0]
    return next((naming for start in starts if (naming := _naming(title, start, end))), None)


def _naming(title: str, start: int, end: int) -> Naming | None:
    """The naming that fills a stretch of the title; None where something else stands there too."""
    naming = behind(title, start, end)
    return naming if naming and naming.kind == NAMED and naming.end == end else None


def _words(title: str, start: int, end: int, cue: str, rule: str, naming: Naming, at: int) -> Words | None:
    kind = INDIRECT
    while start < end and (title[start].isspace() or title[start] in ",:"):
        start += 1
    while start < end and (title[end - 1].isspace() or title[end - 1] in ",:"):
        end -= 1
    for mark in "\"'":
        if title[start:end].startswith(mark) and title.find(mark, start + 1) == end - 1:
            kind, start, end = DIRECT, start + 1, end - 1
    if len(_WORDS.findall(title, start, end)) < _LEAST_WORDS:
        return None
    return Words(kind, start, end, cue, rule, naming, at)
