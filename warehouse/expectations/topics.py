"""What hits of watch topics must satisfy beyond their contract: they have a stage, and so a suite, of their own."""

from __future__ import annotations

from warehouse.expectations.entities import span_rules
from warehouse.expectations.rules import Rule

RULES: tuple[Rule, ...] = (
    *span_rules("entities.topic_hits", "topic_hit_id"),
    Rule(
        "hits_of_a_topic_do_not_overlap",
        "entities.topic_hits",
        "frame",
        "No code point of an article is counted twice for one topic.",
        "select document_id, topic_hit_id from (select document_id, topic_hit_id,"
        " start < max(\"end\") over (partition by document_id, topic_id, zone = 'title'"
        ' order by start, "end", topic_hit_id rows between unbounded preceding and 1 preceding) as is_overlapping'
        " from {topic_hits}) where is_overlapping",
    ),
)
