"""The scenes before paying: the winkelmandje, what it says, and the way to the PSP."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from betaalhub.app import make_psp
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.settings import Settings
from tests.browser.kijker import Kijker
from tests.browser.toneel import Opens, offers, path_of, scene, together
from tests.builders import demo_catalogus, load, regel
from tests.journeys import balie
from tests.journeys.stad import Stad

LONG = "Vergunning voor het tijdelijk gebruiken van de openbare weg (kleinschaligheidsgrondgebruikersregistratienummer 2026-114)"


@scene("winkelmandje", Paginastatus.CART)
def alone(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("winkelmandje-samen", Paginastatus.CART, "removable")
def of_two_systems(stad: Stad) -> str:
    return path_of(together(stad)[0])


@scene("winkelmandje-lang", Paginastatus.CART)
def long(stad: Stad) -> str:
    """Everything as long and as large as it may be."""
    lines = [regel("OMGEVING", 333_333, nummer=n, Omschrijving=LONG, Aantal=1) for n in range(1, 13)]
    lines.append(regel("EVENEMENT", 187_500, nummer=13, Omschrijving="Kermis", Aantal=10, StuksprijsInCenten=18_750))
    return path_of(stad.offers("OMGEVING", Productregel=lines))


@scene("winkelmandje-een-methode", Paginastatus.CART)
def one_method(stad: Stad) -> str:
    data = demo_catalogus(terug=stad.near.simulators.terugkeer_url, push=None)
    data["psp_account"]["betaalmethode"] = data["psp_account"]["betaalmethode"][:1]
    load(stad.hub.sessions, data)
    return path_of(offers(stad))


@scene("winkelmandje-geen-methode", Paginastatus.CART, "cart.down")
def no_method(stad: Stad) -> str:
    """The only account that may take it is none that this hub can call."""
    stad.moves_to(dataclasses.replace(stad.hub, psps={}))
    return path_of(offers(stad))


@scene("winkelmandje-storing", Paginastatus.CART, "cart.outage")
def outage(stad: Stad) -> str:
    """Another citizen met it first."""
    stad.psp("faults", operation="create", always="http_401")
    stad.psp("faults", operation="status", always="http_401")
    stad.burger(offers(stad)).presses_pay()
    return path_of(offers(stad))


# --- mistakes in its forms


def presses_pay_without_method(kijker: Kijker, path: str) -> None:
    kijker.opens(path)
    kijker.measures("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()


def types(kenmerk: str, bedrag: str) -> Opens:
    def fill(kijker: Kijker, path: str) -> None:
        kijker.opens(path)
        if not kijker.page.locator("#kenmerk").is_visible():
            kijker.page.locator("summary").click()
        kijker.page.locator("#kenmerk").fill(kenmerk)
        kijker.page.locator("#bedrag").fill(bedrag)
        with kijker.page.expect_navigation():
            kijker.page.locator("form[action$='/toevoegen'] button[type=submit]").click()

    return fill


@scene("winkelmandje-fout-methode", "cart.error.method", status=422, open=presses_pay_without_method)
def without_method(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("winkelmandje-fout-kenmerk", "add.error.ref", status=422, open=types("4827 1093 6578", "15,80"))
def wrong_reference(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("winkelmandje-fout-bedrag", "add.error.amount", status=422, open=types("4827 1093 6577", "veel"))
def wrong_amount(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("winkelmandje-niet-gevonden", "add.error.none", status=422, open=types("4827 1093 6577", "15,80"))
def not_found(stad: Stad) -> str:
    return path_of(offers(stad))


def types_what_is_apart(kijker: Kijker, path: str) -> None:
    path, kenmerk = path.split("#")
    types(kenmerk, "96,00")(kijker, path)


@scene("winkelmandje-niet-samen", "add.error.apart", status=422, open=types_what_is_apart)
def not_together(stad: Stad) -> str:
    """Parking is paid at an account of its own."""
    data = demo_catalogus(terug=stad.near.simulators.terugkeer_url, push=None)
    first = data["psp_account"]
    data["psp_account"] = [first, {**first, "code": "parkeren", "tussenrekening": "1311"}]
    for product in data["product"]:
        if product["code"] in ("EVENEMENT", "PARKEREN"):
            product["psp_account"] = "parkeren" if product["code"] == "PARKEREN" else "psp"
    load(stad.hub.sessions, data)
    settings = Settings.from_env(stad.env)
    own = make_psp(settings.psps[0], timeout=settings.neighbour_timeout)
    stad.moves_to(dataclasses.replace(stad.hub, psps={**stad.hub.psps, "parkeren": own}))
    return f"{path_of(offers(stad))}#{offers(stad, 'PARKEREN').betaalkenmerk}"


def guesses(kijker: Kijker, path: str) -> None:
    """Until it is enough."""
    for _ in range(6):
        if kijker.page.locator("#kenmerk").count() or not kijker.page.url.startswith("http"):
            types("4827 1093 6577", "15,80")(kijker, path)


@scene("fout-429-toevoegen", 429, status=429, open=guesses)
def too_often(stad: Stad) -> str:
    return path_of(offers(stad))


# --- what a redirect says above it


def notice(name: str) -> str:
    return f"?melding={name}"


@scene("winkelmandje-veranderd", "veranderd", "vervangen")
def changed(stad: Stad) -> str:
    return path_of(together(stad)[0]) + notice("veranderd")


@scene("winkelmandje-verwijderd", "verwijderd")
def removed(stad: Stad) -> str:
    """Seen anew after an hour, when it can not be put back any more."""
    first, second = together(stad)
    stad.burger(first).removes(second.betaalkenmerk)
    stad.passes(hours=2)
    return path_of(first) + notice("verwijderd")


@scene("winkelmandje-blijft", "blijft")
def stays(stad: Stad) -> str:
    return path_of(together(stad)[0]) + notice("blijft")


@scene("winkelmandje-toegevoegd", "toegevoegd")
def added(stad: Stad) -> str:
    return path_of(together(stad)[0]) + notice("toegevoegd")


@scene("winkelmandje-onbereikbaar", "onbereikbaar")
def unreachable(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.psp("faults", operation="create", faults=["refuse:REQUEST_DATA_INCORRECT"])
    stad.burger(opdracht).presses_pay()
    return path_of(opdracht) + notice("onbereikbaar")


@scene("winkelmandje-bijna", "bijna")
def almost_over(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.passes(days=13, hours=23, minutes=50)
    return path_of(opdracht) + notice("bijna")


@scene("winkelmandje-bijna-een")
def almost_over_for_one(stad: Stad) -> str:
    first = offers(stad, VervaltOp=stad.clock() + timedelta(days=2))
    second = offers(stad, "UITTREKSEL")
    stad.burger(first).adds(second.betaalkenmerk, "15,80")
    stad.passes(days=1, hours=23, minutes=50)
    return path_of(first)


# --- after an attempt that came to nothing


def tried(stad: Stad, uitkomst: str) -> str:
    opdracht = offers(stad)
    stad.burger(opdracht).pays(uitkomst)
    stad.work()
    return path_of(opdracht)


@scene("winkelmandje-na-mislukt", Paginastatus.FAILED, "cart.again.failed")
def after_failed(stad: Stad) -> str:
    return tried(stad, "fail")


@scene("winkelmandje-na-gestopt", Paginastatus.CANCELLED, "cart.again.cancelled")
def after_cancelled(stad: Stad) -> str:
    return tried(stad, "cancel")


@scene("winkelmandje-na-verlopen", Paginastatus.EXPIRED, "cart.again.expired")
def after_expired(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.burger(opdracht).presses_pay()
    stad.passes(hours=1)
    return path_of(opdracht)


@scene("winkelmandje-weg", Paginastatus.GONE, 410, status=410)
def gone(stad: Stad) -> str:
    opdracht = offers(stad)
    balie.withdraws(stad, opdracht)
    return path_of(opdracht)


# --- to the PSP


def stops_at_go(kijker: Kijker, path: str) -> None:
    """The page that goes on by itself, held before it does."""
    kijker.opens(path)
    kijker.page.route("**/ps/menu*", lambda route: route.abort("aborted"))
    kijker.chooses()
    kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()
    kijker.page.wait_for_url("**/ga?*")


@scene("ga", "go.html", open=stops_at_go, anew=True)
def goes(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("ga-opnieuw", "go.html")
def goes_again(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.burger(opdracht).presses_pay()
    return path_of(opdracht, "ga")
