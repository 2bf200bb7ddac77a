{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_links__touched', 'columns': ['link_id']}},
) }}

with

touched_links as (

    select * from {{ ref('int_links__touched') }}

),

kept_discoveries as (

    select * from {{ ref('int_discovered_links__kept') }}

),

kept_attempts as (

    select * from {{ ref('int_fetch_outcomes__kept') }}

),

discoveries as (

    select
        kept_discoveries.link_id,
        kept_discoveries.source_id,
        kept_discoveries.url,
        kept_discoveries.channel_kind,
        kept_discoveries.discovered_at_utc,
        row_number() over (
            partition by kept_discoveries.link_id
            order by kept_discoveries.discovered_at_utc, kept_discoveries.discovery_id
        ) as sighting
    from kept_discoveries
    inner join touched_links on kept_discoveries.link_id = touched_links.link_id

),

addresses as (

    select distinct
        link_id,
        url
    from discoveries

),

attempts as (

    select
        addresses.link_id,
        kept_attempts.fetched_at_utc,
        kept_attempts.attempt_id,
        kept_attempts.outcome,
        kept_attempts.http_status,
        {{ is_success('kept_attempts') }} as is_success
    from kept_attempts
    inner join addresses on kept_attempts.url = addresses.url
    where
        kept_attempts.attempt_kind = 'page'
        and not kept_attempts.is_step

),

tried as (

    select
        link_id,
        bool_or(is_success) as is_obtained,
        arg_max(outcome, (fetched_at_utc, attempt_id)) as last_outcome,
        arg_max(coalesce(http_status, 0), (fetched_at_utc, attempt_id)) as last_http_status,
        max(fetched_at_utc) - min(fetched_at_utc) as tried_for
    from attempts
    group by link_id

),

links as (

    select
        discoveries.link_id,
        discoveries.source_id,
        discoveries.channel_kind,
        discoveries.discovered_at_utc,
        {{ wib_date('discoveries.discovered_at_utc') }} as discovered_on,
        case
            when tried.is_obtained then 'obtained'
            when tried.last_outcome = 'http_error' and tried.last_http_status in (404, 410) then 'gone'
            -- what the collector does not ask for again
            when
                tried.last_outcome in ('robots_denied', 'address_denied')
                or (
                    tried.last_outcome = 'http_error'
                    and tried.last_http_status between 400 and 499
                    and tried.last_http_status not in (408, 421, 425, 429)
                )
                or tried.tried_for >= interval 7 day
                then 'given_up'
            else 'waiting'
        end as state
    from discoveries
    left join tried on discoveries.link_id = tried.link_id
    where discoveries.sighting = 1

)

select * from links
