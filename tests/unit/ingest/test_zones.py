"""The zone parser on texts of our own, in the shapes that publishers use."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.zones import Zone, parse_zones

LEAD = "Pemerintah kota membuka pasar baru di tepi sungai pada Selasa (4/3/2025)."
BODY = "Pasar itu menampung tiga ratus pedagang. Mereka pindah dari tepi jalan pekan lalu."
LAST = '"Kami senang," kata seorang pedagang.'


def labelled(text: str, *, has_head: bool = False) -> list[tuple[str, str]]:
    return [(zone.zone, text[zone.start : zone.end].strip()) for zone in parse_zones(text, has_head=has_head)]


@pytest.mark.parametrize(
    "dateline",
    [
        "KetikPos.com -",
        "JAKARTA, KOMPAS.com -",
        "Liputan6.com, Jakarta -",
        "Jakarta (ANTARA) -",
        "Bisnis.com, JAKARTA -",
        "Bisnis.com , JAKARTA -",
        "TRIBUNNEWS.COM, JAKARTA -",
        "REPUBLIKA.CO.ID, JAKARTA --",
        "TEMPO.CO,Jakarta-",
        "TRIBUN-MEDAN.com -",
        "JAKARTA-",
        "BANDA ACEH -",
        "Jakarta -",
        "Mataram, NTB (ANTARA News) -",
        ", -",
        "-",
    ],
)
def test_datelines(dateline: str) -> None:
    assert labelled(f"{dateline} {LEAD}\n\n{BODY}") == [("dateline", dateline), ("lead", LEAD), ("body", BODY)]


@pytest.mark.parametrize(
    "opening",
    [
        "Baru-baru ini pemerintah kota membuka pasar - tempat yang lama ditunggu - di tepi sungai.",
        "U-16 menang atas tuan rumah - skor akhir dua nol - pada laga pembuka.",
        "Tadarus Al-Qur'an dibuka wali kota.",
        "Presiden ke-3 RI meresmikan museum itu.",
        "TEKA-TEKI silang itu kembali digemari.",
        "KTT G-20 dibuka di kota itu.",
    ],
)
def test_what_is_no_dateline(opening: str) -> None:
    assert labelled(f"{opening}\n\n{BODY}") == [("lead", opening), ("body", BODY)]


def test_dateline_on_its_own_line_leaves_the_lead_to_the_next() -> None:
    assert labelled(f"Jakarta -\n\n{LEAD}\n\n{BODY}") == [("dateline", "Jakarta -"), ("lead", LEAD), ("body", BODY)]


def test_a_lost_dateline_on_its_own_line_is_no_lead() -> None:
    assert labelled(f"-\n\n{LEAD}\n\n{BODY}") == [("dateline", "-"), ("lead", LEAD), ("body", BODY)]


def test_the_seed_shape() -> None:
    text = "\n\n".join(
        [
            "ekonomi-daerah",
            "Selasa, 4 Maret 2025 | 10:05 WIB",
            "Wali Kota meninjau pasar",
            f"KabarKita.com - {LEAD}",
            BODY,
            "Ia berterima kasih kepada semua pihak di daerah.Kemendagri (***)",
            "Tags",
            "Terkini",
            "Judul Berita Lain",
            "Rabu, 19 November 2025 | 12:23 WIB",
        ]
    )
    assert labelled(text, has_head=True) == [
        ("slug", "ekonomi-daerah"),
        ("printed_date", "Selasa, 4 Maret 2025 | 10:05 WIB"),
        ("caption", "Wali Kota meninjau pasar"),
        ("dateline", "KabarKita.com -"),
        ("lead", LEAD),
        ("body", f"{BODY}\n\nIa berterima kasih kepada semua pihak di daerah."),
        ("credit", "Kemendagri"),
        ("byline", "(***)"),
        ("tags", "Tags"),
        ("related", "Terkini\n\nJudul Berita Lain\n\nRabu, 19 November 2025 | 12:23 WIB"),
    ]


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("Baca juga: Pasar Lama Ditutup Pekan Depan", "inline_promo"),
        ("Baca Juga", "inline_promo"),
        ("SCROLL TO CONTINUE WITH CONTENT", "inline_promo"),
        ("ADVERTISEMENT", "inline_promo"),
        ("Simak juga Video 'Suasana Pasar Baru':", "inline_promo"),
        ('Tonton juga "Suasana Pasar Baru" di sini:', "inline_promo"),
        ("[Gambas:Video 20detik]", "inline_promo"),
        ("Yuk, simak jugaPasar Lama Ditutup", "inline_promo"),
        ("Ikuti berita lainnya di Google News", "inline_promo"),
        ("Disadur dari KabarKita.com", "credit"),
        ("Laporan Sari Dewi | Kota Baru", "byline"),
        ("Artikel ini telah tayang di KabarKita.com", "inline_promo"),
        ("Foto: Dok. Pemkot", "credit"),
        ("(abc/def)", "byline"),
        ("(*)", "byline"),
        ("(Ditulis oleh Sari Dewi)", "byline"),
        ("Editor: Budi Santoso", "byline"),
        ("Halaman Selanjutnya", "paging"),
        ("Copyright © KabarKita 2025", "footer"),
        ("Disclaimer: keputusan ada di tangan pembaca.", "footer"),
    ],
)
def test_lines_of_their_own(line: str, zone: str) -> None:
    assert labelled(f"{LEAD}\n\n{BODY}\n\n{line}\n\n{LAST}") == [
        ("lead", LEAD),
        ("body", BODY),
        (zone, line),
        ("body", LAST),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Simak penjelasan wali kota tentang harga sewa kios.",
        "Video yang beredar itu diambil dari sisi timur.",
        "Berita duka datang dari kampung sebelah.",
        "Rekomendasi Saham Hari Ini",
        "Minggu, 8 Juni 2025",
        "Terbaru, wali kota menambah dua puluh kios.",
        "Lihat saja hasilnya nanti.",
    ],
)
def test_sentences_and_headings_stay_in_the_body(line: str) -> None:
    assert labelled(f"{LEAD}\n\n{BODY}\n\n{line}\n\n{LAST}") == [
        ("lead", LEAD),
        ("body", f"{BODY}\n\n{line}\n\n{LAST}"),
    ]


def test_a_cue_alone_takes_the_headline_after_it_and_nothing_else() -> None:
    text = f"{LEAD}\n\nBaca juga:\n\nPasar Lama Ditutup Mulai Pekan Depan\n\n{BODY}"
    assert labelled(text)[1] == ("inline_promo", "Baca juga:\n\nPasar Lama Ditutup Mulai Pekan Depan")
    assert labelled(f"{LEAD}\n\nBaca juga:\n\n{BODY}")[1:] == [("inline_promo", "Baca juga:"), ("body", BODY)]


def test_glued_promos() -> None:
    text = f"{LEAD}\n\n{BODY}Baca juga: Pasar Lama Ditutup Pekan DepanPedagang lain menyusul bulan depan."
    assert labelled(text)[1:] == [
        ("body", BODY),
        ("inline_promo", "Baca juga: Pasar Lama Ditutup Pekan Depan"),
        ("body", "Pedagang lain menyusul bulan depan."),
    ]
    text = f'{LEAD} {BODY} Simak Video "Suasana Pasar" [Gambas:Video 20detik] (abc/def) pasar baru wali kota'
    assert labelled(text) == [
        ("lead", f"{LEAD} {BODY}"),
        ("inline_promo", 'Simak Video "Suasana Pasar" [Gambas:Video 20detik]'),
        ("byline", "(abc/def)"),
        ("tags", "pasar baru wali kota"),
    ]


def test_a_glued_teaser_without_an_end_loses_no_sentence() -> None:
    text = f"{LEAD} Baca juga: Pasar lama ditutup Wali kota menuturkan bahwa kios akan ditambah. {BODY} {BODY}"
    assert ("inline_promo", "Baca juga:") in labelled(text)
    assert "kios akan ditambah" in " ".join(part for zone, part in labelled(text) if zone in ("lead", "body"))


def test_agency_tail() -> None:
    signature = "Pewarta: Budi Editor: Sari Copyright © ANTARA 2025 Dilarang keras mengambil konten."
    text = f"Jakarta (ANTARA) - {LEAD} {BODY} {signature}"
    assert [zone for zone, _ in labelled(text)] == ["dateline", "lead", "byline", "footer"]
    assert labelled(text)[1][1] == f"{LEAD} {BODY}"


def test_a_source_credit_needs_its_byline() -> None:
    text = f"{LEAD}\n\nAcara selesai di daerah itu.Kemendagri"
    assert "credit" not in {zone for zone, _ in labelled(text)}


def test_keywords_after_the_initials_are_tags() -> None:
    assert labelled(f"{LEAD}\n\n{BODY}\n\n(abc/def)\n\npasar baru\n\nwali kota")[2:] == [
        ("byline", "(abc/def)"),
        ("tags", "pasar baru\n\nwali kota"),
    ]


def test_a_quoted_hoax_is_a_claim() -> None:
    text = f'{LEAD}\n\nBerikut narasi lengkapnya:\n\n"Pasar runtuh!\n\nSebarkan!"\n\n{BODY}'
    assert ("claim", '"Pasar runtuh!\n\nSebarkan!"') in labelled(text)


def test_known_zones_win() -> None:
    text = f"{BODY}\n\n{LEAD}"
    zones = parse_zones(text, [Zone("caption", 0, len(BODY))])
    assert [zone.zone for zone in zones] == ["caption", "lead"]


PIECES = st.sampled_from(
    [
        "\n\n",
        " ",
        "a",
        "Z",
        ".",
        '"',
        "-",
        "--",
        "(***)",
        "(ab/cd)",
        "Baca juga:",
        "Tags",
        "Terkini",
        "Simak Video ",
        "[Gambas:",
        "]",
        "Pewarta: A",
        "Editor: B",
        "Copyright ©",
        "Jakarta - ",
        "KOMPAS.com",
        "narasi:",
        "Kemendagri",
        LEAD,
        BODY,
        "Senin, 1 Mei 2023",
    ]
)


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)), st.booleans())
def test_zones_tile_any_text(text: str, has_head: bool) -> None:
    zones = parse_zones(text, has_head=has_head)
    assert [zone.start for zone in zones] == [0, *(zone.end for zone in zones[:-1])] if text else zones == []
    assert not zones or zones[-1].end == len(text)
    assert all(zone.start < zone.end for zone in zones)
    assert sum(zone.zone == "dateline" for zone in zones) <= 1
    assert all(before.zone != after.zone for before, after in pairwise(zones))


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga: " * 100_000,
        "a" * 2_000_000,
        " (ab/cd)" * 100_000,
        "Simak Video " * 100_000,
        "x\n\n" * 100_000,
        "(ab/cd)\n\nx\n\n" * 50_000,
        'narasi:\n\n"x\n\n' * 30_000,
        "A.B" * 200_000,
        "Jakarta, " * 100_000,
    ],
)
def test_no_input_is_quadratic(text: str) -> None:
    start = time.process_time()
    parse_zones(text)
    assert time.process_time() - start < 8
