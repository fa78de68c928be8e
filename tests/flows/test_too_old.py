"""No betaling lives past its maximum age without a person knowing, also when the hub itself has stopped asking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.schedule import next_ask
from betaalhub.domain.statuses import LIVE, MAX_AGE, BetalingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.storage.tables import BetalingRow, OutboxRow, UitvalRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import NOW, Town

B = BetalingStatus
LADDER = timedelta(days=90)


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def stuck(town: Town, status: B, *, codes: int = 1) -> BetalingRow:
    """A betaling that came into this status now, of a winkelmandje with so many betaalopdrachten."""
    first = town.offers()
    for _ in range(codes - 1):
        assert town.joins(town.offers(), first)
    assert town.pays(first).url
    key = None if status in (B.AANGEMAAKT, B.STARTEN, B.ONBEKEND) else "sleutel"
    town.does(
        lambda session: session.execute(
            update(BetalingRow).values(status=status, status_op=town.clock(), psp_sleutel=key)
        )
    )
    return town.all(BetalingRow)[0]


def watched(town: Town) -> int:
    """The worker's watch looks until it finds nothing; gives how often it found something."""
    found = 0
    while town.does(lambda session: find_too_old(session, town.clock())):
        found += 1
        assert found < 20, "the same one is found again and again"
    return found


def waiting(town: Town) -> list[str]:
    return [row.soort for row in town.all(UitvalRow) if row.status != "OPGELOST"]


def resolves(town: Town, oplossing: Oplossing, reden: str | None = None) -> None:
    for row in town.all(UitvalRow):
        if row.status != "OPGELOST":
            keuze = Keuze(oplossing, Door("J. Jansen", town.clock()), reden)
            town.does(lambda session, row=row, keuze=keuze: resolve_uitval(session, row.id, keuze, keys=town.hub.keys))  # type: ignore[misc]


@pytest.mark.parametrize("codes", [1, 2])
@pytest.mark.parametrize("status", sorted(LIVE))
def test_past_its_age_every_living_betaling_waits_for_a_person(town: Town, status: B, codes: int) -> None:
    stuck(town, status, codes=codes)
    town.clock.forward(seconds=MAX_AGE[B][status].total_seconds())
    assert (watched(town), waiting(town)) == (0, [])
    town.clock.forward(seconds=1)
    soort = "ONBEKEND_TE_LANG" if status == B.ONBEKEND else "TE_OUD"
    assert watched(town) == 1
    assert waiting(town) == [soort] * codes
    assert watched(town) == 0


@pytest.mark.parametrize("status", sorted(set(B) - LIVE))
def test_what_has_ended_waits_for_nobody(town: Town, status: B) -> None:
    stuck(town, status)
    town.clock.forward(days=400)
    assert (watched(town), waiting(town)) == (0, [])


@pytest.mark.parametrize("status", sorted(LIVE))
def test_who_decides_to_wait_is_asked_again_after_the_same_time(town: Town, status: B) -> None:
    stuck(town, status)
    age = MAX_AGE[B][status]
    for _ in range(3):
        town.clock.forward(seconds=age.total_seconds() + 1)
        assert watched(town) == 1
        resolves(town, Oplossing.GEEN_ACTIE, "Wij wachten nog op de PSP")
        assert waiting(town) == []
    (row,) = town.all(UitvalRow)
    assert row.keer == 3


@given(
    status=st.sampled_from(sorted(LIVE)),
    key=st.booleans(),
    age=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_a_living_betaling_is_asked_about_or_known_to_a_person(status: B, key: bool, age: timedelta) -> None:
    """Over every status and age: the ladder ends long after a person was called."""
    coming = next_ask(
        status,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=20),
        final_at=None,
        has_psp_key=key,
        now=NOW + age,
    )
    assert coming is not None or age > MAX_AGE[B][status]
    assert (coming is None) == (age >= LADDER)


@pytest.mark.parametrize("status", [B.GESTART, B.IN_BEHANDELING])
def test_after_ninety_days_of_asking_it_stays_with_a_person_who_can_ask_again(town: Town, status: B) -> None:
    betaling = stuck(town, status)
    town.psp.answer = PogingStatus.PENDING
    asked: list[object] = []
    town.psp.during_status = lambda: asked.append(town.clock())
    for _ in range(95):
        town.clock.forward(days=1)
        run_until_idle(town.hub)
        watched(town)
    assert "VRAAG_PSP" not in [row.soort for row in town.all(OutboxRow)]
    assert (waiting(town), town.all(BetalingRow)[0].status) == (["TE_OUD"], "IN_BEHANDELING")
    known = len(asked)
    town.clock.forward(days=30)
    run_until_idle(town.hub)
    assert len(asked) == known, "the ladder has an end"
    resolves(town, Oplossing.OPNIEUW_VRAGEN)
    run_until_idle(town.hub)
    assert len(asked) == known + 1
    town.clock.forward(days=9)
    watched(town)
    assert waiting(town) == ["TE_OUD"]
    town.psp.answer = PogingStatus.APPROVED
    resolves(town, Oplossing.OPNIEUW_VRAGEN)
    run_until_idle(town.hub)
    assert (town.all(BetalingRow)[0].id, town.all(BetalingRow)[0].status) == (betaling.id, "BETAALD")
    assert waiting(town) == []


def test_a_psp_that_never_knows_an_order_is_asked_for_ninety_days_and_a_person_is_called_in_time(town: Town) -> None:
    asked: list[timedelta] = []

    def unknown_order() -> None:
        asked.append(town.clock() - NOW)
        raise NeighbourError(Outcome.REFUSED, "ORDER_UNKNOWN", neighbour="psp")

    stuck(town, B.GESTART)
    town.psp.during_status = unknown_order
    for day in range(1, 95):
        town.clock.now = NOW + timedelta(days=day, minutes=1)
        run_until_idle(town.hub)
        watched(town)
        assert waiting(town), "somebody must know"
    assert timedelta(days=89) < asked[-1] < timedelta(days=92)
    assert [row.state for row in town.all(OutboxRow) if row.soort == "VRAAG_PSP"] == ["X"]
    known = len(asked)
    resolves(town, Oplossing.OPNIEUW_VRAGEN)
    run_until_idle(town.hub)
    assert len(asked) == known + 1
