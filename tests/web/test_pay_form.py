"""What she may fill in beside the way to pay: an address for the betaalbewijs, and for a company its own reference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betaalhub.domain.betaalopdracht import Betaler
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.flows.keys import Keys
from betaalhub.storage.tables import BetalingRow
from tests.web.gemeente import EVENEMENT, UITTREKSEL, Gemeente, key_of, page_of

BAKKER = Betaler(BetalerSoort.BEDRIJF, naam="Bakkerij Jansen & Zn.", email="kas@bakkerij.example")
BURGER = Betaler(BetalerSoort.BURGER, naam="Jan de Vries", email="jan@voorbeeld.example")


@pytest.fixture
def mailing(gemeente: Gemeente) -> Gemeente:
    """The municipality sends mails."""
    return gemeente.settled(keys=Keys(mails=True))


def kept(gemeente):
    """What the register holds of the newest betaling: address and reference."""
    with gemeente.hub.sessions.begin() as session:
        row = session.query(BetalingRow).order_by(BetalingRow.id.desc()).first()
        return (row.email, row.referentie) if row else None


def test_the_address_that_she_types_is_kept_with_the_betaling(mailing):
    page = page_of(mailing.offers(EVENEMENT))
    assert "E-mailadres (hoeft niet)" in mailing.get(page).text and 'autocomplete="email"' in mailing.get(page).text
    answer = mailing.post(page, "betalen", methode="IDEAL", email="  Jan.de-Vries+gemeente@voorbeeld.example ")
    assert "/ga?rit=" in answer.location and kept(mailing) == ("Jan.de-Vries+gemeente@voorbeeld.example", None)


def test_it_may_stay_empty(mailing):
    page = page_of(mailing.offers(EVENEMENT))
    assert "/ga?rit=" in mailing.post(page, "betalen", methode="IDEAL", email=" ").location
    assert kept(mailing) == (None, None)


@pytest.mark.parametrize(
    "email",
    ["jan", "jan@", "@voorbeeld.example", "jan@voorbeeld", "jan de vries@voorbeeld.example", "a@b.example, c@d.example"]
    + [
        "jan@voorbeeld..example",
        "jan@@voorbeeld.example",
        "<jan@voorbeeld.example>",
        "j@" + "a" * 63 + ".example" * 30,
    ],
)
def test_what_is_no_address_is_told_and_nothing_that_she_chose_is_lost(mailing, email):
    page = page_of(mailing.offers(EVENEMENT))
    answer = mailing.post(page, "betalen", methode="CREDITCARD", email=email)
    assert answer.status_code == 422 and answer.text.count("Vul een e-mailadres in met een @") == 2
    assert 'value="CREDITCARD" checked' in answer.text and 'href="#email"' in answer.text
    assert kept(mailing) is None
    assert "/ga?rit=" in mailing.post(page, "betalen", sleutel=key_of(answer), methode="CREDITCARD").location


def test_every_mistake_is_told_in_the_order_of_the_page(mailing):
    page = page_of(mailing.offers(EVENEMENT, betaler=BAKKER))
    text = mailing.post(page, "betalen", email="kas", referentie="x" * 41).text
    places = [text.index(f'href="#{field}"') for field in ("methode", "email", "referentie")]
    assert places == sorted(places) and "niet meer dan 40 tekens" in text and 'value="' + "x" * 41 + '"' in text


def test_what_changed_meanwhile_is_told_beside_a_mistake(mailing):
    page = page_of(mailing.offers(EVENEMENT))
    old = key_of(mailing.get(page))
    mailing.post(page, "toevoegen", kenmerk=mailing.offers(UITTREKSEL).betaalkenmerk, bedrag="31,60")
    text = mailing.post(page, "betalen", sleutel=old, methode="IDEAL", email="jan").text
    assert "Vul een e-mailadres in" in text and "Uw winkelmandje is veranderd." in text


def test_where_no_mails_are_sent_nobody_is_asked_for_an_address(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    assert "E-mailadres" not in gemeente.get(page).text
    gemeente.post(page, "betalen", methode="IDEAL", email="jan@voorbeeld.example")
    assert kept(gemeente) == (None, None)


def test_who_gave_an_address_before_is_not_asked_twice_and_does_not_see_it(mailing):
    page = page_of(mailing.offers(EVENEMENT, betaler=BURGER))
    text = mailing.get(page).text
    assert (
        "Dan gebruiken wij het adres dat u eerder gaf." in text and "jan@voorbeeld" not in text and "Vries" not in text
    )


def test_a_company_sees_its_name_and_gives_its_own_reference(gemeente):
    page = page_of(gemeente.offers(EVENEMENT, betaler=BAKKER))
    text = gemeente.get(page).text
    assert (
        "Betaling voor" in text and "Bakkerij Jansen &amp; Zn." in text and "Uw eigen referentie (hoeft niet)" in text
    )
    assert "/ga?rit=" in gemeente.post(page, "betalen", methode="IDEAL", referentie=" PO\t2026-118 ").location
    assert kept(gemeente) == (None, "PO 2026-118")


def test_a_bsn_or_iban_in_the_reference_is_masked(gemeente):
    page = page_of(gemeente.offers(EVENEMENT, betaler=BAKKER))
    gemeente.post(page, "betalen", methode="IDEAL", referentie="NL91ABNA0417164300 mei")
    assert kept(gemeente) == (None, "*** mei")


def test_a_burger_is_asked_for_no_reference_and_her_name_stays_with_the_municipality(gemeente):
    page = page_of(gemeente.offers(EVENEMENT, betaler=BURGER))
    text = gemeente.get(page).text
    assert "referentie" not in text and "Betaling voor" not in text


def test_a_company_whose_name_fell_away_still_gives_its_reference(gemeente):
    page = page_of(gemeente.offers(EVENEMENT, betaler=replace(BAKKER, naam=None)))
    text = gemeente.get(page).text
    assert "Uw eigen referentie" in text and "Betaling voor" not in text
