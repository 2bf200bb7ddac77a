with

parts as (

    select * from {{ lake(source('raw', 'discovered_links')) }}

),

discovered_links as (

    select
        discovery_id,
        fetched_on,
        part_id,
        link_id,
        source_id,
        url,
        channel_kind,
        discovered_at_utc
    from parts

)

select * from discovered_links
