"""What people look at to see whether the registry knows the bodies that are written of.

Belongs here: the most mentioned bodies, phrases that look like bodies and match nothing, forms that stay ambiguous.
Does not: finding mentions (``mentions``), reading the lake (orchestration).

A lake is read part by part: ``findings`` of each part, then ``review`` over them all. Counts are of documents, which
may be versions of one article.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from ingest.entities.sentences import Sentences
from warehouse.contracts.lake import MENTION_ZONES

BODIES, CANDIDATES, AMBIGUOUS = 30, 50, 50
"""How many rows of each list are shown by default."""
FEWEST = 3
"""Documents that must share the beginning of a phrase for it to be told as one candidate."""

# words that names of bodies, their short forms and offices begin with
_WORDS_OF_BODIES = """
    Kementerian Kementrian Departemen Badan Direktorat Inspektorat Sekretariat Komisi Komite Dinas Lembaga Otoritas
    Mahkamah Majelis Dewan Kantor Balai Biro Satuan Satgas Detasemen Resimen Batalyon Pengadilan Kejaksaan Kejari Kejati
    Kepolisian Polres Polresta Polrestabes Polda Polsek Polsekta Ditreskrimum Ditreskrimsus Ditlantas Satreskrim
    Satlantas Kodam Korem Kodim Koramil Lantamal Lanud Kanwil Ditjen Itjen Setjen Bareskrim Korlantas Pemprov Pemkab
    Pemkot Pemerintah DPRD KPUD BPBD BNNP BNNK Disdik Dinkes Dishub Dinsos Disnaker Disbudpar Dispar Bappeda Bapenda
    Satpol Menteri Wamen Gubernur Bupati Walikota Dirjen Kapolda Kapolres Kapolresta Kapolrestabes Kapolsek Kajari
    Kajati Danrem Dandim Danramil Pangdam Kadis Kadinkes Kadishub Kadisdik
"""
_HEADS = sorted(_WORDS_OF_BODIES.split(), key=lambda word: (-len(word), word))
_HEAD = rf"(?:Wali Kota|Satpol PP|Kemen[a-z]+|{'|'.join(_HEADS)})"
# ASCII only: polars' matcher is ten times slower where it must know every letter of Unicode
_WORD = r"(?:[A-Z0-9][A-Za-z0-9'&-]*(?:[./][A-Z][A-Za-z0-9]*)*|\([A-Z][A-Za-z0-9]+\))"
_WORDS = rf"{_WORD}(?: {_WORD})*"
_LIST = rf"{_WORDS}(?:(?:, {_WORDS})+,? dan {_WORDS})?"
_JOINT = r"(?:dan|serta|dan/atau|untuk|bagi|atas)"
_OTHER_THINGS = ("Perdana ", "Peraturan ")  # before a head, make it something else: Perdana Menteri
_PHRASE = rf"(?-u:\b)(?:{'|'.join(_OTHER_THINGS)})?{_HEAD}(?-u:\b)(?: {_LIST}(?: {_JOINT} {_LIST})*)?"
_NEXT_BODY = re.compile(rf",? (?:dan|serta) (?={_HEAD}\b)|, (?={_HEAD}\b)")
_LOOSE_END = re.compile(rf"(?:,|-| {_JOINT})+$")
# a ministry's short form is a phrase of one word; these begin like one
_NO_BODY = frozenset({"Kemenangan", "Kemenakan", "Kemenyan"})
_SHORT_FORM = re.compile(r"Kemen[a-z]+")
_MASK = "\x00"

_PHRASES = {"phrase": pl.String, "document_id": pl.String, "example": pl.String}


class Findings(NamedTuple):
    """What one part has to tell.

    ``bodies``: agency_id, mention_count, article_count, example; ``ambiguous`` the same of surface and candidates;
    ``phrases``: phrase, document_id, example (null but at the phrase's first document), a row per phrase and document.
    """

    bodies: pl.DataFrame
    phrases: pl.DataFrame
    ambiguous: pl.DataFrame


def findings(articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame) -> Findings:
    """What clean.articles, clean.zones and entities.mentions of the same documents have to tell.

    Mentions through holders are off, as in all default counts. Phrases are looked for in captions, leads and bodies
    (a title writes every word with a capital) outside of mentions.
    """
    counted = mentions.filter(pl.col("via") != "holder").with_columns(
        pl.col("candidates").list.sort().list.join(" ").alias("candidates")
    )
    is_resolved = pl.col("agency_id").is_not_null()
    return Findings(
        _counts(counted.filter(is_resolved), ["agency_id"], articles),
        _phrases(articles, zones, mentions),
        _counts(counted.filter(~is_resolved), ["surface", "candidates"], articles),
    )


def review(
    parts: Sequence[Findings],
    periods: pl.DataFrame,
    *,
    bodies: int = BODIES,
    candidates: int = CANDIDATES,
    ambiguous: int = AMBIGUOUS,
) -> dict[str, pl.DataFrame]:
    """The lists by name, most frequent first, over all parts; ``periods`` is registry.agency_periods.

    - ``bodies``: agency_id, agency_name (the latest), article_count, mention_count, example;
    - ``candidates``: phrase, article_count, example. Phrases that begin alike count together as far as at least three
      documents share the beginning: a person's name behind a body does not hide it;
    - ``ambiguous``: surface, candidates (agency ids), article_count, mention_count, example.
    """
    names = periods.sort("agency_id", "valid_from").group_by("agency_id").agg(pl.col("agency_name").last())
    order = ["article_count", "mention_count"]
    return {
        "bodies": _sums([part.bodies for part in parts], ["agency_id"])
        .join(names, on="agency_id", how="left")
        .sort(*order, "agency_id", descending=[True, True, False])
        .head(bodies)
        .select("agency_id", "agency_name", *order, "example"),
        "candidates": _candidates(pl.concat([part.phrases for part in parts])).head(candidates),
        "ambiguous": _sums([part.ambiguous for part in parts], ["surface", "candidates"])
        .sort(*order, "surface", "candidates", descending=[True, True, False, False])
        .head(ambiguous)
        .select("surface", pl.col("candidates").str.split(" "), *order, "example"),
    }


def _counts(mentions: pl.DataFrame, keys: list[str], articles: pl.DataFrame) -> pl.DataFrame:
    """Mentions and documents by ``keys``, with the sentence of the first mention."""
    first = pl.struct("document_id", "zone", "sentence_start", "sentence_end")
    return (
        mentions.sort("document_id", "zone", "start")
        .group_by(keys, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("mention_count"),
            pl.col("document_id").n_unique().cast(pl.Int64).alias("article_count"),
            first.first().alias("first"),
        )
        .unnest("first")
        .join(articles.select("document_id", "title", "text"), on="document_id", how="left")
        .select(
            *keys,
            "mention_count",
            "article_count",
            pl.when(pl.col("zone") == "title")
            .then("title")
            .otherwise(
                pl.col("text").str.slice(pl.col("sentence_start"), pl.col("sentence_end") - pl.col("sentence_start"))
            )
            .alias("example"),
        )
    )


def _sums(frames: Sequence[pl.DataFrame], keys: list[str]) -> pl.DataFrame:
    return (
        pl.concat(frames)
        .group_by(keys, maintain_order=True)
        .agg(pl.col("mention_count", "article_count").sum(), pl.col("example").first())
    )


# --- candidates ---------------------------------------------------------------------------------------------------


def _phrases(articles: pl.DataFrame, zones: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    texts = dict(articles.select("document_id", "text").iter_rows())
    documents, stretches = _masked(texts, zones, mentions)
    found = (
        pl.DataFrame({"document_id": documents, "phrase": pl.Series(stretches, dtype=pl.String)})
        .with_columns(pl.col("phrase").str.extract_all(_PHRASE))
        .explode("phrase", empty_as_null=False)
        .drop_nulls()
    )
    rows = []
    seen: set[tuple[str, str]] = set()
    sentences: dict[str, str] = {}
    for document, joined in found.iter_rows():
        for piece in _NEXT_BODY.split(joined):
            phrase = _LOOSE_END.sub("", piece)
            if (phrase, document) in seen or not _is_candidate(phrase):
                continue
            seen.add((phrase, document))
            example = None
            if phrase not in sentences:
                example = sentences[phrase] = _sentence(texts[document], phrase)
            rows.append((phrase, document, example))
    return pl.DataFrame(rows, schema=_PHRASES, orient="row")


def _masked(texts: Mapping[str, str], zones: pl.DataFrame, mentions: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The counted stretches of texts, by document, with a mask in the place of every mention."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    in_text = mentions.filter(pl.col("zone") != "title").select("document_id", "start", "end")
    for document, start, end in in_text.iter_rows():
        spans[document].append((start, end))
    for found in spans.values():
        found.sort()
    counted = zones.filter(pl.col("zone").is_in(MENTION_ZONES)).select("document_id", "start", "end")
    documents, stretches = [], []
    for document, first, last in counted.iter_rows():
        text, pieces, done = texts[document], [], first
        for start, end in spans.get(document, ()):
            if first <= start and end <= last:
                pieces.append(text[done:start])
                done = end
        pieces.append(text[done:last])
        documents.append(document)
        stretches.append(_MASK.join(pieces))
    return documents, stretches


def _is_candidate(phrase: str) -> bool:
    """Whether a phrase names more than a kind of body."""
    if phrase.startswith(_OTHER_THINGS):
        return False
    return " " in phrase.removeprefix("Wali ").removeprefix("Satpol ") or (
        _SHORT_FORM.fullmatch(phrase) is not None and phrase not in _NO_BODY and phrase != "Kementerian"
    )


def _sentence(text: str, phrase: str) -> str:
    start = text.find(phrase)
    first, last = Sentences(text).around(start, start + len(phrase))
    return text[first:last]


def _candidates(phrases: pl.DataFrame) -> pl.DataFrame:
    """Phrases by the longest beginning that at least three documents share, else whole; most documents first."""
    documents = dict(phrases.group_by("phrase").agg(pl.col("document_id").n_unique()).iter_rows())
    shared: Counter[str] = Counter()
    for phrase, number in documents.items():
        shared.update(dict.fromkeys(_beginnings(phrase), number))
    told = {
        phrase: next((start for start in _beginnings(phrase) if shared[start] >= FEWEST), phrase)
        for phrase in documents
    }
    return (
        phrases.with_columns(pl.col("phrase").replace_strict(told, return_dtype=pl.String))
        .group_by("phrase", maintain_order=True)
        .agg(
            pl.col("document_id").n_unique().cast(pl.Int64).alias("article_count"),
            pl.col("example").drop_nulls().first(),
        )
        .sort("article_count", "phrase", descending=[True, False])
    )


def _beginnings(phrase: str) -> list[str]:
    """The phrase and its beginnings that are candidates too, longest first."""
    words = phrase.split(" ")
    cut = (_LOOSE_END.sub("", " ".join(words[:size])) for size in range(len(words), 0, -1))
    return [start for start in dict.fromkeys(cut) if _is_candidate(start)]
