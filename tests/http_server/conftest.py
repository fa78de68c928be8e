"""Both workers, side by side and one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http_server.server import WORKERS, Server, serving


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Ours and gunicorn's own."""
    folder = tmp_path_factory.mktemp("both")
    with serving("snel", folder / "snel") as ours, serving("gthread", folder / "gthread") as theirs:
        yield ours, theirs
        assert "Error in the worker" not in ours.told()


@pytest.fixture(scope="module", params=WORKERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of them."""
    with serving(request.param, tmp_path_factory.mktemp("one") / request.param) as found:
        yield found
        assert "Error in the worker" not in found.told()
