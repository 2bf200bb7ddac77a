{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on', 'part_id']}},
) }}

-- depends_on: {{ ref('int_parts__touched') }}

with

articles as (

    select * from {{ ref('stg_clean__articles') }}

),

statements as (

    select * from {{ ref('stg_entities__statements') }}

),

evidenced as (

    select
        statements.statement_id,
        statements.document_id,
        statements.fetched_on,
        statements.part_id,
        statements.agency_id,
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
        {{ evidence('statements', 'articles') }} as sentence,
        statements.speaker_start,
        statements.speaker_end,
        statements.rule
    from statements
    inner join articles
        on
            statements.document_id = articles.document_id
            and statements.fetched_on = articles.fetched_on
            and statements.part_id = articles.part_id

)

select * from evidenced
