"""Every page state in every language as a whole page, also those that need a rare history."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask import render_template

from betaalhub.flows.afloop import Afloop, OpdrachtAfloop
from betaalhub.flows.betaalbewijs import Betaalbewijs, BewijsDeel, BewijsRegel
from betaalhub.flows.mandje import BetalingWeergave, MandjeStand, OpdrachtStand, RegelWeergave
from betaalhub.flows.paginastatus import Opdrachtpagina, Paginastatus
from betaalhub.web.application import make_web
from betaalhub.web.portal.pages import PAGES, Shows, refresh_of
from betaalhub.web.portal.status import receipt_view, status_view
from betaalhub.web.portal.ways import Ways
from betaalhub.web.portal.winkelmandje import winkelmandje_view
from betaalhub.web.texts import Taal, load_texts

WHEN = datetime(2026, 11, 24, 13, 32, tzinfo=UTC)
TOKEN = "t" * 43
WAYS = Ways(*(f"/nl/winkelmandje/{TOKEN}{page}" for page in ("/status", "/stand", "/bewijs", "", "/terug/1")))
REGEL = RegelWeergave("Evenementenvergunning", 1, 18_750, None, "NIET_GEMELD", 1)
STAND = MandjeStand(
    kenmerk="482710936577",
    token=TOKEN,
    administratie_naam="Gemeente Demostad",
    status="OPEN",
    versie=1,
    totaal_cent=18_750,
    ontvangen_cent=18_750,
    terugbetaald_cent=5_000,
    teruggeboekt_cent=2_500,
    opdrachten=(OpdrachtStand("1", "Vergunningen", "z", "OPEN", 18_750, WHEN, "https://v.example/terug", (REGEL,)),),
    betaling=BetalingWeergave(1, "X", "iDEAL | Wero", "iDEAL | Wero", 18_750, WHEN, "https://psp.example/menu"),
    paginastatus=Paginastatus.CART,
    methoden=(),
    meebetaaltoken="1-2-3",
)
AFLOOP = Afloop({"1": OpdrachtAfloop(Opdrachtpagina.PAID, leverbaar=True, terugbetaald_cent=5_000, komt_cent=0)})
BEWIJS = Betaalbewijs(
    administratie="demostad",
    delen=(BewijsDeel("Vergunningen", "z", (BewijsRegel("Evenementenvergunning", 1, None, 18_750),)),),
    totaal_cent=18_750,
    btw=(),
    bedrijven=(),
    referentie=None,
)
SHOWN = [name for name in Paginastatus if PAGES[name].shows is not Shows.GONE]


class Outline(HTMLParser):
    """Whether the tags of a page close as they opened, its headings in order, and its ids."""

    EMPTY = frozenset({"meta", "link", "input", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(stand, taal, afloop=AFLOOP):
    page = PAGES[stand.paginastatus]
    return status_view(stand, afloop, refresh_of(page, None), WAYS, load_texts()[taal])


def receipt(stand, taal, afloop=AFLOOP):
    return receipt_view(stand, BEWIJS, afloop, WAYS, load_texts()[taal])


def rendered(gemeente, taal, template, values):
    with make_web(gemeente.hub).test_request_context(f"/{taal}/winkelmandje/{TOKEN}/status"):
        return re.sub(r' class="[^"]*"', "", render_template(template, **values))


@pytest.mark.parametrize("taal", Taal)
@pytest.mark.parametrize("name", SHOWN)
def test_the_page_of_every_state_in_every_language(gemeente, name, taal):
    stand, page, t = replace(STAND, paginastatus=name), PAGES[name], load_texts()[taal]
    text = rendered(gemeente, taal, "status.html", shown(stand, taal))
    outline = Outline(text)
    assert outline.headings[0] == "h1" and outline.headings.count("h1") == 1
    assert len(outline.ids) == len(set(outline.ids))
    assert f"<h1>{t(f'status.title.{name}')}</h1>" in text and t(page.next_key) in text
    assert t.kenmerk(STAND.kenmerk) in text and f'<html lang="{taal}"' in text


@pytest.mark.parametrize("name", [name for name in SHOWN if PAGES[name].receipt])
def test_the_receipt_of_every_state_that_has_one(gemeente, name):
    text = rendered(gemeente, Taal.NL, "receipt.html", receipt(replace(STAND, paginastatus=name), Taal.NL))
    assert Outline(text).headings == ["h1"] and "€\N{NO-BREAK SPACE}187,50" in text


def test_a_part_that_went_back_is_told_with_both_amounts(gemeente):
    stand = replace(STAND, paginastatus=Paginastatus.PART_REFUNDED)
    text = rendered(gemeente, Taal.EN, "status.html", shown(stand, Taal.EN))
    assert "You have paid €187.50. We have given €50.00 back to you." in text


def test_money_received_twice_promises_nothing_that_a_person_must_still_approve(gemeente):
    stand = replace(STAND, paginastatus=Paginastatus.DOUBLE)
    text = rendered(gemeente, Taal.NL, "status.html", shown(stand, Taal.NL))
    assert "Wij kijken dit na. U hoeft niets te doen." in text and "krijgt" not in text


def test_money_received_too_much_stands_beside_the_amount(gemeente):
    stand = replace(STAND, paginastatus=Paginastatus.DOUBLE, ontvangen_cent=19_750)
    text = rendered(gemeente, Taal.EN, "status.html", shown(stand, Taal.EN))
    assert "<dt>Amount</dt><dd>€187.50</dd>" in text and "<dt>Received from you</dt><dd>€197.50</dd>" in text
    assert "€197.50 from you in total" in rendered(gemeente, Taal.EN, "receipt.html", receipt(stand, Taal.EN))


def test_money_that_the_bank_took_back_is_not_called_paid(gemeente):
    stand = replace(STAND, paginastatus=Paginastatus.TAKEN_BACK)
    text = rendered(gemeente, Taal.NL, "status.html", shown(stand, Taal.NL))
    assert "Uw bank heeft €\N{NO-BREAK SPACE}25,00 van deze betaling bij ons teruggehaald." in text
    assert "noem uw betaalkenmerk" in text and "U hebt betaald" not in text and "/bewijs" not in text


def test_money_that_went_back_is_not_called_nothing_paid(gemeente):
    stand = replace(STAND, paginastatus=Paginastatus.RETURNED)
    text = rendered(gemeente, Taal.NL, "status.html", shown(stand, Taal.NL))
    assert "Het geld is naar u teruggegaan." in text and "niets betaald" not in text
    assert "Opnieuw betalen" in text


def test_when_no_method_works_she_is_told_and_sees_no_button(gemeente):
    with make_web(gemeente.hub).test_request_context(f"/nl/winkelmandje/{TOKEN}"):
        values = winkelmandje_view(STAND, TOKEN, load_texts()[Taal.NL])
        text = render_template("winkelmandje.html", sleutel="s", mails=False, **values)
    assert "U kunt nu niet betalen." in text and "/betalen" not in text
