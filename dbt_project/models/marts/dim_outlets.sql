with

registered as (

    select * from {{ ref('stg_registry__outlets') }}

),

documents as (

    select * from {{ ref('int_articles__keyed') }}

),

sources as (

    select * from {{ ref('int_sources__placed') }}

),

met as (

    select outlet_id
    from documents
    union
    select outlet_id
    from sources

),

outlets as (

    select
        coalesce(registered.outlet_id, met.outlet_id) as outlet_id,
        coalesce(registered.outlet_name, met.outlet_id) as outlet_name,
        registered.network,
        registered.outlet_kind,
        registered.clock_zone,
        registered.outlet_id is not null as is_registered
    from registered
    full join met on registered.outlet_id = met.outlet_id

)

select * from outlets
