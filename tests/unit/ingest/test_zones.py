"""The zone parser on texts of our own, in the shapes that publishers use."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
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
        "Bisnis,com, JAKARTA -",
        "Bisnis.com, TAKENGON, Aceh -",
        "JAKARTA KOMPAS.com -",
        "SURYA.co.id | SIDOARJO -",
        "TRIBUN-MEDAN.COM,-",
        "Jakarta, IDN Times -",
        "Nganjuk-",
        "GDAŃSK-",
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


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"Liputan6.com, Jakarta{LEAD}", [("dateline", "Liputan6.com, Jakarta"), ("lead", LEAD)]),
        (f"Liputan6.com, Jakarta {LEAD}", [("dateline", "Liputan6.com, Jakarta"), ("lead", LEAD)]),
        (
            f"Laporan Wartawan Kabar, Sari DewiTRIBUNNEWS.COM, JAKARTA - {LEAD}",
            [
                ("byline", "Laporan Wartawan Kabar, Sari Dewi"),
                ("dateline", "TRIBUNNEWS.COM, JAKARTA -"),
                ("lead", LEAD),
            ],
        ),
    ],
)
def test_glued_datelines(text: str, parts: list[tuple[str, str]]) -> None:
    assert labelled(f"{text}\n\n{BODY}") == [*parts, ("body", BODY)]


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
        ("Artikel ini telah tayang di KabarKita.com", "credit"),
        ("Foto: Dok. Pemkot", "credit"),
        ("(abc/def)", "byline"),
        ("(*)", "byline"),
        ("(Ditulis oleh Sari Dewi)", "byline"),
        ("Editor: Budi Santoso", "byline"),
        ("Halaman Selanjutnya", "paging"),
        ("Copyright © KabarKita 2025", "footer"),
        ("Disclaimer: keputusan ada di tangan pembaca.", "footer"),
        ("(nin/ps),,,loading...", "byline"),
        ("Sari Dewi berkontribusi dalam penulisan artikel ini", "byline"),
        ("Danang Budi/Tribunnews", "credit"),
        ("-------- Artikel ini telah naik di detikBali.", "credit"),
        ("Pilihan editor: Pasar Lama Ditutup Pekan Depan", "inline_promo"),
        ("Simak berita selengkapnya di halaman selanjutnya.", "paging"),
        ("Lanjut ke halaman berikutnya.", "paging"),
        ("Catatan redaksi: berita ini sudah diperbaiki.", "footer"),
        ("#PasarBaru #KotaKita", "tags"),
        ("Baca artikel menarik lainnya:Pasar Lama DitutupHarga Beras Turun", "related"),
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
        "Foto-foto itu beredar luas.",
        "Kami lihat juga dari sisi timur (Foto itu ada di balai kota) dan hasilnya sama.",
        "Pedagang Pasar Minggu",
        "- Kios Ikan Segar Nomor Dua Belas",
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


TITLE = "Pasar Lama Ditutup Mulai Pekan Depan, Pedagang Diminta Pindah"
SMALL = "Wali kota minta pedagang pasar lama segera pindah"


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        (TITLE, "Adapun kios baru dibuka bulan ini."),
        (TITLE, "Sari Dewi mengatakan kios baru dibuka bulan ini."),
        (TITLE, "Gubernur Jawa Barat Sari Dewi mengatakan kios baru dibuka bulan ini."),
        (TITLE, "Pekan ini kios baru dibuka."),
        (TITLE, "Ekspor beras ke Jepang mencapai dua ton."),
        (TITLE, "Di sisi lain, kios baru dibuka."),
        (TITLE, '"Kios baru dibuka bulan ini," katanya.'),
        (f"{TITLE} Harga Beras Turun Jadi Rp12 Ribu {TITLE}", "Menurut dia, kios baru dibuka."),
        ("Pasar Lama Ditutup, Mau Pindah ke Mana?", "Kios baru dibuka bulan ini."),
        (SMALL, "Namun, kios baru belum dibuka."),
        (SMALL, "Dengan begitu, kios baru segera dibuka."),
        (SMALL, '"Kios baru dibuka bulan ini," katanya.'),
        (SMALL, "Sari Dewi mengatakan kios baru dibuka bulan ini."),
        (SMALL, "2. Kios ikan dibuka bulan ini."),
    ],
)
def test_where_a_glued_headline_ends(headline: str, sentence: str) -> None:
    text = f"{LEAD} Menurut Sari Dewi, ada 300 kios. Baca juga: {headline} {sentence} {BODY}"
    assert labelled(text) == [
        ("lead", f"{LEAD} Menurut Sari Dewi, ada 300 kios."),
        ("inline_promo", f"Baca juga: {headline}"),
        ("body", f"{sentence} {BODY}"),
    ]


@pytest.mark.parametrize(
    "glue", ["Sebelumnya, kios dibuka.", '"Kios dibuka," katanya.', "Persaingan kemudian berlanjut."]
)
def test_headlines_glued_without_a_blank(glue: str) -> None:
    text = f"{LEAD} {BODY}Baca juga: {TITLE}{glue} {BODY}"
    assert labelled(text)[1:] == [("inline_promo", f"Baca juga: {TITLE}"), ("body", f"{glue} {BODY}")]


@pytest.mark.parametrize(
    ("cue", "rest"),
    [
        ("(Baca juga: ,)", "Kios itu baru."),
        ("Baca juga:,,", "Kios itu baru."),
        ("Baca Juga", "Setelah itu, kios dibuka."),
    ],
)
def test_a_cue_that_lost_its_headline_takes_no_sentence(cue: str, rest: str) -> None:
    assert labelled(f"{LEAD} {cue} {rest} {BODY}") == [
        ("lead", LEAD),
        ("inline_promo", cue),
        ("body", f"{rest} {BODY}"),
    ]


def test_a_line_whose_cue_lost_its_headline_keeps_its_sentence() -> None:
    assert labelled(f"{LEAD}\n\nBaca Juga :,,{BODY}") == [
        ("lead", LEAD),
        ("inline_promo", "Baca Juga :,,"),
        ("body", BODY),
    ]


def test_a_name_with_a_capital_inside_is_no_seam() -> None:
    text = f"{LEAD} Baca juga: Warga Ramai Pakai YouTube dan TikTok di Pasar Adapun kios itu baru. {BODY}"
    assert labelled(text)[1][1] == "Baca juga: Warga Ramai Pakai YouTube dan TikTok di Pasar"


def test_headlines_after_a_cue_of_its_own_line() -> None:
    text = f"{LEAD}\n\nBaca Juga\n\nPasar Lama Ditutup\n\n{TITLE}\n\n{BODY}"
    assert labelled(text)[1] == ("inline_promo", f"Baca Juga\n\nPasar Lama Ditutup\n\n{TITLE}")
    text = f"{LEAD}\n\nBaca juga:\n\n{TITLE}\n\nSusunan Acara Pembukaan\n\n{BODY}"
    assert labelled(text)[1:] == [
        ("inline_promo", f"Baca juga:\n\n{TITLE}"),
        ("body", f"Susunan Acara Pembukaan\n\n{BODY}"),
    ]
    text = f"{LEAD}\n\nBaca juga:\n\n{TITLE} Menurut dia, kios dibuka.\n\n{BODY}"
    assert labelled(text)[1] == ("inline_promo", f"Baca juga:\n\n{TITLE}")
    text = f'{LEAD}\n\nBaca juga:\n\n"Kepala Dinas Perdagangan Kota Sari Dewi mengatakan itu," ujarnya.\n\n{BODY}'
    assert labelled(text)[1] == ("inline_promo", "Baca juga:")


def test_a_video_headline_printed_twice() -> None:
    text = f"{LEAD}\n\n{TITLE}\n\n{TITLE}\n\n{BODY}"
    assert labelled(text)[1] == ("inline_promo", f"{TITLE}\n\n{TITLE}")


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Pasar baru di tepi sungai. Foto: Dok. Pemkot", "Pasar baru di tepi sungai.", "Foto: Dok. Pemkot"),
        ("Pasar baru (credit: instagram/kabarkita)", "Pasar baru", "(credit: instagram/kabarkita)"),
        ("Pasar baru di tepi sungai. (Tangkapan layar)", "Pasar baru di tepi sungai.", "(Tangkapan layar)"),
    ],
)
def test_captions_in_the_body(line: str, caption: str, credit: str) -> None:
    assert labelled(f"{LEAD}\n\n{line}\n\n{BODY}")[1:] == [("caption", caption), ("credit", credit), ("body", BODY)]
    assert labelled(f"{LEAD}\n\nKOMPAS.com/SARIPasar baru\n\n{BODY}")[1:3] == [
        ("credit", "KOMPAS.com/SARI"),
        ("caption", "Pasar baru"),
    ]


def test_sentences_before_a_bracketed_credit_stay() -> None:
    text = f"{LEAD}\n\n{BODY} (dok Istimewa)\n\n{LAST}"
    assert "caption" not in {zone for zone, _ in labelled(text)}


@pytest.mark.parametrize(
    ("tail", "zone"),
    [
        ("(Tribun Kota/Sari Dewi)", "byline"),
        ("(Ditulis oleh Sari Dewi)", "byline"),
        ("(abc/def)", "byline"),
        ("(Sari Dewi/Budi Santoso)", "byline"),
        ("Budi Santoso dan Sari Dewi berkontribusi dalam penulisan artikel ini", "byline"),
        ("Sumber: Kabar Kita", "credit"),
        ("Antara/Budi Santoso", "credit"),
        ("Artikel ini telah tayang di Kabar.com dengan judul Pasar Lama Ditutup", "credit"),
        ("Selengkapnya di sini", "inline_promo"),
        ("Catatan revisi: angka kios sudah dibetulkan.", "footer"),
        ("Simak juga video pilihan berikut ini:", "inline_promo"),
    ],
)
def test_what_is_glued_to_the_last_sentence(tail: str, zone: str) -> None:
    assert labelled(f"{LEAD}\n\n{BODY} {tail}")[1:] == [("body", BODY), (zone, tail)]


def test_peels_come_off_one_after_another() -> None:
    tail = "Sumber: Anadolu Penerjemah: Sari Dewi Editor: Budi Santoso Copyright © ANTARA 2025 Dilarang keras."
    assert [zone for zone, _ in labelled(f"{LEAD}\n\n{BODY} {tail}")] == ["lead", "body", "credit", "byline", "footer"]
    text = f"{LEAD}\n\n{BODY} (Tribun Kota/Sari)Artikel ini telah tayang di Kabar.com dengan judul Pasar Lama"
    assert [zone for zone, _ in labelled(text)] == ["lead", "body", "byline", "credit"]


@pytest.mark.parametrize("end", ["kata @dew**", 'katanya "#PasarBaru"', "di Pasar (Minggu) (300 kios)"])
def test_ends_that_stay(end: str) -> None:
    assert labelled(f"{LEAD}\n\n{BODY} Demikian {end}")[-1] == ("body", f"{BODY} Demikian {end}")


def test_teasers_after_the_byline_are_related() -> None:
    text = f"{LEAD}\n\n{BODY}\n\n(abc/def)\n\n{TITLE}\n\nHarga Beras Turun Dua Ribu Rupiah"
    assert labelled(text)[2:] == [("byline", "(abc/def)"), ("related", f"{TITLE}\n\nHarga Beras Turun Dua Ribu Rupiah")]


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
        "Senin, 1 Mei 2023\n\n",
        TITLE,
        SMALL,
        "Simak juga video ",
        "ANTARA/A B/cd",
        "Sumber: A",
        "(Tribun/A)",
        "(Foto: A)",
        "Reporter: A B,Sumber: C.com,",
        "halaman selanjutnya.",
        "Laporan Wartawan AB",
    ]
)


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)), st.booleans())
@example('-"\n\n-', False)
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
        "Baca juga: Pasar Lama Ditutup " * 100_000,
        "Baca juga: pasar lama ditutup dan Warga " * 50_000,
        "Baca Juga\n\nPasar Lama Ditutup Dan Pindah menuturkan itu\n\n" * 30_000,
        "Yuk Temukan " * 100_000 + "KapanLagi?",
        ". Sumber: a" * 100_000,
        "Aa" * 1_000_000,
        "narasi:\n\nx\n\n" * 30_000 + "Pemeriksaan Fakta",
        "Baca di sini. Selengkapnya di " * 50_000,
        " Kontak: 1234567" * 100_000,
        "A post shared by " * 100_000,
    ],
)
def test_no_input_is_quadratic(text: str) -> None:
    start = time.process_time()
    parse_zones(text)
    assert time.process_time() - start < 8
