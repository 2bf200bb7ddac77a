"""The first golden case, a text of our own in its shape, and the saved pages against their stated expectations."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.clean.stage import clean
from ingest.clean.text import normalise_line
from ingest.registry.load import Registry
from warehouse.contracts import TABLES
from warehouse.keys import hex16

OWN = """politik-daerah

Jaga Kerukunan, Kemendagri Gelar Rapat Kerja

Kamis, 6 April 2023 | 09:30 WIB
Dirjen Polpum Kemendagri

\u00a0

KabarKita.com - Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) menggelar rapat kerja.

Rapat bertema “Rukun dan Aman” itu digelar di Kendari, Selasa (11/4/2023).

Peserta datang dari pusat maupun daerah.Kemendagri (***)

\u00a0

Tags

Terkini

Kejaksaan RI Membuka Kantor Baru

Rabu, 19 November 2025 | 12:23 WIB"""


def cleaned(
    media_type: str, payload: bytes, registry: Registry | None = None
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    document = {
        "document_id": hex16(payload),
        "source_id": "uji",
        "source_kind": "web",
        "url": None,
        "source_record_id": None,
        "fetched_at_utc": datetime(2025, 12, 1),
        "observed_at_utc": None,
        "media_type": media_type,
        "payload": payload,
        "metadata": "{}",
    }
    out = clean(
        pl.DataFrame([document], schema=TABLES["raw.documents"].polars_schema()),
        registry or Registry({"outlets": TABLES["registry.outlets"].empty()}),
    )
    [article] = out["articles"].to_dicts()
    zones = [(zone["zone"], article["text"][zone["start"] : zone["end"]].strip()) for zone in out["zones"].to_dicts()]
    return article, zones


def test_own_text_in_the_seed_shape() -> None:
    article, zones = cleaned("text/plain", OWN.encode())
    assert article["title"] == "Jaga Kerukunan, Kemendagri Gelar Rapat Kerja"
    assert article["section"] == "politik-daerah"
    assert article["published_at_utc"] == datetime(2023, 4, 6, 2, 30)
    assert (article["utc_offset_minutes"], article["precision"]) == (420, "minute")
    assert zones == [
        ("slug", "politik-daerah"),
        ("printed_date", "Kamis, 6 April 2023 | 09:30 WIB"),
        ("caption", "Dirjen Polpum Kemendagri"),
        ("dateline", "KabarKita.com -"),
        ("lead", "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) menggelar rapat kerja."),
        (
            "body",
            'Rapat bertema "Rukun dan Aman" itu digelar di Kendari, Selasa (11/4/2023).\n\n'
            "Peserta datang dari pusat maupun daerah.",
        ),
        ("credit", "Kemendagri"),
        ("byline", "(***)"),
        ("tags", "Tags"),
        ("related", "Terkini\n\nKejaksaan RI Membuka Kantor Baru\n\nRabu, 19 November 2025 | 12:23 WIB"),
    ]


def test_the_seed_article(dev_data: Path) -> None:
    [path] = (dev_data / "seed").glob("*.txt")
    article, zones = cleaned("text/plain", path.read_bytes())
    assert article["title"] == "Ciptakan Pemilu Damai, Kemendagri Akan Laksanakan Rakornas"
    assert article["section"] == "politik-eksbis"
    assert article["published_at_utc"] == datetime(2023, 4, 7, 9, 11)
    assert (article["utc_offset_minutes"], article["precision"]) == (420, "minute")
    assert article["date_rule"].startswith("printed")
    assert article["mends"] == []
    kind = (article["content_kind"], article["content_kind_rule"], article["content_kind_evidence"])
    assert kind == ("release_derived", "credit", "Kemendagri")
    assert (article["language"], article["correction_state"]) == ("id", "none")
    assert [zone for zone, _ in zones] == [
        "slug",
        "printed_date",
        "caption",
        "dateline",
        "lead",
        "body",
        "credit",
        "byline",
        "tags",
        "related",
    ]
    text = dict(zones)
    assert text["slug"] == "politik-eksbis"
    assert text["printed_date"] == "Jumat, 7 April 2023 | 16:11 WIB"
    assert text["caption"] == "Dirjen Polpum Kemendagri Bahtiar"
    assert text["dateline"] == "KetikPos.com -"
    assert text["lead"].startswith("Dalam upaya menciptakan Pemilu damai Direktorat Jenderal (Ditjen)")
    assert text["lead"].endswith("Bidang Ketahanan Ekonomi, Sosial dan Budaya.")
    assert text["body"].startswith('Rakornas bertemakan "Sinergi')
    assert text["body"].count("\n\n") == 8
    assert text["body"].endswith("pemerintah pusat maupun daerah.")
    assert (text["credit"], text["byline"], text["tags"]) == ("Kemendagri", "(***)", "Tags")
    assert text["related"].startswith("Terkini\n\nKejaksaan RI")
    assert text["related"].endswith("Rabu, 19 November 2025 | 12:23 WIB")


PAGES = [
    "antara/antara-singlepage",
    "antara/antara-singlepage2",
    "antara/antara-singlepage3",
    "antara/antara-singlepage4",
    "antara/antara-singlepage5",
    "detik/detik-singlepage",
    "detik/detik-singlepage2",
    "kompas/kompas-singlepage",
    "kompas/kompas-singlepage2",
    "kompas/kompas-singlepage3",
    "kompas/kompas-singlepage4",
    "kompas/kompas-singlepage5",
    "tempo/tempo-singlepage",
    "kapanlagi/kapanlagi-singlepage",
    "kapanlagi/kapanlagi-singlepage2",
    "kapanlagi/kapanlagi-singlepage3",
]
# pages that print no address of their own (the reader knew where it had fetched them)
WITHOUT_ADDRESS = {f"antara/antara-singlepage{n}" for n in ("", "2", "3", "4")}


def expectation(folder: Path, page: str) -> dict[str, str]:
    """What the page's reader test of its source project states."""
    name = {"antara": "Antara", "detik": "Detik", "kompas": "Kompas", "tempo": "Tempo", "kapanlagi": "KapanLagi"}[
        page.split("/")[0]
    ]
    script = (folder / f"expectations/{name}.test.js").read_text(encoding="utf-8")
    section = script.split(f"/{page}.html'", 1)[1].split("singlepage", 1)[0]
    return {
        key: str(ast.literal_eval(value))
        for key, value in re.findall(r"result\['(\w+)'\], ('(?:[^'\\]|\\.)*'|\d+)\)", section)
    }


def words(text: str) -> list[str]:
    return re.findall(r"\w+", normalise_line(text).lower())


@pytest.mark.parametrize("page", PAGES)
def test_saved_pages(dev_data: Path, page: str) -> None:
    expected = expectation(dev_data / "pages", page)
    outlets = TABLES["registry.outlets"].empty()
    detik = {
        "outlet_id": "detik",
        "outlet_name": "detikcom",
        "domains": ["detik.com"],
        "network": None,
        "outlet_kind": "online",
        "clock_zone": "WIB",
        "has_local_z_stamps": True,
        "source": "stamps ending in Z beside the same printed WIB clock",
    }
    outlets = outlets.vstack(pl.DataFrame([detik], schema=outlets.schema))
    article, zones = cleaned(
        "text/html", (dev_data / f"pages/{page}.html").read_bytes(), Registry({"outlets": outlets})
    )
    assert article["title"] == normalise_line(expected["title"])
    stated = datetime.fromtimestamp(int(expected["date"]) / 1000, UTC).replace(tzinfo=None)
    if article["precision"] == "second":
        assert article["published_at_utc"] == stated
    else:
        assert article["published_at_utc"] == stated.replace(second=0)
    if page not in WITHOUT_ADDRESS:
        assert article["url"].split("?")[0] == expected["url"]
    counted = " ".join(text for zone, text in zones if zone in ("dateline", "lead", "body"))
    similarity = SequenceMatcher(None, words(counted), words(expected["content"]), autojunk=False).ratio()
    assert similarity > 0.95, [(zone, text[:60]) for zone, text in zones]
    assert zones[0][0] == "printed_date"
