with

touched_days as (

    select * from {{ ref('int_report_days__touched') }}

),

mentions as (

    select * from {{ ref('fct_mentions') }}

),

placed as (

    select * from {{ ref('int_agencies__placed') }}

),

counted as (

    select
        mentions.mention_id,
        mentions.article_id,
        mentions.outlet_id,
        mentions.published_date,
        mentions.date_code,
        mentions.agency_id,
        mentions.zone,
        mentions.via
    from mentions
    inner join touched_days on mentions.date_code = touched_days.date_code
    where mentions.is_counted

),

own as (

    select
        mention_id,
        article_id,
        outlet_id,
        published_date,
        date_code,
        agency_id,
        false as is_rolled_up,
        zone,
        via
    from counted

),

rolled_up as (

    select
        counted.mention_id,
        counted.article_id,
        counted.outlet_id,
        counted.published_date,
        counted.date_code,
        placed.ancestor_id as agency_id,
        true as is_rolled_up,
        counted.zone,
        counted.via
    from counted
    inner join placed
        on
            counted.agency_id = placed.agency_id
            and coalesce(counted.published_date, {{ last_day() }}) between placed.applies_from and placed.applies_to

),

unioned as (

    select * from own
    union all
    select * from rolled_up

)

select * from unioned
