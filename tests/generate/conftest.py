"""Towns whose register is filled: on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.flows.conftest import small_town, town, url  # noqa: F401  the same towns as the tests of the flows
from tests.storage.conftest import (  # noqa: F401  the same registers as the tests of the storage
    administrators,
    engine,
    oracle_server,
    oracle_url,
    postgres_server,
    postgresql_url,
    sqlite_template,
    sqlite_url,
)
