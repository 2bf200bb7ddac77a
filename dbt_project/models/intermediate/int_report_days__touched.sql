with

touched_days as (

    select * from {{ ref('int_days__touched') }}

),

judged as (

    select * from {{ ref('rpt_completeness_daily') }}

),

held as (

    select *
    from {{ prior(
        'rpt_agency_coverage_daily',
        {'date_code': 'varchar', 'completeness': 'varchar', 'incomplete_outlet_count': 'bigint'},
        'marts'
    ) }}

),

verdicts as (

    select distinct
        date_code,
        completeness,
        incomplete_outlet_count
    from held

),

-- a later fetch settles an earlier day, and a run that was killed may have left a verdict behind
changed as (

    select verdicts.date_code
    from verdicts
    left join judged on verdicts.date_code = judged.date_code
    where
        verdicts.completeness is distinct from judged.completeness
        or verdicts.incomplete_outlet_count is distinct from judged.incomplete_outlet_count

),

days as (

    select date_code
    from touched_days
    union
    select date_code
    from changed

)

select * from days
