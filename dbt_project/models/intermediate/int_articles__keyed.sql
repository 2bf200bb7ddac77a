{{ config(
    materialized = 'incremental',
    incremental_strategy = 'touched',
    on_schema_change = 'fail',
    meta = {'touched': {'by': 'int_parts__touched', 'columns': ['fetched_on', 'part_id']}},
) }}

-- what is touched must be known before the old state goes
-- depends_on: {{ ref('int_parts__touched') }}
-- depends_on: {{ ref('int_articles__touched') }}
-- depends_on: {{ ref('int_days__touched') }}

with

articles as (

    select * from {{ ref('stg_clean__articles') }}

),

documents as (

    select
        document_id,
        article_id,
        fetched_on,
        part_id,
        source_id,
        source_kind,
        source_record_id,
        fetched_at_utc,
        url,
        canonical_url,
        outlet_id,
        title,
        published_at_utc,
        utc_offset_minutes,
        precision,
        date_rule,
        published_date,
        updated_at_utc,
        section,
        author,
        tags,
        language,
        content_kind,
        content_kind_rule,
        content_kind_evidence,
        correction_state,
        correction_evidence,
        word_count,
        content_hash,
        mends
    from articles

)

select * from documents
