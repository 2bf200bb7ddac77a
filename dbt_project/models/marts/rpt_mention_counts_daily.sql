{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_report_days__touched', 'columns': ['date_code']}},
) }}

-- depends_on: {{ ref('int_report_days__touched') }}

with

mentions as (

    select * from {{ ref('int_mentions__rolled_up') }}

),

mention_counts as (

    select
        date_code,
        published_date,
        agency_id,
        outlet_id,
        is_rolled_up,
        count(*) as mention_count,
        count(*) filter (where zone = 'title') as title_mention_count,
        count(*) filter (where zone = 'caption') as caption_mention_count,
        count(*) filter (where zone = 'lead') as lead_mention_count,
        count(*) filter (where zone = 'body') as body_mention_count,
        count(*) filter (where via = 'name') as name_mention_count,
        count(*) filter (where via = 'role') as role_mention_count,
        count(distinct article_id) as article_count
    from mentions
    group by
        date_code,
        published_date,
        agency_id,
        outlet_id,
        is_rolled_up

)

select * from mention_counts
