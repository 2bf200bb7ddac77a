"""Fields of the three payload shapes, on documents of our own."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert [part.text for part in fields.parts] == [re.sub("<.?p>", "", line) for line in lines]
    assert {part.zone for part in fields.parts} == {None}


def test_unreadable_payloads_are_empty() -> None:
    assert extract("application/json", b"{", COLUMNS) == Fields()
    assert extract("application/json", b"[1]", COLUMNS) == Fields()
    assert extract("application/json", b'{"a": 1}', {}) == Fields()
    assert extract("text/html", b"", {}).parts == []
    assert extract("text/plain", b"", {}).parts == []


def page(body: str, head: str = "") -> Fields:
    return extract("text/html", f"<html><head>{head}</head><body>{body}</body></html>".encode(), {})


SENTENCE = "Wali kota membuka pasar baru di tepi sungai itu dengan upacara yang dihadiri ratusan pedagang dan warga."
PARAGRAPHS = "".join(f"<p>{SENTENCE} Bagian {i}.</p>" for i in range(6))


def zones(fields: Fields) -> list[tuple[str | None, str]]:
    return [(part.zone, part.text) for part in fields.parts if not part.text.startswith(SENTENCE)]


def test_markup_names_the_parts_around_the_text() -> None:
    fields = page(
        "<nav><a href=/>Beranda</a></nav><div class=waktu>Rabu, 5 Maret 2025</div><article><h1>Pasar Dibuka</h1>"
        "<div class=detail__author>Sari Umpama</div><div class=share>Bagikan</div>"
        "<time datetime=2025-03-04>Selasa, 4 Maret 2025 10:05 WIB</time>"
        "<figure><img><figcaption>Pedagang menata kios. (Foto: Humas Pemkot)</figcaption></figure><div class=isi>"
        f"<p>{SENTENCE} Bagian 0.</p><p><a href=/1>Harga Cabai Turun di Pasar Umpama</a></p>"
        f"{PARAGRAPHS}<p>(abc/def)</p>"
        "<div class='detail__body-tag mgt-16'><a href=/t/pasar>pasar</a> <a href=/t/kota>kota</a></div>"
        "<div class=paging><a>1</a> <a>2</a></div>"
        "<ul class=berita-terkait><li><a href=/2>Jembatan Umpama Selesai Dibangun</a></li></ul></div></article>"
        "<footer>Hak cipta</footer>"
    )
    assert zones(fields) == [
        ("byline", "Sari Umpama"),
        ("printed_date", "Selasa, 4 Maret 2025 10:05 WIB"),
        ("caption", "Pedagang menata kios."),
        ("credit", "(Foto: Humas Pemkot)"),
        ("inline_promo", "Harga Cabai Turun di Pasar Umpama"),
        (None, "(abc/def)"),
        ("tags", "pasar kota"),
        ("paging", "1 2"),
        ("related", "Jembatan Umpama Selesai Dibangun"),
    ]
    assert fields.hints == {"page_count": "2"}
    assert fields.mends == set()


def test_a_class_alone_decides_nothing() -> None:
    """The text stands in elements that are named like a list, a caption and a tag."""
    fields = page(f"<div class=terkini><h1>Pasar Dibuka</h1><div class='caption tags'>{PARAGRAPHS}</div></div>")
    assert [part.zone for part in fields.parts] == [None] * 6


def test_text_cut_by_line_breaks() -> None:
    fields = page(f"<h1>Pasar Dibuka</h1><div><b>Bogor</b> - {SENTENCE}<br><br>{SENTENCE}<br>{SENTENCE}<br>(abc)</div>")
    assert [part.text for part in fields.parts] == [f"Bogor - {SENTENCE}", SENTENCE, SENTENCE, "(abc)"]


def test_the_slow_estimate_decides_where_the_cheap_ones_disagree_or_are_thin() -> None:
    thin = page("<h1>Pasar Dibuka</h1><p>Wali kota membuka pasar baru di tepi sungai itu, kata warga.</p>")
    assert [part.text for part in thin.parts] == ["Wali kota membuka pasar baru di tepi sungai itu, kata warga."]
    assert page(f"<h1>Pasar Dibuka</h1>{PARAGRAPHS}").mends == set()
    told = page("<h1>Pasar Dibuka</h1><p>Memuat.</p>", json_ld(articleBody=f"{SENTENCE}\\n{SENTENCE}\\n{SENTENCE}"))
    assert [part.text for part in told.parts] == [SENTENCE] * 3
    assert told.mends == {"slow_extraction"}


def json_ld(kind: str = "NewsArticle", **members: str) -> str:
    listed = "".join(f', "{name}": "{value}"' for name, value in members.items())
    return f'<script type="application/ld+json">{{"@type": "{kind}"{listed}}}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json_ld(datePublished="2025-03-04"), DateCandidate("json_ld", "2025-03-04")),
        (
            '<script type="application/ld+json">[{"@context": "x", "@graph": [{"@type": ["Thing", "Article"],'
            '"datePublished": "2025-03-04"}]}]</script>',
            DateCandidate("json_ld", "2025-03-04"),
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-03-04",}</script>',
            DateCandidate("json_ld", "2025-03-04"),
        ),
        ("<meta itemprop=datePublished content=2025-03-04>", DateCandidate("json_ld", "2025-03-04")),
        ("<meta property=article:published_time content=2025-03-04>", DateCandidate("meta", "2025-03-04")),
        ("<meta name=content_PublishedDate content=2025-03-04>", DateCandidate("meta", "2025-03-04")),
        ("<meta name=parsely-pub-date content=2025-03-04>", DateCandidate("meta", "2025-03-04")),
        ("<meta name=DC.date.issued content=2025-03-04>", DateCandidate("meta", "2025-03-04")),
        ("<meta property=og:updated_time content=2025-03-04>", DateCandidate("updated", "2025-03-04")),
        (json_ld(dateModified="2025-03-04"), DateCandidate("updated", "2025-03-04")),
    ],
)
def test_dates_keep_their_origin(head: str, expected: DateCandidate) -> None:
    assert page(PARAGRAPHS, head).dates[0] == expected


def test_a_time_element_dates_a_page_without_metadata() -> None:
    body = "<ul><li><time datetime=2020-01-01></time></li></ul><p><time datetime=2025-03-04T10:05+07:00></time></p>"
    assert page(body + PARAGRAPHS).dates == [DateCandidate("meta", "2025-03-04T10:05+07:00")]


def test_names_of_a_page() -> None:
    head = (
        '<meta property="og:title" content="Pasar Dibuka | Kabar Umpama">'
        '<meta property=og:site_name content="Kabar Umpama">'
        '<meta name=author content="Kabar Umpama"><meta name=content_author content="Sari"><meta name=content_category'
        " content=Kota><meta property=article:tag content=pasar><meta property=article:tag content=kota>"
        "<link rel=canonical href=https://umpama.id/><meta property=og:url content=https://umpama.id/kota/1?page=2>"
    )
    fields = extract("text/html", f"<html lang=id-ID><head>{head}</head><body>{PARAGRAPHS}".encode(), {})
    assert (fields.title, fields.author, fields.section) == ("Pasar Dibuka", "Sari", "Kota")
    assert (fields.tags, fields.language, fields.url) == (["pasar", "kota"], "id", "https://umpama.id/kota/1?page=2")
    assert fields.hints == {"page": "2"}


def test_what_an_article_object_says_of_its_kind() -> None:
    fields = page(PARAGRAPHS, json_ld("LiveBlogPosting", isAccessibleForFree="False", headline="Hari Pemungutan Suara"))
    assert fields.hints == {"type": "LiveBlogPosting", "is_free": "false"}
    assert fields.title == "Hari Pemungutan Suara"


TEASERS = "".join(
    f"<li><h3><a href=/{i}>Judul Berita Umpama Nomor {i}</a></h3><p>{SENTENCE}</p></li>" for i in range(20)
)
LINKS = "".join(f"<li><a href=/{i}>Judul Berita Umpama Nomor {i}</a></li>" for i in range(20))


@pytest.mark.parametrize(
    ("html", "is_article"),
    [
        (f"<h1>Indeks</h1><ul>{TEASERS}</ul>", False),
        (f"<h1>Kabar Umpama</h1><ul>{LINKS}</ul>", False),
        ('<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Terkini</title></channel></rss>', False),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry></entry></feed>", False),
        (f"<h1>Pasar Dibuka</h1>{PARAGRAPHS}<ul>{LINKS}</ul>", True),
        (f"<h1>Pasar Dibuka</h1><div>{PARAGRAPHS}</div><ul>{TEASERS[: len(TEASERS) // 4]}</ul>", True),
        (f"{json_ld()}<h1>Foto: Pasar Dibuka</h1><p>Pedagang menata kios.</p><ul>{LINKS}</ul>", True),
        ("<h1>Pasar Dibuka</h1><p>Pedagang menata kios.</p>", True),
    ],
)
def test_lists_and_feeds_are_no_articles(html: str, is_article: bool) -> None:
    assert extract("text/html", html.encode(), {}).is_article == is_article


def test_an_article_in_pages_is_joined() -> None:
    def part(number: int) -> str:
        texts = "".join(f"<p>{SENTENCE} Halaman {number} bagian {i}.</p>" for i in range(4))
        return (
            "<!doctype html><html><body><h1>Pasar Dibuka</h1>"
            "<figure><figcaption>Pedagang menata kios.</figcaption></figure>"
            f"<div>{texts}<div class=tags><a rel=tag>pasar</a></div><div class=paging>1 2</div></div></body></html>\n"
        )

    fields = extract("text/html", (part(1) + part(2)).encode(), {})
    texts = [part.text[-19:] for part in fields.parts if part.zone is None]
    assert texts == [f"Halaman {page} bagian {i}." for page in (1, 2) for i in range(4)]
    assert [part.zone for part in fields.parts if part.zone] == ["caption", "tags", "paging"]
    assert fields.hints == {"pages_joined": "2", "page_count": "2"}


def test_sample_pages() -> None:
    folder = Path(__file__).parents[3] / "samples" / "halaman"
    for path in sorted(folder.glob("*.html")):
        fields = extract("text/html", path.read_bytes(), {})
        labels = [part.zone for part in fields.parts if part.zone]
        assert labels[:3] == ["printed_date", "caption", "credit"]
        assert labels[-1] == "tags"
        assert len(fields.tags) == 3
        assert fields.mends == set()


def test_more_encodings() -> None:
    assert page_text("Pasar\N{EM DASH}kota".encode("utf-16")) == "Pasar\N{EM DASH}kota"
    assert extract("text/html", b"<meta charset=idna>\xff", {}).is_article
    assert extract("text/html", b"<meta charset=tidak-ada>\xff", {}).is_article


def page_text(payload: bytes) -> str:
    return extract("text/plain", payload, {}).parts[0].text


HOSTILE = {
    "nested": b"<div>" * 100_000 + b"Teks" + b"</div>" * 100_000,
    "nested in a rule's page": b"<div class=content_detail><h1>Pasar</h1><div class=text_detail>" + b"<div>" * 100_000,
    "nested and named": b"<div class='tags caption'>" * 100_000 + SENTENCE.encode() * 20,
    "nested headings": b"<h1>x<div>" * 50_000,
    "nested times": b"<div><time datetime=2020-01-01>" * 50_000,
    "attributes": b"<p " + b" ".join(b"a%d" % i for i in range(100_000)) + b">" + SENTENCE.encode() * 20,
    "quoted attributes": b"<p " + b" ".join(b"a%d='<>'" % i for i in range(50_000)) + b">" + SENTENCE.encode() * 20,
    "lists": b"<ul><li>Judul Berita Lain</li></ul>" * 20_000,
    "columns of a rule": b"<div class=content_detail><h1>Pasar</h1></div>" + b"<div class=text_detail>Isi." * 100_000,
    "one line": SENTENCE.encode() * 45_000,
    "promos": b"<p>Baca juga" * 200_000,
    "broken data": b'<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "</script>' * 10_000,
    "deep data": b'<script type="application/ld+json">{"@type":"Article","author":' + b'{"name":' * 900 + b"</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_no_square(name: str) -> None:
    start = time.process_time()
    extract("text/html", HOSTILE[name], {})
    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    "wrapper", ["<div>", "<p " + " ".join(f"a{i}" for i in range(3000)) + ">"], ids=["deep", "wide"]
)
def test_markup_past_any_layout_is_left_out_and_said(wrapper: str) -> None:
    fields = page("<h1>Pasar Dibuka</h1>" + wrapper * (6000 if wrapper == "<div>" else 1) + f"<p>{SENTENCE * 9}</p>")
    assert [part.text for part in fields.parts] == [(SENTENCE * 9).strip()]
    assert fields.title == "Pasar Dibuka"
    assert "markup_bounded" in fields.mends


def test_an_embedded_picture_is_no_endless_tag() -> None:
    fields = page(f"<h1>Pasar</h1><img alt='a b' src='data:image/png;base64,{'ab/=' * 50_000}'><p>{SENTENCE * 9}</p>")
    assert "markup_bounded" not in fields.mends


def test_a_body_inside_a_body_is_read_once() -> None:
    fields = page(
        "<link rel=canonical href='https://news.detik.com/a'><div class=content_detail><h1>Pasar</h1></div>"
        "<div class=text_detail>Satu.<div class=text_detail>Dua.</div></div><div class=text_detail>Tiga.</div>"
    )
    assert [part.text for part in fields.parts] == ["Satu.", "Dua.", "Tiga."]


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    "<div>",
                    "</div>",
                    "<p>",
                    "<h1>",
                    "<svg>",
                    "<math>",
                    "<template>",
                    "<table>",
                    "<td>",
                    "<a href=x>",
                    "</a>",
                    "<frameset>",
                    "<script type='application/ld+json'>",
                    "</script>",
                    "<!--",
                    "-->",
                    "<![CDATA[",
                    SENTENCE,
                    "<figcaption>",
                    "<time datetime=1>",
                    "<meta itemprop=datePublished content=2020>",
                    "<plaintext>",
                    "<ul class=tags>",
                    '{"@type":["NewsArticle"],"headline":[1]}',
                    "</html><html>",
                    "<body>",
                    "\x00\x1e",
                ]
            )
        ).map(lambda pieces: "".join(pieces).encode()),
    )
)
def test_no_page_makes_it_raise(payload: bytes) -> None:
    assert isinstance(extract("text/html", payload, {}), Fields)


CHANNEL: dict[str, Any] = {
    "kind": "feed",
    "url": "https://contoh.id/rss",
    "title": "Judul di Umpan",
    "published": "Wed, 25 Jun 2025 10:00:00 +0700",
    "updated": "2025-06-25T11:00:00+07:00",
    "author": "Sri",
    "section": "Nasional",
    "categories": ["pasar", "", "kota"],
}


def test_a_channel_speaks_where_the_page_is_silent() -> None:
    html = f"<html><body>{PARAGRAPHS}</body></html>".encode()
    silent = extract("text/html", html, {})
    told = extract("text/html", html, {"channel": CHANNEL})
    assert (told.title, told.author, told.section, told.tags) == (
        "Judul di Umpan",
        "Sri",
        "Nasional",
        ["pasar", "kota"],
    )
    assert told.dates == [
        DateCandidate("feed", "Wed, 25 Jun 2025 10:00:00 +0700"),
        DateCandidate("updated", "2025-06-25T11:00:00+07:00"),
    ]
    assert (told.parts, told.url, told.hints) == (silent.parts, silent.url, silent.hints)


def test_the_page_comes_before_its_channel_but_for_dates() -> None:
    head = (
        json_ld(headline="Judul", datePublished="2025-06-25", dateModified=CHANNEL["updated"], articleSection="Kota")
        + '<meta name="author" content="Budi"><meta name="keywords" content="tepi">'
    )
    html = f"<html><head>{head}</head><body><h1>Judul</h1>{PARAGRAPHS}</body></html>".encode()
    alone = extract("text/html", html, {})
    told = extract("text/html", html, {"channel": CHANNEL})
    assert told.dates == [*alone.dates, DateCandidate("feed", CHANNEL["published"])]
    told.dates = alone.dates
    assert told == alone


@pytest.mark.parametrize("channel", [None, "x", [], {}, {"title": 5, "published": None, "categories": "x"}])
def test_a_channel_without_facts_changes_nothing(channel: Any) -> None:
    html = f"<html><body>{PARAGRAPHS}</body></html>".encode()
    assert extract("text/html", html, {"channel": channel}) == extract("text/html", html, {})
