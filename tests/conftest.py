"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def development_data() -> Path:
    """Where real articles lie beside a checkout; the folder may be absent."""
    return Path(os.environ.get("KLIPING_DEV_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """The development data; a test that needs it is skipped, loudly, where it is absent.

    With KLIPING_REQUIRE_DEV_DATA set, as in CI beside the data, it fails instead.
    """
    folder = development_data()
    if not folder.is_dir():
        told = f"NO DEVELOPMENT DATA in {folder}: set KLIPING_DEV_DATA to its folder to run this test"
        if os.environ.get("KLIPING_REQUIRE_DEV_DATA"):
            pytest.fail(told)
        pytest.skip(told)
    return folder
