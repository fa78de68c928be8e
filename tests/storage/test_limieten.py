"""What may be tried a few times may be tried no more often by many processes together."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.flows.limieten import LimietSoort, forget_limits, give_back, take
from betaalhub.storage.tables import LimietRow
from tests.flows.town import together
from tests.storage.building import NOW

QUARTER = timedelta(minutes=15)


def tries(
    sessions: sessionmaker[Session], key: str = "adres", now: datetime = NOW, soort: LimietSoort = LimietSoort.ZOEKEN
) -> bool:
    with sessions.begin() as session:
        return take(session, soort, key, limit=3, window=QUARTER, now=now)


def test_three_tries_in_a_quarter_and_not_a_fourth(sessions: sessionmaker[Session]) -> None:
    assert [tries(sessions) for _ in range(5)] == [True, True, True, False, False]
    assert not tries(sessions, now=NOW + QUARTER - timedelta(microseconds=1))
    assert [tries(sessions, now=NOW + QUARTER) for _ in range(4)] == [True, True, True, False]


def test_another_key_and_another_kind_have_a_count_of_their_own(sessions: sessionmaker[Session]) -> None:
    assert [tries(sessions) for _ in range(4)][-1] is False
    assert tries(sessions, "ander adres")
    assert tries(sessions, soort=LimietSoort.TOEVOEGEN)


def test_a_hit_does_not_count(sessions: sessionmaker[Session]) -> None:
    for _ in range(6):
        assert tries(sessions)
        with sessions.begin() as session:
            give_back(session, LimietSoort.ZOEKEN, "adres")
    with sessions.begin() as session:
        give_back(session, LimietSoort.ZOEKEN, "adres")  # more than was taken: it stays nothing
        give_back(session, LimietSoort.ZOEKEN, "nooit geprobeerd")
    assert [tries(sessions) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("later", [timedelta(), QUARTER], ids=["new", "again"])
def test_of_many_at_once_no_more_than_the_limit_hear_yes(sessions: sessionmaker[Session], later: timedelta) -> None:
    if later:
        tries(sessions)
    assert sorted(together(*[lambda: tries(sessions, now=NOW + later)] * 8)) == [False] * 5 + [True] * 3


def test_the_key_itself_is_not_stored(sessions: sessionmaker[Session]) -> None:
    tries(sessions, "192.0.2.7")
    with sessions() as session:
        (row,) = session.scalars(select(LimietRow))
    assert (len(row.sleutel), "." in row.sleutel, row.aantal) == (64, False, 1)


def test_what_is_past_falls_away_a_part_at_a_time(sessions: sessionmaker[Session]) -> None:
    for number in range(5):
        tries(sessions, str(number), NOW + timedelta(minutes=number))
    with sessions.begin() as session:
        assert [forget_limits(session, NOW + QUARTER + timedelta(minutes=2), most=2) for _ in range(3)] == [2, 1, 0]
        assert session.scalar(select(func.count()).select_from(LimietRow)) == 2
