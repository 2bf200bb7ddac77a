with

parts as (

    select * from {{ lake(source('entities', 'statements')) }}

),

statements as (

    select
        statement_id,
        document_id,
        fetched_on,
        part_id,
        zone,
        start,
        "end",
        sentence_start,
        sentence_end,
        surface,
        statement_kind,
        cue,
        speaker_start,
        speaker_end,
        speaker,
        speaker_kind,
        role,
        agency_id,
        rule
    from parts

)

select * from statements
