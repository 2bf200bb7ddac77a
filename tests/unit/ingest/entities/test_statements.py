"""Who says what for whom: spans, speakers and bodies of texts of our own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.entities.statements import find_statements
from warehouse.contracts.lake import MENTIONS, STATEMENTS

DOCUMENT = "a" * 16
BODIES = {
    "Dirjen Polpum Kemendagri": ("kemendagri.polpum", "role"),
    "Mendagri": ("kemendagri", "role"),
    "Kapolres Melati": ("polres.99.01", "role"),
    "Polres Melati": ("polres.99.01", "name"),
    "KPK": ("kpk", "name"),
}


def find(
    text: str, title: str = "Judul berita", zones: list[tuple[str, int, int]] | None = None
) -> list[dict[str, Any]]:
    """Statements of a text whose bodies are found by their bare names."""
    spans = zones if zones is not None else [("body", 0, len(text))]
    articles = pl.DataFrame({"document_id": [DOCUMENT], "title": [title], "text": [text]})
    frame = pl.DataFrame(
        [(DOCUMENT, index, *span) for index, span in enumerate(spans)],
        schema=["document_id", "zone_index", "zone", "start", "end"],
        orient="row",
    )
    found = find_statements(articles, frame, mentions(title, text))
    assert found.schema == STATEMENTS.polars_schema()
    rows = found.to_dicts()
    for row in rows:
        held = title if row["zone"] == "title" else text
        assert held[row["start"] : row["end"]] == row["surface"]
        assert 0 <= row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"] <= len(held)
        assert (row["speaker_start"] is None) == (row["speaker_end"] is None)
        if row["speaker_start"] is not None:
            assert 0 <= row["speaker_start"] < row["speaker_end"] <= len(held)
    for first, second in pairwise(row for row in rows if row["zone"] != "title"):
        assert first["end"] <= second["start"]
    return rows


def mentions(title: str, text: str) -> pl.DataFrame:
    rows = []
    for zone, held in (("title", title), ("body", text)):
        taken = -1
        places = sorted((held.find(name), -len(name), name) for name in BODIES if name in held)
        for start, _, name in places:
            if start >= taken:
                taken = start + len(name)
                agency, via = BODIES[name]
                rows.append(
                    {
                        "document_id": DOCUMENT,
                        "zone": zone,
                        "start": start,
                        "end": taken,
                        "agency_id": agency,
                        "via": via,
                    }
                )
    columns = ["document_id", "zone", "start", "end", "agency_id", "via"]
    return pl.DataFrame(rows, schema={name: MENTIONS.polars_schema()[name] for name in columns}, orient="row")


def only(text: str, title: str = "Judul berita") -> dict[str, Any]:
    (row,) = find(text, title)
    return row


def naming(row: dict[str, Any], text: str) -> str | None:
    return None if row["speaker_start"] is None else text[row["speaker_start"] : row["speaker_end"]]


@pytest.mark.parametrize(
    ("text", "surface", "cue", "rule", "speaker"),
    [
        (
            '"Jalan sudah dibuka," kata Kapolres Melati AKBP Raka Wijaya, Senin (1/2/2021).',
            "Jalan sudah dibuka",
            "kata",
            "quote_cue_speaker",
            "Kapolres Melati AKBP Raka Wijaya",
        ),
        (
            '"Kami siap", ujar Mendagri Bayu Lesmana di Jakarta.',
            "Kami siap",
            "ujar",
            "quote_cue_speaker",
            "Mendagri Bayu Lesmana",
        ),
        (
            'Kapolres Melati, AKBP Raka Wijaya, mengatakan, "Jalan itu sudah dibuka."',
            "Jalan itu sudah dibuka.",
            "mengatakan",
            "speaker_verb_quote",
            "Kapolres Melati, AKBP Raka Wijaya",
        ),
        (
            '"Sawah kami kering," keluh Damar, warga setempat.',
            "Sawah kami kering",
            "keluh",
            "quote_cue_speaker",
            "Damar, warga setempat",
        ),
        ('"Sawah kami kering," gerutu Damar.', "Sawah kami kering", "gerutu", "quote_cue_speaker", "Damar"),
        (
            "Mendagri Bayu Lesmana mengatakan, daerah harus siap.",
            "daerah harus siap",
            "mengatakan",
            "speaker_verb_clause",
            "Mendagri Bayu Lesmana",
        ),
        (
            "Untuk itu, Mendagri Bayu Lesmana menegaskan bahwa daerah harus siap.",
            "daerah harus siap",
            "menegaskan",
            "speaker_verb_clause",
            "Mendagri Bayu Lesmana",
        ),
        (
            "KPK menyatakan berkas perkara itu sudah lengkap.",
            "berkas perkara itu sudah lengkap",
            "menyatakan",
            "speaker_verb_clause",
            "KPK",
        ),
        (
            "Menurut Mendagri Bayu Lesmana, daerah harus siap.",
            "daerah harus siap",
            "Menurut",
            "according_to",
            "Mendagri Bayu Lesmana",
        ),
        (
            "Daerah, menurut Mendagri Bayu Lesmana, harus siap.",
            "Daerah, menurut Mendagri Bayu Lesmana, harus siap",
            "menurut",
            "according_to",
            "Mendagri Bayu Lesmana",
        ),
        (
            "Daerah harus siap menghadapi musim hujan, kata Mendagri Bayu Lesmana.",
            "Daerah harus siap menghadapi musim hujan",
            "kata",
            "clause_cue_speaker",
            "Mendagri Bayu Lesmana",
        ),
        (
            "Mendagri Bayu Lesmana meminta agar daerah bersiap sejak sekarang.",
            "agar daerah bersiap sejak sekarang",
            "meminta",
            "speaker_verb_request",
            "Mendagri Bayu Lesmana",
        ),
        (
            "Mendagri Bayu Lesmana kepada wartawan, Senin (1/2/2021), menuturkan bahwa daerah harus siap.",
            "daerah harus siap",
            "menuturkan",
            "speaker_verb_clause",
            "Mendagri Bayu Lesmana",
        ),
    ],
)
def test_one_statement(text: str, surface: str, cue: str, rule: str, speaker: str) -> None:
    row = only(text)
    assert (row["surface"], row["cue"], row["rule"], naming(row, text)) == (surface, cue, rule, speaker)
    assert row["statement_kind"] == ("direct" if '"' in text else "indirect")


@pytest.mark.parametrize(
    "text",
    [
        "Mendagri Bayu Lesmana tidak menyebut nama daerah itu akan diumumkan.",
        "Mendagri Bayu Lesmana akan menyampaikan bahwa daerah harus siap.",
        "Mendagri Bayu Lesmana menyampaikan apresiasi kepada daerah yang sudah siap.",
        "Mendagri Bayu Lesmana menjelaskan kronologi itu.",
        "Mendagri Bayu Lesmana mengatakan hal itu di Jakarta.",
        "Mendagri Bayu Lesmana menjelaskan tentang kesiapan daerah yang sudah dibahas.",
        "Menurut data BPS, jumlah penduduk bertambah.",
        "Laporan itu menyebutkan jumlah penduduk sudah bertambah.",
        "Keputusan Mendagri menegaskan daerah harus siap.",
        "Pihak yang mengatakan bahwa daerah siap belum diketahui.",
        "Saya menilai daerah sudah siap.",
        "Damar meminta agar sawahnya diairi.",
        'Lagu berjudul "Hujan di Bulan Mei" itu diputar lagi.',
        'Program "Desa Siaga" mulai berjalan.',
        "Petani menanam padi. Hujan turun deras.",
    ],
)
def test_no_statement(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "later",
    [
        '"Kami siap," ujarnya.',
        '"Kami siap," kata dia.',
        "Menurutnya, daerah harus siap.",
        "Ia menambahkan daerah harus siap.",
        '"Kami siap," imbuh Bayu.',
        '"Kami siap," kata Mendagri.',
        "Bayu menilai daerah sudah siap.",
        "Pria asal Kudus itu mengaku sudah siap.",
        '"Kami siap," kata pria yang gemar membaca itu.',
        "Selain itu, lanjutnya, daerah harus siap.",
        "Namun kata dia, daerah harus siap.",
        '"Kami siap. Tidak ada lagi alasan untuk menunda."',
    ],
)
def test_later_words_of_the_same_speaker(later: str) -> None:
    text = f"Mendagri Bayu Lesmana mengatakan, daerah harus siap.\n\n{later}"
    first, second = find(text)
    assert naming(first, text) == naming(second, text) == "Mendagri Bayu Lesmana"
    assert second["agency_id"] == "kemendagri"
    assert second["speaker"] == "Mendagri Bayu Lesmana"
    assert second["role"] == "Mendagri"


def test_the_naming_that_says_most_is_taken_for_all() -> None:
    text = '"Kami siap," kata Bayu.\n\nMendagri Bayu Lesmana lalu pulang.\n\n"Besok kami datang lagi," ujarnya.'
    first, second = find(text)
    assert naming(first, text) == naming(second, text) == "Mendagri Bayu Lesmana"


def test_speakers_are_told_apart() -> None:
    text = (
        'Mendagri Bayu Lesmana mengatakan daerah sudah siap. "Kami siap," katanya.\n\n'
        'Sementara itu, Kapolres Melati AKBP Raka Wijaya membenarkan kabar itu. "Jalan ditutup," ujarnya.\n\n'
        '"Anggaran ada," kata Bayu.'
    )
    assert [row["agency_id"] for row in find(text)] == ["kemendagri", "kemendagri", "polres.99.01", "kemendagri"]


def test_the_agent_of_a_passive_is_named_last() -> None:
    text = 'Jalan itu ditutup. Hal itu disampaikan Kapolres Melati AKBP Raka Wijaya.\n\n"Sampai besok," ujarnya.'
    assert only(text)["agency_id"] == "polres.99.01"


def test_words_inside_a_quotation_name_nobody() -> None:
    text = (
        'Mendagri Bayu Lesmana mengatakan daerah sudah siap.\n\n"Kami bekerja. Raka Wijaya adalah teman kami," katanya.'
    )
    assert [row["agency_id"] for row in find(text)] == ["kemendagri", "kemendagri"]


def test_private_persons_are_roles() -> None:
    text = '"Sawah kami kering," kata Damar Kusuma, warga setempat.\n\n"Sudah lama," kata Damar.'
    for row in find(text):
        assert (row["speaker"], row["role"], row["speaker_kind"], row["agency_id"]) == (
            "warga setempat",
            "warga setempat",
            "person",
            None,
        )


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("pengamat politik Damar Kusuma", "pengamat politik"),
        ("Damar Kusuma", None),
        ("mantan Mendagri Bayu Lesmana", "mantan Mendagri"),
        ("kuasa hukum Damar", "kuasa hukum"),
        ("saksi", "saksi"),
        ("Kepala Sekolah Ratna Dewi", "Kepala Sekolah"),
    ],
)
def test_no_private_name_is_stored(who: str, role: str | None) -> None:
    row = only(f'"Hujan turun deras," kata {who}.')
    assert (row["speaker"], row["role"], row["agency_id"]) == (role, role, None)
    assert row["speaker_kind"] == "person"


def test_bodies_speak() -> None:
    row = only("KPK menyatakan berkas perkara itu sudah lengkap.")
    assert (row["speaker"], row["speaker_kind"], row["role"], row["agency_id"]) == ("KPK", "body", None, "kpk")


def test_an_office_of_a_body_s_name() -> None:
    row = only('"Berkas lengkap," kata Juru Bicara KPK Raka Wijaya.')
    assert (row["speaker"], row["speaker_kind"], row["role"], row["agency_id"]) == (
        "Juru Bicara KPK Raka Wijaya",
        "official",
        "Juru Bicara KPK",
        "kpk",
    )


def test_a_lost_name_is_not_guessed() -> None:
    said = "Mendagri Bayu Lesmana mengatakan daerah sudah siap.\n\n"
    text = said + '"Hujan turun," kata , di Kudus.\n\n"Deras sekali," ujarnya.'
    rows = find(text)
    assert [row["speaker_kind"] for row in rows] == ["official", "unknown", "unknown"]
    assert [row["speaker"] for row in rows[1:]] == [None, None]


def test_marks_inside_a_quotation_do_not_end_it() -> None:
    text = '"Kami ingin "menjemput bola" sejak awal," kata Mendagri Bayu Lesmana.'
    assert only(text)["surface"] == 'Kami ingin "menjemput bola" sejak awal'


def test_quoted_words_in_a_clause_belong_to_it() -> None:
    text = 'Mendagri Bayu Lesmana menyebut persiapan itu "sangat baik" dan tidak perlu diubah.'
    assert only(text)["surface"] == 'persiapan itu "sangat baik" dan tidak perlu diubah'


def test_two_quotations_round_one_cue() -> None:
    text = '"Kami siap," kata Mendagri Bayu Lesmana. "Semua daerah sudah diberi tahu sejak lama."'
    _, second = find(text)
    assert (second["surface"], second["rule"]) == ("Semua daerah sudah diberi tahu sejak lama.", "continued_quote")
    assert second["cue"] is None
    assert second["agency_id"] == "kemendagri"


@pytest.mark.parametrize(
    ("title", "surface", "rule"),
    [
        ("Mendagri: Daerah Harus Siap Hujan", "Daerah Harus Siap Hujan", "title_colon"),
        ("Mendagri Sebut Daerah Harus Siap", "Daerah Harus Siap", "title_verb"),
        ("Mendagri Minta Daerah Segera Bersiap", "Daerah Segera Bersiap", "title_request"),
        ("Banjir Datang, Mendagri Akui Daerah Belum Siap", "Daerah Belum Siap", "title_verb"),
        ("Daerah Harus Siap, Kata Mendagri", "Daerah Harus Siap", "title_cue"),
    ],
)
def test_titles(title: str, surface: str, rule: str) -> None:
    row = only("Hujan turun.", title)
    assert (row["zone"], row["surface"], row["rule"], row["agency_id"]) == ("title", surface, rule, "kemendagri")


@pytest.mark.parametrize(
    "title", ["Piala Dunia: Daftar Lengkap Semua Grup", "Harga Cabai Naik Lagi", "Damar Minta Sawah Diairi"]
)
def test_titles_without_a_statement(title: str) -> None:
    assert find("Hujan turun.", title) == []


def test_a_name_in_a_title_is_known_from_the_text() -> None:
    title, text = "Bayu: Daerah Harus Siap Hujan", "Mendagri Bayu Lesmana mengatakan daerah harus siap."
    rows = find(text, title)
    assert [(row["zone"], row["agency_id"]) for row in rows] == [("title", "kemendagri"), ("body", "kemendagri")]
    assert naming(rows[0], title) == "Bayu"


def test_only_counted_zones_speak() -> None:
    text = 'Hujan turun.\n\n"Kami siap," kata Mendagri Bayu Lesmana.'
    assert find(text, zones=[("body", 0, 14), ("related", 14, len(text))]) == []


def test_nothing_of_nothing() -> None:
    assert find("") == []
    assert find("Hujan turun.", zones=[]) == []


PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            '"Kami siap',
            '," ',
            "kata ",
            "ujarnya",
            "Mendagri ",
            "Bayu ",
            "Lesmana ",
            ", ",
            ". ",
            "\n\n",
            "mengatakan ",
            "bahwa ",
            "Menurut ",
            "menurutnya, ",
            "dia ",
            "itu ",
            "Kapolres Melati ",
            "AKBP ",
            "warga ",
            "yang ",
            "(40) ",
            "meminta agar ",
            "daerah harus siap ",
            "Senin (1/2) ",
            "lanjut ",
            "selaku ",
            "alias ",
            "\u00e9",
            ") ",
            "- ",
            "disampaikan ",
        ]
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(PIECES, PIECES)
def test_any_text_keeps_the_promises(text: list[str], title: list[str]) -> None:
    """Offsets, order and privacy hold for whatever stands there; ``find`` checks the first two."""
    for row in find("".join(text), "".join(title)):
        if row["speaker_kind"] == "unknown":
            assert row["speaker"] is row["agency_id"] is None
        if row["speaker_kind"] == "person":
            assert row["speaker"] == row["role"]
            assert "Bayu" not in (row["speaker"] or "")


@settings(max_examples=50, deadline=None)
@given(PIECES)
def test_a_second_look_finds_the_same(text: list[str]) -> None:
    assert find("".join(text)) == find("".join(text))
