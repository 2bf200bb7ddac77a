"""What people look at: most mentioned bodies, unknown phrases that look like bodies, forms that stay ambiguous."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from ingest.entities.review import findings, review
from warehouse.contracts import TABLES

PERIODS = pl.DataFrame(
    {
        "agency_id": ["kemenair", "kemenair", "phn"],
        "valid_from": [date(2010, 1, 1), date(2020, 1, 1), date(2010, 1, 1)],
        "agency_name": ["Kementerian Air", "Kementerian Air dan Sungai", "Panitia Hitung"],
    }
)


def frames(*documents: tuple[str, list[tuple[str, Any]]], zone: str = "body") -> tuple[pl.DataFrame, ...]:
    """Documents of one zone with their mentions: surface, and agency id, list of candidates, or id and via."""
    articles, zones, mentions = [], [], []
    for number, (text, found) in enumerate(documents):
        key = f"{number:016x}"
        articles.append({"document_id": key, "title": "Judul", "text": text})
        zones.append({"document_id": key, "zone_index": 0, "zone": zone, "start": 0, "end": len(text)})
        for surface, told in found:
            start = text.index(surface)
            agency, via = told if isinstance(told, tuple) else (told, "name")
            is_tie = isinstance(agency, list)
            mentions.append(
                {
                    "document_id": key,
                    "zone": "body",
                    "start": start,
                    "end": start + len(surface),
                    "sentence_start": 0,
                    "sentence_end": text.find(".") + 1,
                    "surface": surface,
                    "via": via,
                    "agency_id": None if is_tie else agency,
                    "candidates": agency if is_tie else [agency],
                }
            )
    return tuple(
        pl.DataFrame(rows, schema={name: schema[name] for name in (rows[0] if rows else schema)})
        for rows, schema in (
            (articles, TABLES["clean.articles"].polars_schema()),
            (zones, TABLES["clean.zones"].polars_schema()),
            (mentions, TABLES["entities.mentions"].polars_schema()),
        )
    )


def phrases(*texts: str, **given: Any) -> list[tuple[str, int]]:
    listed = review([findings(*frames(*((text, []) for text in texts), **given))], PERIODS)["candidates"]
    return list(listed.select("phrase", "article_count").iter_rows())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Warga datang ke Dinas Perairan Kota Contoh kemarin.", ["Dinas Perairan Kota Contoh"]),
        ("Menurut Badan Sungai, Danau, dan Rawa itu benar.", ["Badan Sungai, Danau, dan Rawa"]),
        ("Dinas Perairan, Budi hadir.", ["Dinas Perairan"]),
        ("Polres Contoh dan Polda Misal menjaga.", ["Polda Misal", "Polres Contoh"]),
        ("Polres Contoh, Polda Misal, serta Kodim Anu.", ["Kodim Anu", "Polda Misal", "Polres Contoh"]),
        ("Kementerian Sungai dan warga hadir.", ["Kementerian Sungai"]),
        ("Dinas Perairan (Disair) Kota Contoh rapat.", ["Dinas Perairan (Disair) Kota Contoh"]),
        ("Kemensungai rapat, lalu Kemenangan dirayakan.", ["Kemensungai"]),
        ("Komisi itu dan badan usaha Dinas serta Kantor.", []),
        ("Panitia Badan.Dinas Air/Sungai Contoh.", ["Dinas Air/Sungai Contoh"]),
        ("Setjen DPRD2 dan Wali Kota Contoh.", ["Setjen DPRD2", "Wali Kota Contoh"]),
        ("Perdana Menteri Contoh dan Peraturan Pemerintah Nomor 5 serta Menteri Air.", ["Menteri Air"]),
        ("Wali Kota hadir. Satpol PP pula.", []),
    ],
)
def test_phrases_that_look_like_bodies(text: str, found: list[str]) -> None:
    assert sorted(phrase for phrase, _ in phrases(text)) == found


def test_what_is_a_mention_is_no_candidate() -> None:
    text = "Direktorat Sungai Kementerian Air rapat. Kementerian Air diam."
    made = frames((text, [("Kementerian Air", "kemenair")]))
    listed = review([findings(*made)], PERIODS)["candidates"]
    assert listed["phrase"].to_list() == ["Direktorat Sungai", "Kementerian Air"]  # the second stands unmatched
    assert listed["example"][0] == "Direktorat Sungai Kementerian Air rapat."


def test_zones_that_are_not_counted_and_titles_are_not_read() -> None:
    assert phrases("Dinas Perairan Contoh", zone="related") == []
    assert phrases("Dinas Perairan Contoh", zone="caption") == [("Dinas Perairan Contoh", 1)]


def test_phrases_that_begin_alike_count_together() -> None:
    persons = [f"Kepala Dinas Perairan Kota Contoh {name} hadir." for name in ("Ani Satu", "Budi Dua", "Cici Tiga")]
    assert phrases(*persons, "Dinas Perairan Kota Misal Lain.") == [
        ("Dinas Perairan Kota Contoh", 3),
        ("Dinas Perairan Kota", 1),
    ]


def test_counts_are_of_documents_over_all_parts() -> None:
    first = findings(
        *frames(
            ("Kemenair dan PHN. Kemenair lagi.", [("Kemenair", "kemenair"), ("PHN", "phn")]),
            ("DEN rapat. Tirta Bening hadir.", [("DEN", ["b", "a"]), ("Tirta Bening", ("kemenair", "holder"))]),
        )
    )
    second = findings(*frames(("Kemenair rapat. DEN diam.", [("Kemenair", "kemenair"), ("DEN", ["a", "b"])])))
    lists = review([first, second], PERIODS)
    assert lists["bodies"].rows() == [
        ("kemenair", "Kementerian Air dan Sungai", 2, 2, "Kemenair dan PHN."),
        ("phn", "Panitia Hitung", 1, 1, "Kemenair dan PHN."),
    ]
    assert lists["ambiguous"].rows() == [("DEN", ["a", "b"], 2, 2, "DEN rapat.")]
    short = review([first, second], PERIODS, bodies=1, candidates=1, ambiguous=1)
    assert short["bodies"].height == 1


def test_nothing_to_look_at() -> None:
    lists = review([findings(*frames())], PERIODS)
    assert [frame.height for frame in lists.values()] == [0, 0, 0]
