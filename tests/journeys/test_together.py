"""Betaalopdrachten of different product systems in one winkelmandje, paid at once."""

from __future__ import annotations

import pytest
import requests

from betaalhub.storage.tables import BetalingRow, WinkelmandjeRow
from tests.journeys.stad import Opdracht, Stad


def two_in_one(stad: Stad) -> tuple[Opdracht, Opdracht]:
    """An event permit with an extract beside it, joined by the token of the page."""
    first = stad.offers("EVENEMENT")
    token = stad.burger(first).meebetaaltoken
    return first, stad.offers("UITTREKSEL", Meebetaaltoken=token)


def test_each_is_told_and_booked_by_itself(stad: Stad) -> None:
    permit, extract = two_in_one(stad)
    assert permit.winkelmandje == extract.winkelmandje
    stad.burger(permit).pays()
    stad.work()
    assert [row.bedrag_cent for row in stad.rows(BetalingRow)] == [20_330]
    for opdracht, cents in ((permit, 18_750), (extract, 1_580)):
        assert stad.told(opdracht) == [(2, "BETAALD", True)]
        (post,) = stad.booked(opdracht)
        assert sum(regel["debet_cent"] for regel in post["regels"]) == cents


def test_joined_by_kenmerk_and_amount_in_the_portal(stad: Stad) -> None:
    permit, waste = stad.offers("EVENEMENT"), stad.offers("AFVALPAS")
    burger = stad.burger(permit)
    burger.adds(f"{waste.betaalkenmerk[:4]} {waste.betaalkenmerk[4:8]}-{waste.betaalkenmerk[8:]}", "12,10")
    assert stad.stand(waste).Winkelmandje == permit.winkelmandje
    burger.pays()
    stad.work()
    assert [stad.told(one) for one in (permit, waste)] == [[(2, "BETAALD", True)]] * 2
    assert stad.burger(waste).reads == "U hebt betaald"


@pytest.mark.parametrize(("kenmerk", "bedrag"), [("right", "12,11"), ("482710936577", "12,10"), ("123", "12,10")])
def test_a_wrong_kenmerk_or_amount_joins_nothing(stad: Stad, kenmerk: str, bedrag: str) -> None:
    permit, waste = stad.offers("EVENEMENT"), stad.offers("AFVALPAS")
    browser = stad.burger(permit).browser
    form = browser.form("/toevoegen")
    answer = _send(form, kenmerk=waste.betaalkenmerk if kenmerk == "right" else kenmerk, bedrag=bedrag)
    assert answer == 422
    assert stad.stand(waste).Winkelmandje != permit.winkelmandje


def _send(form, **values: str) -> int:
    return requests.post(form.action, data={**form.fields, **values}, timeout=10).status_code


def test_one_that_is_taken_out_can_be_paid_by_itself(stad: Stad) -> None:
    permit, extract = two_in_one(stad)
    stad.burger(permit).removes(extract.betaalkenmerk)
    assert stad.stand(extract).Winkelmandje != permit.winkelmandje
    stad.burger(permit).pays()
    stad.burger(extract).pays()
    stad.work()
    assert [row.bedrag_cent for row in stad.rows(BetalingRow)] == [18_750, 1_580]
    assert [stad.told(one) for one in (permit, extract)] == [[(2, "BETAALD", True)]] * 2


def test_a_winkelmandje_that_changed_is_not_paid_unseen(stad: Stad) -> None:
    permit, waste = stad.offers("EVENEMENT"), stad.offers("AFVALPAS")
    before = stad.burger(permit)
    stad.burger(permit).adds(waste.betaalkenmerk, "12,10")
    before.presses_pay()
    assert not before.is_at_psp
    assert stad.betalingen() == []
    before.pays()
    assert [row.bedrag_cent for row in stad.rows(BetalingRow)] == [19_960]
    stad.work()


def test_nothing_joins_or_leaves_while_it_is_being_paid(stad: Stad) -> None:
    permit, extract = two_in_one(stad)
    frozen, waste = stad.burger(permit), stad.offers("AFVALPAS")
    token = frozen.meebetaaltoken
    stad.burger(permit).presses_pay()
    late = stad.offers("PARKEREN", Meebetaaltoken=token)
    assert stad.stand(late).Winkelmandje != permit.winkelmandje
    frozen.removes(extract.betaalkenmerk)
    assert stad.stand(extract).Winkelmandje == permit.winkelmandje
    assert stad.stand(waste).Winkelmandje != permit.winkelmandje


def test_a_token_of_an_hour_ago_gives_a_winkelmandje_of_its_own(stad: Stad) -> None:
    permit = stad.offers("EVENEMENT")
    token = stad.burger(permit).meebetaaltoken
    stad.passes(minutes=61)
    assert stad.offers("UITTREKSEL", Meebetaaltoken=token).winkelmandje != permit.winkelmandje
    assert stad.offers("AFVALPAS", Meebetaaltoken="1-9999999999-ab").winkelmandje != permit.winkelmandje
    assert {row.status for row in stad.rows(WinkelmandjeRow)} == {"OPEN"}


def test_both_pay_links_open_the_same_winkelmandje(stad: Stad) -> None:
    permit, extract = two_in_one(stad)
    pages = [stad.burger(one).browser.page for one in (permit, extract)]
    assert all("203,30" in page and "Product evenement" in page and "Product uittreksel" in page for page in pages)
