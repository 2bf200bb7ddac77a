"""What spans must satisfy beyond their contracts, read beside the articles and zones that they lie in."""

from __future__ import annotations

from warehouse.expectations.rules import Rule


def _span_rules(table: str, key: str) -> list[Rule]:
    """The rules that every table of spans shares; ``key`` is its span's identity."""
    spans = "{" + table.partition(".")[2] + "}"
    beside = f"from {spans} s left join {{articles}} a on a.document_id = s.document_id"
    field = "if(s.zone = 'title', a.title, a.text)"
    return [
        Rule(
            "surface_equals_text",
            table,
            "frame",
            "text[start:end] == surface, in code points, and in the title for the title's spans.",
            f"select s.document_id, s.{key} {beside}"
            ' where s.start < 0 or s."end" <= s.start or length(s.surface) <> s."end" - s.start'
            f' or substring({field}, s.start + 1, s."end" - s.start) is distinct from s.surface',
        ),
        Rule(
            "sentence_holds_span",
            table,
            "frame",
            "The evidence sentence lies in the text and holds the span.",
            # lengths once per article: they are counted through the whole text
            "with lengths as (select document_id, length(title) as title_length, length(text) as text_length"
            f" from {{articles}}) select s.document_id, s.{key} from {spans} s"
            " left join lengths l on l.document_id = s.document_id"
            ' where s.sentence_start < 0 or s.sentence_start > s.start or s."end" > s.sentence_end'
            " or s.sentence_end > coalesce(if(s.zone = 'title', l.title_length, l.text_length), 0)",
        ),
        Rule(
            "span_lies_in_its_zone",
            table,
            "row",
            "A span outside the title lies inside one zone of its own label: nothing is read from tags or link lists.",
            f"select s.document_id, s.{key} from {spans} s where s.zone <> 'title' and not exists"
            " (select 1 from {zones} z where z.document_id = s.document_id and z.zone = s.zone"
            ' and z.start <= s.start and s."end" <= z."end")',
        ),
    ]


RULES: tuple[Rule, ...] = (
    *_span_rules("entities.mentions", "mention_id"),
    Rule(
        "mentions_do_not_overlap",
        "entities.mentions",
        "frame",
        "No code point of an article is counted twice.",
        "select document_id, mention_id from (select document_id, mention_id,"
        ' start < max("end") over (partition by document_id, zone = \'title\' order by start, "end", mention_id'
        " rows between unbounded preceding and 1 preceding) as is_overlapping from {mentions}) where is_overlapping",
    ),
    Rule(
        "resolved_has_an_agency",
        "entities.mentions",
        "frame",
        "A mention has an agency exactly when it is resolved.",
        "select document_id, mention_id from {mentions} where (status = 'resolved') <> (agency_id is not null)",
    ),
    Rule(
        "agency_is_a_candidate",
        "entities.mentions",
        "frame",
        "The agency is one of the bodies that the form can stand for, and some body always is.",
        "select document_id, mention_id from {mentions}"
        " where len(candidates) = 0 or not coalesce(list_contains(candidates, agency_id), true)",
    ),
    Rule(
        "candidates_are_registered",
        "entities.mentions",
        "frame",
        "The registry knows every candidate, and so every agency.",
        "select document_id, mention_id from (select document_id, mention_id, unnest(candidates) as agency_id"
        " from {mentions}) c where not exists (select 1 from {agencies} a where a.agency_id = c.agency_id)",
    ),
    *_span_rules("entities.event_dates", "event_date_id"),
    Rule(
        "weekday_verdict_is_true",
        "entities.event_dates",
        "frame",
        "weekday_agrees compares the printed weekday with the date's, and is null where none is printed.",
        "select document_id, event_date_id from {event_dates}"
        " where weekday_agrees is distinct from (isodow(event_date) = printed_weekday)",
    ),
)
