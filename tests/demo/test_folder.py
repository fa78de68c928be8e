"""Two demos do not share a folder: they would do each other's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from betaalhub.demo.folder import alone_in
from betaalhub.errors import ConfigurationError


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        alone_in(tmp_path / "demo"),
        pytest.raises(ConfigurationError, match="draait al een demo"),
        alone_in(tmp_path / "demo"),
    ):
        pass


def test_a_demo_may_follow_another_and_stand_beside_one(tmp_path: Path) -> None:
    with alone_in(tmp_path / "demo"):
        pass
    with alone_in(tmp_path / "demo"), alone_in(tmp_path / "other"):
        pass


def test_a_folder_that_is_a_file_is_an_error_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    with pytest.raises(ConfigurationError, match="--map"), alone_in(tmp_path / "demo"):
        pass
