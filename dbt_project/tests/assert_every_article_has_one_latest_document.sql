-- Each touched article that still has documents is represented by exactly one of them.
with

touched_articles as (

    select * from {{ ref('int_articles__touched') }}

),

versions as (

    select * from {{ ref('int_articles__versioned') }}

),

articles as (

    select * from {{ ref('fct_articles') }}

),

latest as (

    select
        versions.article_id,
        count(*) filter (where versions.is_latest) as latest_count
    from versions
    inner join touched_articles on versions.article_id = touched_articles.article_id
    group by versions.article_id

)

select
    latest.article_id,
    latest.latest_count
from latest
left join articles on latest.article_id = articles.article_id
where
    latest.latest_count != 1
    or articles.article_id is null
