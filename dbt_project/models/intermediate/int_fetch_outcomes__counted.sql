{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on']}},
) }}

with

touched_parts as (

    select * from {{ ref('int_parts__touched') }}

),

attempts as (

    select * from {{ ref('int_fetch_outcomes__kept') }}

),

touched_days as (

    select distinct fetched_on
    from touched_parts

),

counts as (

    select
        attempts.source_id,
        attempts.attempt_kind,
        attempts.fetched_on,
        attempts.outcome,
        count(*) as attempt_count,
        count(distinct attempts.document_id) as document_count,
        coalesce(cast(sum(attempts.byte_count) as bigint), 0) as byte_count,
        cast(sum(attempts.item_count) as bigint) as item_count,
        cast(sum(attempts.known_item_count) as bigint) as known_item_count
    from attempts
    inner join touched_days on attempts.fetched_on = touched_days.fetched_on
    group by
        attempts.source_id,
        attempts.attempt_kind,
        attempts.fetched_on,
        attempts.outcome

)

select * from counts
