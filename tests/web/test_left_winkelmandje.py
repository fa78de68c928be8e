"""What left the winkelmandje: she reads what, why and what she can do, and puts back what she took out by mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.gemeente import EVENEMENT, UITTREKSEL, Gemeente, key_of, page_of

NBSP = "\N{NO-BREAK SPACE}"
DEARER = (
    EVENEMENT[0],
    replace(EVENEMENT[1], productcode="OMGEVING", omschrijving="Omgevingsvergunning", bedrag_cent=20_000),
)
OMGEVING = (EVENEMENT[0], replace(DEARER[1], bedrag_cent=18_000))


@pytest.fixture
def page(gemeente: Gemeente) -> str:
    return page_of(gemeente.offers(EVENEMENT))


def adds(gemeente, page, product=UITTREKSEL, **more):
    """A second product in this winkelmandje, by the meebetaaltoken of its page."""
    token = gemeente.get(page).text.split("meebetaaltoken=")[1].split('"')[0]
    return gemeente.offers(product, meebetaaltoken=token, **more)


def takes_out(gemeente, page, antwoord):
    return gemeente.get(gemeente.post(page, "verwijderen", betaalkenmerk=antwoord.betaalkenmerk).location).text


def puts_back(gemeente, page, antwoord):
    return gemeente.get(gemeente.post(page, "terugzetten", betaalkenmerk=antwoord.betaalkenmerk).location).text


def test_what_she_took_out_she_puts_back(gemeente, page):
    uittreksel = adds(gemeente, page)
    text = takes_out(gemeente, page, uittreksel)
    assert "Uit uw winkelmandje gehaald: Uittreksel &lt;basisregistratie&gt;" in text and "Zet terug" in text
    assert f"Betaal €{NBSP}187,50" in text
    text = puts_back(gemeente, page, uittreksel)
    assert "Het zit weer in uw winkelmandje." in text and f"Betaal €{NBSP}219,10" in text and "Zet terug" not in text


def test_putting_back_twice_is_putting_back_once(gemeente, page):
    uittreksel, key = adds(gemeente, page), key_of(gemeente.get(page))
    takes_out(gemeente, page, uittreksel)
    for _ in range(2):
        answer = gemeente.post(page, "terugzetten", sleutel=key, betaalkenmerk=uittreksel.betaalkenmerk)
        assert answer.location == f"{page}?melding=teruggezet"
    assert f"Betaal €{NBSP}219,10" in gemeente.get(page).text


def test_who_takes_out_what_she_came_with_stays_with_the_rest(gemeente, page):
    """Her address opens what she took out; the page that follows is that of the winkelmandje she was in."""
    evenement, uittreksel = page, adds(gemeente, page)
    kenmerk = gemeente.get(page).text.split('name="betaalkenmerk" value="')[1].split('"')[0]
    answer = gemeente.post(evenement, "verwijderen", betaalkenmerk=kenmerk)
    text = gemeente.get(answer.location).text
    assert f"Betaal €{NBSP}31,60" in text and "Uit uw winkelmandje gehaald: Evenementenvergunning" in text
    rest = answer.location.split("?")[0]
    assert (
        f"Betaal €{NBSP}219,10" in gemeente.get(gemeente.post(rest, "terugzetten", betaalkenmerk=kenmerk).location).text
    )
    assert f"Betaal €{NBSP}219,10" in gemeente.get(page_of(uittreksel)).text


def test_an_hour_later_it_is_paid_by_its_own_link(gemeente, page):
    uittreksel = adds(gemeente, page)
    takes_out(gemeente, page, uittreksel)
    gemeente.clock.forward(hours=1)
    assert "Zet terug" not in gemeente.get(page).text
    assert "Dit kan niet meer terug in uw winkelmandje." in puts_back(gemeente, page, uittreksel)
    assert f"Betaal €{NBSP}31,60" in gemeente.get(page_of(uittreksel)).text


def test_what_is_being_paid_on_its_own_does_not_come_back(gemeente, page):
    uittreksel = adds(gemeente, page)
    takes_out(gemeente, page, uittreksel)
    gemeente.pays(page_of(uittreksel))
    assert "Zet terug" not in gemeente.get(page).text
    assert "Dit kan niet meer terug" in puts_back(gemeente, page, uittreksel)
    assert f"Betaal €{NBSP}187,50" in gemeente.get(page).text


def test_what_was_taken_out_and_joined_by_something_else_is_left_where_it_is(gemeente, page):
    uittreksel = adds(gemeente, page)
    takes_out(gemeente, page, uittreksel)
    adds(gemeente, page_of(uittreksel), OMGEVING)
    assert "Dit kan niet meer terug" in puts_back(gemeente, page, uittreksel)
    assert f"Betaal €{NBSP}211,60" in gemeente.get(page_of(uittreksel)).text


def test_putting_back_never_takes_what_did_not_lie_here(gemeente, page):
    stranger = gemeente.offers(UITTREKSEL)
    assert "Dit kan niet meer terug" in puts_back(gemeente, page, stranger)
    assert f"Betaal €{NBSP}187,50" in gemeente.get(page).text
    assert f"Betaal €{NBSP}31,60" in gemeente.get(page_of(stranger)).text


def test_two_tabs_that_each_take_one_out_leave_an_empty_winkelmandje(gemeente, page):
    uittreksel = adds(gemeente, page)
    kenmerken = [part.split('"')[0] for part in gemeente.get(page).text.split('name="betaalkenmerk" value="')[1:]]
    key = key_of(gemeente.get(page))
    rest = gemeente.post(page, "verwijderen", sleutel=key, betaalkenmerk=kenmerken[0]).location.split("?")[0]
    answer = gemeente.post(rest, "verwijderen", sleutel=key, betaalkenmerk=kenmerken[1])
    answer = gemeente.get(answer.location)
    assert answer.status_code == 200 and answer.text.index("Uw winkelmandje is leeg.") < answer.text.index("Zet terug")
    assert (
        "Betaal €" not in answer.text and answer.text.count("Zet terug") == 2 and "Ga naar Burgerzaken" in answer.text
    )
    assert f"Betaal €{NBSP}31,60" in puts_back(gemeente, rest, uittreksel)


def test_one_that_expired_leaves_and_the_others_stay(gemeente, page):
    soon = gemeente.clock().replace(day=26)
    uittreksel = adds(gemeente, page, vervalt_op=soon)
    gemeente.clock.forward(days=2)
    gemeente.expires(uittreksel)
    text = gemeente.get(page).text
    assert f"Niet meer in uw winkelmandje: Uittreksel &lt;basisregistratie&gt; (€{NBSP}31,60)." in text
    assert "De tijd om dit te betalen is voorbij." in text and "Begin dan opnieuw bij Burgerzaken." in text
    assert "Ga naar Burgerzaken</a>" in text and f"Betaal €{NBSP}187,50" in text and "Zet terug" not in text
    english = gemeente.get(page.replace("/nl/", "/en/")).text
    assert (
        'No longer in your shopping cart: <span lang="nl">Uittreksel &lt;basisregistratie&gt;</span> (€31.60).'
        in english
    )


def test_one_that_is_about_to_expire_is_named_and_taken_out_to_pay_the_rest(gemeente, page):
    adds(gemeente, page, vervalt_op=gemeente.clock().replace(day=26))
    gemeente.clock.forward(days=1, hours=23, minutes=50)
    text = gemeente.get(page).text
    assert f"Betaal €{NBSP}" not in text
    assert "De tijd om dit te betalen is bijna voorbij: Uittreksel" in text and "Haal dit uit uw winkelmandje." in text
    kenmerk = text.split('name="betaalkenmerk" value="')[2].split('"')[0]
    gemeente.post(page, "verwijderen", betaalkenmerk=kenmerk)
    assert "/ga?rit=" in gemeente.post(page, "betalen", methode="IDEAL").location


def test_one_that_was_withdrawn_is_named(gemeente, page):
    uittreksel = adds(gemeente, page)
    gemeente.withdraws("burgerzaken", uittreksel)
    text = gemeente.get(page).text
    assert "Burgerzaken heeft deze betaling ingetrokken." in text and f"Betaal €{NBSP}187,50" in text


def test_one_that_was_paid_at_the_counter_is_named(gemeente, page):
    uittreksel = adds(gemeente, page)
    gemeente.registers("burgerzaken", uittreksel, 3_160)
    assert "Dit is al ergens anders betaald." in gemeente.get(page).text


def test_one_that_somebody_added_elsewhere_is_named(gemeente, page):
    uittreksel = adds(gemeente, page)
    other = page_of(gemeente.offers(OMGEVING))
    gemeente.post(other, "toevoegen", kenmerk=uittreksel.betaalkenmerk, bedrag="31,60")
    assert "Dit zit nu in een ander winkelmandje." in gemeente.get(page).text


def test_a_changed_price_is_told_with_the_old_and_the_new_amount(gemeente):
    old = gemeente.offers(OMGEVING, kenmerk="zaak-omgeving")
    page = page_of(adds(gemeente, page_of(old)))
    key = key_of(gemeente.get(page))
    gemeente.offers(DEARER, kenmerk="zaak-omgeving", vervang=True)
    text = gemeente.get(page).text
    said = (
        f"Vergunningen heeft het bedrag veranderd: Omgevingsvergunning. Het was €{NBSP}180,00. Nu is het €{NBSP}200,00."
    )
    assert said in text and f"Eerst was het €{NBSP}180,00." in text and f"Betaal €{NBSP}231,60" in text
    pressed = gemeente.post(page, "betalen", sleutel=key, methode="IDEAL")
    after = gemeente.get(pressed.location).text
    assert "Kijk het bedrag goed na voordat u betaalt." in after and "Uw winkelmandje is veranderd" not in after
    assert pressed.location == f"{page}?melding=veranderd" and not gemeente.orders_of(page)


def test_of_what_changed_twice_the_last_change_is_told(gemeente):
    old = gemeente.offers(OMGEVING, kenmerk="zaak-omgeving")
    page = page_of(adds(gemeente, page_of(old)))
    gemeente.clock.forward(minutes=1)
    gemeente.offers(DEARER, kenmerk="zaak-omgeving", vervang=True)
    gemeente.clock.forward(minutes=1)
    gemeente.offers((DEARER[0], replace(DEARER[1], bedrag_cent=21_000)), kenmerk="zaak-omgeving", vervang=True)
    text = gemeente.get(page).text
    assert text.count("heeft het bedrag veranderd") == 1 and f"Het was €{NBSP}200,00. Nu is het €{NBSP}210,00." in text


def test_the_link_of_what_was_replaced_leads_to_what_took_its_place(gemeente):
    old = page_of(gemeente.offers(OMGEVING, kenmerk="zaak-omgeving"))
    gemeente.clock.forward(minutes=1)
    new = page_of(gemeente.offers(DEARER, kenmerk="zaak-omgeving", vervang=True))
    answer = gemeente.get(old)
    assert (answer.status_code, answer.location) == (303, f"{new}?melding=vervangen")
    assert "Nu is het" in gemeente.get(answer.location).text


def test_a_new_one_under_the_kenmerk_of_one_that_was_withdrawn_is_no_successor(gemeente):
    old = gemeente.offers(OMGEVING, kenmerk="zaak-omgeving")
    gemeente.withdraws("vergunningen", old)
    gemeente.offers(DEARER, kenmerk="zaak-omgeving")
    assert gemeente.get(page_of(old)).status_code == 410
