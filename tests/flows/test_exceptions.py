"""What waits for a person, closes only when its cause is gone, and never takes more away than it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from betaalhub.domain.betaalopdracht import Limits, ProductregelVerzoek
from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome, Refusal
from betaalhub.flows.access import find_bewijzen
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.dead import give_up
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.storage.tables import (
    BetalingRow,
    BoekingsleutelRow,
    BoekingsregelRow,
    CircuitRow,
    JournaalpostRow,
    OutboxRow,
    UitvalRow,
    WinkelmandjeRow,
)
from betaalhub.worker.loop import run_until_idle
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances
from tests.flows.town import VERGUNNING, Town, rapport

A, P, C = PogingStatus.APPROVED, PogingStatus.PENDING, PogingStatus.CANCELLED


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def resolve(town: Town, oplossing: Oplossing) -> None:
    (uitval,) = (row for row in town.all(UitvalRow) if row.status == "OPEN")
    town.does(
        lambda session: resolve_uitval(
            session, uitval.id, Keuze(oplossing, Door("J. Jansen", town.clock())), keys=town.hub.keys
        )
    )


def set_keys(town: Town, **values: object) -> None:
    """The administrator changes every booking key."""
    town.does(lambda session: session.execute(update(BoekingsleutelRow).values(**values)))


def test_an_outcome_that_comes_after_all_closes_its_own_uitval(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(days=2)
    assert town.does(lambda session: find_too_old(session, town.clock())) == 1
    town.answered(betaling, rapport(A, at=town.clock()))
    (uitval,) = town.all(UitvalRow)
    assert (uitval.soort, uitval.status, uitval.oplossing) == ("TE_OUD", "OPGELOST", "AUTOMATISCH")
    assert town.opdracht(antwoord).leverbaar


def test_the_whole_amount_after_all_closes_a_difference(town: Town) -> None:
    antwoord, betaling = town.started()
    town.answered(betaling, rapport(A, cents=100, registered=18_750))
    assert [row.soort for row in town.all(UitvalRow)] == ["BEDRAG_AFWIJKEND"]
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(A, at=town.clock()))
    assert town.opdracht(antwoord).leverbaar


def test_money_without_a_booking_key_stays_open_until_it_is_booked(town: Town) -> None:
    set_keys(town, geldig_van=date(2030, 1, 1))
    town.paid()
    with pytest.raises(Refusal, match="OPLOSSING_ONJUIST"):
        resolve(town, Oplossing.OPNIEUW_BOEKEN)
    assert town.all(JournaalpostRow) == []
    set_keys(town, geldig_van=date(2020, 1, 1))
    resolve(town, Oplossing.OPNIEUW_BOEKEN)
    assert len(town.all(JournaalpostRow)) == 1


def test_a_rejected_journaalpost_is_booked_again_with_the_mended_key(town: Town) -> None:
    town.erp.refuses = True
    town.paid()
    run_until_idle(town.hub)
    set_keys(town, grootboekrekening="8999")
    resolve(town, Oplossing.OPNIEUW_BOEKEN)
    town.erp.refuses = False
    run_until_idle(town.hub)
    (post,) = town.all(JournaalpostRow)
    assert post.status == "GEBOEKT"
    assert "8999" in {regel.grootboekrekening for regel in town.erp.seen[-1].journaalposten[0].regels}
    assert sum(regel.debet_cent - regel.credit_cent for regel in town.all(BoekingsregelRow)) == 0


def test_an_erp_that_does_not_know_us_rejects_nothing(town: Town) -> None:
    def unknown() -> None:
        raise NeighbourError(Outcome.REFUSED, MISCONFIGURED, neighbour="erp")

    town.erp.before = unknown
    town.paid()
    run_until_idle(town.hub)
    assert [post.status for post in town.all(JournaalpostRow)] == ["VERZONDEN"]
    assert [row.ontvanger for row in town.all(CircuitRow) if row.open_tot > town.clock()] == ["erp:demostad"]


def test_a_receiver_that_refuses_one_message_is_not_spared(town: Town) -> None:
    def refuses() -> None:
        raise NeighbourError(Outcome.REFUSED, "ONGELDIG_BERICHT", neighbour="vergunningen")

    town.ontvanger.before = refuses
    town.paid()
    run_until_idle(town.hub)
    assert town.all(CircuitRow) == []


@pytest.mark.parametrize(("status", "soort"), [(A, "PSP_STORING"), (P, "ONBEKEND_TE_LANG")])
def test_a_psp_that_falls_silent_takes_nothing_from_what_is_paid(town: Town, status: PogingStatus, soort: str) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(status, at=town.clock()))
    town.does(lambda session: give_up(session, OutboxSoort.VRAAG_PSP, betaling.id, now=town.clock()))
    assert [row.soort for row in town.all(UitvalRow)] == [soort]
    assert town.opdracht(antwoord).leverbaar == (status == A)


def test_an_expiry_that_ended_in_our_own_errors_is_looked_at_again_when_a_person_says_so(town: Town) -> None:
    antwoord = town.offers()
    town.does(lambda session: give_up(session, OutboxSoort.VERVAL, town.opdracht(antwoord).id, now=town.clock()))
    town.does(lambda session: session.execute(delete(OutboxRow)))
    town.clock.forward(days=20)
    resolve(town, Oplossing.OPNIEUW_VRAGEN)
    run_until_idle(town.hub)
    assert town.opdracht(antwoord).status == "VERLOPEN"


def test_a_key_that_comes_after_the_end_is_asked_about(town: Town) -> None:
    """The start takes longer than its grace; meanwhile the worker hears that the reference is taken."""

    def worker_was_faster() -> None:
        town.clock.forward(minutes=2)
        town.psp.during_start = taken
        with_worker = ask_psp(town.hub, town.all(BetalingRow)[0].id, wie="worker")
        assert with_worker == "MISLUKT"
        town.does(lambda session: session.execute(delete(OutboxRow)))

    def taken() -> None:
        raise NeighbourError(Outcome.REFUSED, "REFERENCE_NOT_UNIQUE", neighbour="psp")

    town.psp.during_start, town.psp.answer = worker_was_faster, A
    antwoord = town.offers()
    assert town.pays(antwoord).problem == "unavailable"
    run_until_idle(town.hub)
    assert town.opdracht(antwoord).status == "BETAALD"


def test_an_attempt_that_was_paid_meanwhile_is_not_cancelled(town: Town) -> None:
    _, betaling = town.started()
    town.clock.forward(minutes=21)

    def pays() -> None:
        town.psp.during_status = lambda: None
        town.answered(betaling, rapport(A, at=town.clock()))

    town.psp.during_status = pays
    assert ask_psp(town.hub, betaling.id, wie="worker") == "BETAALD"
    assert town.psp.cancelled == []


def test_more_money_is_booked_once_whatever_was_seen_before(town: Town) -> None:
    _, betaling = town.started()
    town.answered(betaling, rapport(A, cents=20_000, registered=99))
    town.clock.forward(minutes=1)
    for _ in range(2):
        town.answered(betaling, rapport(A, cents=20_000, registered=18_750, at=town.clock()))
        town.clock.forward(minutes=1)
    assert balances(town) == {TUSSEN: 20_000, ASIDE: -1_250, PROCEEDS: -18_750}


def test_a_name_that_is_too_long_is_a_name_that_nobody_has(town: Town) -> None:
    assert town.does(lambda s: find_bewijzen(s, BewijsSoort.WACHTWOORD, "n" * 300, town.clock())) == []


def test_a_method_with_a_long_name_keeps_no_money_out(town: Town) -> None:
    antwoord, betaling = town.started()
    found = rapport(A)
    (poging,) = found.pogingen
    town.answered(betaling, replace(found, pogingen=(replace(poging, methode="X" * 200),)))
    assert town.opdracht(antwoord).status == "BETAALD"


def test_a_successor_that_is_too_much_for_its_winkelmandje_gets_one_of_its_own(town: Town) -> None:
    antwoord, other = town.offers(kenmerk="zaak"), town.offers()
    assert town.joins(other, antwoord)
    most = Limits().max_cent // VERGUNNING.bedrag_cent
    many = ProductregelVerzoek(1, "EVENEMENT", "Evenement", most, most * VERGUNNING.bedrag_cent)
    town.offers(many, kenmerk="zaak", vervang=True)
    assert all(row.totaal_cent <= Limits().max_cent for row in town.all(WinkelmandjeRow))
