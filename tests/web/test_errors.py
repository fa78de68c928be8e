"""When something is wrong: plain words, a way on, and nothing said about money that nobody knows."""

from __future__ import annotations

import pytest
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.test import Client

from betaalhub.web.application import make_web
from betaalhub.web.errors import RETRY_AFTER
from betaalhub.web.guards import public
from betaalhub.web.proxy_page import proxy_page
from betaalhub.web.texts import Taal, load_texts
from tests.structure.house import TOP
from tests.web.gemeente import EVENEMENT, page_of

OURS = {400, 404, 405, 410, 413, 429, 500, 503}
LOCAL = {"nl": ("nl-NL,nl;q=0.9", "Wij kunnen deze pagina niet vinden"), "en": ("en-GB", "We cannot find this page")}


def failing(gemeente, code):
    """A portal with an address that fails so."""

    def fail(taal):
        raise default_exceptions[code]()

    app = make_web(gemeente.hub, telefoon="14 010")
    app.add_url_rule("/<any(nl, en):taal>/stuk", "stuk", public("a test that fails")(fail))
    return Client(app)


@pytest.mark.parametrize("taal", Taal)
@pytest.mark.parametrize("code", sorted(set(default_exceptions) & set(range(400, 600))))
def test_every_error_has_a_page_of_its_own_in_both_languages(gemeente, code, taal):
    answer = failing(gemeente, code).get(f"/{taal}/stuk")
    t = load_texts()[taal]
    known = code if code in OURS else 500 if code == 500 else 400
    assert answer.status_code == code and f"<h1>{t(f'err.{known}.title')}</h1>" in answer.text
    assert f'<html lang="{taal}"' in answer.text and "14 010" in answer.text
    assert answer.headers.get("Retry-After") == RETRY_AFTER.get(code)
    for never in ("niets betaald", "not paid anything", "Error", "Internal", "Traceback", HTTPException.__name__):
        assert never not in answer.text


@pytest.mark.parametrize(
    ("telefoon", "link"),
    [("14 010", '<a href="tel:14010">14 010</a>'), ("+31 10-2671625", '<a href="tel:+31102671625">+31 10-2671625</a>')],
)
def test_a_tap_on_the_number_calls_the_municipality(gemeente, telefoon, link):
    text = Client(make_web(gemeente.hub, telefoon=telefoon)).get("/nl/hulp").text
    assert text.count(link) == 2 and f"Bel de gemeente: {link}" in text


def test_more_than_a_number_is_read_and_not_called(gemeente):
    text = Client(make_web(gemeente.hub, telefoon="14 010 <lokaal>")).get("/nl/hulp").text
    assert "tel:" not in text and "Bel de gemeente: 14 010 &lt;lokaal&gt;." in text


@pytest.mark.parametrize("taal", LOCAL)
def test_an_address_without_a_language_answers_in_that_of_the_browser(gemeente, taal):
    accept, said = LOCAL[taal]
    answer = gemeente.browser.get("/niets", headers={"Accept-Language": accept})
    assert (answer.status_code, said in answer.text) == (404, True)


def test_the_bare_address_leads_to_the_help_in_the_language_of_the_browser(gemeente):
    assert gemeente.browser.get("/", headers={"Accept-Language": "en"}).location == "/en/hulp"
    assert gemeente.get("/").location == "/nl/hulp"


def test_what_cannot_be_sent_leads_back_to_the_winkelmandje(gemeente):
    page = page_of(gemeente.offers(EVENEMENT))
    answer = gemeente.browser.post(f"{page}/betalen", data={"sleutel": "x" * 70_000})
    assert answer.status_code == 413 and f'href="{page}"' in answer.text
    assert "Deze pagina kunt u zo niet openen" in gemeente.browser.post(f"{page}/status").text


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("page", ["hulp", "toegankelijkheid", "privacy"])
def test_the_pages_about_the_portal_open_for_everybody_in_both_languages(gemeente, page, taal):
    answer = gemeente.get(f"/{taal}/{page}")
    assert answer.status_code == 200 and answer.text.count("<h1>") == 1 and "14 010" in answer.text
    other = "en" if taal == "nl" else "nl"
    assert f'href="/{other}/{page}"' in answer.text and "Set-Cookie" not in answer.headers


def test_the_help_leads_to_the_search(gemeente):
    assert 'href="/nl/waar-is-mijn-betaling"' in gemeente.get("/nl/hulp").text


def test_the_page_of_the_proxy_says_the_same_as_ours():
    stored = (TOP / "deploy" / "nginx" / "even-niet" / "pagina.html").read_text("utf-8")
    assert stored == proxy_page(), (
        "write it again: python -m betaalhub.web.proxy_page > deploy/nginx/even-niet/pagina.html"
    )
