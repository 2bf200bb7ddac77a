{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'link_id',
    on_schema_change = 'fail',
) }}

with

parts as (

    select * from {{ ref('int_parts__touched') }}

),

new_discoveries as (

    select * from {{ ref('stg_raw__discovered_links') }}

),

old_discoveries as (

    select *
    from {{ prior(
        'int_discovered_links__kept',
        {'link_id': 'varchar', 'url': 'varchar', 'fetched_on': 'date', 'part_id': 'varchar'}
    ) }}

),

new_attempts as (

    select * from {{ ref('stg_raw__fetch_outcomes') }}

),

old_attempts as (

    select *
    from {{ prior(
        'int_fetch_outcomes__kept',
        {'attempt_kind': 'varchar', 'url': 'varchar', 'fetched_on': 'date', 'part_id': 'varchar'}
    ) }}

),

asked as (

    select url
    from new_attempts
    where attempt_kind = 'page'
    union
    select old_attempts.url
    from old_attempts
    inner join parts
        on
            old_attempts.fetched_on = parts.fetched_on
            and old_attempts.part_id = parts.part_id
    where old_attempts.attempt_kind = 'page'

),

links as (

    select link_id
    from new_discoveries
    union
    select old_discoveries.link_id
    from old_discoveries
    inner join parts
        on
            old_discoveries.fetched_on = parts.fetched_on
            and old_discoveries.part_id = parts.part_id
    union
    select old_discoveries.link_id
    from old_discoveries
    inner join asked on old_discoveries.url = asked.url

)

select * from links
