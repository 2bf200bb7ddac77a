"""Fields of the three payload shapes, on documents of our own."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from ingest.clean.extract import DateCandidate, Fields, Part, extract

COLUMNS = {
    "columns": {
        "title": ["judul"],
        "body": ["isi"],
        "date": ["tgl", "jam"],
        "url": ["link"],
        "tags": ["tag"],
        "author": ["oleh"],
    }
}


def row(**cells: Any) -> Fields:
    return extract("application/json", orjson.dumps(cells), COLUMNS)


def test_a_row_is_read_by_its_columns() -> None:
    fields = row(
        judul="Pasar Dibuka",
        isi="Isi berita.",
        tgl="4/3/2025",
        jam="10:05",
        link="https://a.id/1",
        tag="pasar, kota",
        oleh="Sari",
    )
    assert fields.title == "Pasar Dibuka"
    assert fields.parts == [Part("Isi berita.")]
    assert fields.dates == [DateCandidate("column", "4/3/2025", "10:05")]
    assert (fields.url, fields.author, fields.tags) == ("https://a.id/1", "Sari", ["pasar", "kota"])


def test_typed_dates_say_so() -> None:
    fields = row(judul="a", tgl={"$excel_date": "2019-10-09T00:00:00"})
    assert fields.dates == [DateCandidate("column", "2019-10-09T00:00:00", None, is_excel_date=True)]


def test_list_literals_are_joined_and_lists_too() -> None:
    fields = row(judul="a", isi="['Satu.', \"Dua 'kali'.\"]")
    assert fields.parts == [Part("Satu.\nDua 'kali'.")]
    assert fields.mends == {"list_literal"}
    assert row(isi=["Satu.", "Dua."]).parts == [Part("Satu.\nDua.")]
    assert row(isi="['bukan daftar").parts == [Part("['bukan daftar")]


def test_saved_text() -> None:
    fields = extract("text/plain", b"ekonomi-daerah\n\nPasar Dibuka\n\nSelasa, 4 Maret 2025\n\nIsi.", {})
    assert (fields.section, fields.title) == ("ekonomi-daerah", "Pasar Dibuka")
    assert fields.parts == [Part("ekonomi-daerah", "slug"), Part("Selasa, 4 Maret 2025\n\nIsi.")]


def test_encodings() -> None:
    assert extract("text/plain", "Judul\n\n“Isi” é".encode("windows-1252"), {}).parts == [Part("“Isi” é")]
    assert extract("text/plain", "Judul\n\nİsi".encode("iso-8859-9"), {"encoding": "iso-8859-9"}).parts == [Part("İsi")]
    assert extract("text/plain", b"\xef\xbb\xbfJudul\n\nIsi", {}).title == "Judul"


PAGE = """<html><head><link rel=canonical href="https://news.detik.com/berita/1">
<meta property="og:title" content="Pasar Dibuka - Contoh"><meta name="keywords" content="pasar, kota">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Pasar Dibuka",
"datePublished": "2025-03-04T10:05:00+07:00", "dateModified": "2025-03-04T11:00:00+07:00", "articleSection": "Kota",
"author": [{"name": "Sari"}]}]}</script></head><body><nav><a>Beranda</a></nav>
<div class="content_detail"><div class="date">Selasa, 04/03/2025 10:05 WIB</div><h1>Pasar Dibuka</h1>
<div class="text_detail"><strong>Bogor</strong> - Wali kota membuka pasar <a>baru</a> di tepi sungai.<br><br>Pedagang
senang.<script>x()</script><p>(abc/def)</p></div></div></body></html>"""


def test_a_page_with_a_rule() -> None:
    fields = extract("text/html", PAGE.encode(), {})
    assert fields.title == "Pasar Dibuka"
    assert fields.parts == [
        Part("Selasa, 04/03/2025 10:05 WIB", "printed_date"),
        Part("Bogor - Wali kota membuka pasar baru di tepi sungai."),
        Part("Pedagang senang."),
        Part("(abc/def)"),
    ]
    assert fields.dates == [
        DateCandidate("json_ld", "2025-03-04T10:05:00+07:00"),
        DateCandidate("updated", "2025-03-04T11:00:00+07:00"),
    ]
    assert (fields.url, fields.section, fields.author, fields.tags) == (
        "https://news.detik.com/berita/1",
        "Kota",
        "Sari",
        ["pasar", "kota"],
    )


def test_a_page_without_a_rule() -> None:
    lines = [f"<p>Kalimat nomor {i} menceritakan pasar baru di tepi sungai itu.</p>" for i in range(9)]
    page = f"<body><nav><li>Menu</li></nav><article><h1>Pasar Dibuka</h1>{''.join(lines)}</article></body>"
    fields = extract("text/html", page.encode(), {})
    assert fields.title == "Pasar Dibuka"
    [part] = fields.parts
    assert part.text.startswith("Kalimat nomor 0")
    assert part.text.endswith("sungai itu.")
    assert "Menu" not in part.text


def test_unreadable_payloads_are_empty() -> None:
    assert extract("application/json", b"{", COLUMNS) == Fields()
    assert extract("application/json", b"[1]", COLUMNS) == Fields()
    assert extract("application/json", b'{"a": 1}', {}) == Fields()
    assert extract("text/html", b"", {}).parts == []
    assert extract("text/plain", b"", {}).parts == []


@pytest.mark.parametrize("opening", [b"", b"<div class=content_detail><h1>Pasar</h1><div class=text_detail>"])
def test_deeply_nested_pages_cost_no_square(opening: bytes) -> None:
    page = opening + b"<div>" * 20_000 + b"Teks" + b"</div>" * 20_000
    start = time.process_time()
    extract("text/html", page, {})
    assert time.process_time() - start < 8
