"""Bodies within bounds."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.web.body import BodyError, decoder_of, is_wanted, read_body, read_content_type

PACK = {
    "": lambda data: data,
    "utf-8": lambda data: data,
    "gzip": lambda data: gzip.compress(data, 1),
    "x-gzip": lambda data: gzip.compress(data[:10]) + gzip.compress(data[10:]),
    "deflate": lambda data: zlib.compress(data, 1),
    "Deflate": lambda data: (c := zlib.compressobj(wbits=-15)).compress(data) + c.flush(),
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.compress,
}


def read(coding: str, data: bytes, step: int = 100, most: int = 1 << 24, ratio: int = 200, *, is_cut: bool = False):
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), step):
            yield data[start : start + step]

    return asyncio.run(read_body(chunks(), decoder_of(coding), max_bytes=most, max_ratio=ratio, is_cut=is_cut))


@settings(deadline=None)
@given(st.sampled_from(list(PACK)), st.binary(max_size=3_000), st.integers(1, 500))
def test_every_coding_gives_the_body_back_in_whatever_pieces_it_comes(coding, data, step):
    packed = PACK[coding](data)
    assert read(coding, packed, step) == (data, len(packed))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_larger_than_a_step_is_whole(coding):
    data = b"".join(b"%d Kementerian;" % n for n in range(30_000))
    assert read(coding, PACK[coding](data), 7_000)[0] == data


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@settings(deadline=None)
@given(st.data())
def test_a_body_that_ends_too_early_is_unreadable(coding, data):
    packed = PACK[coding](b"Kementerian Dalam Negeri " * 40 + bytes(range(256)))
    end = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(BodyError) as caught:
        read(coding, packed[:end])
    assert (caught.value.outcome, caught.value.is_final) == ("unreadable", False)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@settings(deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_what_is_no_such_coding_never_breaks_the_reader(coding, data):
    with suppress(BodyError):
        read(coding, data)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_stopped_and_takes_no_memory(coding):
    packed = PACK[coding](bytes(32 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match="times its size") as caught:
            read(coding, packed, step=1_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (caught.value.outcome, caught.value.is_final) == ("too_large", True)
    assert most < 8 << 20


def test_neither_what_comes_nor_what_it_unpacks_to_passes_the_bound():
    with pytest.raises(BodyError, match="larger than 1,000 bytes"):
        read("", b"x" * 1_001, most=1_000)
    with pytest.raises(BodyError, match="larger than 1,000 bytes"):
        read("gzip", gzip.compress(b"x" * 1_001), most=1_000)
    assert read("", b"x" * 1_000, most=1_000)[0] == b"x" * 1_000


def test_a_body_may_be_cut_at_the_bound_instead():
    assert read("", b"x" * 5_000, most=1_000, is_cut=True) == (b"x" * 1_000, 1_100)


def test_what_follows_the_last_member_of_gzip_is_left_out():
    assert read("gzip", gzip.compress(b"isi") + b"\n\n\n")[0] == b"isi"


@pytest.mark.parametrize("coding", ["compress", "gzip, br"])
def test_an_unknown_coding_is_told_and_final(coding):
    with pytest.raises(BodyError) as caught:
        decoder_of(coding)
    assert caught.value.is_final


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html", ("text/html", None)),
        ("Text/HTML; Charset=UTF-8", ("text/html", "UTF-8")),
        ('text/html;charset="iso-8859-1"', ("text/html", "iso-8859-1")),
        ("text/html; charset='windows-1252'", ("text/html", "windows-1252")),
        ("text/html; charset=", ("text/html", None)),
        ("; charset=utf-8", (None, "utf-8")),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_content_types(value, expected):
    assert read_content_type(value) == expected


@settings(deadline=None)
@given(st.text())
def test_any_content_type_is_read(value):
    read_content_type(value)


@pytest.mark.parametrize(
    ("kind", "content_type", "expected"),
    [
        ("page", "text/html", True),
        ("page", "application/xhtml+xml", True),
        ("page", "application/pdf", True),
        ("page", None, True),
        ("page", "image/jpeg", False),
        ("page", "application/octet-stream", False),
        ("feed", "application/rss+xml", True),
        ("feed", "application/feed+json", True),
        ("feed", "application/octet-stream", True),
        ("feed", "video/mp4", False),
        ("sitemap", "application/x-gzip", True),
        ("sitemap", "application/zip", False),
        ("robots", "application/octet-stream", True),
    ],
)
def test_which_types_can_be_what_was_asked_for(kind, content_type, expected):
    assert is_wanted(kind, content_type) is expected
