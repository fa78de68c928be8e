"""The scenes of a winkelmandje to which something happened, and of who fills in more than she must."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from betaalhub.app import make_psp
from betaalhub.flows.departures import Why
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.settings import Settings
from tests.browser.kijker import Kijker
from tests.browser.scenes_mandje import notice, types
from tests.browser.toneel import NAMES, offers, path_of, scene, together
from tests.builders import demo_catalogus, load, regel
from tests.journeys import balie
from tests.journeys.stad import Opdracht, Stad


@scene("nieuws-eruit", Why.REMOVED, "cart.undo")
def removed(stad: Stad) -> str:
    first, second = together(stad)
    stad.burger(first).removes(second.betaalkenmerk)
    return path_of(first)


@scene("nieuws-teruggezet", "teruggezet")
def put_back(stad: Stad) -> str:
    return path_of(together(stad)[0]) + notice("teruggezet")


@scene("nieuws-niet-terug", "weg")
def not_put_back(stad: Stad) -> str:
    return path_of(offers(stad)) + notice("weg")


@scene("nieuws-verlopen", Why.EXPIRED)
def expired(stad: Stad) -> str:
    first = offers(stad)
    second = offers(stad, "UITTREKSEL", VervaltOp=stad.clock() + timedelta(days=2))
    stad.burger(first).adds(second.betaalkenmerk, "15,80")
    stad.passes(days=3)
    return path_of(first)


@scene("nieuws-ingetrokken", Why.WITHDRAWN)
def withdrawn(stad: Stad) -> str:
    first, second = together(stad)
    balie.withdraws(stad, second)
    return path_of(first)


@scene("nieuws-balie", Why.COUNTER)
def at_the_counter(stad: Stad) -> str:
    first, second = together(stad)
    balie.registers(stad, second)
    return path_of(first)


@scene("nieuws-elders", Why.ELSEWHERE)
def elsewhere(stad: Stad) -> str:
    first, second = together(stad)
    stad.burger(offers(stad, "OMGEVING")).adds(second.betaalkenmerk, "15,80")
    return path_of(first)


def changes(stad: Stad, old: Opdracht, cents: int, naam: str = NAMES["OMGEVING"]) -> Opdracht:
    """Its product system sends it again with another amount or another name."""
    stad.clock.now += timedelta(minutes=1)
    line = regel("OMGEVING", cents, Omschrijving=naam)
    return stad.offers("OMGEVING", Productregel=[line], Kenmerk=old.kenmerk, Vervang=True)


@scene("nieuws-veranderd", Why.REPLACED, "left.changed", "cart.check")
def changed(stad: Stad) -> str:
    old = offers(stad, "OMGEVING")
    other = offers(stad, "UITTREKSEL")
    stad.burger(old).adds(other.betaalkenmerk, "15,80")
    changes(stad, old, 9_950)
    return path_of(other) + notice("veranderd")


@scene("nieuws-anders-zelfde-prijs", "left.same")
def changed_otherwise(stad: Stad) -> str:
    old = offers(stad, "OMGEVING")
    changes(stad, old, 8_450, "Omgevingsvergunning dakkapel en dakraam")
    return path_of(old)


@scene("nieuws-leeg", "cart.empty")
def empty(stad: Stad) -> str:
    """Two tabs each took one out."""
    first, second = together(stad)
    one, other = (stad.burger(first).browser for _ in range(2))
    old = other.form("/verwijderen")
    one.submit(one.form("/verwijderen"), betaalkenmerk=first.betaalkenmerk)
    rest = one.url.partition("?")[0]
    other.submit(dataclasses.replace(old, action=f"{rest}/verwijderen"), betaalkenmerk=second.betaalkenmerk)
    return "/{taal}/" + rest.partition("/nl/")[2]


@scene("nieuws-methode-weg", "method.down")
def method_down(stad: Stad) -> str:
    """The account of the credit card is spared, another takes iDEAL."""
    data = demo_catalogus(terug=stad.near.simulators.terugkeer_url, push=None)
    first = data["psp_account"]
    second = {**first, "code": "tweede", "tussenrekening": "1311", "betaalmethode": first["betaalmethode"][:1]}
    data["psp_account"] = [first, second]
    load(stad.hub.sessions, data)
    settings = Settings.from_env(stad.env)
    own = make_psp(settings.psps[0], timeout=settings.neighbour_timeout)
    stad.moves_to(dataclasses.replace(stad.hub, psps={**stad.hub.psps, "tweede": own}))
    stad.psp("faults", operation="create", faults=["http_401"])
    stad.burger(offers(stad)).presses_pay()
    return path_of(offers(stad))


# --- who fills in more than she must

BEDRIJF = {"Soort": "BEDRIJF", "Naam": "Bakkerij De Gouden Korenaar B.V.", "Email": "administratie@korenaar.example"}


def with_mails(stad: Stad) -> None:
    stad.moves_to(dataclasses.replace(stad.hub, keys=dataclasses.replace(stad.hub.keys, mails=True)))


@scene("invullen-email", "cart.email")
def asked_for_an_address(stad: Stad) -> str:
    with_mails(stad)
    return path_of(offers(stad))


@scene("invullen-bedrijf", "cart.company", "cart.reference")
def company(stad: Stad) -> str:
    with_mails(stad)
    return path_of(offers(stad, "EVENEMENT", Betaler=BEDRIJF))


def fills_in_wrongly(kijker: Kijker, path: str) -> None:
    kijker.opens(path)
    kijker.measures("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    kijker.page.locator("#email").fill("administratie bij korenaar")
    kijker.page.locator("#referentie").evaluate(
        "field => { field.maxLength = 99; field.value = 'Inkooporder '.repeat(5) }"
    )
    with kijker.page.expect_navigation():
        kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()


@scene("invullen-fout", "cart.error.email", "cart.error.reference", status=422, open=fills_in_wrongly)
def filled_in_wrongly(stad: Stad) -> str:
    return company(stad)


@scene("invullen-fout-toevoegen", "add.error.ref", "add.error.amount", status=422, open=types("4827 1093 6578", "veel"))
def added_wrongly(stad: Stad) -> str:
    return path_of(offers(stad))


def paid_company(stad: Stad) -> Opdracht:
    opdracht = offers(stad, "EVENEMENT", Betaler=BEDRIJF)
    burger = stad.burger(opdracht)
    burger.browser.submit(burger.browser.form("/betalen"), methode="IDEAL", referentie="Inkooporder 2026-118")
    burger.at_psp()
    stad.work()
    return opdracht


@scene("status-bedrijf", Paginastatus.PAID)
def company_paid(stad: Stad) -> str:
    return path_of(paid_company(stad), "status")


@scene("bewijs-bedrijf", Paginastatus.PAID)
def company_receipt(stad: Stad) -> str:
    return path_of(paid_company(stad), "bewijs")
