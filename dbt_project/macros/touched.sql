{#-
    How incremental models stay equal to a full refresh: what is touched is deleted and computed anew, nothing else
    is read. A model selects only what is touched in both modes, because a full refresh touches everything.
-#}


{#-
    Incremental strategy `touched`: delete the rows that the table `by` lists by `columns`, then insert.
    A model configures it by `meta: {touched: {by: <model>, columns: [<column>, ...]}}`.
-#}
{% macro get_incremental_touched_sql(arg_dict) %}
    {%- set touched = config.meta_require('touched') -%}
    {%- set keys = touched['columns'] | join(', ') -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arg_dict['target_relation'] }}
    where ({{ keys }}) in (select ({{ keys }}) from {{ ref(touched['by']) }});

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }};
{% endmacro %}


{#-
    A model as the runs before have left it, with the columns asked for (name to type); empty where there is none.
    Not a ref: the models that ask run before the model they ask about.
-#}
{% macro prior(model_name, columns, schema='intermediate') -%}
    {%- set relation = none -%}
    {%- if execute -%}
        {%- set relation = adapter.get_relation(target.database, schema, model_name) -%}
    {%- endif -%}
    {%- set held = [] -%}
    {%- if relation is not none -%}
        {%- set held = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- endif -%}
    {%- if columns.keys() | reject('in', held) | list -%}
        (
            select
                {%- for name, type in columns.items() %}
                cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            where false
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}


{#-
    Behind the last select of an incremental model that reads the registry alone: its rows are made once. Orchestration
    begins a new database whenever the registry, the SQL or a contract has changed, so that what is there still holds.
-#}
{% macro once_per_registry() -%}
    {%- if is_incremental() %}where false{% endif -%}
{%- endmacro %}
