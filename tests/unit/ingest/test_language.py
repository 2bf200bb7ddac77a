"""Language of texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.language import language


def test_indonesian_and_english() -> None:
    assert (
        language("Pemerintah kota membuka pasar baru di tepi sungai agar pedagang tidak lagi berjualan di jalan.")
        == "id"
    )
    assert (
        language("The city opened a new market along the river so that traders no longer have to use the road.") == "en"
    )
    assert (
        language("La ville a ouvert un nouveau marché au bord de la rivière pour les commerçants du quartier.")
        == "other"
    )


MALAY = (
    "Polis menahan seorang lelaki kerana disyaki mencuri wang di sebuah syarikat semalam.",
    "Mesyuarat jawatankuasa itu dijangka diadakan pada Ogos bagi membincangkan perkhidmatan tempatan.",
    "Bantuan akan disalurkan kepada penduduk menerusi pejabat daerah mulai Isnin sempena perayaan itu.",
)
INDONESIAN = (
    "Polisi menangkap seorang pria karena diduga mencuri uang di sebuah perusahaan kemarin.",
    # few words of either: texts like these are taken for Malay by the detector
    "Malaysia menawarkan bantuan kepada Indonesia untuk memadamkan kebakaran hutan di Kalimantan.",
    "Pemeriksaan barang jemaah haji dilakukan ketat sejak dari tanah air demi menghindari pemeriksaan ulang.",
    "Presiden memanggil para menteri ke istana untuk membahas laporan mengenai pembangunan wilayah pesisir.",
)


@pytest.mark.parametrize("text", MALAY)
def test_malay_is_told_by_its_own_words(text: str) -> None:
    assert language(text) == "ms"
    assert language(text, "kabar.com.my") == "ms"


@pytest.mark.parametrize("text", INDONESIAN)
def test_indonesian_is_not_taken_for_malay(text: str) -> None:
    assert language(text) == "id"


def test_where_words_are_even_the_host_decides() -> None:
    even = "Pasukan itu menang dua gol dalam laga utama di stadion kota tadi malam bersama para penyokong setia."
    assert (language(even), language(even, "kabar.com.my")) == ("id", "ms")
    assert language(INDONESIAN[0], "kabar.com.my") == "id"


def test_names_in_english_do_not_make_a_text_english() -> None:
    names = "Ministry of Interior, Chinese Federation Surveying Mapping, Royal Institution Surveyors"
    assert language(f"Ikatan surveyor bekerja sama dengan {names} untuk menggelar rapat yang dihadiri anggota.") == "id"
    assert language("Jennifer Lawrence Michael Jordan Christopher Nolan Jonathan Davis") == "und"


def test_too_little_text_is_undetermined() -> None:
    assert language("Pasar baru dibuka") == "und"
    assert language("123 456 " * 40) == "und"
    assert language("") == "und"


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=800))
def test_never_raises(text: str) -> None:
    assert language(text) in {"id", "ms", "en", "other", "und"}
