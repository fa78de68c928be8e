"""No state without a scene: every member of the portal's closed tables is shown to a browser. Needs none itself."""

from __future__ import annotations

import pytest

from betaalhub.domain.mail import MailSoort
from betaalhub.flows.departures import Why
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.web.portal.pages import NOTICES, PAGES, Finds, Shows
from tests.browser.scenes import SCENES


def names(shown: object, begin: str = "") -> list[str]:
    return [name for name, one in SCENES.items() if shown in one.shows and name.startswith(begin)]


@pytest.mark.parametrize("paginastatus", Paginastatus)
def test_every_page_state_is_shown_as_its_page(paginastatus: Paginastatus) -> None:
    gone = PAGES[paginastatus].shows is Shows.GONE
    assert names(paginastatus, "winkelmandje" if gone else "status")


@pytest.mark.parametrize("paginastatus", [name for name, page in PAGES.items() if page.receipt])
def test_every_state_with_a_betaalbewijs_shows_it(paginastatus: Paginastatus) -> None:
    assert names(paginastatus, "bewijs")


@pytest.mark.parametrize("said", [*NOTICES, *(page.notice for page in PAGES.values() if page.notice)])
def test_every_notice_above_the_winkelmandje_is_shown(said: str) -> None:
    assert names(said)


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 429, 500, 503])
def test_every_error_page_is_shown(status: int) -> None:
    assert names(status)


@pytest.mark.parametrize("advice", Finds)
def test_every_advice_to_who_asks_where_her_betaling_is_is_shown(advice: Finds) -> None:
    assert names(f"find.next.{advice}", "gevonden")


@pytest.mark.parametrize("soort", MailSoort)
def test_every_mail_is_shown(soort: MailSoort) -> None:
    assert names(soort, "mail")


@pytest.mark.parametrize("why", Why)
def test_every_reason_why_something_left_a_winkelmandje_is_shown(why: Why) -> None:
    assert names(why, "nieuws")
