"""The clean stage: contracts, independence of documents, quarantine, and any bytes at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest.clean.stage import clean
from ingest.registry.load import Registry
from warehouse.contracts import TABLES
from warehouse.keys import hex16

METADATA = orjson.dumps(
    {
        "columns": {"title": ["title"], "body": ["body"], "date": ["date"], "url": ["url"]},
        "date_order": "DMY",
        "clock_zone": None,
        "outlet_id": None,
    }
).decode()
OUTLET = {
    "outlet_id": "timur",
    "outlet_name": "Kabar Timur",
    "domains": ["kabartimur.id"],
    "network": None,
    "outlet_kind": "online",
    "clock_zone": "WIT",
    "has_local_z_stamps": False,
    "source": "contoh",
}
KEYS = {
    "articles": "clean.articles",
    "zones": "clean.zones",
    "date_candidates": "clean.date_candidates",
    "rows": "quarantine.rows",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry({"outlets": pl.DataFrame([OUTLET], schema=TABLES["registry.outlets"].polars_schema())})


def documents(
    *payloads: tuple[str, bytes], metadata: str = METADATA, urls: list[str | None] | None = None
) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "document_id": hex16("uji", str(i), payload),
            "source_id": "uji",
            "source_kind": "dump",
            "url": urls[i] if urls else None,
            "source_record_id": None,
            "fetched_at_utc": datetime(2025, 6, 1),
            "observed_at_utc": None,
            "media_type": media_type,
            "payload": payload,
            "metadata": metadata,
        }
        for i, (media_type, payload) in enumerate(payloads)
    ]
    return pl.DataFrame(rows, schema=TABLES["raw.documents"].polars_schema())


def row(**cells: Any) -> tuple[str, bytes]:
    return "application/json", orjson.dumps(cells, option=orjson.OPT_SORT_KEYS)


FULL = row(
    title="Pasar &amp; Taman Dibuka",
    body="Jayapura - Wali kota membuka pasar baru di tepi sungai.\nPedagang “senang” sekali.\n(abc/def)",
    date="4 Maret 2025 10:05",
    url="http://www.kabartimur.id/pasar?utm_source=x",
)


def test_an_article(registry: Registry) -> None:
    out = clean(documents(FULL, urls=["http://www.kabartimur.id/pasar?utm_source=x"]), registry)
    [article] = out["articles"].to_dicts()
    assert article["title"] == "Pasar & Taman Dibuka"
    assert article["canonical_url"] == "https://kabartimur.id/pasar"
    assert article["outlet_id"] == "timur"
    assert article["published_at_utc"] == datetime(2025, 3, 4, 1, 5)
    assert article["utc_offset_minutes"] == 540
    assert article["language"] == "id"
    assert article["word_count"] == 11
    zones = [(z["zone"], article["text"][z["start"] : z["end"]].strip()) for z in out["zones"].to_dicts()]
    assert zones == [
        ("dateline", "Jayapura -"),
        ("lead", "Wali kota membuka pasar baru di tepi sungai."),
        ("body", 'Pedagang "senang" sekali.'),
        ("byline", "(abc/def)"),
    ]
    assert article["content_hash"] == hex16(article["title"], zones[1][1], zones[2][1])


def test_frames_keep_their_contracts(registry: Registry) -> None:
    for frame_of in (documents(FULL), documents()):
        out = clean(frame_of, registry)
        assert out.keys() == KEYS.keys()
        for name, table in KEYS.items():
            assert out[name].schema == TABLES[table].polars_schema()
            required = [c for c in TABLES[table].column_names if c not in TABLES[table].nullable]
            assert out[name].select(pl.col(required).null_count().sum()).sum_horizontal().sum() == 0


def test_a_document_without_article_is_quarantined_with_its_original(registry: Registry) -> None:
    out = clean(documents(row(other=1), ("text/plain", b" \n "), FULL), registry)
    assert out["articles"].height == 1
    originals = [orjson.loads(original) for original in out["rows"]["original"]]
    assert originals == [{"other": 1}, {"media_type": "text/plain", "payload": " \n "}]
    assert set(out["rows"]["rule"]) == {"no_title_and_no_text"}


def test_a_title_alone_is_an_article(registry: Registry) -> None:
    out = clean(documents(row(title="Pasar Dibuka")), registry)
    assert out["articles"]["text"].to_list() == [""]
    assert out["zones"].height == 0


@pytest.mark.parametrize(
    ("channel", "expected", "rule"),
    [
        # what a feed or a news sitemap prints was written for machines, and beside this very link
        ({"published": "Tue, 04 Mar 2025 10:05:07 +0700"}, datetime(2025, 3, 4, 3, 5, 7), "feed:day_month_name"),
        ({"published": "2025-03-04"}, datetime(2025, 3, 4, 2, 0), "json_ld:iso"),  # a day yields to its time
        ({"published": "besok"}, datetime(2025, 3, 4, 2, 0), "json_ld:iso"),
        ({"updated": "2025-03-09T10:00:00+07:00"}, datetime(2025, 3, 4, 2, 0), "json_ld:iso"),
        ({}, datetime(2025, 3, 4, 2, 0), "json_ld:iso"),
    ],
)
def test_the_date_of_a_channel(registry: Registry, channel: dict[str, str], expected: datetime, rule: str) -> None:
    data = '{"@type": "NewsArticle", "headline": "Pasar Dibuka", "datePublished": "2025-03-04T09:00:00+07:00"}'
    text = "<p>Wali kota membuka pasar baru di tepi sungai itu dengan upacara yang dihadiri ratusan warga.</p>" * 6
    html = f'<script type="application/ld+json">{data}</script><h1>Pasar Dibuka</h1>{text}'
    metadata = orjson.dumps({"channel": channel}).decode()
    [article] = clean(documents(("text/html", html.encode()), metadata=metadata), registry)["articles"].to_dicts()
    assert (article["published_at_utc"], article["date_rule"]) == (expected, rule)


def test_the_list_of_other_articles_gives_no_date(registry: Registry) -> None:
    text = (
        "kota\n\nPasar Dibuka\n\nSelasa, 4 Maret 2025 | 10:05 WIB\n\nWali kota membuka pasar baru.\n\n"
        "Terkini\n\nLain\n\nRabu, 19 November 2025 | 12:23 WIB"
    )
    out = clean(documents(("text/plain", text.encode())), registry)
    assert out["date_candidates"]["raw"].to_list() == ["Selasa, 4 Maret 2025 | 10:05 WIB"]
    assert out["articles"]["published_at_utc"].to_list() == [datetime(2025, 3, 4, 3, 5)]


PAYLOADS = st.tuples(
    st.sampled_from(["text/plain", "text/html", "application/json"]),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.dictionaries(
            st.sampled_from(["title", "body", "date", "url"]),
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-9, 9),
                st.text(max_size=30),
                st.lists(st.text(max_size=9), max_size=2),
                st.just({"$excel_date": "2019-10-09T00:00:00"}),
            ),
        ).map(orjson.dumps),
        st.lists(
            st.sampled_from(
                [
                    "<p>",
                    "</p>",
                    "<div class=text_detail>",
                    "<br>",
                    "<script>",
                    "<h1>",
                    "teks. ",
                    "<meta property=og:url content='",
                    "'>",
                    '<script type="application/ld+json">{"@graph":[[]]}</script>',
                ]
            ),
            max_size=12,
        ).map(lambda parts: "".join(parts).encode()),
    ),
)


@settings(deadline=None, max_examples=30)
@given(st.lists(PAYLOADS, max_size=6), st.integers(0, 6))
def test_any_bytes_are_cleaned_one_by_one(payloads: list[tuple[str, bytes]], cut: int) -> None:
    registry = Registry({"outlets": TABLES["registry.outlets"].empty()})
    frame = documents(*payloads)
    whole = clean(frame, registry)
    parts = [clean(frame[:cut], registry), clean(frame[cut:], registry)]
    assert whole["articles"].height + whole["rows"].height == frame.height
    for name in KEYS:
        assert_frame_equal(whole[name], pl.concat([part[name] for part in parts]))
