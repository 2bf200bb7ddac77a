{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    on_schema_change = 'fail',
) }}

with recursive

periods as (

    select * from {{ ref('stg_registry__agency_periods') }}

),

ancestors as (

    select
        agency_id,
        agency_id as ancestor_id,
        cast(0 as bigint) as depth,
        valid_from,
        valid_to
    from periods
    union all
    select
        ancestors.agency_id,
        periods.parent_id as ancestor_id,
        ancestors.depth + 1 as depth,
        greatest(ancestors.valid_from, periods.valid_from) as valid_from,
        -- both functions pass over nulls: an open end gives way to the other's
        least(ancestors.valid_to, periods.valid_to) as valid_to
    from ancestors
    inner join periods
        on
            ancestors.ancestor_id = periods.agency_id
            and ancestors.valid_from <= coalesce(periods.valid_to, {{ last_day() }})
            and periods.valid_from <= coalesce(ancestors.valid_to, {{ last_day() }})
    where
        periods.parent_id is not null
        -- the registry refuses circles; without it they would not end here
        and ancestors.depth < 16

)

select
    agency_id,
    ancestor_id,
    depth,
    valid_from,
    valid_to
from ancestors
{{ once_per_registry() }}
