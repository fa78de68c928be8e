"""Towns for the worker, the same as those of the flows."""

from __future__ import annotations

from tests.flows.conftest import (
    administrators,
    engine,
    oracle_url,
    postgres_server,
    postgresql_url,
    small_town,
    sqlite_template,
    sqlite_url,
    town,
    url,
)

__all__ = [
    "administrators",
    "engine",
    "oracle_url",
    "postgres_server",
    "postgresql_url",
    "small_town",
    "sqlite_template",
    "sqlite_url",
    "town",
    "url",
]
