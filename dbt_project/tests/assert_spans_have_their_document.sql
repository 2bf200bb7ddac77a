-- Every mention, event date and statement of a touched part belongs to a document of the same part: none is lost.
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

statements as (

    select * from {{ ref('stg_entities__statements') }}

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
    union all
    select
        statement_id as span_id,
        document_id,
        part_id
    from statements

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
