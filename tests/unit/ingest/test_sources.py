"""collect: every format, every outcome, identities, guesses, mappings."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import os
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import zstandard

from ingest.errors import SourceError
from ingest.sources import collect as collect_module
from ingest.sources import records
from ingest.sources.collect import Batch, collect
from warehouse.contracts import TABLES
from warehouse.keys import hex16

NOW = datetime(2026, 1, 2, 3, 4, 5)
ROWS = [
    {
        "judul": f"Kemendagri gelar rapat ke-{n}",
        "isi": f"Jakarta - Rapat ke-{n} membahas anggaran daerah, kata pejabat.\n\nIa menyebut \"hasilnya baik\".",
        "tanggal": f"{n + 10}/09/2025",
        "link": f"https://news.contoh.co.id/read/{n}",
        "id": str(n),
    }
    for n in range(1, 6)
]  # fmt: skip
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def run(*paths: Path, **options: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    options.setdefault("known_ids", set())
    batches = list(collect(paths, fetched_at=NOW, **options))
    for batch in batches:
        check(batch)
    empty = Batch(TABLES["raw.documents"].empty(), TABLES["raw.fetch_outcomes"].empty())
    batches.append(empty)
    return pl.concat([b.documents for b in batches]), pl.concat([b.outcomes for b in batches])


def check(batch: Batch) -> None:
    """Both frames keep their contracts."""
    for name, frame in (("raw.documents", batch.documents), ("raw.fetch_outcomes", batch.outcomes)):
        table = TABLES[name]
        assert frame.schema == table.polars_schema()
        for column in set(table.column_names) - table.nullable:
            assert frame[column].null_count() == 0, (name, column)
        for column, values in table.allowed.items():
            assert set(frame[column]) <= set(values)
        assert frame.select(table.key).is_unique().all()


def outcomes(frame: pl.DataFrame) -> dict[str, int]:
    return dict(Counter(frame["outcome"]))


def payloads(documents: pl.DataFrame) -> list[Any]:
    return [json.loads(payload) for payload in documents["payload"]]


def metadata(documents: pl.DataFrame, row: int = 0) -> Any:
    return json.loads(documents["metadata"][row])


def to_csv(rows: list[dict[str, str]], delimiter: str = ",", *, header: bool = True) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def to_jsonl(rows: list[dict[str, str]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def to_xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    return out.getvalue()


TABLES_OF_ROWS: dict[str, bytes] = {
    "a.jsonl": to_jsonl(ROWS),
    "b.ndjson": to_jsonl(ROWS),
    "c.json": json.dumps(ROWS, indent=1).encode(),
    "d.json": json.dumps({"jumlah": 5, "data": ROWS}).encode(),
    "e.json": to_jsonl(ROWS),
    "f.csv": to_csv(ROWS),
    "g.csv": b"\xef\xbb\xbf" + to_csv(ROWS, ";"),
    "h.tsv": to_csv(ROWS, "\t"),
    "i.csv": to_csv(ROWS, "|").decode().encode("utf-16"),
    "j.xlsx": to_xlsx(ROWS),
    "k.parquet": to_parquet(ROWS),
}


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("name", TABLES_OF_ROWS)
def test_every_format_and_compression_gives_the_same_documents(tmp_path: Path, name: str, compression: str) -> None:
    path = tmp_path / (name + compression)
    path.write_bytes(COMPRESS[compression](TABLES_OF_ROWS[name]))
    documents, attempts = run(path, source_id="uji")
    assert outcomes(attempts) == {"ok": 5}
    assert payloads(documents) == ROWS
    assert documents["url"].to_list() == [row["link"] for row in ROWS]
    assert documents["source_record_id"].to_list() == ["1", "2", "3", "4", "5"]
    assert attempts["locator"].to_list() == [f"{path.name}#{n}" for n in range(1, 6)]
    plain = [json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in ROWS]
    expected = [hex16("uji", row["link"], payload) for row, payload in zip(ROWS, plain, strict=True)]
    assert documents["document_id"].to_list() == expected == attempts["document_id"].to_list()
    assert metadata(documents)["columns"] == {
        "body": ["isi"], "date": ["tanggal"], "record_id": ["id"], "title": ["judul"], "url": ["link"],
    }  # fmt: skip
    assert metadata(documents)["is_guessed"] is True
    assert set(documents["source_kind"]) == {"dump"}
    assert set(documents["media_type"]) == {"application/json"}


def test_table_without_header_is_read_by_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(to_csv([{k: v for k, v in row.items() if k != "id"} for row in ROWS], ";", header=False))
    said: list[str] = []
    documents, _ = run(path, report=said.append)
    assert payloads(documents)[0]["column_1"] == ROWS[0]["judul"]
    assert metadata(documents)["columns"] == {
        "title": ["column_1"], "body": ["column_2"], "date": ["column_3"], "url": ["column_4"],
    }  # fmt: skip
    assert len(said) == 1
    assert "title = column_1" in said[0]


def test_texts_and_pages_are_kept_as_received(tmp_path: Path) -> None:
    page = b'<html><head><link href="https://contoh.id/a?x=1&amp;y=2" rel=canonical></head><body>Isi</body></html>'
    (tmp_path / "a.html").write_bytes(page)
    (tmp_path / "b.htm").write_bytes(b'<meta content="https://contoh.id/b" property="og:url"><p>x')
    (tmp_path / "c.html").write_bytes(b'<link rel="canonical" href="/relatif"><p>x')
    (tmp_path / "d.txt").write_bytes("Judul\n\n“Isi”".encode())
    (tmp_path / "e.txt").write_bytes("Judul\n\n“Isi”".encode("windows-1252"))
    (tmp_path / "f.txt.gz").write_bytes(gzip.compress("Judul isi".encode("utf-16")))
    documents, attempts = run(tmp_path)
    assert outcomes(attempts) == {"ok": 6}
    assert documents["payload"][0] == page
    assert documents["url"].to_list() == ["https://contoh.id/a?x=1&y=2", "https://contoh.id/b", None, None, None, None]
    assert documents["media_type"].to_list() == ["text/html"] * 3 + ["text/plain"] * 3
    assert documents["metadata"].to_list()[3:] == ["{}", '{"encoding":"windows-1252"}', '{"encoding":"utf-16"}']
    assert set(documents["source_kind"]) == {"web"}


def test_excel_cells_keep_their_type_in_mixed_columns(tmp_path: Path) -> None:
    rows = [
        {"Judul": "Satu", "Tanggal": datetime(2019, 10, 9), "Jam": time(22, 19), "Dibaca": 3, "Isi": "teks"},
        {"Judul": "Dua", "Tanggal": "13/09/2019", "Jam": "22:19 WIB", "Dibaca": 2.5, "Isi": None},
        {"Judul": "Tiga", "Tanggal": date(2019, 10, 9), "Jam": None, "Dibaca": True, "Isi": "teks"},
    ]
    (tmp_path / "a.xlsx").write_bytes(to_xlsx(rows))
    documents, _ = run(tmp_path)
    tagged = {"$excel_date": "2019-10-09T00:00:00"}
    assert [p["Tanggal"] for p in payloads(documents)] == [tagged, "13/09/2019", tagged]
    assert [p["Jam"] for p in payloads(documents)] == ["22:19:00", "22:19 WIB", None]
    assert [p["Dibaca"] for p in payloads(documents)] == [3, 2.5, True]


def test_known_and_repeated_rows_are_duplicates(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(to_jsonl([*ROWS, ROWS[0]]))
    known: set[str] = set()
    documents, first = run(tmp_path, known_ids=known)
    assert outcomes(first) == {"ok": 5, "duplicate": 1}
    assert known == set(documents["document_id"])
    none, second = run(tmp_path, known_ids=known)
    assert none.is_empty()
    assert outcomes(second) == {"duplicate": 6}
    assert set(second["document_id"]) == known


def test_identity_ignores_files_order_and_key_order(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "three").mkdir()
    (tmp_path / "one" / "all.jsonl").write_bytes(to_jsonl(ROWS))
    turned = [dict(reversed(row.items())) for row in reversed(ROWS)]
    for name, part in (("z", turned[:1]), ("y", turned[1:3]), ("x", turned[3:])):
        (tmp_path / "three" / f"{name}.jsonl").write_bytes(to_jsonl(part))
    one, _ = run(tmp_path / "one")
    three, _ = run(tmp_path / "three")
    assert sorted(one["document_id"]) == sorted(three["document_id"])
    assert set(one["metadata"]) == set(three["metadata"])


def test_files_of_one_name_in_two_folders_are_two_attempts(tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.txt").write_text(f"Isi {folder}")
    _, attempts = run(tmp_path)
    assert attempts["locator"].to_list() == ["index.txt#1", "index.txt#1"]
    assert attempts["attempt_id"].n_unique() == 2


def test_folders_are_read_sorted_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "a.txt.mapping.yml", "sub/c.txt", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "a.txt.mapping.yml").write_text("source: x")
    _, attempts = run(tmp_path, tmp_path / "a.txt")
    assert attempts["locator"].to_list() == ["a.txt#1", "b.txt#1", "c.txt#1"]


# --- dates and mappings -------------------------------------------------------------------------


def test_order_of_day_and_month_is_told_by_site_and_separator(tmp_path: Path) -> None:
    def row(host: str, when: str) -> dict[str, str]:
        return {"title": "t", "body": f"{host} {when}", "date": when, "url": f"https://{host}/x"}

    rows = [
        row("news.satu.com", "10/09/2025 20:43"), row("oto.satu.com", "10/21/2025 20:43"),
        row("satu.com", "01-02-2025"), row("satu.com", "31-1-2025"),
        row("a.dua.co.id", "16/09/2019"), row("b.dua.co.id", "01/02/2019"), row("tiga.co.id", "01/02/2019"),
        row("satu.com", "2025-11-15T20:20:38+07:00"), row("satu.com", "31 Dec"),
    ]  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(to_jsonl(rows))
    said: list[str] = []
    documents, _ = run(tmp_path, report=said.append)
    orders = [json.loads(m)["date_order"] for m in documents["metadata"]]
    assert orders == ["MDY", "MDY", "DMY", "DMY", "DMY", "DMY", "DMY", "YMD", "DMY"]
    assert "DMY: dua.co.id (/), satu.com (-); MDY: satu.com (/)" in said[0]


def test_mapping_beside_a_file_wins_and_is_kept_in_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("Kepala#Teks panjang#05.06.2025#9,5\n".encode("cp1252")))
    shared = tmp_path / "shared.yml"
    shared.write_text("source: lain\n")
    (tmp_path / "a.csv.gz.mapping.yml").write_text(
        "source: arsip\noutlet: kompas\nzone: WITA\nobserved_at: 2025-06-18\ndate_order: MDY\ndelimiter: '#'\n"
        "has_header: false\ncolumn_names: [k, t, d, n]\ncolumns: {title: k, body: [t], date: d}\n"
    )
    said: list[str] = []
    documents, _ = run(path, mapping=shared, report=said.append)
    assert metadata(documents) == {
        "columns": {"title": ["k"], "body": ["t"], "date": ["d"]},
        "date_order": "MDY", "clock_zone": "WITA", "outlet_id": "kompas", "is_guessed": False,
    }  # fmt: skip
    assert documents["source_id"][0] == "arsip"
    assert documents["observed_at_utc"][0] == datetime(2025, 6, 18, 4)
    assert payloads(documents) == [{"k": "Kepala", "t": "Teks panjang", "d": "05.06.2025", "n": "9,5"}]
    assert not said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {title: kepala}", "names the column 'kepala'; its columns are: judul, isi, tanggal, link, id"),
        ("kolom: {title: judul}", "says 'kolom', which is none of: source, outlet"),
        ("columns: {judul: judul}", "says 'columns.judul', which is none of: title, body"),
        ("date_order: DDMM", "is wrong at 'date_order'"),
        ("encoding: latin-99", "unknown encoding"),
        ("delimiter: '\"'", "cannot separate fields"),
        ("- a", "must be a list of"),
        ("a: [", "is not YAML"),
    ],
)
def test_wrong_mapping_is_one_clear_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(to_csv(ROWS))
    (tmp_path / "a.csv.mapping.yml").write_text(text)
    with pytest.raises(SourceError) as error:
        run(tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_paths_fail_at_the_call(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file or folder"):
        collect([tmp_path / "x"], fetched_at=NOW, known_ids=set())
    with pytest.raises(SourceError, match="no file in the folder"):
        collect([tmp_path], fetched_at=NOW, known_ids=set())
    (tmp_path / "a.csv").write_bytes(to_csv(ROWS))
    with pytest.raises(SourceError, match=r"mapping .*x\.yml cannot be read"):
        collect([tmp_path], fetched_at=NOW, known_ids=set(), mapping=tmp_path / "x.yml")


# --- bad input ----------------------------------------------------------------------------------

GOOD = to_jsonl(ROWS[:1])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", GOOD + b'{"judul": "terpo\n' + to_jsonl(ROWS[1:2]), {"ok": 2, "unreadable": 1}),
        ("a.jsonl", GOOD + b'[1]\n"x"\n\n{}\n{"judul": " ", "isi": null}\n', {"ok": 1, "unreadable": 2, "empty": 2}),
        ("a.jsonl",
         "{\"isi\": \"“utf”\"}\n".encode() + b'{"isi": "\xe2\x80 \xff"}\n' + GOOD, {"ok": 2, "unreadable": 1}),
        ("a.jsonl", GOOD + b'{"isi": "a\xffb"}\n', {"ok": 1, "unreadable": 1}),
        ("a.jsonl", b'{"judul": "\x93Isi\x94 \x96 baik"}\n' + GOOD, {"ok": 2}),
        ("a.jsonl", b'{"judul": "a\\ud83d", "n": NaN, "m": 123456789012345678901234567890}\n', {"ok": 1}),
        ("a.jsonl", b'{"judul": "a\0b"}\n' + b'{"a":' * 5000 + b"\n", {"ok": 1, "unreadable": 1}),
        ("a.jsonl", b"\n \n", {"empty": 1}),
        ("a.csv", b"judul,isi\na,b\nc\nd,e,f\ng,h,,\n\"i\nj\",k\n", {"ok": 3, "unreadable": 2}),
        ("a.csv", b'judul,isi\na,"tak tutup\nb,c\nd,e\n', {"ok": 2, "unreadable": 1}),
        ("a.csv", b'judul,isi\n"Kata" Budi,b\nc,"d\0e"\n,\n', {"ok": 2, "empty": 1}),
        ("a.csv", "judul,isi\na,“b”\n".encode() + b"c,\xe2\x80\nd,e\n", {"ok": 2, "unreadable": 1}),
        ("a.csv", b"judul,isi\rKepala,teks\r", {"ok": 1}),
        ("a.csv", b"judul,isi\n", {"empty": 1}),
        ("a.csv.gz", gzip.compress(to_csv(ROWS))[:-8], {"ok": 5, "unreadable": 1}),
        ("a.csv.gz", to_csv(ROWS), {"unreadable": 1}),
        ("a.jsonl.gz", gzip.compress(GOOD) + gzip.compress(GOOD)[:-4], {"ok": 1, "duplicate": 1, "unreadable": 1}),
        ("a.jsonl.xz", lzma.compress(GOOD)[:-9], {"ok": 1, "unreadable": 1}),
        ("a.jsonl.xz", lzma.compress(GOOD) + lzma.compress(GOOD), {"ok": 1, "duplicate": 1}),
        ("a.jsonl.zst", COMPRESS[".zst"](GOOD)[:-3], {"unreadable": 1}),
        ("a.json", b'[{"judul": "a"}, {"judul": "b" , {"judul": "c"}, {"judul": "d"}]', {"ok": 3, "unreadable": 1}),
        ("a.json", b'[{"judul": "a"}, {"judul": "b}, {"judul": "c"}, {"judul": "d"}]', {"ok": 3, "unreadable": 1}),
        ("a.json", b'[{"judul": "a"}, 7, {"judul": "b"}, {"judul": "c', {"ok": 2, "unreadable": 2}),
        ("a.json", b'[{"judul": "a"}, ', {"ok": 1, "unreadable": 1}),
        ("a.json", b'{"judul": "a", "foto": [{"u": 1}]}', {"ok": 1}),
        ("a.json", b"[]", {"empty": 1}),
        ("a.json", b"bukan json", {"unreadable": 1}),
        ("a.json", b'{"a": [{"judul": "x"}, 3]}', {"ok": 1, "unreadable": 1}),
        ("a.xlsx", to_xlsx(ROWS)[:-300], {"unreadable": 1}),
        ("a.xlsx", b"bukan buku kerja", {"unreadable": 1}),
        ("a.parquet", to_parquet(ROWS)[:-10], {"unreadable": 1}),
        ("a.txt", b"", {"empty": 1}),
        ("a.txt", b" \n\r\n", {"empty": 1}),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\xff\xfe\x81", {"unreadable": 1}),
        ("a.html", b"bukan halaman", {"unreadable": 1}),
        ("a.pdf", b"%PDF-1.7", {"unreadable": 1}),
        ("tanpa_akhiran", b"x", {"unreadable": 1}),
    ],
)  # fmt: skip
def test_bad_input_costs_itself_only(tmp_path: Path, name: str, content: bytes, expected: dict[str, int]) -> None:
    (tmp_path / name).write_bytes(content)
    documents, attempts = run(tmp_path)
    assert outcomes(attempts) == expected, attempts["error"].to_list()
    failed = attempts.filter(~pl.col("outcome").is_in(["ok", "duplicate"]))
    assert failed["error"].null_count() == 0
    assert failed["document_id"].null_count() == failed.height
    for payload in documents.filter(pl.col("media_type") == "application/json")["payload"]:
        json.loads(payload.decode("utf-8"))


def test_windows_1252_table_is_decoded_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("judul,isi\nSatu,“Isi” baik\nDua,café\n".encode("windows-1252"))
    documents, _ = run(tmp_path)
    assert [p["isi"] for p in payloads(documents)] == ["“Isi” baik", "café"]
    assert metadata(documents)["encoding"] == "windows-1252"


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    _, attempts = run(tmp_path)
    assert outcomes(attempts) == {"unreadable": 1}


def test_batches_are_bounded_and_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(to_jsonl(ROWS) * 3)
    monkeypatch.setattr(collect_module, "MAX_DOCUMENTS", 2)
    monkeypatch.setattr(collect_module, "MAX_OUTCOMES", 4)

    def sizes() -> list[tuple[int, int]]:
        batches = collect([tmp_path], fetched_at=NOW, known_ids=set())
        return [(batch.documents.height, batch.outcomes.height) for batch in batches]

    assert sizes() == [(2, 2), (2, 2), (1, 4), (0, 4), (0, 3)] == sizes()


def test_names_are_distinct() -> None:
    assert records.distinct_names(["a", "", "a", None, "a_2"]) == ["a", "column_2", "a_2", "column_4", "a_2_2"]


def test_a_file_name_that_is_no_utf8_is_no_obstacle(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv"))
    path.write_text("judul,isi\nRapat,JAKARTA - Rapat digelar.\n")
    documents, attempts = run(path)
    assert documents.height == 1
    assert attempts["locator"].to_list() == ["\N{REPLACEMENT CHARACTER}.csv#1"]


# --- real data ----------------------------------------------------------------------------------


def test_every_dump_reads_with_a_sensible_guess(dev_data: Path) -> None:
    body_free = {"kemenkoinfra_press.json"}
    for path in sorted((dev_data / "dumps").iterdir()):
        documents, attempts = run(path)
        assert set(attempts["outcome"]) <= {"ok", "duplicate"}, path.name
        columns = metadata(documents)["columns"]
        assert "title" in columns
        assert ("body" in columns) != (path.name in body_free)
        assert ("url" in columns) == (path.name != "wahyualvyy_antara100.csv") == ("date" in columns)


def test_the_development_articles_read_whole(dev_data: Path) -> None:
    said: list[str] = []
    documents, attempts = run(dev_data / "articles" / "articles_dev.jsonl.gz", report=said.append)
    assert outcomes(attempts) == {"ok": 29_256}
    orders = documents.select(
        pl.col("metadata").str.json_path_match("$.date_order").alias("order"),
        pl.col("payload").cast(pl.String).str.json_path_match("$.dataset").alias("dataset"),
    )
    assert orders.filter(pl.col("order") == "MDY")["dataset"].value_counts().rows() == [("detik1000", 469)]
    assert "MDY: detik.com (/)" in said[0]
