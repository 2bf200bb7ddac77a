"""Which of a document's date candidates is its publication time, and why the others are not.

Belongs here: precedence, the URL as a check, and the words of the ledger that come from comparing candidates. Does
not: reading a string (``date_formats.py``) or turning its numbers into an instant (``dates.py``).
"""

from __future__ import annotations

import polars as pl

# A page may go live, or be dated, some days after the day in its URL (scheduled articles: up to four days seen).
SCHEDULED_DAYS = 4
_RANKS = {"feed": 0, "json_ld": 1, "printed": 2, "meta": 3, "column": 4, "url": 6, "updated": 7}
_UPDATED_NEAR_URL_RANK = 5
_COARSENESS = {"second": 0, "minute": 0, "hour": 0, "day": 1, "month": 2, "year": 3}
_A_TIME, _A_DAY = 0, 1


def days_after_url() -> pl.Expr:
    """Whole days from the day in the document's URL to the candidate's; null where either is missing."""
    return (pl.col("candidate_date") - pl.col("url_date")).dt.total_days()


def choose(candidates: pl.DataFrame) -> pl.DataFrame:
    """Mark one candidate of every document that has a usable one.

    ``candidates`` holds, beside columns of the ledger (a row with a ``rejection`` is unusable), ``doc`` (number of the
    document), ``order`` (unique in the document) and ``url_date`` (the day in the document's URL, or null). Returns
    the rows sorted by ``doc`` and ``order``, with ``is_chosen``, and ``rule`` and ``rejection`` completed.

    A month or a year yields to any finer date; then precedence decides; then a bare day yields to a time that another
    candidate prints for the same day. The time of a change stands in for the publication time only where there is
    nothing else, and not against a URL whose day is more than one day away.
    """
    is_updated = pl.col("origin") == "updated"
    coarseness = pl.col("precision").replace_strict(_COARSENESS, default=None, return_dtype=pl.Int64)
    rank = pl.col("origin").replace_strict(_RANKS, return_dtype=pl.Int64)
    rank = pl.when(is_updated & (days_after_url().abs() <= 1)).then(_UPDATED_NEAR_URL_RANK).otherwise(rank)
    # documents first, then fineness, precedence, place: one integer to sort by
    usable = (
        candidates.filter(pl.col("rejection").is_null())
        .select("doc", "order", "origin", "candidate_date", coarseness=coarseness, rank=rank)
        .with_columns(
            key=pl.col("rank") + pl.when(pl.col("coarseness") > _A_DAY).then(pl.col("coarseness") * 16).otherwise(0)
        )
    )
    first = _first_of_document(usable)
    is_time_of_that_day = (
        (pl.col("best_coarseness") == _A_DAY)
        & (pl.col("coarseness") == _A_TIME)
        & (pl.col("candidate_date") == pl.col("best_candidate_date"))
        & ~is_updated
    )
    finer = usable.join(first.filter(pl.col("best_coarseness") == _A_DAY), on="doc").filter(is_time_of_that_day)
    finer = _first_of_document(finer.select(usable.columns))
    best = pl.concat(
        [first.join(finer, on="doc", how="anti").with_columns(is_finer=False), finer.with_columns(is_finer=True)]
    )
    updated = usable.filter(is_updated).select("doc", has_updated=pl.lit(True)).unique()
    return (
        candidates.join(best, on="doc", how="left", maintain_order="left")
        .join(updated, on="doc", how="left", maintain_order="left")
        .with_columns(is_chosen=(pl.col("order") == pl.col("best_order")).fill_null(False))
        .with_columns(rule=_rule(), rejection=_rejection(coarseness))
        .sort(_place(pl.lit(0)))
    )


def _place(key: pl.Expr) -> pl.Expr:
    """Documents in order, then ``key`` (under 256), then the candidate's place, as one integer: quick to sort by."""
    return pl.col("doc").cast(pl.Int64) * 2**40 + key.cast(pl.Int64) * 2**32 + pl.col("order")


def _first_of_document(usable: pl.DataFrame) -> pl.DataFrame:
    """The row of every document that has the smallest ``key``; the earliest where several have."""
    return (
        usable.sort(_place(pl.col("key")))
        .filter(pl.col("doc").ne_missing(pl.col("doc").shift(1)))
        .select("doc", pl.col("order", "origin", "candidate_date", "coarseness").name.prefix("best_"))
    )


def _rule() -> pl.Expr:
    """The rule of a candidate; a chosen one says what it had to be chosen against."""
    rule = pl.col("rule")
    is_far = pl.col("is_chosen") & (days_after_url().abs() > SCHEDULED_DAYS)
    near_url = days_after_url().abs() <= 1
    return (
        pl.when(pl.col("is_chosen") & (pl.col("origin") == "updated") & near_url)
        .then(rule.str.replace(":.*", ":updated_near_url"))
        .when(pl.col("is_chosen") & (pl.col("origin") == "updated"))
        .then(rule.str.replace(":.*", ":updated_only"))
        .when(pl.col("is_chosen") & (pl.col("origin") == "url") & pl.col("has_updated"))
        .then(rule + "_over_updated")
        .when(is_far)
        .then(rule + "+far_from_url")
        .otherwise(rule)
    )


def _rejection(coarseness: pl.Expr) -> pl.Expr:
    """Why a candidate is not the publication time; null for the chosen one."""
    later = (pl.col("best_candidate_date") - pl.col("candidate_date")).dt.total_days()
    days = later.abs().cast(pl.String) + pl.when(later.abs() == 1).then(pl.lit("_day_")).otherwise(pl.lit("_days_"))
    chosen_is = days + pl.when(later > 0).then(pl.lit("later")).otherwise(pl.lit("earlier"))
    return (
        pl.when("is_chosen").then(None)
        .when(pl.col("rejection").is_not_null()).then(pl.col("rejection"))
        .when(pl.col("origin") == "updated").then(pl.lit("time_of_change"))
        .when((pl.col("origin") == "url") & (coarseness > _A_DAY)).then(pl.lit("check:month_only"))
        .when((pl.col("origin") == "url") & (later == 0)).then(pl.lit("check:same_day"))
        .when(pl.col("origin") == "url").then(pl.lit("check:chosen_is_") + chosen_is)
        .when("is_finer").then(pl.lit("finer_time_from_") + pl.col("best_origin"))
        .when(coarseness > pl.col("best_coarseness")).then(pl.lit("coarser_than_") + pl.col("best_origin"))
        .otherwise(pl.lit("outranked_by_") + pl.col("best_origin"))
    )  # fmt: skip
