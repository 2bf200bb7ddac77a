"""Small sound tables of every stage, by contract: what the suites are tried on. The texts are our own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from warehouse.contracts import TABLES

Tables = dict[str, pl.DataFrame]
Breach = Callable[[pl.DataFrame], pl.DataFrame]

FETCHED = datetime(2023, 4, 10, 2)
A, B, C = "a" * 16, "b" * 16, "c" * 16
UNITS = {"kemendagri": "kemendagri", "kemendagri.polpum": "kemendagri", "polri": "polri"}

# our own sentences; the emoji is one person of seven code points, the e carries a combining accent
TITLE = "Mendagri 👩🏽‍🚀 temui Polri"
CAPTION = "Café\u0301 Polri 😀 dibuka.\n\n"
BODY = "Ditjen Polpum hadir 👨‍👩‍👧 pada Selasa (11/4/2023). Lainnya pulang.\n\n"
TAGS = "Tag: Polri"
TEXT = CAPTION + BODY + TAGS


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    return TABLES[name].conform(pl.DataFrame(rows, schema=TABLES[name].polars_schema(), orient="row"))


def span(key: str, document_id: str, zone: str, surface: str, sentence: str) -> dict[str, object]:
    """A span's columns, by its surface and sentence; offsets are Python's, in code points."""
    field = TITLE if zone == "title" else TEXT
    at = field.index(sentence)
    start = field.index(surface, at)
    return {
        key: hashlib.sha256(f"{document_id}{zone}{start}".encode()).hexdigest()[:16],
        "document_id": document_id,
        "zone": zone,
        "start": start,
        "end": start + len(surface),
        "surface": surface,
        "sentence_start": at,
        "sentence_end": at + len(sentence),
    }


def mention(
    document_id: str, zone: str, surface: str, sentence: str, agency: str | None, via: str
) -> dict[str, object]:
    return span("mention_id", document_id, zone, surface, sentence) | {
        "alias_id": "alias",
        "agency_id": agency,
        "candidates": [agency] if agency else ["kemendagri", "polri"],
        "via": via,
        "rule": "longest",
        "status": "resolved" if agency else "ambiguous",
    }


def raw() -> Tables:
    documents = [
        {
            "document_id": key,
            "source_id": "files",
            "source_kind": "dump",
            "fetched_at_utc": FETCHED,
            "media_type": "text/plain",
            "payload": b"isi",
            "metadata": "{}",
        }
        for key in (A, B, C)
    ]
    outcomes = [
        {
            "attempt_id": f"attempt{number}",
            "source_id": "files",
            "source_kind": "dump",
            "locator": f"berkas.csv:{number}",
            "fetched_at_utc": FETCHED,
            "outcome": outcome,
            "document_id": key,
            "error": error,
        }
        for number, (outcome, key, error) in enumerate(
            [("ok", A, None), ("ok", B, None), ("ok", C, None), ("duplicate", A, None), ("empty", None, "no text")]
        )
    ]
    return {
        "raw.documents": table("raw.documents", documents),
        "raw.fetch_outcomes": table("raw.fetch_outcomes", outcomes),
    }


def clean() -> Tables:
    published = {A: datetime(2023, 4, 7, 18, 30), B: datetime(2023, 4, 6, 17), C: None}
    precision = {A: "minute", B: "day", C: None}
    day = {A: date(2023, 4, 8), B: date(2023, 4, 7), C: None}
    articles = [
        {
            "document_id": key,
            "source_id": "files",
            "source_kind": "dump",
            "fetched_at_utc": FETCHED,
            "outlet_id": "warta",
            "title": TITLE,
            "text": "" if key == C else TEXT,
            "published_at_utc": published[key],
            "utc_offset_minutes": 420 if published[key] else None,
            "precision": precision[key],
            "date_rule": "printed",
            "published_date": day[key],
            "tags": [],
            "language": "id",
            "content_kind": "news",
            "content_kind_rule": "none:no_sign",
            "correction_state": "none",
            "word_count": 5,
            "content_hash": key,
            "mends": [],
        }
        for key in (A, B, C)
    ]
    lengths = [("caption", len(CAPTION)), ("body", len(BODY)), ("tags", len(TAGS))]
    zones: list[dict[str, object]] = []
    for key in (A, B):
        start = 0
        for index, (zone, length) in enumerate(lengths):
            zones.append({"document_id": key, "zone_index": index, "zone": zone, "start": start, "end": start + length})
            start += length
    candidates = [
        {
            "document_id": key,
            "candidate_index": index,
            "origin": "printed",
            "raw": "7 April 2023",
            "candidate_at_utc": published[key],
            "rule": "day_first",
            "is_chosen": index == 0 and key != C,
            "rejection": None if index == 0 and key != C else "later candidate",
        }
        for key in (A, B, C)
        for index in (0, 1)
    ]
    return {
        "clean.articles": table("clean.articles", articles),
        "clean.zones": table("clean.zones", zones),
        "clean.date_candidates": table("clean.date_candidates", candidates),
    }


def entities() -> Tables:
    sentence, caption = BODY.split(". ")[0] + ".", CAPTION.strip()
    mentions = [
        row
        for key in (A, B)
        for row in (
            mention(key, "title", "Mendagri", TITLE, "kemendagri", "role"),
            mention(key, "title", "Polri", TITLE, None, "name"),
            mention(key, "caption", "Polri", caption, "polri", "name"),
            mention(key, "body", "Ditjen Polpum", sentence, "kemendagri.polpum", "name"),
        )
    ]
    event_dates = [
        span("event_date_id", key, "body", "Selasa (11/4/2023)", sentence)
        | {"event_date": date(2023, 4, 11), "rule": "full", "printed_weekday": 2, "weekday_agrees": True}
        for key in (A, B)
    ]
    statements = [
        span("statement_id", key, "body", "pada Selasa", sentence)
        | {"statement_kind": "indirect", "cue": "hadir", "speaker": "Ditjen Polpum", "speaker_kind": "body"}
        | {"speaker_start": len(CAPTION), "speaker_end": len(CAPTION) + 13, "agency_id": "kemendagri.polpum"}
        | {"rule": "named_before"}
        for key in (A, B)
    ]
    # the text names no region: its last sentence stands for one
    places = [
        span("place_id", key, "body", "Lainnya", "Lainnya pulang.")
        | {"region_code": "32.71", "codes": ["32.01", "32.71"], "rule": "level_elsewhere", "status": "resolved"}
        for key in (A, B)
    ]
    agencies = [{"agency_id": agency, "lineage_id": agency, "source": "uji"} for agency in UNITS]
    regions = [{"region_code": code, "region_name": "Lainnya", "source": "uji"} for code in ("32.01", "32.71")]
    parts = clean()
    return {
        "entities.mentions": table("entities.mentions", mentions),
        "entities.event_dates": table("entities.event_dates", event_dates),
        "entities.statements": table("entities.statements", statements),
        "entities.places": table("entities.places", places),
        "clean.articles": parts["clean.articles"],
        "clean.zones": parts["clean.zones"],
        "registry.agencies": table("registry.agencies", agencies),
        "registry.regions": table("registry.regions", regions),
    }


def topics() -> Tables:
    sentence = BODY.split(". ")[0] + "."
    hits = [
        row | {"topic_id": "polpum", "rule": "polpum"}
        for key in (A, B)
        for row in (
            span("topic_hit_id", key, "title", "Mendagri", TITLE),
            span("topic_hit_id", key, "body", "Ditjen Polpum", sentence),
        )
    ]
    hits.append(hits[0] | {"topic_hit_id": "a" * 16, "topic_id": "mendagri"})  # topics may share a span
    return {"entities.topic_hits": table("entities.topic_hits", hits)} | {
        name: frame for name, frame in clean().items() if name != "clean.date_candidates"
    }


def day_code(day: object) -> str:
    return str(day) if day else "undated"


def reports(facts: pl.DataFrame, articles: pl.DataFrame) -> Tables:
    """Both daily reports, written as their definitions say, by polars."""
    counted = facts.filter("is_counted")
    own = counted.with_columns(is_rolled_up=pl.lit(False), member=pl.col("agency_id"))
    rolled = counted.join(
        pl.DataFrame({"agency_id": list(UNITS), "top": list(UNITS.values())}), on="agency_id"
    ).with_columns(is_rolled_up=pl.lit(True), member=pl.col("agency_id"))
    lifted = rolled.filter(pl.col("top") != pl.col("agency_id")).with_columns(agency_id=pl.col("top"))
    rows = pl.concat([own, rolled.drop("top"), lifted.drop("top")])

    def where(column: str, value: str) -> pl.Expr:
        return (pl.col(column) == value).sum()

    day = ["date_code", "published_date"]
    counts = rows.group_by(*day, "agency_id", "outlet_id", "is_rolled_up").agg(
        mention_count=pl.len(),
        **{f"{zone}_mention_count": where("zone", zone) for zone in ("title", "caption", "lead", "body")},
        **{f"{via}_mention_count": where("via", via) for via in ("name", "role")},
        article_count=pl.col("article_id").n_unique(),
    )
    name = pl.col("article_id").filter(pl.col("via") == "name")
    role = pl.col("article_id").filter(pl.col("via") == "role")
    both = name.unique().is_in(role.implode()).sum()
    coverage = (
        rows.group_by(*day, "agency_id", "is_rolled_up")
        .agg(
            mention_count=pl.len(),
            agency_coverage=pl.col("article_id").n_unique(),
            headline_coverage=pl.col("article_id").filter(pl.col("zone") == "title").n_unique(),
            name_only_count=name.n_unique() - both,
            role_only_count=role.n_unique() - both,
            name_and_role_count=both,
            outlet_count=pl.col("outlet_id").n_unique(),
        )
        .join(articles.group_by("date_code").agg(attention_denominator=pl.col("is_counted").sum()), on="date_code")
        .with_columns(
            attention_numerator="agency_coverage",
            # the outlet that is monitored on the 8th was not read since
            completeness=pl.when(pl.col("date_code") == "2023-04-08")
            .then(pl.lit("incomplete"))
            .otherwise(pl.lit("unknown")),
            incomplete_outlet_count=(pl.col("date_code") == "2023-04-08").cast(pl.Int64),
        )
    )
    names = {"marts.rpt_mention_counts_daily": counts, "marts.rpt_agency_coverage_daily": coverage}
    return {full: TABLES[full].conform(frame).sort(TABLES[full].key) for full, frame in names.items()}


def completeness(articles: pl.DataFrame) -> Tables:
    """The outlet was first asked on the 7th, and not read since the 8th. A spike, of bodies that no report covers."""
    dated = articles.filter(pl.col("is_counted") & pl.col("published_date").is_not_null())
    is_open = pl.col("date_code") == "2023-04-08"
    verdict = pl.when(is_open).then(pl.lit("incomplete")).otherwise(pl.lit("unknown"))
    counts = ["waiting_link_count", "given_up_link_count", "overflow_count", "failed_attempt_count"]
    outlets = (
        dated.group_by("date_code", "published_date", "outlet_id")
        .agg(article_count=pl.len())
        .with_columns(
            completeness=verdict,
            completeness_rule=pl.when(is_open).then(pl.lit("not_over_yet")).otherwise(pl.lit("monitoring_began")),
            channel_count=is_open.cast(pl.Int64),
            expected_article_count=pl.lit(None, pl.Int64),
            listed_link_count=pl.lit(2),
            **{name: pl.lit(0) for name in counts},
        )
    )
    days = (
        articles.group_by("date_code", "published_date")
        .agg(article_count=pl.col("is_counted").sum(), outlet_count=pl.col("outlet_id").filter("is_counted").n_unique())
        .with_columns(
            completeness=verdict,
            monitored_outlet_count=is_open.cast(pl.Int64),
            incomplete_outlet_count=is_open.cast(pl.Int64),
        )
    )
    frames = {"marts.rpt_outlet_completeness_daily": outlets, "marts.rpt_completeness_daily": days}
    made = {full: TABLES[full].conform(frame).sort(TABLES[full].key) for full, frame in frames.items()}
    return made | {"marts.rpt_spikes": TABLES["marts.rpt_spikes"].empty()}


def marts() -> Tables:
    lake = clean() | entities()
    # the day-precise article takes the other's day beside it; the third is undated
    articles = lake["clean.articles"].with_columns(
        article_id=pl.lit("art-") + pl.col("document_id"),
        version=1,
        version_count=1,
        fetched_on=pl.lit(date(2023, 4, 10)),
        date_code=pl.col("published_date").cast(pl.String).fill_null("undated"),
    )
    head = articles.select("document_id", "article_id", "outlet_id", "published_date", "date_code")

    def facts(name: str) -> pl.DataFrame:
        field = pl.when(pl.col("zone") == "title").then(pl.lit(TITLE)).otherwise(pl.lit(TEXT))
        length = pl.col("sentence_end") - pl.col("sentence_start")
        return lake[name].join(head, on="document_id").with_columns(sentence=field.str.slice("sentence_start", length))

    mentions = facts("entities.mentions").with_columns(
        top_agency_id=pl.col("agency_id").replace(UNITS), is_counted=pl.col("status") == "resolved"
    )
    per_article = mentions.filter("is_counted").group_by("article_id").agg(mention_count=pl.len())
    articles = articles.join(per_article, on="article_id", how="left").with_columns(
        pl.col("mention_count").fill_null(0), is_counted=pl.lit(True)
    )
    agencies: list[dict[str, object]] = [
        {
            "agency_id": agency,
            "agency_name": agency,
            "kind": "ministry",
            "parent_id": top if top != agency else None,
            "top_agency_id": top,
            "lineage_id": agency,
            "valid_from": date(1950, 1, 1),
            "is_active": True,
            "source": "uji",
            "ancestor_id": agency,
            "depth": 0,
        }
        for agency, top in UNITS.items()
    ]
    lifted = [row | {"ancestor_id": row["parent_id"], "depth": 1} for row in agencies if row["parent_id"]]
    days = sorted(set(head["date_code"].to_list()))
    outlet = {"outlet_id": "warta", "outlet_name": "Warta", "is_registered": False}
    health = {
        "source_id": "files",
        "attempt_kind": "record",
        "fetched_on": date(2023, 4, 10),
        "outcome": "ok",
        "attempt_count": 3,
        "document_count": 3,
        "byte_count": 9,
        "overflow_count": 0,
    }

    def rows(name: str, records: list[dict[str, object]]) -> pl.DataFrame:
        columns = TABLES[name].column_names
        return table(name, [{k: v for k, v in record.items() if k in columns} for record in records])

    made = {
        "marts.dim_agencies": rows("marts.dim_agencies", agencies),
        "marts.dim_agency_periods": rows("marts.dim_agency_periods", agencies),
        "marts.bridge_agency_ancestors": rows("marts.bridge_agency_ancestors", agencies + lifted),
        "marts.dim_outlets": rows("marts.dim_outlets", [outlet]),
        "marts.dim_dates": rows("marts.dim_dates", [{"date_code": day} for day in days]),
        "marts.fct_articles": TABLES["marts.fct_articles"].conform(articles),
        "marts.fct_mentions": TABLES["marts.fct_mentions"].conform(mentions),
        "marts.fct_event_dates": TABLES["marts.fct_event_dates"].conform(facts("entities.event_dates")),
        "marts.fct_statements": TABLES["marts.fct_statements"].conform(
            facts("entities.statements").with_columns(
                top_agency_id=pl.col("agency_id").replace(UNITS), is_counted=pl.lit(True)
            )
        ),
        "marts.rpt_source_health": rows("marts.rpt_source_health", [health]),
    }
    return (
        made
        | completeness(made["marts.fct_articles"])
        | reports(made["marts.fct_mentions"], made["marts.fct_articles"])
    )
