"""A register of every version that was, with everything in it, is brought up to date: nothing in it changes, it is whole, and
its work goes on; and it goes back as far as nothing is lost."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from betaalhub.domain.evidence import PogingStatus
from betaalhub.errors import ConfigurationError
from betaalhub.flows.verify import verify
from betaalhub.flows.zoekvelden import fill_search_fields
from betaalhub.storage.database import make_engine, make_sessions, migrate, pending
from betaalhub.storage.database_back import migrate_back, revision_of
from betaalhub.storage.database_schema import revisions
from betaalhub.storage.database_whole import snapshot
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, JournaalpostRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import Town, make_town

DUMPS = Path(__file__).with_name("dumps")
VERSIONS = sorted({path.name.removesuffix(".sql.gz") for path in DUMPS.glob("*.sql.gz")})
Contents = dict[str, list[tuple[object, ...]]]


@pytest.fixture(params=[(version, kind) for version in VERSIONS for kind in ("sqlite", "postgresql")], ids=":".join)
def register(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Engine:
    """The register of that version, with everything that happened in it."""
    version, kind = request.param
    url = new_database(kind)
    if kind == "sqlite":
        Path(url.removeprefix("sqlite:///")).write_bytes(
            gzip.decompress((DUMPS / f"{version}.sqlite3.gz").read_bytes())
        )
    engine = make_engine(url)
    if kind == "postgresql":
        script = gzip.decompress((DUMPS / f"{version}.sql.gz").read_bytes()).decode()
        raw = engine.raw_connection()
        raw.cursor().execute(script)
        raw.commit()
        raw.close()
    request.addfinalizer(engine.dispose)
    return engine


def columns(engine: Engine) -> dict[str, list[str]]:
    seen = inspect(engine)
    return {
        table: [column["name"] for column in seen.get_columns(table)]
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def contents(engine: Engine, of: dict[str, list[str]]) -> Contents:
    with engine.connect() as connection:
        return {
            table: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table}")), key=str
            )
            for table, names in of.items()
        }


def broken(engine: Engine) -> list[object]:
    with snapshot(make_sessions(engine)) as session:
        return [(one.code, one.first) for one in verify(session).broken]


def test_nothing_in_it_changes(register: Engine) -> None:
    before = columns(register)
    old = contents(register, before)
    migrate(register)
    after = columns(register)
    kept = {table: [name for name in names if name in after[table]] for table, names in before.items()}
    places = {table: [before[table].index(name) for name in names] for table, names in kept.items()}
    expected = {
        table: sorted((tuple(row[n] for n in places[table]) for row in rows), key=str) for table, rows in old.items()
    }
    found = contents(register, kept)
    assert {table: rows for table, rows in found.items() if rows != expected[table]} == {}
    assert old["betaalopdracht"]
    assert old["journaalpost"]


def test_it_is_whole_and_its_work_goes_on(register: Engine) -> None:
    migrate(register)
    fill_search_fields(make_sessions(register))
    assert broken(register) == []
    town = make_town(register)
    (live,) = [row for row in town.all(BetalingRow) if row.status == "GESTART"]
    town.psp.answer = PogingStatus.APPROVED
    town.clock.now = live.aangemaakt_op + timedelta(minutes=5)
    run_until_idle(town.hub)
    assert town_of(town, live) == ("BETAALD", "GEBOEKT", True)
    assert broken(register) == []


def town_of(town: Town, betaling: BetalingRow) -> tuple[str, str, bool]:
    """What became of a betaling: its status, that of its booking, and whether its product system knows."""
    (now,) = [row for row in town.all(BetalingRow) if row.id == betaling.id]
    (post,) = [row for row in town.all(JournaalpostRow) if row.betaling_id == betaling.id]
    (opdracht,) = [row for row in town.all(BetaalopdrachtRow) if row.id == post.betaalopdracht_id]
    return now.status, post.status, opdracht.versie_bevestigd == opdracht.versie_gewenst > 1


def test_it_goes_back_as_far_as_nothing_is_lost_and_comes_again(register: Engine) -> None:
    """What 0005 brought is known to no older version; of 0006 the columns must be empty, as before anyone filled them in."""
    migrate(register)
    fill_search_fields(make_sessions(register))
    newest = columns(register)
    before = contents(register, newest)
    known = [revision for revision, _ in revisions()]
    with pytest.raises(ConfigurationError, match="docs/backup.md") as refused:
        while True:
            migrate_back(register, known[known.index(str(revision_of(register))) - 1])
    stays = str(revision_of(register))
    assert f" {stays}: " in str(refused.value)
    assert stays in ("0005", "0006")
    migrate(register)
    fill_search_fields(make_sessions(register))
    assert contents(register, newest) == before
    assert broken(register) == []


def test_all_of_the_way_back_or_nothing(register: Engine) -> None:
    migrate(register)
    newest = columns(register)
    before = contents(register, newest)
    with pytest.raises(ConfigurationError, match="Er is niets veranderd"):
        migrate_back(register, "0001")
    assert not pending(register)
    assert contents(register, newest) == before


def test_every_version_that_was_has_its_dumps() -> None:
    assert [f"{version}.{kind}.gz" for version in VERSIONS for kind in ("sql", "sqlite3")] == sorted(
        path.name for path in DUMPS.iterdir()
    )
    assert VERSIONS[:3] == ["0.1.0", "0.2.0", "0.3.0"]
