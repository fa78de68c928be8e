"""The feed while many write at the same time: each versie once, in order, none missed, however late its writer commits."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import publish
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.wijzigingen import (
    NUMBER_AT_ONCE,
    in_order,
    number_wijzigingen,
    vraag_wijzigingen,
    zenders_behind,
)
from betaalhub.storage.database import lock, reading
from betaalhub.storage.tables import BetaalopdrachtRow, WijzigingRow, WijzigingTellerRow, ZenderRow
from betaalhub.worker.loop import run_once
from tests.flows.town import ESB, NOW, WAIT, Town, together

Seen = tuple[str, int]  # betaalkenmerk, versie


@dataclass
class Reader:
    """A product system that asks on and on, and keeps the place where it is."""

    town: Town
    place: int = 0
    seen: list[Seen] = field(default_factory=list)

    def reads(self, maximum: int = 100) -> bool:
        """One question; True when it is up to date."""
        with reading(self.town.hub.sessions) as session:
            found = vraag_wijzigingen(session, zender="vergunningen", aanroeper=ESB, vanaf=self.place, maximum=maximum)
        assert [one.nummer for one in found.wijzigingen] == list(
            range(self.place + 1, self.place + 1 + len(found.wijzigingen))
        )
        self.seen += [(one.betaalkenmerk, one.versie) for one in found.wijzigingen]
        self.place = found.volgende
        return found.compleet


def numbers(town: Town) -> int:
    """Whoever numbers does it once."""
    zender = next(row.id for row in town.all(ZenderRow) if row.code == "vergunningen")
    return town.does(lambda session: number_wijzigingen(session, zender))


def publishing(town: Town, antwoord: StartBetalingAntwoord, *, pause: float = 0) -> Callable[[Session], None]:
    """A change of this betaalopdracht that the product system is told of."""
    opdracht_id = town.opdracht(antwoord).id

    def work(session: Session) -> None:
        (row,) = lock(session, BetaalopdrachtRow, [opdracht_id])
        publish(session, row, Door("proef", town.clock()))
        session.flush()
        time.sleep(pause)  # its transaction stays open

    return work


def test_who_commits_late_is_numbered_late_and_not_lost(town: Town) -> None:
    if town.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    slow, quick, reader = town.offers(), town.offers(), Reader(town)
    with town.holding(publishing(town, slow)):
        town.does(publishing(town, quick))
        assert numbers(town) == 3
        assert not reader.reads(maximum=1)
        assert reader.reads()
    assert not reader.reads()
    assert numbers(town) == 1
    assert reader.reads()
    assert reader.seen[-1] == (slow.betaalkenmerk, 2)
    assert Counter(reader.seen) == Counter((one.betaalkenmerk, versie) for one in (slow, quick) for versie in (1, 2))


def test_who_writes_waits_for_nobody_who_numbers(town: Town) -> None:
    if town.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    first = town.offers()
    zender = town.opdracht(first).zender_id
    numbers(town)
    town.does(publishing(town, first))
    with town.holding(lambda session: number_wijzigingen(session, zender)):
        together(lambda: town.does(publishing(town, first)), town.offers)
    assert numbers(town) == 2


def test_parallel_writers_numberers_and_a_reader_see_each_versie_once_and_in_order(town: Town) -> None:
    antwoorden = [town.offers() for _ in range(4)]
    busy, reader = threading.Event(), Reader(town)
    draw = random.Random(7)

    def writes(antwoord: StartBetalingAntwoord) -> None:
        for _ in range(8):
            town.does(publishing(town, antwoord, pause=draw.uniform(0, 0.01)))

    def all_write() -> None:
        together(*(lambda one=one: writes(one) for one in antwoorden))
        busy.set()

    def reads() -> None:
        until = time.monotonic() + WAIT
        while not busy.is_set() and time.monotonic() < until:
            reader.reads(draw.randint(1, 5))

    def number() -> None:
        while not busy.is_set():
            numbers(town)
            time.sleep(0.002)

    together(all_write, reads, number, number)
    numbers(town)
    while not reader.reads(3):
        pass
    wanted = Counter((one.betaalkenmerk, versie) for one in antwoorden for versie in range(1, 10))
    assert Counter(reader.seen) == wanted
    for one in antwoorden:
        assert [versie for kenmerk, versie in reader.seen if kenmerk == one.betaalkenmerk] == list(range(1, 10))


def test_two_who_begin_a_feed_at_once_number_each_once(town: Town) -> None:
    for _ in range(3):
        town.offers()
    assert sorted(together(*(lambda: numbers(town) for _ in range(4)))) == [0, 0, 0, 3]
    assert sorted(row.nummer for row in town.all(WijzigingRow)) == [1, 2, 3]
    assert [row.laatste for row in town.all(WijzigingTellerRow)] == [3]


def test_the_worker_numbers_what_waits_and_nothing_else(town: Town) -> None:
    town.offers()
    with reading(town.hub.sessions) as session:
        assert len(zenders_behind(session)) == 1
    run_once(town.hub)
    assert [row.nummer for row in town.all(WijzigingRow)] == [1]
    with reading(town.hub.sessions) as session:
        assert zenders_behind(session) == []


def test_a_backlog_is_numbered_in_rounds_and_each_betaalopdracht_keeps_its_order(small_town: Town) -> None:
    town, reader = small_town, Reader(small_town)
    antwoorden = [town.offers(), town.offers()]
    for antwoord in antwoorden:
        town.does(lambda session, one=antwoord: [publishing(town, one)(session) for _ in range(NUMBER_AT_ONCE)])
    assert [run_once(town.hub) for _ in range(2)] == [3, 1]  # two are told; more than a round waits: it goes on at once
    assert numbers(town) == 2
    assert reader.reads(2 * NUMBER_AT_ONCE + 2)
    for antwoord in antwoorden:
        versies = [versie for kenmerk, versie in reader.seen if kenmerk == antwoord.betaalkenmerk]
        assert versies == list(range(1, NUMBER_AT_ONCE + 2))


def test_a_change_that_is_undone_is_in_no_feed(town: Town) -> None:
    antwoord = town.offers()
    with pytest.raises(ZeroDivisionError), town.holding(publishing(town, antwoord)):
        raise ZeroDivisionError
    assert numbers(town) == 1


def test_the_feed_costs_a_start_one_statement(town: Town) -> None:
    town.offers()
    seen: list[str] = []
    event.listen(town.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    town.offers()
    (told,) = [
        one for one in seen if "wijziging" in one
    ]  # on PostgreSQL a part of the one statement that stores it all
    assert told.count("INSERT INTO wijziging") == 1


MOMENTS = st.integers(0, 3).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 5)), MOMENTS))
def test_versies_keep_their_order_also_where_clocks_differ(waiting) -> None:
    found = in_order([(opdracht, versie, moment) for (opdracht, versie), moment in waiting.items()])
    assert sorted(found) == sorted(waiting)
    for opdracht in {one for one, _ in found}:
        versies = [versie for one, versie in found if one == opdracht]
        assert versies == sorted(versies)


@given(st.dictionaries(st.integers(1, 9), MOMENTS))
def test_different_betaalopdrachten_stand_in_the_order_of_time(moments) -> None:
    found = in_order([(opdracht, 1, moment) for opdracht, moment in moments.items()])
    assert [moments[opdracht] for opdracht, _ in found] == sorted(moments.values())


def test_what_the_feed_tells_is_how_it_stood_then(town: Town) -> None:
    town.paid()
    with reading(town.hub.sessions) as session:
        rows = session.scalars(select(WijzigingRow).order_by(WijzigingRow.versie)).all()
    assert [(row.versie, row.status, row.ontvangen_cent, row.leverbaar) for row in rows] == [
        (1, "OPEN", 0, False),
        (2, "BETAALD", 18_750, True),
    ]
