"""The citizen before paying: sees what she pays, adds, removes, chooses, and goes to the PSP."""

from __future__ import annotations

import pytest

from tests.web.gemeente import EVENEMENT, TERUG, UITTREKSEL, Gemeente, kenmerk_of, key_of, page_of

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def page(gemeente: Gemeente) -> str:
    return page_of(gemeente.offers(EVENEMENT))


def add(gemeente, page, antwoord, bedrag):
    return gemeente.post(page, "toevoegen", kenmerk=antwoord.betaalkenmerk, bedrag=bedrag)


def test_she_sees_what_she_will_pay_and_how(gemeente, page):
    text = gemeente.get(page).text
    assert "Vergunningen: dit gaat u betalen" in text and "Betaal €\N{NO-BREAK SPACE}187,50" in text
    assert text.index("iDEAL | Wero") < text.index("Creditcard")
    assert 'Bel de gemeente: <a href="tel:14010">14 010</a>.' in text


def test_in_english_the_product_stays_dutch_and_says_so(gemeente, page):
    text = gemeente.get(page.replace("/nl/", "/en/")).text
    assert '<html lang="en"' in text and "Pay €187.50" in text
    assert '<span lang="nl">Evenementenvergunning</span>' in text
    assert f'href="{page}" lang="nl"' in text


def test_what_a_product_system_wrote_is_text_and_never_markup(gemeente):
    page = page_of(gemeente.offers(UITTREKSEL))
    assert "Uittreksel &lt;basisregistratie&gt;" in gemeente.get(page).text
    assert "2 keer €\N{NO-BREAK SPACE}15,80" in gemeente.get(page).text


def test_two_product_systems_in_one_winkelmandje_by_kenmerk_and_amount(gemeente, page):
    uittreksel = gemeente.offers(UITTREKSEL)
    answer = add(gemeente, page, uittreksel, "31,60")
    assert (answer.status_code, answer.location) == (303, f"{page}?melding=toegevoegd")
    text = gemeente.get(answer.location).text
    news = text.split("Uw winkelmandje is aangevuld.")[0].rsplit("<div", 1)[1]
    assert "data-focus" in news, "what she just did is not the first thing that is read"
    assert "Betaal €\N{NO-BREAK SPACE}219,10" in text
    assert kenmerk_of(gemeente.get(page)) == kenmerk_of(gemeente.get(page_of(uittreksel)))


def test_adding_twice_is_adding_once(gemeente, page):
    uittreksel = gemeente.offers(UITTREKSEL)
    for _ in range(2):
        assert add(gemeente, page, uittreksel, "31,60").location.endswith("toegevoegd")
    assert gemeente.get(page).text.count("Burgerzaken: dit gaat u betalen") == 1


@pytest.mark.parametrize(
    ("kenmerk", "bedrag", "said"),
    [
        ("4827 1093 6578", "31,60", "Dit kenmerk klopt niet."),
        ("{}", "veel", "Vul een bedrag in"),
        ("{}", "31,61", "Wij vinden geen open betaling"),
    ],
)
def test_a_mistake_is_told_at_the_top_and_at_the_field(gemeente, page, kenmerk, bedrag, said):
    other = gemeente.offers(UITTREKSEL)
    answer = gemeente.post(page, "toevoegen", kenmerk=kenmerk.format(other.betaalkenmerk), bedrag=bedrag)
    assert answer.status_code == 422 and answer.text.count(said) == 2
    assert "<title>Fout: " in answer.text and "<details open>" in answer.text and f'value="{bedrag}"' in answer.text


def test_who_guesses_amounts_is_stopped_after_five_misses(gemeente, page):
    other = gemeente.offers(UITTREKSEL)
    answers = [add(gemeente, page, other, f"{i},00") for i in range(1, 7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "U hebt het te vaak geprobeerd" in answers[-1].text and answers[-1].headers["Retry-After"] == "900"
    gemeente.clock.forward(minutes=15)
    assert add(gemeente, page, other, "31,60").status_code == 303


def guess(gemeente, page, kenmerk, bedrag, wie):
    form = {"kenmerk": kenmerk, "bedrag": bedrag, "sleutel": key_of(gemeente.get(page))}
    return gemeente.browser.post(f"{page}/toevoegen", data=form, environ_base={"REMOTE_ADDR": wie}).status_code


def test_neither_a_fresh_winkelmandje_nor_another_address_of_the_same_line_gives_more_guesses(gemeente, page):
    other = gemeente.offers(UITTREKSEL)
    for i in range(1, 6):
        assert guess(gemeente, page, other.betaalkenmerk, f"{i},00", f"2001:db8::{i}") == 422
    fresh = page_of(gemeente.offers(UITTREKSEL))
    assert guess(gemeente, fresh, other.betaalkenmerk, "31,60", "2001:db8::9") == 429
    assert guess(gemeente, fresh, other.betaalkenmerk, "31,60", "2001:db8:0:1::9") == 303


def test_removing_puts_it_back_in_a_winkelmandje_of_its_own(gemeente, page):
    uittreksel = gemeente.offers(UITTREKSEL)
    add(gemeente, page, uittreksel, "31,60")
    answer = gemeente.post(page, "verwijderen", betaalkenmerk=uittreksel.betaalkenmerk)
    assert answer.location == f"{page}?melding=verwijderd"
    assert "Burgerzaken" not in gemeente.get(page).text
    assert "Betaal €\N{NO-BREAK SPACE}31,60" in gemeente.get(page_of(uittreksel)).text


def test_one_betaalopdracht_alone_cannot_be_removed(gemeente, page):
    assert "/verwijderen" not in gemeente.get(page).text


def test_a_page_that_is_only_opened_leaves_the_focus_alone(gemeente, page):
    assert "data-focus" not in gemeente.get(page).text


def test_our_own_words_tell_a_mistake_and_not_those_of_the_browser(gemeente, page):
    """A bubble of the browser goes away by itself, is not in her language, and is read out once or not at all."""
    assert "novalidate" in gemeente.get(page).text.split('/betalen"')[1].split(">")[0]


def test_without_a_method_nothing_is_started(gemeente, page):
    answer = gemeente.post(page, "betalen")
    assert answer.status_code == 422 and answer.text.count("Kies hoe u wilt betalen") == 2
    assert "Uw betaling" not in gemeente.get(f"{page}/status").text


@pytest.mark.parametrize("action", ["betalen", "toevoegen", "verwijderen"])
def test_a_form_without_our_signature_changes_nothing(gemeente, page, action):
    other = page_of(gemeente.offers(UITTREKSEL))
    for forged in ("", "x.y", key_of(gemeente.get(other))):
        answer = gemeente.post(page, action, sleutel=forged, methode="IDEAL")
        assert answer.status_code == 400 and "Wij kunnen uw keuze niet verwerken" in answer.text
        assert "niets betaald" not in answer.text and f'href="{page}"' in answer.text
    assert "U hebt nog niet betaald" in gemeente.get(f"{page}/status").text


def test_a_winkelmandje_that_changed_in_another_tab_is_shown_first(gemeente, page):
    old = key_of(gemeente.get(page))
    add(gemeente, page, gemeente.offers(UITTREKSEL), "31,60")
    answer = gemeente.post(page, "betalen", sleutel=old, methode="IDEAL")
    assert answer.location == f"{page}?melding=veranderd"
    assert "Kijk het bedrag goed na." in gemeente.get(answer.location).text


def test_with_too_little_time_left_she_is_told_so_and_not_that_something_changed(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    gemeente.clock.forward(days=13, hours=23, minutes=39)
    old = key_of(gemeente.get(page))
    gemeente.clock.forward(minutes=11)
    answer = gemeente.post(page, "betalen", sleutel=old, methode="IDEAL")
    text = gemeente.get(answer.location).text
    assert text.count("De tijd om te betalen is bijna voorbij.") == 1 and "U kunt dit betalen tot" not in text


def test_with_too_little_time_left_no_page_offers_to_pay(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    gemeente.clock.forward(days=13, hours=23, minutes=39)
    assert f"Betaal €{NBSP}187,50" in gemeente.get(page).text
    gemeente.clock.forward(minutes=2)
    text = gemeente.get(page).text
    assert f"Betaal €{NBSP}187,50" not in text and "U kunt nu niet meer beginnen met betalen." in text


def test_the_page_to_the_psp_goes_by_itself_once_and_then_asks(gemeente, page):
    trip = gemeente.post(page, "betalen", methode="IDEAL").location
    first, again = gemeente.get(trip), gemeente.get(trip)
    assert first.status_code == 200 and first.headers["Refresh"].startswith(f"0; url={gemeente.psp}/ps/menu?")
    assert "Refresh" not in again.headers and "Ga verder naar betalen" in again.text
    assert "Kijk hoe het met uw betaling staat" in again.text


@pytest.mark.parametrize("rit", ["", "?rit=", "?rit=x.y"])
def test_without_a_fresh_trip_of_ours_nobody_is_sent_on(gemeente, page, rit):
    gemeente.post(page, "betalen", methode="IDEAL")
    assert "Refresh" not in gemeente.get(f"{page}/ga{rit}").headers


def test_a_trip_is_over_after_twenty_seconds(gemeente, page):
    trip = gemeente.post(page, "betalen", methode="IDEAL").location
    gemeente.clock.forward(seconds=20)
    assert "Refresh" not in gemeente.get(trip).headers


def test_the_same_form_sent_three_times_is_one_betaling(gemeente, page):
    before, key = len(gemeente.orders()), key_of(gemeente.get(page))
    for _ in range(3):
        assert "/ga?rit=" in gemeente.post(page, "betalen", sleutel=key, methode="IDEAL").location
    assert len(gemeente.orders()) == before + 1


def test_when_the_psp_refuses_she_is_told_that_it_does_not_work_now(gemeente, page):
    gemeente.control("faults", operation="create", faults=["refuse:REQUEST_DATA_INCORRECT"])
    answer = gemeente.post(page, "betalen", methode="IDEAL")
    assert answer.location == f"{page}?melding=onbereikbaar"
    assert "Wij kunnen de betaalpagina nu niet openen." in gemeente.get(answer.location).text


def test_while_the_psp_is_spared_nothing_is_tried_and_nothing_is_lost(gemeente, page):
    key, before = key_of(gemeente.get(page)), len(gemeente.orders())
    gemeente.control("faults", operation="create", faults=["refuse:SECURITY_ERROR"])
    gemeente.post(page, "betalen", methode="IDEAL")
    shown = gemeente.get(page).text
    assert "Betalen is tijdelijk niet beschikbaar" in shown and "uw winkelmandje blijft bewaard" in shown
    assert "/betalen" not in shown
    pressed = gemeente.post(page, "betalen", sleutel=key, methode="CREDITCARD")
    assert pressed.location == f"{page}?melding=storing"
    english = gemeente.get(pressed.location.replace("/nl/", "/en/")).text
    assert "Paying is temporarily unavailable" in english and "This way to pay" not in english
    assert len(gemeente.orders()) == before


def test_when_nobody_knows_what_the_psp_did_she_is_asked_to_wait(gemeente, page):
    gemeente.control("faults", operation="create", faults=["drop_after"])
    answer = gemeente.post(page, "betalen", methode="IDEAL")
    text = gemeente.get(answer.location).text
    assert answer.location == f"{page}/status"
    assert "Wij weten nog niet of uw betaling is gelukt" in text and "niets betaald" not in text


def test_stopping_leads_back_to_the_product_system_with_nothing_appended(gemeente, page):
    assert f'href="{TERUG}?aanvraag=1">Stop en ga terug naar Vergunningen' in gemeente.get(page).text


def test_shopping_on_carries_a_token_that_brings_the_next_one_here(gemeente, page):
    (token,) = {part.split('"')[0] for part in gemeente.get(page).text.split("meebetaaltoken=")[1:]}
    uittreksel = gemeente.offers(UITTREKSEL, meebetaaltoken=token)
    assert kenmerk_of(gemeente.get(page_of(uittreksel))) == kenmerk_of(gemeente.get(page))


def test_a_notice_in_the_address_says_only_what_we_wrote(gemeente, page):
    text = gemeente.get(f"{page}?melding=U+hebt+gewonnen").text
    assert "gewonnen" not in text and 'class="melding' not in text
