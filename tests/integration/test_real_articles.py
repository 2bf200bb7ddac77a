"""29,256 real articles from file to published marts. Slow: marked, and run in CI."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Warehouse

pytestmark = pytest.mark.slow

ROWS = 29_256
# A date that a URL carries as a day: /2019/09/10/, /20250615/ or /2025-06-15/.
URL_DAY = r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?:/|$)"


@pytest.fixture(scope="module")
def file(dev_data: Path) -> Path:
    return dev_data / "articles" / "articles_dev.jsonl.gz"


@pytest.fixture(scope="module")
def whole(file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, dict[str, Any]]:
    warehouse = Warehouse(tmp_path_factory.mktemp("real") / "data")
    return warehouse, warehouse.run(file)


def test_every_row_is_accounted_for(whole: tuple[Warehouse, dict[str, Any]]) -> None:
    intake = whole[1]["intake"]
    assert intake["rows"] == ROWS
    assert intake["accepted"] + intake["duplicates"] + intake["quarantined"] + intake["unreadable"] == ROWS
    assert intake["accepted"] > 0.99 * ROWS


def test_no_day_and_month_are_exchanged_and_urls_agree(whole: tuple[Warehouse, dict[str, Any]]) -> None:
    (row,) = whole[0].sql(
        f"""
        with dated as (
            select published_date, date_rule,
                try_cast(regexp_replace(regexp_extract(url, '{URL_DAY}', 0), '[^0-9]', '', 'g') as integer) as number
            from fct_articles where regexp_matches(url, '{URL_DAY}') and published_date is not null
        ),
        compared as (
            select published_date, date_rule, make_date(number // 10000, number // 100 % 100, number % 100) as url_date
            from dated
        )
        select count(*) as n,
            count(*) filter (where abs(published_date - url_date) <= 1) as near,
            count(*) filter (where published_date <> url_date and day(published_date) = month(url_date)
                and month(published_date) = day(url_date)) as exchanged,
            count(*) filter (where date_rule like '%day_month_swapped_by_url%') as mended
        from compared
        """
    )
    assert row["n"] > 10_000
    assert row["exchanged"] == 0
    assert row["mended"] == 657
    assert row["near"] / row["n"] >= 0.995


def test_a_second_run_adds_outcomes_only(whole: tuple[Warehouse, dict[str, Any]], file: Path) -> None:
    warehouse, _ = whole
    before = warehouse.exports()
    second = warehouse.run(file, fetched_at="2025-03-03T03:00:00")
    assert second["intake"]["duplicates"] == second["intake"]["rows"] == ROWS
    after = warehouse.exports()
    assert {name for name in before if before[name] != after[name]} == {"rpt_source_health"}


def test_three_files_in_another_order_give_the_same_marts(
    whole: tuple[Warehouse, dict[str, Any]], file: Path, tmp_path: Path
) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    random.Random(5).shuffle(lines)
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.jsonl.gz")
        paths[-1].write_bytes(gzip.compress(b"".join(lines[number::3]), 1))
    other = Warehouse(tmp_path / "data")
    other.run(*reversed(paths))
    first, second = whole[0].exports(), other.exports()
    assert {name for name in first if first[name] != second[name]} <= {"rpt_source_health"}
