"""The seed article from file to published marts, by the real command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Warehouse

LONG_FORM = "Direktorat Jenderal (Ditjen) Politik dan Pemerintahan Umum (Polpum) Kementerian Dalam Negeri (Kemendagri)"


@pytest.fixture(scope="module")
def seed(dev_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse(tmp_path_factory.mktemp("seed") / "data")
    told = warehouse.run(dev_data / "seed")
    assert told["intake"] == {"accepted": 1, "duplicates": 0, "quarantined": 0, "unreadable": 0, "rows": 1}
    return warehouse


def test_article(seed: Warehouse) -> None:
    (article,) = seed.sql("select * from fct_articles")
    expected: dict[str, Any] = {
        "title": "Ciptakan Pemilu Damai, Kemendagri Akan Laksanakan Rakornas",
        "section": "politik-eksbis",
        "published_at_utc": "2023-04-07 09:11:00",
        "utc_offset_minutes": 420,
        "precision": "minute",
        "published_date": "2023-04-07",
        "mention_count": 4,
    }
    assert {name: article[name] for name in expected} == expected
    assert article["date_rule"].startswith("printed:")


def test_four_counted_mentions_each_with_its_sentence(seed: Warehouse) -> None:
    rows = seed.sql(
        "select zone, surface, agency_id, top_agency_id, via, sentence, is_counted from fct_mentions"
        " order by zone <> 'title', start"
    )
    assert [(row["zone"], row["agency_id"], row["via"], row["surface"]) for row in rows] == [
        ("title", "kemendagri", "name", "Kemendagri"),
        ("caption", "kemendagri.polpum", "role", "Dirjen Polpum Kemendagri"),
        ("lead", "kemendagri.polpum", "name", LONG_FORM),
        ("body", "kemendagri.polpum", "role", "Direktur Jenderal (Dirjen) Polpum Kemendagri"),
    ]
    assert all(row["is_counted"] and row["top_agency_id"] == "kemendagri" for row in rows)
    assert all(row["surface"] in row["sentence"] for row in rows)


def test_both_bodies_roll_up_to_one_article_of_the_ministry(seed: Warehouse) -> None:
    rows = seed.sql(
        "select agency_id, is_rolled_up, mention_count, agency_coverage, headline_coverage, attention_denominator"
        " from rpt_agency_coverage_daily order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("kemendagri", False, 1, 1, 1, 1),
        ("kemendagri", True, 4, 1, 1, 1),
        ("kemendagri.polpum", False, 3, 1, 0, 1),
        ("kemendagri.polpum", True, 3, 1, 0, 1),
    ]


def test_event_date_with_its_weekday(seed: Warehouse) -> None:
    (row,) = seed.sql("select event_date, surface, printed_weekday, weekday_agrees from fct_event_dates")
    assert row == {
        "event_date": "2023-04-11", "surface": "Selasa (11/4/2023)", "printed_weekday": 2, "weekday_agrees": True,
    }  # fmt: skip
