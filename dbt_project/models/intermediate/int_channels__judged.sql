with

chained as (

    select * from {{ ref('int_channels__chained') }}

),

horizon as (

    select max(fetched_on) as last_day
    from chained

),

sources as (

    select
        source_id,
        max(last_asked_on) as last_asked_on
    from chained
    group by source_id

),

channels as (

    select distinct
        chained.source_id,
        chained.attempt_kind,
        chained.channel_url,
        chained.first_asked_on,
        chained.last_asked_on,
        chained.is_last_failed,
        horizon.last_day,
        case
            -- taken off, while others of the source are still asked: nothing is expected of it from then on
            when sources.last_asked_on > chained.last_asked_on + 2 then chained.last_asked_on - 1
            -- the whole source is off
            when horizon.last_day > sources.last_asked_on + 2 then sources.last_asked_on
            else horizon.last_day
        end as counts_until
    from chained
    inner join sources on chained.source_id = sources.source_id
    cross join horizon

),

days as (

    select
        source_id,
        attempt_kind,
        channel_url,
        first_asked_on,
        counts_until,
        is_last_failed,
        last_day,
        cast(
            unnest(generate_series(first_asked_on, greatest(counts_until, last_asked_on), interval 1 day)) as date
        ) as published_date
    from channels

),

answered as (

    select
        days.source_id,
        days.attempt_kind,
        days.channel_url,
        days.published_date,
        days.published_date > days.first_asked_on and days.published_date <= days.counts_until as is_counted,
        days.published_date = days.last_day as is_last_day,
        days.is_last_failed,
        coalesce(chained.failed_attempt_count, 0) as failed_attempt_count,
        coalesce(chained.overflow_count, 0) as overflow_count,
        coalesce(chained.is_gap_overflow, false) as is_gap_overflow,
        coalesce(chained.read_count, 0) > 0 as is_read
    from days
    left join chained
        on
            days.source_id = chained.source_id
            and days.attempt_kind = chained.attempt_kind
            and days.channel_url = chained.channel_url
            and days.published_date = chained.fetched_on

),

surrounded as (

    select
        source_id,
        attempt_kind,
        channel_url,
        published_date,
        is_counted,
        is_last_day,
        is_last_failed,
        failed_attempt_count,
        overflow_count,
        coalesce(bool_or(is_read) over before_the_day, false) as is_read_before,
        coalesce(bool_or(is_read) over after_the_day, false) as is_read_after,
        coalesce(
            first_value(case when is_read then is_gap_overflow end ignore nulls) over after_the_day, false
        ) as is_next_overflow
    from answered
    window
        before_the_day as (
            partition by source_id, attempt_kind, channel_url
            order by published_date
            rows between unbounded preceding and 1 preceding
        ),
        after_the_day as (
            partition by source_id, attempt_kind, channel_url
            order by published_date
            rows between 1 following and unbounded following
        )

),

judged as (

    select
        source_id,
        attempt_kind,
        channel_url,
        published_date,
        is_counted,
        failed_attempt_count,
        overflow_count + cast(is_next_overflow as bigint) as overflow_count,
        case
            when overflow_count > 0 or is_next_overflow then 'overflow'
            when not is_read_before then 'failed'
            when is_read_after then 'proven'
            when is_last_day or not is_last_failed then 'not_over_yet'
            else 'failed'
        end as rule
    from surrounded

)

select * from judged
