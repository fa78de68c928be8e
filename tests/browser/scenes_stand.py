"""The scenes after paying: how it stands, and the betaalbewijs."""

from __future__ import annotations

from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.storage.tables import TerugbetalingRow
from tests.browser.scenes_mandje import tried
from tests.browser.toneel import gets_back, nummer_in, offers, paid, path_of, scene, together
from tests.journeys import balie
from tests.journeys.stad import Opdracht, Stad


@scene("status-winkelmandje", Paginastatus.CART)
def not_yet(stad: Stad) -> str:
    return path_of(offers(stad), "status")


@scene("status-begonnen", Paginastatus.OPEN)
def begun(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.burger(opdracht).presses_pay()
    return path_of(opdracht, "status")


@scene("status-begonnen-stil", Paginastatus.OPEN, "vernieuw=uit")
def begun_quiet(stad: Stad) -> str:
    return begun(stad) + "?vernieuw=uit"


@scene("status-wacht", Paginastatus.PENDING)
def pending(stad: Stad) -> str:
    return f"{tried(stad, 'pending')}/status"


@scene("status-onbekend", Paginastatus.UNKNOWN)
def unknown(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.psp("faults", operation="create", faults=["drop_after"])
    stad.burger(opdracht).presses_pay()
    return path_of(opdracht, "status")


def paid_otherwise(stad: Stad, cents: int) -> Opdracht:
    opdracht = offers(stad)
    stad.psp("scenario", paid_amount=cents)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    stad.psp("scenario", paid_amount=None)
    return opdracht


@scene("status-ander-bedrag", Paginastatus.DIFFERS)
def differs(stad: Stad) -> str:
    return path_of(paid_otherwise(stad, 18_000), "status")


def returned_all(stad: Stad) -> Opdracht:
    opdracht = paid_otherwise(stad, 100)
    stad.resolves("BEDRAG_AFWIJKEND", "TERUGBETALEN")
    approves_all(stad)
    stad.passes(hours=2)
    return opdracht


def approves_all(stad: Stad) -> None:
    for row in stad.rows(TerugbetalingRow):
        stad.administrator("terugbetaling", "keur-goed", row.nummer, "--door", "P. Prins")


@scene("status-teruggegeven", Paginastatus.RETURNED)
def returned(stad: Stad) -> str:
    return path_of(returned_all(stad), "status")


@scene("winkelmandje-na-teruggegeven", "cart.again.returned")
def after_returned(stad: Stad) -> str:
    return path_of(returned_all(stad))


@scene("status-betaald", Paginastatus.PAID)
def is_paid(stad: Stad) -> str:
    return path_of(paid(stad), "status")


@scene("status-betaald-samen", Paginastatus.PAID)
def is_paid_together(stad: Stad) -> str:
    first, _ = together(stad)
    stad.burger(first).pays()
    stad.work()
    return path_of(first, "status")


@scene("status-betaald-geleverd", Paginastatus.PAID)
def delivered(stad: Stad) -> str:
    """One regel is being made, the other was delivered."""
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    balie.tells(stad, opdracht, r1="IN_UITVOERING", r2="GELEVERD")
    return path_of(opdracht, "status")


@scene("status-niet-leverbaar", Paginastatus.PAID)
def not_delivered(stad: Stad) -> str:
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    balie.tells(stad, opdracht, r1="GELEVERD", r2="NIET_LEVERBAAR")
    return path_of(opdracht, "status")


@scene("status-balie", Paginastatus.PAID)
def at_the_counter(stad: Stad) -> str:
    opdracht = offers(stad)
    balie.registers(stad, opdracht)
    return path_of(opdracht, "status")


@scene("status-mislukt", Paginastatus.FAILED)
def failed(stad: Stad) -> str:
    return f"{tried(stad, 'fail')}/status"


@scene("status-gestopt", Paginastatus.CANCELLED)
def cancelled(stad: Stad) -> str:
    return f"{tried(stad, 'cancel')}/status"


@scene("status-verlopen", Paginastatus.EXPIRED)
def expired(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.burger(opdracht).presses_pay()
    stad.passes(hours=1)
    return path_of(opdracht, "status")


def paid_twice(stad: Stad) -> Opdracht:
    opdracht = offers(stad)
    stad.psp("scenario", attempts=2)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    return opdracht


@scene("status-dubbel", Paginastatus.DOUBLE)
def double(stad: Stad) -> str:
    return path_of(paid_twice(stad), "status")


@scene("status-dubbel-goedgekeurd", Paginastatus.DOUBLE_BACK)
def double_approved(stad: Stad) -> str:
    return path_of(twice_and_back(stad), "status")


@scene("bewijs-dubbel-goedgekeurd", Paginastatus.DOUBLE_BACK)
def receipt_double_approved(stad: Stad) -> str:
    return path_of(twice_and_back(stad), "bewijs")


def twice_and_back(stad: Stad) -> Opdracht:
    opdracht = paid_twice(stad)
    stad.resolves("DUBBEL_BETAALD", "TERUGBETALEN")
    approves_all(stad)
    return opdracht


@scene("status-dubbel-terug", Paginastatus.PAID)
def double_returned(stad: Stad) -> str:
    opdracht = twice_and_back(stad)
    stad.passes(hours=2)
    return path_of(opdracht, "status")


@scene("status-terugbetaald", Paginastatus.REFUNDED)
def refunded(stad: Stad) -> str:
    opdracht = paid(stad)
    gets_back(stad, opdracht)
    return path_of(opdracht, "status")


@scene("status-deels-terugbetaald", Paginastatus.PART_REFUNDED)
def part_refunded(stad: Stad) -> str:
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    gets_back(stad, opdracht, "2=12,10")
    return path_of(opdracht, "status")


@scene("status-een-van-twee-terug", Paginastatus.PART_REFUNDED)
def one_of_two_refunded(stad: Stad) -> str:
    first, second = together(stad)
    stad.burger(first).pays()
    stad.work()
    gets_back(stad, second)
    return path_of(first, "status")


@scene("status-terug-aangevraagd", Paginastatus.PAID)
def refund_asked(stad: Stad) -> str:
    """Asked for, and nobody has decided yet."""
    opdracht = paid(stad)
    stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, "--reden", "Te veel", "--door", "J. Jansen"
    )
    return path_of(opdracht, "status")


def coming_back(stad: Stad) -> Opdracht:
    """A second person said yes; the PSP has not sent it yet."""
    opdracht = paid(stad)
    said = stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, "--reden", "Te veel", "--door", "J. Jansen"
    )
    stad.administrator("terugbetaling", "keur-goed", nummer_in(said), "--door", "P. Prins")
    return opdracht


@scene("status-onderweg-terug", Paginastatus.COMING_BACK)
def on_its_way_back(stad: Stad) -> str:
    return path_of(coming_back(stad), "status")


@scene("bewijs-onderweg-terug", Paginastatus.COMING_BACK)
def receipt_on_its_way_back(stad: Stad) -> str:
    return path_of(coming_back(stad), "bewijs")


@scene("status-teruggehaald", Paginastatus.TAKEN_BACK)
def taken_back(stad: Stad) -> str:
    opdracht = paid(stad)
    stad.passes(days=40)
    stad.psp(f"orders/{stad.reference(opdracht)}/chargeback", amount_cents=18_750, name="CB-1")
    stad.notify(opdracht)
    stad.passes(minutes=5)
    return path_of(opdracht, "status")


def paid_late(stad: Stad) -> Opdracht:
    """She left the PSP's page; weeks later the betaalopdracht had expired, and her bank paid."""
    opdracht = offers(stad)
    stad.burger(opdracht).presses_pay()
    stad.passes(days=15)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    return opdracht


@scene("status-alsnog-betaald", Paginastatus.LATE)
def late(stad: Stad) -> str:
    return path_of(paid_late(stad), "status")


@scene("status-alsnog-terug", Paginastatus.REFUNDED)
def late_returned(stad: Stad) -> str:
    opdracht = paid_late(stad)
    stad.resolves("LAAT_BETAALD", "TERUGBETALEN", reden="De markt is geweest")
    approves_all(stad)
    stad.passes(hours=2)
    return path_of(opdracht, "status")


# --- the betaalbewijs


@scene("bewijs", Paginastatus.PAID, "receipt.html")
def receipt(stad: Stad) -> str:
    return path_of(paid(stad), "bewijs")


@scene("bewijs-samen", Paginastatus.PAID)
def receipt_together(stad: Stad) -> str:
    first, _ = together(stad)
    stad.burger(first).pays(methode="CREDITCARD")
    stad.work()
    return path_of(first, "bewijs")


@scene("bewijs-btw", Paginastatus.PAID)
def receipt_with_btw(stad: Stad) -> str:
    return path_of(paid(stad, "PARKEREN", "AFVALPAS"), "bewijs")


@scene("bewijs-dubbel", Paginastatus.DOUBLE)
def receipt_double(stad: Stad) -> str:
    return path_of(paid_twice(stad), "bewijs")


@scene("bewijs-terugbetaald", Paginastatus.REFUNDED)
def receipt_refunded(stad: Stad) -> str:
    opdracht = paid(stad)
    gets_back(stad, opdracht)
    return path_of(opdracht, "bewijs")


@scene("bewijs-deels-terugbetaald", Paginastatus.PART_REFUNDED)
def receipt_part_refunded(stad: Stad) -> str:
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    gets_back(stad, opdracht, "2=12,10")
    return path_of(opdracht, "bewijs")
