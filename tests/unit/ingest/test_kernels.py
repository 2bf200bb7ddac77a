"""The compiled matcher against a slow oracle of polars."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.kernels import CodePoints, compile_trie, scan, scan_all

Found = list[tuple[int, int, int, int]]


def is_word(char: str) -> bool:
    return (char.isascii() and (char.isalnum() or char == "_")) or not (
        char.isascii() or "\x80" <= char <= "\xbf" or "\u2000" <= char <= "\u2fff" or char > "\uffff"
    )


def oracle(patterns: list[str], is_exact: list[bool], documents: list[str]) -> Found:
    """find_many and extract_many of all overlapping matches, boundary filter, then greedy leftmost-longest."""
    found: Found = []
    for fold in (False, True):
        chosen = [i for i, exact in enumerate(is_exact) if exact is not fold]
        if not chosen:
            continue
        needles = [fold_ascii(patterns[i]) if fold else patterns[i] for i in chosen]
        number = dict(zip(needles, chosen, strict=True))
        frame = pl.DataFrame({"text": [fold_ascii(text) if fold else text for text in documents]}).select(
            pl.col("text").str.find_many(needles, overlapping=True).alias("start"),
            pl.col("text").str.extract_many(needles, overlapping=True).alias("needle"),
        )
        for document, (starts, needles_found) in enumerate(frame.iter_rows()):
            for start, needle in zip(starts, needles_found, strict=True):
                found.append((document, start, start + len(needle.encode()), number[needle]))
    valid = [match for match in found if fits(documents[match[0]].encode(), match[1], match[2])]
    valid.sort(key=lambda match: (match[0], match[1], -match[2], not is_exact[match[3]]))
    greedy: Found = []
    for match in valid:
        if not greedy or greedy[-1][0] != match[0] or match[1] >= greedy[-1][2]:
            greedy.append(match)
    return greedy


def fold_ascii(text: str) -> str:
    return text.encode().lower().decode()


def fits(text: bytes, start: int, end: int) -> bool:
    before, inside, behind = text[:start].decode(), text[start:end].decode(), text[end:].decode()
    begins = not (before and is_word(before[-1])) or (
        is_upper(inside[0])
        and (
            is_lower(before[-1])
            or (
                len(before) > 1
                and is_upper(before[-1])
                and is_upper(before[-2])
                and is_lower(text[start + 1 :].decode()[:1])
            )
        )
    )
    ends = not (behind and is_word(behind[0]) and is_word(inside[-1])) or (
        is_upper(behind[0]) and (is_lower(inside[-1]) or (end - start > 2 and is_lower(behind[1:2])))
    )
    return begins and ends


def is_lower(char: str) -> bool:
    return char.isascii() and char.islower()


def is_upper(char: str) -> bool:
    return char.isascii() and char.isupper()


def kernel(patterns: list[str], is_exact: list[bool], documents: list[str]) -> Found:
    encoded = [text.encode() for text in documents]
    bounds = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.int64)
    matches = scan(compile_trie(patterns, is_exact), b"".join(encoded), bounds[:-1], bounds[1:])
    shift = bounds[matches.segment]
    columns = (matches.segment, matches.start - shift, matches.end - shift, matches.pattern)
    return list(zip(*(column.tolist() for column in columns), strict=True))


ALPHABET = "abAB kK-.()é\u201c\u2026\u017f\U0001f600İ"
WORDS = st.text(alphabet="abAB k-.()é", min_size=1, max_size=6).filter(lambda word: is_word(word[0]))


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.tuples(WORDS, st.booleans()),
        min_size=1,
        max_size=12,
        unique_by=lambda p: (p[0] if p[1] else fold_ascii(p[0]), p[1]),
    ),
    st.lists(st.text(alphabet=ALPHABET, max_size=40), min_size=1, max_size=4),
)
def test_equals_the_oracle_on_random_text(forms: list[tuple[str, bool]], documents: list[str]) -> None:
    patterns, is_exact = [form[0] for form in forms], [form[1] for form in forms]
    assert kernel(patterns, is_exact, documents) == oracle(patterns, is_exact, documents)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.tuples(WORDS, st.booleans(), st.booleans()),
        min_size=1,
        max_size=12,
        unique_by=lambda p: (p[0] if p[1] else fold_ascii(p[0]), p[1]),
    ),
    st.lists(st.text(alphabet=ALPHABET, max_size=40), min_size=1, max_size=4),
)
def test_all_matches_equal_a_look_at_every_place(forms: list[tuple[str, bool, bool]], documents: list[str]) -> None:
    encoded = [text.encode() for text in documents]
    bounds = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.int64)
    trie = compile_trie([form[0] for form in forms], [form[1] for form in forms])
    is_prefix = np.array([form[2] for form in forms])
    found = scan_all(trie, b"".join(encoded), bounds[:-1], bounds[1:], is_prefix)
    columns = (found.segment, found.start - bounds[found.segment], found.end - bounds[found.segment], found.pattern)
    expected = set()
    for document, text in enumerate(documents):
        for number, (form, is_exact, is_open) in enumerate(forms):
            for start in range(len(text)):
                end = start + len(form)
                here = text[start:end] if is_exact else fold_ascii(text[start:end])
                if here != (form if is_exact else fold_ascii(form)) or (start and is_word(text[start - 1])):
                    continue
                if is_open and is_word(text[end - 1]):
                    while end < len(text) and is_word(text[end]):
                        end += 1
                if end == len(text) or not is_word(text[end]) or not is_word(text[end - 1]):
                    expected.add((document, len(text[:start].encode()), len(text[:end].encode()), number))
    told = list(zip(*(column.tolist() for column in columns), strict=True))
    assert set(told) == expected
    assert len(told) == len(expected)
    assert [match[:2] for match in told] == sorted(match[:2] for match in told)


def test_equals_the_oracle_on_real_articles(dev_data: Path) -> None:
    names = pl.read_csv(dev_data / "registries" / "lan_instansi_name_acronym.csv", infer_schema=False)
    surfaces = sorted({cell.strip() for column in names.iter_columns() for cell in column.drop_nulls()})
    surfaces = [surface for surface in surfaces if len(surface) > 1 and is_word(surface[0])]
    surfaces += [
        "KPU",
        "Kementerian",
        "Kementerian Dalam Negeri",
        "Komisi",
        "Ma",
        "MA",
        "Polri",
        "BI",
        "Menteri",
        "Presiden",
    ]
    surfaces = list({fold_ascii(surface): surface for surface in surfaces}.values())
    is_exact = [surface.isupper() for surface in surfaces]
    with gzip.open(dev_data / "articles" / "articles_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line).get("body") or "" for number, line in enumerate(lines) if number % 14 == 0][:2000]
    found = kernel(surfaces, is_exact, documents)
    assert len(documents) == 2000
    assert len(found) > 2000
    assert found == oracle(surfaces, is_exact, documents)


def test_a_longer_form_that_does_not_fit_never_hides_a_shorter_one() -> None:
    forms = ["Kementerian", "Kementerian Dalam", "Kementerian DALAM NEGERI"]
    assert kernel(forms, [False, False, True], ["Kementerian Dalam Negeri"]) == [(0, 0, 17, 1)]
    assert kernel(forms, [False, False, True], ["Kementerian Dalamnya"]) == [(0, 0, 11, 0)]


def test_a_match_never_crosses_documents() -> None:
    assert kernel(["KPU RI"], [True], ["KPU", " RI", "KPU RI"]) == [(2, 0, 6, 0)]


def test_case_is_folded_in_ascii_only_and_acronyms_keep_theirs() -> None:
    assert kernel(["BI", "polri"], [True, False], ["bi BI Bi POLRI Polri"]) == [
        (0, 3, 5, 0),
        (0, 9, 14, 1),
        (0, 15, 20, 1),
    ]
    assert kernel(["kpk"], [False], ["\u212aP\u212a"]) == []  # the Kelvin sign folds to k in Unicode


def test_letters_beyond_ascii_join_words_and_typographic_marks_part_them() -> None:
    assert kernel(["KPU"], [True], ["éKPU KPUé \u201cKPU\u201d KPU\u2026 \U0001f600KPU\u00bb"]) == [
        (0, 15, 18, 0),
        (0, 22, 25, 0),
        (0, 33, 36, 0),
    ]


def test_more_matches_than_were_provided_for() -> None:
    assert len(kernel(["a"], [False], ["a " * 5000])) == 5000


@pytest.mark.parametrize("patterns", [["(KPU)"], [""], ["KPU", "kpu"]])
def test_patterns_that_cannot_be_compiled(patterns: list[str]) -> None:
    with pytest.raises(ValueError, match="pattern"):
        compile_trie(patterns, [False] * len(patterns))


@settings(deadline=None)
@given(st.text(max_size=50))
def test_code_points_and_bytes_convert_both_ways(text: str) -> None:
    points = CodePoints.of(text.encode())
    cuts = np.arange(len(text) + 1)
    expected = np.array([len(text[:cut].encode()) for cut in cuts])
    assert points.to_bytes(cuts).tolist() == expected.tolist()
    assert points.from_bytes(expected).tolist() == cuts.tolist()
