"""Web archives: which records are pages, what becomes of the others, damage and bounds."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from fastwarc.stream_io import BrotliWriter, GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from ingest.sources import streams
from ingest.sources.collect import collect
from ingest.sources.http_body import decoded_body
from tests.made_files import warc_record

NOW = datetime(2026, 1, 2, 3, 4, 5)
HTML = b"<html><head><title>Judul</title></head><body><p>Kemendagri menggelar rapat.</p></body></html>"
PAGE = [f"https://berita.contoh.co.id/{n}" for n in range(5)]


def run(path: Path, **options: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(collect([path], fetched_at=NOW, known_ids=set(), **options))
    return pl.concat([batch.documents for batch in batches]), pl.concat([batch.outcomes for batch in batches])


def archive(folder: Path, *records: bytes, name: str = "a.warc") -> Path:
    path = folder / name
    pack: Callable[[bytes], bytes] = {
        "warc": bytes,
        "gz": gzip.compress,
        "zst": zstandard.ZstdCompressor().compress,
    }[name.rpartition(".")[2]]
    path.write_bytes(b"".join(map(pack, records)))
    return path


def chunked(body: bytes, size: int = 30) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst"])
def test_pages_become_documents(tmp_path: Path, name: str) -> None:
    told: list[str] = []
    path = archive(
        tmp_path,
        warc_record("", b"software: uji\r\n", kind="warcinfo", status=None),
        warc_record(PAGE[0], b"", kind="request", status=None),
        warc_record(PAGE[0], HTML, http="Content-Type: text/html; charset=windows-1252"),
        warc_record(f"<{PAGE[1]}>", HTML, http="content-type: application/xhtml+xml", date="2024-03-05T02:00:00.5Z"),
        warc_record(PAGE[2], HTML, kind="resource", status=None, extra="Content-Type: text/html\r\n"),
        name=name,
    )
    documents, outcomes = run(path, report=told.append)
    assert documents["payload"].to_list() == [HTML] * 3
    assert documents["url"].to_list() == PAGE[:3]
    assert documents["observed_at_utc"][0] == datetime(2024, 3, 5, 2)
    assert set(documents["fetched_at_utc"]) == {NOW}
    assert set(documents["source_kind"]) == {"web"}
    assert set(documents["media_type"]) == {"text/html"}
    assert json.loads(documents["metadata"][0]) == {"encoding": "windows-1252"}
    assert outcomes["locator"].to_list() == [f"{name}#{n}" for n in (3, 4, 5)]
    assert outcomes["http_status"].to_list() == [200, 200, None]
    assert set(outcomes["attempt_kind"]) == {"record"}
    assert told == [f"{name}: 3 pages of 5 records; passed over: 2 of other kinds (requests, metadata)."]


def test_other_records_are_told_or_passed_over(tmp_path: Path) -> None:
    told: list[str] = []
    path = archive(
        tmp_path,
        warc_record("https://a.example/robots.txt"),
        warc_record("https://a.example/foto.jpg", b"\xff\xd8", http="Content-Type: image/jpeg"),
        warc_record("https://a.example/foto.png?x=1", status="404 Not Found"),
        warc_record("https://a.example/api", b"{}", http="Content-Type: application/json"),
        warc_record("https://a.example/polos", b"teks", http="Server: uji"),
        warc_record("urn:pageinfo:https://a.example/", kind="resource", status=None),
        warc_record("dns:a.example", kind="response", status=None),
        warc_record("https://a.example/hilang", status="404 Not Found"),
        warc_record("https://a.example/pindah", status="301 Moved Permanently", http="Location: /baru"),
        warc_record("https://a.example/lama", b"", kind="revisit"),
        warc_record("https://a.example/sama", b"", status="304 Not Modified"),
        warc_record("https://a.example/potong", HTML, extra="WARC-Truncated: length\r\n"),
        warc_record("https://a.example/ruas", HTML, extra="WARC-Segment-Number: 1\r\n"),
        warc_record("https://a.example/kosong", b" \r\n"),
        warc_record("https://a.example/tanpa-tipe", HTML, http="Server: uji"),
    )
    documents, outcomes = run(path, report=told.append)
    assert documents["url"].to_list() == ["https://a.example/tanpa-tipe"]
    assert outcomes.select("url", "outcome", "http_status").rows() == [
        ("https://a.example/hilang", "http_error", 404),
        ("https://a.example/pindah", "http_error", 301),
        ("https://a.example/lama", "not_modified", 200),
        ("https://a.example/sama", "not_modified", 304),
        ("https://a.example/potong", "unreadable", 200),
        ("https://a.example/ruas", "unreadable", 200),
        ("https://a.example/kosong", "empty", 200),
        ("https://a.example/tanpa-tipe", "ok", 200),
    ]
    assert "2 of other types than pages" in told[0]
    assert "3 of robots.txt, pictures and the like" in told[0]
    assert "2 without an address of the web" in told[0]


def test_only_known_outlets(tmp_path: Path) -> None:
    urls = ["https://www.kompas.example/a", "https://nasional.kompas.example/b", "https://bukankompas.example/c"]
    path = archive(tmp_path, *(warc_record(url, HTML) for url in urls))
    domains = frozenset({"kompas.example"})
    assert run(path)[0].height == 3
    documents, outcomes = run(path, outlet_domains=domains, only_known_outlets=True)
    assert documents["url"].to_list() == urls[:2]
    assert outcomes.height == 2
    (tmp_path / "a.warc.mapping.yml").write_text("known_outlets: true\nsource: cc-news\n")
    documents, _ = run(path, outlet_domains=domains)
    assert documents["url"].to_list() == urls[:2]
    assert set(documents["source_id"]) == {"cc-news"}
    _, outcomes = run(path, outlet_domains=frozenset({"lain.example"}))
    assert outcomes.select("outcome", "error").row(0) == (
        "empty",
        "it holds no page of an outlet that the registry knows",
    )


ZSTD = zstandard.ZstdCompressor().compress


def brotli(body: bytes) -> bytes:
    out = io.BytesIO()
    writer = BrotliWriter(out)
    writer.write(body)
    writer.close()
    return out.getvalue()


ENCODED = [
    pytest.param(HTML, "", "", id="plain"),
    pytest.param(gzip.compress(HTML), "", "gzip", id="gzip"),
    pytest.param(chunked(gzip.compress(HTML)), "chunked", "gzip", id="chunked gzip"),
    pytest.param(zlib.compress(HTML), "", "deflate", id="deflate"),
    pytest.param(zlib.compress(HTML)[2:-4], "", "deflate", id="bare deflate"),
    pytest.param(ZSTD(HTML), "", "zstd", id="zstd"),
    pytest.param(brotli(HTML), "", "br", id="brotli"),
    pytest.param(ZSTD(gzip.compress(HTML)), "", "gzip, zstd", id="two"),
    pytest.param(HTML, "chunked", "gzip", id="undone by the archive: gzip"),
    pytest.param(HTML, "", "br", id="undone by the archive: brotli"),
    pytest.param(HTML, "", "deflate", id="undone by the archive: deflate"),
    pytest.param(HTML, "", "utf-8", id="no coding"),
]


@pytest.mark.parametrize(("body", "transfer", "content"), ENCODED)
def test_encodings_are_undone(body: bytes, transfer: str, content: str) -> None:
    assert decoded_body(body, transfer, content) == HTML


@pytest.mark.parametrize(
    ("body", "transfer", "content", "outcome"),
    [
        pytest.param(gzip.compress(HTML)[:-9], "", "gzip", "unreadable", id="gzip"),
        pytest.param(chunked(HTML)[:-20], "chunked", "", "unreadable", id="chunks"),
        pytest.param(gzip.compress(b" " * (17 << 20)), "", "gzip", "too_large", id="gzip bomb"),
        pytest.param(ZSTD(b" " * (17 << 20)), "", "zstd", "too_large", id="zstd bomb"),
        pytest.param(brotli(HTML)[:-4], "", "br", "unreadable", id="brotli"),
    ],
)
def test_broken_bodies_cost_themselves(tmp_path: Path, body: bytes, transfer: str, content: str, outcome: str) -> None:
    http = f"Content-Type: text/html\r\nTransfer-Encoding: {transfer}\r\nContent-Encoding: {content}"
    path = archive(tmp_path, warc_record(PAGE[0], body, http=http), warc_record(PAGE[1], HTML))
    assert run(path)[1]["outcome"].to_list() == [outcome, "ok"]


def test_a_damaged_member_costs_itself(tmp_path: Path) -> None:
    first, second, third = (gzip.compress(warc_record(url, HTML)) for url in PAGE[:3])
    flipped = bytearray(second)
    flipped[len(second) // 2] ^= 0xFF
    for damaged in (bytes(flipped), second[:-30], second[: len(second) // 2]):
        path = tmp_path / "a.warc.gz"
        path.write_bytes(first + damaged + third)
        documents, outcomes = run(path)
        assert documents["url"].to_list() == [PAGE[0], PAGE[2]]
        assert outcomes["outcome"].to_list() == ["ok", "unreadable", "ok"]
        assert outcomes["attempt_id"].is_unique().all()


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst"])
def test_a_file_that_is_cut_off_keeps_what_came_before(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path, warc_record(PAGE[0], HTML), warc_record(PAGE[1], HTML), name=name)
    whole = path.read_bytes()
    for lost in (30, 90):
        path.write_bytes(whole[:-lost])
        documents, outcomes = run(path)
        assert documents["url"].to_list() == PAGE[:1]
        assert outcomes["outcome"].to_list() == ["ok", "unreadable"]


def test_bytes_between_records_are_told(tmp_path: Path) -> None:
    lost = warc_record(PAGE[1], HTML).replace(b"WARC/1.0", b"RUSAK/1.0")
    path = archive(tmp_path, warc_record(PAGE[0], HTML), lost, warc_record(PAGE[2], HTML))
    documents, outcomes = run(path)
    assert documents["url"].to_list() == [PAGE[0], PAGE[2]]
    assert outcomes["outcome"].to_list() == ["ok", "unreadable", "ok"]
    assert "bytes are no record" in outcomes["error"][1]


@pytest.mark.parametrize("content", [b"", b"bukan arsip", b"WARC/1.0\r\n", b"WARC/1.0\r\n\r\n" * 3])
def test_what_is_no_archive_is_one_outcome(tmp_path: Path, content: bytes) -> None:
    for name in ("a.warc", "a.warc.gz"):
        (tmp_path / name).write_bytes(content)
        documents, outcomes = run(tmp_path / name)
        assert documents.is_empty()
        assert outcomes.height == 1


def test_records_beyond_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.warc.MAX_RECORD_BYTES", 1000)
    path = archive(tmp_path, warc_record(PAGE[0], HTML * 20), warc_record(PAGE[1], HTML))
    assert run(path)[1]["outcome"].to_list() == ["too_large", "ok"]
    monkeypatch.setattr(streams, "MAX_TOTAL_BYTES", 3000)
    path = archive(tmp_path, *(warc_record(url, HTML * 20) for url in PAGE), name="b.warc.gz")
    assert run(path)[1]["outcome"].to_list()[-1] == "too_large"


def test_what_fastwarc_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        for url in PAGE:
            record = WarcRecord()
            record.init_headers(WarcRecordType.response, record_urn=b"12345678-0000-0000-0000-000000000000")
            record.headers["WARC-Target-URI"] = url
            record.headers["WARC-Date"] = "2024-03-05T02:00:00Z"
            record.is_http = True
            record.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML)
            record.write(GzipWriter(file))
    documents, _ = run(path)
    assert documents["url"].to_list() == PAGE
    assert set(documents["payload"]) == {HTML}


def test_the_same_archive_gives_the_same(tmp_path: Path) -> None:
    path = archive(tmp_path, *(warc_record(url, HTML) for url in PAGE), name="a.warc.gz")
    first, second = run(path), run(path)
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])
