"""Properties of the readers on made-up input; ``benchmarks/fuzz.py`` goes on for as long as it is told."""

from __future__ import annotations

import gzip
import lzma
import random

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import GIANTS, LARGEST, corpus, damaged, seeds_of
from tests.fuzz.shapes import Cost, cpu_seconds, growth, is_quadratic, shapes_of
from tests.fuzz.targets import FETCHED_AT, TARGETS, BrokenPromiseError, check_collect, require

PIECES = st.sampled_from(
    [
        *("Baca juga: ", "Simak Video ", "[Gambas:Video 20detik]", "ADVERTISEMENT", "Tags: ", "Terkait", "(***)"),
        *('Narasi:\n\n"', "JAKARTA, KOMPAS.com - ", "Editor: Si Anu", "Copyright (c) ", "Halaman: 1 2", "(abc/def)"),
        *("Jumat, 7 April 2023 | 16:11 WIB", "Selasa (11/4/2023)", "31/02/2023", "kemarin", "2 jam yang lalu"),
        *("\n\n", "\n", " ", ".", '"', "&amp;", "_x000D_", "\u00a0", "\u0301", "\u202e", "\U0001f600", "\x00"),
        *("<p>", "</p>", "<div class=text_detail>", "<h1>J</h1>", "<br>", "<!--", "<script>", "</html>"),
        *('{"title": "J", "body": "', '"}', "[", "]", "title,body,date\n", "J,I,11/04/2023\n", "['a', 'b']"),
        *("https://a.example/", "/amp", "?utm_source=x&b=1", "%2", "//", "2023/04/11/"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=30).map("".join)
INPUTS = st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
CHEAP = [name for name in TARGETS if name.partition(":")[0] in ("normalise", "zones", "url", "extract", "release")]
DEAR = [name for name in TARGETS if name.partition(":")[0] in ("dates", "clean", "docx", "pdf")]
PLAIN_FILES = [name for name in TARGETS if name.startswith("collect:") and name.count(".") == 1]


@pytest.fixture(scope="module")
def inputs() -> dict[str, list[bytes]]:
    return corpus()


@pytest.mark.parametrize("target", CHEAP)
@given(data=INPUTS)
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_read(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", DEAR)
@given(data=INPUTS)
@settings(deadline=None, max_examples=15)
def test_any_bytes_are_cleaned(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", PLAIN_FILES)
@given(data=INPUTS)
@settings(deadline=None, max_examples=8)
def test_any_file_is_taken_in(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_samples_are_read(seed: int, inputs: dict[str, list[bytes]]) -> None:
    """A few of the inputs that the long run makes, so that its own machinery is kept working."""
    rng = random.Random(seed)
    names = sorted(TARGETS)
    target = names[seed % len(names)]
    TARGETS[target](damaged(rng, seeds_of(target, inputs))[:LARGEST])


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst"])
def test_a_packed_file_cut_anywhere_is_taken_in(suffix: str) -> None:
    content = b'{"title": "Judul", "body": "Isi berita."}\n' * 20
    pack = {".gz": gzip.compress, ".xz": lzma.compress, ".zst": zstandard.ZstdCompressor().compress}[suffix]
    packed = pack(content)
    for cut in range(0, len(packed) + 1, max(1, len(packed) // 12)):
        check_collect(f".jsonl{suffix}", packed[:cut])


def test_half_surrogates_in_any_cell_cost_nothing() -> None:
    """They were let through by JSON and broke the frame of all rows beside them."""
    row = b'{"id": "\\ud800", "title": "a\\udfff", "body": "b", "url": "https://a.example/\\ud83d", "\\ud800": [1]}\n'
    check_collect(".jsonl", row * 3)
    check_collect(".json", b"[" + row + b"]")


TABLES = ("collect:.json", "collect:.jsonl", "collect:.csv")
SMALL = 64 << 10
SHORT = [
    (target, name)
    for target in (
        "normalise",
        "release",
        "zones",
        "url",
        "extract:text/html",
        "clean:text/plain",
        "collect:.json",
        "collect:.jsonl",
        "collect:.csv",
        "collect:.warc",
        "collect:.docx",
        "collect:.pdf",
    )
    for name in shapes_of(target)
]


@pytest.mark.parametrize(("target", "name"), SHORT)
def test_cost_grows_with_size_and_not_with_its_square(target: str, name: str) -> None:
    cost = growth(TARGETS[target], shapes_of(target)[name], SMALL)
    if is_quadratic(cost):  # a square goes on growing, a slow moment of the machine does not
        cost = growth(TARGETS[target], shapes_of(target)[name], 2 * SMALL)
    assert not is_quadratic(cost), f"{cost.once:.2f} s for {SMALL:,} bytes, {cost.twice:.2f} s for twice that"


@pytest.mark.parametrize(
    ("name", "media_type", "make"),
    [
        pytest.param(*giant, id=giant[0], marks=pytest.mark.slow if "million" in giant[0] or "MB" in giant[0] else ())
        for giant in GIANTS
    ],
)
def test_giants_are_cleaned_in_proportion(name: str, media_type: str, make: object) -> None:
    assert callable(make)
    data = make()
    seconds = cpu_seconds(TARGETS[f"clean:{media_type}"], data)
    assert seconds < 2 + len(data) * 2e-6, f"{name}: {seconds:.1f} s"


def test_the_measure_sees_a_square() -> None:
    def square(data: bytes) -> None:
        for end in range(0, len(data), 2):
            data.count(b"\n", 0, end)

    assert is_quadratic(growth(square, lambda size: b"a" * size, 24_000))
    assert not is_quadratic(Cost(1.0, 2.2))
    assert not is_quadratic(Cost(0.001, 0.01))


def test_a_broken_promise_is_told() -> None:
    with pytest.raises(BrokenPromiseError, match="2 of 1"):
        require(FETCHED_AT.year < 2000, "2 of 1")
