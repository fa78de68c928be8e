"""Money goes back over the PSP and at the counter: asked, decided, sent once, seen, booked and told."""

from __future__ import annotations

import re

import pytest

from betaalhub.storage.tables import BoekingsregelRow, TerugbetalingRow
from tests.journeys import balie
from tests.journeys.stad import Opdracht, Stad


def paid(stad: Stad, *codes: str) -> Opdracht:
    opdracht = stad.offers(*(codes or ("EVENEMENT",)))
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    return opdracht


def asks(stad: Stad, opdracht: Opdracht, *regels: str) -> str:
    """A person asks for money back; the number of the terugbetaling."""
    options = [text for regel in regels for text in ("--regel", regel)]
    said = stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, *options, "--reden", "Te veel", "--door", "J. Jansen"
    )
    found = re.search(r"Terugbetaling ([0-9A-F]{26}):", said)
    assert found, said
    return found[1]


def approves(stad: Stad, nummer: str) -> None:
    stad.administrator("terugbetaling", "keur-goed", nummer, "--door", "P. Prins")


def statuses(stad: Stad) -> list[str]:
    return [row.status for row in stad.rows(TerugbetalingRow)]


def refunds(stad: Stad) -> list[tuple[str | None, str, int]]:
    """Every refund at the PSP."""
    return [
        (one["name"], one["status"], one["amount"])
        for order in stad.orders()
        for payment in order["payments"]
        for one in payment["refunds"]
    ]


def balance(stad: Stad) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in stad.rows(BoekingsregelRow):
        cents = found.get(line.grootboekrekening, 0) + line.debet_cent - line.credit_cent
        found[line.grootboekrekening] = cents
    return {account: cents for account, cents in found.items() if cents}


def test_the_whole_amount_goes_back(stad: Stad) -> None:
    opdracht = paid(stad)
    nummer = asks(stad, opdracht)
    approves(stad, nummer)
    stad.passes(minutes=10)
    assert (statuses(stad), refunds(stad)) == (["VOLTOOID"], [(nummer, "CAPTURED", 18_750)])
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.TerugbetaaldInCenten, stand.Leverbaar) == ("TERUGBETAALD", 18_750, False)
    assert [told[1] for told in stad.told(opdracht)] == ["BETAALD", "BETAALD", "TERUGBETAALD"]
    assert balance(stad) == {}
    assert [post["soort"] for post in stad.booked(opdracht)] == ["BETAALD", "TERUGBETALING"]


def test_parts_of_productregels_go_back_one_after_the_other(stad: Stad) -> None:
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    for regels in (("2=3,33",), ("1=10,00", "2=3,33"), ()):
        approves(stad, asks(stad, opdracht, *regels))
        stad.passes(minutes=10)
    assert statuses(stad) == ["VOLTOOID"] * 3
    assert stad.status(opdracht) == "TERUGBETAALD"
    assert balance(stad) == {}


@pytest.mark.parametrize("fault", ["drop_after", "fault_after", "html_502_after", "hang_after", "empty_200_after"])
def test_a_refund_of_which_the_answer_is_lost_is_found_and_not_sent_again(impatient_stad: Stad, fault: str) -> None:
    stad = impatient_stad
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=[fault])
    nummer = asks(stad, opdracht)
    approves(stad, nummer)
    stad.passes(seconds=2)
    assert statuses(stad) == ["ONBEKEND"]
    stad.passes(hours=1)
    assert (statuses(stad), refunds(stad)) == (["VOLTOOID"], [(nummer, "CAPTURED", 18_750)])
    assert balance(stad) == {}


@pytest.mark.parametrize("fault", ["drop", "html_502", "fault"])
def test_a_refund_that_never_landed_is_not_sent_by_itself_but_by_a_person(stad: Stad, fault: str) -> None:
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=[fault])
    approves(stad, asks(stad, opdracht))
    stad.passes(hours=25)
    assert (statuses(stad), refunds(stad)) == (["ONBEKEND"], [])
    assert [row.soort for row in stad.uitval()] == ["ONBEKEND_TE_LANG"]


def test_a_refused_refund_waits_for_a_person_and_may_be_asked_again(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=["refuse:REQUEST_DATA_INCORRECT"])
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=1)
    assert (statuses(stad), [row.soort for row in stad.uitval()]) == (["MISLUKT"], ["TERUGBETALING_MISLUKT"])
    assert stad.told(opdracht)[-1][1:] == ("BETAALD", False)
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=10)
    assert (statuses(stad), balance(stad)) == (["MISLUKT", "VOLTOOID"], {})


def test_a_refund_that_fails_at_the_bank_waits_for_a_person(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.psp("scenario", reference=stad.reference(opdracht), refund_status="STARTED")
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=10)
    assert statuses(stad) == ["INGEDIEND"]
    stad.psp(f"orders/{stad.reference(opdracht)}/settle", status="FAILED")
    stad.passes(days=2)
    assert (statuses(stad), [row.soort for row in stad.uitval()]) == (["MISLUKT"], ["TERUGBETALING_MISLUKT"])


def test_a_refund_that_failed_and_is_done_after_all_is_found_long_after_the_betaling(stad: Stad) -> None:
    """The PSP is not asked about the betaling any more; about money that may have left it is."""
    opdracht = paid(stad)
    stad.passes(days=200)
    stad.psp("scenario", reference=stad.reference(opdracht), refund_status="STARTED")
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=10)
    stad.psp(f"orders/{stad.reference(opdracht)}/settle", status="FAILED")
    stad.passes(hours=2)
    assert statuses(stad) == ["MISLUKT"]
    stad.psp(f"orders/{stad.reference(opdracht)}/settle", status="CAPTURED")
    stad.passes(days=8)
    assert (statuses(stad), [row.soort for row in stad.uitval()], balance(stad)) == (["VOLTOOID"], [], {})


def test_a_refund_in_the_back_office_is_found_booked_and_linked(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.psp(f"orders/{stad.reference(opdracht)}/refund", amount_cents=5_000)
    stad.notify(opdracht)
    stad.passes(minutes=1)
    assert (statuses(stad), [row.soort for row in stad.uitval()]) == (["EXTERN"], ["EXTERNE_TERUGBETALING"])
    assert balance(stad) == {"1310": 13_750, "8301": -18_750, "2990": 5_000}
    (row,) = stad.rows(TerugbetalingRow)
    stad.administrator("terugbetaling", "koppel", row.nummer, "--door", "J. Jansen")
    stad.passes(minutes=1)
    assert (statuses(stad), stad.uitval()) == (["GEKOPPELD"], [])
    assert balance(stad) == {"1310": 13_750, "8301": -13_750}
    assert (stad.status(opdracht), stad.stand(opdracht).TerugbetaaldInCenten) == ("DEELS_TERUGBETAALD", 5_000)


def test_money_of_the_counter_is_given_back_there(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    balie.registers(stad, opdracht)
    nummer = asks(stad, opdracht)
    approves(stad, nummer)
    stad.passes(minutes=10)
    assert statuses(stad) == ["GOEDGEKEURD"]
    stad.administrator("terugbetaling", "uitbetaald", nummer, "--bewijs", "BON-77", "--door", "P. Prins")
    stad.passes(minutes=1)
    assert (statuses(stad), balance(stad)) == (["HANDMATIG"], {})
    assert stad.rows(TerugbetalingRow)[0].uitbetaald_bewijs == "BON-77"
