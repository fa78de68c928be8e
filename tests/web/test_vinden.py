"""Waar is mijn betaling: a kenmerk and the exact amount tell how it stands, and nothing else to anybody."""

from __future__ import annotations

from html import unescape

import pytest
from werkzeug.test import TestResponse

from betaalhub.web.limits import who_asks
from tests.web.gemeente import EVENEMENT, UITTREKSEL, Gemeente, kenmerk_of, page_of

PAGE = "/nl/waar-is-mijn-betaling"
PAID = "187,50"


def asks(gemeente: Gemeente, kenmerk: str, bedrag: str, *, wie: str = "192.0.2.1", page: str = PAGE) -> TestResponse:
    form = {"kenmerk": kenmerk, "bedrag": bedrag}
    return gemeente.browser.post(page, data=form, environ_base={"REMOTE_ADDR": wie})


def title(answer: TestResponse) -> str:
    return unescape(answer.text.split("<h1>")[1].split("</h1>")[0])


@pytest.fixture
def paid(gemeente: Gemeente) -> str:
    """The kenmerk of a winkelmandje that is paid."""
    return kenmerk_of(gemeente.page_after(page_of(gemeente.offers(EVENEMENT)), "approve"))


def test_the_form_asks_two_things_and_no_more(gemeente):
    text = gemeente.get(PAGE).text
    assert text.count("<input") == 2 and 'for="kenmerk"' in text and 'for="bedrag"' in text


@pytest.mark.parametrize(
    "typed",
    [
        str,
        lambda one: f"{one[:4]} {one[4:8]} {one[8:]}",
        lambda one: f"{one[:6]}-{one[6:]}",
        lambda one: f"{one}-1",  # as the bank app shows one try to pay
        lambda one: f"Gemeente Demostad {one}",
        lambda one: f"Gemeente Demostad {one[:4]} {one[4:8]} {one[8:]}-12 ",
    ],
)
def test_who_knows_both_reads_how_it_stands(gemeente, paid, typed):
    answer = asks(gemeente, typed(paid), PAID)
    assert (answer.status_code, title(answer)) == (200, "U hebt betaald")
    assert "24\N{NO-BREAK SPACE}november 2026 om 14.32 uur" in answer.text


def test_the_answer_holds_no_token_no_product_and_nothing_to_press(gemeente, paid):
    text = asks(gemeente, paid, PAID).text
    for private in ("/winkelmandje/", "/betaling/", "Evenementenvergunning", "Vergunningen", "<button", "iDEAL"):
        assert private not in text


def test_the_kenmerk_of_one_betaalopdracht_finds_it_too(gemeente):
    antwoord = gemeente.offers(EVENEMENT)
    assert title(asks(gemeente, antwoord.betaalkenmerk, PAID)) == "U hebt nog niet betaald"
    page = page_of(antwoord)
    gemeente.post(page, "toevoegen", kenmerk=gemeente.offers(UITTREKSEL).betaalkenmerk, bedrag="31,60")
    gemeente.page_after(page, "approve")
    assert title(asks(gemeente, antwoord.betaalkenmerk, PAID)) == "U hebt betaald"


@pytest.mark.parametrize(
    ("outcome", "said", "advice"),
    [
        ("pending", "Wij wachten op uw bank", "Betaal niet nog een keer."),
        ("fail", "Uw betaling is niet gelukt", "Gebruik dan de link die u van de gemeente kreeg."),
    ],
)
def test_the_advice_fits_the_state(gemeente, outcome, said, advice):
    kenmerk = kenmerk_of(gemeente.page_after(page_of(gemeente.offers(EVENEMENT)), outcome))
    answer = asks(gemeente, kenmerk, PAID)
    assert title(answer) == said and advice in answer.text and "niets betaald" not in answer.text


def test_unknown_and_wrong_amount_get_the_same_answer(gemeente, paid):
    unknown, wrong = asks(gemeente, "482710936577", PAID), asks(gemeente, paid, "187,51")
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.text.replace("482710936577", "") == wrong.text.replace(paid, "").replace("187,51", PAID)
    assert "Wij vinden geen betaling met dit kenmerk en dit bedrag." in wrong.text
    own = gemeente.offers(EVENEMENT).betaalkenmerk
    assert (asks(gemeente, own, "187,49").status_code, asks(gemeente, own, PAID).status_code) == (422, 200)


def test_a_typo_is_seen_before_anything_is_looked_up_and_costs_no_try(gemeente, paid):
    mistyped = paid[:10] + ("00" if paid[10:] != "00" else "11")
    for _ in range(7):
        answer = asks(gemeente, mistyped, "veel")
        assert answer.status_code == 422 and answer.text.count("Kijk de 12 cijfers goed na.") == 2
        assert answer.text.count("Vul een bedrag in, bijvoorbeeld 87,60") == 2 and f'value="{mistyped}"' in answer.text
    assert asks(gemeente, paid, PAID).status_code == 200


def test_five_misses_in_a_quarter_and_then_it_is_enough_for_that_address(gemeente, paid):
    answers = [asks(gemeente, paid, f"{i},00") for i in range(1, 7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "U hebt het te vaak geprobeerd" in answers[-1].text
    assert asks(gemeente, paid, PAID).status_code == 429
    assert asks(gemeente, paid, PAID, wie="192.0.2.2").status_code == 200
    gemeente.clock.forward(minutes=15)
    assert asks(gemeente, paid, PAID).status_code == 200


def test_who_finds_may_look_as_often_as_she_likes(gemeente, paid):
    assert {asks(gemeente, paid, PAID).status_code for _ in range(8)} == {200}


def test_of_ipv6_one_subscriber_is_one_address():
    assert who_asks("2001:db8:1:2:a::1") == who_asks("2001:db8:1:2:b::2") != who_asks("2001:db8:1:3::1")
    assert (who_asks("192.0.2.1"), who_asks(None)) == ("192.0.2.1", "")


def test_the_english_form_leads_to_the_dutch_one_and_back(gemeente, paid):
    english = asks(gemeente, paid, PAID, page="/en/waar-is-mijn-betaling")
    assert title(english) == "You have paid" and f'href="{PAGE}"' in english.text
    assert title(asks(gemeente, "x", "", page="/en/waar-is-mijn-betaling")) == "Where is my payment?"
