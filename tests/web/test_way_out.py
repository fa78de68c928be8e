"""Every way out of the portal leads to an address that was registered, or to the PSP; nobody's request changes that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from betaalhub.errors import Refusal
from betaalhub.flows.keys import make_kijktoken
from tests.web.gemeente import EVENEMENT, TERUG, UITTREKSEL, kenmerk_of, page_of

EVIL = (
    "https://evil.example/x",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "\thttps://evil.example",
)
NAMES = (
    "next",
    "url",
    "terug",
    "return",
    "redirect",
    "TerugkeerUrl",
    "rit",
    "melding",
    "vernieuw",
    "taal",
    "host",
    "meebetaaltoken",
)
HEADERS = (
    {},
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil.example"},
    {"X-Forwarded-Prefix": "//evil.example", "X-Original-URL": "//evil.example", "Referer": "https://evil.example/"},
)
_LINK = re.compile(r'(?:href|action|src|content)="([^"]*)"')


def ways(answer: TestResponse) -> Iterator[str]:
    """Every address to which this answer leads by itself or when something on it is pressed."""
    if "Location" in answer.headers:
        yield answer.headers["Location"]
    if "Refresh" in answer.headers:
        yield answer.headers["Refresh"].partition("url=")[2]
    if answer.mimetype == "text/html":
        for found in _LINK.findall(answer.text):
            target = found.partition("url=")[2] or found
            if "/" in target or ":" in target or "\\" in target:
                yield target.replace("&amp;", "&")


def is_ours(target: str, psp: str) -> bool:
    """A path of our own, the phone, the return address of the product system, or the PSP's page."""
    if target.startswith(("#", "tel:", "width=")) or re.fullmatch(r"/(?![/\\])[!-~]*", target):
        return True
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" == TERUG or target.startswith(f"{psp}/")


def strangers(answer: TestResponse, psp: str) -> list[str]:
    return [target for target in ways(answer) if not is_ours(target, psp)]


@pytest.fixture
def pages(gemeente) -> list[str]:
    """Pages in several states: open with another product beside it, on the way to the PSP, paid, and what a mail links to."""
    together = page_of(gemeente.offers(EVENEMENT))
    other = gemeente.offers(UITTREKSEL)
    gemeente.post(together, "toevoegen", kenmerk=other.betaalkenmerk, bedrag="31,60")
    busy, paid = (page_of(gemeente.offers(EVENEMENT)) for _ in range(2))
    going = gemeente.post(busy, "betalen", methode="IDEAL").location
    assert gemeente.page_after(paid, "approve").status_code == 200
    kijk = make_kijktoken(gemeente.hub.portaal, 1)
    starts = [
        f"{page}{part}" for page in (together, busy, paid) for part in ("", "/status", "/bewijs", "/ga", "/terug/1")
    ]
    return [
        *starts,
        going,
        f"/nl/betaling/{kijk}",
        "/",
        "/nl/hulp",
        "/nl/waar-is-mijn-betaling",
        "/nl/niets",
        "/nl/winkelmandje/x",
    ]


@pytest.mark.parametrize("headers", HEADERS, ids=["plain", "host", "forwarded", "prefix"])
def test_no_page_leads_to_a_stranger_whatever_is_asked(gemeente, pages, headers) -> None:
    seen = 0
    for page in pages:
        for evil in EVIL:
            query = urlencode({name: evil for name in NAMES if name != "rit" or "rit=" not in page})
            answer = gemeente.browser.get(f"{page}{'&' if '?' in page else '?'}{query}", headers=headers)
            seen += len(list(ways(answer)))
            assert not strangers(answer, gemeente.psp), page
    assert seen > 500


def test_no_form_leads_to_a_stranger(gemeente) -> None:
    page = page_of(gemeente.offers(EVENEMENT))
    for action in ("betalen", "toevoegen", "verwijderen", "terugzetten"):
        for evil in EVIL:
            values = dict.fromkeys(NAMES, evil) | {"methode": evil, "kenmerk": evil, "betaalkenmerk": evil}
            answer = gemeente.post(page, action, **values)
            assert not strangers(answer, gemeente.psp), action


def test_the_way_to_the_psp_is_the_psps_own(gemeente) -> None:
    page = page_of(gemeente.offers(EVENEMENT))
    answer = gemeente.pays(page)
    kenmerk_of(gemeente.get(f"{page}/status"))
    assert answer.headers["Refresh"].partition("url=")[2].startswith(f"{gemeente.psp}/")


@given(
    st.one_of(
        st.text(max_size=60).map(lambda tail: TERUG + tail),
        st.sampled_from(
            [
                "http://127.0.0.1:8093@evil.example/terug",
                "http://127.0.0.1:8093.evil.example/terug",
                "//evil.example",
                "HTTP://127.0.0.1:8093/terug",
                TERUG.replace("/terug", "/terug/../x"),
                TERUG + "\r\nLocation: //evil.example",
            ]
        ),
        st.text(max_size=60),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_return_address_that_is_taken_is_under_the_registered_one(gemeente, address: str) -> None:
    try:
        antwoord = gemeente.offers(EVENEMENT, terugkeer_url=address)
    except Refusal:
        return
    answer = gemeente.get(page_of(antwoord))
    given = [target for target in ways(answer) if not is_ours(target, gemeente.psp)]
    assert all(target.startswith(TERUG + "/") for target in given)
