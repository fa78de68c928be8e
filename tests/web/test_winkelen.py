"""Paying for several products at once: who may bring what together, by which way, and who may not; and paying later."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.keys import Portaal, make_meebetaaltoken
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.storage import circuits
from betaalhub.storage.tables import BetaalmethodeRow, WinkelmandjeRow
from betaalhub.web.texts import load_texts
from betaalhub.web.themas.thema import Links, neutral
from betaalhub.web.themas.themas import Themas
from tests.builders import OPENING
from tests.flows.cost import cost_of
from tests.web.conftest import CATALOGUS
from tests.web.gemeente import EVENEMENT, TERUG, UITTREKSEL, Gemeente, kenmerk_of, key_of, page_of

NBSP = "\N{NO-BREAK SPACE}"
BOTH = f"Betaal €{NBSP}219,10"
PERMIT = f"Betaal €{NBSP}187,50"


@pytest.fixture
def page(gemeente: Gemeente) -> str:
    return page_of(gemeente.offers(EVENEMENT))


def token_in(gemeente, page):
    """The meebetaaltoken in the links to shop on."""
    return gemeente.get(page).text.split("meebetaaltoken=")[1].split('"')[0]


# By the link to shop on


def test_shopping_on_brings_the_next_product_here(gemeente, page):
    uittreksel = gemeente.offers(UITTREKSEL, meebetaaltoken=token_in(gemeente, page))
    for opened in (page, page_of(uittreksel)):
        text = gemeente.get(opened).text
        assert BOTH in text and "Vergunningen: dit gaat u betalen" in text and "Burgerzaken: dit gaat u betalen" in text


def test_every_product_system_in_it_and_the_catalogue_of_the_municipality_lead_on(gemeente, page):
    gemeente.offers(UITTREKSEL, meebetaaltoken=token_in(gemeente, page))
    gemeente = gemeente.settled()
    links = Links(producten="https://www.demostad.example/zelf-regelen?p=1")
    extensions = gemeente.browser.application.extensions
    extensions["betaalhub"] = replace(
        extensions["betaalhub"], themas=Themas([replace(neutral(load_texts()), links=links)])
    )
    text = gemeente.get(page).text
    assert "https://www.demostad.example/zelf-regelen?p=1&amp;meebetaaltoken=" in text
    assert "Kies meer bij Gemeente Demostad." in text
    assert (
        text.count(f"{TERUG}?aanvraag=1&amp;meebetaaltoken=")
        == text.count(f"{TERUG}?aanvraag=2&amp;meebetaaltoken=")
        == 1
    )


def test_the_token_of_the_link_is_worth_nothing_after_an_hour(gemeente, page):
    token = token_in(gemeente, page)
    gemeente.clock.forward(hours=1)
    uittreksel = gemeente.offers(UITTREKSEL, meebetaaltoken=token)
    assert PERMIT in gemeente.get(page).text and f"Betaal €{NBSP}31,60" in gemeente.get(page_of(uittreksel)).text


def test_a_token_that_we_did_not_sign_pushes_nothing_into_a_strangers_winkelmandje(gemeente, page):
    number, until, signature = token_in(gemeente, page).split("-")
    forged = make_meebetaaltoken(Portaal("https://x", "another secret of thirty-two characters"), 1, gemeente.clock())
    for token in (
        forged,
        f"{number}-{int(until) + 3600}-{signature}",
        f"{int(number) + 1}-{until}-{signature}",
        "1",
        "x-y-z",
    ):
        other = page_of(gemeente.offers(UITTREKSEL, meebetaaltoken=token))
        assert kenmerk_of(gemeente.get(other)) != kenmerk_of(gemeente.get(page))
    assert PERMIT in gemeente.get(page).text


def test_into_a_winkelmandje_that_is_being_paid_nothing_comes(gemeente, page):
    token = token_in(gemeente, page)
    gemeente.pays(page)
    uittreksel = page_of(gemeente.offers(UITTREKSEL, meebetaaltoken=token))
    assert f"Betaal €{NBSP}31,60" in gemeente.get(uittreksel).text
    gemeente.at_psp(f"{kenmerk_of(gemeente.get(f'{page}/status'))}-1", "approve")
    assert (
        "Wij hebben €\N{NO-BREAK SPACE}187,50 ontvangen." in gemeente.get(gemeente.get(f"{page}/terug/1").location).text
    )
    assert f"Betaal €{NBSP}31,60" in gemeente.get(uittreksel).text


# By typing kenmerk and amount


def test_who_knows_only_the_kenmerk_gets_nothing_and_reads_nothing(gemeente, page):
    secret = gemeente.offers(UITTREKSEL)
    answer = gemeente.post(page, "toevoegen", kenmerk=secret.betaalkenmerk, bedrag="31,00")
    assert answer.status_code == 422 and "Uittreksel" not in answer.text and "31,60" not in answer.text
    assert f"Betaal €{NBSP}31,60" in gemeente.get(page_of(secret)).text


@pytest.mark.parametrize("state", ["paying", "withdrawn", "elsewhere with another"])
def test_what_can_not_be_added_is_answered_alike_and_stays(gemeente, page, state):
    other = gemeente.offers(UITTREKSEL)
    kenmerk = other.betaalkenmerk
    if state == "paying":
        gemeente.pays(page_of(other))
    elif state == "withdrawn":
        gemeente.withdraws("burgerzaken", other)
    else:  # the kenmerk of a winkelmandje with two of them names neither
        gemeente.offers(EVENEMENT, meebetaaltoken=token_in(gemeente, page_of(other)))
        kenmerk = other.winkelmandje
    answer = gemeente.post(page, "toevoegen", kenmerk=kenmerk, bedrag="31,60")
    assert answer.status_code == 422 and "Wij vinden geen open betaling met dit kenmerk" in answer.text
    assert PERMIT in gemeente.get(page).text


def test_both_mistakes_of_one_form_are_told_at_once_and_nothing_typed_is_lost(gemeente, page):
    text = gemeente.post(page, "toevoegen", kenmerk="1234", bedrag="niets").text
    assert text.count("Dit kenmerk klopt niet.") == text.count("Vul een bedrag in") == 2
    assert 'value="1234"' in text and 'value="niets"' in text


def test_she_is_warned_that_the_other_link_opens_this_winkelmandje_too(gemeente, page):
    assert "Wie de link van die betaling heeft, ziet ook dit winkelmandje." in gemeente.get(page).text


# By KlantKenmerk


def test_the_same_klant_finds_her_open_winkelmandje_where_the_setting_says_so(gemeente):
    together = gemeente.settled(limits=Limits(joins_by_klant=True))
    first = page_of(together.offers(EVENEMENT, klant_kenmerk="k-1"))
    together.offers(UITTREKSEL, klant_kenmerk="k-1")
    assert BOTH in together.get(first).text


def test_a_stranger_with_another_klantkenmerk_or_none_stays_out(gemeente):
    together = gemeente.settled(limits=Limits(joins_by_klant=True))
    first = page_of(together.offers(EVENEMENT, klant_kenmerk="k-1"))
    together.offers(UITTREKSEL, klant_kenmerk="k-2")
    together.offers(UITTREKSEL)
    assert PERMIT in together.get(first).text


def test_without_the_setting_the_same_klant_pays_apart(gemeente):
    first = page_of(gemeente.offers(EVENEMENT, klant_kenmerk="k-1"))
    gemeente.offers(UITTREKSEL, klant_kenmerk="k-1")
    assert PERMIT in gemeente.get(first).text


# Later, elsewhere, again


def test_the_same_link_pays_days_later_after_an_attempt_that_came_to_nothing(gemeente, page):
    assert "U hebt de betaling gestopt" in gemeente.page_after(page, "cancel").text
    gemeente.clock.forward(days=5)
    text = gemeente.get(page).text
    assert "U hebt de betaling gestopt. U hebt niets betaald." in text and PERMIT in text
    gemeente.offers(UITTREKSEL, meebetaaltoken=token_in(gemeente, page))
    gemeente.clock.forward(days=3)
    assert f"Wij hebben €{NBSP}219,10 ontvangen." in gemeente.page_after(page, "approve", n=2).text


def test_paid_in_another_tab_the_old_page_pays_nothing_again(gemeente, page):
    old, orders = key_of(gemeente.get(page)), len(gemeente.orders())
    gemeente.page_after(page, "approve")
    for action in ("betalen", "toevoegen", "verwijderen", "terugzetten"):
        answer = gemeente.post(page, action, sleutel=old, methode="IDEAL", kenmerk="x", bedrag="1", betaalkenmerk="x")
        while answer.location:
            answer = gemeente.get(answer.location)
        assert "U hebt betaald" in answer.text
    assert len(gemeente.orders()) == orders + 1


def test_on_two_devices_one_betaling_lives(gemeente, page):
    phone, desk = key_of(gemeente.get(page)), key_of(gemeente.get(page))
    orders = len(gemeente.orders())
    for key in (phone, desk, phone):
        assert "/ga?rit=" in gemeente.post(page, "betalen", sleutel=key, methode="IDEAL").location
    assert len(gemeente.orders()) == orders + 1


# Ways to pay


@pytest.fixture
def two_accounts(gemeente: Gemeente) -> Gemeente:
    """A second PSP account that offers iDEAL only."""
    data = tomllib.loads(CATALOGUS.read_text("utf-8"))
    first = data["psp_account"] if isinstance(data["psp_account"], dict) else data["psp_account"][0]
    second = {**first, "code": "tweede", "tussenrekening": "1311", "betaalmethode": first["betaalmethode"][:1]}
    data["psp_account"] = [first, second]
    with gemeente.hub.sessions.begin() as session:
        load_catalogus(session, data, make_hash=lambda _: "no hash", door=OPENING)
    return gemeente.settled(psps={**gemeente.hub.psps, "tweede": gemeente.hub.psps["psp"]})


def test_a_way_to_pay_that_is_down_is_said_by_name_and_the_others_stay(two_accounts):
    page = page_of(two_accounts.offers(EVENEMENT))
    with two_accounts.hub.sessions.begin() as session:
        circuits.circuit_failure(session, "psp:psp", now=two_accounts.clock())
        circuits.circuit_open(session, "psp:psp", until=two_accounts.clock().replace(day=25))
    text = two_accounts.get(page).text
    assert "Betalen met Creditcard werkt nu niet." in text and 'value="CREDITCARD"' not in text
    assert 'value="IDEAL"' in text and "Betalen met iDEAL" not in text
    assert "Paying with Credit card does not work right now." in two_accounts.get(page.replace("/nl/", "/en/")).text
    assert "/ga?rit=" in two_accounts.post(page, "betalen", methode="IDEAL").location


def test_a_way_to_pay_that_was_switched_off_meanwhile_is_said_by_name(gemeente, page):
    key = key_of(gemeente.get(page))
    with gemeente.hub.sessions.begin() as session:
        session.query(BetaalmethodeRow).filter_by(code="CREDITCARD").update({"actief": False})
    answer = gemeente.post(page, "betalen", sleutel=key, methode="CREDITCARD", email="x")
    assert answer.status_code == 422 and answer.text.count("Betalen met Creditcard werkt nu niet.") == 2
    assert "Kies hoe u wilt betalen" in gemeente.post(page, "betalen", methode="GOUD").text


# What it costs


def test_the_page_of_a_full_winkelmandje_is_read_in_few_statements(gemeente, page):
    for product in (UITTREKSEL, EVENEMENT, UITTREKSEL):
        gemeente.offers(product, meebetaaltoken=token_in(gemeente, page))
    last = gemeente.offers(UITTREKSEL, meebetaaltoken=token_in(gemeente, page))
    gemeente.post(page, "verwijderen", betaalkenmerk=last.betaalkenmerk)
    gemeente.page_after(page, "cancel")
    cost = cost_of(gemeente.hub.sessions.kw["bind"], lambda: gemeente.get(page))
    assert len(cost.statements) < 15, "\n".join(cost.statements)


def test_the_total_is_the_sum_of_what_lies_in_it(gemeente, page):
    gemeente.offers(UITTREKSEL, meebetaaltoken=token_in(gemeente, page))
    with gemeente.hub.sessions.begin() as session:
        totals = {row.kenmerk: row.totaal_cent for row in session.query(WinkelmandjeRow)}
    assert totals[kenmerk_of(gemeente.get(page))] == 21_910
