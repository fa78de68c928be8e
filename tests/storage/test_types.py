"""What goes into the register comes out the same, on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, literal, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage import queries
from betaalhub.storage.tables import AansluitingRow, BetalingRow, CircuitRow, GebeurtenisRow, ZenderRow
from betaalhub.storage.types import Tekst
from tests.storage.building import NOW, Register, make_betaling, make_gebeurtenis, make_mandje, make_opdracht, put

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
STEPS = st.timedeltas(timedelta(days=-20_000), timedelta(days=60_000))
MOMENTS = st.builds(lambda step, zone: (NOW + step).astimezone(zone), STEPS, ZONES)


@settings(max_examples=30, deadline=None)
@given(moment=MOMENTS)
def test_a_moment_keeps_its_microseconds_whatever_its_zone(ground: Connection, moment: datetime) -> None:
    with ground.begin_nested() as savepoint:
        ground.execute(insert(CircuitRow).values(ontvanger="psp:psp", fouten=1, open_tot=moment))
        found = ground.scalar(select(CircuitRow.open_tot).where(CircuitRow.open_tot == moment))
        savepoint.rollback()
    assert found == moment
    assert found is not None and found.tzinfo is UTC


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
@example(text="a\0b").via("what PostgreSQL refuses")
def test_any_text_comes_back_and_is_found_by_itself(ground: Connection, text: str) -> None:
    with ground.begin_nested() as savepoint:
        ground.execute(insert(CircuitRow).values(ontvanger="x" + text[1:], fouten=1, open_tot=NOW))
        found = ground.scalars(select(CircuitRow.ontvanger).where(CircuitRow.ontvanger == "x" + text[1:])).all()
        savepoint.rollback()
    assert found == ["x" + text[1:].replace("\0", "\ufffd")]


def test_moments_sort_and_compare_by_the_clock(sessions: sessionmaker[Session]) -> None:
    moments = [NOW + timedelta(microseconds=step) for step in (1, 0, 1_000_000, 999_999)]
    with sessions.begin() as session:
        session.execute(
            insert(CircuitRow), [{"ontvanger": f"o{n}", "fouten": 1, "open_tot": at} for n, at in enumerate(moments)]
        )
        found = session.scalars(
            select(CircuitRow.open_tot).where(CircuitRow.open_tot > NOW).order_by(CircuitRow.open_tot)
        )
        assert list(found) == sorted(moments)[1:]


def test_a_moment_without_a_zone_is_refused(sessions: sessionmaker[Session]) -> None:
    with pytest.raises(StatementError, match="without a time zone"), sessions.begin() as session:
        put(session, CircuitRow(ontvanger="psp:psp", fouten=1, open_tot=NOW.replace(tzinfo=None)))


def test_an_empty_text_is_no_text(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        session.get_one(ZenderRow, register.zender_id).push_url = ""
    with sessions() as session:
        assert session.get_one(ZenderRow, register.zender_id).push_url is None


def test_an_obliged_text_is_never_empty(sessions: sessionmaker[Session], register: Register) -> None:
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.get_one(ZenderRow, register.zender_id).naam = ""


def test_a_text_that_is_too_long_is_refused_on_every_database(
    sessions: sessionmaker[Session], register: Register
) -> None:
    with pytest.raises(StatementError, match="does not fit in 40"), sessions.begin() as session:
        session.get_one(ZenderRow, register.zender_id).code = "x" * 41


def test_length_counts_characters_and_not_bytes(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        session.get_one(ZenderRow, register.zender_id).naam = "€" * 100
    with sessions() as session:
        assert session.get_one(ZenderRow, register.zender_id).naam == "€" * 100


@pytest.mark.parametrize("amount", [12.5, "1250", True])
def test_money_that_is_no_int_of_cents_is_refused(
    sessions: sessionmaker[Session], register: Register, amount: object
) -> None:
    with pytest.raises(StatementError, match="int of cents"), sessions.begin() as session:
        make_mandje(session, register).totaal_cent = amount  # type: ignore[assignment]


def test_a_large_amount_comes_back_to_the_cent(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        mandje.totaal_cent = 123_456_789_012_345
    with sessions() as session:
        found = queries.winkelmandje_by_token(session, mandje.token)
        assert found is not None and found.totaal_cent == 123_456_789_012_345
        assert type(found.totaal_cent) is int


def test_yes_and_no_come_back_as_bools(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        put(session, AansluitingRow(naam="esb", actief=False))
    with sessions() as session:
        assert session.scalars(select(AansluitingRow.actief)).all() == [False]
        assert session.scalars(select(AansluitingRow.naam).where(AansluitingRow.actief == False)).all() == ["esb"]  # noqa: E712


def test_a_long_text_comes_back_whole(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        opdracht = make_opdracht(session, register, mandje)
        row = make_betaling(session, register, mandje, list(queries.regels_of(session, [opdracht.id])))
        row.doorstuur_url = "https://bank.example/?" + "é" * 20_000
    with sessions() as session:
        assert session.get_one(BetalingRow, row.id).doorstuur_url == row.doorstuur_url


def test_a_long_text_holds_no_sign_that_a_database_refuses(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        post = make_gebeurtenis(1)
        post.gegevens = "voor\0na"
        put(session, post)
    with sessions() as session:
        assert session.scalars(select(GebeurtenisRow.gegevens)).all() == ["voor\ufffdna"]


def test_a_code_is_stored_as_plain_text(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(select(literal("x", Tekst(5)))) == "x"


def test_a_flag_is_asked_for_with_is(sessions: sessionmaker[Session], register: Register) -> None:
    """`IS 1` is no SQL on PostgreSQL and Oracle: a flag is compared with `=`."""
    with sessions() as session:
        active, idle = (
            select(ZenderRow.id).where(ZenderRow.actief.is_(True)),
            select(ZenderRow.id).where(ZenderRow.actief.is_not(True)),
        )
        assert list(session.scalars(active)) == [register.zender_id]
        assert list(session.scalars(idle)) == []
