"""Manual rows: what people note of print, television and radio in a workbook of the house's shape.

Belongs here: the template, and its rows as attempts. Does not: workbooks of other shapes (dumps.py), bytes of workbooks
(table_reader.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import polars as pl

from ingest.errors import SourceError
from ingest.sources.files import Attempt
from ingest.sources.guess import normalised
from ingest.sources.records import Row, distinct_names, encode
from ingest.sources.streams import MAX_RECORD_BYTES, InputError, Problem, spooled
from ingest.sources.table_reader import excel_cell, read_sheets
from warehouse.keys import hex16

MEDIA_KINDS = ("cetak", "televisi", "radio")
COLUMNS = (
    "Tanggal", "Jam", "Media", "Jenis", "Judul", "Isi/Ringkasan", "Halaman/Program", "Durasi", "Tautan", "Catatan",
)  # fmt: skip
REQUIRED = ("Tanggal", "Media", "Jenis", "Judul")
EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "Tanggal": date(2025, 1, 15), "Jam": "06.00", "Media": "Harian Contoh", "Jenis": "cetak",
        "Judul": "CONTOH: Kemendagri Minta Daerah Percepat Belanja", "Isi/Ringkasan": "Tulis isi atau ringkasannya.",
        "Halaman/Program": "A1", "Catatan": "Baris contoh ini dilewati",
    },
    {
        "Tanggal": date(2025, 1, 15), "Jam": "18.30", "Media": "TV Contoh", "Jenis": "televisi",
        "Judul": "CONTOH: Wawancara Menteri tentang Pelayanan Publik", "Isi/Ringkasan": "Tulis pokok pembicaraannya.",
        "Halaman/Program": "Berita Petang", "Durasi": "00:03:20", "Tautan": "https://contoh.example/rekaman",
        "Catatan": "Baris contoh ini dilewati",
    },
)  # fmt: skip
"""Rows of the template; they are skipped wherever they are met."""

MAX_HEAD_ROWS = 20  # rows of a sheet among which its header is looked for
_SLICE_ROWS = 500
_NAMES = {
    **{normalised(name): name for name in COLUMNS},
    "isi": "Isi/Ringkasan", "ringkasan": "Isi/Ringkasan", "halaman": "Halaman/Program", "program": "Halaman/Program",
}  # fmt: skip
_ROLES = {
    "title": ["Judul"],
    "body": ["Isi/Ringkasan"],
    "date": ["Tanggal", "Jam"],
    "section": ["Halaman/Program"],
    "tags": ["Jenis"],
    "publisher": ["Media"],
    "url": ["Tautan"],
}
_EXAMPLES = {(row["Media"], row["Judul"]) for row in EXAMPLES}
_HINTS = {
    "Tanggal": "Tanggal terbit atau siar, misalnya 7 April 2023 atau 07/04/2023. Wajib.",
    "Jam": "Jam terbit atau siar menurut jam setempat media, misalnya 18.30. Boleh kosong.",
    "Media": "Nama media. Yang tercatat di daftar media dikenali; yang lain tetap seperti ditulis. Wajib.",
    "Jenis": "Salah satu dari: cetak, televisi, radio. Wajib.",
    "Judul": "Judul berita atau pokok siaran. Wajib.",
    "Isi/Ringkasan": "Isi berita selengkapnya, atau ringkasannya.",
    "Halaman/Program": "Halaman koran atau nama program siaran.",
    "Durasi": "Lama siaran, misalnya 00:03:20.",
    "Tautan": "Alamat pindaian atau rekaman.",
    "Catatan": "Catatan untuk diri sendiri; tidak dihitung.",
}


class _Line(NamedTuple):
    """A filled row: its number as the workbook shows it, with the sheet's name where there are several, and cells."""

    number: int
    place: str
    row: Row


def slug(name: str) -> str:
    """A name as an id: ``Harian Contoh`` -> ``harian-contoh``."""
    return re.sub(r"[\W_]+", "-", name.strip().lower()).strip("-")


def read_manual(path: Path, report: Callable[[str], None]) -> Iterator[Attempt]:
    """The rows of a workbook as attempts; a wrong row is a Problem that names its row and column.

    The columns are known by their names (``COLUMNS``); others are kept. A row's identity is its day, time, medium,
    title and place, so that a corrected text is a new version of it. Raises InputError where the workbook cannot be
    read, and for one without the house's columns or without a row.
    """
    skipped = count = 0
    keys: dict[str, dict[str, int]] = {}
    with spooled(path) as plain:
        lines = _lines(plain)
        while part := list(itertools.islice(lines, _SLICE_ROWS)):
            for line, day in zip(part, _days([line.row.get("Tanggal") for line in part]), strict=True):
                if (line.row.get("Media"), line.row.get("Judul")) in _EXAMPLES:
                    skipped += 1
                    continue
                count += 1
                yield _attempt(line, day, keys)
    if skipped:
        report(f"{path.name}: {skipped} example rows of the template were skipped.")
    if not count:
        raise InputError("empty", "it holds no row")


def _lines(path: Path) -> Iterator[_Line]:
    number = 0  # over all sheets, so that attempts are told apart
    has_header = False
    for position, sheet in enumerate(read_sheets(path), 1):
        numbered = enumerate(sheet, 1)
        names: list[str] = []
        for _, cells in itertools.islice(numbered, MAX_HEAD_ROWS):
            if names := _header(cells):
                break
        if not names:
            continue
        has_header = True
        place = "row" if position == 1 else f"sheet {position}, row"
        for row_number, cells in numbered:
            row = {name: excel_cell(cell) for name, cell in zip(names, cells, strict=False)}
            row = {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}
            row = {name: value for name, value in row.items() if value not in (None, "")}
            if row:
                number += 1
                yield _Line(number, f"{place} {row_number}", row)
    if not has_header:
        raise InputError(
            "unreadable", f"no row names the columns {', '.join(REQUIRED)}: `kliping manual template` makes such a file"
        )


def _header(cells: Sequence[object]) -> list[str]:
    """The columns' names where a row names all that are required, house names in their own spelling; else none."""
    names = [_NAMES.get(normalised(str(cell or "")), str(cell or "")) for cell in cells]
    return distinct_names(names) if set(REQUIRED) <= set(names) else []


def _days(cells: Sequence[object]) -> list[str | None]:
    """The days that cells of dates name, as ISO; None where one names none that exists. Day before month."""
    from ingest.clean.date_formats import read_texts
    from ingest.clean.dates import FLOOR_YEAR

    texts = [_text(cell) for cell in cells]
    read = read_texts(pl.Series("raw", texts, dtype=pl.String).unique(maintain_order=True))
    known: dict[str, str | None] = {}
    for text, year, month, day in read.select("text", "year", "month", "day").iter_rows():
        try:
            if month is not None and month > 12 >= day:
                month, day = day, month
            known[text] = date(year, month, day).isoformat() if year >= FLOOR_YEAR else None
        except (TypeError, ValueError):
            known[text] = None
    return [known.get(text) for text in texts]


def _text(cell: object) -> str:
    if isinstance(cell, dict):
        cell = cell.get("$excel_date")
    return "" if cell is None else str(cell)


def _attempt(line: _Line, day: str | None, keys: dict[str, dict[str, int]]) -> Attempt:
    row = line.row

    def failed(column: str, reason: str) -> Attempt:
        return Attempt(line.number, Problem("unreadable", f"{line.place}, column {column}: {reason}"))

    for column in REQUIRED:
        if not _text(row.get(column)).strip():
            return failed(column, "it is empty")
    if day is None:
        return failed("Tanggal", f"{_text(row['Tanggal'])[:40]!r} is no date; write it as 7 April 2023 or 07/04/2023")
    kind = str(row["Jenis"]).lower()
    if kind not in MEDIA_KINDS:
        return failed("Jenis", f"{str(row['Jenis'])[:40]!r} is none of: {', '.join(MEDIA_KINDS)}")
    row = row | {"Jenis": kind}
    payload = encode(row)
    if len(payload) > MAX_RECORD_BYTES:
        return Attempt(
            line.number, Problem("too_large", f"{line.place}: it is longer than {MAX_RECORD_BYTES >> 20} MB")
        )
    link = row.get("Tautan")
    url = link if isinstance(link, str) and re.match(r"https?://[^/\s]+", link) else None
    outlet = slug(str(row["Media"]))
    parts = (day, row.get("Jam"), outlet, kind, row.get("Halaman/Program"), slug(str(row["Judul"])))
    key = "/".join(_text(part) for part in parts)
    told = keys.setdefault(key, {})
    number = told.setdefault(hex16(payload), len(told) + 1)
    if number > 1:  # two items under one heading; the same row twice stays one
        key = f"{key}/{number}"
    metadata = {
        "columns": {role: [name for name in names if name in row] for role, names in _ROLES.items()},
        "date_order": "DMY",
        "clock_zone": None,
        "outlet_id": outlet or None,
        "is_guessed": False,
        "medium": kind,
    }
    return Attempt(line.number, None, payload, url, key, orjson.dumps(metadata, option=orjson.OPT_SORT_KEYS).decode())


def write_template(path: Path) -> None:
    """A workbook to fill in: the columns with their lists, two example rows, and a sheet that explains.

    Raises SourceError for a name that is no .xlsx, a file that is there and a folder that is not.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if path.suffix.lower() != ".xlsx":
        raise SourceError(f"{path} is no workbook: give a name that ends in .xlsx")
    if path.exists():
        raise SourceError(f"there is already a file {path}: give another name")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Baris"
    sheet.append(list(COLUMNS))
    for row in EXAMPLES:
        sheet.append([row.get(name) for name in COLUMNS])
    widths = (14, 8, 22, 11, 48, 60, 20, 11, 32, 28)
    for number, (name, width) in enumerate(zip(COLUMNS, widths, strict=True), 1):
        cell = sheet.cell(1, number)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        sheet.column_dimensions[get_column_letter(number)].width = width
        if name in ("Judul", "Isi/Ringkasan"):
            for below in range(2, 2 + len(EXAMPLES)):
                sheet.cell(below, number).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    kinds = DataValidation("list", formula1=f'"{",".join(MEDIA_KINDS)}"', allow_blank=True, showErrorMessage=True)
    kinds.errorTitle, kinds.error = "Jenis", f"Pilih salah satu: {', '.join(MEDIA_KINDS)}."
    days = DataValidation("date", operator="greaterThan", formula1="DATE(1995,1,1)", allow_blank=True)
    days.errorStyle, days.error = "warning", "Tulis tanggal, misalnya 07/04/2023."
    days.showErrorMessage = True
    for rule, column in ((kinds, "D"), (days, "A")):
        sheet.add_data_validation(rule)
        rule.add(f"{column}2:{column}5000")
    for below in range(2, 501):
        sheet.cell(below, 1).number_format = "dd/mm/yyyy"
    guide = book.create_sheet("Petunjuk")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 20, 100
    guide.append(["Kolom", "Cara mengisi"])
    for name in COLUMNS:
        guide.append([name, _HINTS[name]])
    guide.append(["Lalu", "Jalankan: kliping run BERKAS.xlsx --as manual"])
    for cell in guide[1]:
        cell.font = Font(bold=True)
    book.properties.created = datetime(2025, 1, 1)
    try:
        book.save(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}") from None
