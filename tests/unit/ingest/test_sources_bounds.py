"""Whatever the bytes are: no exception, and memory within bounds."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources import dumps, files, json_reader, streams, table_reader
from ingest.sources.collect import collect

FORMATS = [".txt", ".html", ".jsonl", ".json", ".csv", ".tsv", ".xlsx", ".parquet", ".unknown"]
SUFFIXES = [form + compression for form in FORMATS for compression in ("", ".gz", ".xz", ".zst")]
TOKENS = [
    b'{"judul":"a"}', b"{", b"}", b"[", b"]", b'"', b",", b"\n", b"\\", b";",
    b"judul,isi\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x93", b"1/13/2025", b"\r", b"\0", b"https://a.id/b",
]  # fmt: skip


def outcomes(path: Path) -> dict[str, int]:
    batches = collect([path], fetched_at=datetime(2026, 1, 1), known_ids=set())
    return dict(Counter(outcome for batch in batches for outcome in batch.outcomes["outcome"]))


@settings(deadline=None, max_examples=300)
@given(
    suffix=st.sampled_from(SUFFIXES),
    content=st.binary(max_size=300) | st.lists(st.sampled_from(TOKENS), max_size=30).map(b"".join),
    is_packed=st.booleans(),
)
def test_no_bytes_make_collect_raise(suffix: str, content: bytes, is_packed: bool) -> None:
    if is_packed and suffix.endswith(".gz"):
        content = gzip.compress(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        assert sum(outcomes(path).values()) >= 1


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join), st.integers(1, 7))
def test_json_scanner_does_not_depend_on_chunks(content: bytes, size: int) -> None:
    def read(step: int) -> list[object]:
        result: list[object] = []
        try:
            for value in json_reader._elements((content[i : i + step] for i in range(0, len(content), step)), 1):
                result.append(value if isinstance(value, bytes) else value.outcome)  # noqa: PERF401 - keeps what came before an error
        except streams.InputError as error:
            result.append(str(error))
        return result

    assert read(size) == read(10_000)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits by a sixteenth and less, so that tests of them stay fast."""
    for module in (streams, json_reader, files, dumps):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 1 << 20)
    for module in (streams, table_reader):
        monkeypatch.setattr(module, "RATIO_FREE_BYTES", 16 << 20)
    monkeypatch.setattr(streams, "MAX_TOTAL_BYTES", 64 << 20)
    monkeypatch.setattr(streams, "CHUNK_BYTES", 64 << 10)


def gz_of(content: bytes, times: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as file:
        for _ in range(times):
            file.write(content)
    return out.getvalue()


def peak_of(action: Callable[[], dict[str, int]]) -> tuple[dict[str, int], int]:
    tracemalloc.start()
    try:
        return action(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("name", "head", "filler", "tail", "expected"),
    [
        ("a.jsonl", b'{"judul":"a"}\n', b"x", b'\n{"judul":"b"}\n', {"ok": 2, "too_large": 1}),
        ("a.csv", b"judul,isi\na,b\n", b"x", b"\nc,d\n", {"ok": 2, "too_large": 1}),
        ("a.csv", b'judul,isi\na,b\nc,"', b"x" * 500 + b"\n", b"e,f\n", None),
        ("a.json", b'[{"judul":"a"},{"judul":"', b"x", b'"},{"judul":"b"}]', {"ok": 2, "too_large": 1}),
        ("a.json", b'{"data":[', b'{"judul":"' + b"a" * 500 + b'"},', b'{"judul":"b"}]}', None),
        ("a.json", b'[{"a":', b"[1]," * 50_000, b"", None),
        ("a.txt", b"", b"x", b"", {"too_large": 1}),
    ],
)
def test_endless_records_cost_themselves_and_little_memory(
    tmp_path: Path, name: str, head: bytes, filler: bytes, tail: bytes, expected: dict[str, int] | None
) -> None:
    path = tmp_path / name
    path.write_bytes(head + filler * ((8 << 20) // len(filler) // (4 if expected is None else 1)) + tail)
    found, peak = peak_of(lambda: outcomes(path))
    assert expected is None or found == expected
    assert found
    assert peak < 90 << 20


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".txt", ".html", ".json", ".xlsx", ".parquet"])
def test_bombs_are_refused(tmp_path: Path, suffix: str) -> None:
    for compression, content in (
        (".gz", gz_of(b"\0" * (1 << 20), 40)),
        (".zst", zstandard.compress(b"\0" * (40 << 20))),
    ):
        path = tmp_path / f"a{suffix}{compression}"
        path.write_bytes(content)
        found, peak = peak_of(lambda path=path: outcomes(path))  # type: ignore[misc]  # a bound default
        assert set(found) & {"too_large", "unreadable"}
        assert "ok" not in found
        assert peak < 80 << 20


@pytest.mark.usefixtures("small_limits")
def test_unpacking_stops_at_the_ratio_and_at_the_total(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gz_of(b"{}\n" * 300_000, 40))
    with pytest.raises(streams.InputError, match="200 times its size"):
        for _ in streams.chunks(path):
            pass
    path.write_bytes(gz_of(os.urandom(1 << 20), 70))
    with pytest.raises(streams.InputError, match="it holds more than"):
        for _ in streams.chunks(path):
            pass


def test_a_workbook_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["judul", "isi"])
    plain = io.BytesIO()
    book.save(plain)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            with target.open(part.filename, "w") as file:
                file.write(source.read(part.filename))
                if part.filename.endswith("sheet1.xml"):
                    for _ in range(80):
                        file.write(b" " * (1 << 20))
    found, peak = peak_of(lambda: outcomes(path))
    assert found == {"too_large": 1}
    assert peak < 20 << 20


def test_memory_of_a_whole_process_stays_bounded(tmp_path: Path) -> None:
    """150 MB of rows in one gz file, at the real limits: the peak of the process is far below the input."""

    def rows() -> Iterator[bytes]:
        filler = os.urandom(1500).hex()
        for number in range(50_000):
            yield b'{"judul":"Berita %d","isi":"%s"}\n' % (number, filler.encode())

    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(rows())
    code = (
        "import re, sys, pathlib, datetime\n"
        "from ingest.sources.collect import collect\n"
        "n = sum(b.documents.height for b in collect([pathlib.Path(sys.argv[1])],"
        " fetched_at=datetime.datetime(2026, 1, 1), known_ids=set()))\n"
        # not ru_maxrss: a child inherits that of the process which started it
        "print(n, re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 50_000
    assert kilobytes < 600 << 10
