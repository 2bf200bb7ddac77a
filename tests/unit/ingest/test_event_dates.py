"""Dates in running text: spans, the day they mean, and what is left alone."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entities.event_dates import find_event_dates
from warehouse.contracts.lake import EVENT_DATES
from warehouse.keys import hex16

# Friday, 7 April 2023, 16:11 WIB
PUBLISHED = datetime(2023, 4, 7, 9, 11)


def find(
    text: str, published: datetime | None = PUBLISHED, title: str = "Judul",
    zones: list[tuple[str, int, int]] | None = None, precision: str = "minute", offset: int = 420,
) -> list[dict[str, Any]]:  # fmt: skip
    articles = pl.DataFrame(
        {
            "document_id": ["a" * 16], "title": [title], "text": [text], "published_at_utc": [published],
            "utc_offset_minutes": [None if published is None else offset],
            "precision": [None if published is None else precision],
        },
        schema_overrides={
            "published_at_utc": pl.Datetime("us"), "utc_offset_minutes": pl.Int64, "precision": pl.String,
        },
    )  # fmt: skip
    spans = zones if zones is not None else [("body", 0, len(text))]
    frame = pl.DataFrame(
        [
            {"document_id": "a" * 16, "zone_index": i, "zone": z, "start": s, "end": e}
            for i, (z, s, e) in enumerate(spans)
        ],
        schema={
            "document_id": pl.String,
            "zone_index": pl.Int64,
            "zone": pl.String,
            "start": pl.Int64,
            "end": pl.Int64,
        },
    )
    found = find_event_dates(articles, frame)
    assert found.schema == EVENT_DATES.polars_schema()
    for row in found.iter_rows(named=True):
        held = title if row["zone"] == "title" else text
        assert held[row["start"] : row["end"]] == row["surface"]
        assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"] <= len(held)
    return found.to_dicts()


@pytest.mark.parametrize(
    ("sentence", "surface", "day", "rule", "agrees"),
    [
        ("Rapat digelar Selasa (11/4/2023) di sini.", "Selasa (11/4/2023)", date(2023, 4, 11), "full_date", True),
        ("Rapat digelar Selasa (11/04/23) pagi.", "Selasa (11/04/23)", date(2023, 4, 11), "full_date", True),
        ("Rapat digelar Selasa malam (11/4/2023).", "Selasa malam (11/4/2023)", date(2023, 4, 11), "full_date", True),
        ("Rapat pada Rabu (11/4/2023) itu.", "Rabu (11/4/2023)", date(2023, 4, 11), "full_date", False),
        ("Rapat pada Jum'at (1-11-2024).", "Jum'at (1-11-2024)", date(2024, 11, 1), "full_date", True),
        ("Rapat pada Sabtu (15/11/2025 Agenda", "Sabtu (15/11/2025", date(2025, 11, 15), "full_date", True),
        ("Rapat Ahad, 5 Nopember 2023 lalu.", "Ahad, 5 Nopember 2023", date(2023, 11, 5), "full_date", True),
        ("Sejak 17 Agustus 1945 merdeka.", "17 Agustus 1945", date(1945, 8, 17), "full_date", None),
        ("Laga 06/12/2023 itu.", "06/12/2023", date(2023, 12, 6), "full_date", None),
        ("Rapat pada Selasa (11/4) nanti.", "Selasa (11/4)", date(2023, 4, 11), "year_by_weekday", True),
        ("Rapat pada Kamis (29/12) lalu.", "Kamis (29/12)", date(2022, 12, 29), "year_by_weekday", True),
        ("Rapat pada Rabu (7/4) kemarin.", "Rabu (7/4)", date(2023, 4, 7), "year_by_direction", False),
        ("Rapat pada Rabu (6/4) itu.", "Rabu (6/4)", date(2023, 4, 6), "nearest_year", False),
        ("Rapat kemarin (6/4) selesai.", "(6/4)", date(2023, 4, 6), "nearest_year", None),
        ("Dibuka pada 11 Mei di Bogor.", "11 Mei", date(2023, 5, 11), "nearest_year", None),
        ("Dibuka pada 10 November lalu.", "10 November", date(2022, 11, 10), "year_by_direction", None),
        ("Dibuka pada 10 Maret mendatang.", "10 Maret", date(2024, 3, 10), "year_by_direction", None),
        ("Ia tiba Selasa lalu.", "Selasa lalu", date(2023, 4, 4), "weekday_before", True),
        ("Ia tiba Jumat lalu.", "Jumat lalu", date(2023, 3, 31), "weekday_before", True),
        ("Ia datang Senin depan.", "Senin depan", date(2023, 4, 10), "weekday_after", True),
        ("Ia tiba pada Jumat ini.", "Jumat ini", date(2023, 4, 7), "weekday_this", True),
        ("Ia tiba pada Kamis ini.", "Kamis ini", date(2023, 4, 6), "weekday_this", True),
        ("Ia tiba Rabu pekan lalu.", "Rabu pekan lalu", date(2023, 3, 29), "weekday_of_week", True),
        ("Ia tiba Rabu pekan depan.", "Rabu pekan depan", date(2023, 4, 12), "weekday_of_week", True),
        ("Ia tiba pada Senin malam.", "Senin malam", date(2023, 4, 3), "weekday_last", True),
        ("Ia tiba pada Jum'at dini hari.", "Jum'at dini hari", date(2023, 4, 7), "weekday_last", True),
        ("Ia tiba, kemarin.", "kemarin", date(2023, 4, 6), "relative_day", None),
        ("Rapat digelar besok di Bogor.", "besok", date(2023, 4, 8), "relative_day", None),
        ("Rapat digelar lusa di Bogor.", "lusa", date(2023, 4, 9), "relative_day", None),
    ],
)
def test_a_form_means_a_day(sentence: str, surface: str, day: date, rule: str, agrees: bool | None) -> None:
    (row,) = find(sentence)
    assert (row["surface"], row["event_date"], row["rule"], row["weekday_agrees"]) == (surface, day, rule, agrees)
    assert (row["printed_weekday"] is None) == (agrees is None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Sidang digelar pekan depan, bulan April 2023, atau minggu lalu.",
        "Minggu lalu dan Minggu ini ia pulang.",
        "Skor (31/2) dan 45/13/2023 serta 30 Februari 2023.",
        "Nomor 88/TUT.01.04/24 dan SR.310/12/2017 berlaku.",
        "Ada 304 hari, 55 Desa, dan 2 Agus di sana.",
        'Ia berkata, "Kami datang kemarin dan pulang besok, Senin malam."',
        "Acara tayang setiap Sabtu malam dan setiap hari Senin pagi.",
        "Acara tayang Jumat-Sabtu malam.",
        "Pada musim 2022 kemarin dan bulan kemarin ia absen.",
        "Jangan besok-besok.",
        "Setiap hari ini begitu.",
    ],
)
def test_what_names_no_single_day_is_left_alone(sentence: str) -> None:
    assert find(sentence) == []


def test_a_relative_word_beside_a_printed_date_adds_nothing() -> None:
    assert [row["surface"] for row in find("Rapat digelar besok, Sabtu (8/4/2023), di Bogor.")] == ["Sabtu (8/4/2023)"]
    assert [row["surface"] for row in find("Rapat pada Kamis (6/4/2023) pukul 17.20 WIB kemarin.")] == [
        "Kamis (6/4/2023)"
    ]


def test_without_a_publication_day_only_full_dates_are_read() -> None:
    text = "Rapat Selasa (11/4/2023), lalu Rabu (12/4), Senin lalu, dan besok."
    assert [row["surface"] for row in find(text, None)] == ["Selasa (11/4/2023)"]
    assert [row["surface"] for row in find(text, precision="month")] == ["Selasa (11/4/2023)"]


def test_the_local_day_of_publication_is_the_anchor() -> None:
    late = datetime(2023, 4, 6, 17, 30)  # 00:30 WIB, 01:30 WITA on 7 April
    assert find("Rapat besok.", late)[0]["event_date"] == date(2023, 4, 8)
    assert find("Rapat besok.", late, offset=0)[0]["event_date"] == date(2023, 4, 7)


def test_offsets_count_code_points_and_only_counted_zones_are_read() -> None:
    caption, tags = "Foto \U0001f600 é, Senin (3/4/2023)", "Arsip Rabu (5/4/2023)"
    body = "Ruang 1 Mei 2023 dan 11 Mei 2023."
    text = "\n\n".join([caption, body, tags])
    first, second = len(caption) + 2, len(caption) + len(body) + 4
    zones = [("caption", 0, first), ("body", first, second), ("related", second, len(text))]
    rows = find(text, title="Besok, 8 April 2023", zones=zones)
    assert [(row["zone"], row["surface"]) for row in rows] == [
        ("title", "8 April 2023"), ("caption", "Senin (3/4/2023)"), ("body", "1 Mei 2023"), ("body", "11 Mei 2023"),
    ]  # fmt: skip
    assert (rows[0]["sentence_start"], rows[0]["sentence_end"]) == (0, 19)
    last = rows[-1]
    assert last["event_date_id"] == hex16("a" * 16, "body", str(last["start"]), str(last["end"]))
    assert text[last["sentence_start"] : last["sentence_end"]] == body


def test_a_surface_inside_another_word_is_not_its_place() -> None:
    (row,) = find("Kota Labesok, besok, ramai.")
    assert row["start"] == 14


def test_no_articles_is_no_error() -> None:
    assert find("", zones=[]) == []


WORDS = st.sampled_from(
    ["Senin", "Minggu", "(11/4)", "(1/5/2023)", "11", "April", "Mei", "2023", "kemarin", "besok", "lalu", "pekan",
     "malam", "ini", '"', "\n", ",", ".", "-", "(", "é", "\U0001f600", "setiap", "0/0/2000", "99"]
)  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(WORDS, st.sampled_from([" ", ""])), max_size=30) | st.text(max_size=60).map(lambda s: [(s, "")])
)
def test_any_text_gives_true_disjoint_spans(parts: list[tuple[str, str]]) -> None:
    rows = find("".join(word + gap for word, gap in parts), title="".join(word for word, _ in parts[:6]))
    for zone in ("title", "body"):
        spans = [(row["start"], row["end"]) for row in rows if row["zone"] == zone]
        assert spans == sorted(spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert len({row["event_date_id"] for row in rows}) == len(rows)
