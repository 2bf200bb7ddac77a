"""Which folders can be a data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import settings
from warehouse.errors import FolderError


def test_an_ordinary_path_may_hold_spaces_and_signs(tmp_path: Path) -> None:
    assert settings.layout(tmp_path / "d'ata é #1 & {a}").root == (tmp_path / "d'ata é #1 & {a}").resolve()


@pytest.mark.parametrize("sign", "*?[]%")
def test_a_path_that_tools_would_read_as_a_pattern_is_refused(
    sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FolderError) as told:
        settings.layout(tmp_path / f"a{sign}b")
    assert f"holds {sign};" in str(told.value)
    monkeypatch.setenv(settings.DATA, str(tmp_path / f"a{sign}b"))
    with pytest.raises(FolderError):
        settings.layout()


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="is a file"):
        settings.layout(tmp_path / "file")
