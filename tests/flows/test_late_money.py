"""Money that comes late, twice, differently or that the PSP takes back its word about: each ends with a person's choice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Refusal
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.list_uitval import show_uitval
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.verval import expire
from betaalhub.storage.database import reading
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsleutelRow,
    TerugbetalingRow,
    TerugboekingRow,
    UitvalRow,
)
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, may, resolves, says, taken, waiting
from tests.flows.test_writing import withdraws
from tests.flows.town import PARKEREN, Town, rapport

APPROVED, CANCELLED, FAILED = PogingStatus.APPROVED, PogingStatus.CANCELLED, PogingStatus.FAILED
ACCEPT, REFUND, LOOK = Oplossing.ACCEPTEREN, Oplossing.TERUGBETALEN, Oplossing.OPNIEUW_VRAGEN
KEPT = {TUSSEN: 18_750, PROCEEDS: -18_750}
LIES_ASIDE = {TUSSEN: 18_750, ASIDE: -18_750}


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def paid_late(town: Town) -> tuple[StartBetalingAntwoord, BetalingRow]:
    """The attempt ended, the betaalopdracht expired, and then the bank says that it was paid."""
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(CANCELLED, at=town.clock()))
    town.clock.forward(days=20)
    row = town.opdracht(antwoord)
    town.does(lambda session: expire(session, row.id, keys=town.hub.keys, now=town.clock()))
    assert town.opdracht(antwoord).status == "VERLOPEN"
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    return antwoord, betaling


def test_late_money_is_accepted(town: Town) -> None:
    antwoord, _ = paid_late(town)
    assert (waiting(town), balances(town)) == (["LAAT_BETAALD"], LIES_ASIDE)
    assert may(town, "LAAT_BETAALD") == ["ACCEPTEREN", "TERUGBETALEN", "GEEN_ACTIE"]
    versie = town.opdracht(antwoord).versie_gewenst
    resolves(town, "LAAT_BETAALD", ACCEPT)
    opdracht = town.opdracht(antwoord)
    assert (opdracht.status, opdracht.leverbaar, opdracht.versie_gewenst) == ("BETAALD", True, versie + 1)
    assert (town.mandje(antwoord).status, balances(town), waiting(town)) == ("BETAALD", KEPT, [])


def test_money_after_a_withdrawal_is_accepted(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(CANCELLED, at=town.clock()))
    withdraws(town, antwoord)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (town.opdracht(antwoord).status, waiting(town)) == ("INGETROKKEN", ["LAAT_BETAALD"])
    resolves(town, "LAAT_BETAALD", ACCEPT)
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).leverbaar, balances(town)) == (
        "BETAALD",
        True,
        KEPT,
    )


def test_late_money_is_not_accepted_without_a_booking_key(town: Town) -> None:
    antwoord, _ = paid_late(town)
    town.does(lambda session: session.execute(update(BoekingsleutelRow).values(geldig_tot=town.clock().date())))
    town.clock.forward(days=2)
    with pytest.raises(Refusal, match="boekingssleutel"):
        resolves(town, "LAAT_BETAALD", ACCEPT)
    assert (town.opdracht(antwoord).status, waiting(town)) == ("VERLOPEN", ["LAAT_BETAALD"])


def test_late_money_goes_back_and_nobody_accepts_it_meanwhile(town: Town) -> None:
    antwoord, _ = paid_late(town)
    resolves(town, "LAAT_BETAALD", REFUND)
    (uitval,), (terug,) = town.all(UitvalRow), town.all(TerugbetalingRow)
    assert (uitval.status, uitval.terugbetaling_id, terug.bedrag_cent) == ("IN_BEHANDELING", terug.id, 18_750)
    assert may(town, "LAAT_BETAALD") == ["GEEN_ACTIE"]
    for way in (ACCEPT, REFUND):
        with pytest.raises(Refusal, match="kan nu alleen: GEEN_ACTIE"):
            resolves(town, "LAAT_BETAALD", way)
    assert town.opdracht(antwoord).status == "VERLOPEN"


def test_what_the_bank_took_of_late_money_is_not_accepted(town: Town) -> None:
    antwoord, betaling = paid_late(town)
    says(town, betaling, taken(8_750))
    assert balances(town) == {TUSSEN: 10_000, ASIDE: -10_000}
    resolves(town, "LAAT_BETAALD", ACCEPT)
    assert balances(town) == {TUSSEN: 10_000, PROCEEDS: -10_000}
    says(town, betaling, taken(8_750, status=taken().status.FAILED))
    assert (balances(town), town.opdracht(antwoord).leverbaar) == (KEPT, True)


def test_two_attempts_both_paid_and_the_second_goes_back(town: Town) -> None:
    """Two tabs: the first attempt failed, a second one was made, and both were paid in the end."""
    antwoord, first = town.started()
    town.clock.forward(seconds=30)
    town.answered(first, rapport(FAILED, at=town.clock()))
    assert town.pays(antwoord).url
    second = town.all(BetalingRow)[-1]
    town.clock.forward(seconds=30)
    for betaling in (second, first):
        town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (waiting(town), may(town, "DUBBEL_BETAALD")) == (["DUBBEL_BETAALD"], ["TERUGBETALEN", "GEEN_ACTIE"])
    assert balances(town) == {TUSSEN: 37_500, ASIDE: -18_750, PROCEEDS: -18_750}
    resolves(town, "DUBBEL_BETAALD", REFUND)
    (terug,) = town.all(TerugbetalingRow)
    assert (terug.betaling_id, terug.bedrag_cent, town.opdracht(antwoord).status) == (first.id, 18_750, "BETAALD")


def test_the_second_stands_when_the_bank_took_the_first(town: Town) -> None:
    antwoord, first = town.started()
    town.clock.forward(seconds=30)
    town.answered(first, rapport(FAILED, at=town.clock()))
    assert town.pays(antwoord).url
    second = town.all(BetalingRow)[-1]
    town.clock.forward(seconds=30)
    for betaling in (first, second):
        town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert may(town, "DUBBEL_BETAALD") == ["TERUGBETALEN", "GEEN_ACTIE"]
    says(town, first, taken())
    resolves(town, "TERUGBOEKING", ACCEPT)
    assert may(town, "DUBBEL_BETAALD") == ["TERUGBETALEN", "ACCEPTEREN", "GEEN_ACTIE"]
    resolves(town, "DUBBEL_BETAALD", ACCEPT)
    assert (town.opdracht(antwoord).leverbaar, balances(town), waiting(town)) == (True, KEPT, [])


def test_a_surplus_goes_back_once(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=37_500, registered=18_750, at=town.clock()))
    resolves(town, "DUBBEL_BETAALD", REFUND)
    (terug,) = town.all(TerugbetalingRow)
    assert (terug.bedrag_cent, terug.betaalopdracht_id) == (18_750, None)
    says(town, betaling, cents=37_500)
    assert [row.status for row in town.all(UitvalRow)] == ["IN_BEHANDELING"]
    assert town.all(BetalingRow)[0].meer_gereserveerd_cent == 18_750


@pytest.mark.parametrize("cents", [18_000, 20_000])
def test_another_amount_is_accepted_with_a_difference(town: Town, cents: int) -> None:
    town.does(lambda session: session.execute(update(AdministratieRow).values(verschil_rekening="4990")))
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=cents, registered=cents, at=town.clock()))
    assert (waiting(town), balances(town)) == (["BEDRAG_AFWIJKEND"], {TUSSEN: cents, ASIDE: -cents})
    assert may(town, "BEDRAG_AFWIJKEND") == ["ACCEPTEREN", "TERUGBETALEN", "OPNIEUW_VRAGEN", "GEEN_ACTIE"]
    resolves(town, "BEDRAG_AFWIJKEND", ACCEPT)
    opdracht = town.opdracht(antwoord)
    assert (opdracht.status, opdracht.leverbaar, waiting(town)) == ("BETAALD", True, [])
    assert balances(town) == {TUSSEN: cents, "4990": 18_750 - cents, PROCEEDS: -18_750}
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, cents=cents, registered=cents, at=town.clock()))
    assert (waiting(town), len(town.all(UitvalRow))) == ([], 1)


def test_the_bank_takes_what_was_accepted_for_less(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=18_000, registered=18_000, at=town.clock()))
    resolves(town, "BEDRAG_AFWIJKEND", ACCEPT)
    says(town, betaling, taken(18_000), cents=18_000)
    assert (town.opdracht(antwoord).teruggeboekt_cent, town.all(BetalingRow)[0].gereserveerd_cent) == (18_000, 18_000)
    assert balances(town) == {ASIDE: 750, PROCEEDS: -750}


def test_another_amount_goes_back(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=18_000, registered=18_000, at=town.clock()))
    resolves(town, "BEDRAG_AFWIJKEND", REFUND)
    (terug,) = town.all(TerugbetalingRow)
    assert (terug.bedrag_cent, town.opdracht(antwoord).status) == (18_000, "IN_BETALING")


def test_another_amount_that_the_bank_took_leaves_the_winkelmandje_payable(town: Town) -> None:
    antwoord, betaling = town.started()
    says(town, betaling, cents=15_000)
    resolves(town, "BEDRAG_AFWIJKEND", LOOK)
    assert waiting(town) == ["BEDRAG_AFWIJKEND"]
    says(town, betaling, taken(15_000), cents=15_000)
    assert (town.all(BetalingRow)[0].status, waiting(town)) == ("GEANNULEERD", ["TERUGBOEKING"])
    assert town.pays(antwoord).url


def test_what_is_paid_in_full_after_it_went_back_is_not_delivered(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=18_000, registered=18_750, at=town.clock()))
    resolves(town, "BEDRAG_AFWIJKEND", REFUND)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).leverbaar) == ("BETAALD", False)
    assert (waiting(town), may(town, "TERUGBETALING_MISLUKT")) == (["TERUGBETALING_MISLUKT"], ["GEEN_ACTIE"])


def test_money_in_another_currency_is_not_accepted(town: Town) -> None:
    _, betaling = town.started()
    found = rapport(APPROVED, at=town.clock())
    (poging,) = found.pogingen
    town.clock.forward(seconds=30)
    town.answered(
        betaling,
        replace(found, currency="USD", pogingen=(replace(poging, currency="USD"),), observed_at=town.clock()),
    )
    assert may(town, "BEDRAG_AFWIJKEND") == ["OPNIEUW_VRAGEN", "GEEN_ACTIE"]
    with reading(town.hub.sessions) as session:
        (row,) = session.scalars(select(UitvalRow))
        assert show_uitval(session, row.id).voorstel.startswith("Kijk bij de PSP wat er is gebeurd")


def test_a_psp_that_takes_back_its_word_is_believed_after_a_look(town: Town) -> None:
    antwoord, betaling = town.paid()
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(CANCELLED, at=town.clock()))
    assert may(town, "PSP_SPREEKT_ZICH_TEGEN") == ["OPNIEUW_VRAGEN", "ACCEPTEREN", "GEEN_ACTIE"]
    resolves(town, "PSP_SPREEKT_ZICH_TEGEN", LOOK)  # a question settles nothing: it waits for the answer
    assert (waiting(town), town.opdracht(antwoord).leverbaar) == (["PSP_SPREEKT_ZICH_TEGEN"], False)
    resolves(town, "PSP_SPREEKT_ZICH_TEGEN", ACCEPT)
    opdracht, (row,) = town.opdracht(antwoord), town.all(TerugboekingRow)
    assert (row.status, row.bedrag_cent, opdracht.leverbaar) == ("VERLOREN", 18_750, False)
    assert (opdracht.status, balances(town), waiting(town)) == ("BETAALD", {}, [])
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (town.all(TerugboekingRow)[0].status, town.opdracht(antwoord).leverbaar) == ("GEWONNEN", True)
    assert balances(town) == KEPT
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(CANCELLED, at=town.clock()))
    assert (waiting(town), town.opdracht(antwoord).leverbaar) == (["PSP_SPREEKT_ZICH_TEGEN"], False)
    resolves(town, "PSP_SPREEKT_ZICH_TEGEN", ACCEPT)
    assert balances(town) == {}


def test_a_terugboeking_is_accepted_for_every_betaalopdracht_at_once(town: Town) -> None:
    event, parking = town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert town.joins(parking, event)
    assert town.pays(event).url
    (betaling,) = town.all(BetalingRow)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=28_350, at=town.clock()))
    says(town, betaling, taken(28_350), cents=28_350)
    assert may(town, "TERUGBOEKING") == ["ACCEPTEREN", "BETWISTEN", "GEEN_ACTIE"]
    resolves(town, "TERUGBOEKING", Oplossing.BETWISTEN)
    assert [row.status for row in town.all(UitvalRow)] == ["IN_BEHANDELING", "OPEN"]
    assert may(town, "TERUGBOEKING") == ["ACCEPTEREN", "GEEN_ACTIE"]
    resolves(town, "TERUGBOEKING", ACCEPT)
    assert (waiting(town), town.all(TerugboekingRow)[0].status) == ([], "VERLOREN")
    says(town, betaling, taken(28_350, status=taken().status.FAILED), cents=28_350)
    assert [row.leverbaar for row in town.all(BetaalopdrachtRow)] == [True, True]


def test_what_was_paid_after_the_catalogue_changed_is_paid(town: Town) -> None:
    antwoord, betaling = town.started()
    town.does(lambda session: session.execute(update(BoekingsleutelRow).values(grootboekrekening="8777")))
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (town.opdracht(antwoord).status, balances(town)) == ("BETAALD", {TUSSEN: 18_750, "8777": -18_750})


def test_a_betaling_that_nobody_can_tell_about_is_ended_by_hand(town: Town) -> None:
    antwoord, _ = town.started()
    town.clock.forward(days=2)
    assert town.does(lambda session: find_too_old(session, town.clock())) == 1
    with pytest.raises(Refusal, match="GEANNULEERD, MISLUKT, VERLOPEN"):
        resolves(town, "TE_OUD", Oplossing.HANDMATIG_STATUS, status="BETAALD", reden="Ik denk het")
    with pytest.raises(Refusal, match="REDEN_ONTBREEKT"):
        resolves(town, "TE_OUD", Oplossing.HANDMATIG_STATUS, status="VERLOPEN")
    resolves(town, "TE_OUD", Oplossing.HANDMATIG_STATUS, status="VERLOPEN", reden="De PSP kent haar niet")
    assert (town.all(BetalingRow)[0].status, town.opdracht(antwoord).status) == ("VERLOPEN", "OPEN")
    (uitval,) = town.all(UitvalRow)
    assert (uitval.oplossing, uitval.opgelost_door) == ("HANDMATIG_STATUS", "J. Jansen")


@pytest.mark.parametrize("to", ["GEANNULEERD", "VERLOPEN"])
@pytest.mark.parametrize("van", ["STARTEN", "ONBEKEND"])
def test_a_start_that_nobody_can_tell_about_is_ended_by_hand(town: Town, van: str, to: str) -> None:
    """No seed of the simulation takes these four steps: its workers ask in time."""
    antwoord, _ = town.started()
    town.does(lambda session: session.execute(update(BetalingRow).values(status=van)))
    town.clock.forward(days=2)
    assert town.does(lambda session: find_too_old(session, town.clock())) == 1
    (soort,) = waiting(town)
    resolves(town, soort, Oplossing.HANDMATIG_STATUS, status=to, reden="De PSP kent haar niet")
    assert (town.all(BetalingRow)[0].status, town.opdracht(antwoord).status) == (to, "OPEN")
    assert (waiting(town), bool(town.pays(antwoord, town.wish(antwoord, "nog een keer")).url)) == ([], True)


def test_money_for_a_winkelmandje_with_two_is_accepted_once(town: Town) -> None:
    """The cause opened an uitval on each betaalopdracht; one decision is about the whole betaling."""
    event, parking = town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert town.joins(parking, event)
    assert town.pays(event).url
    (betaling,) = town.all(BetalingRow)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=28_000, registered=28_000, at=town.clock()))
    assert waiting(town) == ["BEDRAG_AFWIJKEND", "BEDRAG_AFWIJKEND"]
    resolves(town, "BEDRAG_AFWIJKEND", ACCEPT)
    assert (waiting(town), [row.status for row in town.all(BetaalopdrachtRow)]) == ([], ["BETAALD", "BETAALD"])
