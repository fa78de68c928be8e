"""A citizen pays in a real browser: with and without JavaScript, in a hurry, in two tabs, on a slow line, and back again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from tests.browser.kijker import Kijker, kijkt
from tests.browser.toneel import offers, path_of, together
from tests.journeys.stad import Opdracht, Stad

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAID = {"nl": "U hebt betaald", "en": "You have paid"}
TWICE = """() => {
  const button = document.querySelector("form[action$='/betalen'] button[type=submit]");
  button.click();
  const says = button.innerText;
  button.click();
  return says;
}"""
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


@pytest.fixture
def opdracht(stad: Stad) -> Opdracht:
    return offers(stad)


def presses_pay(kijker: Kijker) -> None:
    kijker.chooses()
    kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()


def at_psp(kijker: Kijker, button: str = "Betalen") -> None:
    """She is sent to the PSP by itself, and does this there."""
    kijker.page.wait_for_url("**/ps/menu*")
    if kijker.page.get_by_role("button", name="iDEAL").count():
        kijker.page.get_by_role("button", name="iDEAL").click()
    kijker.page.get_by_role("button", name=button, exact=True).click()


def pays(kijker: Kijker, path: str) -> None:
    kijker.opens(path)
    presses_pay(kijker)
    at_psp(kijker)
    kijker.page.wait_for_url("**/status*")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("taal", ["nl", "en"])
def test_she_pays_from_begin_to_end(
    browser: Browser, stad: Stad, opdracht: Opdracht, taal: str, javascript: bool
) -> None:
    with kijkt(browser, stad.near.address, java_script_enabled=javascript) as kijker:
        pays(kijker, path_of(opdracht).format(taal=taal))
        assert kijker.reads() == PAID[taal]
        kijker.presses("bewijs" if taal == "nl" else "proof")
        kijker.page.wait_for_url("**/bewijs")
        assert kijker.measures("document.documentElement.lang") == taal
    stad.work()
    assert stad.status(opdracht) == "BETAALD"


def test_two_product_systems_are_paid_at_once(kijker: Kijker, stad: Stad) -> None:
    first, second = together(stad)
    pays(kijker, path_of(second).format(taal="nl"))
    stad.work()
    assert (stad.status(first), stad.status(second), len(stad.orders())) == ("BETAALD", "BETAALD", 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_is_one_betaling(browser: Browser, stad: Stad, opdracht: Opdracht, javascript: bool) -> None:
    with kijkt(browser, stad.near.address, java_script_enabled=javascript) as kijker:
        kijker.opens(path_of(opdracht).format(taal="nl"))
        kijker.chooses()
        kijker.page.locator("form[action$='/betalen'] button[type=submit]").dblclick(no_wait_after=True)
        at_psp(kijker)
        kijker.page.wait_for_url("**/status*")
        assert kijker.reads() == PAID["nl"]
    assert (len(stad.orders()), stad.betalingen()) == (1, ["BETAALD"])


def test_the_same_form_sent_three_times_at_once_is_one_betaling(kijker: Kijker, stad: Stad, opdracht: Opdracht) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.chooses()
    kijker.measures(
        """async () => {
        const form = document.querySelector("form[action$='/betalen']"), body = new URLSearchParams(new FormData(form));
        const sent = [1, 2, 3].map(() => fetch(form.action, {method: "POST", body, redirect: "manual"}));
        await Promise.all(sent);
    }"""
    )
    assert len(stad.orders()) == 1
    kijker.opens(path_of(opdracht).format(taal="nl"))
    assert kijker.page.url.endswith("/status")


def test_the_back_button_after_paying_shows_that_it_is_paid(kijker: Kijker, stad: Stad, opdracht: Opdracht) -> None:
    pays(kijker, path_of(opdracht).format(taal="nl"))
    kijker.opens(path_of(opdracht, "status").format(taal="nl"))
    for _ in range(6):
        kijker.page.go_back()
        if kijker.is_ours and "/ps/" not in kijker.page.url:
            assert kijker.reads() == PAID["nl"]
    assert len(stad.orders()) == 1


def test_back_from_the_psp_without_paying_leads_to_the_same_order(
    kijker: Kijker, stad: Stad, opdracht: Opdracht
) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    presses_pay(kijker)
    kijker.page.wait_for_url("**/ps/menu*")
    kijker.page.go_back()
    kijker.page.wait_for_load_state()
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.page.locator("main a[href*='/ps/menu']").first.click()
    at_psp(kijker)
    kijker.page.wait_for_url("**/status*")
    assert (kijker.reads(), len(stad.orders())) == (PAID["nl"], 1)


def test_two_tabs_pay_once(kijker: Kijker, stad: Stad, opdracht: Opdracht) -> None:
    pay_at_once(stad, opdracht, kijker, dataclasses.replace(kijker, page=kijker.context.new_page()))


def test_two_devices_pay_once(browser: Browser, stad: Stad, opdracht: Opdracht) -> None:
    with kijkt(browser, stad.near.address) as one, kijkt(browser, stad.near.address) as other:
        pay_at_once(stad, opdracht, one, other)


def pay_at_once(stad: Stad, opdracht: Opdracht, one: Kijker, other: Kijker) -> None:
    path = path_of(opdracht).format(taal="nl")
    for each in (one, other):
        each.opens(path)
    for each in (one, other):
        presses_pay(each)
        each.page.wait_for_url("**/ps/menu*")
    at_psp(one)
    one.page.wait_for_url("**/status*")
    other.opens(path)
    assert (one.reads(), other.reads(), len(stad.orders())) == (PAID["nl"], PAID["nl"], 1)


def test_a_tab_with_an_old_winkelmandje_shows_first_what_changed(kijker: Kijker, stad: Stad) -> None:
    first, second = offers(stad), offers(stad, "UITTREKSEL")
    kijker.opens(path_of(first).format(taal="nl"))
    stad.burger(first).adds(second.betaalkenmerk, "15,80")
    presses_pay(kijker)
    kijker.page.wait_for_url("**melding=veranderd")
    assert "203,30" in kijker.page.locator("main").inner_text()
    assert stad.orders() == []


def test_on_a_slow_line_the_button_says_that_it_is_busy_and_works_once(
    kijker: Kijker, stad: Stad, opdracht: Opdracht
) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.context.new_cdp_session(kijker.page).send("Network.emulateNetworkConditions", SLOW)
    kijker.chooses()
    assert kijker.measures(TWICE) == "Even wachten…"
    at_psp(kijker)
    kijker.page.wait_for_url("**/status*")
    assert kijker.reads() == PAID["nl"]
    assert [path.rsplit("/", 1)[1] for path in kijker.posts() if "/winkelmandje/" in path] == ["betalen"]


def test_a_form_that_got_lost_on_the_way_can_be_sent_again(kijker: Kijker, stad: Stad, opdracht: Opdracht) -> None:
    """In a tunnel the first request never arrives; she need not know that loading the page again would help."""
    kijker.page.add_init_script(
        "const later = setTimeout; window.setTimeout = (what, ms) => later(what, ms / 5)"
    )  # 20 s in 4
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.page.route("**/betalen", lambda route: route.fulfill(status=204), times=1)  # nothing comes of it
    kijker.chooses()
    button = kijker.page.locator("form[action$='/betalen'] button[type=submit]")
    button.click(no_wait_after=True)
    assert button.inner_text() == "Even wachten…"
    button.filter(has_text="Betaal").wait_for()
    button.click(no_wait_after=True)
    at_psp(kijker)
    kijker.page.wait_for_url("**/status*")
    assert kijker.reads() == PAID["nl"]
    assert (len(stad.orders()), stad.betalingen()) == (1, ["BETAALD"])


def test_a_psp_that_does_not_answer_leaves_her_with_words_that_are_certain(kijker: Kijker, stad: Stad) -> None:
    opdracht = offers(stad)
    stad.psp("faults", operation="create", faults=["drop_after"])
    kijker.opens(path_of(opdracht).format(taal="nl"))
    presses_pay(kijker)
    kijker.page.wait_for_url("**/status")
    text = kijker.page.locator("main").inner_text()
    assert "Betaal niet nog een keer" in text and "niets betaald" not in text


def test_the_page_that_waits_notices_by_itself_that_it_is_paid(kijker: Kijker, stad: Stad, opdracht: Opdracht) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    presses_pay(kijker)
    at_psp(kijker, "In behandeling laten")
    kijker.page.wait_for_url("**/status*")
    assert kijker.reads() == "Wij wachten op uw bank"
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    kijker.page.get_by_role("heading", name=PAID["nl"], exact=True).wait_for()


def test_without_javascript_the_page_that_waits_looks_again_until_she_stops_it(
    browser: Browser, stad: Stad, opdracht: Opdracht
) -> None:
    with kijkt(browser, stad.near.address, java_script_enabled=False) as kijker:
        kijker.opens(path_of(opdracht).format(taal="nl"))
        presses_pay(kijker)
        at_psp(kijker, "In behandeling laten")
        kijker.page.wait_for_url("**/status?vernieuw=1")  # it looked again
        kijker.presses("Niet meer vanzelf vernieuwen")
        kijker.page.wait_for_url("**/status?vernieuw=uit")
        assert kijker.page.locator("meta[http-equiv]").count() == 0
        stad.psp(f"orders/{stad.reference(opdracht)}/pay")
        stad.notify(opdracht)
        stad.work()
        kijker.presses("Kijk nu opnieuw")
        kijker.page.wait_for_url("**/status*")
        assert kijker.reads() == PAID["nl"]


def test_stopping_leads_back_to_the_product_system_and_the_link_still_pays_days_later(
    kijker: Kijker, stad: Stad, opdracht: Opdracht
) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.page.locator(f"main a[href^='{stad.near.simulators.terugkeer_url}']").last.click()
    kijker.page.wait_for_url(f"{stad.near.simulators.terugkeer_url}*")
    stad.passes(days=3)
    pays(kijker, path_of(opdracht).format(taal="nl"))
    assert kijker.reads() == PAID["nl"]
