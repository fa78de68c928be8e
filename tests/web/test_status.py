"""The citizen after paying: every state has an honest page, and only the PSP's answer changes it."""

from __future__ import annotations

import pytest

from betaalhub.steps.ask_psp import ask_psp
from tests.web.gemeente import EVENEMENT, TERUG, UITTREKSEL, Gemeente, page_of


@pytest.fixture
def page(gemeente: Gemeente) -> str:
    return page_of(gemeente.offers(EVENEMENT))


def stand(gemeente, page):
    return gemeente.get(f"{page}/stand").json["paginastatus"]


@pytest.mark.parametrize(
    ("outcome", "paginastatus", "said"),
    [
        ("approve", "paid", "Wij hebben €\N{NO-BREAK SPACE}187,50 ontvangen. Dank u wel."),
        ("cancel", "cancelled", "U hebt de betaling gestopt"),
        ("fail", "failed", "Uw betaling is niet gelukt"),
        ("pending", "pending", "Wij wachten op uw bank"),
    ],
)
def test_on_her_way_back_the_psp_is_asked(gemeente, page, outcome, paginastatus, said):
    assert said in gemeente.page_after(page, outcome).text
    assert stand(gemeente, page) == paginastatus


def test_the_address_of_the_return_proves_nothing(gemeente, page):
    gemeente.pays(page)
    answer = gemeente.get(f"{page}/terug/1?uitkomst=success&status=BETAALD")
    assert (answer.status_code, answer.location) == (303, f"{page}/status")
    assert "Uw betaling is nog niet klaar" in gemeente.get(answer.location).text


def test_a_psp_may_send_her_back_with_a_post(gemeente, page):
    gemeente.pays(page)
    assert gemeente.browser.post(f"{page}/terug/1", data={"status": "paid"}).location == f"{page}/status"


def test_a_number_that_never_was_is_just_a_return(gemeente, page):
    assert gemeente.get(f"{page}/terug/{9**30}").location == f"{page}/status"


def test_a_psp_that_does_not_answer_leaves_her_with_what_is_known(gemeente, page):
    gemeente.pays(page)
    gemeente.control("faults", operation="status", faults=["http_503"])
    assert "Uw betaling is nog niet klaar" in gemeente.get(gemeente.get(f"{page}/terug/1").location).text


def test_while_a_betaling_lives_the_winkelmandje_shows_it(gemeente, page):
    gemeente.pays(page)
    assert gemeente.get(page).location == f"{page}/status"
    assert f'href="{gemeente.psp}/ps/menu?' in gemeente.get(f"{page}/status").text


def test_after_a_failed_attempt_she_can_try_again(gemeente, page):
    failed = gemeente.page_after(page, "fail")
    assert "U hebt niets betaald." in failed.text and f'href="{page}">Opnieuw betalen' in failed.text
    assert "Uw betaling is niet gelukt. U hebt niets betaald." in gemeente.get(page).text
    assert "U hebt betaald" in gemeente.page_after(page, "approve", n=2).text


def test_the_back_button_after_paying_shows_that_it_is_paid(gemeente, page):
    gemeente.page_after(page, "approve")
    for old in (page, f"{page}/ga?rit=x", f"{page}/terug/1"):
        assert gemeente.get(old).location == f"{page}/status"


def test_two_product_systems_paid_at_once_each_get_their_way_back(gemeente, page):
    uittreksel = gemeente.offers(UITTREKSEL)
    gemeente.post(page, "toevoegen", kenmerk=uittreksel.betaalkenmerk, bedrag="31,60")
    text = gemeente.page_after(page, "approve").text
    assert f'href="{TERUG}?aanvraag=1">Terug naar Vergunningen' in text
    assert f'href="{TERUG}?aanvraag=2">Terug naar Burgerzaken' in text


def test_the_receipt_comes_after_paying_and_not_before(gemeente, page):
    assert gemeente.get(f"{page}/bewijs").location == f"{page}/status"
    gemeente.page_after(page, "approve")
    text = gemeente.get(f"{page}/bewijs").text
    assert "Gemeente Demostad" in text and "24\N{NO-BREAK SPACE}november 2026 om 14.32 uur" in text
    assert "iDEAL | Wero" in text and "€\N{NO-BREAK SPACE}187,50" in text


def test_without_javascript_the_waiting_page_looks_again_until_she_stops_it(gemeente, page):
    gemeente.page_after(page, "pending")
    assert f'content="2; url={page}/status?vernieuw=1"' in gemeente.get(f"{page}/status").text
    assert f'content="3; url={page}/status?vernieuw=2"' in gemeente.get(f"{page}/status?vernieuw=1").text
    stopped = gemeente.get(f"{page}/status?vernieuw=uit").text
    assert "http-equiv" not in stopped and "data-stand" not in stopped and "Kijk nu opnieuw" in stopped
    assert gemeente.get(f"{page}/terug/1?vernieuw=uit").location == f"{page}/status?vernieuw=uit"


def test_a_page_that_is_final_does_not_look_again(gemeente, page):
    text = gemeente.page_after(page, "approve").text
    assert "http-equiv" not in text and "data-stand" not in text


def test_looking_does_not_pay_and_head_asks_nobody(gemeente, page):
    gemeente.pays(page)
    gemeente.control("faults", operation="status", faults=["http_503"])
    assert gemeente.browser.head(f"{page}/terug/1").status_code == 303
    assert gemeente.get(f"{page}/terug/1").status_code == 303
    assert stand(gemeente, page) == "open"


def test_a_hint_of_the_psp_is_stored_and_answered_and_decides_nothing(gemeente, page):
    gemeente.pays(page)
    reference = gemeente.orders()[-1]["reference"]
    for _ in range(2):
        answer = gemeente.get(f"/psp/psp/melding?reference={reference}&status=PAID")
        assert (answer.status_code, stand(gemeente, page)) == (200, "open")


def test_a_hint_about_nothing_of_ours_is_answered_too_and_an_unknown_account_is_not(gemeente):
    assert gemeente.get("/psp/psp/melding?reference=niets").status_code == 200
    assert gemeente.get("/psp/anders/melding?reference=niets").status_code == 404


def test_an_attempt_that_took_too_long_ends_once_it_is_closed_at_the_psp(gemeente, page):
    gemeente.pays(page)
    gemeente.clock.forward(minutes=21)
    assert "Uw betaling is nog niet klaar" in gemeente.get(gemeente.get(f"{page}/terug/1").location).text
    ask_psp(gemeente.hub, 1, wie="worker")
    text = gemeente.get(f"{page}/status").text
    assert "De tijd om te betalen is voorbij" in text and "U hebt niets betaald." in text
    assert "Het betalen duurde te lang." in gemeente.get(page).text


def test_the_states_have_english_pages_too(gemeente, page):
    english = page.replace("/nl/", "/en/")
    gemeente.page_after(english, "approve")
    assert "You have paid" in gemeente.get(f"{english}/status").text
    assert "24\N{NO-BREAK SPACE}November 2026 at 14:32" in gemeente.get(f"{english}/bewijs").text
