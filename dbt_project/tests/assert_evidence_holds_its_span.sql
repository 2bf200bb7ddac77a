-- The evidence sentence holds the surface that was counted from it, at the place that the offsets say.
with

touched_articles as (

    select * from {{ ref('int_articles__touched') }}

),

mentions as (

    select * from {{ ref('fct_mentions') }}

),

event_dates as (

    select * from {{ ref('fct_event_dates') }}

),

statements as (

    select * from {{ ref('fct_statements') }}

),

spans as (

    select
        mention_id as span_id,
        article_id,
        sentence,
        surface,
        start - sentence_start as surface_start
    from mentions
    union all
    select
        event_date_id as span_id,
        article_id,
        sentence,
        surface,
        start - sentence_start as surface_start
    from event_dates
    union all
    select
        statement_id as span_id,
        article_id,
        sentence,
        surface,
        start - sentence_start as surface_start
    from statements

)

select
    spans.span_id,
    spans.sentence,
    spans.surface
from spans
inner join touched_articles on spans.article_id = touched_articles.article_id
where substring(spans.sentence, spans.surface_start + 1, length(spans.surface)) != spans.surface
