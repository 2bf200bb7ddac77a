"""What a program reads from `kliping sql --json`: always JSON, and no column lost."""

from __future__ import annotations

import json

import duckdb

from orchestration.query import plain, rows_of


def rows(query: str) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        names, found = rows_of(connection, query)
    return [dict(zip(names, row, strict=True)) for row in found]


def test_every_value_is_json() -> None:
    query = (
        "select 'nan'::double as nan, ['inf'::double, 1.5] as list, '\\xAA\\x01'::blob as bytes,"
        " 1.50::decimal(9, 2) as money, map {date '2025-03-01': 1} as by_day, timestamp '2025-03-01 01:02:03' as at,"
        " true as yes, null as nothing"
    )
    assert json.loads(json.dumps(plain(rows(query)), allow_nan=False)) == [
        {
            "nan": None,
            "list": [None, 1.5],
            "bytes": "aa01",
            "money": "1.50",
            "by_day": {"2025-03-01": 1},
            "at": "2025-03-01 01:02:03",
            "yes": True,
            "nothing": None,
        }
    ]


def test_a_repeated_column_keeps_its_values() -> None:
    assert rows("select 1 as a, 2 as a, 3 as a_1, 4 as a") == [{"a": 1, "a_1": 2, "a_1_1": 3, "a_2": 4}]
