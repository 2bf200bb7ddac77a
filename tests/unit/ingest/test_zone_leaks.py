"""What stood in reporting before a rule knew it: lost datelines, calls, footers and hoaxes without quotation marks."""

from __future__ import annotations

import pytest

from ingest.clean.zones import parse_zones

LEAD = "Pemerintah kota membuka pasar baru di tepi sungai pada Selasa (4/3/2025)."
BODY = "Pasar itu menampung tiga ratus pedagang. Mereka pindah dari tepi jalan pekan lalu."
LAST = '"Kami senang," kata seorang pedagang.'


def labelled(text: str) -> list[tuple[str, str]]:
    return [(zone.zone, text[zone.start : zone.end].strip()) for zone in parse_zones(text)]


def test_a_hoax_without_quotation_marks_ends_where_the_check_tells_of_the_post() -> None:
    cue = "Akun itu membagikan video dengan narasi:"
    told = "Per Senin (3/3/2025), unggahan itu disukai 300 kali."
    for after in ([told, "Pemeriksaan Fakta", BODY], ["Pemeriksaan Fakta", BODY]):
        found = labelled("\n\n".join([LEAD, cue, "PASAR BARU DIJUAL", "WARGA MARAH", *after]))
        assert ("claim", "PASAR BARU DIJUAL\n\nWARGA MARAH") in found
        assert found[-1] == ("body", "\n\n".join(after))
    assert "claim" not in dict(labelled("\n\n".join([LEAD, cue, "PASAR BARU DIJUAL", told])))


def test_a_long_keyword_after_the_initials_is_a_tag() -> None:
    keywords = "pasar baru di tepi sungai yang dibuka wali kota\n\npasar baru"
    assert labelled("\n\n".join([LEAD, BODY, "(abc/def)", keywords]))[-1] == ("tags", keywords)


@pytest.mark.parametrize("residue", ["-,", "-,,", ",,,", ", -"])
def test_what_a_lost_dateline_leaves_is_the_dateline(residue: str) -> None:
    glue = " " if residue.endswith("-") else ""
    assert labelled(residue + glue + LEAD) == [("dateline", residue), ("lead", LEAD)]


@pytest.mark.parametrize(
    "promo",
    [
        "Baca berita selengkapnya di sini .",
        "Selengkapnya di sini",
        "Simak informasi selengkapnya di sini.",
        "Baca kisah pasar itu di sini.",
        "Selengkapnya...",
        "Scroll ke bawah untuk melanjutkan membaca",
        "Baca berita dengan sedikit iklan, klik di sini",
        "A post shared by Kabar Kita (@kabar.kita)",
        "Lihat postingan ini di InstagramSebuah kiriman dibagikan oleh Kabar Kita (@kabarkita)",
    ],
)
def test_calls_in_the_midst_of_a_paragraph(promo: str) -> None:
    assert labelled(f"{LEAD} {promo} {BODY}") == [("lead", LEAD), ("inline_promo", promo), ("body", BODY)]


def test_a_source_after_a_byline_or_a_promo_is_a_credit() -> None:
    for line, zone in (("Ikuti Whatsapp Channel Kabar", "inline_promo"), ("Editor: Sari Dewi", "byline")):
        found = labelled(f"{LEAD}\n\n{BODY}\n\n{line} sumber : Antara")
        assert found[-2:] == [(zone, line), ("credit", "sumber : Antara")]


@pytest.mark.parametrize(
    "footer",
    [
        "Kontak: Sari Dewi, sari@kabar.example",
        "Media Contact: Sari Dewi +62 812 0000 0000",
        "Disclaimer: berita ini tidak mengajak membeli saham.",
        "Catatan Redaksi: angka pada judul telah dibetulkan. " + "Pembetulan itu dimuat pada hari yang sama. " * 14,
    ],
)
def test_footers_glued_to_the_end(footer: str) -> None:
    for end in (LAST + " ----", "*) Penulis adalah pengamat (Lembaga Kota)"):
        assert labelled(f"{LEAD}\n\n{BODY} {end} {footer}")[-1] == ("footer", footer.strip())


def test_a_copyright_ends_a_promoted_headline() -> None:
    found = labelled(f"{LEAD}\n\n{BODY} Baca juga: Pasar Lama Ditutup Pekan Depan Copyright © KABAR 2025")
    assert found[-2:] == [
        ("inline_promo", "Baca juga: Pasar Lama Ditutup Pekan Depan"),
        ("footer", "Copyright © KABAR 2025"),
    ]


@pytest.mark.parametrize("text", ["Jumat, 7 April 2023 | 16:11 WIB\n\n", "\n\n", "a\n\n\n\n", "1 Mei 2023\n\n\n\nKota"])
def test_empty_paragraphs_of_a_head(text: str) -> None:
    zones = parse_zones(text, has_head=True)
    assert (zones[0].start, zones[-1].end) == (0, len(text))
