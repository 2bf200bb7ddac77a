{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_articles__touched', 'columns': ['article_id']}},
) }}

with

touched_articles as (

    select * from {{ ref('int_articles__touched') }}

),

versions as (

    select * from {{ ref('int_articles__versioned') }}

),

documents as (

    select * from {{ ref('int_articles__keyed') }}

),

evidenced as (

    select * from {{ ref('int_event_dates__evidenced') }}

),

latest as (

    select
        documents.document_id,
        documents.article_id,
        documents.outlet_id,
        documents.published_date
    from versions
    inner join touched_articles on versions.article_id = touched_articles.article_id
    inner join documents on versions.document_id = documents.document_id
    where versions.is_latest

),

event_dates as (

    select
        evidenced.event_date_id,
        latest.article_id,
        evidenced.document_id,
        latest.outlet_id,
        latest.published_date,
        {{ date_code('latest.published_date') }} as date_code,
        evidenced.event_date,
        evidenced.zone,
        evidenced.start,
        evidenced."end",
        evidenced.surface,
        evidenced.sentence_start,
        evidenced.sentence_end,
        evidenced.sentence,
        evidenced.rule,
        evidenced.printed_weekday,
        evidenced.weekday_agrees
    from evidenced
    inner join latest on evidenced.document_id = latest.document_id

)

select * from event_dates
