"""A booking that the ERP never answers calls a person, and then holds up no later one of its betaalopdracht."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import MAX_AGE, BoekingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.boekingsbatch import collect_batches, mark_sent, record_boeking
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.ports import BoekingsbatchBericht, Boekingsresultaat
from betaalhub.storage.tables import BoekingsbatchRow, JournaalpostRow, UitvalRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.test_booking_order import another_post, statuses
from tests.flows.test_too_old import resolves, waiting, watched
from tests.flows.town import Aside, Town


class Forgetful:
    """An ERP that knows every batch, books all of it, and never says a word about one journaalpost."""

    def __init__(self, forgotten: str) -> None:
        self.forgotten = forgotten
        self.taken: list[BoekingsbatchBericht] = []

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> Sequence[Boekingsresultaat]:
        self.taken.append(batch)
        return self._of(batch)

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> Sequence[Boekingsresultaat] | None:
        return [one for batch in self.taken if batch.batchnummer == batchnummer for one in self._of(batch)]

    def _of(self, batch: BoekingsbatchBericht) -> list[Boekingsresultaat]:
        numbers = [post.journaalpostnummer for post in batch.journaalposten]
        return [Boekingsresultaat(one, True, f"B-{one}", None) for one in numbers if one != self.forgotten]


def forgetful(town: Town) -> Hub:
    """The hub beside an ERP that forgets the one journaalpost that there is; the PSP says what it said before."""
    town.psp.answer = PogingStatus.APPROVED
    (post,) = town.all(JournaalpostRow)
    return replace(town.hub, erp=Forgetful(post.nummer))


def day(town: Town, hub: Hub) -> None:
    town.clock.forward(days=1, seconds=1)
    run_until_idle(hub)
    watched(town)
    run_until_idle(hub)


def test_one_without_an_answer_calls_a_person_and_then_the_later_one_is_booked(town: Town) -> None:
    antwoord, _ = town.paid()
    hub = forgetful(town)
    run_until_idle(hub)
    another_post(town, town.opdracht(antwoord).id)
    run_until_idle(hub)
    assert (statuses(town), waiting(town)) == (["VERZONDEN", "TE_BOEKEN"], [])
    day(town, hub)
    assert statuses(town) == ["VERZONDEN", "TE_BOEKEN"]
    assert waiting(town) == ["BOEKING_ONBEANTWOORD"], "the later one waits too long as well"
    day(town, hub)
    assert statuses(town) == ["VERZONDEN", "GEBOEKT"]
    first, later = sorted(town.all(JournaalpostRow), key=lambda row: row.id)
    assert {row.journaalpost_id: row.status for row in town.all(UitvalRow)} == {first.id: "OPEN", later.id: "OPGELOST"}


def test_who_let_it_rest_is_not_held_up_again(town: Town) -> None:
    antwoord, _ = town.paid()
    hub = forgetful(town)
    run_until_idle(hub)
    for _ in range(3):
        day(town, hub)
    resolves(town, Oplossing.GEEN_ACTIE, "Wij boekten het met de hand")
    another_post(town, town.opdracht(antwoord).id)
    run_until_idle(hub)
    assert statuses(town) == ["VERZONDEN", "GEBOEKT"]


def became(town: Town, status: BoekingStatus) -> None:
    town.does(lambda session: session.execute(update(JournaalpostRow).values(status=status)))


@pytest.mark.parametrize("status", sorted(MAX_AGE[BoekingStatus]))
def test_past_its_age_every_booking_that_waits_calls_a_person(town: Town, status: BoekingStatus) -> None:
    antwoord, _ = town.paid()
    became(town, status)
    town.clock.now = town.all(JournaalpostRow)[0].aangemaakt_op + MAX_AGE[BoekingStatus][status]
    assert (watched(town), waiting(town)) == (0, [])
    town.clock.forward(seconds=1)
    rejected = status == BoekingStatus.AFGEKEURD
    assert watched(town) == 1
    assert waiting(town) == ["BOEKING_AFGEKEURD" if rejected else "BOEKING_ONBEANTWOORD"]
    assert (watched(town), town.opdracht(antwoord).leverbaar) == (0, True)


def test_one_that_was_corrected_late_is_as_old_as_its_correction(town: Town) -> None:
    town.paid()
    town.erp.refuses = True
    run_until_idle(town.hub)
    town.clock.forward(days=20)
    resolves(town, Oplossing.OPNIEUW_BOEKEN)
    assert (statuses(town), watched(town)) == (["TE_BOEKEN"], 0)
    town.clock.forward(days=1, seconds=1)
    assert (watched(town), waiting(town)) == (1, ["BOEKING_ONBEANTWOORD"])


def test_an_answer_that_comes_while_its_age_is_looked_at_leaves_no_uitval(town: Town) -> None:
    town.paid()
    town.does(lambda session: collect_batches(session, keys=town.hub.keys, now=town.clock()))
    (batch,) = town.all(BoekingsbatchRow)
    town.does(lambda session: mark_sent(session, batch.id, Door("worker", town.clock())))
    town.clock.forward(days=3)

    def answers(session: Session) -> None:
        number = session.scalars(select(JournaalpostRow.nummer)).one()
        result = Boekingsresultaat(number, True, "B-1", None)
        assert record_boeking(session, batch.id, [result], Door("worker", town.clock()))
        session.flush()

    with town.holding(answers):
        watch = Aside(lambda: town.does(lambda session: find_too_old(session, town.clock())))
        town.wait_for_lock()
    watch.result()
    assert (statuses(town), town.all(UitvalRow)) == (["GEBOEKT"], [])
