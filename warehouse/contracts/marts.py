"""Contracts of the marts: what SQL analysis, dashboards and exports read."""

from __future__ import annotations

from warehouse.contracts.base import Table
from warehouse.contracts.columns import columns
from warehouse.contracts.lake import (
    ATTEMPT_KINDS,
    CONTENT_KINDS,
    CORRECTION_STATES,
    LANGUAGES,
    MENTION_ZONES,
    OUTCOMES,
    PRECISIONS,
    SOURCE_KINDS,
)
from warehouse.contracts.registry import KINDS

COMPLETENESS = ("complete", "incomplete", "unknown")
COMPLETENESS_RULES = (
    "proven", "overflow", "failed", "not_over_yet", "waiting_links", "given_up_links", "low_volume",
    "monitoring_began", "not_monitored",
)  # fmt: skip

DIM_AGENCIES = Table(
    "marts", "dim_agencies", "agency",
    "Bodies under their latest name.",
    ("agency_id",),
    columns(
        "agency_id agency_name acronym kind parent_id top_agency_id lineage_id unit_id region_code valid_from valid_to"
        " is_active"
    ),
    frozenset({"acronym", "parent_id", "unit_id", "region_code", "valid_to"}),
    {"kind": KINDS},
)  # fmt: skip

DIM_AGENCY_PERIODS = Table(
    "marts", "dim_agency_periods", "agency and period",
    "Names, parents and kinds of bodies by date.",
    ("agency_id", "valid_from"),
    columns("agency_id valid_from valid_to agency_name acronym kind parent_id top_agency_id source"),
    frozenset({"valid_to", "acronym", "parent_id"}),
    {"kind": KINDS},
)  # fmt: skip

BRIDGE_AGENCY_ANCESTORS = Table(
    "marts", "bridge_agency_ancestors", "agency, ancestor and period",
    "Which body counts towards which, by date; each body is its own ancestor at depth 0.",
    ("agency_id", "ancestor_id", "valid_from"),
    columns("agency_id ancestor_id depth valid_from valid_to"),
    frozenset({"valid_to"}),
)  # fmt: skip

DIM_OUTLETS = Table(
    "marts", "dim_outlets", "outlet",
    "Outlets of the registry, outlets that were met in documents, and those that sources are monitored for.",
    ("outlet_id",),
    columns("outlet_id outlet_name network outlet_kind clock_zone is_registered"),
    frozenset({"network", "outlet_kind", "clock_zone"}),
)  # fmt: skip

DIM_DATES = Table(
    "marts", "dim_dates", "day, and one undated row",
    "The calendar from the first to the last day that has an article or that a source was monitored on.",
    ("date_code",),
    columns("date_code calendar_date year month month_name iso_year iso_week weekday weekday_name is_weekend"),
    frozenset({"calendar_date", "year", "month", "month_name", "iso_year", "iso_week", "weekday", "weekday_name", "is_weekend"}),
)  # fmt: skip

FCT_ARTICLES = Table(
    "marts", "fct_articles", "article, in its latest version",
    "Articles with their publication time and outlet.",
    ("article_id",),
    columns(
        "article_id document_id version version_count source_id source_kind source_record_id fetched_on url canonical_url outlet_id"
        " title published_at_utc utc_offset_minutes precision date_rule published_date date_code updated_at_utc"
        " section author tags language content_kind content_kind_rule content_kind_evidence correction_state"
        " correction_evidence word_count content_hash mends is_counted mention_count"
    ),
    frozenset(
        {"source_record_id", "url", "canonical_url", "published_at_utc", "utc_offset_minutes", "precision",
         "published_date", "updated_at_utc", "section", "author", "content_kind_evidence", "correction_evidence"}
    ),
    {"source_kind": SOURCE_KINDS, "precision": PRECISIONS, "language": LANGUAGES, "content_kind": CONTENT_KINDS,
     "correction_state": CORRECTION_STATES},
)  # fmt: skip

FCT_MENTIONS = Table(
    "marts", "fct_mentions", "mention in the latest version of an article",
    "Mentions with the sentence that each was counted from.",
    ("mention_id",),
    columns(
        "mention_id article_id document_id outlet_id published_date date_code agency_id top_agency_id candidates zone start end surface"
        " sentence_start sentence_end sentence alias_id via rule status is_counted"
    ),
    frozenset({"published_date", "agency_id", "top_agency_id"}),
    {"zone": MENTION_ZONES, "via": ("name", "role", "holder"), "status": ("resolved", "ambiguous")},
)  # fmt: skip

FCT_EVENT_DATES = Table(
    "marts", "fct_event_dates", "date named in the latest version of an article",
    "Dates that articles name, with the sentence.",
    ("event_date_id",),
    columns(
        "event_date_id article_id document_id outlet_id published_date date_code event_date zone start end surface"
        " sentence_start sentence_end sentence rule printed_weekday weekday_agrees"
    ),
    frozenset({"published_date", "printed_weekday", "weekday_agrees"}),
    {"zone": MENTION_ZONES},
)  # fmt: skip

FCT_STATEMENTS = Table(
    "marts", "fct_statements", "statement in the latest version of an article",
    "Who says what for whom, with the sentence. A statement is counted when its article is.",
    ("statement_id",),
    columns(
        "statement_id article_id document_id outlet_id published_date date_code agency_id top_agency_id speaker speaker_kind role"
        " statement_kind cue zone start end surface sentence_start sentence_end sentence speaker_start speaker_end rule is_counted"
    ),
    frozenset(
        {"published_date", "agency_id", "top_agency_id", "speaker", "role", "cue", "speaker_start", "speaker_end"}
    ),
    {"zone": MENTION_ZONES, "statement_kind": ("direct", "indirect"),
     "speaker_kind": ("official", "body", "person", "unknown")},
)  # fmt: skip

RPT_MENTION_COUNTS_DAILY = Table(
    "marts", "rpt_mention_counts_daily", "day, agency, outlet and is_rolled_up",
    "How often a body is mentioned, by zone and by what stands for it. Sparse: no row where there is no mention.",
    ("date_code", "agency_id", "outlet_id", "is_rolled_up"),
    columns(
        "date_code published_date agency_id outlet_id is_rolled_up mention_count title_mention_count caption_mention_count"
        " lead_mention_count body_mention_count name_mention_count role_mention_count article_count"
    ),
    frozenset({"published_date"}),
)  # fmt: skip

RPT_AGENCY_COVERAGE_DAILY = Table(
    "marts", "rpt_agency_coverage_daily", "day, agency and is_rolled_up",
    "How many articles cover a body, of how many. Sparse: no row where there is no coverage.",
    ("date_code", "agency_id", "is_rolled_up"),
    columns(
        "date_code published_date agency_id is_rolled_up mention_count agency_coverage headline_coverage attention_numerator"
        " attention_denominator name_only_count role_only_count name_and_role_count outlet_count completeness"
        " incomplete_outlet_count"
    ),
    frozenset({"published_date"}),
    {"completeness": COMPLETENESS},
)  # fmt: skip

RPT_OUTLET_COMPLETENESS_DAILY = Table(
    "marts", "rpt_outlet_completeness_daily", "outlet and day",
    "Whether all that an outlet published on a day was collected, by what rule, and the figures behind it. A row for every"
    " day since an outlet is monitored, and for every other day that has counted articles of it.",
    ("date_code", "outlet_id"),
    columns(
        "date_code published_date outlet_id completeness completeness_rule channel_count article_count expected_article_count"
        " listed_link_count waiting_link_count given_up_link_count overflow_count failed_attempt_count"
    ),
    frozenset({"expected_article_count"}),
    {"completeness": COMPLETENESS, "completeness_rule": COMPLETENESS_RULES},
)  # fmt: skip

RPT_COMPLETENESS_DAILY = Table(
    "marts", "rpt_completeness_daily", "day, and one undated row",
    "Whether a day is complete over all outlets: where it is, no row in a sparse report means zero.",
    ("date_code",),
    columns(
        "date_code published_date completeness article_count outlet_count monitored_outlet_count incomplete_outlet_count"
    ),
    frozenset({"published_date"}),
    {"completeness": COMPLETENESS},
)  # fmt: skip

RPT_SPIKES = Table(
    "marts", "rpt_spikes", "day, agency and is_rolled_up that spikes",
    "Days on which a body is covered far more than on the same weekday of the weeks before.",
    ("date_code", "agency_id", "is_rolled_up"),
    columns(
        "date_code published_date agency_id is_rolled_up agency_coverage base_day_count median_coverage coverage_deviation"
        " z_score completeness"
    ),
    frozenset(),
    {"completeness": COMPLETENESS},
)  # fmt: skip

RPT_SOURCE_HEALTH = Table(
    "marts", "rpt_source_health", "source, attempt kind, day of fetching and outcome",
    "What became of the attempts to obtain documents, feeds and sitemaps.",
    ("source_id", "attempt_kind", "fetched_on", "outcome"),
    columns(
        "source_id attempt_kind fetched_on outcome attempt_count document_count byte_count item_count known_item_count overflow_count"
    ),
    frozenset({"item_count", "known_item_count"}),
    {"attempt_kind": ATTEMPT_KINDS, "outcome": OUTCOMES},
)  # fmt: skip

TABLES = (
    DIM_AGENCIES, DIM_AGENCY_PERIODS, BRIDGE_AGENCY_ANCESTORS, DIM_OUTLETS, DIM_DATES,
    FCT_ARTICLES, FCT_MENTIONS, FCT_EVENT_DATES, FCT_STATEMENTS,
    RPT_MENTION_COUNTS_DAILY, RPT_AGENCY_COVERAGE_DAILY, RPT_SPIKES,
    RPT_OUTLET_COMPLETENESS_DAILY, RPT_COMPLETENESS_DAILY, RPT_SOURCE_HEALTH,
)  # fmt: skip
