{#-
    How models read the lake. The only place in the project that knows how its files are laid out.
-#}


{#- A text as an SQL literal. -#}
{% macro literal(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}


{#-
    The rows of the touched parts of a lake table, with fetched_on and part_id.
    The list is taken from the database and not from what orchestration wrote for this run alone: after a kill it holds
    the parts of the earlier run as well. A part that is gone has no file. The table's empty schema file comes first,
    so that no part at all is an empty table.
-#}
{% macro lake(table) -%}
    {%- set folder = env_var('KLIPING_LAKE', 'lake') -%}
    {%- set files = [folder ~ '/_schema/' ~ table.schema ~ '.' ~ table.identifier ~ '.parquet'] -%}
    {%- set touched = ref('int_parts__touched') -%}
    {%- if execute and load_relation(touched) is not none -%}
        {%- set parts = run_query('select fetched_on, part_id from ' ~ touched ~ ' order by 1, 2') -%}
        {%- set wanted = [] -%}
        {%- for part in parts.rows -%}
            {%- set path = [folder, table.schema, table.identifier, 'fetched_on=' ~ part[0], part[1] ~ '.parquet'] -%}
            {%- do wanted.append(literal(path | join('/'))) -%}
        {%- endfor -%}
        {%- if wanted -%}
            {%- set found = run_query('select file from glob([' ~ wanted | join(', ') ~ ']) order by file') -%}
            {%- do files.extend(found.columns[0].values()) -%}
        {%- endif -%}
    {%- endif -%}
    (
        select
            * exclude (filename),
            cast(regexp_extract(filename, 'fetched_on=([0-9-]+)', 1) as date) as fetched_on,
            parse_filename(filename, true) as part_id
        from read_parquet(
            [
                {%- for file in files %}
                {{ literal(file) }}{{ ',' if not loop.last }}
                {%- endfor %}
            ],
            union_by_name = true,
            filename = true,
            hive_partitioning = false
        )
    )
{%- endmacro %}


{#- The rows of a registry table, whole. -#}
{% macro registry(table) -%}
    read_parquet({{ literal(env_var('KLIPING_LAKE', 'lake') ~ '/registry/' ~ table.identifier ~ '.parquet') }})
{%- endmacro %}


{#- What orchestration lists as new, changed or removed since the last acknowledged publication. -#}
{% macro listed_parts() -%}
    read_parquet({{ literal(env_var('KLIPING_TOUCHED', 'touched_parts.parquet')) }})
{%- endmacro %}
