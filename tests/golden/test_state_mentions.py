"""What forms of the press mean on a day, by the shipped registry: names by date, twins, exceptions, persons."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingest.entities.mentions import Engine, find_mentions
from tests.engines import shipped


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shipped().engine


def read(engine: Engine, text: str, day: date) -> list[tuple[str, str | None]]:
    """(surface, agency) of the mentions of one text."""
    articles = pl.DataFrame({"document_id": ["a"], "title": [""], "text": [text], "published_date": [day]})
    zones = pl.DataFrame({"document_id": "a", "zone_index": 0, "zone": "body", "start": 0, "end": len(text)})
    return find_mentions(articles, zones, engine).select("surface", "agency_id").rows()


@pytest.mark.parametrize(
    ("form", "day", "agency"),
    [
        ("Mendikbud", date(2020, 1, 6), "kemendikbud"),
        ("Mendikbudristek", date(2022, 1, 6), "kemendikbudristek"),
        ("Mendikdasmen", date(2025, 1, 6), "kemendikdasmen"),
        ("Menteri Pendidikan dan Kebudayaan", date(2025, 1, 6), "kemendikbud"),
        ("Menko Polhukam", date(2022, 1, 6), "kemenko-polhukam"),
        ("Menko Polkam", date(2025, 1, 6), "kemenko-polkam"),
        ("Menkominfo", date(2019, 1, 7), "komdigi"),
        ("Kementerian Haji dan Umrah", date(2025, 12, 1), "kemenhaj"),
        ("Plt. Menteri Dalam Negeri", date(2023, 1, 6), "kemendagri"),
        ("Ditjen Polpum, Kementerian Dalam Negeri (Kemendagri)", date(2023, 4, 7), "kemendagri.polpum"),
        ("Bupati Merauke", date(2020, 1, 6), "pemda.91.01"),
        ("Bupati Merauke", date(2024, 1, 6), "pemda.93.01"),
        ("Kapolda Jabar", date(2024, 1, 6), "polda.32"),
        ("Kabid Humas Polda Metro Jaya", date(2024, 1, 6), "bidhumas.31"),
        ("Polres Metro Bekasi Kota", date(2024, 1, 6), "polres.32.75"),
        ("Polresta Bandung", date(2024, 1, 6), "polres.32.04"),
        ("Polrestabes Bandung", date(2024, 1, 6), "polres.32.73"),
        ("Wali Kota Jakarta Selatan", date(2024, 1, 6), "pemda.31.74"),
        ("Dinas Pariwisata, Kepemudaan, dan Olahraga (Disparpora) Kota Gorontalo", date(2025, 6, 9), None),
        ("Pj Gubernur Jawa Barat", date(2024, 1, 6), "pemda.32"),
        ("Polres Cirebon", date(2024, 1, 6), "polres.32.09"),
        ("Kapolres Malang Kota", date(2024, 1, 6), "polres.35.73"),
        ("Kantor Imigrasi Bogor", date(2019, 1, 7), "kantor-imigrasi-kemenkumham.32.71"),
        ("Direktur Pembinaan, Ditjen Minerba, Kementerian ESDM", date(2023, 1, 6), "kemen-esdm.minerba"),
        ("Kemenristek", date(2019, 10, 2), "kemenristekdikti"),
        ("Kajari Surabaya", date(2024, 1, 6), "kejari.35.78"),
        ("DPRA", date(2024, 1, 6), "dprd.11"),
        ("KIP Aceh", date(2024, 1, 6), "kpu-daerah.11"),
        ("PN Jaksel", date(2024, 1, 6), "pn.31.74"),
        ("Kodim 0507/Bekasi", date(2024, 1, 6), "tni.ad.kodim-0507"),
        ("Kanwil Kemenkumham Jatim", date(2021, 1, 6), "kanwil-kemenkumham.35"),
        ("Suku Dinas Kesehatan Jakarta Barat", date(2021, 1, 6), "suku-dinas-kesehatan.31.73"),
        ("Tito Karnavian", date(2018, 1, 8), "polri"),
        ("Tito Karnavian", date(2021, 1, 8), "kemendagri"),
    ],
)
def test_a_form_is_one_mention(engine: Engine, form: str, day: date, agency: str | None) -> None:
    found = read(engine, f"Menurut {form}, rapat selesai.", day)
    assert [surface for surface, _ in found] == [form]
    assert agency is None or found[0][1] == agency


@pytest.mark.parametrize("twin", ["DPRD Bandung", "DPRD Malang", "DPRD Gorontalo", "DPRD Bekasi"])
def test_twins_stay_open_unless_the_article_decides(engine: Engine, twin: str) -> None:
    day = date(2024, 1, 8)
    region = twin.removeprefix("DPRD ")
    assert read(engine, f"Rapat di {twin}.", day) == [(twin, None)]
    decided = dict(read(engine, f"Rapat di {twin}. Pemkot {region} hadir.", day))
    assert decided[twin] == decided[f"Pemkot {region}"].replace("pemda", "dprd")  # type: ignore[union-attr]  # resolved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Komisi II dan III DPR", [("Komisi II", "dpr.komisi-2"), ("III DPR", "dpr.komisi-3")]),
        ("TNI/Polri", [("TNI", "tni"), ("Polri", "polri")]),
        (
            "Kodim 0507/Bekasi, Korem 051/Wijayakarta",
            [("Kodim 0507/Bekasi", "tni.ad.kodim-0507"), ("Korem 051/Wijayakarta", "tni.ad.korem-051")],
        ),
        (
            "Dinas Kesehatan dan Dinas Pendidikan Kota Bogor",
            [
                ("Dinas Kesehatan", "dinas-kesehatan.32.71"),
                ("Dinas Pendidikan Kota Bogor", "dinas-pendidikan.32.71"),
            ],
        ),
        (
            "Gubernur dan Wakil Gubernur Jawa Tengah",
            [("Gubernur", "pemda.33"), ("Wakil Gubernur Jawa Tengah", "pemda.33")],
        ),
        ("Menteri Luar Negeri Iran dan Mahkamah Agung India", []),
        ("RS Polri, Rumah Sakit TNI, Komnas PA Surabaya, BPJS hewan", []),
        ("Kecamatan Piyungan, Kabupaten Bantul", []),
        ("Pemerintah memutuskan, polisi menahan, pengadilan menolak", []),
    ],
)
def test_spans_of_several_bodies(engine: Engine, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(engine, text, date(2024, 1, 8)) == expected
