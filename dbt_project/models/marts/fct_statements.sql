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

statements as (

    select * from {{ ref('int_statements__evidenced') }}

),

placed as (

    select * from {{ ref('int_agencies__placed') }}

),

latest as (

    select
        documents.document_id,
        documents.article_id,
        documents.outlet_id,
        documents.published_date,
        {{ is_counted_article('documents') }} as is_counted
    from versions
    inner join touched_articles on versions.article_id = touched_articles.article_id
    inner join documents on versions.document_id = documents.document_id
    where versions.is_latest

),

counted as (

    select
        statements.statement_id,
        latest.article_id,
        statements.document_id,
        latest.outlet_id,
        latest.published_date,
        {{ date_code('latest.published_date') }} as date_code,
        statements.agency_id,
        placed.top_agency_id,
        statements.speaker,
        statements.speaker_kind,
        statements.role,
        statements.statement_kind,
        statements.cue,
        statements.zone,
        statements.start,
        statements."end",
        statements.surface,
        statements.sentence_start,
        statements.sentence_end,
        statements.sentence,
        statements.speaker_start,
        statements.speaker_end,
        statements.rule,
        latest.is_counted
    from statements
    inner join latest on statements.document_id = latest.document_id
    left join placed
        on
            statements.agency_id = placed.agency_id
            and placed.depth = 0
            and coalesce(latest.published_date, {{ last_day() }}) between placed.applies_from and placed.applies_to

)

select * from counted
