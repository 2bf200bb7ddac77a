"""The stretches of articles that are scanned: their titles and counted zones.

Does not belong here: what is looked for in them.
"""

from __future__ import annotations

import polars as pl


def segments_of(articles: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """The stretches to scan, by article and position: article, zone, source, start, end.

    A segment's source is the index of its string among all titles, followed by all texts.
    """
    numbered = (
        articles.select("document_id", "title").with_row_index("article").with_columns(pl.col("article").cast(pl.Int64))
    )
    titles = numbered.select(
        "article", pl.lit("title").alias("zone"), pl.col("article").alias("source"), pl.lit(0, pl.Int64).alias("start"),
        pl.col("title").str.len_chars().cast(pl.Int64).alias("end"), pl.lit(-1, pl.Int64).alias("zone_index"),
    )  # fmt: skip
    texts = zones.join(numbered, on="document_id").select(
        "article", "zone", (pl.col("article") + len(articles)).alias("source"), "start", "end", "zone_index"
    )
    return pl.concat([titles, texts]).sort("article", "zone_index")
