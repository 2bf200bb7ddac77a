"""`kliping watch`: what the watch list says, and what a query would find in the articles of some days.

Does not belong here: what a query means (``ingest.entities.topics``), how answers look (``watch_view``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ingest.entities.query import QueryError, parse
from ingest.entities.watch import Topic, Watch, read_watch
from ingest.errors import WatchError
from orchestration.settings import registry_folder
from warehouse.contracts.lake import ARTICLES, MENTIONS, TOPIC_HITS, ZONES_TABLE
from warehouse.layout import Layout
from warehouse.store import Part, parts, read_part

if TYPE_CHECKING:
    import polars as pl

    from ingest.entities.near_misses import Miss
    from ingest.entities.occurrences import Article, Watcher

_TRIED = "query"
"""Id of the topic that a query given on the command line makes."""
_SENTENCES = 3
"""Sentences shown of an article."""

Span = tuple[str, int, int, int, int]  # zone, start, end, sentence_start, sentence_end


def listed(layout: Layout) -> list[dict[str, Any]]:
    """The topics with the articles and hits that the lake holds of each, as the last run left them."""
    watch = read_watch(layout.watch)
    hits: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    for part in parts(layout, TOPIC_HITS):
        for topic_id, document_id in read_part(part.path, ["topic_id", "document_id"]).iter_rows():
            hits[topic_id] += 1
            articles.setdefault(topic_id, set()).add(document_id)
    return [
        topic.model_dump() | {"document_count": len(articles.get(topic.id, ())), "hit_count": hits[topic.id]}
        for topic in watch.topics
    ]


def check(layout: Layout) -> list[dict[str, str]]:
    """Each topic with its query as Kliping reads it.

    Raises WatchError for the first mistake in the file, be it a body that the registry does not have.
    """
    if not layout.watch.exists():
        raise WatchError(f"There is no watch list {layout.watch} yet: docs/watch.md shows how to write one.")
    watch = read_watch(layout.watch)
    _watcher(watch)
    return [{"id": topic.id, "read_as": str(topic.expression)} for topic in watch.topics]


def chosen(layout: Layout, name: str | None, query: str | None) -> Topic:
    """The topic of that id, or one of the query alone. Raises WatchError where there is none, or it cannot be read."""
    if query is not None:
        try:
            parse(query)
        except QueryError as error:
            raise WatchError(f"The query cannot be read, {error}.") from error
        return Topic(id=_TRIED, name=_TRIED, kind="isu", query=query, owner=_TRIED)
    topics = read_watch(layout.watch).topics
    for topic in topics:
        if topic.id == name:
            return topic
    known = f"its topics are: {', '.join(topic.id for topic in topics)}" if topics else "it has no topics"
    raise WatchError(f"{layout.watch} has no topic {name}; {known}.")


def preview(layout: Layout, topic: Topic, days: int, until: date | None, examples: int) -> dict[str, Any]:
    """What ``topic`` finds in the articles of the ``days`` up to ``until``, by default the day of the newest article.

    Of an article that was taken in several times only the latest counts. Raises WatchError where no article has a
    date, or the query names a body that the registry does not have.
    """
    import polars as pl

    from ingest.entities.near_misses import REASONS, find_near_misses
    from ingest.entities.topics import find_topic_hits

    until = until or _newest(layout)
    first = until - timedelta(days=days - 1)
    watch = Watch(topics=(topic,))
    watcher = _watcher(watch)
    articles, zones, mentions = _articles(layout, first, until, watch.names_bodies)
    hits = find_topic_hits(articles, zones, mentions, watcher)
    found = articles.join(hits, on="document_id", how="semi").sort(
        "published_date", "document_id", descending=[True, False]
    )
    by_day = dict(found.group_by("published_date").len().iter_rows())
    near = list(find_near_misses(articles, zones, mentions, watcher))
    sizes = Counter((miss.reason, miss.part) for _, _, miss in near)
    near.sort(key=lambda one: (REASONS.index(one[2].reason), sizes[one[2].reason, one[2].part], one[0].document_id))
    facts = {row["document_id"]: row for row in articles.select(_FACTS).iter_rows(named=True)}
    return {
        "topic_id": topic.id,
        "query": topic.query,
        "read_as": str(topic.expression),
        "valid_from": topic.valid_from,
        "valid_to": topic.valid_to,
        "first_day": first,
        "last_day": until,
        "read_count": articles.height,
        "article_count": found.height,
        "hit_count": hits.height,
        "by_day": [
            {"date": day, "article_count": by_day.get(day, 0)} for day in (first + timedelta(n) for n in range(days))
        ],
        "by_outlet": found.group_by("outlet_id").agg(pl.len().alias("article_count"))
        .sort("article_count", "outlet_id", descending=[True, False]).to_dicts(),
        "by_term": hits.group_by("rule")
        .agg(pl.len().alias("hit_count"), pl.col("document_id").n_unique().alias("article_count"))
        .sort("hit_count", "rule", descending=[True, False]).to_dicts(),
        "articles": [
            facts[row["document_id"]]
            | {"sentences": _sentences(row["title"], row["text"], _spans(hits, row["document_id"]))}
            for row in found.head(examples).iter_rows(named=True)
        ],
        "near_miss_count": len(near),
        "near_misses_by_part": [
            {"reason": reason, "part": part, "article_count": count}
            for (reason, part), count in sorted(sizes.items(), key=lambda item: (REASONS.index(item[0][0]), -item[1]))
        ],
        "near_misses": [
            facts[article.document_id] | _near_miss(article, miss) for article, _, miss in near[:examples]
        ],
    }  # fmt: skip


_FACTS = ("document_id", "published_date", "outlet_id", "title", "url")


def _watcher(watch: Watch) -> Watcher:
    from ingest.entities.engine import Hierarchy
    from ingest.entities.occurrences import build_watcher
    from ingest.registry.load import load

    return build_watcher(watch.topics, Hierarchy.of(load(registry_folder())) if watch.names_bodies else None)


def _newest(layout: Layout) -> date:
    """The last day on which an article was published."""
    days = [read_part(part.path, ["published_date"])["published_date"].max() for part in parts(layout, ARTICLES)]
    known = [day for day in days if isinstance(day, date)]
    if not known:
        raise WatchError(f"{layout.root} holds no dated articles to try a query on; take some in with `kliping run`.")
    return max(known)


def _articles(
    layout: Layout, first: date, last: date, with_mentions: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The articles published from ``first`` to ``last``, the latest of each, with their zones and mentions."""
    import polars as pl

    names = [*_FACTS, "canonical_url", "text", "fetched_at_utc"]
    articles = [ARTICLES.empty().select(names)]
    sources: list[Part] = []
    for part in parts(layout, ARTICLES):
        frame = read_part(part.path, names).filter(pl.col("published_date").is_between(first, last))
        if frame.height:
            articles.append(frame)
            sources.append(part)
    latest = (
        pl.concat(articles)
        .sort("fetched_at_utc", "document_id")
        .unique(pl.coalesce("canonical_url", "document_id"), keep="last", maintain_order=True)
    )
    beside = []
    for table in (ZONES_TABLE, *([MENTIONS] if with_mentions else [])):
        paths = [layout.part(table, part.fetched_on, part.part_id) for part in sources]
        frames = [read_part(path) for path in paths if path.exists()]
        beside.append(pl.concat([table.empty(), *frames]).join(latest, on="document_id", how="semi"))
    return latest, beside[0], beside[1] if with_mentions else MENTIONS.empty()


def _spans(hits: pl.DataFrame, document_id: str) -> Iterator[Span]:
    names = ("zone", "start", "end", "sentence_start", "sentence_end")
    return hits.filter(document_id=document_id).select(names).iter_rows()


def _near_miss(article: Article, miss: Miss) -> dict[str, Any]:
    from ingest.entities.sentences import sentence_bounds

    spans: list[Span] = []
    for one in miss.found:
        zone = article.stretches[one.stretch].zone
        bounds = (0, len(article.title)) if zone == "title" else sentence_bounds(article.text, one.start, one.end)
        spans.append((zone, one.start, one.end, *bounds))
    return {
        "reason": miss.reason,
        "part": miss.part,
        "words_between": miss.words_between,
        "sentences": _sentences(article.title, article.text, spans),
    }


def _sentences(title: str, text: str, spans: Iterable[Span]) -> list[dict[str, Any]]:
    """The first sentences that hold spans: zone, sentence, and the spans' offsets in it."""
    found: dict[tuple[bool, int, int], dict[str, Any]] = {}
    for zone, start, end, sentence_start, sentence_end in sorted(set(spans), key=lambda s: (s[0] != "title", s[1:])):
        is_title = zone == "title"
        key = (is_title, sentence_start, sentence_end)
        if key not in found:
            sentence = (title if is_title else text)[sentence_start:sentence_end]
            found[key] = {"zone": zone, "sentence": sentence, "spans": []}
        found[key]["spans"].append([start - sentence_start, end - sentence_start])
    return list(found.values())[:_SENTENCES]
