"""Rows of several tables that are inserted in one go: what is stored is the same on every database, or nothing is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import BetaalhubError
from betaalhub.storage.database import key_was_taken, reading, with_retries
from betaalhub.storage.database_insert import IdOf, Insert, insert_together
from betaalhub.storage.database_postgres import ping_after_rest
from betaalhub.storage.tables import GebeurtenisRow, KenmerkRow, WinkelmandjeRow
from tests.storage.building import Register

MOMENT = datetime(2026, 11, 24, 9, 30, 0, 123456, UTC)
STRANGE = 'O\'Brien "x" \\ %s {} ☂ ’t Zand\nen: verder'


def inserts(register: Register, kenmerk: str, *, token: str = "token", wie: str = "proef") -> list[Insert]:
    mandje = {"administratie_id": register.administratie_id, "kenmerk": kenmerk, "token": token, "status": "OPEN",
              "versie": 1, "totaal_cent": 9_999_999_999, "aangemaakt_op": MOMENT}  # fmt: skip
    return [
        Insert(KenmerkRow, [{"kenmerk": kenmerk, "soort": "WINKELMANDJE"}]),
        Insert(WinkelmandjeRow, [mandje], "mandje"),
        Insert(GebeurtenisRow, [gebeurtenis(number, wie) for number in range(3)]),
    ]


def gebeurtenis(number: int, wie: str) -> dict[str, Any]:
    return {"onderwerp": "PROEF", "onderwerp_id": IdOf("mandje", twice), "winkelmandje_id": IdOf("mandje"),
            "tijdstip": MOMENT, "soort": f"S{number}", "wie": wie, "reden": None if number else STRANGE,
            "gegevens": STRANGE * 200 if number == 1 else None}  # fmt: skip


def twice(number: int) -> int:
    return number * 2 + 1


def test_rows_come_back_as_they_were_given(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        ids = insert_together(session, *inserts(register, "482710936577"))
    with reading(sessions) as session:
        mandje = session.get_one(WinkelmandjeRow, ids["mandje"])
        assert (mandje.kenmerk, mandje.totaal_cent, mandje.aangemaakt_op) == ("482710936577", 9_999_999_999, MOMENT)
        first, second, third = session.scalars(select(GebeurtenisRow).order_by(GebeurtenisRow.soort))
        assert {row.winkelmandje_id for row in (first, second, third)} == {mandje.id}
        assert first.onderwerp_id == 2 * mandje.id + 1
        assert (first.reden, first.gegevens, second.reden, second.gegevens) == (STRANGE, None, None, STRANGE * 200)


def test_a_key_that_is_taken_leaves_nothing_behind(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        insert_together(session, *inserts(register, "482710936577"))
    with pytest.raises(IntegrityError) as failed, sessions.begin() as session:
        insert_together(session, *inserts(register, "110000000018"))  # the token is the same
    assert key_was_taken(failed.value)
    with reading(sessions) as session:
        assert session.scalars(select(KenmerkRow.kenmerk)).all() == ["482710936577"]
        assert session.scalar(select(func.count()).select_from(GebeurtenisRow)) == 3


def test_whoever_finds_a_key_taken_looks_again(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        insert_together(session, *inserts(register, "482710936577"))
    seen: list[int] = []

    def work(session: Session) -> str:
        seen.append(1)
        if len(seen) > 1:
            return session.scalars(select(WinkelmandjeRow.kenmerk)).one()
        insert_together(session, *inserts(register, "110000000018"))
        return "never"

    assert with_retries(sessions, work) == "482710936577"


def test_a_key_that_stays_taken_is_an_error_in_the_end(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        insert_together(session, *inserts(register, "482710936577"))
    with pytest.raises(IntegrityError):
        with_retries(sessions, lambda session: insert_together(session, *inserts(register, "110000000018")))


def test_another_broken_rule_is_no_key(sessions: sessionmaker[Session], register: Register) -> None:
    with pytest.raises(IntegrityError) as failed, sessions.begin() as session:
        insert_together(session, Insert(KenmerkRow, [{"kenmerk": "482710936577", "soort": "ANDERS"}]))
    assert not key_was_taken(failed.value)


def test_what_does_not_fit_is_refused_and_not_cut_off(sessions: sessionmaker[Session], register: Register) -> None:
    with pytest.raises((BetaalhubError, StatementError)), sessions.begin() as session:
        insert_together(session, *inserts(register, "482710936577", wie="x" * 101))


@pytest.mark.parametrize(("rest", "noticed"), [(0.0, True), (3600.0, False)], ids=["rested", "used just now"])
def test_a_connection_that_was_lost_while_it_rested_is_not_used(
    postgresql_url: str, rest: float, noticed: bool
) -> None:
    engine, other = create_engine(postgresql_url), create_engine(postgresql_url)
    ping_after_rest(engine, rest)
    with engine.connect() as connection:
        mine = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
    used = [_backend(engine) for _ in range(2)]
    assert used[0] != mine
    assert (used[0] is not None, used[1] is not None) == (noticed, True)  # one call fails at most
    engine.dispose()
    other.dispose()


def _backend(engine: Any) -> int | None:
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text("SELECT pg_backend_pid()")))
    except OperationalError:
        return None
