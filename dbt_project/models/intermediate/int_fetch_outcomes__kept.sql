{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on', 'part_id']}},
) }}

-- what is touched must be known before the old state goes
-- depends_on: {{ ref('int_parts__touched') }}
-- depends_on: {{ ref('int_links__touched') }}

with

fetch_outcomes as (

    select * from {{ ref('stg_raw__fetch_outcomes') }}

),

attempts as (

    select
        attempt_id,
        fetched_on,
        part_id,
        source_id,
        attempt_kind,
        -- of what has a history by address; records are never asked for again
        case when attempt_kind in ('page', 'feed', 'sitemap') then url end as url,
        fetched_at_utc,
        outcome,
        http_status,
        document_id,
        byte_count,
        item_count,
        known_item_count,
        is_step
    from fetch_outcomes

)

select * from attempts
