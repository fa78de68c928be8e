"""Two PSP accounts, each with its own tussenrekening: products go where the catalogue says, and money is booked there."""

from __future__ import annotations

import dataclasses

import pytest

from betaalhub.app import make_psp
from betaalhub.errors import BetaalhubError
from betaalhub.settings import Settings
from betaalhub.storage.tables import BetalingRow, PspAccountRow
from tests.builders import demo_catalogus, load
from tests.journeys.burger import Burger
from tests.journeys.stad import Opdracht, Stad

APART = "Dit kunt u niet samen met dit winkelmandje betalen"


@pytest.fixture
def two(stad: Stad) -> Stad:
    """Parking is paid at an account of its own, by iDEAL only; both accounts are at the same PSP."""
    data = demo_catalogus(terug=stad.near.simulators.terugkeer_url, push=stad.near.simulators.productsysteem_url)
    first = data["psp_account"]
    own = {**first, "code": "parkeren", "tussenrekening": "1311", "betaalmethode": first["betaalmethode"][:1]}
    data["psp_account"] = [first, own]
    for product in data["product"]:
        if product["code"] in ("EVENEMENT", "PARKEREN"):
            product["psp_account"] = "parkeren" if product["code"] == "PARKEREN" else "psp"
    load(stad.hub.sessions, data)
    settings = Settings.from_env(stad.env)
    psps = {**stad.hub.psps, "parkeren": make_psp(settings.psps[0], timeout=settings.neighbour_timeout)}
    return stad.moves_to(dataclasses.replace(stad.hub, psps=psps))


def accounts(stad: Stad) -> list[str]:
    codes = {row.id: row.code for row in stad.rows(PspAccountRow)}
    return [codes[row.psp_account_id] for row in stad.rows(BetalingRow)]


def tussenrekeningen(stad: Stad, opdracht: Opdracht) -> set[str]:
    return {
        regel["grootboekrekening"] for post in stad.booked(opdracht) for regel in post["regels"] if regel["debet_cent"]
    }


def test_each_product_is_paid_at_its_own_account_and_booked_there(two: Stad) -> None:
    permit, parking = two.offers("EVENEMENT"), two.offers("PARKEREN")
    for opdracht in (permit, parking):
        assert two.burger(opdracht).pays().reads == "U hebt betaald"
    two.work()
    assert accounts(two) == ["psp", "parkeren"]
    assert (tussenrekeningen(two, permit), tussenrekeningen(two, parking)) == ({"1310"}, {"1311"})
    assert "Creditcard" not in Burger(two.offers("PARKEREN").url).browser.page


def test_together_they_are_never_paid_and_she_is_told_why(two: Stad) -> None:
    permit = two.offers("EVENEMENT")
    burger = two.burger(permit)
    parking = two.offers("PARKEREN", Meebetaaltoken=burger.meebetaaltoken)
    assert parking.winkelmandje != permit.winkelmandje
    with pytest.raises(BetaalhubError, match="422"):
        burger.adds(parking.betaalkenmerk, "96,00")
    assert APART in burger.browser.page
    assert two.burger(parking).pays().reads == two.burger(permit).pays().reads == "U hebt betaald"
    two.work()


def test_after_a_switch_of_accounts_the_old_betaling_is_asked_where_it_was_made(two: Stad) -> None:
    opdracht = two.offers("OMGEVING")
    two.burger(opdracht).presses_pay().at_psp("approve_no_return")
    with two.hub.sessions.begin() as session:
        session.get_one(PspAccountRow, 1).actief = False
    two.passes(minutes=3)
    assert two.told(opdracht) == [(2, "BETAALD", True)]
    other = two.offers("OMGEVING")
    two.burger(other).pays()
    two.work()
    assert accounts(two) == ["psp", "parkeren"]
    assert tussenrekeningen(two, opdracht) == {"1310"}


def test_one_account_is_spared_and_the_other_goes_on(two: Stad) -> None:
    permit, parking = two.offers("EVENEMENT"), two.offers("PARKEREN")
    two.psp("faults", operation="create", faults=["http_401"])
    two.burger(permit).presses_pay()
    assert "Betalen is tijdelijk niet beschikbaar" in two.burger(permit).browser.page
    assert two.burger(parking).pays().reads == "U hebt betaald"
    two.passes(minutes=1)
    assert (two.uitval(), two.burger(permit).pays().reads) == ([], "U hebt betaald")
    two.work()
