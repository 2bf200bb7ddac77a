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
        outcome,
        document_id,
        byte_count
    from parts

)

select * from fetch_outcomes
