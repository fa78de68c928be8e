"""Who holds a kijktoken sees how it stands and the betaalbewijs, and can do nothing."""

from __future__ import annotations

import pytest

from betaalhub.flows.keys import Portaal, make_kijktoken, read_kijktoken
from betaalhub.storage.database import reading
from betaalhub.storage.tables import WinkelmandjeRow
from tests.web.gemeente import EVENEMENT, page_of


@pytest.fixture
def page(gemeente):
    return page_of(gemeente.offers(EVENEMENT))


def look(gemeente, page, taal="nl"):
    """The address in the mail about this winkelmandje."""
    with reading(gemeente.hub.sessions) as session:
        (mandje,) = session.query(WinkelmandjeRow).all()
    token = make_kijktoken(gemeente.hub.portaal, mandje.id)
    return gemeente.hub.portaal.kijk_url(token, taal).removeprefix(gemeente.hub.portaal.url)


def test_the_link_of_a_mail_shows_the_state_and_the_betaalbewijs(gemeente, page):
    gemeente.page_after(page, "approve")
    seen = look(gemeente, page)
    assert "U hebt betaald" in gemeente.get(seen).text and f'href="{seen}/bewijs"' in gemeente.get(seen).text
    assert "Evenementenvergunning" in gemeente.get(f"{seen}/bewijs").text
    assert gemeente.get(f"{seen}/stand").json == {"paginastatus": "paid"}
    assert "You have paid" in gemeente.get(look(gemeente, page, "en")).text


@pytest.mark.parametrize("outcome", ["", "fail", "pending", "approve"])
def test_nothing_on_it_leads_to_paying_or_to_the_winkelmandje(gemeente, page, outcome):
    if outcome:
        gemeente.page_after(page, outcome)
    seen = look(gemeente, page)
    text = gemeente.get(seen).text
    assert "winkelmandje/" not in text and "/terug" not in text and gemeente.psp not in text and "<form" not in text
    assert ("alleen kijken" in text) == (outcome in ("", "fail"))


def test_it_does_nothing_and_a_forged_one_is_not_found(gemeente, page):
    seen = look(gemeente, page)
    for path in ("", "/stand", "/bewijs"):
        assert gemeente.browser.post(seen + path).status_code == 405
    for path in ("/betalen", "/toevoegen", "/ga", "/terug/1"):
        assert gemeente.get(seen + path).status_code == 404
    forged = seen[:-1] + ("0" if seen[-1] != "0" else "1")
    for bad in (forged, "/nl/betaling/1-" + "0" * 32, "/nl/betaling/x", "/nl/betaling/999" + seen[seen.index("-") :]):
        assert gemeente.get(bad).status_code == 404


def test_before_it_is_paid_there_is_no_betaalbewijs(gemeente, page):
    seen = look(gemeente, page)
    assert gemeente.get(f"{seen}/bewijs").location == seen


def test_the_token_of_the_winkelmandje_is_no_kijktoken(gemeente, page):
    token = page.rsplit("/", 1)[1]
    assert gemeente.get(f"/nl/betaling/{token}").status_code == 404


@pytest.mark.parametrize("token", ["", "-", "0-x", "1", "1-", "x-" + "0" * 32, "٣-" + "0" * 32, "1" * 40 + "-0"])
def test_nonsense_reads_as_no_kijktoken(token):
    assert read_kijktoken(Portaal("https://x.example", "s" * 32), token) is None


def test_another_secret_ends_it():
    old, new = (Portaal("https://x.example", letter * 32) for letter in "ab")
    assert read_kijktoken(old, make_kijktoken(old, 7)) == 7
    assert read_kijktoken(new, make_kijktoken(old, 7)) is None
