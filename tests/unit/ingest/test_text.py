"""Normalising: what is changed, what is named as a mend, and the way back."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.text import normalise, normalise_line, normalised_line

RAW = st.text(
    alphabet=st.one_of(
        st.sampled_from('aZ0 \t\n\r,.-"&;_x¬†\u201aÄúâ€œ\u0301\u200b\u00a0“”…\u2013\ufeff'),
        st.characters(codec="utf-8"),
    ),
    max_size=200,
)


def test_quotes_dashes_spaces_and_controls_become_plain() -> None:
    assert normalise("“Damai”\u00a0\u2013 kata\u200b dia…\x00").text == '"Damai" - kata dia...'


def test_lines_are_paragraphs_and_spaces_collapse() -> None:
    assert normalise("  Satu  dua\t tiga. \r\n\r\n\n Empat lima. ").text == "Satu dua tiga.\n\nEmpat lima."


def test_composes_accents() -> None:
    assert normalise("Cafe\u0301 Soere\u0301").text == "Café Soeré"


@pytest.mark.parametrize(
    ("raw", "text", "mend"),
    [
        ("Rapat usai._x000D_Warga pulang.", "Rapat usai.\n\nWarga pulang.", "excel_escape"),
        ("\u201aÄúHalo,\u201aÄù¬†kata dia \u201aÄì pelan.", '"Halo," kata dia - pelan.', "mac_roman_utf8"),
        ("â€œHalo,â€\x9d kata dia.", '"Halo," kata dia.', "cp1252_utf8"),
        ("\u201a\u00c4\u00a2 Satu dan \u0152\u00b1-glukosa", "\u2022 Satu dan \u03b1-glukosa", "mac_roman_utf8"),
        ("\u00ff\u00df\u0178\u00d1", "\u0627\u0644", "mac_roman_utf8"),
        ("yaitu\u00e2\x81\xa0 Sari; \u00e2\x80\u00a2 Budi", "yaitu Sari; \u2022 Budi", "cp1252_utf8"),
        ("Gunung K\u00c4\u00ablauea", "Gunung K\u012blauea", "cp1252_utf8"),
        ("Tata &amp; tertib &#8211; damai", "Tata & tertib - damai", "html_entity"),
        (
            "Wali kota datang.,Ia membuka rapat.,,Rapat selesai.,",
            "Wali kota datang.\n\nIa membuka rapat.\n\nRapat selesai.",
            "comma_joined",
        ),
        (
            "Warga\nKota Damai\nmenanam pohon.\nPohon itu tumbuh.",
            "Warga Kota Damai menanam pohon.\n\nPohon itu tumbuh.",
            "joined_lines",
        ),
        ("Bogor\n-\nWarga menanam pohon.", "Bogor - Warga menanam pohon.", "joined_lines"),
        ("Bogor\n-\nWali Kota\nBudi menanam pohon.", "Bogor - Wali Kota Budi menanam pohon.", "joined_lines"),
    ],
)
def test_mends_are_made_and_named(raw: str, text: str, mend: str) -> None:
    normal = normalise(raw)
    assert normal.text == text
    assert mend in normal.mends


@pytest.mark.parametrize(
    "raw",
    [
        "Hadir Budi, S.H., M.Hum., Andi, Dr., Ph.D., dan Sari.",
        '"Saya datang," kata dia, "lalu pulang."',
        "Rapat di Jakarta, Bogor, Depok.",
        "Judul Kecil\n\nkalimat kedua",
        "AT&T dan R&D",
        "CAF\u00c9 dan \u00c0 la carte di \u00d6sterreich",
        "Tarif 50 \u20ac, f\u0192x, \u2248 dua, 3 \u221a 9",
    ],
)
def test_what_is_not_damaged_is_not_mended(raw: str) -> None:
    normal = normalise(raw)
    assert normal.mends == ()
    assert normal.text == raw


@pytest.mark.parametrize("text", ["CAF\u00c9\u2026", "\u201cJ\u00d6\u201d", "P\u00c0\u2013Q"])
def test_a_capital_before_a_typographic_mark_is_no_misreading(text: str) -> None:
    assert normalise(text).mends == ()


def test_offsets_lead_back() -> None:
    raw = "  “Satu”…  \n\n &amp; dua"
    normal = normalise(raw)
    start = normal.text.index("Satu")
    assert raw[normal.offsets[start] : normal.offsets[start + 4]] == "Satu"
    start = normal.text.index("&")
    assert raw[normal.offsets[start] : normal.offsets[start + 1]] == "&amp;"
    start = normal.text.index("dua")
    assert raw[normal.offsets[start] : normal.offsets[start + 3]] == "dua"


@settings(deadline=None, max_examples=300)
@given(RAW)
def test_offsets_never_fall_and_stay_within_the_input(raw: str) -> None:
    normal = normalise(raw)
    offsets = normal.offsets
    assert len(offsets) == len(normal.text) + 1
    assert (offsets[1:] >= offsets[:-1]).all()
    assert offsets[0] >= 0
    assert offsets[-1] <= len(raw)


@settings(deadline=None, max_examples=300)
@given(RAW)
def test_untouched_characters_are_where_the_map_says(raw: str) -> None:
    normal = normalise(raw)
    for i, character in enumerate(normal.text):
        if character.isalnum() and character.isascii() and not normal.mends:
            assert raw[normal.offsets[i]] == character


@settings(deadline=None, max_examples=200)
@given(RAW)
def test_result_is_tidy(raw: str) -> None:
    text = normalise(raw).text
    assert text == text.strip(" \n")
    assert "  " not in text
    assert "\n\n\n" not in text
    assert not any(character in text for character in "\t\r\u00a0“”…\u200b")


def test_a_line_is_one_line() -> None:
    assert normalise_line(" Rapat\n“Damai”  &amp; tertib ") == 'Rapat "Damai" & tertib'
    assert normalise_line("") == ""


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0f73\u0f71", "\u0344\u0323", "\u0308\u200b\u0323"])
def test_runs_of_combining_marks_are_cut_in_linear_time(marks: str) -> None:
    raw = "Pasar a" + marks * 60_000 + " dibuka."
    start = time.process_time()
    normal = normalise(raw)
    assert time.process_time() - start < 2
    assert normal.mends == ("mark_run",)
    assert len(normal.text) < len("Pasar a dibuka.") + 70
    assert normal.text.startswith("Pasar ")
    assert raw[normal.offsets[normal.text.index("dibuka")] :] == "dibuka."
    assert normalise_line(raw) == normal.text


def test_thirty_combining_marks_stay() -> None:
    marks = "\u0323" * 30
    assert normalise("q" + marks + " q" + marks).text == "q" + marks + " q" + marks
    assert normalise("q" + marks + "\u0323").text == "q" + marks


@given(RAW)
def test_a_line_is_the_text_without_line_breaks(raw: str) -> None:
    line = normalised_line(raw)
    assert line.text == normalise_line(raw)
    assert line.text == " ".join(line.text.split())


@given(RAW, RAW)
def test_a_word_is_led_back_to_its_very_characters(before: str, behind: str) -> None:
    """Neither what is dropped nor what is collapsed beside a span belongs to it."""
    raw = f"{before} Qxzword {behind}"
    for normal in (normalise(raw), normalised_line(raw)):
        start = normal.text.find("Qxzword")
        end = start + len("Qxzword")
        assert raw[normal.offsets[start] : normal.ends[end]] == "Qxzword"


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        ("di KPU\u200b\u00a0 hari ini", "KPU"),
        ("di KPU\u200b", "KPU"),
        ("di “KPU” saja", '"KPU"'),
        ("PT A &amp; B &amp; C", "A & B"),
        ("Soere\u0301", "Soeré"),
        ("usai…lalu", "usai..."),
        ("warga\nKPU\n, kata", "KPU"),
    ],
)
def test_ends_of_spans(raw: str, span: str) -> None:
    normal = normalise(raw)
    start = normal.text.index(span)
    there = raw[normal.offsets[start] : normal.ends[start + len(span)]]
    assert normalise(there).text == span
    assert there == there.strip()
    assert not there.endswith("\u200b")


@given(RAW)
def test_ends_never_fall_and_stay_within_the_input(raw: str) -> None:
    ends = normalise(raw).ends
    assert all(0 <= end <= len(raw) for end in ends)
    assert all(first <= second for first, second in pairwise(ends.tolist()))
