"""The suites hold on sound tables, and each breach is found by exactly its rule."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.warehouse.breaches import BREACHES, FIRST, X, at
from tests.unit.warehouse.sound_tables import (
    Breach,
    Tables,
    clean,
    completeness,
    entities,
    marts,
    raw,
    reports,
    topics,
)
from warehouse.contracts import TABLES
from warehouse.expectations import (
    RuleResult,
    broken_documents,
    context_tables,
    contract_rules,
    quarantine_share,
    suite,
    validate,
    validate_database,
)
from warehouse.expectations.run import tables_of_stage

SOUND: Mapping[str, Callable[[], Tables]] = {make.__name__: make for make in (raw, clean, entities, topics, marts)}


def write(folder: Path, tables: Tables) -> dict[str, list[Path]]:
    """One parquet file per table, under a hive folder as in the lake."""
    files = {}
    for name, frame in tables.items():
        path = folder / name / "fetched_on=2023-04-10" / "part.parquet"
        path.parent.mkdir(parents=True)
        frame.write_parquet(path)
        files[name] = [path]
    return files


def failures(results: list[RuleResult]) -> dict[tuple[str, str], RuleResult]:
    return {(r.rule.table, r.rule.name): r for r in results if not r.passed}


@pytest.mark.parametrize("stage", SOUND)
def test_sound_tables_pass(stage: str, tmp_path: Path) -> None:
    results = validate(stage, write(tmp_path, SOUND[stage]()))
    assert failures(results) == {}
    assert [result.rule for result in results] == suite(stage)
    assert broken_documents(stage, write(tmp_path / "again", SOUND[stage]()), results).is_empty()


def rounds(stage: str) -> list[list[int]]:
    """The breaches of a stage by number, in as few rounds as can be judged apart: no table and no rule twice in one."""
    made: list[list[int]] = []
    cases = BREACHES[stage]
    for number, (name, _, rule, *_rest) in enumerate(cases):
        for one in made:
            if all(name != cases[other][0] and rule != cases[other][2] for other in one):
                one.append(number)
                break
        else:
            made.append([number])
    return made


@pytest.mark.parametrize(
    ("stage", "numbers"),
    [pytest.param(stage, one, id=f"{stage}-{one[0]}") for stage in BREACHES for one in rounds(stage)],
)
def test_each_breach_is_found_by_its_rule_alone(stage: str, numbers: list[int], tmp_path: Path) -> None:
    tables, expected, samples = SOUND[stage](), {}, {}
    for number in numbers:
        name, breach, rule, count, sample = BREACHES[stage][number]
        tables[name] = breach(tables[name])
        expected[rule] = count
        if sample:
            samples[rule] = sample
    found = failures(validate(stage, write(tmp_path, tables))).values()
    assert {result.rule.name: result.unexpected_count for result in found} == expected
    assert {result.rule.name: result.sample for result in found if result.rule.name in samples} == samples
    assert all(result.observed == f"{result.unexpected_count} rows break the rule" for result in found)


def test_every_rule_of_a_stage_is_broken_once() -> None:
    derived = ("columns_match_contract", "types_match_contract", "key_is_unique", "_not_null", "_in_set")
    for stage, cases in BREACHES.items():
        own = {rule.name for rule in suite(stage) if not rule.name.endswith(derived)}
        assert own <= {rule for _, _, rule, _, _ in cases}


@pytest.mark.parametrize(
    ("breach", "observed", "sample"),
    [
        (lambda f: f.drop("text"), "missing: text", ("text",)),
        (lambda f: f.with_columns(extra=1), "surplus: extra", ("extra",)),
        (lambda f: f.rename({"title": "judul"}), "missing: title; surplus: judul", ("title", "judul")),
        (lambda f: f.select(reversed(f.columns)), "columns in another order: mends, content_hash", ()),
    ],
)
def test_wrong_columns_leave_what_reads_them_unjudged(
    breach: Breach, observed: str, sample: tuple[str, ...], tmp_path: Path
) -> None:
    tables = clean()
    tables["clean.articles"] = breach(tables["clean.articles"])
    results = validate("clean", write(tmp_path, tables))
    shape = failures(results).pop(("clean.articles", "columns_match_contract"))
    assert shape.observed.startswith(observed)
    assert shape.sample == sample
    for result in results:
        if result.rule.is_shape:
            assert result.passed == (result is not shape)
        else:
            reads_it = "clean.articles" in result.rule.tables
            assert result.passed != reads_it
            assert result.observed == ("not judged: clean.articles breaks its contract" if reads_it else "holds")
    assert broken_documents("clean", {}, results).is_empty()


def test_wrong_types_are_named(tmp_path: Path) -> None:
    tables = clean()
    tables["clean.zones"] = tables["clean.zones"].cast({"start": pl.Int32})
    zoned = tables["clean.articles"].with_columns(pl.col("fetched_at_utc").dt.replace_time_zone("UTC"))
    tables["clean.articles"] = zoned
    found = failures(validate("clean", write(tmp_path, tables)))
    assert found["clean.zones", "types_match_contract"].sample == ("start INTEGER",)
    assert found["clean.articles", "types_match_contract"].sample == ("fetched_at_utc TIMESTAMP WITH TIME ZONE",)


def test_a_unit_rolls_up_only_within_its_period(tmp_path: Path) -> None:
    """On the 8th only the unit is in the report: its ministry's roll-up is due unless the link ended before."""
    name = "marts.rpt_agency_coverage_daily"
    for number, (valid_to, is_due) in enumerate([(date(2023, 4, 8), True), (date(2023, 4, 7), False)]):
        tables = marts()
        tables[name] = tables[name].filter(
            (pl.col("agency_id") != "kemendagri") | (pl.col("date_code") == "2023-04-07")
        )
        bridge = tables["marts.bridge_agency_ancestors"]
        tables["marts.bridge_agency_ancestors"] = at("valid_to", valid_to, 3)(bridge)
        found = failures(validate("marts", write(tmp_path / str(number), tables)))
        assert ((name, "roll_up_in_bounds") in found) is is_due


def test_undated_articles_add_up(tmp_path: Path) -> None:
    tables = marts()
    undated = [pl.lit("undated").alias("date_code"), pl.lit(None, pl.Date).alias("published_date")]
    for name in ("marts.fct_articles", "marts.fct_mentions", "marts.fct_event_dates", "marts.fct_statements"):
        tables[name] = tables[name].with_columns(undated)
    tables |= completeness(tables["marts.fct_articles"])
    tables |= reports(tables["marts.fct_mentions"], tables["marts.fct_articles"])
    assert failures(validate("marts", write(tmp_path / "sound", tables))) == {}
    counts = "marts.rpt_mention_counts_daily"
    tables[counts] = tables[counts].filter("is_rolled_up")
    found = failures(validate("marts", write(tmp_path / "broken", tables)))
    assert found[counts, "facts_add_up_to_report"].unexpected_count == 3


def test_broken_documents_are_all_found(tmp_path: Path) -> None:
    """More than a sample holds, over several files, each document once per rule."""
    one = clean()["clean.articles"][2:]
    many = pl.concat([one.with_columns(pl.lit(f"{n:016x}").alias("document_id")) for n in range(40)])
    late = pl.col("fetched_at_utc") - timedelta(days=365 * 30)
    many = many.with_columns(title=pl.when(pl.int_range(40) < 30).then(pl.lit("")).otherwise("title"))
    dated = clean()["clean.articles"][:1].with_columns(
        late, document_id=pl.lit(X), title=pl.lit(" "), text=pl.lit("\n")
    )
    files = write(tmp_path / "a", {"clean.articles": many})["clean.articles"]
    files += write(tmp_path / "b", {"clean.articles": dated})["clean.articles"]
    written = {"clean.articles": files, "clean.zones": [], "clean.date_candidates": []}
    results = validate("clean", written)
    assert len(failures(results)["clean.articles", "title_or_text_present"].sample) == 10
    broken = broken_documents("clean", written, results)
    empty = [(f"{n:016x}", "clean.articles", "title_or_text_present") for n in range(30)]
    both = [(X, "clean.articles", "publication_in_bounds"), (X, "clean.articles", "title_or_text_present")]
    assert broken.columns == ["document_id", "table_name", "rule"]
    assert broken.rows() == empty + both


@pytest.mark.parametrize("stage", ["registry", "raw", "clean", "entities", "topics"])
def test_tables_without_files_have_no_rows(stage: str) -> None:
    results = validate(stage, {name: [] for name in context_tables(stage)})
    assert failures(results) == {}
    assert [result.rule for result in results] == suite(stage)


def test_context_must_be_there() -> None:
    assert context_tables("entities") == ["clean.articles", "clean.zones", "registry.agencies", "registry.regions"]
    with pytest.raises(ValueError, match=r"needs files of clean\.zones, registry\.agencies, registry\.regions"):
        validate("entities", {"entities.mentions": [], "clean.articles": []})
    with pytest.raises(KeyError):
        suite("nowhere")


def snapshot(path: Path, tables: Tables) -> Path:
    with duckdb.connect(path) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame.to_arrow())
            connection.execute(f'create table "{TABLES[name].name}" as select * from frame')
            connection.unregister("frame")
    return path


def test_a_database_is_judged_read_only(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "it's media.duckdb", marts())
    before = path.read_bytes()
    results = validate_database(path)
    assert [result.rule for result in results] == suite("marts")
    assert failures(results) == {}
    assert path.read_bytes() == before
    with duckdb.connect(path) as connection:  # nobody holds it any more
        connection.execute("update fct_mentions set status = 'ambiguous' where mention_id = ?", [FIRST])
        connection.execute("drop table rpt_source_health")
    found = failures(validate_database(path))
    assert found["marts.fct_mentions", "only_resolved_names_and_roles_counted"].sample == (FIRST,)
    assert found["marts.rpt_source_health", "columns_match_contract"].observed == "there is no such table"
    assert {name for name, _ in found} == {"marts.fct_mentions", "marts.rpt_source_health"}


@pytest.mark.parametrize(
    ("rejected", "total", "passed"),
    [(0, 0, True), (1, 1, True), (20, 100, True), (21, 100, False), (50, 1000, True), (51, 1000, False)],
)
def test_a_part_with_too_many_rejected_blocks(rejected: int, total: int, passed: bool) -> None:
    result = quarantine_share("clean", rejected, total)
    assert result.passed is passed
    assert (result.rule.kind, result.unexpected_count) == ("frame", rejected)
    assert result.observed == f"{rejected} of {total} documents set aside"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 20), st.integers(0, 20))
@example("e\u0301", 0, 1)
@example("a👨\u200d👩\u200d👧b", 1, 2)
@example("🇮🇩 क्षि", 1, 2)
@settings(deadline=None)
def test_duckdb_counts_code_points_as_python_does(text: str, start: int, length: int) -> None:
    found = duckdb.execute("select length($1), substring($1, $2, $3)", [text, start + 1, length]).fetchone()
    assert found == (len(text), text[start : start + length])


def test_rules_are_well_formed() -> None:
    for stage in ("registry", *SOUND):
        rules = suite(stage)
        assert len({(rule.table, rule.name) for rule in rules}) == len(rules)
        assert {rule.table for rule in rules} == {table.full_name for table in tables_of_stage(stage)}
        assert {rule.kind for rule in rules if rule.stock or rule.is_shape} == {"frame"}
    assert contract_rules(TABLES["raw.documents"]) == suite("raw")[: len(contract_rules(TABLES["raw.documents"]))]


def test_suites_load_without_great_expectations() -> None:
    code = (
        "import sys, warehouse.expectations; sys.exit('great_expectations' in sys.modules or 'polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_judging_needs_no_network_and_leaves_no_file(tmp_path: Path) -> None:
    code = """
import sys
def listen(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise SystemExit(f"{event} {args}")
sys.addaudithook(listen)
from warehouse.expectations import validate
results = validate("raw", {})
sys.exit(not all(result.passed for result in results))
"""
    scratch = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | scratch, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
