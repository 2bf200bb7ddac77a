{#- What collecting says of days: which attempts succeeded, and when a silent day is a zero. -#}


{#- Whether an attempt was answered: a page that is known or unchanged is as good as a new one. -#}
{% macro is_success(attempts) -%}
    {{ attempts }}.outcome in ('ok', 'duplicate', 'not_modified')
{%- endmacro %}


{#- The WIB day of a moment in UTC. -#}
{% macro wib_date(moment) -%}
    cast({{ moment }} + interval 7 hour as date)
{%- endmacro %}


{#-
    Zero is not missing: a count of a sparse report on a day without a row. Nothing was there where the day is
    complete; where it is incomplete or unknown, nobody knows.
-#}
{% macro zero_filled(count, completeness) -%}
    coalesce({{ count }}, case when {{ completeness }} = 'complete' then 0 end)
{%- endmacro %}


{#-
    rpt_agency_coverage_daily without holes: a row for every row of `wanted` (agency_id, is_rolled_up, published_date),
    agency_coverage zero or null where the report has none, the day's completeness and article_count beside it. For one
    body over a range: generate_series gives the days. The arguments name CTEs or relations.
-#}
{% macro coverage_filled(wanted, coverage, completeness) -%}
    (
        select
            wanted.agency_id,
            wanted.is_rolled_up,
            wanted.published_date,
            {{ zero_filled('coverage.agency_coverage', 'days.completeness') }} as agency_coverage,
            coalesce(days.completeness, 'unknown') as completeness,
            coalesce(days.article_count, 0) as article_count
        from {{ wanted }} as wanted
        left join {{ completeness }} as days on wanted.published_date = days.published_date
        left join {{ coverage }} as coverage
            on
                wanted.agency_id = coverage.agency_id
                and wanted.is_rolled_up = coverage.is_rolled_up
                and wanted.published_date = coverage.published_date
    )
{%- endmacro %}


{#- Coverage below this is no spike, however rare the body is. Unit: articles. -#}
{% macro spike_least_coverage() -%}
    5
{%- endmacro %}
