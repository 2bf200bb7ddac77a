{%- set month_names = [
    'Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
    'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember',
] -%}
{%- set weekday_names = ['Senin', 'Selasa', 'Rabu', 'Kamis', 'Jumat', 'Sabtu', 'Minggu'] -%}

with

articles as (

    select * from {{ ref('fct_articles') }}

),

channels as (

    select * from {{ ref('int_channels__judged') }}

),

reported as (

    select published_date
    from articles
    union all
    -- a day on which sources were asked is a day, however silent
    select published_date
    from channels

),

bounds as (

    select
        min(published_date) as first_date,
        max(published_date) as last_date
    from reported

),

days as (

    select cast(unnest(generate_series(first_date, last_date, interval 1 day)) as date) as calendar_date
    from bounds
    union all
    select cast(null as date) as calendar_date

),

dates as (

    select
        {{ date_code('calendar_date') }} as date_code,
        calendar_date,
        extract(year from calendar_date) as year,
        extract(month from calendar_date) as month,
        {{ month_names }}[extract(month from calendar_date)] as month_name,
        extract(isoyear from calendar_date) as iso_year,
        extract(week from calendar_date) as iso_week,
        extract(isodow from calendar_date) as weekday,
        {{ weekday_names }}[extract(isodow from calendar_date)] as weekday_name,
        extract(isodow from calendar_date) >= 6 as is_weekend
    from days

)

select * from dates
