with

dates as (

    select * from {{ ref('dim_dates') }}

),

outlets as (

    select * from {{ ref('rpt_outlet_completeness_daily') }}

),

facts as (

    select * from {{ ref('fct_articles') }}

),

articles as (

    select
        date_code,
        count(*) as article_count,
        count(distinct outlet_id) as outlet_count
    from facts
    where is_counted
    group by date_code

),

verdicts as (

    select
        date_code,
        count(*) filter (where channel_count > 0) as monitored_outlet_count,
        count(*) filter (where completeness = 'complete') as complete_outlet_count,
        count(*) filter (where completeness = 'incomplete') as incomplete_outlet_count,
        count(*) filter (where completeness = 'unknown' and article_count > 0) as unknown_outlet_count
    from outlets
    group by date_code

),

completeness as (

    select
        dates.date_code,
        dates.calendar_date as published_date,
        case
            when verdicts.incomplete_outlet_count > 0 then 'incomplete'
            when verdicts.complete_outlet_count > 0 and verdicts.unknown_outlet_count = 0 then 'complete'
            else 'unknown'
        end as completeness,
        coalesce(articles.article_count, 0) as article_count,
        coalesce(articles.outlet_count, 0) as outlet_count,
        coalesce(verdicts.monitored_outlet_count, 0) as monitored_outlet_count,
        coalesce(verdicts.incomplete_outlet_count, 0) as incomplete_outlet_count
    from dates
    left join verdicts on dates.date_code = verdicts.date_code
    left join articles on dates.date_code = articles.date_code

)

select * from completeness
