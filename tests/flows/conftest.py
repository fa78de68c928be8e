"""Towns for the flows: a register on SQLite and on PostgreSQL, with neighbours that answer what a test tells them to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from betaalhub.storage.database import make_engine
from tests.flows.town import Town, make_town
from tests.storage.conftest import (  # noqa: F401  the same registers as the tests of the storage
    DATABASES,
    administrators,
    engine,
    oracle_server,
    oracle_url,
    postgres_server,
    postgresql_url,
    sqlite_template,
    sqlite_url,
)


@pytest.fixture(params=[name for name in DATABASES if name != "oldest"])
def url(request: pytest.FixtureRequest) -> str:
    """A register of its own for this test, empty and migrated. What differs between two versions of a database is the storage's."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def town(engine: Engine) -> Town:  # noqa: F811  the fixture
    """A town with the demo catalogue."""
    return make_town(engine)


@pytest.fixture
def small_town(sqlite_url: str) -> Iterator[Town]:  # noqa: F811  the fixture
    """A town on SQLite only, where nothing depends on the database."""
    sqlite = make_engine(sqlite_url)
    yield make_town(sqlite)
    sqlite.dispose()
