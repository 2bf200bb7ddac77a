with

registry as (

    select * from {{ registry(source('registry', 'agencies')) }}

),

agencies as (

    select
        agency_id,
        lineage_id,
        unit_id,
        region_code
    from registry

)

select * from agencies
