"""The scenes of what few people meet: each shows sentences that stand on no other page."""

from __future__ import annotations

from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.storage.tables import TerugbetalingRow
from tests.browser.scenes_mandje import notice
from tests.browser.scenes_nieuws import changes
from tests.browser.scenes_stand import approves_all, paid_otherwise
from tests.browser.toneel import NAMES, gets_back, nummer_in, offers, paid, path_of, scene
from tests.builders import regel
from tests.journeys import balie
from tests.journeys.geval import happens
from tests.journeys.stad import Opdracht, Stad

# --- the winkelmandje


@scene("winkelmandje-stuks", "cart.count")
def counted(stad: Stad) -> str:
    """Six of something, of which nobody tells what one costs."""
    return path_of(stad.offers("OMGEVING", Productregel=[regel("OMGEVING", 8_450, Omschrijving="Kraam", Aantal=6)]))


@scene("winkelmandje-en-meer", "cart.and_more")
def named_by_its_first(stad: Stad) -> str:
    first, second = offers(stad, "PARKEREN", "AFVALPAS"), offers(stad)
    stad.burger(first).adds(second.betaalkenmerk, "187,50")
    return path_of(first)


@scene("winkelmandje-een-storing", "storing")
def one_way_down(stad: Stad) -> str:
    return path_of(offers(stad)) + notice("storing")


@scene("nieuws-vervangen-apart", "left.replaced")
def replaced_apart(stad: Stad) -> str:
    """Her product system changed it to more than may lie in one winkelmandje."""
    first = stad.offers("OMGEVING", Productregel=[regel("OMGEVING", 3_000_000, Omschrijving=NAMES["OMGEVING"])])
    other = offers(stad, "UITTREKSEL")
    stad.burger(first).adds(other.betaalkenmerk, "15,80")
    changes(stad, first, 4_999_000)
    return path_of(other)


@scene("winkelmandje-verlopen", "err.410.title", "err.410.text", status=410)
def expired(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.passes(days=15)
    return path_of(opdracht)


# --- how it stands


@scene("status-geleverd", "status.next.delivered", "levering.done")
def all_delivered(stad: Stad) -> str:
    opdracht = paid(stad, "PARKEREN", "AFVALPAS")
    balie.tells(stad, opdracht, r1="GELEVERD", r2="GELEVERD")
    return path_of(opdracht, "status")


@scene("status-regel-deels-terug", "opdracht.part_back")
def part_of_a_regel(stad: Stad) -> str:
    opdracht = paid(stad)
    gets_back(stad, opdracht, "1=50,00")
    return path_of(opdracht, "status")


@scene("status-terug-onbekend", "notice.long", Paginastatus.COMING_BACK)
def refund_unknown(stad: Stad) -> str:
    """Nobody knows whether the PSP heard of it."""
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=["drop"])
    gets_back(stad, opdracht)
    stad.passes(hours=30)
    return path_of(opdracht, "status")


@scene("status-nagekeken", "notice.check")
def checked(stad: Stad) -> str:
    """The PSP gave something back of which we asked nothing."""
    opdracht = paid(stad)
    happens(stad, opdracht, "refund", amount_cents=5_000)
    stad.passes(days=1)
    return path_of(opdracht, "status")


@scene("status-terug-mislukt", "back.failed")
def refund_failed(stad: Stad) -> str:
    stad.psp("scenario", refund_status="STARTED")
    opdracht = paid(stad)
    gets_back(stad, opdracht)
    happens(stad, opdracht, "refund_failed", told=False)
    stad.passes(hours=1)
    return path_of(opdracht, "status")


@scene("status-teruggekomen", "taken.returned")
def won(stad: Stad) -> str:
    opdracht = paid(stad)
    for event, more in (("chargeback", {"amount_cents": 5_000}), ("chargeback_won", {})):
        stad.passes(days=1)
        happens(stad, opdracht, event, **more)
        stad.passes(minutes=5)
    return path_of(opdracht, "status")


def counter_money_back(stad: Stad) -> Opdracht:
    opdracht = offers(stad)
    balie.registers(stad, opdracht)
    said = stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, "--reden", "Gaat niet door", "--door", "J. Jansen"
    )
    stad.administrator("terugbetaling", "keur-goed", nummer_in(said), "--door", "P. Prins")
    return opdracht


@scene("status-balie-terug", "back.counter.coming", Paginastatus.COMING_BACK)
def back_at_the_counter(stad: Stad) -> str:
    return path_of(counter_money_back(stad), "status")


@scene("status-balie-teruggegeven", "back.counter.done", Paginastatus.REFUNDED)
def given_at_the_counter(stad: Stad) -> str:
    opdracht = counter_money_back(stad)
    (row,) = stad.rows(TerugbetalingRow)
    stad.administrator("terugbetaling", "uitbetaald", row.nummer, "--bewijs", "BON-118", "--door", "P. Prins")
    return path_of(opdracht, "status")


# --- the betaalbewijs


@scene("bewijs-minder", "receipt.less")
def receipt_of_less(stad: Stad) -> str:
    opdracht = paid_otherwise(stad, 18_000)
    stad.resolves("BEDRAG_AFWIJKEND", "ACCEPTEREN", reden="De rest is kwijtgescholden")
    approves_all(stad)
    return path_of(opdracht, "bewijs")
