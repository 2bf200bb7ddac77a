with

links as (

    select * from {{ ref('int_links__settled') }}

),

chained as (

    select * from {{ ref('int_channels__chained') }}

),

readings as (

    select
        source_id,
        attempt_kind,
        fetched_on,
        min(first_read_at_utc) as first_read_at_utc
    from chained
    where read_count > 0
    group by
        source_id,
        attempt_kind,
        fetched_on

),

gaps as (

    select
        source_id,
        attempt_kind,
        fetched_on,
        first_read_at_utc,
        lag(fetched_on) over (partition by source_id, attempt_kind order by fetched_on) as read_before_on
    from readings

),

discovered as (

    select
        links.source_id,
        links.discovered_on,
        -- what the day's first reading tells may be as old as the reading before; an attempt is dated by its start
        case
            when links.discovered_at_utc <= gaps.first_read_at_utc + interval 5 minute
                then coalesce(gaps.read_before_on, links.discovered_on)
            else links.discovered_on
        end as possible_from,
        count(*) as listed_link_count,
        count(*) filter (where links.state = 'waiting') as waiting_link_count,
        count(*) filter (where links.state = 'given_up') as given_up_link_count
    from links
    left join gaps
        on
            links.source_id = gaps.source_id
            and links.channel_kind = gaps.attempt_kind
            and links.discovered_on = gaps.fetched_on
    group by
        links.source_id,
        links.discovered_on,
        possible_from

),

spread as (

    select
        source_id,
        cast(unnest(generate_series(possible_from, discovered_on, interval 1 day)) as date) as published_date,
        listed_link_count,
        waiting_link_count,
        given_up_link_count
    from discovered

),

counted as (

    select
        source_id,
        published_date,
        cast(sum(listed_link_count) as bigint) as listed_link_count,
        cast(sum(waiting_link_count) as bigint) as waiting_link_count,
        cast(sum(given_up_link_count) as bigint) as given_up_link_count
    from spread
    group by
        source_id,
        published_date

)

select * from counted
