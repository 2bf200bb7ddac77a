with

parts as (

    select * from {{ lake(source('clean', 'articles')) }}

),

articles as (

    select
        document_id,
        {{ article_id() }} as article_id,
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
        text,
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
    from parts

)

select * from articles
