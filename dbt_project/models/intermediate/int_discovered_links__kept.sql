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

discovered_links as (

    select * from {{ ref('stg_raw__discovered_links') }}

),

discoveries as (

    select
        discovery_id,
        fetched_on,
        part_id,
        link_id,
        source_id,
        url,
        channel_kind,
        discovered_at_utc
    from discovered_links

)

select * from discoveries
