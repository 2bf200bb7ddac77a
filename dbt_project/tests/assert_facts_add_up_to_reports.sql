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

    (select * from counted except select * from by_outlet)
    union all
    (select * from by_outlet except select * from counted)
    union all
    (select * from counted except select * from by_day)
    union all
    (select * from by_day except select * from counted)

)

select * from differences
