"""Kinds of content and states of correction, on texts of our own in the shapes that outlets use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.content_kind import NO_SIGN, Signs, Verdict, content_kind, correction_state
from ingest.clean.zones import Zone
from warehouse.contracts.lake import CONTENT_KINDS, CORRECTION_STATES

STORY = (
    "Wali kota meresmikan pasar baru di tepi sungai pada hari Selasa. Pasar itu menampung dua ratus pedagang yang "
    "selama ini berjualan di pinggir jalan. Menurut keterangan tertulis yang diterima redaksi, pembangunannya memakan "
    "waktu dua tahun dan dibiayai dari anggaran daerah tanpa pinjaman dari pihak mana pun juga."
)


def signs(text: str = STORY, title: str = "Pasar baru diresmikan", **given: Any) -> Signs:
    """An article whose text is all body."""
    read = {
        "zones": [Zone("body", 0, len(text))],
        "word_count": len(text.split()),
        "section": "Nasional",
        "canonical_url": "https://kabar.example/nasional/pasar-baru-diresmikan",
        "outlet_kind": "online",
        "source_kind": "dump",
    }
    return Signs(title=title, text=text, **(read | given))


def ending(words: str) -> Signs:
    return signs(f"{STORY} {words}")


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (ending('"Kami bangga," tutupnya. (adv)'), ("paid", "byline", "(adv)")),
        (ending("Promo berlaku sampai Mei. (ADV/ARIK)"), ("paid", "byline", "(ADV/ARIK)")),
        (ending("Promo berlaku sampai Mei. (*/adv)"), ("paid", "byline", "(*/adv)")),
        (ending("Promo berlaku sampai Mei.\n\n(Advertorial)"), ("paid", "byline", "(Advertorial)")),
        (signs(title="[Pariwara] Produk baru"), ("paid", "title", "[Pariwara]")),
        (signs(title="ADV: Produk baru"), ("paid", "title", "ADV:")),
        (signs(section="Advertorial"), ("paid", "section", "Advertorial")),
        (signs(section="Ekonomi / Info Tempo"), ("paid", "section", "Ekonomi / Info Tempo")),
        (signs(canonical_url="https://kabar.example/kilas-kementerian/1/a"), ("paid", "url", "/kilas-kementerian/")),
        (signs(canonical_url="https://kabar.example/adv-mobil/1/a"), ("paid", "url", "/adv-mobil/")),
        (ending("\n\nKonten ini merupakan kerja sama dengan PT Maju."), ("paid", "note", None)),
        (signs(hints={"type": "AdvertiserContentArticle"}), ("paid", "markup", "AdvertiserContentArticle")),
        (signs(outlet_kind="factcheck"), ("factcheck", "outlet", "kabar.example")),
        (signs(title="[SALAH] Bantuan dibagikan"), ("factcheck", "title", "[SALAH]")),
        (signs(title="[HOAKS] Bantuan dibagikan"), ("factcheck", "title", "[HOAKS]")),
        (signs(title="Cek Fakta: Tidak benar ada bantuan"), ("factcheck", "title", "Cek Fakta:")),
        (signs(title="Kumpulan hoaks pekan ini", section="Cek Fakta"), ("factcheck", "section", "Cek Fakta")),
        (
            signs(title="Benarkah ada bantuan?", canonical_url="https://cekfakta.kabar.example/1/a"),
            ("factcheck", "url", "cekfakta.kabar.example"),
        ),
        (signs(section="Kolom Pakar"), ("opinion", "section", "Kolom Pakar")),
        (signs(title="OPINI: Pasar dan kota"), ("opinion", "title", "OPINI:")),
        (signs(canonical_url="https://kabar.example/opini/1/pasar"), ("opinion", "url", "/opini/")),
        (signs(title="Live Report: Sidang isbat"), ("live", "title", "Live Report")),
        (signs(title="LIVE: Sidang isbat"), ("live", "title", "LIVE:")),
        (signs(title="Menit ke menit sidang isbat"), ("live", "title", "Menit ke menit")),
        (signs(hints={"type": "LiveBlogPosting"}), ("live", "markup", "LiveBlogPosting")),
        (signs("Menteri meninjau pembangunan jalan di wilayah yang..."), ("truncated", "ellipsis", None)),
        (ending("Menurut dia, pasar itu [...]"), ("truncated", "ellipsis", "[...]")),
        (ending("Menurut dia, pasar itu … [+1234 chars]"), ("truncated", "ellipsis", None)),
        (ending("Klik halaman selanjutnya untuk kisah pedagang."), ("truncated", "next_page", None)),
        (ending("(Bersambung ke halaman 2)"), ("truncated", "next_page", None)),
        (signs(hints={"page": "2"}), ("truncated", "next_page", "page 2")),
        (ending("Apa saja? Simak informasi selengkapnya berikut ini."), ("truncated", "announced", None)),
        (ending("\n\nArtikel ini khusus pelanggan. Silakan berlangganan."), ("truncated", "paywall", None)),
        (signs(hints={"is_free": "false"}), ("truncated", "paywall", None)),
        (signs(is_summary=True), ("truncated", "summary", None)),
        (signs("Menteri mengumumkan paket stimulus ekonomi."), ("truncated", "short", None)),
        (signs("", zones=[]), ("truncated", "no_text", "Pasar baru diresmikan")),
        (signs(source_kind="press_release"), ("release_derived", "source", "press_release")),
        (signs(outlet_kind="government"), ("release_derived", "host", "kabar.example")),
        (signs(canonical_url="https://dinas.kota.go.id/berita/1"), ("release_derived", "host", "dinas.kota.go.id")),
        (signs(title="Siaran Pers: Pasar baru"), ("release_derived", "title", "Siaran Pers")),
        (signs(f"SIARAN PERS\n\n{STORY}"), ("release_derived", "head", "SIARAN PERS")),
        (ending("(IKP Kominfo/HK)"), ("release_derived", "credit", "(IKP Kominfo/HK)")),
        (ending("(Humas Polres Kota)"), ("release_derived", "credit", "(Humas Polres Kota)")),
        (ending("(ril/ali)"), ("release_derived", "credit", "(ril/ali)")),
        (signs(f"{STORY}Kemendagri (***)"), ("release_derived", "credit", "Kemendagri")),
        (ending("Sumber: Puspen Kemendagri"), ("release_derived", "credit", "Puspen Kemendagri")),
    ],
)
def test_a_kind_rests_on_a_sign(article: Signs, expected: tuple[str, str, str | None]) -> None:
    kind, rule, evidence = content_kind(article)
    assert (kind, rule) == expected[:2]
    assert evidence
    if expected[2]:
        assert evidence == expected[2]


@pytest.mark.parametrize(
    "article",
    [
        signs(),
        signs(f"Dalam siaran pers Kemendagri, {STORY}"),
        ending("Sidang dipimpin Kementerian Keuangan (Kemenkeu)."),
        ending("Hadir pula Dirjen Bina Marga dan Kemenperin."),
        ending("Acara dibuka Hendra, S.H., M.H., Adv., selaku ketua."),
        ending("Harga motor Honda (ADV 160) turun."),
        signs(title="Advokat muda: kisah dan kerja"),
        signs(title="Harga Honda ADV 160 naik"),
        signs(title="Salah sasaran, warga terluka"),
        signs(title="Hoaks kabar pejabat meninggal, keluarga membantah"),
        signs(title="Cara memperpanjang SIM", section="Cek Fakta"),
        signs(title="Opini publik terbelah"),
        signs(section="Opini Publik"),
        signs(title="Live Streaming: Indonesia vs Thailand"),
        signs(title="Breaking News: Gempa mengguncang"),
        signs(f"{STORY} {STORY} Menarik, kan..."),
        ending("Halaman rumahnya kini penuh bunga."),
        ending("Harganya Rp60.000 per bulan untuk berlangganan keluarga."),
        signs("Warga memenuhi alun-alun.", canonical_url="https://kabar.example/foto-news/1/alun"),
        ending("Dok. BPBD Kabupaten Nabire"),
    ],
)
def test_plain_news_has_no_sign(article: Signs) -> None:
    assert content_kind(article) == Verdict("news", NO_SIGN, None)


def test_the_first_kind_of_the_order_decides() -> None:
    everything = signs(
        "Menteri meninjau... (adv)",
        title="OPINI: LIVE: [SALAH] Menteri",
        section="Cek Fakta, Opini, Live, Advertorial",
        outlet_kind="government",
    )
    found = []
    article = everything
    for change in (
        {"section": "Cek Fakta, Opini, Live", "title": "[SALAH] Menteri", "text": "Menteri meninjau..."},
        {"title": "OPINI: Menteri", "section": "Opini, Live"},
        {"title": "LIVE: Menteri", "section": "Live"},
        {"title": "Menteri", "section": None},
        {"text": STORY, "word_count": 50, "zones": [Zone("body", 0, len(STORY))]},
        {"outlet_kind": "online"},
    ):
        found.append(content_kind(article).value)
        article = article._replace(**change)
    found.append(content_kind(article).value)
    assert found == ["paid", "factcheck", "opinion", "live", "truncated", "release_derived", "news"]


def test_what_follows_the_article_is_no_sign_of_it() -> None:
    text = f"{STORY}\n\nTags\n\nTerkini\n\nProduk baru (adv)"
    zones = [Zone("body", 0, len(STORY) + 2), Zone("tags", len(STORY) + 2, len(text))]
    assert content_kind(signs(text, zones=zones)).value == "news"


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (signs(title="Ralat: Jumlah korban"), ("ralat", "title")),
        (signs(title="Jumlah korban bertambah [Ralat]"), ("ralat", "title")),
        (ending("Artikel ini diperbaiki pada pukul 21.30 WIB. Sebelumnya kami menulis sungai."), ("ralat", "note")),
        (ending("\n\nRalat redaksi: nama sungai salah tulis."), ("ralat", "note")),
        (ending("\n\nRedaksi mohon maaf atas kekeliruan tersebut."), ("ralat", "note")),
        (signs(title="Hak Jawab PT Maju atas berita pasar"), ("hak_jawab", "title")),
        (signs(section="Hak Jawab"), ("hak_jawab", "section")),
        (signs(f"Hak Jawab dari PT Maju\n\n{STORY}"), ("hak_jawab", "note")),
        (signs(title="Pencabutan Berita: Pasar baru"), ("withdrawn", "title")),
        (signs("Artikel ini telah dicabut oleh redaksi."), ("withdrawn", "note")),
        (signs("Catatan redaksi: Redaksi telah mencabut berita ini."), ("withdrawn", "note")),
        (signs(), ("none", NO_SIGN)),
        (ending("Hingga berita ini diturunkan, polisi belum memberi keterangan."), ("none", NO_SIGN)),
        (ending('"Nanti, bersamaan dengan hak jawab saya," katanya.'), ("none", NO_SIGN)),
        (ending("Undang-undang itu telah direvisi. Jalan itu telah diperbaiki."), ("none", NO_SIGN)),
        (ending("Izin usaha itu telah dicabut oleh menteri."), ("none", NO_SIGN)),
        (signs(title="Setahun memerintah, perlu koreksi"), ("none", NO_SIGN)),
        (signs(title="Klarifikasi polisi soal pengeroyokan"), ("none", NO_SIGN)),
    ],
)
def test_states_of_correction(article: Signs, expected: tuple[str, str]) -> None:
    state, rule, evidence = correction_state(article)
    assert (state, rule) == expected
    assert (evidence is None) == (state == "none")


LINES = st.sampled_from(
    [
        "(adv)",
        "Kemendagri (***)",
        "...",
        "[...]",
        "Ralat:",
        "hak jawab",
        "halaman",
        "selengkapnya berikut ini",
        "\n\n",
        "a ",
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(LINES | st.text(max_size=20), max_size=12).map("".join), st.text(max_size=40), st.text(max_size=40))
def test_any_text_has_one_kind_and_one_state(text: str, title: str, place: str) -> None:
    zones = [Zone("body", 0, len(text))] if text else []
    article = signs(text, title or "x", zones=zones, section=place, canonical_url=f"https://{place}/{title}")
    kind, state = content_kind(article), correction_state(article)
    assert kind.value in CONTENT_KINDS
    assert state.value in CORRECTION_STATES
    assert (kind.evidence is None) == (kind.value == "news") == (kind.rule == NO_SIGN)
    assert (state.evidence is None) == (state.value == "none")


def test_long_texts_cost_little() -> None:
    """No rule reads a text again and again: a megabyte of half-signs is judged at once."""
    for piece in ("(adv ", "halaman ", "Ralat ", "hak jawab ", "... ", "Kemendagri ", "\n\n(", "selengkapnya "):
        text = piece * (1_000_000 // len(piece))
        content_kind(signs(text))
        correction_state(signs(text))
