"""The samples are small, explained, and of outlets that do not exist."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path

import pytest

LARGEST_TOTAL = 200_000  # bytes
HOST = re.compile(rb"https?://([\w.-]+)")
FORMAT_HOSTS = (b"schema.org", b"schemas.openxmlformats.org", b"ogp.me")


@pytest.fixture(scope="module")
def samples(files: list[Path], root: Path) -> list[Path]:
    found = [path for path in files if path.is_relative_to(root / "samples")]
    assert found
    return found


def content(path: Path) -> bytes:
    """The bytes of a sample, unpacked where its format packs them."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return b"\n".join(book.read(name) for name in book.namelist() if "sharedStrings" in name or "sheet" in name)
    return path.read_bytes()


def test_samples_are_small(samples: list[Path]) -> None:
    assert sum(path.stat().st_size for path in samples) < LARGEST_TOTAL


def test_every_sample_is_explained(samples: list[Path], root: Path) -> None:
    text = (root / "docs" / "samples.md").read_text("utf-8")
    data = [path for path in samples if not path.name.endswith(".mapping.yml")]
    assert [path.name for path in data if f"`{path.name}`" not in text and f"`{path.parent.name}/*" not in text] == []


def test_the_outlets_do_not_exist(samples: list[Path]) -> None:
    hosts = {host for path in samples for host in HOST.findall(content(path)) if host not in FORMAT_HOSTS}
    assert len(hosts) > 1
    assert {host for host in hosts if not host.endswith(b".example")} == set()
