{{ config(
    materialized = 'incremental',
    incremental_strategy = 'delete+insert',
    unique_key = 'article_id',
    on_schema_change = 'fail',
) }}

with

parts as (

    select * from {{ ref('int_parts__touched') }}

),

new_documents as (

    select * from {{ ref('stg_clean__articles') }}

),

old_documents as (

    select *
    from {{ prior(
        'int_articles__keyed',
        {'article_id': 'varchar', 'fetched_on': 'date', 'part_id': 'varchar'}
    ) }}

),

articles as (

    select article_id
    from new_documents
    union
    select old_documents.article_id
    from old_documents
    inner join parts
        on
            old_documents.fetched_on = parts.fetched_on
            and old_documents.part_id = parts.part_id

)

select * from articles
