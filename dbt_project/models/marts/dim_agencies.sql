{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    on_schema_change = 'fail',
) }}

with

registered as (

    select * from {{ ref('stg_registry__agencies') }}

),

periods as (

    select * from {{ ref('dim_agency_periods') }}

),

ranked as (

    select
        agency_id,
        agency_name,
        acronym,
        kind,
        parent_id,
        top_agency_id,
        valid_to,
        min(valid_from) over (partition by agency_id) as first_valid_from,
        row_number() over (partition by agency_id order by valid_from desc) as recency
    from periods

),

agencies as (

    select
        ranked.agency_id,
        ranked.agency_name,
        ranked.acronym,
        ranked.kind,
        ranked.parent_id,
        ranked.top_agency_id,
        registered.lineage_id,
        registered.unit_id,
        registered.region_code,
        ranked.first_valid_from as valid_from,
        ranked.valid_to,
        ranked.valid_to is null as is_active
    from ranked
    inner join registered on ranked.agency_id = registered.agency_id
    where ranked.recency = 1

)

select * from agencies
{{ once_per_registry() }}
