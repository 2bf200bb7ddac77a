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

documents as (

    select * from {{ ref('int_articles__keyed') }}

),

sightings as (

    select
        documents.article_id,
        documents.document_id,
        documents.content_hash,
        row_number() over (
            partition by documents.article_id
            order by documents.fetched_at_utc, documents.document_id
        ) as sighting
    from documents
    inner join touched_articles on documents.article_id = touched_articles.article_id

),

contents as (

    select
        article_id,
        document_id,
        sighting,
        min(sighting) over (partition by article_id, content_hash) as first_sighting
    from sightings

),

ranked as (

    select
        article_id,
        document_id,
        sighting,
        dense_rank() over (partition by article_id order by first_sighting) as version
    from contents

),

versions as (

    select
        article_id,
        document_id,
        version,
        max(version) over (partition by article_id) as version_count,
        row_number() over (partition by article_id order by version desc, sighting asc) = 1 as is_latest
    from ranked

)

select * from versions
