"""Who says what for whom: the quoted and reported words of an article, with their speaker and the body he speaks for.

Belongs here: the table entities.statements from articles, zones and mentions. Does not: the rules, which are in
``statement_spans`` (what is said), ``statement_namings`` (where a speaker is named), ``statement_parts`` (what a naming
says), ``statement_speakers`` (who it is) and ``statement_words`` (the lexicon).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from ingest.entities.sentences import Sentences
from ingest.entities.statement_namings import ANAPHOR
from ingest.entities.statement_parts import Mention
from ingest.entities.statement_quotes import Words
from ingest.entities.statement_spans import REQUEST, find_words
from ingest.entities.statement_speakers import BODY, OFFICIAL, UNKNOWN, Cast, Speaker
from ingest.entities.statement_titles import TITLE_COLON, TITLE_REQUEST, find_title_words
from warehouse.contracts.lake import MENTION_ZONES, STATEMENTS
from warehouse.keys import hex16

TITLE = "title"
Row = tuple[object, ...]
Zone = tuple[str, int, int]


def find_statements(articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Statements in titles, captions, leads and bodies: an entities.statements frame.

    ``articles`` needs document_id, title and text; ``zones`` the clean.zones columns; ``mentions`` those of
    entities.mentions of the same documents. Offsets count code points in ``title`` for the zone ``title``, in ``text``
    otherwise; ``speaker_start`` and ``speaker_end`` count in the same string. Rows are in the order of articles, the
    title first, then by place; no two overlap.
    """
    stretches: dict[str, list[Zone]] = defaultdict(list)
    counted = zones.filter(pl.col("zone").is_in(MENTION_ZONES)).sort("document_id", "zone_index")
    for document, *zone in counted.select("document_id", "zone", "start", "end").iter_rows():
        stretches[document].append((zone[0], zone[1], zone[2]))
    bodies: dict[tuple[str, bool], list[Mention]] = defaultdict(list)
    columns = mentions.select("document_id", "zone", "start", "end", "agency_id", "via").sort("document_id", "start")
    for document, zone, *mention in columns.iter_rows():
        bodies[document, zone == TITLE].append(Mention(*mention))
    rows: list[Row] = []
    for document, title, text in articles.select("document_id", "title", "text").iter_rows():
        cast = Cast(text, bodies.get((document, False), ()), [zone[1:] for zone in stretches.get(document, ())])
        in_text = _of_text(document, text, stretches.get(document, ()), cast)
        rows.extend(_of_title(document, title, bodies.get((document, True), ()), cast))
        rows.extend(in_text)
    return pl.DataFrame(rows, schema=STATEMENTS.polars_schema(), orient="row")


def _of_text(document: str, text: str, zones: Sequence[Zone], cast: Cast) -> list[Row]:
    sentences = Sentences(text)
    said: list[tuple[str, Words, Speaker | None]] = []
    for zone, start, end in zones:
        for words in find_words(text, start, end, sentences):
            speaker = _speaker(words, cast)
            if speaker is None and not words.cue:
                continue  # a quoted sentence that goes on after nobody's words
            if words.rule == REQUEST and (speaker is None or speaker.kind not in (OFFICIAL, BODY)):
                continue
            said.append((zone, words, speaker))
    # only now: a later naming may have told more of a speaker
    return [
        _row(
            document, zone, text, words,
            sentences.around(min(words.start, words.at), max(words.end, words.at)), speaker,
        )
        for zone, words, speaker in said
    ]  # fmt: skip


def _speaker(words: Words, cast: Cast) -> Speaker | None:
    if words.cue and words.naming is None:
        cast.unheard(words.end)
        return None
    return cast.who(words.naming, min(words.start, words.at), max(words.end, words.at))


def _of_title(document: str, title: str, mentions: Sequence[Mention], known: Cast) -> Iterator[Row]:
    """Statements of a title; its speakers are looked up among those of the text."""
    cast = Cast(title, mentions, [(0, len(title))])
    for words in find_title_words(title):
        if words.naming is None or words.naming.kind == ANAPHOR:
            continue
        speaker = cast.who(words.naming, words.at, words.end)
        if speaker is None or (words.rule == TITLE_REQUEST and speaker.kind not in (OFFICIAL, BODY)):
            continue
        in_text = known.bearer(speaker.parts.names) if speaker.parts.names else None
        if in_text is not None:
            speaker.parts = in_text.parts
        is_known = (
            speaker.kind == OFFICIAL
            or speaker.parts.agency_id is not None
            or in_text is not None
            or speaker.parts.bare_role is not None
        )
        if is_known or words.rule != TITLE_COLON:
            yield _row(document, TITLE, title, words, (0, len(title)), speaker)


def _row(document: str, zone: str, text: str, words: Words, bounds: tuple[int, int], speaker: Speaker | None) -> Row:
    identity = hex16(document, zone, str(words.start), str(words.end))
    row = (
        identity,
        document,
        zone,
        words.start,
        words.end,
        *bounds,
        text[words.start : words.end],
        words.kind,
        words.cue or None,
    )
    if speaker is None:
        return (*row, None, None, None, UNKNOWN, None, None, words.rule)
    parts, kind = speaker.parts, speaker.kind
    is_named = kind in (OFFICIAL, BODY)
    name = text[speaker.start : speaker.end] if is_named else parts.bare_role
    role = None if kind == BODY else parts.role if is_named else parts.bare_role
    return (*row, speaker.start, speaker.end, name, kind, role, parts.agency_id, words.rule)
