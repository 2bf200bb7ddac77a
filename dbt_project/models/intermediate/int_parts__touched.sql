{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = ['fetched_on', 'part_id'],
    on_schema_change = 'fail',
) }}

with

listed as (

    select * from {{ listed_parts() }}

),

parts as (

    select distinct
        fetched_on,
        part_id
    from listed

)

select * from parts
