"""Press releases: what is refused at intake, the text of DOCX and PDF, and what its lines are."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import polars as pl
import pypdfium2
import pytest

from ingest.clean.office_lines import Line, docx_lines, pdf_lines
from ingest.clean.release_text import release_fields, text_lines
from ingest.clean.stage import clean
from ingest.registry.load import Registry
from ingest.sources import office
from ingest.sources.collect import collect
from tests.made_files import Placed, docx_of, pdf_of, pdf_with
from warehouse.contracts import TABLES

NOW = datetime(2026, 1, 2, 3, 4, 5)
HEAD = ["KEMENTERIAN CONTOH REPUBLIK INDONESIA", "Jalan Merdeka Utara No. 7, Jakarta Pusat", "SIARAN PERS"]
NUMBER = "Nomor: 12/SP/2023"
TITLE = "Kementerian Contoh Minta Daerah Percepat Belanja"
LEAD = (
    "Jakarta, 7 April 2023 - Kementerian Contoh meminta semua kepala daerah mempercepat belanja sebelum libur panjang."
)
BODY = 'Menurut menteri, belanja yang lambat menahan pertumbuhan. "Kami awasi setiap pekan," kata dia.'
CONTACT = ["Narahubung:", "Humas Kementerian Contoh", "Telp. (021) 123456"]
RELEASE = [*HEAD, NUMBER, TITLE, LEAD, BODY, *CONTACT]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry({"outlets": TABLES["registry.outlets"].empty()})


def run(*paths: Path, **options: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(collect(paths, fetched_at=NOW, known_ids=set(), **options))
    return pl.concat([batch.documents for batch in batches]), pl.concat([batch.outcomes for batch in batches])


def word(*paragraphs: str | tuple[str, str]) -> bytes:
    """A Word file; a pair is a text with its style."""
    document = docx.Document()
    for paragraph in paragraphs:
        text, style = paragraph if isinstance(paragraph, tuple) else (paragraph, "Normal")
        document.add_paragraph(text, style)
    return saved(document)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def column(texts: list[str], top: int = 780, left: int = 72) -> list[Placed]:
    return [(left, top - 14 * number, text) for number, text in enumerate(texts)]


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


# --- intake -----------------------------------------------------------------------------------------------------


def test_a_folder_of_releases(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(RELEASE))
    (tmp_path / "b.docx").write_bytes(word(*RELEASE))
    (tmp_path / "c.pdf").write_bytes(pdf_of([[(72, 800 - 40 * n, text) for n, text in enumerate(RELEASE)]]))
    (tmp_path / "d.html").write_text(f"<html><body><h1>{TITLE}</h1><p>{LEAD}</p><p>{BODY}</p></body></html>")
    documents, outcomes = run(tmp_path, kind="press_release", source_id="siaran-pers-contoh")
    assert set(outcomes["outcome"]) == {"ok"}
    assert set(documents["source_kind"]) == set(outcomes["source_kind"]) == {"press_release"}
    assert set(documents["source_id"]) == {"siaran-pers-contoh"}
    assert documents["payload"].to_list() == [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    made = clean(documents, registry)
    articles = made["articles"]
    assert articles["title"].to_list() == [TITLE] * 4
    assert set(articles["content_kind"]) == {"release_derived"}
    assert articles["published_date"][:3].to_list() == [date(2023, 4, 7)] * 3
    for document_id, text in articles.select("document_id", "text").rows()[:3]:
        zones = {
            row["zone"]: text[row["start"] : row["end"]].strip()
            for row in made["zones"].filter(pl.col("document_id") == document_id).iter_rows(named=True)
        }
        assert zones["lead"] == LEAD
        assert zones["body"] == BODY
        assert zones["slug"] == "\n\n".join([*HEAD, NUMBER])
        assert zones["footer"] == "\n\n".join(CONTACT)


def test_the_kind_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([column(RELEASE)]))
    (tmp_path / "b.txt").write_text("\n\n".join(RELEASE))
    (tmp_path / "c.txt").write_text("\n\n".join(RELEASE))
    (tmp_path / "c.txt.mapping.yml").write_text("kind: press_release\noutlet: kemendagri\n")
    documents, _ = run(tmp_path)
    assert documents["source_kind"].to_list() == ["press_release", "web"]
    assert set(run(tmp_path, kind="web")[0]["source_kind"]) == {"web"}
    told = [row for row in documents["metadata"] if "kemendagri" in row]
    assert not told  # c.txt is a duplicate of b.txt
    documents, _ = run(tmp_path / "c.txt")
    assert documents["metadata"].to_list() == ['{"outlet_id":"kemendagri"}']


BROKEN_ZIP = b"PK\x03\x04" + b"\0" * 50
ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %s "%s">' % (bytes([98 + n]), b"&%s;" % bytes([97 + n]) * 10) for n in range(9)
) + b"]>"  # fmt: skip


def bomb() -> bytes:
    out = io.BytesIO(word("Isi."))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.bin", b"\0" * (70 << 20))
    return out.getvalue()


def pdf_bomb() -> bytes:
    import zlib

    packer = zlib.compressobj(1)
    packed = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(257)), packer.flush()])
    return (
        pdf_of([column(RELEASE)]) + b"9 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream endobj\n"
    )


@pytest.mark.parametrize(
    ("name", "content", "outcome", "told"),
    [
        ("a.docx", BROKEN_ZIP, "unreadable", "no readable DOCX"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable", "protected by a password"),
        ("a.docx", word("Isi.")[:-200], "unreadable", "no readable DOCX"),
        ("a.docx", docx_of(b"<w:p>"), "unreadable", "no readable DOCX"),
        ("a.docx", bomb(), "too_large", "unpacks to 70 MB"),
        ("a.pdf", b"bukan PDF", "unreadable", "no readable PDF"),
        ("a.pdf", pdf_of([column(RELEASE)])[:300], "unreadable", "no readable PDF"),
        ("a.pdf", pdf_bomb(), "too_large", "unpacks to more than 256 MB"),
        ("a.pdf", b"", "empty", "no text"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "unreadable", "no format is known"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_intake(
    tmp_path: Path, name: str, content: bytes, outcome: str, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    documents, outcomes = run(tmp_path, kind="press_release")
    assert documents.is_empty()
    assert outcomes["outcome"].to_list() == [outcome]
    assert told in outcomes["error"][0]


def test_a_protected_pdf(tmp_path: Path) -> None:
    """An encryption dictionary whose key no empty password gives."""
    plain = pdf_of([column(RELEASE)])
    secret = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
    (tmp_path / "a.pdf").write_bytes(plain.replace(b"/Size", b"/ID [<41> <41>] /Encrypt " + secret + b" /Size"))
    assert run(tmp_path)[1]["error"].to_list() == ["it is protected by a password"]


def test_a_scan_goes_to_quarantine(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_with([b"0 0 595 842 re f"]))
    documents, outcomes = run(tmp_path)
    assert outcomes["outcome"].to_list() == ["ok"]
    made = clean(documents, registry)
    assert made["articles"].is_empty()
    assert made["rows"].select("rule", "original").row(0)[0] == "pdf_without_text"
    assert made["rows"].schema == TABLES["quarantine.rows"].polars_schema()


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx_of(b"<w:p><w:r><w:t>Isi &i; rilis.</w:t></w:r></w:p>", ENTITIES))
    documents, outcomes = run(tmp_path)
    told = "".join(texts(docx_lines((tmp_path / "a.docx").read_bytes())))
    assert outcomes["outcome"][0] == "unreadable" or "aaaa" not in told
    assert len(documents) <= 1


def test_pages_beyond_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MAX_PAGES", 2)
    (tmp_path / "a.pdf").write_bytes(pdf_of([column(RELEASE)] * 3))
    assert run(tmp_path)[1]["outcome"].to_list() == ["too_large"]


# --- DOCX -------------------------------------------------------------------------------------------------------


def test_word_in_reading_order() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "KOP HALAMAN"
    document.sections[0].footer.paragraphs[0].text = "Halaman 1"
    document.add_heading("Judul Rilis", 1)
    document.add_paragraph("Paragraf pertama.")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["Hari", "Jumat", "Tempat", "Aula"], strict=True
    ):
        cell.text = text
    table.rows[1].cells[1].add_paragraph("Gedung utama, lantai dua.")
    table.rows[0].cells[0].add_table(1, 1).rows[0].cells[0].text = "dalam"
    document.add_paragraph("Paragraf\nakhir.")
    assert docx_lines(saved(document)) == [
        Line("Judul Rilis", True), Line("Paragraf pertama."), Line("Hari"), Line("dalam"), Line("Jumat"),
        Line("Tempat"),
        Line("Aula"), Line("Gedung utama, lantai dua."),
        Line("Paragraf\nakhir."),
    ]  # fmt: skip


def test_a_row_of_short_cells_is_one_line() -> None:
    document = docx.Document()
    row = document.add_table(1, 3).rows[0]
    for cell, text in zip(row.cells, ["Nomor", ":", "12/SP/2023"], strict=True):
        cell.text = text
    assert texts(docx_lines(saved(document))) == ["Nomor : 12/SP/2023"]


def test_tracked_changes_boxes_and_controls() -> None:
    body = (
        b"<w:p><w:r><w:t>Baris</w:t></w:r><w:del><w:r><w:delText>lama</w:delText></w:r></w:del>"
        b"<w:ins><w:r><w:t xml:space='preserve'> baru</w:t><w:tab/><w:t>dua</w:t></w:r></w:ins></w:p>"
        b"<w:sdt><w:sdtContent><w:p><w:r><w:t>Isian</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        b"<w:p><w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        b"<mc:Choice><w:pict><w:txbxContent><w:p><w:r><w:t>Kotak</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Choice>"
        b"<mc:Fallback><w:txbxContent><w:p><w:r><w:t>Kotak</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
        b"</mc:AlternateContent></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>Tebal</w:t></w:r></w:p>"
    )
    assert docx_lines(docx_of(body)) == [Line("Baris baru dua"), Line("Isian"), Line("Tebal", True), Line("Kotak")]


# --- PDF --------------------------------------------------------------------------------------------------------


def test_lines_become_paragraphs_and_words_whole() -> None:
    lines = [
        *column(["Kementerian Contoh meminta peme-", "rintah daerah se-", "Indonesia mematuhi undang-", "undang itu."]),
        *column(["Paragraf kedua berdiri sendiri di bawahnya."], 700),
    ]
    assert texts(pdf_lines(pdf_of([lines]))) == [
        "Kementerian Contoh meminta pemerintah daerah se-Indonesia mematuhi undang-undang itu.",
        "Paragraf kedua berdiri sendiri di bawahnya.",
    ]


def test_indented_paragraphs_and_lists() -> None:
    wide = "Baris panjang yang mencapai tepi kanan halaman dan berakhir dengan titik."
    lines: list[Placed] = [(96, 780, wide), (72, 766, f"Baris kedua {wide}"), (96, 752, wide), (72, 738, "Habis.")]
    lines += column(["1. Butir satu yang pendek", "2. Butir dua yang pendek"], 710)
    assert texts(pdf_lines(pdf_of([lines]))) == [
        f"{wide} Baris kedua {wide}",
        f"{wide} Habis.",
        "1. Butir satu yang pendek",
        "2. Butir dua yang pendek",
    ]


def test_repeated_edges_and_page_numbers_go() -> None:
    pages = [
        [(72, 810, "Kementerian Contoh - Siaran Pers", 9), *column([text], 700), (280, 30, f"Halaman {n} dari 3", 9)]
        for n, text in enumerate(["Kalimat pertama.", "Kalimat kedua.", "Kalimat ketiga 2023."], 1)
    ]
    assert texts(pdf_lines(pdf_of(pages))) == ["Kalimat pertama.", "Kalimat kedua.", "Kalimat ketiga 2023."]
    assert texts(pdf_lines(pdf_of([[*column(["Satu halaman."]), (290, 30, "- 1 -")]]))) == ["Satu halaman."]
    assert texts(pdf_lines(pdf_of([column(["Isi sama."]), column(["Isi lain."])]))) == ["Isi sama.", "Isi lain."]


def test_a_sentence_goes_on_over_pages_and_columns() -> None:
    left = column(["Kolom kiri berisi kalimat", "yang belum selesai dan"])
    right = column(["berlanjut di kolom kanan", "sampai ke ujung"], left=320)
    following = column(["halaman berikutnya."])
    assert texts(pdf_lines(pdf_of([[*left, *right], following]))) == [
        "Kolom kiri berisi kalimat yang belum selesai dan berlanjut di kolom kanan sampai ke ujung halaman berikutnya."
    ]


def test_headings_by_size_and_weight() -> None:
    page: list[Placed] = [(72, 800, "Judul Besar", 18), *column(["Isi paragraf yang biasa saja panjangnya."], 760)]
    assert [line.is_heading for line in pdf_lines(pdf_of([page]))] == [True, False]
    assert [line.is_heading for line in pdf_lines(pdf_of([column(["Tebal semua"])], b"Helvetica-Bold"))] == [True]


def test_no_text_and_no_file() -> None:
    assert pdf_lines(pdf_with([b""])) == pdf_lines(b"rusak") == docx_lines(b"rusak") == []


def test_pdfium_made_files_are_read() -> None:
    """A file that pdfium itself writes, with its own compression."""
    pdf = pypdfium2.PdfDocument(pdf_of([column(["Isi rilis."])]))
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    assert texts(pdf_lines(out.getvalue())) == ["Isi rilis."]


# --- releases ---------------------------------------------------------------------------------------------------


def read(text: str) -> tuple[str, list[tuple[str | None, str]], list[str]]:
    fields = release_fields(text_lines(text))
    return fields.title, [(part.zone, part.text) for part in fields.parts], [found.raw for found in fields.dates]


def test_a_title_behind_the_mark() -> None:
    title, parts, _ = read(
        f"SIARAN PERS: {TITLE}\nJumat, 7 April 2023\n{LEAD}\n{BODY}\n***\nBiro Humas Kementerian Contoh"
    )
    assert title == TITLE
    assert parts == [
        ("printed_date", "Jumat, 7 April 2023"),
        (None, LEAD),
        (None, BODY),
        ("footer", "***"),
        ("footer", "Biro Humas Kementerian Contoh"),
    ]


def test_a_loud_title_of_two_lines() -> None:
    head = "SIARAN PERS\nNo. 45/HM/CONTOH/04/2023\nSenin, 10 April 2023\nTentang"
    title, parts, _ = read(f"{head}\nPEMERINTAH SIAPKAN\nLAYANAN BARU UNTUK WARGA\n\n{LEAD}")
    assert title == "PEMERINTAH SIAPKAN LAYANAN BARU UNTUK WARGA"
    assert [zone for zone, _ in parts] == ["slug", "slug", "printed_date", "slug", None]


def test_a_date_in_the_number_and_a_signature() -> None:
    _, parts, dates = read(
        f"{HEAD[2]}\nNomor 12/SP/2023, 7 April 2023\n{TITLE}\n{BODY}\nJakarta, 7 April 2023\nKepala Biro Humas"
    )
    assert dates == ["7 April 2023"]
    assert parts[-2:] == [("printed_date", "Jakarta, 7 April 2023"), ("footer", "Kepala Biro Humas")]


@pytest.mark.parametrize(
    ("text", "title", "kept"),
    [
        ("", "", []),
        ("Satu baris saja.", "", ["Satu baris saja."]),
        ("Judul\nIsi.", "Judul", ["Isi."]),
        ("SIARAN PERS", "", ["SIARAN PERS"]),
    ],
)
def test_the_least_that_a_release_may_be(text: str, title: str, kept: list[str]) -> None:
    found, parts, _ = read(text)
    assert (found, [part for _, part in parts]) == (title, kept)
