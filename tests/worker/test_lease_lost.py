"""A worker that stood still past its lease calls no PSP any more: no refund twice, no order closed or made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost, NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling_besluit import send_again
from betaalhub.steps.refund import refund
from betaalhub.worker.work import do
from tests.flows.refunds import RefundingPsp, asks_back, decides, lives, refunding, terug
from tests.flows.town import CAPABILITIES, Psp, Town
from tests.worker.working import held

LOST = NeighbourError(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME", neighbour="proef")


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def approved(town: Town) -> RefundingPsp:
    """A refund that a person agreed to, and nobody sent yet."""
    psp = refunding(town)
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    town.clock.forward(seconds=1)
    return psp


def test_who_stood_still_before_it_wrote_that_a_refund_leaves_leaves_it_to_another(town: Town) -> None:
    psp = approved(town)
    do(town.hub, held(town, OutboxSoort.TERUGBETALING, frozen=True))
    assert (psp.calls, terug(town).status) == ([], "GOEDGEKEURD")
    lives(town, days=2)
    assert (len(psp.moved), terug(town).status) == (1, "VOLTOOID")


def test_who_stood_still_after_it_wrote_that_a_refund_leaves_does_not_send_it_beside_a_person(town: Town) -> None:
    psp, hold, looks = approved(town), held(town, OutboxSoort.TERUGBETALING), list[str]()

    def stands_still() -> None:
        looks.append(terug(town).status)
        if looks == ["GOEDGEKEURD"]:
            return
        lives(town, days=2)
        assert (psp.calls, terug(town).status) == ([], "ONBEKEND")
        town.does(lambda session: send_again(session, terug(town).nummer, door=Door("J. Jansen", town.clock())))
        lives(town, hours=1)
        raise LeaseLost("it woke, and its lease was over")

    with pytest.raises(LeaseLost):
        refund(town.hub, hold.job.object_id, wie="worker", check=stands_still)
    lives(town, days=2)
    assert looks == ["GOEDGEKEURD", "VERZENDEN"]
    assert ([one.amount_cents for one in psp.moved], terug(town).status) == ([18_750], "VOLTOOID")


def test_who_stood_still_closes_no_order(town: Town) -> None:
    town.started()
    town.clock.forward(hours=1)
    do(town.hub, held(town, OutboxSoort.VRAAG_PSP, frozen=True))
    assert town.psp.cancelled == []
    lives(town, minutes=30)
    assert len(town.psp.cancelled) == 1


def test_who_stood_still_creates_no_order(town: Town) -> None:
    town.psp = Psp(capabilities=replace(CAPABILITIES, idempotent_create=True, repeat_hours=24))
    town.hub.psps["psp"] = town.psp  # type: ignore[index]

    def lost() -> None:
        raise LOST

    town.psp.during_start = lost
    town.pays(town.offers())
    town.clock.forward(minutes=5)
    do(town.hub, held(town, OutboxSoort.VRAAG_PSP, frozen=True))
    assert len(town.psp.started) == 1
    lives(town, minutes=30)
    assert len(town.psp.started) > 1
