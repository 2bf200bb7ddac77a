with

coverage as (

    select * from {{ ref('rpt_agency_coverage_daily') }}

),

days as (

    select * from {{ ref('rpt_completeness_daily') }}

),

weeks as (

    select cast(unnest(range(1, 9)) as integer) as weeks_back

),

wanted as (

    select distinct
        coverage.agency_id,
        coverage.is_rolled_up,
        coverage.published_date - 7 * weeks.weeks_back as published_date
    from coverage
    cross join weeks
    where
        coverage.agency_coverage >= {{ spike_least_coverage() }}
        and coverage.published_date is not null

),

filled as (

    select * from {{ coverage_filled('wanted', 'coverage', 'days') }}

),

bases as (

    select
        agency_id,
        is_rolled_up,
        published_date,
        -- the collection holds the day, though nobody can prove that all of it: what is absent was not in it
        case
            when completeness = 'unknown' and article_count > 0 then coalesce(agency_coverage, 0)
            else agency_coverage
        end as agency_coverage,
        completeness,
        article_count
    from filled
    where completeness != 'incomplete'

)

select * from bases
