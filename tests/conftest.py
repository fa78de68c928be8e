"""What holds for every test: no statement that it executes may be one that Oracle 19c refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle_lint import Watch

WATCH = Watch()
WATCH.install()


@pytest.fixture(autouse=True)
def oracle_watch() -> Iterator[None]:
    """Fail the test during which a statement was first executed that would fail on Oracle; under xdist in each process."""
    yield
    if problems := WATCH.take():
        pytest.fail("These statements would fail on Oracle 19c:\n" + "\n".join(map(str, problems)), pytrace=False)
