with

parts as (

    select * from {{ lake(source('raw', 'fetch_outcomes')) }}

),

fetch_outcomes as (

    select
        attempt_id,
        fetched_on,
        part_id,
        source_id,
        -- parts from before it was noted hold records of files alone
        coalesce(attempt_kind, 'record') as attempt_kind,
        url,
        fetched_at_utc,
        outcome,
        http_status,
        document_id,
        byte_count,
        item_count,
        known_item_count,
        -- a redirect that was followed is a step on the way, not its end
        coalesce(outcome = 'http_error' and http_status between 300 and 399 and error is null, false) as is_step
    from parts

)

select * from fetch_outcomes
