"""Language of texts."""

from __future__ import annotations

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


def test_too_little_text_is_undetermined() -> None:
    assert language("Pasar baru dibuka") == "und"
    assert language("123 456 " * 40) == "und"
    assert language("") == "und"


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=800))
def test_never_raises(text: str) -> None:
    assert language(text) in {"id", "ms", "en", "other", "und"}
