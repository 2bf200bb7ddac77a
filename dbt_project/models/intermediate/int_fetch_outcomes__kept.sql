{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on', 'part_id']}},
) }}

-- depends_on: {{ ref('int_parts__touched') }}

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
        outcome,
        document_id,
        byte_count
    from fetch_outcomes

)

select * from attempts
