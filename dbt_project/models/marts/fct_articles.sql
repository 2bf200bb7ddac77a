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

mentions as (

    select * from {{ ref('fct_mentions') }}

),

mention_counts as (

    select
        mentions.article_id,
        count(*) as mention_count
    from mentions
    inner join touched_articles on mentions.article_id = touched_articles.article_id
    where mentions.is_counted
    group by mentions.article_id

),

latest as (

    select
        versions.article_id,
        versions.document_id,
        versions.version,
        versions.version_count
    from versions
    inner join touched_articles on versions.article_id = touched_articles.article_id
    where versions.is_latest

),

articles as (

    select
        latest.article_id,
        latest.document_id,
        latest.version,
        latest.version_count,
        documents.source_id,
        documents.source_kind,
        documents.source_record_id,
        documents.fetched_on,
        documents.url,
        documents.canonical_url,
        documents.outlet_id,
        documents.title,
        documents.published_at_utc,
        documents.utc_offset_minutes,
        documents.precision,
        documents.date_rule,
        documents.published_date,
        {{ date_code('documents.published_date') }} as date_code,
        documents.updated_at_utc,
        documents.section,
        documents.author,
        documents.tags,
        documents.language,
        documents.content_kind,
        documents.content_kind_rule,
        documents.content_kind_evidence,
        documents.correction_state,
        documents.correction_evidence,
        documents.word_count,
        documents.content_hash,
        documents.mends,
        {{ is_counted_article('documents') }} as is_counted,
        coalesce(mention_counts.mention_count, 0) as mention_count
    from latest
    inner join documents on latest.document_id = documents.document_id
    left join mention_counts on latest.article_id = mention_counts.article_id

)

select * from articles
