with

registry as (

    select * from {{ registry(source('registry', 'agency_periods')) }}

),

agency_periods as (

    select
        agency_id,
        valid_from,
        valid_to,
        agency_name,
        acronym,
        kind,
        parent_id,
        source
    from registry

)

select * from agency_periods
