"""What the stages make of the samples and of texts of our own, as fingerprints per STAGE_VERSION.

A lake re-reads a part when its stage's version was raised, and only then: output that changes under the same version
would leave lakes half old and half new. So this test fails when the output changes and the version does not.
``python -m tests.golden.test_stage_versions`` writes the fingerprints anew. The registry is the test's own, and the
entities are read from texts that no other stage has touched: each version stands for its own stage's code.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from ingest.clean import stage as clean_stage
from ingest.entities import stage as entities_stage
from ingest.entities import topics as topics_stage
from ingest.entities.occurrences import build_watcher
from ingest.entities.places import compile_places
from ingest.entities.watch import Topic
from ingest.registry.forms import SCHEMA
from ingest.registry.model import Registry
from ingest.sources.collect import collect
from tests.engines import engine_of
from warehouse.contracts import TABLES
from warehouse.keys import hex16

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("stage_versions.json")
COMMAND = "python -m tests.golden.test_stage_versions"
FETCHED = datetime(2025, 12, 1)
Tables = dict[str, pl.DataFrame]

PLAIN = [
    "kota\n\nPasar Dibuka\n\nSelasa, 4 Maret 2025 | 10:05 WIB\nWali kota\n\nKabarKita.com - Wali kota membuka pasar."
    " “Baru”.\n\nBaca juga: Taman Kota Ditutup\n\nPedagang senang.Kemendagri (***)\n\nTags\n\nTerkini\n\nLain\n\n"
    "Rabu, 19 November 2025 | 12:23 WIB",
    "Satu baris saja",
    "Judul Tanpa Isi\n\n\n",
    "Judul\r\n\r\nJAKARTA, KOMPAS.com \u2013 Menteri hadir.\u00a0\u00a0“Ya.”\r\n\r\nEditor: Sari\r\n\r\nHalaman: 1 2 3",
]
ROWS: list[dict[str, Any]] = [
    {
        "title": "Rapat &amp; Kerja",
        "body": "Jakarta - Rapat digelar.\nSelesai. (abc/def)",
        "date": "4 Maret 2025 10:05",
    },
    {"title": "Produk", "body": "Produk baru dijual mulai hari ini di semua kota. (adv)", "date": "2025-03-04"},
    {"title": "OPINI: Kota", "body": "Kota tumbuh tanpa rencana dan warga menanggungnya.", "date": "10/21/2025 20:43"},
    {
        "title": "[SALAH] Bantuan",
        "body": 'Narasinya:\n\n"Bantuan dibagikan hari ini"\n\nKlaim itu keliru.',
        "date": None,
    },
    {"title": "Menteri hadir", "body": "Menteri meninjau jalan di wilayah yang...", "url": "https://kemen.go.id/b/1"},
    {"title": "Ralat: Jumlah korban", "body": "Artikel ini telah diralat pada pukul 10.00 WIB.", "date": "1 jam lalu"},
    {"title": "Polis", "body": "Polis menahan seorang lelaki kerana disyaki mencuri di sebuah syarikat semalam."},
    {"title": "Traders", "body": "The city opened a new market so that traders no longer have to use the road there."},
    {
        "title": "Daftar",
        "body": "['Baris.', 'Baris &#8220;dua&#8221;_x0000_']",
        "date": {"$excel_date": "2019-10-09T00:00:00"},
    },
    {"title": "Judul saja", "url": "https://m.kabar.example/amp/2025/03/04/judul?utm_source=x&page=2"},
    {"other": 1},
]
PAGES = [
    '<html lang="id"><head><title>Kabar</title>'
    '<meta property="article:published_time" content="2025-03-04T10:05:00+07:00">'
    '<link rel="canonical" href="https://kabar.example/a/1"></head>'
    "<body><h1>Pasar dibuka</h1><p>Wali kota membuka pasar baru di tepi sungai agar pedagang tidak lagi berjualan di"
    " jalan.</p><p>Pedagang menyambutnya dengan senang hati sekali.</p><footer>Hak Cipta</footer></body></html>",
    "<p>tak selesai <b>tebal",
]
TEXTS = [
    "Kementerian Dalam Negeri (Kemendagri) rapat Selasa (11/4/2023) bersama Ditjen Polpum.\n\nMendagri hadir kemarin.",
    "KPU dan DPR rapat pekan depan. Rapat No. 3 digelar 5 Mei; Sekjen DPR hadir Jumat, 14 April 2023.",
    "kpu kecil tidak dihitung, BIN dan bin dibedakan. 😀 Mendagri datang Ahad.",
    '"Stok aman," kata Mendagri di Kota Bogor. Menurut KPU, warga Bogor dan Jalan Bogor tidak sama.',
    "",
]
QUERIES = [
    "=KPU",
    "rapat* OR pemilih*",
    '"rapat pekan" AND NOT bin',
    "title:mendagri AND (rapat NEAR/3 digelar OR =Sekjen NEAR/0 DPR)",
    'rapat OR "rapat koordinasi"',
]
OUTLETS = [("kabar", "kabar.example", "online", "WITA"), ("kemen", "kemen.go.id", "government", "WIB")]
FORMS = [
    ("kemendagri", "Kementerian Dalam Negeri", "name"),
    ("kemendagri", "Kemendagri", "name"),
    ("kemendagri", "Mendagri", "role"),
    ("kemendagri.polpum", "Ditjen Polpum", "name"),
    ("dpr", "DPR", "name"),
    ("kpu", "KPU", "name"),
    ("bin", "BIN", "name"),
]


REGIONS = [("32.01", "Bogor", "regency"), ("32.71", "Bogor", "city")]


def registry() -> Registry:
    table = TABLES["registry.outlets"]
    rows = [
        {"outlet_id": name, "outlet_name": name, "domains": [domain], "network": None, "outlet_kind": kind}
        | {"clock_zone": zone, "has_local_z_stamps": False, "source": "uji"}
        for name, domain, kind, zone in OUTLETS
    ]
    return Registry({"outlets": pl.DataFrame(rows, schema=table.polars_schema())})


def compiled() -> entities_stage.Compiled:
    forms = [
        dict.fromkeys(SCHEMA.names())
        | {"agency_id": agency, "surface": surface, "via": via, "kind": via, "form_id": f"{agency}:{surface}"}
        | {"is_exact_case": surface.isupper(), "prior": 10, "needs_parent": False}
        for agency, surface, via in FORMS
    ]
    rows = [
        {"region_code": code, "region_name": name, "region_level": level, "source": "uji"}
        for code, name, level in REGIONS
    ]
    names = TABLES["registry.region_names"].empty()
    schema = TABLES["registry.regions"].polars_schema()
    regions = pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
    places = compile_places(Registry({"regions": regions, "region_names": names}))
    return entities_stage.Compiled(engine_of(forms, [("kemendagri.polpum", "kemendagri")]), places)


def samples() -> pl.DataFrame:
    """Every record of the samples as raw documents."""
    batches = collect([ROOT / "samples"], fetched_at=FETCHED, known_ids=set())
    return pl.concat([batch.documents for batch in batches]).sort("document_id")


def edge_documents() -> pl.DataFrame:
    """The texts above as raw documents."""
    columns = {name: [name] for name in ("title", "body", "date", "url", "section")}
    given = [("text/plain", text.encode(), None) for text in PLAIN]
    given += [("application/json", orjson.dumps(row, option=orjson.OPT_SORT_KEYS), row.get("url")) for row in ROWS]
    given += [("text/html", page.encode(), None) for page in PAGES]
    rows = [
        {"document_id": hex16(payload), "source_id": "uji", "source_kind": "dump", "url": url, "source_record_id": None}
        | {"fetched_at_utc": FETCHED, "observed_at_utc": None, "media_type": media_type, "payload": payload}
        | {"metadata": orjson.dumps({"columns": columns, "date_order": "DMY"}).decode()}
        for media_type, payload, url in given
    ]
    return pl.DataFrame(rows, schema=TABLES["raw.documents"].polars_schema())


def untouched_articles() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The texts above and every cell of the samples' rows as articles of one zone, as no other stage has read them."""
    cells = [
        value
        for payload in samples().filter(media_type="application/json")["payload"]
        for _, value in sorted(orjson.loads(payload).items())
        if isinstance(value, str) and " " in value
    ]
    texts = list(dict.fromkeys([*TEXTS, *cells]))
    given = {
        "document_id": [hex16(text) for text in texts],
        "title": ["Mendagri temui KPU"] * len(texts),
        "text": texts,
        "published_date": [date(2023, 4, 12)] * len(texts),
        "precision": ["day"] * len(texts),
    }
    schema = TABLES["clean.articles"].polars_schema()
    articles = pl.DataFrame({name: given.get(name, [None] * len(texts)) for name in schema}, schema=schema)
    zones = articles.select(
        "document_id", zone_index=0, zone=pl.lit("body"), start=0, end=pl.col("text").str.len_chars()
    ).filter(pl.col("end") > 0)
    return articles, TABLES["clean.zones"].conform(zones)


def cleaned() -> Tables:
    tables = [clean_stage.clean(documents, registry()) for documents in (samples(), edge_documents())]
    return {name: pl.concat([one[name] for one in tables]) for name in tables[0]}


def extracted() -> Tables:
    return entities_stage.extract_entities(*untouched_articles(), compiled())


def watched() -> Tables:
    """Hits of one topic for each thing that a query can say; bodies apart, whose mentions are another stage's."""
    topics = [
        Topic(id=f"topik-{number}", name="Topik", kind="isu", owner="Uji", query=query)
        for number, query in enumerate(QUERIES)
    ]
    return {"topic_hits": topics_stage.find_topic_hits(*untouched_articles(), None, build_watcher(topics))}


STAGES: dict[str, tuple[int, str, Callable[[], Tables]]] = {
    "clean": (clean_stage.STAGE_VERSION, "ingest/clean/stage.py", cleaned),
    "entities": (entities_stage.STAGE_VERSION, "ingest/entities/stage.py", extracted),
    "topics": (topics_stage.STAGE_VERSION, "ingest/entities/topics.py", watched),
}


def fingerprint(frame: pl.DataFrame) -> str:
    rows = [orjson.dumps(row, default=str) for row in frame.rows()]
    return hashlib.sha256(b"\n".join([",".join(frame.columns).encode(), *rows])).hexdigest()[:16]


def made(stage: str) -> dict[str, Any]:
    version, _, make = STAGES[stage]
    return {"stage_version": version, "tables": {name: fingerprint(table) for name, table in sorted(make().items())}}


def recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_output_changes_only_with_the_version(stage: str) -> None:
    version, module, _ = STAGES[stage]
    now, before = made(stage), recorded()[stage]
    if now == before:
        return
    changed = sorted(name for name in now["tables"] if now["tables"][name] != before["tables"].get(name))
    if version == before["stage_version"]:
        pytest.fail(
            f"The {stage} stage makes other {', '.join(changed)} than version {version} did. Raise STAGE_VERSION in "
            f"{module}, unless this change already has, and renew the fingerprints: `{COMMAND}`."
        )
    pytest.fail(f"STAGE_VERSION of {stage} is {version} now. Renew the fingerprints: `{COMMAND}`.")


def test_the_fingerprint_sees_what_the_stages_make() -> None:
    """Every table has rows, every kind of input is among them, and one changed cell is another fingerprint."""
    for make in (cleaned, extracted):
        for name, table in make().items():
            assert table.height, name
    articles = cleaned()["articles"]
    assert {"news", "paid", "opinion", "factcheck", "truncated"} <= set(articles["content_kind"])
    assert {"id", "ms", "en"} <= set(articles["language"])
    assert fingerprint(articles) == fingerprint(cleaned()["articles"])
    assert fingerprint(articles) != fingerprint(articles.with_columns(title=pl.lit("lain")))


def renewed() -> Iterator[str]:
    """Write the fingerprints of the present output; yields what became of each stage."""
    before, now = recorded(), {stage: made(stage) for stage in STAGES}
    RECORD.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
    for stage, record in now.items():
        old = before.get(stage)
        told = "unchanged" if record == old else f"renewed at version {record['stage_version']}"
        if old and record != old and record["stage_version"] == old["stage_version"]:
            told += f", which was recorded with other output: {STAGES[stage][1]} must be at a version never committed"
        yield f"{stage}: {told}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in renewed())
