{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'date_code',
    on_schema_change = 'fail',
) }}

with

touched_articles as (

    select * from {{ ref('int_articles__touched') }}

),

new_documents as (

    select * from {{ ref('stg_clean__articles') }}

),

old_documents as (

    select * from {{ prior('int_articles__keyed', {'article_id': 'varchar', 'published_date': 'date'}) }}

),

documents as (

    select
        article_id,
        published_date
    from new_documents
    union
    select
        article_id,
        published_date
    from old_documents

),

days as (

    select distinct {{ date_code('documents.published_date') }} as date_code
    from documents
    inner join touched_articles on documents.article_id = touched_articles.article_id

)

select * from days
