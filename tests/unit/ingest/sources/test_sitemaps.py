"""Sitemaps: entries of the own site, whatever the XML looks like."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sources.links import Link, Listing, link_id
from ingest.sources.sitemaps import MAX_ENTRIES, read_sitemap
from ingest.sources.streams import InputError

URL = "https://www.contoh.co.id/sitemap.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def read(text: str | bytes, site: str | None = None) -> Listing:
    return read_sitemap(text.encode() if isinstance(text, str) else text, url=URL, site=site)


def entry(address: str, more: str = "") -> str:
    return f"<url><loc>{address}</loc>{more}</url>"


def urlset(*entries: str) -> str:
    return f"{HEAD}{NEWS}>{''.join(entries)}</urlset>"


NEWS_OF_ONE = """<news:news><news:publication><news:name>Contoh</news:name><news:language>id</news:language>
</news:publication><news:access>Subscription</news:access><news:genres>Blog</news:genres>
<news:publication_date>2025-06-26T09:28:20+07:00</news:publication_date>
<news:title><![CDATA[Harga "naik" &amp; turun]]></news:title><news:keywords>harga, pasar,harga</news:keywords>
</news:news><image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<image:loc>https://contoh.co.id/1.jpg</image:loc>
<image:title>Gambar</image:title></image:image>"""
LINK = Link(
    "https://contoh.co.id/a?b=1&c=2",
    'Harga "naik" & turun',
    "2025-06-26T09:28:20+07:00",
    "2025-06-26",
    {
        "publication": "Contoh",
        "language": "id",
        "access": "Subscription",
        "genres": "Blog",
        "keywords": ["harga", "pasar"],
    },
)


def test_a_news_sitemap() -> None:
    whole = entry("\n https://contoh.co.id/a?b=1&amp;c=2 ", f"<lastmod> 2025-06-26 </lastmod>{NEWS_OF_ONE}")
    assert read(urlset(whole)) == Listing((LINK,))


@pytest.mark.parametrize(
    "head",
    [
        "<urlset>",
        '<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.90">',
        "\n\n<!-- <urlset> --><?xml version='1.0'?>\n<urlset>",
        '<urlset xmlns:news="urn:salah">',
    ],
)
def test_wrong_namespaces_and_stray_ampersands(head: str) -> None:
    whole = entry("https://contoh.co.id/a?b=1&c=2", f"<lastmod>2025-06-26</lastmod>{NEWS_OF_ONE}")
    assert read(f"{head}{whole}</urlset>") == Listing((LINK,))
    assert read(f"\ufeff{head}{whole}</urlset>".encode("utf-16")) == Listing((LINK,))


def test_an_index_names_its_children() -> None:
    children = (
        "<sitemap><loc>https://contoh.co.id/1.xml.gz</loc><lastmod>2025-06</lastmod></sitemap>"
        "<sitemap><loc>/2.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap>"
        "<sitemap><loc>https://lain.co.id/3.xml</loc></sitemap>"
    )
    listing = read(f"<sitemapindex>{children}</sitemapindex>")
    assert listing.children == (("https://contoh.co.id/1.xml.gz", "2025-06"), ("https://www.contoh.co.id/2.xml", None))
    assert listing.links == ()
    assert listing.problems == ("entries that belong to another site: 1",)


def test_entries_of_other_sites_are_passed_over() -> None:
    text = urlset(
        entry("https://bola.contoh.co.id/a"), entry("https://tetangga.co.id/b"), entry("https://m.contoh.co.id/c")
    )
    listing = read(text)
    assert [link.url for link in listing.links] == ["https://bola.contoh.co.id/a", "https://m.contoh.co.id/c"]
    assert listing.problems == ("entries that belong to another site: 1",)
    assert len(read(text, site="https://tetangga.co.id/robots.txt").links) == 3


def test_each_entry_once_and_none_without_address() -> None:
    text = urlset(entry("/b"), entry("/a"), entry("/b?utm_source=x"), entry("mailto:a@b.id"), "<url/>", entry(" "))
    listing = read(text)
    assert [link.url for link in listing.links] == ["https://www.contoh.co.id/b", "https://www.contoh.co.id/a"]
    assert listing.problems == ("entries without the address of a page: 3",)


def test_a_second_reading_counts_nothing_twice() -> None:
    listing = read(urlset("<url/>", entry("https://lain.co.id/"), entry("/a?b&c")))
    assert [link.url for link in listing.links] == ["https://www.contoh.co.id/a?b&c"]
    assert listing.problems == (
        "entries without the address of a page: 1",
        "entries that belong to another site: 1",
    )


def test_an_extension_is_no_entry() -> None:
    video = '<video:video xmlns:video="urn:v"><video:url>/v</video:url><video:loc>/w</video:loc></video:video>'
    listing = read(urlset(entry("/a", video)))
    assert ([link.url for link in listing.links], listing.problems) == (["https://www.contoh.co.id/a"], ())


def test_plain_text_and_feeds_are_sitemaps() -> None:
    listing = read("\ufeffhttps://contoh.co.id/a\r\n\r\nhttps://contoh.co.id/b\nbukan alamat\n")
    assert [link.url for link in listing.links] == ["https://contoh.co.id/a", "https://contoh.co.id/b"]
    assert listing.problems == ("entries without the address of a page: 1",)
    feed = "<rss><channel><title>C</title><item><link>/a</link></item><item><link>http://b.id/</link></item></channel></rss>"
    listing = read(feed)
    assert ([link.url for link in listing.links], listing.title) == (["https://www.contoh.co.id/a"], "C")
    assert listing.problems == ("entries that belong to another site: 1",)


def test_gzip_whole_and_cut() -> None:
    text = urlset(entry("/a"), entry("/b"))
    half = len(text) // 2
    assert read(gzip.compress(text[:half].encode()) + gzip.compress(text[half:].encode())) == read(text)
    cut = read(gzip.compress(text.encode(), 0)[:-30])
    assert ([link.url for link in cut.links], cut.problems) == (["https://www.contoh.co.id/a"], ("it is cut off",))
    lines = read(gzip.compress(b"https://contoh.co.id/a\nhttps://contoh.co.id/berit", 0)[:-8])
    assert ([link.url for link in lines.links], lines.problems) == (["https://contoh.co.id/a"], ("it is cut off",))
    with pytest.raises(InputError, match="50 MB"):
        read(gzip.compress(bytes(51 << 20), 1))


@pytest.mark.parametrize("missing", [1, 8, 25])
def test_a_cut_sitemap_keeps_its_whole_entries(missing: int) -> None:
    text = urlset(entry("/a"), entry("/berita/panjang"))
    listing = read(text[: -len("</url></urlset>") - missing])
    assert [link.url for link in listing.links] == ["https://www.contoh.co.id/a"]
    assert listing.problems == ("it is cut off",)


def test_what_is_broken_for_good_says_so() -> None:
    listing = read(urlset(entry("/a"), "<url><loc>/b</lok></url>", entry("/c")))
    assert listing.links[0].url == "https://www.contoh.co.id/a"
    assert listing.problems[0] == "it is not well-formed XML and was read as far as it could be"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", "empty"),
        ("<html><body>tidak ada</body></html>", "unreadable"),
        ("tidak ada", "unreadable"),
        ("<urlset" * 3_000_001, "too_large"),
    ],
)
def test_what_is_no_sitemap(body: str, outcome: str) -> None:
    with pytest.raises(InputError) as error:
        read(body)
    assert error.value.problem.outcome == outcome


def test_an_empty_sitemap_is_one() -> None:
    assert read("<urlset/>") == read(urlset()) == read("<sitemapindex></sitemapindex>") == Listing()


def test_nothing_is_expanded_or_fetched() -> None:
    doctype = '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    (link,) = read(f"{doctype}<urlset>{entry('/x?y=&a;&f;')}</urlset>").links
    assert link.url == "https://www.contoh.co.id/x?y=&a;&f;"


def test_a_sitemap_without_end() -> None:
    started = time.process_time()
    many = "".join(entry(f"/{number}") for number in range(MAX_ENTRIES + 1))
    listing = read(urlset(many))
    assert (len(listing.links), listing.problems) == (MAX_ENTRIES, ("only its first 50,000 entries were read",))
    assert time.process_time() - started < 15


PIECES = st.sampled_from(
    [
        "<urlset>", "</urlset>", "<sitemapindex>", "</sitemapindex>", "<url>", "</url>", "<sitemap>", "</sitemap>",
        "<loc>", "</loc>", "https://contoh.co.id/a", "/b", "<news:news>", "</news:news>", "<lastmod>x</lastmod>", "&",
        "&x;", "<", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE x [<!ENTITY a '", "<?x", "\x00", "\n", "<rss>",
        "<item>", "</rss>",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode())))
@example(b"<urlset><url><url><loc>/a</loc></url></url></urlset>")
@example(b"http://[\nhttps://contoh.co.id")
def test_any_bytes_are_a_listing_or_an_input_error(body: bytes) -> None:
    try:
        listing = read_sitemap(body, url=URL)
    except InputError:
        return
    assert len({link_id(link.url) for link in listing.links}) == len(listing.links)
    assert len({address for address, _ in listing.children}) == len(listing.children)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=30))
def test_order_is_that_of_the_sitemap(numbers: list[int]) -> None:
    links = read(urlset(*(entry(f"/{number}") for number in numbers))).links
    assert [link.url for link in links] == [f"https://www.contoh.co.id/{number}" for number in dict.fromkeys(numbers)]
