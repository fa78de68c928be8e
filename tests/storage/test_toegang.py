"""Who may call, in the register: a register of the first version keeps every password, and what may come once comes once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.flows.access import Aanroeper, find_bewijzen, require_zender
from betaalhub.flows.gezien import first_time, forget_seen
from betaalhub.storage.database import make_engine, make_sessions, migrate, migration_sql, pending
from betaalhub.storage.tables import AansluitingRow, BewijsRow, GezienRow
from tests.flows.town import together
from tests.storage.building import NOW, put
from tests.storage.revisions import upgrade

FILLED = (
    "INSERT INTO administratie (code, naam, btw_rekening, te_verrekenen_rekening) VALUES ('stad', 'Stad', '1', '2')",
    "INSERT INTO zender (administratie_id, code, naam, actief) VALUES (1, 'sport', 'Sport', 1)",
    "INSERT INTO aansluiting (naam, geheim_hash, actief) VALUES ('esb', '{hash}', 1)",
    "INSERT INTO aansluiting (naam, geheim_hash, actief, geldig_tot) VALUES ('oud', '{hash}', 1, '2026-01-01')",
    "INSERT INTO aansluiting_zender (aansluiting_id, zender_id) VALUES (1, 1)",
)
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("geheim")


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[Engine]:
    """A register of version 0001 with a zender, an aansluiting that speaks for it, and one that is over."""
    engine = make_engine(new_database(request.param))
    upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in FILLED:
            connection.exec_driver_sql(statement.format(hash=HASH))
    yield engine
    engine.dispose()


def test_an_aansluiting_of_the_first_version_still_comes_in_with_its_password(old: Engine) -> None:
    assert pending(old)
    migrate(old)
    assert not pending(old)
    with make_sessions(old)() as session:
        (bewijs,) = find_bewijzen(session, BewijsSoort.WACHTWOORD, "esb", NOW)
        assert PasswordHasher().verify(str(bewijs.geheim), "geheim")
        assert bewijs.aanroeper == Aanroeper(1, "esb", frozenset({"sport"}))
        assert find_bewijzen(session, BewijsSoort.WACHTWOORD, "oud", NOW) == []


def test_a_zender_of_the_first_version_may_what_it_could_and_nothing_more(old: Engine) -> None:
    migrate(old)
    aanroeper = Aanroeper(1, "esb", frozenset({"sport"}))
    with make_sessions(old)() as session:
        for operatie in ("StartBetaling", "VraagBetaalstatus", "Controleer"):
            assert require_zender(session, aanroeper, "sport", operatie).code == "sport"
        with pytest.raises(Exception, match="NIET_GEAUTORISEERD"):
            require_zender(session, aanroeper, "sport", "ZoekBetalingen")


@pytest.mark.parametrize("dialect", ["oracle", "postgresql", "sqlite"])
def test_a_register_that_is_there_is_upgraded_by_a_script(dialect: str) -> None:
    script = migration_sql(dialect, since="0001")
    made, moved, gone = (script.index(part) for part in ("CREATE TABLE bewijs", "INSERT INTO bewijs", "DROP COLUMN"))
    assert made < moved < gone
    assert "CREATE TABLE zender (" not in script


def esb(session: Session) -> int:
    row = AansluitingRow(naam=f"esb-{session.scalar(select(func.count()).select_from(AansluitingRow))}", actief=True)
    put(session, row)
    return row.id


def bewijs(aansluiting_id: int, soort: str, **values: object) -> BewijsRow:
    return BewijsRow(
        aansluiting_id=aansluiting_id, soort=soort, sleutel="x", geldig_van=NOW, aangemaakt_op=NOW, **values
    )


def test_one_certificate_never_leads_to_two(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        put(session, bewijs(esb(session), "OIN", eigenaar_sleutel="OIN:x"))
    with pytest.raises(IntegrityError), sessions.begin() as session:
        put(session, bewijs(esb(session), "OIN", eigenaar_sleutel="OIN:x"))


@pytest.mark.parametrize(
    ("soort", "geheim"), [("WACHTWOORD", None), ("OIN", "x"), ("USERNAMETOKEN", ""), ("NIETS", "x")]
)
def test_a_password_has_a_secret_and_a_certificate_has_none(
    sessions: sessionmaker[Session], soort: str, geheim: str | None
) -> None:
    with pytest.raises(IntegrityError), sessions.begin() as session:
        put(session, bewijs(esb(session), soort, geheim=geheim))


KEY, LATER = "a" * 64, NOW + timedelta(minutes=5)


def seen(sessions: sessionmaker[Session], now: object = NOW, key: str = KEY) -> bool:
    with sessions.begin() as session:
        return first_time(session, key, now + timedelta(minutes=5), now)  # type: ignore[operator]


def test_what_came_once_does_not_come_again_until_it_is_forgotten(sessions: sessionmaker[Session]) -> None:
    assert [seen(sessions), seen(sessions), seen(sessions, key="b" * 64)] == [True, False, True]
    assert not seen(sessions, LATER - timedelta(microseconds=1))
    assert seen(sessions, LATER)
    assert not seen(sessions, LATER)


def test_of_many_at_once_one_is_first(sessions: sessionmaker[Session]) -> None:
    assert sorted(together(*[lambda: seen(sessions)] * 6)) == [False] * 5 + [True]
    assert sorted(together(*[lambda: seen(sessions, LATER)] * 6)) == [False] * 5 + [True]


def test_a_message_that_fails_may_come_again(sessions: sessionmaker[Session]) -> None:
    with pytest.raises(ZeroDivisionError), sessions.begin() as session:
        first_time(session, KEY, LATER, NOW)
        raise ZeroDivisionError
    assert seen(sessions)


def test_what_is_past_falls_away_a_part_at_a_time(sessions: sessionmaker[Session]) -> None:
    for number in range(5):
        seen(sessions, NOW + timedelta(minutes=number), f"{number:064}")
    with sessions.begin() as session:
        assert [forget_seen(session, NOW + timedelta(minutes=7), most=2) for _ in range(3)] == [2, 1, 0]
        assert session.scalar(select(func.count()).select_from(GezienRow)) == 2
