"""What cleaned articles, zones and date ledgers must satisfy beyond their contracts."""

from __future__ import annotations

from warehouse.expectations.rules import Rule


def _belongs_to_an_article(table: str) -> Rule:
    return Rule(
        "belongs_to_an_article",
        table,
        "frame",
        "The row's document is in clean.articles.",
        f"select document_id from {{{table.partition('.')[2]}}} r"
        " where not exists (select 1 from {articles} a where a.document_id = r.document_id)",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "title_or_text_present",
        "clean.articles",
        "row",
        "An article has a title or a text.",
        r"select document_id from {articles} where not regexp_matches(title || text, '\S')",
    ),
    Rule(
        "publication_in_bounds",
        "clean.articles",
        "row",
        "An article appeared between 1995 (WIB) and one day after it was fetched.",
        "select document_id from {articles} where published_at_utc + interval 7 hours < timestamp '1995-01-01'"
        " or published_at_utc > fetched_at_utc + interval 1 day",
    ),
    Rule(
        "dated_article_has_precision",
        "clean.articles",
        "frame",
        "Precision and UTC offset are known exactly where the publication time is.",
        'select document_id from {articles} where (published_at_utc is null) <> ("precision" is null)'
        " or (published_at_utc is null) <> (utc_offset_minutes is null)",
    ),
    Rule(
        "published_date_follows_precision",
        "clean.articles",
        "frame",
        "The WIB date at hour precision or finer, the printed date at day precision, null when coarser or undated.",
        "select document_id from {articles} where published_date is distinct from"
        " case when \"precision\" in ('second', 'minute', 'hour')"
        " then cast(published_at_utc + interval 7 hours as date)"
        " when \"precision\" = 'day' then cast(published_at_utc + to_minutes(utc_offset_minutes) as date) end",
    ),
    Rule(
        "kind_has_its_evidence",
        "clean.articles",
        "frame",
        "Every kind but news rests on a sign that is kept, and news on none.",
        "select document_id from {articles} where (content_kind = 'news') <> (content_kind_evidence is null)"
        " or (content_kind = 'news') <> (content_kind_rule = 'none:no_sign')",
    ),
    Rule(
        "state_has_its_evidence",
        "clean.articles",
        "frame",
        "A correction rests on the outlet's note, which is kept.",
        "select document_id from {articles} where (correction_state = 'none') <> (correction_evidence is null)",
    ),
    _belongs_to_an_article("clean.zones"),
    Rule(
        "zones_tile_the_text",
        "clean.zones",
        "frame",
        "Zones follow each other from 0 to the text's length without gap or overlap; none only where there is no text.",
        'with steps as (select document_id, "end", start < "end"'
        ' and start = coalesce(lag("end") over reading, 0)'
        " and zone_index = coalesce(lag(zone_index) over reading, -1) + 1 as follows"
        " from {zones} window reading as (partition by document_id order by zone_index)),"
        ' tiles as (select document_id, bool_and(follows) as is_gapless, max("end") as last_end from steps group by 1)'
        " select a.document_id from {articles} a left join tiles t on t.document_id = a.document_id"
        " where coalesce(t.last_end, 0) <> length(a.text) or not coalesce(t.is_gapless, true)",
    ),
    _belongs_to_an_article("clean.date_candidates"),
    Rule(
        "chosen_date_is_published",
        "clean.date_candidates",
        "frame",
        "A dated article has exactly one chosen candidate, at its publication time; an undated one has none.",
        "with chosen as (select document_id, count(*) as choices, max(candidate_at_utc) as chosen_at_utc"
        " from {date_candidates} where is_chosen group by 1)"
        " select a.document_id from {articles} a left join chosen c on c.document_id = a.document_id"
        " where coalesce(c.choices, 0) <> if(a.published_at_utc is null, 0, 1)"
        " or c.chosen_at_utc is distinct from a.published_at_utc",
    ),
    Rule(
        "rejected_date_says_why",
        "clean.date_candidates",
        "frame",
        "A candidate has a rejection exactly when it was not chosen.",
        "select document_id, candidate_index from {date_candidates} where is_chosen <> (rejection is null)",
    ),
)
