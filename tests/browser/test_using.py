"""Who pays with a keyboard, a screen reader, colours of her own, without our style sheet, or on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.kijker import NARROW, WIDE, Kijker, kijkt
from tests.browser.scenes import SCENES
from tests.browser.seen import layout, violations
from tests.browser.test_paying import PAID, at_psp, presses_pay
from tests.browser.toneel import Thema, offers, path_of, serves, together
from tests.journeys.stad import Opdracht, Stad

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What has the focus: what it is called, how thick the ring around it is, and whether it is in the window.
_FOCUS = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));  // it is scrolled to first
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const seen = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = seen.outlineStyle === "none" ? 0 : parseFloat(seen.outlineWidth);
  const around = e.closest("label") && getComputedStyle(e.closest("label")).outlineStyle !== "none"
    ? parseFloat(getComputedStyle(e.closest("label")).outlineWidth) : 0;
  return {name: (e.innerText || e.value || e.id || e.tagName).trim().slice(0, 60), ring: Math.max(ring, around),
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    box: [box.top, box.bottom, innerHeight, scrollY], tag: e.tagName, type: e.type || ""};
}"""
# Can every button and radio be told from the page when all colours are the reader's own? Their backgrounds are gone then.
_BORDERS = """() => [...document.querySelectorAll("main button, main input")].filter(e => e.checkVisibility()).filter(e => {
  const seen = getComputedStyle(e), plain = seen.appearance !== "none" && e.tagName === "INPUT";
  return !plain && (seen.borderStyle === "none" || parseFloat(seen.borderWidth) < 1);
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def opdracht(stad: Stad) -> Opdracht:
    return offers(stad)


def tabs_to(kijker: Kijker, wanted: str, *, stops: int = 40) -> list[str]:
    """Press Tab until this has the focus; every stop on the way must be seen."""
    passed = []
    for _ in range(stops):
        kijker.page.keyboard.press("Tab")
        found = kijker.measures(_FOCUS)
        assert found, f"the focus is nowhere after {passed}"
        assert found["ring"] >= 2, f"no ring around {found}"
        assert found["inside"], f"the focus is out of sight at {found}"
        passed.append(found["name"])
        if re.search(wanted, found["name"]):
            return passed
    raise AssertionError(f"{wanted} was never reached: {passed}")


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_she_pays_with_the_keyboard_alone_and_sees_where_she_is(
    kijker: Kijker, stad: Stad, all_themas: list[Thema], size: tuple[int, int]
) -> None:
    for thema in all_themas:
        serves(stad, thema)
        opdracht = offers(stad)
        kijker.looks_at(size)
        kijker.opens(path_of(opdracht).format(taal="nl"))
        tabs_to(kijker, "^IDEAL$")
        kijker.page.keyboard.press("Space")
        tabs_to(kijker, "^Betaal ")
        kijker.page.keyboard.press("Enter")
        at_psp(kijker)
        kijker.page.wait_for_url("**/status*")
        assert kijker.reads() == PAID["nl"]
        tabs_to(kijker, "betaalbewijs")
        kijker.page.keyboard.press("Enter")
        kijker.page.wait_for_url("**/bewijs")


def test_the_first_stop_leads_past_the_top_of_the_page(kijker: Kijker, opdracht: Opdracht) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    assert tabs_to(kijker, ".") == ["Ga naar de inhoud"]
    kijker.page.keyboard.press("Enter")
    assert kijker.measures("document.activeElement.id") == "inhoud"


def test_what_her_press_did_is_read_first(kijker: Kijker, stad: Stad) -> None:
    """A page that opens with its news in it is not read out by role=status: the news takes the focus."""
    opdracht = together(stad)[0]
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.presses("Haal uit dit winkelmandje: Uittreksel")
    kijker.page.wait_for_url("**melding=*")
    assert "Uit uw winkelmandje gehaald: Uittreksel" in kijker.measures("document.activeElement.innerText")


def test_who_chose_no_way_to_pay_reads_so_in_our_words(kijker: Kijker, opdracht: Opdracht) -> None:
    kijker.opens(path_of(opdracht).format(taal="nl"))
    kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()
    kijker.page.get_by_role("alert").wait_for()
    assert "Kies hoe u wilt betalen" in kijker.measures("document.activeElement.innerText")
    presses_pay(kijker)
    kijker.page.wait_for_url("**/ps/menu*")
    kijker.page.go_back()  # the form is not sent once more: the winkelmandje is opened, and tells how it stands
    assert kijker.reads() == "Uw betaling is nog niet klaar"


@pytest.mark.parametrize(
    "name", ["winkelmandje-fout-methode", "winkelmandje-fout-kenmerk", "winkelmandje-fout-bedrag", "vinden-fout"]
)
def test_a_mistake_is_told_first_and_leads_to_its_field(kijker: Kijker, stad: Stad, name: str) -> None:
    """The title says so, the list of mistakes has the focus, and its link goes to the field."""
    scene = SCENES[name]
    scene.open(kijker, scene.bring(stad).format(taal="nl"))
    assert kijker.page.title().startswith("Fout: ")
    assert kijker.measures("document.activeElement.getAttribute('role')") == "alert"
    link = kijker.page.locator("[role=alert] a").first
    target = str(link.get_attribute("href")).lstrip("#")
    link.click()
    assert kijker.measures("document.activeElement.id") == target
    described = kijker.page.locator(f"#{target}").evaluate(
        "e => (e.getAttribute('aria-describedby') || e.closest('fieldset').getAttribute('aria-describedby') || '')"
    )
    assert f"{target}-fout" in described.split()


@pytest.mark.parametrize("name", ["winkelmandje", "winkelmandje-fout-methode", "status-wacht", "bewijs", "vinden-fout"])
def test_in_colours_of_her_own_she_sees_what_she_can_press(
    browser: Browser, stad: Stad, screens: Path | None, name: str
) -> None:
    scene = SCENES[name]
    path = scene.bring(stad).format(taal="nl")
    with kijkt(browser, stad.near.address, forced_colors="active") as kijker:
        scene.open(kijker, path)
        kijker.measures("document.querySelectorAll('details').forEach(one => one.open = true)")
        if name == "winkelmandje":
            kijker.chooses()
        assert kijker.measures(_BORDERS) == []
        if screens:
            kijker.page.screenshot(path=screens / f"hoog-contrast-{name}.png", full_page=True)


@pytest.mark.parametrize("name", ["winkelmandje-samen", "status-betaald", "bewijs", "vinden"])
def test_without_a_style_sheet_a_page_is_plain_and_whole(
    browser: Browser, stad: Stad, screens: Path | None, name: str
) -> None:
    scene = SCENES[name]
    path = scene.bring(stad).format(taal="nl")
    with kijkt(browser, stad.near.address) as kijker:
        kijker.page.route("**/*.css*", lambda route: route.abort())
        scene.open(kijker, path)
        kijker.looks_at(NARROW)
        assert [one for one in layout(kijker) if "overlap" in one or "wider" in one] == []
        assert [one for one in violations(kijker.page) if "target-size" not in one] == []
        if screens:
            kijker.page.screenshot(path=screens / f"zonder-stijl-{name}.png", full_page=True)
        kijker.troubles = [
            one for one in kijker.without("ERR_FAILED") if "preload assets" not in one
        ]  # axe misses it too


def test_without_a_style_sheet_she_can_pay(kijker: Kijker, opdracht: Opdracht) -> None:
    kijker.page.route("**/*.css*", lambda route: route.abort())
    kijker.opens(path_of(opdracht).format(taal="nl"))
    presses_pay(kijker)
    at_psp(kijker)
    kijker.page.wait_for_url("**/status*")
    assert kijker.reads() == PAID["nl"]
    kijker.troubles = kijker.without("ERR_FAILED")


@pytest.mark.parametrize("name", [name for name in SCENES if name.startswith("bewijs")])
def test_a_betaalbewijs_is_one_page_of_paper(kijker: Kijker, stad: Stad, screens: Path | None, name: str) -> None:
    kijker.opens(SCENES[name].bring(stad).format(taal="nl"))
    paper = kijker.page.pdf(format="A4", print_background=False, tagged=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    kijker.page.emulate_media(media="print")
    assert kijker.page.get_by_role("button").count() == 0, "a button can not be pressed on paper"
    assert kijker.page.get_by_role("navigation").count() == 0
    if screens:
        (screens / f"{name}.pdf").write_bytes(paper)
        kijker.looks_at((794, 1123))  # A4 at 96 dots per inch
        kijker.page.screenshot(path=screens / f"papier-{name}.png")


def test_together_in_one_winkelmandje_one_is_taken_out_with_the_keyboard(kijker: Kijker, stad: Stad) -> None:
    first, _ = together(stad)
    kijker.opens(path_of(first).format(taal="nl"))
    tabs_to(kijker, "^Haal uit .*Uittreksel")
    kijker.page.keyboard.press("Enter")
    kijker.page.wait_for_url("**melding=verwijderd*")
    assert "187,50" in kijker.page.locator("form[action$='/betalen'] button[type=submit]").inner_text()
