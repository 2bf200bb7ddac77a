-- mention_count counts spans that do not overlap: within a document and a zone's text no span begins before another
-- has ended. Only what this run has touched can have changed.
with

touched_articles as (

    select * from {{ ref('int_articles__touched') }}

),

mentions as (

    select * from {{ ref('fct_mentions') }}

),

spans as (

    select
        mentions.mention_id,
        mentions.start,
        lag(mentions."end") over (
            partition by mentions.document_id, mentions.zone = 'title'
            order by mentions.start, mentions."end"
        ) as previous_end
    from mentions
    inner join touched_articles on mentions.article_id = touched_articles.article_id
    where mentions.is_counted

)

select * from spans
where start < previous_end
