-- The mentions that a report counts for a day are the counted mentions of its facts, and so are the articles.
with

mentions as (

    select * from {{ ref('fct_mentions') }}

),

mention_counts as (

    select * from {{ ref('rpt_mention_counts_daily') }}

),

coverage as (

    select * from {{ ref('rpt_agency_coverage_daily') }}

),

counted as (

    select
        date_code,
        agency_id,
        count(*) as mention_count,
        count(distinct article_id) as agency_coverage
    from mentions
    where is_counted
    group by date_code, agency_id

),

by_outlet as (

    select
        date_code,
        agency_id,
        sum(mention_count) as mention_count,
        sum(article_count) as agency_coverage
    from mention_counts
    where not is_rolled_up
    group by date_code, agency_id

),

by_day as (

    select
        date_code,
        agency_id,
        mention_count,
        agency_coverage
    from coverage
    where not is_rolled_up

),

differences as (

    select
        coalesce(counted.date_code, by_outlet.date_code, by_day.date_code) as date_code,
        coalesce(counted.agency_id, by_outlet.agency_id, by_day.agency_id) as agency_id,
        counted.mention_count,
        by_outlet.mention_count as mention_count_by_outlet,
        by_day.mention_count as mention_count_by_day,
        counted.agency_coverage,
        by_outlet.agency_coverage as agency_coverage_by_outlet,
        by_day.agency_coverage as agency_coverage_by_day
    from counted
    full join by_outlet
        on
            counted.date_code = by_outlet.date_code
            and counted.agency_id = by_outlet.agency_id
    full join by_day
        on
            coalesce(counted.date_code, by_outlet.date_code) = by_day.date_code
            and coalesce(counted.agency_id, by_outlet.agency_id) = by_day.agency_id

)

select * from differences
where
    mention_count is distinct from mention_count_by_outlet
    or mention_count is distinct from mention_count_by_day
    or agency_coverage is distinct from agency_coverage_by_outlet
    or agency_coverage is distinct from agency_coverage_by_day
