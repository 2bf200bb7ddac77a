{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    on_schema_change = 'fail',
) }}

with

ancestors as (

    select * from {{ ref('bridge_agency_ancestors') }}

),

turns as (

    select
        agency_id,
        valid_from as turned_on
    from ancestors
    union
    select
        agency_id,
        cast(valid_to + interval 1 day as date) as turned_on
    from ancestors
    where valid_to is not null

),

lines as (

    select
        turns.agency_id,
        turns.turned_on,
        ancestors.ancestor_id,
        ancestors.depth
    from turns
    inner join ancestors
        on
            turns.agency_id = ancestors.agency_id
            and turns.turned_on between ancestors.valid_from and coalesce(ancestors.valid_to, {{ last_day() }})

),

spans as (

    select
        agency_id,
        turned_on,
        arg_max(ancestor_id, depth) as top_agency_id,
        lag(turned_on) over agency_spans is null as is_first,
        lead(turned_on) over agency_spans as next_turned_on
    from lines
    group by agency_id, turned_on
    window agency_spans as (partition by agency_id order by turned_on)

),

placed as (

    select
        lines.agency_id,
        lines.ancestor_id,
        lines.depth,
        spans.top_agency_id,
        case when spans.is_first then date '0001-01-01' else spans.turned_on end as applies_from,
        coalesce(cast(spans.next_turned_on - interval 1 day as date), {{ last_day() }}) as applies_to
    from lines
    inner join spans
        on
            lines.agency_id = spans.agency_id
            and lines.turned_on = spans.turned_on

)

select * from placed
{{ once_per_registry() }}
