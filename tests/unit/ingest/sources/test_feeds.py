"""Feeds: one item's strings to one link, whatever the feed looks like."""

from __future__ import annotations

import gzip
import time

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sources.feeds import MAX_ITEMS, read_feed
from ingest.sources.links import Link, Listing, link_id
from ingest.sources.streams import InputError

URL = "https://contoh.co.id/rss/nasional"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def read(text: str | bytes, charset: str | None = None) -> Listing:
    body = text.encode() if isinstance(text, str) else text
    return read_feed(body, url=URL, content_type="application/xml", charset=charset)


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Contoh</title>{inside}</channel></rss>'


def item(text: str) -> Link:
    (link,) = read(rss(text)).links
    return link


def test_an_item_of_wordpress() -> None:
    link = item(
        "<title>Harga &#8211; &amp;quot;turun&amp;quot;</title>"
        "<link>https://contoh.co.id/harga/?utm_source=rss&amp;n=1</link>"
        "<dc:creator><![CDATA[Sri]]></dc:creator><pubDate> Rab, 25 Jun 2025 03:00:00 +0000 </pubDate>"
        "<category><![CDATA[Nasional]]></category><category>Ekonomi</category><category>Nasional</category>"
        '<guid isPermaLink="false">https://contoh.co.id/?p=12</guid>'
        "<description><![CDATA[<p>Isi <b>pendek</b></p><script>x()</script>]]></description>"
        "<content:encoded><![CDATA[<p>Penuh</p>]]></content:encoded>"
    )
    assert link == Link(
        "https://contoh.co.id/harga/?utm_source=rss&n=1",
        'Harga \N{EN DASH} "turun"',
        "Rab, 25 Jun 2025 03:00:00 +0000",
        None,
        {
            "guid": "https://contoh.co.id/?p=12",
            "summary": "Isi pendek",
            "author": "Sri",
            "categories": ["Nasional", "Ekonomi"],
        },
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<guid>1</guid><link>https://contoh.co.id/a</link>", "https://contoh.co.id/a"),
        ("<guid>https://contoh.co.id/a</guid>", "https://contoh.co.id/a"),
        ("<link> </link><guid>https://contoh.co.id/a</guid>", "https://contoh.co.id/a"),
        ("<link>javascript:void(0)</link><guid>https://contoh.co.id/a</guid>", "https://contoh.co.id/a"),
        ("<link>/berita/1</link>", "https://contoh.co.id/berita/1"),
        ("<link>www.contoh.co.id/berita/1</link>", "https://www.contoh.co.id/berita/1"),
        ("<link>//contoh.co.id/berita/1</link>", "https://contoh.co.id/berita/1"),
        ("<link>\n https://contoh.co.id/\nberita </link>", "https://contoh.co.id/berita"),
        ('<atom:link rel="self" href="/diri"/><atom:link rel="alternate" href="/b"/>', "https://contoh.co.id/b"),
        ('<link>/satu</link><atom:link rel="alternate" href="https://lain.id/2"/>', "https://contoh.co.id/satu"),
        (
            "<link>https://hitung.id/x</link><feedburner:origLink>/asal</feedburner:origLink>",
            "https://contoh.co.id/asal",
        ),
        ("<image><link>/gambar</link></image><link>/teks</link>", "https://contoh.co.id/teks"),
    ],
)
def test_which_string_is_the_link(text: str, expected: str) -> None:
    assert item(text).url == expected


@pytest.mark.parametrize(
    "text",
    [
        "<title>tanpa</title>",
        "<guid>7</guid>",
        '<guid isPermaLink="false">https://contoh.co.id/7</guid>',
        "<link>mailto:redaksi@contoh.co.id</link>",
        "<link>#atas</link>",
        "<link>http://[contoh/</link>",
    ],
)
def test_an_item_without_a_link_is_counted(text: str) -> None:
    listing = read(rss(text, "<link>/ada</link>"))
    assert [link.url for link in listing.links] == ["https://contoh.co.id/ada"]
    assert listing.problems == ("items without the address of a page: 1",)


def test_dates_stay_as_printed() -> None:
    strange = "Kam, 26 Juni 2025 | 09.28 WIB"
    link = item(f"<link>/a</link><pubDate>{strange}</pubDate><dc:date>2025-06-26</dc:date>")
    assert (link.published_raw, link.updated_raw) == (strange, "2025-06-26")
    link = item("<link>/a</link><dc:date>2025-06-26</dc:date>")
    assert (link.published_raw, link.updated_raw) == ("2025-06-26", None)
    assert item(f"<link>/a</link><pubDate>{'1' * 500}</pubDate>").published_raw is None


def test_each_link_once_in_order() -> None:
    listing = read(rss("<link>/b</link><title>satu</title>", "<link>/a</link>", "<link>/b?utm_medium=rss</link>"))
    assert [(link.url, link.title) for link in listing.links] == [
        ("https://contoh.co.id/b", "satu"),
        ("https://contoh.co.id/a", None),
    ]


def test_other_facts() -> None:
    link = item(
        "<link>https://news.google.com/rss/articles/CBMi?oc=5</link><title><![CDATA[<b>A</b> &amp; B]]></title>"
        '<source url="https://contoh.co.id">Contoh</source><author>redaksi@contoh.co.id (Budi)</author>'
        f"<is_premium>1</is_premium><description>{'kata ' * 400}</description>"
    )
    assert link.title == "A & B"
    summary = link.facts["summary"]
    assert summary == ("kata " * 200).strip()
    rest = {name: value for name, value in link.facts.items() if name != "summary"}
    assert rest == {"author": "Budi", "publication": "Contoh", "marks": {"is_premium": "1"}}


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://contoh.co.id/dasar/"><title>Contoh</title>
<entry><title type="html">&lt;i&gt;Judul&lt;/i&gt;</title><link rel="enclosure" href="a.mp3"/><link href="satu"/>
<id>tag:contoh,1</id><updated>2025-06-25T10:00:00Z</updated><author><name>A</name></author><author><name>B</name></author>
<category term="t" label="Topik"/><content type="html">&lt;p&gt;Isi&lt;/p&gt;</content></entry>
<entry><id>https://contoh.co.id/dua</id><published>2025-06-25</published><updated>2025-06-26</updated></entry></feed>"""
OLD_ATOM = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>t</title>
<link rel="alternate" type="text/html" href="/lama"/><issued>2004-01-01</issued><modified>2004-01-02</modified></entry>
</feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>k</title></channel>
<item rdf:about="/r"><title>t</title><link>https://contoh.co.id/r</link><dc:date>2025-06-25</dc:date></item></rdf:RDF>"""


def test_the_families_of_feeds() -> None:
    first, second = read(ATOM).links
    assert first == Link(
        "https://contoh.co.id/dasar/satu",
        "Judul",
        None,
        "2025-06-25T10:00:00Z",
        {"guid": "tag:contoh,1", "summary": "Isi", "author": "A, B", "categories": ["Topik"]},
    )
    assert (second.url, second.published_raw, second.updated_raw) == (
        "https://contoh.co.id/dua",
        "2025-06-25",
        "2025-06-26",
    )
    (old,) = read(OLD_ATOM).links
    assert (old.url, old.published_raw, old.updated_raw) == ("https://contoh.co.id/lama", "2004-01-01", "2004-01-02")
    (rdf,) = read(RDF).links
    assert (rdf.url, rdf.title, rdf.published_raw) == ("https://contoh.co.id/r", "t", "2025-06-25")
    assert len(read('<rss version="0.91"><channel><item><link>/x</link></item></channel></rss>').links) == 1


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Contoh",
        "items": [
            {
                "id": 1,
                "url": "/x",
                "title": "T",
                "date_published": "2025-06-25",
                "authors": [{"name": "A"}],
                "tags": ["a"],
            },
            {"id": "https://contoh.co.id/y", "content_html": "<p>Isi</p>", "date_modified": "2025-06-26"},
            {"id": "tanpa"},
            5,
        ],
    }
    listing = read(b"\xef\xbb\xbf" + orjson.dumps(feed))
    assert listing.links == (
        Link("https://contoh.co.id/x", "T", "2025-06-25", None, {"guid": "1", "author": "A", "categories": ["a"]}),
        Link("https://contoh.co.id/y", None, None, "2025-06-26", {"guid": "https://contoh.co.id/y", "summary": "Isi"}),
    )
    assert listing.problems == ("items without the address of a page: 2",)


@pytest.mark.parametrize(
    ("body", "outcome", "word"),
    [
        (b"", "empty", "empty"),
        (b"\xef\xbb\xbf \n", "empty", "empty"),
        (b"<!DOCTYPE html><html><body><a href='/feed'>rss</a></body></html>", "unreadable", "page"),
        (b"<urlset/>", "unreadable", "sitemap"),
        (b"{}", "unreadable", "JSON Feed"),
        (b'{"items": [', "unreadable", "damaged"),
        (b"galat", "unreadable", "neither"),
        (b"\x1f\x8b rusak", "unreadable", "gzip"),
        (gzip.compress(bytes(17 << 20)), "too_large", "16 MB"),
        (b"<rss>" + b"<a/>" * 1_000_001 + b"</rss>", "too_large", "tags"),
    ],
)
def test_what_is_no_feed(body: bytes, outcome: str, word: str) -> None:
    with pytest.raises(InputError, match=word) as error:
        read(body)
    assert error.value.problem.outcome == outcome


def test_an_empty_feed_is_one() -> None:
    assert read('<rss version="2.0"/>') == read('<rss version="2.0"><channel/></rss>') == Listing()
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"><title>Contoh</title></feed>') == Listing(title="Contoh")


BROKEN = [
    "\n \ufeff<?xml version='1.0'?>\n{feed}",
    "{feed}<script>hitung()</script>",
    "<br />\n<b>Warning</b>: galat di baris 3\n<?xml version='1.0'?>{feed}",
    "<!-- dibuat oleh <rss> -->{feed}",
]


@pytest.mark.parametrize("around", BROKEN)
def test_what_stands_around_a_feed(around: str) -> None:
    listing = read(around.format(feed=rss("<link>/a</link>")))
    assert (listing.links[0].url, listing.problems) == ("https://contoh.co.id/a", ())


def test_common_mistakes_are_mended() -> None:
    link = item(
        "<title>Laba & rugi < 5 &nbsp;miliar &#1;\x0b</title><link>https://contoh.co.id/a?b=1&copy=2</link>"
        '<media:thumbnail url="x"/><description><![CDATA[Satu & dua <br> tiga]]></description>'
    )
    assert (link.url, link.title) == ("https://contoh.co.id/a?b=1&copy=2", "Laba & rugi < 5 miliar")
    assert link.facts == {"summary": "Satu & dua tiga"}


def test_what_is_broken_for_good_says_so() -> None:
    listing = read(rss("<link>/a</link>", "<link>/b</link><title>x</judul>"))
    assert listing.links[0].url == "https://contoh.co.id/a"
    assert listing.problems == ("it is not well-formed XML and was read as far as it could be",)


def test_an_extension_that_breaks_the_parser_costs_no_item() -> None:
    odd = "<link>/a</link><gml:posList>1 2</gml:posList><creativeCommons:license/>"
    assert [link.url for link in read(rss(odd, "<link>/b</link><dc:creator>Sri</dc:creator>")).links] == [
        "https://contoh.co.id/a",
        "https://contoh.co.id/b",
    ]


@pytest.mark.parametrize("missing", [1, 20, 40, 50])
def test_a_cut_feed_keeps_its_whole_items(missing: int) -> None:
    text = rss("<link>/satu</link>", "<link>/dua</link><title>Judul yang panjang</title>")
    listing = read(text[: -len("</item></channel></rss>") - missing])
    assert [link.url for link in listing.links] == ["https://contoh.co.id/satu"]
    assert listing.problems == ("it is cut off",)
    assert read(gzip.compress(text.encode())[:-6]).problems == ("it is cut off",)


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "iso-8859-1", "iso-8859-1"),
        ("utf-8-sig", "UTF-8", None),
        ("windows-1252", "UTF-8", "utf-8"),
        ("windows-1252", "ISO-8859-1", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", None),
        ("koi8-r", "koi8-r", None),
        ("iso-8859-5", "utf-8", "ISO-8859-5"),
    ],
)
def test_encodings(encoding: str, declared: str, charset: str | None) -> None:
    title = (
        "Ютуб"
        if encoding in ("koi8-r", "iso-8859-5")
        else "Kafé \N{LEFT DOUBLE QUOTATION MARK}x\N{RIGHT DOUBLE QUOTATION MARK}"
    )
    text = f'<?xml version="1.0" encoding="{declared}"?>' + rss(f"<link>/a</link><title>{title}</title>")
    assert read(text.encode(encoding), charset).links[0].title == title


def test_nothing_is_expanded_or_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY berkas SYSTEM "file:///etc/passwd">]>'
    listing = read(doctype + rss("<link>/a</link><title>&l9; &berkas;</title>"))
    assert listing.links[0].title == "&l9; &berkas;"


def test_a_feed_without_end() -> None:
    started = time.process_time()
    items = "".join(f"<item><link>/{i}</link><pubDate>{i}</pubDate></item>" for i in range(10_000))
    assert len(read(f"<rss><channel>{items}</channel></rss>").links) == 10_000
    many = orjson.dumps({"version": "1", "items": [{"url": f"/{i}"} for i in range(MAX_ITEMS + 1)]})
    listing = read(many)
    assert (len(listing.links), listing.problems) == (MAX_ITEMS, ("only its first 20,000 items were read",))
    assert time.process_time() - started < 20


PIECES = st.sampled_from(
    [
        "<rss>", "<rss version='2.0'>", "<channel>", "</rss>", "<item>", "</item>", "<entry>", "</entry>", "<link>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "</link>", "<link href='/x'/>", "<guid>", "</guid>", "&", "&#0;",
        "https://contoh.co.id/a", "&amp;", "&nbsp;", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE x [", "<media:x",
        "<?xml version='1.0'?>", " a:b='c'", "<pubDate>", "</pubDate>", "<georss:point>1 x</georss:point>",
        "<itunes:duration>a:b</itunes:duration>", "<x xmlns=''>", "xml:base='http://['", "{", '{"items":[', "]}",
        "<content type='application/octet-stream'>=</content>", "\x00", "\ufffe",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode())))
@example(b"<rss><item><link>http://[</link></item></rss>")
@example(b"\x1f\x8b\x08\x00")
@example(b"\xff\xfe<\x00")
def test_any_bytes_are_a_listing_or_an_input_error(body: bytes) -> None:
    try:
        listing = read_feed(body, url=URL, content_type=None, charset="utf-8")
    except InputError:
        return
    assert len({link_id(link.url) for link in listing.links}) == len(listing.links)
    assert all(link.url.startswith("http") for link in listing.links)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=30))
def test_order_and_dates_are_those_of_the_feed(numbers: list[int]) -> None:
    items = [f"<link>/{number}</link><pubDate>tanggal {number}</pubDate>" for number in numbers]
    distinct = list(dict.fromkeys(numbers))
    links = read(rss(*items)).links
    assert [link.url for link in links] == [f"https://contoh.co.id/{number}" for number in distinct]
    assert [link.published_raw for link in links] == [f"tanggal {number}" for number in distinct]
