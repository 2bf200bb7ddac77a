"""What the marts must satisfy beyond their contracts: evidence, references, and facts that add up to reports."""

from __future__ import annotations

from warehouse.expectations.rules import Rule


def _reference(name: str, table: str, key: str, condition: str, target: str, meaning: str) -> Rule:
    """A frame rule: each row ``r`` of ``table`` has a row ``t`` in ``target`` that fits ``condition``."""
    rows = "{" + table.partition(".")[2] + "}"
    return Rule(
        name,
        table,
        "frame",
        meaning,
        f"select {key} from {rows} r where not exists (select 1 from {{{target}}} t where {condition})",
    )


def _fact_rules(table: str, key: str) -> list[Rule]:
    """The rules of a fact that carries its evidence sentence; ``key`` is the fact's identity."""
    facts = "{" + table.partition(".")[2] + "}"
    return [
        _reference(
            "fact_has_its_article",
            table,
            key,
            "t.article_id = r.article_id and t.document_id = r.document_id and t.outlet_id = r.outlet_id"
            " and t.date_code = r.date_code and t.published_date is not distinct from r.published_date",
            "fct_articles",
            "The fact was read in the latest version of an article, and carries that article's outlet and day.",
        ),
        Rule(
            "surface_lies_in_sentence",
            table,
            "frame",
            "The sentence holds the surface at the place that the offsets state.",
            f'select {key} from {facts} where start < sentence_start or "end" > sentence_end or "end" <= start'
            " or length(sentence) <> sentence_end - sentence_start"
            ' or substring(sentence, start - sentence_start + 1, "end" - start) <> surface',
        ),
    ]


def _agency_is_in_dimension(table: str, key: str) -> Rule:
    """A frame rule: the body of a fact and its top body are known, and there is none without the other."""
    facts = "{" + table.partition(".")[2] + "}"
    return Rule(
        "agency_is_in_dimension",
        table,
        "frame",
        "dim_agencies has the agency and the top agency, which is given exactly where the agency is.",
        f"select {key} from {facts} r where (agency_id is null) <> (top_agency_id is null)"
        " or (agency_id is not null and not exists"
        " (select 1 from {dim_agencies} d where d.agency_id = r.agency_id))"
        " or (top_agency_id is not null and not exists"
        " (select 1 from {dim_agencies} d where d.agency_id = r.top_agency_id))",
    )


def _facts_add_up(table: str, key: str, measures: str) -> Rule:
    """A frame rule: ``table``'s own rows are ``measures`` of the counted mentions per ``key``, undated included."""
    report = "{" + table.partition(".")[2] + "}"
    names = ", ".join(part.rpartition(" as ")[2] for part in measures.split("; "))
    grain = f"{key}, published_date"
    return Rule(
        "facts_add_up_to_report",
        table,
        "frame",
        f"Counted mentions of fct_mentions give the rows that are not rolled up: {names}.",
        f"with facts as (select {grain}, {measures.replace('; ', ', ')} from {{fct_mentions}} where is_counted"
        f" group by {grain}), report as (select {grain}, {names} from {report} where not is_rolled_up)"
        f" select distinct {key} from ((from facts except all from report)"
        " union all (from report except all from facts)) as differences",
    )


def _roll_up_in_bounds(table: str, grain: str, measures: tuple[str, ...]) -> Rule:
    """A frame rule: a roll-up has at least the most of its members and at most their sum, and there is no other.

    The members on a day are the body itself and those below it on that day. Where the day is not known, or lies
    outside the periods, any body that was ever below may be one: it counts towards the sum and asks for nothing.
    """
    report = "{" + table.partition(".")[2] + "}"
    partitions = grain.replace("agency_id", "ancestor_id")
    bounds = ", ".join(
        f"max({m}) filter (where is_member) as least_{m}, cast(sum({m}) as bigint) as most_{m}" for m in measures
    )
    breaches = " or ".join(f"r.{m} < coalesce(b.least_{m}, 0) or r.{m} > b.most_{m}" for m in measures)
    same = " and ".join(f"r.{c} = b.{c}" for c in grain.split(", "))
    picked = ", ".join(f"coalesce(r.{c}, b.{c}) as {c}" for c in grain.split(", "))
    return Rule(
        "roll_up_in_bounds",
        table,
        "frame",
        f"A roll-up lies between the largest and the sum of its members: {', '.join(measures)}.",
        "with pairs as (select agency_id, ancestor_id, valid_from, valid_to from {bridge_agency_ancestors}"
        f" where depth > 0 union all select distinct agency_id, agency_id, null, null from {report}),"
        f" members as (select {grain.replace('agency_id', 'o.agency_id, p.ancestor_id')}, {', '.join(measures)},"
        " bool_or(p.agency_id = p.ancestor_id or coalesce(published_date between p.valid_from"
        " and coalesce(p.valid_to, date '9999-12-31'), false)) as is_member"
        f" from {report} o join pairs p on p.agency_id = o.agency_id where not is_rolled_up group by all),"
        f" bounds as (select {partitions.replace('ancestor_id', 'ancestor_id as agency_id')}, bool_or(is_member)"
        f" as is_due, {bounds} from members group by {partitions}),"
        f" rolled as (from {report} where is_rolled_up)"
        f" select {picked} from rolled r full join bounds b on {same}"
        f" where b.agency_id is null or (r.agency_id is null and b.is_due) or {breaches}",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "agency_is_its_own_ancestor",
        "marts.dim_agencies",
        "frame",
        "Each body counts towards itself, at depth 0.",
        "select agency_id from {dim_agencies} d where not exists (select 1 from {bridge_agency_ancestors} b"
        " where b.agency_id = d.agency_id and b.ancestor_id = d.agency_id and b.depth = 0)",
    ),
    Rule(
        "date_code_follows_date",
        "marts.fct_articles",
        "frame",
        "date_code is published_date, or undated.",
        "select article_id from {fct_articles} where date_code <> coalesce(cast(published_date as varchar), 'undated')",
    ),
    _reference(
        "day_is_in_calendar",
        "marts.fct_articles",
        "article_id",
        "t.date_code = r.date_code",
        "dim_dates",
        "dim_dates has the article's day.",
    ),
    _reference(
        "outlet_is_in_dimension",
        "marts.fct_articles",
        "article_id",
        "t.outlet_id = r.outlet_id",
        "dim_outlets",
        "dim_outlets has the article's outlet.",
    ),
    Rule(
        "counted_articles_are_indonesian_and_stand",
        "marts.fct_articles",
        "frame",
        "An article is counted exactly when it is Indonesian, or too short to tell, not withdrawn, and of an outlet.",
        "select article_id from {fct_articles}"
        " where is_counted <> (language in ('id', 'und') and correction_state <> 'withdrawn'"
        " and source_kind not in ('press_release', 'manual'))",
    ),
    Rule(
        "mentions_add_up_to_article",
        "marts.fct_articles",
        "frame",
        "mention_count is the number of counted mentions in fct_mentions.",
        "select a.article_id from {fct_articles} a left join (select article_id, count(*) as mentions"
        " from {fct_mentions} where is_counted group by 1) m on m.article_id = a.article_id"
        " where a.mention_count <> coalesce(m.mentions, 0)",
    ),
    *_fact_rules("marts.fct_mentions", "mention_id"),
    _agency_is_in_dimension("marts.fct_mentions", "mention_id"),
    Rule(
        "only_resolved_names_and_roles_counted",
        "marts.fct_mentions",
        "frame",
        "A mention is counted exactly when its article is, and it is resolved and by name or role.",
        "select m.mention_id from {fct_mentions} m left join {fct_articles} a on a.article_id = m.article_id"
        " where m.is_counted <> (coalesce(a.is_counted, true) and m.status = 'resolved' and m.agency_id is not null"
        " and m.via in ('name', 'role'))",
    ),
    *_fact_rules("marts.fct_event_dates", "event_date_id"),
    *_fact_rules("marts.fct_statements", "statement_id"),
    _agency_is_in_dimension("marts.fct_statements", "statement_id"),
    _reference(
        "counted_as_its_article",
        "marts.fct_statements",
        "statement_id",
        "t.article_id = r.article_id and t.is_counted = r.is_counted",
        "fct_articles",
        "A statement is counted exactly when its article is.",
    ),
    Rule(
        "parts_add_up",
        "marts.rpt_mention_counts_daily",
        "frame",
        "Zones add up to mention_count, and so do names and roles; there are not more articles than mentions.",
        "select date_code, agency_id, outlet_id, is_rolled_up from {rpt_mention_counts_daily} where mention_count <>"
        " title_mention_count + caption_mention_count + lead_mention_count + body_mention_count"
        " or mention_count <> name_mention_count + role_mention_count or article_count > mention_count",
    ),
    _facts_add_up(
        "marts.rpt_mention_counts_daily",
        "date_code, agency_id, outlet_id",
        "count(*) as mention_count; count(*) filter (where zone = 'title') as title_mention_count;"
        " count(*) filter (where zone = 'caption') as caption_mention_count;"
        " count(*) filter (where zone = 'lead') as lead_mention_count;"
        " count(*) filter (where zone = 'body') as body_mention_count;"
        " count(*) filter (where via = 'name') as name_mention_count;"
        " count(*) filter (where via = 'role') as role_mention_count;"
        " count(distinct article_id) as article_count",
    ),
    _roll_up_in_bounds(
        "marts.rpt_mention_counts_daily", "date_code, agency_id, outlet_id", ("mention_count", "article_count")
    ),
    Rule(
        "parts_add_up",
        "marts.rpt_agency_coverage_daily",
        "frame",
        "Name only, role only and both add up to the coverage, attention's numerator; headlines, outlets are no more.",
        "select date_code, agency_id, is_rolled_up from {rpt_agency_coverage_daily}"
        " where agency_coverage <> name_only_count + role_only_count + name_and_role_count"
        " or attention_numerator <> agency_coverage or headline_coverage > agency_coverage"
        " or outlet_count > agency_coverage or agency_coverage > attention_denominator",
    ),
    Rule(
        "denominator_is_all_counted_articles",
        "marts.rpt_agency_coverage_daily",
        "frame",
        "attention_denominator is the number of all counted articles of the day.",
        "select r.date_code, r.agency_id, r.is_rolled_up from {rpt_agency_coverage_daily} r left join"
        " (select date_code, count(*) as articles from {fct_articles} where is_counted group by 1) a"
        " on a.date_code = r.date_code"
        " where r.attention_denominator <> coalesce(a.articles, 0)",
    ),
    _facts_add_up(
        "marts.rpt_agency_coverage_daily",
        "date_code, agency_id",
        "count(*) as mention_count; count(distinct article_id) as agency_coverage;"
        " count(distinct article_id) filter (where zone = 'title') as headline_coverage;"
        " count(distinct outlet_id) as outlet_count",
    ),
    _roll_up_in_bounds(
        "marts.rpt_agency_coverage_daily",
        "date_code, agency_id",
        ("mention_count", "agency_coverage", "headline_coverage"),
    ),
    Rule(
        "completeness_is_that_of_the_day",
        "marts.rpt_agency_coverage_daily",
        "frame",
        "Completeness is that of the day in rpt_completeness_daily.",
        "select date_code, agency_id, is_rolled_up from {rpt_agency_coverage_daily} r where not exists"
        " (select 1 from {rpt_completeness_daily} d where d.date_code = r.date_code"
        " and d.completeness = r.completeness and d.incomplete_outlet_count = r.incomplete_outlet_count)",
    ),
    Rule(
        "verdict_follows_its_rule",
        "marts.rpt_outlet_completeness_daily",
        "frame",
        "proven is complete, monitoring_began and not_monitored are unknown, every other rule is incomplete.",
        "select date_code, outlet_id from {rpt_outlet_completeness_daily} where completeness <> case"
        " when completeness_rule = 'proven' then 'complete'"
        " when completeness_rule in ('monitoring_began', 'not_monitored') then 'unknown' else 'incomplete' end",
    ),
    Rule(
        "verdict_rests_on_its_figures",
        "marts.rpt_outlet_completeness_daily",
        "frame",
        "A verdict has channels exactly where the outlet was monitored; no day with an overflow is complete; links that"
        " wait or were given up are listed.",
        "select date_code, outlet_id from {rpt_outlet_completeness_daily}"
        " where (completeness = 'unknown') <> (channel_count = 0)"
        " or (completeness = 'incomplete' and completeness_rule = 'overflow' and overflow_count = 0)"
        " or waiting_link_count + given_up_link_count > listed_link_count"
        " or least(article_count, overflow_count, failed_attempt_count) < 0",
    ),
    Rule(
        "articles_add_up_to_report",
        "marts.rpt_outlet_completeness_daily",
        "frame",
        "article_count is the number of counted articles of the outlet and day in fct_articles.",
        "with facts as (select date_code, outlet_id, count(*) as articles from {fct_articles}"
        " where is_counted and date_code <> 'undated' group by 1, 2)"
        " select coalesce(r.date_code, f.date_code) as date_code, coalesce(r.outlet_id, f.outlet_id) as outlet_id"
        " from {rpt_outlet_completeness_daily} r full join facts f"
        " on f.date_code = r.date_code and f.outlet_id = r.outlet_id"
        " where coalesce(f.articles, 0) is distinct from r.article_count",
    ),
    Rule(
        "day_is_as_its_outlets",
        "marts.rpt_completeness_daily",
        "frame",
        "A day is incomplete exactly when an outlet is, and complete only where no outlet with articles is unknown.",
        "with outlets as (select date_code, count(*) filter (where completeness = 'incomplete') as incomplete,"
        " count(*) filter (where completeness = 'complete') as complete,"
        " count(*) filter (where completeness = 'unknown' and article_count > 0) as unknown"
        " from {rpt_outlet_completeness_daily} group by 1)"
        " select d.date_code from {rpt_completeness_daily} d left join outlets o on o.date_code = d.date_code"
        " where d.incomplete_outlet_count <> coalesce(o.incomplete, 0) or d.completeness <> case"
        " when o.incomplete > 0 then 'incomplete' when o.complete > 0 and o.unknown = 0 then 'complete'"
        " else 'unknown' end",
    ),
    Rule(
        "spike_is_in_coverage",
        "marts.rpt_spikes",
        "frame",
        "A spike is a row of rpt_agency_coverage_daily, with its coverage and completeness.",
        "select date_code, agency_id, is_rolled_up from {rpt_spikes} s where not exists"
        " (select 1 from {rpt_agency_coverage_daily} r where r.date_code = s.date_code and r.agency_id = s.agency_id"
        " and r.is_rolled_up = s.is_rolled_up and r.agency_coverage = s.agency_coverage"
        " and r.completeness = s.completeness)",
    ),
    Rule(
        "spike_follows_its_base",
        "marts.rpt_spikes",
        "frame",
        "The score is that of the coverage against the base, above 3.5, from 5 articles and 4 base days up.",
        "select date_code, agency_id, is_rolled_up from {rpt_spikes} where agency_coverage < 5"
        " or base_day_count not between 4 and 8 or z_score <= 3.5 or z_score <> round(case when coverage_deviation > 0"
        " then 0.6745 * (agency_coverage - median_coverage) / coverage_deviation"
        " else (agency_coverage - median_coverage) / sqrt(greatest(median_coverage, 1)) end, 2)",
    ),
    Rule(
        "counts_are_plausible",
        "marts.rpt_source_health",
        "frame",
        "There is an attempt behind every row, and at most one document per attempt; channels alone list and overflow.",
        "select source_id, attempt_kind, fetched_on, outcome from {rpt_source_health}"
        " where attempt_count < 1 or document_count > attempt_count or byte_count < 0"
        " or known_item_count > item_count or overflow_count not between 0 and attempt_count"
        " or (attempt_kind not in ('feed', 'sitemap') and (item_count is not null or overflow_count > 0))",
    ),
)
