"""The work beside the work: what goes wrong in one part of it, or takes long, keeps none of the others from being done."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import update

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BoekingStatus
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.storage.tables import (
    CircuitRow,
    JournaalpostRow,
    UitvalRow,
    WijzigingRow,
    WijzigingTellerRow,
)
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import PARKEREN, Town, rapport
from tests.worker.working import PARKING, PATIENCE, Systems, wait_until, working


def psp_is_spared(town: Town) -> None:
    """It failed three times, and may be tried again now."""
    town.does(lambda session: session.add(CircuitRow(ontvanger="psp:psp", fouten=3, open_tot=town.clock())))


def booked(town: Town) -> bool:
    return [post.status for post in town.all(JournaalpostRow)] == [BoekingStatus.GEBOEKT]


def in_the_feed(town: Town, antwoord: StartBetalingAntwoord) -> bool:
    """Has every versie of this betaalopdracht its number?"""
    id_ = town.opdracht(antwoord).id
    return all(row.nummer > 0 for row in town.all(WijzigingRow) if row.betaalopdracht_id == id_)


def test_a_psp_that_answers_a_probe_with_nonsense_stops_neither_feed_nor_bookings_nor_the_next_probe(
    small_town: Town,
) -> None:
    town = small_town
    antwoord, betaling = town.started()
    psp_is_spared(town)

    def nonsense() -> None:
        raise ValueError("an answer that nobody thought of")

    town.psp.during_health = nonsense
    with working(town, Systems(), threads=2):
        wait_until(lambda: town.psp.probed == 1)
        town.answered(betaling, rapport(PogingStatus.APPROVED, at=town.clock()))
        wait_until(lambda: booked(town) and in_the_feed(town, antwoord))
        town.psp.during_health = lambda: None
        town.clock.forward(minutes=2)
        wait_until(lambda: town.all(CircuitRow) == [])


def test_a_psp_that_hangs_while_it_is_probed_holds_up_neither_feed_nor_bookings(small_town: Town) -> None:
    town, systems = small_town, Systems()
    antwoord, betaling = town.started()
    psp_is_spared(town)
    town.psp.during_health = lambda: systems.release.wait(2 * PATIENCE)  # longer than anybody here waits
    with working(town, systems, threads=2):
        wait_until(lambda: town.psp.probed == 1)
        town.answered(betaling, rapport(PogingStatus.APPROVED, at=town.clock()))
        wait_until(lambda: booked(town) and in_the_feed(town, antwoord))
        assert not systems.release.is_set()


def test_a_zender_whose_feed_can_not_be_numbered_holds_up_no_other_and_no_booking(small_town: Town) -> None:
    """Its teller was set back by hand, so that the next number is there already."""
    town = small_town
    broken, betaling = town.started()
    run_until_idle(town.hub)
    town.does(lambda session: session.execute(update(WijzigingTellerRow).values(laatste=0)))
    town.answered(betaling, rapport(PogingStatus.APPROVED, at=town.clock()))
    other = town.offers(PARKEREN, zender=PARKING)
    assert town.opdracht(broken).zender_id < town.opdracht(other).zender_id  # the broken one has its turn first
    with working(town, Systems(), threads=2):
        wait_until(lambda: booked(town) and in_the_feed(town, other))
    assert not in_the_feed(town, broken)


def test_a_betaling_that_can_not_be_aged_keeps_no_other_from_a_person(small_town: Town) -> None:
    """The database takes no uitval about the oldest."""
    town = small_town
    _, broken = town.started()
    town.clock.forward(minutes=1)
    _, other = town.started()
    refuses = f"WHEN NEW.betaling_id = {broken.id} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    with closing(sqlite3.connect(str(town.engine.url.database))) as by_hand:
        by_hand.execute(f"CREATE TRIGGER refuses BEFORE INSERT ON uitval {refuses}")
    town.clock.forward(days=90)
    systems = Systems()
    town.psp.during_status = lambda: systems.release.wait(PATIENCE)  # nobody hears what came of them meanwhile
    with working(town, systems, threads=1):
        wait_until(lambda: [row.betaling_id for row in town.all(UitvalRow)] == [other.id])
