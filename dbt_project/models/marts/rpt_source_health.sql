with

counted as (

    select * from {{ ref('int_fetch_outcomes__counted') }}

),

chained as (

    select * from {{ ref('int_channels__chained') }}

),

overflows as (

    select
        source_id,
        attempt_kind,
        fetched_on,
        cast(sum(overflow_count) as bigint) as overflow_count
    from chained
    group by
        source_id,
        attempt_kind,
        fetched_on

),

health as (

    select
        counted.source_id,
        counted.attempt_kind,
        counted.fetched_on,
        counted.outcome,
        counted.attempt_count,
        counted.document_count,
        counted.byte_count,
        counted.item_count,
        counted.known_item_count,
        coalesce(overflows.overflow_count, 0) as overflow_count
    from counted
    left join overflows
        on
            counted.source_id = overflows.source_id
            and counted.attempt_kind = overflows.attempt_kind
            and counted.fetched_on = overflows.fetched_on
            and counted.outcome = 'ok'

)

select * from health
