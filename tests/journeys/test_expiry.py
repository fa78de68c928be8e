"""Time runs out: of an attempt at the PSP, of a betaalopdracht; and money that comes after all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, ProductRow, WinkelmandjeRow
from betaalhub.worker.loop import run_once
from tests.journeys.stad import Opdracht, Stad


def walks_away(stad: Stad, *codes: str) -> Opdracht:
    """A citizen went to the PSP and was never seen again."""
    opdracht = stad.offers(*(codes or ("EVENEMENT",)))
    stad.burger(opdracht).presses_pay()
    return opdracht


def test_an_attempt_is_closed_at_the_psp_before_it_is_called_expired(stad: Stad) -> None:
    opdracht = walks_away(stad)
    stad.passes(minutes=19)
    assert stad.betalingen() == ["GESTART"]
    stad.passes(minutes=2)
    assert stad.betalingen() == ["VERLOPEN"]
    assert stad.orders()[0]["cancelled"]
    assert stad.status(opdracht) == "OPEN"
    burger = stad.burger(opdracht).pays()
    assert burger.reads == "U hebt betaald"


def test_an_attempt_that_was_paid_in_the_last_moment_is_paid(stad: Stad) -> None:
    opdracht = walks_away(stad)
    stad.passes(minutes=19)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(minutes=2)
    assert stad.betalingen() == ["BETAALD"]


def test_an_attempt_that_expired_at_the_psp_itself_ends_the_same(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("expire")
    stad.passes(minutes=25)
    assert stad.betalingen() == ["VERLOPEN"]
    assert stad.status(opdracht) == "OPEN"


def test_a_psp_that_cannot_be_closed_keeps_the_attempt_alive(stad: Stad) -> None:
    walks_away(stad)
    stad.psp("faults", operation="cancel", always="http_503")
    stad.passes(minutes=25)
    assert stad.betalingen() == ["GESTART"]
    stad.psp("faults", operation="cancel", always=None)
    stad.passes(hours=2)
    assert stad.betalingen() == ["VERLOPEN"]


def test_money_for_an_expired_attempt_still_pays(stad: Stad) -> None:
    opdracht = walks_away(stad)
    stad.passes(minutes=25)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    assert stad.betalingen() == ["BETAALD"]
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    assert not stad.uitval()


def test_money_is_found_without_a_notification_too(stad: Stad) -> None:
    opdracht = walks_away(stad)
    stad.passes(minutes=25)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(hours=2)
    assert stad.status(opdracht) == "BETAALD"


def test_a_betaalopdracht_that_nobody_pays_expires_and_is_told(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.passes(days=14)
    assert stad.told(opdracht) == [(2, "VERLOPEN", False)]
    assert stad.rows(WinkelmandjeRow)[0].status == "VERLOPEN"


def test_its_kenmerk_may_be_offered_again(stad: Stad) -> None:
    old = stad.offers("EVENEMENT", Kenmerk="ZAAK-2026-1")
    stad.passes(days=14)
    new = stad.offers("EVENEMENT", Kenmerk="ZAAK-2026-1")
    assert new.betaalkenmerk != old.betaalkenmerk
    assert stad.status(new) == "OPEN"


def test_late_money_waits_for_a_person_and_is_booked_aside(stad: Stad) -> None:
    opdracht = walks_away(stad)
    stad.passes(days=15)
    assert stad.status(opdracht) == "VERLOPEN"
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.OntvangenInCenten, stand.Leverbaar) == ("VERLOPEN", 18_750, False)
    assert [row.soort for row in stad.uitval()] == ["LAAT_BETAALD"]
    (post,) = stad.booked(opdracht)
    assert [(one["grootboekrekening"], one["credit_cent"]) for one in post["regels"]] == [("1310", 0), ("2990", 18_750)]
    assert stad.told(opdracht)[-1] == (3, "VERLOPEN", False)


def test_one_expires_and_leaves_and_the_other_can_be_paid(stad: Stad) -> None:
    soon = stad.offers("UITTREKSEL", VervaltOp=stad.clock.now + timedelta(days=2))
    other = stad.offers("EVENEMENT", Meebetaaltoken=stad.burger(soon).meebetaaltoken)
    assert stad.stand(other).Winkelmandje == soon.winkelmandje
    stad.passes(days=3)
    assert (stad.status(soon), stad.status(other)) == ("VERLOPEN", "OPEN")
    assert stad.burger(other).pays().reads == "U hebt betaald"
    assert stad.rows(BetalingRow)[0].bedrag_cent == 18_750
    stad.work()


def test_who_starts_just_before_the_end_is_told_so(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", VervaltOp=stad.clock.now + timedelta(days=2))
    burger = stad.burger(opdracht)
    stad.clock.now += timedelta(days=2, minutes=-5)
    burger.presses_pay()
    assert not burger.is_at_psp
    assert stad.betalingen() == []
    assert stad.rows(BetaalopdrachtRow)[0].status == "OPEN"


def test_while_a_betaling_lives_nothing_expires(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", VervaltOp=stad.clock.now + timedelta(hours=25))
    stad.clock.now += timedelta(hours=24, minutes=35)
    stad.burger(opdracht).presses_pay().at_psp("pending")
    stad.passes(minutes=30)
    assert stad.status(opdracht) == "IN_BETALING"
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(hours=7)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_an_attempt_for_a_product_in_a_hurry_is_over_sooner(stad: Stad) -> None:
    with stad.hub.sessions.begin() as session:
        session.execute(update(ProductRow).where(ProductRow.code == "EVENEMENT").values(poging_minuten=10))
    hurried, other = walks_away(stad), walks_away(stad, "OMGEVING")
    stad.passes(minutes=11)
    assert stad.betalingen() == ["VERLOPEN", "GESTART"]
    assert [order["cancelled"] for order in stad.orders()] == [True, False]
    assert (stad.status(hurried), stad.status(other)) == ("OPEN", "IN_BETALING")
    stad.passes(minutes=10)
    assert stad.betalingen() == ["VERLOPEN", "VERLOPEN"]


@pytest.mark.parametrize("uitkomst", ["approve", "pending"])
def test_a_citizen_is_faster_than_the_cancel(stad: Stad, uitkomst: str) -> None:
    """The cancel goes wrong on its way, and she pays before the next one."""
    opdracht = walks_away(stad)
    stad.psp("faults", operation="cancel", faults=["html_502"])
    stad.clock.now += timedelta(minutes=21)
    run_once(stad.hub)
    assert stad.betalingen() == ["GESTART"]
    stad.psp(f"orders/{stad.reference(opdracht)}/pay", outcome=uitkomst)
    stad.passes(minutes=1)
    assert stad.betalingen() == ["BETAALD" if uitkomst == "approve" else "IN_BEHANDELING"]
    assert not stad.orders()[0]["cancelled"]
