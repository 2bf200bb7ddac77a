"""What a robots.txt says."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.web.model import Fetched, Response, Try
from ingest.sources.web.robots import Beliefs, Robots, robots_of

NOW = datetime(2024, 3, 1)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Request-rate", "Sitemap", "", "\x00"]),
        st.one_of(st.sampled_from(["*", "uji", "/", "/*a*", "$", "1/5", "nan", "inf", "-1"]), st.text(max_size=20)),
    )
)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("User-agent: *\nDisallow: /dalam\n", "/dalam/x", False),
        ("User-agent: *\nDisallow: /dalam\n", "/luar", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Uji\nAllow: /\n", "/x", True),
        ("User-agent: *\nAllow: /\nUser-agent: UJI\nDisallow: /x\n", "/x", False),
        ("User-agent: lain\nDisallow: /\n", "/x", True),
        ("User-agent: *\nDisallow: /\nAllow: /berita/\n", "/berita/x", True),
        ("User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /?s=\n", "/?s=menteri", False),
        ("<html><body>Beranda</body></html>", "/x", True),
        ("", "/x", True),
    ],
)
def test_what_is_allowed(text, path, expected):
    assert Robots(text, "Uji").allows(f"https://a.test{path}") is expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: uji\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 3\nRequest-rate: 1/8", 8),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: sepuluh", 0),
        ("", 0),
    ],
)
def test_the_delay_that_is_asked_for(text, seconds):
    assert Robots(text, "Uji").delay == seconds


def test_sitemaps_are_told():
    text = "Sitemap: https://a.test/sitemap.xml\nUser-agent: *\nDisallow: /\nsitemap: https://a.test/news.xml"
    assert Robots(text, "Uji").sitemaps == ("https://a.test/sitemap.xml", "https://a.test/news.xml")


@settings(deadline=None)
@given(LINES)
def test_any_text_is_read(lines):
    robots = Robots("\n".join(f"{name}: {value}" for name, value in lines), "Uji")
    robots.allows("https://a.test/a?b=c")
    assert robots.delay >= 0
    assert all(isinstance(sitemap, str) for sitemap in robots.sitemaps)


def tried(outcome: str, status: int | None, *, is_final: bool) -> Fetched:
    return Fetched((Try("robots", "http://a.test/robots.txt", NOW, outcome, status),), is_final=is_final)


def test_what_follows_from_an_attempt():
    body = "\ufeffUser-agent: *\nDisallow: /x \xe9".encode()
    answered = Fetched((), Response("http://a.test/robots.txt", 200, NOW, body))
    rules = robots_of(answered, "Uji")
    assert rules is not None
    assert rules.allows("http://a.test/y")
    missing = robots_of(tried("http_error", 404, is_final=True), "Uji")
    assert missing is not None
    assert missing.allows("http://a.test/x")
    assert robots_of(tried("http_error", 500, is_final=False), "Uji") is None
    assert robots_of(tried("timeout", None, is_final=False), "Uji") is None
    assert robots_of(Fetched(()), "Uji") is None


def test_beliefs_are_kept_for_the_origins_that_were_asked_for_last():
    beliefs = Beliefs()
    first = beliefs.of("http://a.test")
    assert beliefs.of("http://a.test") is first
    for number in range(3_000):
        beliefs.of(f"http://{number}.test")
    assert beliefs.of("http://a.test") is not first
