"""A terugbetaling that stays away or fails: from its uitval it is asked about, sent again, approved, or ended by two persons."""

from __future__ import annotations

from typing import Any

import pytest

from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Outcome, Refusal
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.storage.tables import BetalingRow, TerugbetalingRow, TerugboekingRow, UitvalRow
from tests.flows.movements import ASIDE, PROCEEDS, balances, may, resolves, says, taken, waiting
from tests.flows.refunds import RefundingPsp, asks_back, decides, lives, refunding, terug, trouble, works
from tests.flows.test_late_money import paid_late
from tests.flows.town import Town, together

HAND, SEND, ASK = Oplossing.HANDMATIG_STATUS, Oplossing.OPNIEUW_VERZENDEN, Oplossing.OPNIEUW_VRAGEN
REFUND = Oplossing.TERUGBETALEN


def lost(town: Town) -> RefundingPsp:
    """A terugbetaling of which nobody knows whether it arrived, for more than a day."""
    psp = refunding(town, before=[trouble(Outcome.UNKNOWN)])
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    works(town)
    lives(town, days=2)
    town.does(lambda session: find_too_old(session, town.clock()))
    assert waiting(town) == ["ONBEKEND_TE_LANG"]
    return psp


def test_one_that_is_unknown_too_long_is_asked_sent_again_or_ended(small_town: Town) -> None:
    town = small_town
    psp = lost(town)
    assert may(town, "ONBEKEND_TE_LANG") == [
        "OPNIEUW_VRAGEN",
        "OPNIEUW_VERZENDEN",
        "HANDMATIG_STATUS",
        "GEEN_ACTIE",
    ]
    resolves(town, "ONBEKEND_TE_LANG", SEND)
    lives(town, hours=1)
    assert ({call.reference for call in psp.calls}, len(psp.calls)) == ({terug(town).nummer}, 2)
    assert (terug(town).status, balances(town), waiting(town)) == ("VOLTOOID", {}, [])


def test_two_persons_say_what_became_of_it(small_town: Town) -> None:
    town = small_town
    lost(town)
    by_hand: dict[str, Any] = {"status": "VOLTOOID", "reden": "Staat op het afschrift"}
    for tweede, heard in ((None, "TWEEDE_ONTBREEKT"), ("j.  jansen", "twee mensen")):
        with pytest.raises(Refusal, match=heard):
            resolves(town, "ONBEKEND_TE_LANG", HAND, tweede=tweede, **by_hand)
    with pytest.raises(Refusal, match="VOLTOOID, MISLUKT"):
        resolves(town, "ONBEKEND_TE_LANG", HAND, status="BETAALD", reden="Toch")
    assert terug(town).status == "ONBEKEND"
    resolves(town, "ONBEKEND_TE_LANG", HAND, tweede="P. Prins", **by_hand)
    assert (terug(town).status, balances(town), waiting(town)) == ("VOLTOOID", {}, [])


def test_one_that_failed_is_asked_for_again(small_town: Town) -> None:
    town = small_town
    refunding(town, before=[trouble(Outcome.REFUSED)])
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    works(town)
    assert (waiting(town), may(town, "TERUGBETALING_MISLUKT")) == (
        ["TERUGBETALING_MISLUKT"],
        ["TERUGBETALEN", "GEEN_ACTIE"],
    )
    resolves(town, "TERUGBETALING_MISLUKT", REFUND)
    assert terug(town).bedrag_cent == 18_750
    decides(town)
    works(town)
    works(town, hours=1)
    assert ([row.status for row in town.all(TerugbetalingRow)], waiting(town)) == (["MISLUKT", "VOLTOOID"], [])
    assert (town.opdracht(antwoord).status, balances(town)) == ("TERUGBETAALD", {})


def test_one_that_nobody_decides_about_is_decided_from_its_uitval(small_town: Town) -> None:
    town = small_town
    refunding(town)
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    lives(town, days=15)
    town.does(lambda session: find_too_old(session, town.clock()))
    assert (waiting(town), may(town, "TE_OUD")) == (["TE_OUD"], ["HANDMATIG_STATUS", "GEEN_ACTIE"])
    resolves(town, "TE_OUD", HAND, status="AFGEWEZEN", reden="Het feest is geweest")
    assert (terug(town).status, town.opdracht(antwoord).leverbaar, waiting(town)) == ("AFGEWEZEN", True, [])


def test_a_rejected_way_back_leaves_the_choice_open_again(small_town: Town) -> None:
    town = small_town
    antwoord, _ = paid_late(town)
    resolves(town, "LAAT_BETAALD", REFUND)
    decides(town, goedkeuren=False, reden="Toch niet")
    assert may(town, "LAAT_BETAALD") == ["ACCEPTEREN", "TERUGBETALEN", "GEEN_ACTIE"]
    resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN)
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).leverbaar) == ("BETAALD", True)


def test_part_of_late_money_goes_back_and_the_rest_is_accepted(small_town: Town) -> None:
    town = small_town
    refunding(town)
    antwoord, _ = paid_late(town)
    with pytest.raises(Refusal, match="hooguit € 187,50"):
        resolves(town, "LAAT_BETAALD", REFUND, regels={1: 18_751})
    resolves(town, "LAAT_BETAALD", REFUND, regels={1: 8_750})
    decides(town)
    works(town)
    works(town, hours=1)
    assert (terug(town).status, waiting(town)) == ("VOLTOOID", ["LAAT_BETAALD"])
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).terugbetaald_cent) == ("VERLOPEN", 8_750)
    resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN)
    assert (waiting(town), town.opdracht(antwoord).status) == ([], "DEELS_TERUGBETAALD")


def test_late_money_goes_back_in_two_parts(small_town: Town) -> None:
    town = small_town
    refunding(town)
    antwoord, _ = paid_late(town)
    with pytest.raises(Refusal, match="losse productregels"):
        resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN, regels={1: 100})
    resolves(town, "LAAT_BETAALD", REFUND, regels={1: 8_750})
    assert (waiting(town), may(town, "LAAT_BETAALD")) == (
        ["LAAT_BETAALD"],
        ["ACCEPTEREN", "TERUGBETALEN", "GEEN_ACTIE"],
    )
    resolves(town, "LAAT_BETAALD", REFUND)
    assert sorted(row.bedrag_cent for row in town.all(TerugbetalingRow)) == [8_750, 10_000]


def test_two_persons_at_once_decide_once(town: Town) -> None:
    """On both databases; the second one hears that it is resolved."""
    _, betaling = town.paid()
    town.clock.forward(minutes=1)
    found = says(town, betaling, taken())
    together(*(lambda: town.answered(betaling, found) for _ in range(3)))
    assert len(town.all(TerugboekingRow)) == 1
    (uitval,) = town.all(UitvalRow)

    def decide(wie: str) -> str:
        keuze = Keuze(Oplossing.ACCEPTEREN, Door(wie, town.clock()))
        try:
            town.does(lambda session: resolve_uitval(session, uitval.id, keuze, keys=town.hub.keys))
        except Refusal as refusal:
            return refusal.omschrijving
        return wie

    heard = together(lambda: decide("J. Jansen"), lambda: decide("P. Prins"))
    assert "Deze uitval is al opgelost." in heard
    assert set(heard) & {"J. Jansen", "P. Prins"} == {town.all(UitvalRow)[0].opgelost_door}


def test_the_bank_and_the_town_take_the_same_money_at_once(town: Town) -> None:
    """A terugboeking and a terugbetaling at the same moment: nothing is promised twice, and the books hold both."""
    antwoord, betaling = town.paid()
    town.clock.forward(minutes=1)

    def asks() -> object:
        try:
            return asks_back(town, antwoord)
        except Refusal as refusal:
            return refusal.code

    together(asks, lambda: says(town, betaling, taken()))
    asked = sum(row.bedrag_cent for row in town.all(TerugbetalingRow))
    (row,) = town.all(BetalingRow)
    assert (row.gereserveerd_cent, town.all(TerugboekingRow)[0].bedrag_cent) == (18_750, 18_750)
    # What was promised first is not taken from its regel: the terugboeking lies aside then.
    assert balances(town) == ({ASIDE: 18_750, PROCEEDS: -18_750} if asked else {})
