{#- Identities and codes that several models write. -#}


{#-
    Identity of an article over its versions: 16 hex digits of sha256 over 'url:' and the canonical URL; without one,
    over 'record:' or 'document:', the length of source_id in characters, source_id and the record's or document's id.
    The length keeps two pairs of ids from running into the same text.
-#}
{% macro article_id() -%}
    left(
        sha256(
            case
                when canonical_url is not null then 'url:' || canonical_url
                when source_record_id is not null
                    then 'record:' || length(source_id) || ':' || source_id || ':' || source_record_id
                else 'document:' || length(source_id) || ':' || source_id || ':' || document_id
            end
        ),
        16
    )
{%- endmacro %}


{#- published_date as a code that is never null, so that facts without a date add up as well. -#}
{% macro date_code(published_date) -%}
    coalesce(strftime({{ published_date }}, '%Y-%m-%d'), 'undated')
{%- endmacro %}


{#- The day that stands for "still" in validity, and for an undated article, which reads the current period. -#}
{% macro last_day() -%}
    date '9999-12-31'
{%- endmacro %}


{#- The sentence a span was counted from: offsets are code points in the title or the text, as the zone says. -#}
{% macro evidence(spans, articles) -%}
    substring(
        case when {{ spans }}.zone = 'title' then {{ articles }}.title else {{ articles }}.text end,
        {{ spans }}.sentence_start + 1,
        {{ spans }}.sentence_end - {{ spans }}.sentence_start
    )
{%- endmacro %}


{#-
    Whether default counts include an article: Indonesian, or too short to tell, not withdrawn by its outlet, and
    published by an outlet: what was handed in as a press release or a row of print and television is told by source_kind.
-#}
{% macro is_counted_article(articles) -%}
    {{ articles }}.language in ('id', 'und')
        and {{ articles }}.correction_state != 'withdrawn'
        and {{ articles }}.source_kind not in ('press_release', 'manual')
{%- endmacro %}
