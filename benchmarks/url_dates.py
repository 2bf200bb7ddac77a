"""Publication dates against the day that an article's URL carries, and the reason for each that differs.

    python -m benchmarks.url_dates DATA

``DATA`` is a data folder that the articles were taken into. Goal: no day and month exchanged, 99.5% within a day.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

RESULT = Path(__file__).parent / "results" / "url_dates.md"

QUERY = """
with articles as (
    select document_id, outlet_id, url, published_date, date_rule
    from read_parquet($lake || '/clean/articles/*/*.parquet')
),
urls as (
    select document_id, candidate_date as url_date, coalesce(rejection, 'chosen') as ledger
    from read_parquet($lake || '/clean/date_candidates/*/*.parquet')
    where origin = 'url' and precision = 'day' and candidate_date is not null
)
select
    outlet_id,
    url,
    url_date,
    published_date,
    published_date - url_date as days,
    date_rule,
    ledger,
    published_date <> url_date and day(published_date) = month(url_date) and month(published_date) = day(url_date)
from articles inner join urls using (document_id)
where published_date is not null
order by abs(published_date - url_date) desc, outlet_id, url
"""


def main(data: Path) -> None:
    """Compare, print and keep the result."""
    rows = duckdb.execute(QUERY, {"lake": str(data / "lake")}).fetchall()
    far = [row for row in rows if abs(row[4]) > 1]
    mended = sum("swapped_by_url" in row[5] for row in rows)
    lines = [
        "# Publication dates beside the day in the URL",
        "",
        "`python -m benchmarks.url_dates DATA`, after `kliping run articles_dev.jsonl.gz --data DATA`.",
        "",
        f"- rows with a day in the URL and a date: {len(rows):,}",
        f"- day and month exchanged: {sum(row[7] for row in rows)}",
        f"- mended by the rule `day_month_swapped_by_url`: {mended}",
        f"- within a day: {1 - len(far) / len(rows):.4%}",
        "",
        "Further than a day, with what the ledger says of the URL's date:",
        "",
        "| outlet | page | URL | published | days | rule | ledger |",
        "|---|---|---|---|---|---|---|",
    ]
    for outlet, url, url_date, date, days, rule, ledger, _ in far:
        page = url.rstrip("/").rsplit("/", 1)[-1][:60]
        lines.append(f"| {outlet} | {page} | {url_date} | {date} | {days:+d} | {rule} | {ledger} |")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
