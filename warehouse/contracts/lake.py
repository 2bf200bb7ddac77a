"""Contracts of the lake: raw, clean, entities and quarantine.

Every table of clean and entities depends on one document plus registry and code, nothing else; topic_hits on the
user's watch topics too.
"""

from __future__ import annotations

from warehouse.contracts.base import Table
from warehouse.contracts.columns import columns

SOURCE_KINDS = ("web", "feed", "dump", "press_release", "manual")
OUTCOMES = (
    "ok", "duplicate", "not_modified", "http_error", "timeout", "connection_error", "robots_denied", "address_denied",
    "too_large", "unreadable", "empty",
)  # fmt: skip
ATTEMPT_KINDS = ("record", "page", "feed", "sitemap", "robots")
CHANNEL_KINDS = ("feed", "sitemap")
MEDIA_TYPES = (
    "text/plain", "text/html", "application/json", "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # fmt: skip
PRECISIONS = ("second", "minute", "hour", "day", "month", "year")
ZONES = (
    "slug", "printed_date", "byline", "caption", "credit", "dateline", "lead", "body", "inline_promo", "claim",
    "tags", "related", "paging", "footer",
)  # fmt: skip
MENTION_ZONES = ("title", "caption", "lead", "body")
LANGUAGES = ("id", "ms", "en", "other", "und")
CONTENT_KINDS = ("news", "release_derived", "paid", "factcheck", "opinion", "live", "truncated")
CORRECTION_STATES = ("none", "ralat", "hak_jawab", "withdrawn")

DOCUMENTS = Table(
    "raw", "documents", "distinct payload",
    "Everything that was ever received, as received. Never changed, never deleted but by lawful erasure.",
    ("document_id",),
    columns(
        "document_id source_id source_kind url source_record_id fetched_at_utc observed_at_utc media_type payload metadata"
    ),
    frozenset({"url", "source_record_id", "observed_at_utc"}),
    {"source_kind": SOURCE_KINDS, "media_type": MEDIA_TYPES},
)  # fmt: skip

FETCH_OUTCOMES = Table(
    "raw", "fetch_outcomes", "attempt",
    "What became of every attempt to obtain a document, good or bad.",
    ("attempt_id",),
    columns(
        "attempt_id source_id source_kind locator url source_record_id fetched_at_utc outcome document_id duration_seconds byte_count error"
        " attempt_kind http_status final_url etag last_modified item_count known_item_count"
    ),
    frozenset(
        {"url", "source_record_id", "document_id", "duration_seconds", "byte_count", "error", "attempt_kind",
         "http_status", "final_url", "etag", "last_modified", "item_count", "known_item_count"}
    ),
    {"source_kind": SOURCE_KINDS, "outcome": OUTCOMES, "attempt_kind": ATTEMPT_KINDS},
)  # fmt: skip

DISCOVERED_LINKS = Table(
    "raw", "discovered_links", "link as a channel tells of it",
    "Links that feeds and sitemaps listed, with what they print beside them; told again only where title or update time"
    " changed. A link is a promise: the attempts say whether its page was obtained.",
    ("discovery_id",),
    columns(
        "discovery_id link_id source_id url channel_url channel_kind discovered_at_utc link_title published_raw"
        " updated_raw metadata"
    ),
    frozenset({"link_title", "published_raw", "updated_raw"}),
    {"channel_kind": CHANNEL_KINDS},
)  # fmt: skip

ARTICLES = Table(
    "clean", "articles", "document",
    "The article that a document holds: title, text, publication time, outlet.",
    ("document_id",),
    columns(
        "document_id source_id source_kind source_record_id fetched_at_utc url canonical_url outlet_id title text"
        " published_at_utc utc_offset_minutes precision date_rule published_date updated_at_utc"
        " section author tags language content_kind content_kind_rule content_kind_evidence correction_state"
        " correction_evidence word_count content_hash mends"
    ),
    frozenset(
        {"source_record_id", "url", "canonical_url", "published_at_utc", "utc_offset_minutes", "precision",
         "published_date", "updated_at_utc", "section", "author", "content_kind_evidence", "correction_evidence"}
    ),
    {"source_kind": SOURCE_KINDS, "precision": PRECISIONS, "language": LANGUAGES, "content_kind": CONTENT_KINDS,
     "correction_state": CORRECTION_STATES},
)  # fmt: skip

ZONES_TABLE = Table(
    "clean", "zones", "labelled span of text",
    "What each part of the text is. Zones tile the text from 0 to its length; a separator belongs to the zone before it.",
    ("document_id", "zone_index"),
    columns("document_id zone_index zone start end"),
    frozenset(),
    {"zone": ZONES},
)  # fmt: skip

DATE_CANDIDATES = Table(
    "clean", "date_candidates", "candidate publication date",
    "Every date that could have been the publication time, and why it was or was not.",
    ("document_id", "candidate_index"),
    columns(
        "document_id candidate_index origin raw candidate_at_utc candidate_date utc_offset_minutes precision rule is_chosen rejection"
    ),
    frozenset({"candidate_at_utc", "candidate_date", "utc_offset_minutes", "precision", "rejection"}),
    {
        "origin": ("feed", "json_ld", "printed", "meta", "column", "url", "updated"),
        "precision": PRECISIONS,
    },
)  # fmt: skip

MENTIONS = Table(
    "entities", "mentions", "mention span",
    "Where a body is mentioned, by what form, and which body it is.",
    ("mention_id",),
    columns(
        "mention_id document_id zone start end sentence_start sentence_end surface alias_id agency_id candidates via rule status"
    ),
    frozenset({"agency_id"}),
    {"zone": MENTION_ZONES, "via": ("name", "role", "holder"), "status": ("resolved", "ambiguous")},
)  # fmt: skip

EVENT_DATES = Table(
    "entities", "event_dates", "date span",
    "Dates that the text names, resolved against the publication time.",
    ("event_date_id",),
    columns(
        "event_date_id document_id zone start end sentence_start sentence_end surface event_date rule printed_weekday weekday_agrees"
    ),
    frozenset({"printed_weekday", "weekday_agrees"}),
    {"zone": MENTION_ZONES},
)  # fmt: skip

STATEMENTS = Table(
    "entities", "statements", "statement span",
    "Who says what for whom: the quoted or reported words, and the speaker that they are resolved to.",
    ("statement_id",),
    columns(
        "statement_id document_id zone start end sentence_start sentence_end surface statement_kind cue"
        " speaker_start speaker_end speaker speaker_kind role agency_id rule"
    ),
    frozenset({"cue", "speaker_start", "speaker_end", "speaker", "role", "agency_id"}),
    {"zone": MENTION_ZONES, "statement_kind": ("direct", "indirect"),
     "speaker_kind": ("official", "body", "person", "unknown")},
)  # fmt: skip

PLACES = Table(
    "entities", "places", "place span",
    "Provinces, regencies and cities that the text names as places; none inside a body's or a person's name.",
    ("place_id",),
    columns(
        "place_id document_id zone start end sentence_start sentence_end surface region_code codes rule status"
    ),
    frozenset({"region_code"}),
    {"zone": MENTION_ZONES, "status": ("resolved", "ambiguous")},
)  # fmt: skip

TOPIC_HITS = Table(
    "entities", "topic_hits", "span that satisfies a watch topic",
    "Where an article satisfies a watch topic of the user's: the spans of the terms that its query holds by.",
    ("topic_hit_id",),
    columns("topic_hit_id document_id topic_id zone start end sentence_start sentence_end surface rule"),
    frozenset(),
    {"zone": MENTION_ZONES},
)  # fmt: skip

QUARANTINE = Table(
    "quarantine", "rows", "rejected row",
    "Rows that broke a rule, with the rule and the row as it was.",
    ("stage", "table_name", "document_id", "rule"),
    columns("stage table_name document_id rule original"),
    frozenset(),
    {"stage": ("raw", "clean", "entities", "topics")},
)  # fmt: skip

TABLES = (
    DOCUMENTS, FETCH_OUTCOMES, DISCOVERED_LINKS, ARTICLES, ZONES_TABLE, DATE_CANDIDATES, MENTIONS, EVENT_DATES, STATEMENTS, PLACES,
    TOPIC_HITS, QUARANTINE,
)  # fmt: skip
