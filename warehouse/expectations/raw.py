"""What raw documents and fetch outcomes must satisfy beyond their contracts."""

from __future__ import annotations

from warehouse.expectations.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "payload_not_empty",
        "raw.documents",
        "row",
        "A document has content.",
        "select document_id from {documents} where octet_length(payload) = 0",
    ),
    Rule(
        "fetched_at_plausible",
        "raw.documents",
        "row",
        "Nothing was fetched before there was a web, in 1995.",
        "select document_id from {documents} where fetched_at_utc < timestamp '1995-01-01'",
    ),
    Rule(
        "metadata_is_a_json_object",
        "raw.documents",
        "frame",
        "What the source declares can be read by the next stage.",
        "select document_id from {documents} where not json_valid(metadata) or json_type(metadata) <> 'OBJECT'",
    ),
    Rule(
        "document_has_its_outcome",
        "raw.documents",
        "frame",
        "Every document comes from an attempt that says ok: nothing enters unrecorded.",
        "select document_id from {documents} d where not exists"
        " (select 1 from {fetch_outcomes} o where o.document_id = d.document_id and o.outcome = 'ok')",
    ),
    Rule(
        "ok_has_its_document",
        "raw.fetch_outcomes",
        "frame",
        "An attempt at a record or page that says ok has written a document: nothing is lost.",
        "select attempt_id from {fetch_outcomes} o where outcome = 'ok'"
        " and coalesce(attempt_kind, 'record') in ('record', 'page') and not exists"
        " (select 1 from {documents} d where d.document_id = o.document_id)",
    ),
    Rule(
        "failure_has_a_reason",
        "raw.fetch_outcomes",
        "frame",
        "An attempt that gave no new document says why, unless its outcome already does or it is a redirect, followed.",
        "select attempt_id from {fetch_outcomes}"
        " where outcome not in ('ok', 'duplicate', 'not_modified') and coalesce(trim(error), '') = ''"
        " and coalesce(http_status not between 300 and 399, true)",
    ),
)
