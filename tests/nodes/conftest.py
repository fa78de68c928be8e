"""When the towns on several nodes are run: by `make nodes`, for they take minutes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.proxy import skip_without_nginx

ASKED = "BETAALHUB_TEST_NODES"


@pytest.fixture
def seed() -> int:
    """The dice of this run: the value of BETAALHUB_TEST_NODES. Without it the test is skipped."""
    given = os.environ.get(ASKED, "")
    if not given:
        pytest.skip(f"a town on several nodes takes a minute or more: make nodes (or {ASKED}=SEED)")
    skip_without_nginx()
    return int(given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where logs and simulators stay, for whoever looks why."""
    return tmp_path / "town"
