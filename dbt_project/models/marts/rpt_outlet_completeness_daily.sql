with

judged as (

    select * from {{ ref('int_channels__judged') }}

),

links as (

    select * from {{ ref('int_links__counted') }}

),

sources as (

    select * from {{ ref('int_sources__placed') }}

),

facts as (

    select * from {{ ref('fct_articles') }}

),

channels as (

    select
        sources.outlet_id,
        judged.published_date,
        count(*) filter (where judged.is_counted) as channel_count,
        cast(sum(judged.overflow_count) as bigint) as overflow_count,
        cast(sum(judged.failed_attempt_count) as bigint) as failed_attempt_count,
        bool_or(judged.rule = 'overflow') filter (where judged.is_counted) as has_overflow,
        bool_or(judged.rule = 'failed') filter (where judged.is_counted) as has_failed,
        bool_or(judged.rule = 'not_over_yet') filter (where judged.is_counted) as is_open
    from judged
    inner join sources on judged.source_id = sources.source_id
    group by
        sources.outlet_id,
        judged.published_date

),

begun as (

    select
        outlet_id,
        min(published_date) as first_date
    from channels
    group by outlet_id

),

horizon as (

    select max(published_date) as last_date
    from channels

),

listed as (

    select
        sources.outlet_id,
        links.published_date,
        cast(sum(links.listed_link_count) as bigint) as listed_link_count,
        cast(sum(links.waiting_link_count) as bigint) as waiting_link_count,
        cast(sum(links.given_up_link_count) as bigint) as given_up_link_count
    from links
    inner join sources on links.source_id = sources.source_id
    group by
        sources.outlet_id,
        links.published_date

),

articles as (

    select
        outlet_id,
        published_date,
        count(*) as article_count
    from facts
    where
        is_counted
        and published_date is not null
    group by
        outlet_id,
        published_date

),

days as (

    select
        begun.outlet_id,
        cast(unnest(generate_series(begun.first_date, horizon.last_date, interval 1 day)) as date) as published_date
    from begun
    cross join horizon
    union
    select
        outlet_id,
        published_date
    from articles

),

figures as (

    select
        days.outlet_id,
        days.published_date,
        coalesce(days.published_date = begun.first_date, false) as is_first_day,
        coalesce(channels.channel_count, 0) as channel_count,
        coalesce(articles.article_count, 0) as article_count,
        coalesce(listed.listed_link_count, 0) as listed_link_count,
        coalesce(listed.waiting_link_count, 0) as waiting_link_count,
        coalesce(listed.given_up_link_count, 0) as given_up_link_count,
        coalesce(channels.overflow_count, 0) as overflow_count,
        coalesce(channels.failed_attempt_count, 0) as failed_attempt_count,
        case
            when coalesce(channels.channel_count, 0) = 0 then 'none'
            when channels.has_overflow then 'overflow'
            when channels.has_failed then 'failed'
            when channels.is_open then 'not_over_yet'
            else 'proven'
        end as chain_rule
    from days
    left join begun on days.outlet_id = begun.outlet_id
    left join channels
        on
            days.outlet_id = channels.outlet_id
            and days.published_date = channels.published_date
    left join listed
        on
            days.outlet_id = listed.outlet_id
            and days.published_date = listed.published_date
    left join articles
        on
            days.outlet_id = articles.outlet_id
            and days.published_date = articles.published_date

),

weeks as (

    select cast(unnest(range(1, 5)) as integer) as weeks_back

),

expected as (

    select
        base.outlet_id,
        base.published_date + 7 * weeks.weeks_back as published_date,
        base.article_count
    from figures as base
    cross join weeks
    where base.chain_rule = 'proven'

),

medians as (

    select
        outlet_id,
        published_date,
        -- of an even number of days the lower one in the middle: articles are whole
        quantile_disc(article_count, 0.5) as expected_article_count
    from expected
    group by
        outlet_id,
        published_date
    having count(*) >= 3

),

ruled as (

    select
        figures.outlet_id,
        figures.published_date,
        figures.channel_count,
        figures.article_count,
        case when figures.chain_rule != 'none' then medians.expected_article_count end as expected_article_count,
        figures.listed_link_count,
        figures.waiting_link_count,
        figures.given_up_link_count,
        figures.overflow_count,
        figures.failed_attempt_count,
        case
            when figures.chain_rule = 'none' and figures.is_first_day then 'monitoring_began'
            when figures.chain_rule = 'none' then 'not_monitored'
            when figures.chain_rule != 'proven' then figures.chain_rule
            when
                figures.waiting_link_count > 1
                and 50 * figures.waiting_link_count > figures.listed_link_count
                then 'waiting_links'
            when
                figures.waiting_link_count + figures.given_up_link_count > 1
                and 50 * (figures.waiting_link_count + figures.given_up_link_count) > figures.listed_link_count
                then 'given_up_links'
            when
                medians.expected_article_count >= 8
                and 4 * figures.article_count < medians.expected_article_count
                then 'low_volume'
            else 'proven'
        end as completeness_rule
    from figures
    left join medians
        on
            figures.outlet_id = medians.outlet_id
            and figures.published_date = medians.published_date

),

completeness as (

    select
        {{ date_code('published_date') }} as date_code,
        published_date,
        outlet_id,
        case
            when completeness_rule = 'proven' then 'complete'
            when completeness_rule in ('monitoring_began', 'not_monitored') then 'unknown'
            else 'incomplete'
        end as completeness,
        completeness_rule,
        channel_count,
        article_count,
        expected_article_count,
        listed_link_count,
        waiting_link_count,
        given_up_link_count,
        overflow_count,
        failed_attempt_count
    from ruled

)

select * from completeness
