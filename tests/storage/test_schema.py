"""The rules that the database keeps for us: one live betaling, statuses of the domain, and what happened can not be changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.statuses import BetaalopdrachtStatus, BetalingStatus, WinkelmandjeStatus
from betaalhub.errors import BetaalhubError
from betaalhub.storage.queries import regels_of
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    ToewijzingRow,
    WinkelmandjeRow,
)
from tests.storage.building import Register, make_betaling, make_gebeurtenis, make_mandje, make_opdracht, put


@pytest.mark.parametrize(
    ("row_class", "statuses"),
    [(WinkelmandjeRow, WinkelmandjeStatus), (BetaalopdrachtRow, BetaalopdrachtStatus), (BetalingRow, BetalingStatus)],
)
def test_a_status_that_is_not_in_the_domain_is_refused(
    sessions: sessionmaker[Session],
    register: Register,
    row_class: type[WinkelmandjeRow | BetaalopdrachtRow | BetalingRow],
    statuses: type[WinkelmandjeStatus | BetaalopdrachtStatus | BetalingStatus],
) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        opdracht = make_opdracht(session, register, mandje)
        make_betaling(session, register, mandje, list(regels_of(session, [opdracht.id])))
        for status in statuses:
            session.execute(update(row_class).values(status=status))
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.execute(update(row_class).values(status="ZOMAAR"))


def test_one_betaling_of_a_winkelmandje_lives_at_a_time(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        regels = list(regels_of(session, [make_opdracht(session, register, mandje).id]))
        make_betaling(session, register, mandje, regels, status="MISLUKT")
        make_betaling(session, register, mandje, regels, status="MISLUKT")
        make_betaling(session, register, mandje, regels)
    with pytest.raises(IntegrityError), sessions.begin() as session:
        make_betaling(session, register, mandje, regels)


def _same_kenmerk(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    second.levend_sleutel = first.levend_sleutel


def _same_token(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    second.token = first.token


def _unknown_winkelmandje(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    second.winkelmandje_id = 999_999


def _nothing_to_pay(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    second.totaal_cent = 0


def _confirmed_before_wished(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    second.versie_bevestigd = 2


def _neither_yes_nor_no(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    session.connection().exec_driver_sql("UPDATE betaalopdracht SET leverbaar = 2")


def _promised_more_than_paid(session: Session, first: BetaalopdrachtRow, second: BetaalopdrachtRow) -> None:
    session.execute(update(ToewijzingRow).values(gereserveerd_cent=ToewijzingRow.bedrag_cent + 1))


@pytest.mark.parametrize(
    "spoil",
    [_same_kenmerk, _same_token, _unknown_winkelmandje, _nothing_to_pay, _confirmed_before_wished, _neither_yes_nor_no,
     _promised_more_than_paid],
)  # fmt: skip
def test_the_register_itself_refuses_what_can_not_be(
    sessions: sessionmaker[Session], register: Register, spoil: Callable[..., None]
) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        first, second = make_opdracht(session, register, mandje), make_opdracht(session, register, mandje)
        make_betaling(session, register, mandje, list(regels_of(session, [first.id])))
    with pytest.raises(IntegrityError), sessions.begin() as session:
        spoil(session, first, session.get_one(BetaalopdrachtRow, second.id))


def _change_a_row(session: Session) -> None:
    session.scalars(select(GebeurtenisRow)).one().wie = "iemand anders"
    session.flush()


def _remove_a_row(session: Session) -> None:
    session.delete(session.scalars(select(GebeurtenisRow)).one())
    session.flush()


def _change_all(session: Session) -> None:
    session.execute(update(GebeurtenisRow).values(wie="niemand"))


def _remove_all(session: Session) -> None:
    session.execute(delete(GebeurtenisRow))


@pytest.mark.parametrize("change", [_change_a_row, _remove_a_row, _change_all, _remove_all])
def test_what_happened_is_never_changed(sessions: sessionmaker[Session], change: Callable[[Session], None]) -> None:
    with sessions.begin() as session:
        put(session, make_gebeurtenis(1))
    with pytest.raises(BetaalhubError, match="never changed"), sessions.begin() as session:
        change(session)


@pytest.mark.parametrize("statement", ["UPDATE gebeurtenis SET wie = 'x'", "DELETE FROM gebeurtenis"])
def test_what_happened_is_guarded_below_our_own_code(engine: Engine, statement: str) -> None:
    if engine.dialect.name == "oracle":
        pytest.skip("on Oracle the guard is a right that is not granted: docs/register.md")
    with Session(engine) as session, session.begin():
        put(session, make_gebeurtenis(1))
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_what_happened_is_not_emptied_away(server: Engine) -> None:
    if server.dialect.name == "oracle":
        pytest.skip("on Oracle the guard is a right that is not granted: docs/register.md")
    with pytest.raises(DBAPIError, match="never changed"), server.begin() as connection:
        connection.exec_driver_sql("TRUNCATE gebeurtenis")
