with

asked as (

    select * from {{ ref('int_channels__asked') }}

),

channels as (

    select
        source_id,
        attempt_kind,
        channel_url,
        min(fetched_on) as first_asked_on,
        max(fetched_on) as last_asked_on,
        min(fetched_on) filter (where read_count > 0) as first_read_on,
        arg_max(is_last_failed, fetched_on) as is_last_failed,
        -- an index of sitemaps answers and lists no link itself
        sum(answer_count) > 0 and sum(read_count) = 0 as is_index
    from asked
    group by
        source_id,
        attempt_kind,
        channel_url

),

chained as (

    select
        asked.source_id,
        asked.attempt_kind,
        asked.channel_url,
        asked.fetched_on,
        asked.failed_attempt_count,
        asked.read_count,
        asked.first_read_at_utc,
        -- everything is new to a channel that is read for the first time
        asked.is_first_all_new and asked.fetched_on > channels.first_read_on as is_gap_overflow,
        asked.all_new_count - cast(
            asked.is_first_all_new and asked.fetched_on = channels.first_read_on as bigint
        ) as overflow_count,
        channels.first_asked_on,
        channels.last_asked_on,
        channels.is_last_failed
    from asked
    inner join channels
        on
            asked.source_id = channels.source_id
            and asked.attempt_kind = channels.attempt_kind
            and asked.channel_url = channels.channel_url
    where not channels.is_index

)

select * from chained
