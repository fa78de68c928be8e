"""A town in which everything happened once: paid, late, double, given back, taken back, at the counter, refused by the ERP."""

from __future__ import annotations

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.wijzigingen import number_wijzigingen, zenders_behind
from betaalhub.storage.tables import BetalingRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.movements import resolves, says, taken
from tests.flows.refunds import asks_back, decides, refunding, threshold
from tests.flows.test_writing import cannot_deliver, registers, revokes, withdraws
from tests.flows.town import PARKEREN, Town, rapport

APPROVED, FAILED, STARTED = PogingStatus.APPROVED, PogingStatus.FAILED, PogingStatus.STARTED
ALL = 10**9  # no second person is asked for what is less
WASTE = ProductregelVerzoek(2, "AFVALPAS", "Afvalpas", 1, 1_210)  # with btw in it


def newest(town: Town) -> BetalingRow:
    return max(town.all(BetalingRow), key=lambda row: row.id)


def started(town: Town) -> tuple[StartBetalingAntwoord, BetalingRow]:
    """An event permit that is being paid."""
    about = town.offers()
    assert town.pays(about).url
    return about, newest(town)


def paid(town: Town) -> tuple[StartBetalingAntwoord, BetalingRow]:
    """An event permit that is paid."""
    about = town.offers()
    return about, pays_off(town, about, cents=18_750)


def pays_off(town: Town, about: StartBetalingAntwoord, *, cents: int) -> BetalingRow:
    """The citizen pays, and the PSP says so."""
    assert town.pays(about).url
    betaling = newest(town)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=cents, at=town.clock()))
    return betaling


def live_it(town: Town) -> None:
    """Everything happens; at the end the worker has done what is due, and much still waits."""
    refunding(town)
    threshold(town, ALL)
    _paid(town)
    _counter(town)
    _late_and_double(town)
    run_until_idle(town.hub)
    _back(town)
    town.erp.refuses = True
    paid(town)
    run_until_idle(town.hub)
    _under_way(town)
    town.offers()  # nobody looked at it
    for zender_id in town.does(lambda session: list(zenders_behind(session))):
        while town.does(lambda session, zender=zender_id: number_wijzigingen(session, zender)):  # type: ignore[misc]
            pass


def _paid(town: Town) -> None:
    """Two in one winkelmandje; one that can not be delivered."""
    together, beside = town.offers(), town.offers(PARKEREN, WASTE, zender="parkeren")
    town.joins(beside, together)
    pays_off(town, together, cents=18_750 + 1_210 + 9_600)
    about, _ = paid(town)
    cannot_deliver(town, about)


def _counter(town: Town) -> None:
    registers(town, town.offers())
    revokes(town, registers(town, town.offers()))


def _late_and_double(town: Town) -> None:
    """Withdrawn and paid after all; paid at the second attempt and then at the first too."""
    about, betaling = started(town)
    town.answered(betaling, rapport(FAILED, at=town.clock()))
    withdraws(town, about)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    about, first = started(town)
    town.answered(first, rapport(FAILED, at=town.clock()))
    pays_off(town, about, cents=18_750)
    town.clock.forward(minutes=1)
    town.answered(first, rapport(APPROVED, at=town.clock()))


def _back(town: Town) -> None:
    """A part given back, one that waits for a second person, one that was refused, one from outside, and one taken back."""
    psp = refunding(town)
    about, _ = paid(town)
    asks_back(town, about, 5_000)
    run_until_idle(town.hub)
    town.clock.forward(minutes=5)
    run_until_idle(town.hub)
    psp.moved.clear()
    about, _ = paid(town)
    threshold(town, 1)
    asks_back(town, about, 4_000)
    about, _ = paid(town)
    asks_back(town, about, 3_000)
    decides(town, goedkeuren=False, reden="Nee")
    threshold(town, ALL)
    about, betaling = paid(town)
    psp.gives(2_000)
    town.clock.forward(minutes=1)
    town.answered(betaling, psp.status("sleutel", now=town.clock()))
    psp.moved.clear()
    _, betaling = paid(town)
    says(town, betaling, taken())
    _, betaling = paid(town)
    says(town, betaling, taken())
    resolves(town, "TERUGBOEKING", Oplossing.ACCEPTEREN)


def _under_way(town: Town) -> None:
    """A refund that is being sent, money with another amount than was asked, and one who is at her bank now."""
    psp = refunding(town, becomes=BewegingStatus.PENDING)
    about, _ = paid(town)
    asks_back(town, about, 1_000)
    run_until_idle(town.hub)
    psp.moved.clear()
    _, betaling = started(town)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, cents=10_000, registered=10_000, at=town.clock()))
    started(town)
