with

coverage as (

    select * from {{ ref('rpt_agency_coverage_daily') }}

),

bases as (

    select * from {{ ref('int_spike_bases__filled') }}

),

weeks as (

    select cast(unnest(range(1, 9)) as integer) as weeks_back

),

candidates as (

    select
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        agency_coverage,
        attention_denominator as article_count,
        completeness
    from coverage
    where
        agency_coverage >= {{ spike_least_coverage() }}
        and published_date is not null

),

compared as (

    select
        candidates.date_code,
        candidates.published_date,
        candidates.agency_id,
        candidates.is_rolled_up,
        candidates.agency_coverage,
        candidates.completeness,
        count(*) as base_day_count,
        median(bases.agency_coverage) as median_coverage,
        mad(bases.agency_coverage) as coverage_deviation
    from candidates
    cross join weeks
    inner join bases
        on
            candidates.agency_id = bases.agency_id
            and candidates.is_rolled_up = bases.is_rolled_up
            and candidates.published_date - 7 * weeks.weeks_back = bases.published_date
    where
        bases.agency_coverage is not null
        -- a day of which a fraction was collected says nothing of one of which much was
        and (bases.completeness = 'complete' or 2 * bases.article_count >= candidates.article_count)
    group by
        candidates.date_code,
        candidates.published_date,
        candidates.agency_id,
        candidates.is_rolled_up,
        candidates.agency_coverage,
        candidates.completeness

),

scored as (

    select
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        agency_coverage,
        base_day_count,
        median_coverage,
        coverage_deviation,
        round(
            case
                when coverage_deviation > 0 then 0.6745 * (agency_coverage - median_coverage) / coverage_deviation
                -- over half of the days are alike: the spread of a count stands in
                else (agency_coverage - median_coverage) / sqrt(greatest(median_coverage, 1))
            end,
            2
        ) as z_score,
        completeness
    from compared
    where base_day_count >= 4

),

spikes as (

    select
        date_code,
        published_date,
        agency_id,
        is_rolled_up,
        agency_coverage,
        base_day_count,
        median_coverage,
        coverage_deviation,
        z_score,
        completeness
    from scored
    where z_score > 3.5

)

select * from spikes
