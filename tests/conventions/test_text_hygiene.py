"""Nothing that is committed names a machine, a package host or a half-done thought."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LARGEST = 1 << 20  # bytes

# Written in pieces so that this file does not break its own rules.
MACHINE_PATHS = "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers", "fa" + "rm", "tm" + r"p/w\b"])
RULES = {
    "a path of one machine": re.compile(rf"(?<![\w.~$}}-])/(?:{MACHINE_PATHS})/?(?=[\w.])|\.lib" + "rary/"),
    "a package host": re.compile(
        "|".join(["pyp" + r"i\.org", "pythonho" + "sted", r"npm" + r"js\.", r"crates\.i" + "o"])
    ),
    "a note to self": re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]) + r")\b"),
    "a tool that wrote it": re.compile(
        "|".join(["cla" + "ude", "anthro" + "pic", "chatg" + "pt", "co-authored" + "-by", "as an ai" + " "]), re.I
    ),
}


def text_of(path: Path) -> str | None:
    """The file as UTF-8; null for a binary one."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


@pytest.fixture(scope="module")
def texts(files: list[Path], root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): text for path in files if (text := text_of(path)) is not None}


@pytest.mark.parametrize("rule", RULES)
def test_no_file_contains(rule: str, texts: dict[str, str]) -> None:
    found = [f"{name}: {match.group()}" for name, text in texts.items() for match in RULES[rule].finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("a path of one machine", "see /wo" + "rk/x"),
        ("a path of one machine", "'/ho" + "me/budi'"),
        ("a package host", "https://pyp" + "i.org/simple"),
        ("a note to self", "# TO" + "DO: later"),
        ("a tool that wrote it", "Co-Authored" + "-By: x"),
    ],
)
def test_the_rules_see_what_they_forbid(rule: str, text: str) -> None:
    assert RULES[rule].search(text)


def test_a_web_address_is_no_machine_path() -> None:
    assert not RULES["a path of one machine"].search("https://contoh.example/ho" + "me/berita")


def test_no_file_is_large(files: list[Path], root: Path) -> None:
    assert [path.relative_to(root).as_posix() for path in files if path.stat().st_size > LARGEST] == []


def test_lines_end_cleanly(texts: dict[str, str]) -> None:
    """Text files of code and docs have no carriage returns, no blanks at line ends and a last newline."""
    kinds = (".py", ".sql", ".md", ".yml", ".toml")
    untidy = [
        name
        for name, text in texts.items()
        if name.endswith(kinds) and text and ("\r" in text or re.search(r"[ \t]$", text, re.M) or text[-1] != "\n")
    ]
    assert untidy == []
