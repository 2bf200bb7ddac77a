{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on', 'part_id']}},
) }}

-- depends_on: {{ ref('int_parts__touched') }}

with

articles as (

    select * from {{ ref('stg_clean__articles') }}

),

event_dates as (

    select * from {{ ref('stg_entities__event_dates') }}

),

evidenced as (

    select
        event_dates.event_date_id,
        event_dates.document_id,
        event_dates.fetched_on,
        event_dates.part_id,
        event_dates.event_date,
        event_dates.zone,
        event_dates.start,
        event_dates."end",
        event_dates.surface,
        event_dates.sentence_start,
        event_dates.sentence_end,
        {{ evidence('event_dates', 'articles') }} as sentence,
        event_dates.rule,
        event_dates.printed_weekday,
        event_dates.weekday_agrees
    from event_dates
    inner join articles
        on
            event_dates.document_id = articles.document_id
            and event_dates.fetched_on = articles.fetched_on
            and event_dates.part_id = articles.part_id

)

select * from evidenced
