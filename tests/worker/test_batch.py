"""A boekingsbatch reaches the ERP once, and what the ERP said of it is what the register says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.boekingsbatch import collect_batches
from betaalhub.ports import BoekingsbatchBericht, Boekingsresultaat
from betaalhub.steps.hold import Hold
from betaalhub.storage import outbox
from betaalhub.storage.tables import (
    BoekingsbatchRow,
    CircuitRow,
    GebeurtenisRow,
    JournaalpostRow,
    OutboxRow,
    UitvalRow,
)
from betaalhub.worker.loop import run_until_idle
from betaalhub.worker.work import do
from tests.flows.refunds import lives
from tests.flows.town import Town
from tests.worker.working import held, wait_until

LOST = NeighbourError(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME", neighbour="erp")


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


@dataclass
class SlowErp:
    """An ERP that books a batch and then answers the calls like this (None: its answer is lost); `knows` it when asked."""

    answers: list[NeighbourError]
    knows: bool = False
    calls: int = 0
    asked: int = 0
    booked: list[Boekingsresultaat] = field(default_factory=list)

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> Sequence[Boekingsresultaat]:
        self.calls += 1
        numbers = [post.journaalpostnummer for post in batch.journaalposten]
        self.booked = self.booked or [Boekingsresultaat(number, True, "2026-1", None) for number in numbers]
        raise self.answers.pop(0)

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> Sequence[Boekingsresultaat] | None:
        self.asked += 1
        return self.booked if self.knows else None


def batched(town: Town) -> None:
    """A permit is paid, and its journaalpost is about to go to the ERP."""
    town.paid()
    town.psp.answer = PogingStatus.APPROVED
    town.does(lambda session: collect_batches(session, keys=town.hub.keys, now=town.clock()))


def books(town: Town) -> tuple[list[str], list[str], list[str]]:
    """How the batches stand, their journaalposten, and what a person is asked to look at."""
    batches, posts = town.all(BoekingsbatchRow), town.all(JournaalpostRow)
    return [one.status for one in batches], [one.status for one in posts], [one.soort for one in town.all(UitvalRow)]


def test_who_stood_still_sends_no_batch(town: Town) -> None:
    batched(town)
    do(town.hub, held(town, OutboxSoort.BOEKINGSBATCH, frozen=True))
    assert (town.erp.seen, books(town)) == ([], (["GEMAAKT"], ["IN_BATCH"], []))
    lives(town, minutes=10)
    assert (len(town.erp.seen), books(town)) == (1, (["BEANTWOORD"], ["GEBOEKT"], []))


@dataclass
class StandsStill:
    """The clock of a process that stands still at its first look; `meanwhile` happens elsewhere."""

    town: Town
    meanwhile: Callable[[], None]
    looks: int = 0

    def __call__(self) -> datetime:
        self.looks += 1
        if self.looks == 1:
            self.meanwhile()
        return self.town.clock()


def test_who_stood_still_after_it_wrote_that_a_batch_leaves_does_not_send_it(town: Town) -> None:
    batched(town)
    hold = replace(held(town, OutboxSoort.BOEKINGSBATCH), lease=timedelta(seconds=4))
    still = StandsStill(town, lambda: wait_until(lambda: Hold.clock() - hold.since > 2))
    do(replace(town.hub, clock=still), hold)
    assert (still.looks, town.erp.seen, books(town)) == (1, [], (["VERZONDEN"], ["VERZONDEN"], []))
    lives(town, minutes=10)
    assert (len(town.erp.seen), books(town)) == (1, (["BEANTWOORD"], ["GEBOEKT"], []))


def test_who_stood_still_does_not_ask_the_erp_either(town: Town) -> None:
    batched(town)
    erp = SlowErp([LOST])
    slow = replace(town.hub, erp=erp)
    run_until_idle(slow)
    town.clock.forward(hours=1)
    do(slow, held(town, OutboxSoort.BOEKINGSBATCH, frozen=True))
    assert (erp.calls, erp.asked) == (1, 0)


def test_a_batch_that_another_worker_brought_meanwhile_stays_answered(town: Town) -> None:
    batched(town)
    hold = held(town, OutboxSoort.BOEKINGSBATCH)
    clock = StandsStill(town, lambda: lives(town, minutes=10))
    do(replace(town.hub, clock=clock), hold)
    assert (len(town.erp.seen), books(town)) == (1, (["BEANTWOORD"], ["GEBOEKT"], []))


def test_the_answer_to_a_batch_is_written_by_whom_it_belongs_to(town: Town) -> None:
    """While the ERP books, somebody else takes the batch over, and hears nothing yet: the first one's answer comes too late."""
    batched(town)
    hold = held(town, OutboxSoort.BOEKINGSBATCH)

    def taken_over() -> None:
        town.erp.before = lambda: None
        town.clock.forward(minutes=6)
        held(town, OutboxSoort.BOEKINGSBATCH)

    town.erp.before = taken_over
    before = len(town.all(GebeurtenisRow))
    do(town.hub, hold)
    said = [row.naar for row in town.all(GebeurtenisRow)[before:] if row.onderwerp == "JOURNAALPOST"]
    assert (said, books(town)) == (["VERZONDEN"], (["VERZONDEN"], ["VERZONDEN"], []))


def test_a_refusal_of_the_second_call_says_nothing_of_the_first(town: Town) -> None:
    batched(town)
    erp = SlowErp([LOST, NeighbourError(Outcome.REFUSED, "BATCH_IN_BEHANDELING", neighbour="erp")])
    slow = replace(town.hub, erp=erp)
    run_until_idle(slow)
    town.clock.forward(minutes=1)
    run_until_idle(slow)
    assert (erp.calls, books(town)) == (2, (["VERZONDEN"], ["VERZONDEN"], []))
    erp.knows = True
    town.clock.forward(hours=1)
    run_until_idle(slow)
    assert (erp.calls, books(town)) == (2, (["BEANTWOORD"], ["GEBOEKT"], []))


def test_a_refusal_of_the_first_call_is_the_answer(town: Town) -> None:
    batched(town)
    erp = SlowErp([NeighbourError(Outcome.REFUSED, "ONGELDIG", neighbour="erp")])
    run_until_idle(replace(town.hub, erp=erp))
    assert books(town) == (["BEANTWOORD"], ["AFGEKEURD"], ["BOEKING_AFGEKEURD"])


def test_a_batch_that_was_answered_says_nothing_of_the_erp(town: Town) -> None:
    """The ERP fails since; who finds a batch answered did not call it, so it is spared as before."""
    batched(town)
    run_until_idle(town.hub)
    (batch,), now = town.all(BoekingsbatchRow), town.clock()
    erp = "erp:demostad"
    town.does(
        lambda session: outbox.enqueue(session, OutboxSoort.BOEKINGSBATCH, batch.id, ontvanger=erp, due_at=now, now=now)
    )
    town.does(lambda session: session.add(CircuitRow(ontvanger=erp, fouten=2, open_tot=now)))
    run_until_idle(town.hub)
    assert OutboxSoort.BOEKINGSBATCH not in {row.soort for row in town.all(OutboxRow)}
    assert [(row.ontvanger, row.fouten) for row in town.all(CircuitRow)] == [(erp, 2)]
