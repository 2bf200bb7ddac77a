"""Sentence bounds around a span."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entities.sentences import sentence_bounds


def sentence(text: str, span: str) -> str:
    start = text.index(span)
    left, right = sentence_bounds(text, start, start + len(span))
    return text[left:right]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("Hujan turun. BMKG memberi peringatan. Warga siaga.", "BMKG", "BMKG memberi peringatan."),
        ("Biaya Rp. 5 juta dibayar KPU. Selesai.", "KPU", "Biaya Rp. 5 juta dibayar KPU."),
        ("Menurut Dr. H. Budi, S.H., M.Si. dari BPS, inflasi naik.", "BPS", None),
        ("PT Maju Tbk. Jakarta melapor ke OJK.", "OJK", None),
        ("Perpres No. 5 Tahun 2020 dibaca KPK.", "KPK", None),
        ("Beras, gula, dll. Kemendag memantau.", "Kemendag", None),
        ("Pukul 16.11. KPU rapat.", "KPU", "KPU rapat."),
        ("1. KPU rapat. 2. KPK rapat.", "KPU", "1. KPU rapat."),
        ('"Kami siap." Menteri pergi.', "Menteri", "Menteri pergi."),
        ('"Apa benar?" tanya KPK. Ya.', "KPK", '"Apa benar?" tanya KPK.'),
        ("Rapat selesai.KPK pulang.Kemenkeu tinggal.", "Kemenkeu", "Kemenkeu tinggal."),
        ('Rapat selesai.,"Kami siap," kata KPU.,Lalu pulang. ,Lain.', "KPU", '"Kami siap," kata KPU.'),
        ("Berlaku 1 April 2022.Menag hadir.", "Menag", "Menag hadir."),
        ("Budi, S.H.,M.H., dari KPU hadir.", "KPU", None),
        ("Judul\nKPU rapat\nLain", "KPU", "KPU rapat"),
        ("Satu.\n\nKPU rapat besok.\n\nTiga.", "KPU", "KPU rapat besok."),
        ("Awal. Badan. Usaha rapat. Akhir.", "Badan. Usaha", "Badan. Usaha rapat."),
    ],
)
def test_the_sentence_of_a_span(text: str, span: str, expected: str | None) -> None:
    assert sentence(text, span) == (text if expected is None else expected)


@settings(deadline=None)
@given(st.text(alphabet='aB.?! \n"(1é', max_size=60), st.data())
def test_bounds_contain_the_span_and_stay_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = sentence_bounds(text, start, end)
    assert 0 <= left <= start
    assert end <= right <= len(text)
    assert "\n" not in text[left:start] + text[end:right]
