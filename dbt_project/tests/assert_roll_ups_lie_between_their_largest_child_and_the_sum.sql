-- A roll-up counts distinct articles: at least those of its largest child, at most those of all children and its own.
with

coverage as (

    select * from {{ ref('rpt_agency_coverage_daily') }}

),

placed as (

    select * from {{ ref('int_agencies__placed') }}

),

children as (

    select
        coverage.date_code,
        placed.ancestor_id as agency_id,
        max(coverage.agency_coverage) as largest,
        sum(coverage.agency_coverage) as total,
        sum(coverage.mention_count) as mention_count
    from coverage
    inner join placed
        on
            coverage.agency_id = placed.agency_id
            and coalesce(coverage.published_date, {{ last_day() }}) between placed.applies_from and placed.applies_to
    where not coverage.is_rolled_up
    group by coverage.date_code, placed.ancestor_id

)

select
    coverage.date_code,
    coverage.agency_id,
    coverage.agency_coverage,
    coverage.mention_count
from coverage
left join children
    on
        coverage.date_code = children.date_code
        and coverage.agency_id = children.agency_id
where
    coverage.is_rolled_up
    and (
        children.agency_id is null
        or coverage.agency_coverage not between children.largest and children.total
        or coverage.mention_count != children.mention_count
        or coverage.agency_coverage > coverage.attention_denominator
    )
