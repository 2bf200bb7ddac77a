with

registry as (

    select * from {{ registry(source('registry', 'outlets')) }}

),

outlets as (

    select
        outlet_id,
        outlet_name,
        network,
        outlet_kind,
        clock_zone
    from registry

)

select * from outlets
