{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_report_days__touched', 'columns': ['date_code']}},
) }}

with

touched_days as (

    select * from {{ ref('int_report_days__touched') }}

),

articles as (

    select * from {{ ref('fct_articles') }}

),

mentions as (

    select * from {{ ref('int_mentions__rolled_up') }}

),

days as (

    select * from {{ ref('rpt_completeness_daily') }}

),

article_counts as (

    select
        articles.date_code,
        count(*) as article_count
    from articles
    inner join touched_days on articles.date_code = touched_days.date_code
    where articles.is_counted
    group by articles.date_code

),

covering as (

    select
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        article_id,
        outlet_id,
        count(*) as mention_count,
        bool_or(zone = 'title') as is_headline,
        bool_or(via = 'name') as has_name,
        bool_or(via = 'role') as has_role
    from mentions
    group by
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        article_id,
        outlet_id

),

covered as (

    select
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        cast(sum(mention_count) as bigint) as mention_count,
        count(*) as agency_coverage,
        count(*) filter (where is_headline) as headline_coverage,
        count(*) filter (where has_name and not has_role) as name_only_count,
        count(*) filter (where has_role and not has_name) as role_only_count,
        count(*) filter (where has_name and has_role) as name_and_role_count,
        count(distinct outlet_id) as outlet_count
    from covering
    group by
        date_code,
        published_date,
        agency_id,
        is_rolled_up

),

coverage as (

    select
        covered.date_code,
        covered.published_date,
        covered.agency_id,
        covered.is_rolled_up,
        covered.mention_count,
        covered.agency_coverage,
        covered.headline_coverage,
        covered.agency_coverage as attention_numerator,
        article_counts.article_count as attention_denominator,
        covered.name_only_count,
        covered.role_only_count,
        covered.name_and_role_count,
        covered.outlet_count,
        coalesce(days.completeness, 'unknown') as completeness,
        coalesce(days.incomplete_outlet_count, 0) as incomplete_outlet_count
    from covered
    inner join article_counts on covered.date_code = article_counts.date_code
    left join days on covered.date_code = days.date_code

)

select * from coverage
