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

mentions as (

    select * from {{ ref('stg_entities__mentions') }}

),

evidenced as (

    select
        mentions.mention_id,
        mentions.document_id,
        mentions.fetched_on,
        mentions.part_id,
        mentions.agency_id,
        mentions.candidates,
        mentions.zone,
        mentions.start,
        mentions."end",
        mentions.surface,
        mentions.sentence_start,
        mentions.sentence_end,
        {{ evidence('mentions', 'articles') }} as sentence,
        mentions.alias_id,
        mentions.via,
        mentions.rule,
        mentions.status
    from mentions
    inner join articles
        on
            mentions.document_id = articles.document_id
            and mentions.fetched_on = articles.fetched_on
            and mentions.part_id = articles.part_id

)

select * from evidenced
