"""The scenes of who seeks: help, "waar is mijn betaling?", and the address that only shows."""

from __future__ import annotations

from betaalhub.flows.keys import make_kijktoken
from betaalhub.storage.tables import WinkelmandjeRow
from tests.browser.kijker import Kijker
from tests.browser.scenes_mandje import tried
from tests.browser.scenes_stand import begun, coming_back, paid_late
from tests.browser.toneel import Opens, offers, paid, scene
from tests.journeys import balie
from tests.journeys.stad import Opdracht, Stad

FIND = "/{taal}/waar-is-mijn-betaling"


@scene("hulp", "hulp.html")
def help_page(stad: Stad) -> str:
    return "/{taal}/hulp"


@scene("toegankelijkheid", "toegankelijkheid.html")
def accessibility(stad: Stad) -> str:
    return "/{taal}/toegankelijkheid"


@scene("privacy", "privacy.html")
def privacy(stad: Stad) -> str:
    return "/{taal}/privacy"


# --- waar is mijn betaling?


def asks(kenmerk: str = "", bedrag: str = "187,50", *, times: int = 1) -> Opens:
    """She fills in the form; without a kenmerk here it stands behind the path."""

    def ask(kijker: Kijker, path: str) -> None:
        address, _, given = path.partition("#")
        for _ in range(times):
            kijker.opens(address)
            kijker.page.locator("#kenmerk").fill(kenmerk or given)
            kijker.page.locator("#bedrag").fill(bedrag)
            with kijker.page.expect_navigation():
                kijker.page.locator("main form button[type=submit]").click()
            if kijker.status() == 429:
                return

    return ask


def asked_about(opdracht: Opdracht) -> str:
    return f"{FIND}#{opdracht.betaalkenmerk}"


@scene("vinden", "vinden.html")
def find(stad: Stad) -> str:
    return FIND


@scene("vinden-fout", "find.typo", status=422, open=asks("4827 1093 6578", "veel"))
def find_typo(stad: Stad) -> str:
    return FIND


@scene("vinden-niets", "find.none", status=422, open=asks("4827 1093 6577"), anew=True)
def find_nothing(stad: Stad) -> str:
    return FIND


@scene("vinden-te-vaak", 429, status=429, open=asks("4827 1093 6577", times=7))
def find_too_often(stad: Stad) -> str:
    return FIND


@scene("gevonden-betaald", "gevonden.html", "find.next.nothing", open=asks())
def found_paid(stad: Stad) -> str:
    return asked_about(paid(stad))


@scene("gevonden-open", "find.next.pay", open=asks())
def found_open(stad: Stad) -> str:
    return asked_about(offers(stad))


@scene("gevonden-wacht", "find.next.wait", open=asks())
def found_waiting(stad: Stad) -> str:
    tried(stad, "pending")
    return asked_about(stad.opdrachten[0])


@scene("gevonden-teruggehaald", "find.next.call", open=asks())
def found_taken_back(stad: Stad) -> str:
    opdracht = paid(stad)
    stad.passes(days=40)
    stad.psp(f"orders/{stad.reference(opdracht)}/chargeback", amount_cents=18_750, name="CB-1")
    stad.notify(opdracht)
    stad.passes(minutes=5)
    return asked_about(opdracht)


@scene("gevonden-weg", "find.next.gone", open=asks())
def found_gone(stad: Stad) -> str:
    opdracht = offers(stad)
    balie.withdraws(stad, opdracht)
    return asked_about(opdracht)


# --- the address that only shows, as it stands in mails


def only_looks(stad: Stad, page: str = "") -> str:
    (mandje, *_) = stad.rows(WinkelmandjeRow)
    return f"/{{taal}}/betaling/{make_kijktoken(stad.hub.portaal, mandje.id)}{page}"


@scene("kijken-betaald", "kijken.status")
def looks_at_paid(stad: Stad) -> str:
    paid(stad)
    return only_looks(stad)


@scene("kijken-begonnen", "kijken.status")
def looks_at_begun(stad: Stad) -> str:
    begun(stad)
    return only_looks(stad)


@scene("kijken-mislukt", "kijken.status")
def looks_at_failed(stad: Stad) -> str:
    tried(stad, "fail")
    return only_looks(stad)


@scene("kijken-alsnog", "kijken.status")
def looks_at_late(stad: Stad) -> str:
    paid_late(stad)
    return only_looks(stad)


@scene("kijken-weg", 410, status=410)
def looks_at_gone(stad: Stad) -> str:
    balie.withdraws(stad, offers(stad))
    return only_looks(stad)


@scene("kijken-bewijs", "kijken.receipt")
def looks_at_receipt(stad: Stad) -> str:
    paid(stad)
    return only_looks(stad, "/bewijs")


@scene("kijken-bewijs-onderweg-terug", "kijken.receipt")
def looks_at_receipt_coming_back(stad: Stad) -> str:
    coming_back(stad)
    return only_looks(stad, "/bewijs")


@scene("kijken-vals", 404, status=404)
def looks_at_nothing(stad: Stad) -> str:
    return "/{taal}/betaling/1-" + "0" * 32
