"""One breach of every rule of the suites, each on the sound tables, with the rows that its rule must find."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from tests.unit.warehouse.sound_tables import (
    BODY,
    CAPTION,
    FETCHED,
    TEXT,
    TITLE,
    A,
    B,
    Breach,
    C,
    mention,
    span,
)


def at(column: str, value: object, row: int = 0) -> Breach:
    """A breach that writes ``value`` into one row of ``column``."""

    def breach(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame[column].to_list()
        values[row] = value
        return frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))

    return breach


def chosen(row: int) -> Breach:
    return lambda frame: at("is_chosen", True, row)(at("rejection", None, row)(frame))


def without(row: int) -> Breach:
    return lambda frame: frame.filter(pl.int_range(pl.len()) != row)


def doubled(row: int, **changes: str) -> Breach:
    """A breach that repeats one row with other values."""
    return lambda frame: pl.concat(
        [frame, frame[row : row + 1].with_columns(pl.lit(v).alias(k) for k, v in changes.items())]
    )


def among_mentions(places: pl.DataFrame) -> pl.DataFrame:
    """A breach that moves the first place into a mention."""
    inside = span("place_id", A, "body", "Polpum", BODY.split(". ")[0] + ".")
    for name in ("start", "end", "surface", "sentence_start", "sentence_end"):
        places = at(name, inside[name])(places)
    return places


def spike(agency_id: str, coverage: int) -> Breach:
    """A breach that adds a spike from an even base of nothing."""
    row = {
        "date_code": "2023-04-07", "published_date": date(2023, 4, 7), "agency_id": agency_id, "is_rolled_up": False,
        "agency_coverage": coverage, "base_day_count": 4, "median_coverage": 0.0, "coverage_deviation": 0.0,
        "z_score": float(coverage), "completeness": "unknown",
    }  # fmt: skip
    return lambda frame: pl.DataFrame([row], schema=frame.schema)


X = "f" * 16
FIRST = mention(A, "title", "Mendagri", TITLE, None, "role")["mention_id"]
SECOND = mention(A, "title", "Polri", TITLE, None, "name")["mention_id"]
THIRD = mention(A, "caption", "Polri", CAPTION.strip(), None, "name")["mention_id"]
FOURTH = mention(A, "body", "Ditjen Polpum", BODY.split(". ")[0] + ".", None, "name")["mention_id"]
SEVENTH = mention(B, "caption", "Polri", CAPTION.strip(), None, "name")["mention_id"]
EVENT = span("event_date_id", A, "body", "Selasa (11/4/2023)", BODY.split(". ")[0] + ".")["event_date_id"]
SAID = span("statement_id", A, "body", "pada Selasa", BODY.split(". ")[0] + ".")["statement_id"]
PLACE = span("place_id", A, "body", "Lainnya", "Lainnya pulang.")["place_id"]
HIT = span("topic_hit_id", A, "title", "Mendagri", TITLE)["topic_hit_id"]
SECOND_HIT = span("topic_hit_id", A, "body", "Ditjen Polpum", BODY.split(". ")[0] + ".")["topic_hit_id"]

# mentions in order: FIRST to FOURTH of A, then those of B; dates and zones likewise
# the daily reports are sorted by key: days 7 (B) and 8 (A), kemendagri, kemendagri.polpum, polri, own before rolled up
# table, breach, the one rule that must find it, rows found, sample
BREACHES: dict[str, list[tuple[str, Breach, str, int, tuple[str, ...]]]] = {
    "raw": [
        ("raw.documents", lambda f: pl.concat([f, f[:1]]), "key_is_unique", 1, (A,)),
        ("raw.documents", at("source_id", None, 1), "source_id_not_null", 1, (B,)),
        ("raw.documents", at("source_kind", "rumour", 2), "source_kind_in_set", 1, (C,)),
        ("raw.documents", at("payload", b"", 1), "payload_not_empty", 1, (B,)),
        ("raw.documents", at("fetched_at_utc", datetime(1994, 12, 31)), "fetched_at_plausible", 1, (A,)),
        ("raw.documents", at("metadata", "[]"), "metadata_is_a_json_object", 1, (A,)),
        ("raw.documents", at("metadata", "{"), "metadata_is_a_json_object", 1, (A,)),
        ("raw.documents", without(0), "ok_has_its_document", 1, ("attempt0",)),
        ("raw.fetch_outcomes", doubled(0, attempt_id=X, document_id=X), "ok_has_its_document", 1, (X,)),
        ("raw.fetch_outcomes", without(1), "document_has_its_outcome", 1, (B,)),
        ("raw.fetch_outcomes", at("error", " ", 4), "failure_has_a_reason", 1, ("attempt4",)),
        ("raw.fetch_outcomes", at("error", None, 4), "failure_has_a_reason", 1, ("attempt4",)),
    ],
    "clean": [
        ("clean.articles", at("tags", None, 2), "tags_not_null", 1, (C,)),
        ("clean.articles", at("language", "jv", 2), "language_in_set", 1, (C,)),
        ("clean.articles", at("content_kind", "paid", 2), "kind_has_its_evidence", 1, (C,)),
        ("clean.articles", at("content_kind_evidence", "(adv)", 1), "kind_has_its_evidence", 1, (B,)),
        ("clean.articles", at("content_kind_rule", "byline", 1), "kind_has_its_evidence", 1, (B,)),
        ("clean.articles", at("correction_state", "ralat", 2), "state_has_its_evidence", 1, (C,)),
        ("clean.articles", at("correction_evidence", "Ralat", 1), "state_has_its_evidence", 1, (B,)),
        ("clean.zones", at("zone", "advert"), "zone_in_set", 1, (f"{A} 0",)),
        ("clean.date_candidates", lambda f: pl.concat([f, f[1:2]]), "key_is_unique", 1, (f"{A} 1",)),
        ("clean.articles", at("title", " ", 2), "title_or_text_present", 1, (C,)),
        ("clean.articles", at("fetched_at_utc", datetime(2023, 4, 6, 18, 29)), "publication_in_bounds", 1, (A,)),
        ("clean.articles", at("utc_offset_minutes", 420, 2), "dated_article_has_precision", 1, (C,)),
        # 18:30 UTC is the next day in WIB
        ("clean.articles", at("published_date", date(2023, 4, 7)), "published_date_follows_precision", 1, (A,)),
        ("clean.articles", at("precision", "month"), "published_date_follows_precision", 1, (A,)),
        ("clean.articles", at("published_date", None, 1), "published_date_follows_precision", 1, (B,)),
        ("clean.articles", at("utc_offset_minutes", 300, 1), "published_date_follows_precision", 1, (B,)),
        ("clean.articles", at("published_date", date(2023, 4, 7), 2), "published_date_follows_precision", 1, (C,)),
        ("clean.articles", at("text", TEXT + "x"), "zones_tile_the_text", 1, (A,)),
        ("clean.articles", at("text", "tanpa zona", 2), "zones_tile_the_text", 1, (C,)),
        ("clean.zones", at("start", 1), "zones_tile_the_text", 1, (A,)),
        ("clean.zones", at("end", len(CAPTION) + 1), "zones_tile_the_text", 1, (A,)),
        ("clean.zones", at("zone_index", 7, 5), "zones_tile_the_text", 1, (B,)),
        ("clean.zones", without(1), "zones_tile_the_text", 1, (A,)),
        ("clean.zones", without(5), "zones_tile_the_text", 1, (B,)),
        ("clean.zones", doubled(0, document_id=X), "belongs_to_an_article", 1, (X,)),
        ("clean.date_candidates", doubled(1, document_id=X), "belongs_to_an_article", 1, (X,)),
        ("clean.date_candidates", without(0), "chosen_date_is_published", 1, (A,)),
        ("clean.date_candidates", chosen(1), "chosen_date_is_published", 1, (A,)),
        ("clean.date_candidates", chosen(4), "chosen_date_is_published", 1, (C,)),
        ("clean.date_candidates", at("candidate_at_utc", FETCHED), "chosen_date_is_published", 1, (A,)),
        ("clean.date_candidates", at("rejection", None, 1), "rejected_date_says_why", 1, (f"{A} 1",)),
    ],
    "entities": [
        ("entities.mentions", at("surface", "MENDAGRI"), "surface_equals_text", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("surface", "POLRI", 6), "surface_equals_text", 1, (f"{B} {SEVENTH}",)),
        ("entities.mentions", at("surface", "Mendagri 👩"), "surface_equals_text", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("sentence_start", 1), "sentence_holds_span", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("sentence_end", 3), "sentence_holds_span", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("sentence_end", len(TITLE) + 1), "sentence_holds_span", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("zone", "lead", 3), "span_lies_in_its_zone", 1, (f"{A} {FOURTH}",)),
        ("entities.mentions", doubled(3, mention_id=X), "mentions_do_not_overlap", 1, (f"{A} {X}",)),
        ("entities.mentions", at("status", "ambiguous"), "resolved_has_an_agency", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("agency_id", None), "resolved_has_an_agency", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("candidates", ["polri"]), "agency_is_a_candidate", 1, (f"{A} {FIRST}",)),
        ("entities.mentions", at("candidates", [], 1), "agency_is_a_candidate", 1, (f"{A} {SECOND}",)),
        (
            "entities.mentions",
            at("candidates", ["tni", "polri"], 1),
            "candidates_are_registered",
            1,
            (f"{A} {SECOND}",),
        ),
        ("registry.agencies", without(2), "candidates_are_registered", 4, ()),
        ("entities.event_dates", at("surface", "Selasa (11/4/2024)"), "surface_equals_text", 1, (f"{A} {EVENT}",)),
        ("entities.event_dates", at("sentence_end", 999), "sentence_holds_span", 1, (f"{A} {EVENT}",)),
        ("entities.event_dates", at("zone", "caption"), "span_lies_in_its_zone", 1, (f"{A} {EVENT}",)),
        ("entities.event_dates", at("printed_weekday", 3), "weekday_verdict_is_true", 1, (f"{A} {EVENT}",)),
        ("entities.event_dates", at("printed_weekday", None), "weekday_verdict_is_true", 1, (f"{A} {EVENT}",)),
        ("entities.statements", at("surface", "pada selasa"), "surface_equals_text", 1, (f"{A} {SAID}",)),
        ("entities.statements", at("sentence_end", 999), "sentence_holds_span", 1, (f"{A} {SAID}",)),
        ("entities.statements", at("zone", "caption"), "span_lies_in_its_zone", 1, (f"{A} {SAID}",)),
        ("entities.statements", doubled(0, statement_id=X), "statements_do_not_overlap", 1, (f"{A} {X}",)),
        ("entities.statements", at("speaker_start", None), "speaker_lies_in_text", 1, (f"{A} {SAID}",)),
        ("entities.statements", at("speaker_end", 3), "speaker_lies_in_text", 1, (f"{A} {SAID}",)),
        ("entities.statements", at("speaker_end", len(TEXT) + 1), "speaker_lies_in_text", 1, (f"{A} {SAID}",)),
        ("entities.statements", at("agency_id", "tni"), "agency_is_registered", 1, (f"{A} {SAID}",)),
        ("entities.places", at("surface", "lainnya"), "surface_equals_text", 1, (f"{A} {PLACE}",)),
        ("entities.places", at("sentence_start", len(TEXT)), "sentence_holds_span", 1, (f"{A} {PLACE}",)),
        ("entities.places", at("zone", "caption"), "span_lies_in_its_zone", 1, (f"{A} {PLACE}",)),
        ("entities.places", doubled(0, place_id=X), "places_do_not_overlap", 1, (f"{A} {X}",)),
        ("entities.places", among_mentions, "place_lies_outside_mentions", 1, (f"{A} {PLACE}",)),
        ("entities.places", at("status", "ambiguous"), "resolved_has_a_region", 1, (f"{A} {PLACE}",)),
        ("entities.places", at("codes", ["32.01"]), "region_is_one_of_the_codes", 1, (f"{A} {PLACE}",)),
        ("entities.places", at("codes", ["32.71", "99"]), "codes_are_registered", 1, (f"{A} {PLACE}",)),
    ],
    "topics": [
        ("entities.topic_hits", at("surface", "MENDAGRI"), "surface_equals_text", 1, (f"{A} {HIT}",)),
        ("entities.topic_hits", at("sentence_start", 1), "sentence_holds_span", 1, (f"{A} {HIT}",)),
        ("entities.topic_hits", at("zone", "lead", 1), "span_lies_in_its_zone", 1, (f"{A} {SECOND_HIT}",)),
        ("entities.topic_hits", doubled(1, topic_hit_id=X), "hits_of_a_topic_do_not_overlap", 1, (f"{A} {X}",)),
    ],
    "marts": [
        ("marts.bridge_agency_ancestors", without(2), "agency_is_its_own_ancestor", 1, ("polri",)),
        ("marts.dim_dates", without(2), "day_is_in_calendar", 1, (f"art-{C}",)),
        ("marts.dim_outlets", at("outlet_id", "lain"), "outlet_is_in_dimension", 3, ()),
        ("marts.fct_articles", at("mention_count", 4), "mentions_add_up_to_article", 1, (f"art-{A}",)),
        ("marts.fct_articles", at("published_date", date(2023, 4, 9), 2), "date_code_follows_date", 1, (f"art-{C}",)),
        (
            "marts.fct_articles",
            at("language", "en", 2),
            "counted_articles_are_indonesian_and_stand",
            1,
            (f"art-{C}",),
        ),
        (
            "marts.fct_articles",
            at("correction_state", "withdrawn", 2),
            "counted_articles_are_indonesian_and_stand",
            1,
            (f"art-{C}",),
        ),
        ("marts.fct_event_dates", at("document_id", B), "fact_has_its_article", 1, (EVENT,)),
        ("marts.fct_event_dates", at("published_date", None), "fact_has_its_article", 1, (EVENT,)),
        ("marts.fct_event_dates", at("surface", "Selasa (11/4/2024)"), "surface_lies_in_sentence", 1, (EVENT,)),
        ("marts.fct_statements", at("document_id", B), "fact_has_its_article", 1, (SAID,)),
        ("marts.fct_statements", at("surface", "pada selasa"), "surface_lies_in_sentence", 1, (SAID,)),
        ("marts.fct_statements", at("top_agency_id", None), "agency_is_in_dimension", 1, (SAID,)),
        ("marts.fct_statements", at("is_counted", False), "counted_as_its_article", 1, (SAID,)),
        ("marts.fct_mentions", at("document_id", B), "fact_has_its_article", 1, (FIRST,)),
        ("marts.fct_mentions", at("surface", "mendagri"), "surface_lies_in_sentence", 1, (FIRST,)),
        ("marts.fct_mentions", at("sentence", BODY, 3), "surface_lies_in_sentence", 1, (FOURTH,)),
        ("marts.fct_mentions", at("top_agency_id", None), "agency_is_in_dimension", 1, (FIRST,)),
        ("marts.fct_mentions", at("top_agency_id", "tni"), "agency_is_in_dimension", 1, (FIRST,)),
        ("marts.fct_mentions", at("status", "ambiguous"), "only_resolved_names_and_roles_counted", 1, (FIRST,)),
        ("marts.rpt_mention_counts_daily", at("published_date", None), "facts_add_up_to_report", 1, ()),
        ("marts.rpt_mention_counts_daily", at("title_mention_count", 0, 1), "parts_add_up", 1, ()),
        ("marts.rpt_mention_counts_daily", at("article_count", 0, 1), "roll_up_in_bounds", 1, ()),
        (
            "marts.rpt_agency_coverage_daily",
            at("attention_denominator", 9),
            "denominator_is_all_counted_articles",
            1,
            (),
        ),
        ("marts.rpt_agency_coverage_daily", at("attention_numerator", 0), "parts_add_up", 1, ()),
        ("marts.rpt_agency_coverage_daily", at("outlet_count", 0), "facts_add_up_to_report", 1, ()),
        ("marts.rpt_agency_coverage_daily", at("mention_count", 3, 1), "roll_up_in_bounds", 1, ()),
        ("marts.rpt_agency_coverage_daily", at("mention_count", 0, 1), "roll_up_in_bounds", 1, ()),
        ("marts.rpt_agency_coverage_daily", at("headline_coverage", 0, 1), "roll_up_in_bounds", 1, ()),
        ("marts.rpt_agency_coverage_daily", without(1), "roll_up_in_bounds", 1, ("2023-04-07 kemendagri",)),
        ("marts.rpt_agency_coverage_daily", doubled(1, agency_id="tni"), "roll_up_in_bounds", 1, ("2023-04-07 tni",)),
        ("marts.fct_articles", at("source_kind", "manual", 2), "counted_articles_are_indonesian_and_stand", 1, ()),
        (
            "marts.rpt_agency_coverage_daily",
            at("incomplete_outlet_count", 1),
            "completeness_is_that_of_the_day",
            1,
            ("2023-04-07 kemendagri False",),
        ),
        (
            "marts.rpt_outlet_completeness_daily",
            at("completeness_rule", "failed"),
            "verdict_follows_its_rule",
            1,
            ("2023-04-07 warta",),
        ),
        ("marts.rpt_outlet_completeness_daily", at("waiting_link_count", 3), "verdict_rests_on_its_figures", 1, ()),
        ("marts.rpt_outlet_completeness_daily", at("article_count", 9), "articles_add_up_to_report", 1, ()),
        ("marts.rpt_completeness_daily", at("incomplete_outlet_count", 1, 2), "day_is_as_its_outlets", 1, ("undated",)),
        ("marts.rpt_spikes", spike("kemendagri", 1), "spike_follows_its_base", 1, ("2023-04-07 kemendagri False",)),
        ("marts.rpt_spikes", spike("tni", 9), "spike_is_in_coverage", 1, ("2023-04-07 tni False",)),
        (
            "marts.rpt_source_health",
            at("document_count", 4),
            "counts_are_plausible",
            1,
            ("files record 2023-04-10 ok",),
        ),
    ],
}
