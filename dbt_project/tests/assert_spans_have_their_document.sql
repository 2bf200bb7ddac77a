-- Every mention and event date of a touched part belongs to a document of the same part: none is lost on its way.
with

articles as (

    select * from {{ ref('stg_clean__articles') }}

),

mentions as (

    select * from {{ ref('stg_entities__mentions') }}

),

event_dates as (

    select * from {{ ref('stg_entities__event_dates') }}

),

spans as (

    select
        mention_id as span_id,
        document_id,
        part_id
    from mentions
    union all
    select
        event_date_id as span_id,
        document_id,
        part_id
    from event_dates

)

select
    spans.span_id,
    spans.document_id,
    spans.part_id
from spans
left join articles
    on
        spans.document_id = articles.document_id
        and spans.part_id = articles.part_id
where articles.document_id is null
