{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    on_schema_change = 'fail',
) }}

with

periods as (

    select * from {{ ref('stg_registry__agency_periods') }}

),

placed as (

    select * from {{ ref('int_agencies__placed') }}

),

agency_periods as (

    select
        periods.agency_id,
        periods.valid_from,
        periods.valid_to,
        periods.agency_name,
        periods.acronym,
        periods.kind,
        periods.parent_id,
        -- a body above may move within the period: as at its end
        placed.top_agency_id,
        periods.source
    from periods
    inner join placed
        on
            periods.agency_id = placed.agency_id
            and placed.depth = 0
            and coalesce(periods.valid_to, {{ last_day() }}) between placed.applies_from and placed.applies_to

)

select * from agency_periods
{{ once_per_registry() }}
