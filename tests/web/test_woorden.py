"""Every status of every level has its page and its words, in both languages; a new status stops the start until it has."""

from __future__ import annotations

import pytest

from betaalhub.domain.statuses import (
    BetaalopdrachtStatus,
    BetalingStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    WinkelmandjeStatus,
)
from betaalhub.domain.uitval import UITVAL as KINDS
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.paginastatus import Beeld, OpdrachtFeiten, Opdrachtpagina, Paginastatus, opdracht_page, page_of
from betaalhub.web.portal.pages import PAGES, Finds
from betaalhub.web.portal.woorden import LEVERING, OPDRACHT, TERUGBETALING, TERUGBOEKING, TOLD_BY, UITVAL
from betaalhub.web.texts import Taal, load_texts

VALUES = {"amount": "€ 1", "back": "€ 1", "received": "€ 1", "taken": "€ 1", "coming": "€ 1", "date": "1 mei"}
TITLES = ("status.title.{}", "status.text.{}")


@pytest.fixture(params=Taal)
def t(request):
    return load_texts()[request.param]


def said(t, key):
    """The text with its amounts: no place is left open."""
    text = t(key, **VALUES)
    assert text and "%(" not in text
    return text


def opdracht(status, **facts):
    values = {"totaal_cent": 100, "ontvangen_cent": 0, "terugbetaald_cent": 0, "teruggeboekt_cent": 0, **facts}
    return OpdrachtFeiten(status, **values)


def beeld(mandje=WinkelmandjeStatus.OPEN, betaling=None, *opdrachten, **more):
    found = opdrachten or (opdracht(BetaalopdrachtStatus.OPEN),)
    return Beeld(mandje, betaling, more.pop("reden", None), found, **more)


def has_texts(t, page):
    if page is not Paginastatus.GONE:
        for key in TITLES:
            said(t, key.format(page))
        assert said(t, PAGES[page].next_key)
    said(t, f"status.title.{page}")
    said(t, f"find.next.{PAGES[page].finds}")


@pytest.mark.parametrize("status", [None, *BetalingStatus])
def test_every_status_of_a_betaling_has_its_page_and_texts(t, status):
    has_texts(t, page_of(beeld(betaling=status)))


@pytest.mark.parametrize("status", BetaalopdrachtStatus)
@pytest.mark.parametrize("came_in", [0, 100])
def test_every_status_of_a_betaalopdracht_has_its_words_and_page(t, status, came_in):
    one = opdracht(status, ontvangen_cent=came_in)
    said(t, OPDRACHT[opdracht_page(one)])
    for mandje in WinkelmandjeStatus:
        for betaling in (None, *BetalingStatus):
            has_texts(t, page_of(beeld(mandje, betaling, one)))


def test_the_winkelmandje_of_every_status_has_a_page():
    shown = {status: page_of(beeld(status)) for status in WinkelmandjeStatus}
    assert shown == {
        WinkelmandjeStatus.OPEN: Paginastatus.CART,
        WinkelmandjeStatus.AFREKENEN: Paginastatus.CART,
        WinkelmandjeStatus.BETAALD: Paginastatus.CART,
        WinkelmandjeStatus.VERLOPEN: Paginastatus.GONE,
    }  # without a betaling: AFREKENEN and BETAALD never are


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (LeveringStatus, LEVERING),
        (TerugbetalingStatus, TERUGBETALING),
        (TerugboekingStatus, TERUGBOEKING),
        (Opdrachtpagina, OPDRACHT),
        (UitvalSoort, UITVAL),
    ],
)
def test_every_other_status_has_its_words(t, kind, table):
    assert set(table) == set(kind)
    for key in filter(None, table.values()):
        said(t, key)


def test_only_a_rejected_terugbetaling_is_silent():
    assert [status for status, key in TERUGBETALING.items() if not key] == [TerugbetalingStatus.AFGEWEZEN]


def test_every_kind_of_uitval_is_told_by_a_notice_a_page_or_on_purpose_by_nobody():
    assert {one for one in UitvalSoort if bool(UITVAL[one]) == (one in TOLD_BY)} == set()
    pages = set(Paginastatus) | {"levering", "winkelmandje", "niemand"}
    assert set(TOLD_BY.values()) <= pages


def test_what_takes_leverbaar_away_is_never_told_by_nobody():
    silent = {one for one, by in TOLD_BY.items() if by == "niemand"}
    assert not {one for one in silent if KINDS[one].blocks_leverbaar}


PAID = opdracht(BetaalopdrachtStatus.BETAALD, ontvangen_cent=100)
BACK = opdracht(BetaalopdrachtStatus.TERUGBETAALD, ontvangen_cent=100, terugbetaald_cent=100)
LATE = opdracht(BetaalopdrachtStatus.VERLOPEN, ontvangen_cent=100, uitval=frozenset({UitvalSoort.LAAT_BETAALD}))
DOUBLE = opdracht(BetaalopdrachtStatus.BETAALD, ontvangen_cent=200, uitval=frozenset({UitvalSoort.DUBBEL_BETAALD}))
DIFFERS = opdracht(BetaalopdrachtStatus.IN_BETALING, uitval=frozenset({UitvalSoort.BEDRAG_AFWIJKEND}))
TAKEN = opdracht(BetaalopdrachtStatus.BETAALD, ontvangen_cent=100, teruggeboekt_cent=100)
COMING = opdracht(BetaalopdrachtStatus.BETAALD, ontvangen_cent=100, komt_cent=100)
B, P = BetalingStatus, Paginastatus


@pytest.mark.parametrize(
    ("found", "page"),
    [
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, PAID), P.PAID),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, BACK), P.REFUNDED),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, PAID, BACK), P.PART_REFUNDED),
        (beeld(WinkelmandjeStatus.VERLOPEN, B.BETAALD, LATE), P.LATE),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, PAID, LATE), P.PAID),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, DOUBLE), P.DOUBLE),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, DOUBLE, los_cent=100), P.DOUBLE_BACK),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, TAKEN), P.TAKEN_BACK),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, COMING), P.COMING_BACK),
        (beeld(WinkelmandjeStatus.BETAALD, B.BETAALD, COMING, PAID), P.PAID),
        (beeld(WinkelmandjeStatus.AFREKENEN, B.IN_BEHANDELING, DIFFERS, los_ontvangen_cent=90), P.DIFFERS),
        (
            beeld(WinkelmandjeStatus.AFREKENEN, B.IN_BEHANDELING, DIFFERS, los_ontvangen_cent=90, los_cent=90),
            P.COMING_BACK,
        ),
        (beeld(WinkelmandjeStatus.OPEN, B.MISLUKT, reden="BEDRAG_TERUGBETAALD"), P.RETURNED),
        (beeld(WinkelmandjeStatus.OPEN, B.MISLUKT, reden="BEDRAG_TERUGGEBOEKT"), P.RETURNED),
    ],
)
def test_the_page_follows_from_the_facts(found, page):
    assert page_of(found) == page


def test_every_page_can_be_reached_from_some_facts():
    reached = {
        page_of(beeld(mandje, betaling)) for mandje in WinkelmandjeStatus for betaling in (None, *BetalingStatus)
    }
    late = {P.LATE, P.DOUBLE, P.DOUBLE_BACK, P.TAKEN_BACK, P.COMING_BACK, P.REFUNDED, P.PART_REFUNDED, P.DIFFERS}
    assert reached | late | {P.RETURNED} == set(Paginastatus)


def test_a_promise_of_money_is_made_only_where_it_was_decided(t):
    promise = "krijgt" if t.taal is Taal.NL else "will get"
    promising = {page for page in Paginastatus if page is not P.GONE and promise in said(t, f"status.text.{page}")}
    assert promising == {P.DOUBLE_BACK, P.COMING_BACK}


def test_every_advice_of_the_search_is_used():
    assert {page.finds for page in PAGES.values()} == set(Finds)
