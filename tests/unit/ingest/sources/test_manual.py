"""Manual rows: the template, what a row becomes, and what is told of a wrong one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.clean.stage import clean
from ingest.errors import SourceError
from ingest.registry.load import Registry
from ingest.sources.collect import collect
from ingest.sources.manual import COLUMNS, EXAMPLES, write_template
from orchestration.manual_command import app

NOW = datetime(2026, 1, 2, 3, 4, 5)
ROW: dict[str, Any] = {
    "Tanggal": date(2023, 4, 7),
    "Jam": time(18, 30),
    "Media": "TV Nusa",
    "Jenis": "Televisi",
    "Judul": "Wawancara Menteri tentang Layanan",
    "Isi/Ringkasan": "Menteri menjelaskan layanan baru di daerah.",
    "Halaman/Program": "Berita Petang",
    "Durasi": time(0, 3, 20),
    "Tautan": "https://video.example/rekaman",
}


def book(path: Path, rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS, above: int = 0) -> Path:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for _ in range(above):
        sheet.append(["Rekap media cetak dan siaran"])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(name) for name in columns])
    made.save(path)
    return path


def run(path: Path, **options: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(collect([path], fetched_at=NOW, known_ids=set(), kind="manual", **options))
    return pl.concat([batch.documents for batch in batches]), pl.concat([batch.outcomes for batch in batches])


def cleaned(documents: pl.DataFrame) -> pl.DataFrame:
    schema = {"outlet_id": pl.String, "domains": pl.List(pl.String), "clock_zone": pl.String}
    schema |= {"has_local_z_stamps": pl.Boolean, "outlet_kind": pl.String}
    outlets = pl.DataFrame([("nusa-bali", ["nusabali.example"], "WITA", False, "newspaper")], schema, orient="row")
    return clean(documents, Registry({"outlets": outlets}))["articles"]


def test_a_row_is_a_document(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [ROW, ROW | {"Media": "Nusa Bali", "Jenis": "cetak", "Jam": None}], above=2)
    documents, outcomes = run(path)
    assert outcomes["outcome"].to_list() == ["ok", "ok"]
    assert set(documents["source_kind"]) == {"manual"}
    assert set(documents["media_type"]) == {"application/json"}
    assert json.loads(documents["payload"][0]) == {
        **{name: ROW[name] for name in ("Media", "Judul", "Isi/Ringkasan", "Halaman/Program", "Tautan")},
        "Jenis": "televisi",
        "Tanggal": {"$excel_date": "2023-04-07T00:00:00"},
        "Jam": "18:30:00",
        "Durasi": "00:03:20",
    }
    articles = cleaned(documents)
    assert articles["title"].to_list() == [ROW["Judul"]] * 2
    assert articles["text"].to_list() == [ROW["Isi/Ringkasan"]] * 2
    assert articles["published_at_utc"].to_list()[0] == datetime(2023, 4, 7, 11, 30)
    assert articles["published_date"].to_list() == [date(2023, 4, 7)] * 2
    assert articles["outlet_id"].to_list() == ["tv-nusa", "nusa-bali"]
    assert articles["tags"].to_list() == [["televisi"], ["cetak"]]
    assert articles["section"].to_list() == ["Berita Petang"] * 2
    assert articles["url"].to_list() == [ROW["Tautan"]] * 2
    assert articles["canonical_url"].to_list() == [None, None]  # never the article of a web page


def test_a_corrected_text_is_the_same_row(tmp_path: Path) -> None:
    first, _ = run(book(tmp_path / "a.xlsx", [ROW]))
    second, _ = run(book(tmp_path / "b.xlsx", [ROW | {"Isi/Ringkasan": "Diperbaiki.", "Catatan": "cek"}]))
    assert first["source_record_id"].to_list() == second["source_record_id"].to_list()
    assert first["document_id"].to_list() != second["document_id"].to_list()
    twice, _ = run(book(tmp_path / "c.xlsx", [ROW, ROW | {"Isi/Ringkasan": "Butir lain."}]))
    assert twice["source_record_id"].is_unique().all()
    plain = ROW | {"Tautan": None}
    _, outcomes = run(book(tmp_path / "d.xlsx", [plain, plain]))
    assert outcomes["outcome"].to_list() == ["ok", "duplicate"]


def test_wrong_rows_name_their_row_and_column(tmp_path: Path) -> None:
    rows = [
        ROW | {"Judul": None},
        {},
        ROW | {"Tanggal": "31/02/2023"},
        ROW | {"Tanggal": "pekan lalu"},
        ROW | {"Jenis": "majalah dinding"},
        ROW | {"Media": "  "},
        ROW | {"Tanggal": 45000},
        ROW,
    ]
    documents, outcomes = run(book(tmp_path / "a.xlsx", rows))
    assert documents.height == 1
    assert outcomes["error"].to_list() == [
        "row 2, column Judul: it is empty",
        "row 4, column Tanggal: '31/02/2023' is no date; write it as 7 April 2023 or 07/04/2023",
        "row 5, column Tanggal: 'pekan lalu' is no date; write it as 7 April 2023 or 07/04/2023",
        "row 6, column Jenis: 'majalah dinding' is none of: cetak, televisi, radio",
        "row 7, column Media: it is empty",
        "row 8, column Tanggal: '45000' is no date; write it as 7 April 2023 or 07/04/2023",
        None,
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("7 April 2023", date(2023, 4, 7)),
        ("Jumat, 7 April 2023", date(2023, 4, 7)),
        ("07/04/2023", date(2023, 4, 7)),
        ("7-4-2023", date(2023, 4, 7)),
        ("2023-04-07", date(2023, 4, 7)),
        (datetime(2023, 4, 7), date(2023, 4, 7)),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, written: object, day: date) -> None:
    documents, _ = run(book(tmp_path / "a.xlsx", [ROW | {"Tanggal": written}]))
    assert cleaned(documents)["published_date"].to_list() == [day]
    assert documents["source_record_id"][0].startswith(day.isoformat())


def test_columns_are_known_by_name(tmp_path: Path) -> None:
    columns = ["MEDIA", "judul ", "Ringkasan", "jenis", "Tanggal", "Halaman", "Wilayah"]
    row = {"MEDIA": "Harian Nusa", "judul ": "J", "Ringkasan": "R", "jenis": "CETAK", "Tanggal": "7/4/2023"}
    documents, _ = run(book(tmp_path / "a.xlsx", [row | {"Halaman": "A1", "Wilayah": "Bali"}], columns))
    assert json.loads(documents["payload"][0]) == {
        "Media": "Harian Nusa", "Judul": "J", "Isi/Ringkasan": "R", "Jenis": "cetak", "Tanggal": "7/4/2023",
        "Halaman/Program": "A1", "Wilayah": "Bali",
    }  # fmt: skip


def test_a_formula_is_its_value(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [ROW])
    made = openpyxl.load_workbook(path)
    made.worksheets[0]["E2"] = '="Judul "&"dari rumus"'
    made.save(path)
    assert run(path)[1]["error"].to_list() == ["row 2, column Judul: it is empty"]  # nobody has computed it yet


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.csv", "manual rows are read from .xlsx"), ("a.xlsx", "no readable workbook")],
)
def test_files_of_another_shape(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_text("Tanggal,Media,Jenis,Judul\n")
    documents, outcomes = run(tmp_path / name)
    assert documents.is_empty()
    assert outcomes["outcome"].to_list() == ["unreadable"]
    assert told in outcomes["error"][0]


def test_a_workbook_without_the_columns(tmp_path: Path) -> None:
    _, outcomes = run(book(tmp_path / "a.xlsx", [], ["judul", "isi"]))
    assert "no row names the columns Tanggal, Media, Jenis, Judul" in outcomes["error"][0]
    _, outcomes = run(book(tmp_path / "b.xlsx", []))
    assert outcomes["outcome"].to_list() == ["empty"]


def test_the_template_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "baris.xlsx"
    answer = CliRunner().invoke(app, ["template", str(path)])
    assert answer.exit_code == 0, answer.output
    assert "--as manual" in answer.output
    told: list[str] = []
    assert run(path, report=told.append)[1]["outcome"].to_list() == ["empty"]
    assert told == ["baris.xlsx: 2 example rows of the template were skipped."]
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.max_row == 1 + len(EXAMPLES) or all(
        cell.value is None for row in sheet.iter_rows(min_row=2 + len(EXAMPLES)) for cell in row
    )
    lists = {rule.type: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert lists == {"list": "D2:D5000", "date": "A2:A5000"}
    sheet.append([ROW.get(name) for name in COLUMNS])
    for number, name in enumerate(COLUMNS, 1):
        sheet.cell(4, number).value = ROW.get(name)
    made.save(path)
    assert run(path)[1]["outcome"].to_list() == ["ok", "duplicate"]


def test_a_template_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "baris.xlsx"
    write_template(path)
    for wrong, told in (
        (path, "already a file"),
        (tmp_path / "a.csv", "no workbook"),
        (tmp_path / "x/a.xlsx", "cannot"),
    ):
        with pytest.raises(SourceError, match=told):
            write_template(wrong)
