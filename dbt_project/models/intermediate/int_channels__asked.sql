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

kept_attempts as (

    select * from {{ ref('int_fetch_outcomes__kept') }}

),

touched_days as (

    select distinct fetched_on
    from touched_parts

),

attempts as (

    select
        kept_attempts.source_id,
        kept_attempts.attempt_kind,
        kept_attempts.url as channel_url,
        kept_attempts.fetched_on,
        kept_attempts.fetched_at_utc,
        kept_attempts.attempt_id,
        kept_attempts.item_count,
        not {{ is_success('kept_attempts') }} as is_failed,
        -- an empty listing neither proves nor breaks anything
        kept_attempts.outcome = 'not_modified'
        or coalesce(kept_attempts.outcome = 'ok' and kept_attempts.item_count > 0, false) as is_read,
        coalesce(
            kept_attempts.outcome = 'ok' and kept_attempts.item_count > 0 and kept_attempts.known_item_count = 0,
            false
        ) as is_all_new
    from kept_attempts
    inner join touched_days on kept_attempts.fetched_on = touched_days.fetched_on
    where
        kept_attempts.attempt_kind in ('feed', 'sitemap')
        and not kept_attempts.is_step

),

days as (

    select
        source_id,
        attempt_kind,
        channel_url,
        fetched_on,
        count(*) filter (where is_failed) as failed_attempt_count,
        count(*) filter (where not is_failed) as answer_count,
        coalesce(cast(sum(item_count) as bigint), 0) as item_count,
        count(*) filter (where is_read) as read_count,
        count(*) filter (where is_all_new) as all_new_count,
        min(fetched_at_utc) filter (where is_read) as first_read_at_utc,
        coalesce(
            arg_min(is_all_new, (fetched_at_utc, attempt_id)) filter (where is_read), false
        ) as is_first_all_new,
        arg_max(is_failed, (fetched_at_utc, attempt_id)) as is_last_failed
    from attempts
    group by
        source_id,
        attempt_kind,
        channel_url,
        fetched_on

)

select * from days
