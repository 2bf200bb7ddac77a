with

asked as (

    select * from {{ ref('int_channels__asked') }}

),

registered as (

    select * from {{ ref('stg_registry__outlets') }}

),

articles as (

    select * from {{ ref('fct_articles') }}

),

sources as (

    select distinct source_id
    from asked

),

found as (

    select
        articles.source_id,
        articles.outlet_id,
        count(*) as article_count
    from articles
    inner join sources on articles.source_id = sources.source_id
    where articles.source_kind = 'web'
    group by
        articles.source_id,
        articles.outlet_id

),

ranked as (

    select
        source_id,
        outlet_id,
        row_number() over (partition by source_id order by article_count desc, outlet_id asc) as place
    from found

),

placed as (

    select
        sources.source_id,
        coalesce(registered.outlet_id, ranked.outlet_id, sources.source_id) as outlet_id
    from sources
    left join registered on sources.source_id = registered.outlet_id
    left join ranked
        on
            sources.source_id = ranked.source_id
            and ranked.place = 1

)

select * from placed
