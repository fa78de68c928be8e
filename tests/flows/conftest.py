"""Towns for the flows: a register on SQLite and on PostgreSQL, with neighbours that answer what a test tells them to."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.flows.town import Town, make_town
from tests.storage.conftest import (  # noqa: F401  the same registers as the tests of the storage
    engine,
    oracle_url,
    postgres_server,
    postgresql_url,
    sqlite_template,
    sqlite_url,
    url,
)


@pytest.fixture
def town(engine: Engine) -> Town:  # noqa: F811  the fixture
    """A town with the demo catalogue."""
    return make_town(engine)
