with

parts as (

    select * from {{ lake(source('entities', 'event_dates')) }}

),

event_dates as (

    select
        event_date_id,
        document_id,
        fetched_on,
        part_id,
        zone,
        start,
        "end",
        sentence_start,
        sentence_end,
        surface,
        event_date,
        rule,
        printed_weekday,
        weekday_agrees
    from parts

)

select * from event_dates
