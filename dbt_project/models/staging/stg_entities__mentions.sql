with

parts as (

    select * from {{ lake(source('entities', 'mentions')) }}

),

mentions as (

    select
        mention_id,
        document_id,
        fetched_on,
        part_id,
        zone,
        start,
        "end",
        sentence_start,
        sentence_end,
        surface,
        alias_id,
        agency_id,
        candidates,
        via,
        rule,
        status
    from parts

)

select * from mentions
