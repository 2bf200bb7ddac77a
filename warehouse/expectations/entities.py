"""What spans must satisfy beyond their contracts, read beside the articles and zones that they lie in."""

from __future__ import annotations

from warehouse.expectations.rules import Rule


def span_rules(table: str, key: str) -> list[Rule]:
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


def _do_not_overlap(table: str, key: str) -> Rule:
    """No two spans of one article share a code point; the title and the text are apart."""
    name = table.partition(".")[2]
    return Rule(
        f"{name}_do_not_overlap",
        table,
        "frame",
        "No code point of an article is counted twice.",
        f"select document_id, {key} from (select document_id, {key},"
        f' start < max("end") over (partition by document_id, zone = \'title\' order by start, "end", {key}'
        f" rows between unbounded preceding and 1 preceding) as is_overlapping from {{{name}}}) where is_overlapping",
    )


def _are_registered(rule: str, table: str, key: str, codes: str, target: str, column: str, meaning: str) -> Rule:
    """Every value of ``codes``, an expression over ``table`` that gives rows, is a ``column`` of ``target``."""
    return Rule(
        rule,
        table,
        "frame",
        meaning,
        f"select document_id, {key} from (select document_id, {key}, {codes} as code"
        f" from {{{table.partition('.')[2]}}}) c where code is not null"
        f" and not exists (select 1 from {{{target}}} t where t.{column} = c.code)",
    )


RULES: tuple[Rule, ...] = (
    *span_rules("entities.mentions", "mention_id"),
    _do_not_overlap("entities.mentions", "mention_id"),
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
    _are_registered(
        "candidates_are_registered",
        "entities.mentions",
        "mention_id",
        "unnest(candidates)",
        "agencies",
        "agency_id",
        "The registry knows every candidate, and so every agency.",
    ),
    *span_rules("entities.event_dates", "event_date_id"),
    Rule(
        "weekday_verdict_is_true",
        "entities.event_dates",
        "frame",
        "weekday_agrees compares the printed weekday with the date's, and is null where none is printed.",
        "select document_id, event_date_id from {event_dates}"
        " where weekday_agrees is distinct from (isodow(event_date) = printed_weekday)",
    ),
    *span_rules("entities.statements", "statement_id"),
    _do_not_overlap("entities.statements", "statement_id"),
    Rule(
        "speaker_lies_in_text",
        "entities.statements",
        "frame",
        "The naming of the speaker lies in the title or text of its statement, with both its ends or none.",
        "select s.document_id, s.statement_id from {statements} s"
        " left join {articles} a on a.document_id = s.document_id"
        " where (s.speaker_start is null) <> (s.speaker_end is null) or s.speaker_start < 0"
        " or s.speaker_end <= s.speaker_start"
        " or s.speaker_end > coalesce(length(if(s.zone = 'title', a.title, a.text)), 0)",
    ),
    _are_registered(
        "agency_is_registered",
        "entities.statements",
        "statement_id",
        "agency_id",
        "agencies",
        "agency_id",
        "The registry knows the body that the speaker speaks for.",
    ),
    *span_rules("entities.places", "place_id"),
    _do_not_overlap("entities.places", "place_id"),
    Rule(
        "place_lies_outside_mentions",
        "entities.places",
        "frame",
        "A place inside a body's name is no place.",
        "select p.document_id, p.place_id from {places} p join {mentions} m on m.document_id = p.document_id"
        " and (m.zone = 'title') = (p.zone = 'title') and m.start < p.\"end\" and p.start < m.\"end\"",
    ),
    Rule(
        "resolved_has_a_region",
        "entities.places",
        "frame",
        "A place has a region code exactly when it is resolved.",
        "select document_id, place_id from {places} where (status = 'resolved') <> (region_code is not null)",
    ),
    Rule(
        "region_is_one_of_the_codes",
        "entities.places",
        "frame",
        "The region is one of those that the form can stand for, and some region always is.",
        "select document_id, place_id from {places}"
        " where len(codes) = 0 or not coalesce(list_contains(codes, region_code), true)",
    ),
    _are_registered(
        "codes_are_registered",
        "entities.places",
        "place_id",
        "unnest(codes)",
        "regions",
        "region_code",
        "The registry knows every code, and so every region.",
    ),
)
