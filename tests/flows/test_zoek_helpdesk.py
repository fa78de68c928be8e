"""The helpdesk finds a betaalopdracht by anything that somebody can read to it, and leaves a trace where it looks for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from betaalhub.domain.betaalopdracht import Betaler
from betaalhub.domain.kenmerk import betalingskenmerk, format_kenmerk
from betaalhub.domain.statuses import BetaalopdrachtStatus, BetalerSoort
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.zoek_helpdesk import (
    HelpdeskPagina,
    Helpdeskvraag,
    find_for_helpdesk,
    note_search_by_name,
)
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetaalopdrachtRow, GebeurtenisRow
from tests.flows.town import PARKEREN, VERGUNNING, Town

SJAAN = Betaler(BetalerSoort.BURGER, "Sjaan van Zomeren", None, "nl")


def finds(town: Town, *, maximum: int = 50, na: str | None = None, **given: Any) -> HelpdeskPagina:
    """Ask; `kenmerk`, `naam`, `zender` and `administratie` are the helpdesk's own, the rest is the question's."""
    own = {name: given.pop(name) for name in ("kenmerk", "naam", "zender", "administratie") if name in given}
    vraag = Helpdeskvraag(Zoekvraag(**given), **own)
    with reading(town.hub.sessions) as session:
        return find_for_helpdesk(session, vraag, now=town.clock(), maximum=maximum, na=na)


def kenmerken(page: HelpdeskPagina) -> list[str]:
    return [one.betaalkenmerk for one in page.gevonden]


def test_any_reference_finds_it_without_a_period(town: Town) -> None:
    antwoord, betaling = town.paid()
    own = town.opdracht(antwoord).eigen_kenmerk
    town.clock.forward(days=400)
    town.offers()
    spoken = (antwoord.betaalkenmerk, format_kenmerk(antwoord.winkelmandje), betalingskenmerk(antwoord.winkelmandje))
    for reference in (*spoken, own, betaling.psp_referentie):
        page = finds(town, kenmerk=reference)
        assert kenmerken(page) == [antwoord.betaalkenmerk], reference
        assert (page.aantal, page.na, page.vanaf) == (1, None, None)
    for unknown in ("onbekend", "482710936577", "een kenmerk dat langer is dan er ooit een was, in geen enkel systeem"):
        assert kenmerken(finds(town, kenmerk=unknown)) == []


def test_a_winkelmandje_gives_all_that_lies_in_it_the_newest_first(town: Town) -> None:
    first = town.offers()
    town.clock.forward(minutes=1)
    second = town.offers(PARKEREN, zender="parkeren")
    town.joins(second, first)
    page = finds(town, kenmerk=first.winkelmandje)
    assert kenmerken(page) == [second.betaalkenmerk, first.betaalkenmerk]
    assert {one.zender for one in page.gevonden} == {"parkeren", "vergunningen"}


def test_without_a_period_it_is_about_the_last_thirty_days(town: Town) -> None:
    town.offers()
    town.clock.forward(days=30)
    young = town.offers()
    page = finds(town)
    assert kenmerken(page) == [young.betaalkenmerk]
    assert page.tot_en_met == date(2026, 12, 24)
    assert page.vanaf == date(2026, 11, 25)
    assert finds(town, vanaf=date(2026, 11, 24)).aantal == 2
    assert finds(town, tot_en_met=date(2026, 11, 30)).aantal == 1


def test_everything_that_is_given_must_hold(town: Town) -> None:
    paid, _ = town.paid()
    other = town.offers(replace(PARKEREN, zaaknummer="Z-7"), zender="parkeren", klant_kenmerk="klant-7")
    assert kenmerken(finds(town, zender="parkeren")) == [other.betaalkenmerk]
    assert kenmerken(finds(town, productcode="EVENEMENT")) == [paid.betaalkenmerk]
    assert kenmerken(finds(town, statussen=frozenset({BetaalopdrachtStatus.BETAALD}))) == [paid.betaalkenmerk]
    assert kenmerken(finds(town, vanaf_cent=9_600, tot_en_met_cent=9_600)) == [other.betaalkenmerk]
    assert kenmerken(finds(town, vanaf_cent=9_601)) == [paid.betaalkenmerk]
    assert kenmerken(finds(town, zaaknummer="Z-7")) == [other.betaalkenmerk]
    assert kenmerken(finds(town, klant_kenmerk="klant-7")) == [other.betaalkenmerk]
    assert kenmerken(finds(town, klant_kenmerk="klant-7", zender="vergunningen")) == []


def test_pages_go_on_where_the_last_one_ended_while_new_ones_come(town: Town) -> None:
    for _ in range(7):
        town.offers()  # all at the same moment: the number decides
    expected = kenmerken(finds(town))
    first = finds(town, maximum=3)
    assert (first.aantal, first.na) == (7, expected[2])
    town.clock.forward(seconds=1)
    town.offers()
    second = finds(town, maximum=3, na=first.na)
    third = finds(town, maximum=3, na=second.na)
    assert kenmerken(first) + kenmerken(second) + kenmerken(third) == expected
    assert third.na is None


def test_a_name_is_found_and_only_then_shown(town: Town) -> None:
    sjaan = town.offers(betaler=SJAAN)
    town.offers(betaler=replace(SJAAN, naam="Piet Zomer"))
    town.offers()
    found = finds(town, naam="van zoméren")
    assert [(one.betaalkenmerk, one.naam) for one in found.gevonden] == [(sjaan.betaalkenmerk, SJAAN.naam)]
    assert finds(town, naam="zom").aantal == 2
    assert {one.naam for one in finds(town).gevonden} == {None}


def test_who_looks_for_a_person_leaves_a_trace_that_does_not_name_her(town: Town) -> None:
    vraag = Helpdeskvraag(Zoekvraag(), naam="Zomeren")
    door = Door("F. de Vries", town.clock())
    town.does(lambda session: note_search_by_name(session, vraag, door))
    town.does(lambda session: note_search_by_name(session, Helpdeskvraag(Zoekvraag()), door))
    (trace,) = [row for row in town.all(GebeurtenisRow) if row.soort == "GEZOCHT_OP_NAAM"]
    assert (trace.wie, trace.tijdstip, trace.onderwerp) == ("F. de Vries", town.clock(), "ADMINISTRATIE")
    assert "zomeren" not in repr(vars(trace)).lower()


def test_the_name_to_search_by_goes_when_the_name_goes(town: Town) -> None:
    town.offers(betaler=SJAAN)
    forget = update(BetaalopdrachtRow).values(betaler_naam=None)
    with pytest.raises(IntegrityError, match="ck_opdracht_zoeknaam"):
        town.does(lambda session: session.execute(forget))
    town.does(lambda session: session.execute(forget.values(zoeknaam=None)))


def test_what_can_not_be_is_told(town: Town) -> None:
    for wrong in (
        {"vanaf": date(2026, 11, 2), "tot_en_met": date(2026, 11, 1)},
        {"vanaf": date(2025, 1, 1), "tot_en_met": date(2026, 11, 1)},
        {"naam": "z"},
    ):
        with pytest.raises(Refusal) as refused:
            finds(town, **wrong)
        assert refused.value.code == "ZOEKVRAAG_ONJUIST"
    for unknown in (
        {"zender": "niemand"},
        {"zender": "een zender met een naam die langer is dan er ooit een was, in geen enkele catalogus"},
        {"productcode": "NIETS"},
        {"productcode": "een code die langer is dan er ooit een was, in geen enkele catalogus"},
        {"administratie": "nergens"},
        {"na": "482710936577"},
    ):
        with pytest.raises(NotFound):
            finds(town, **unknown)


def test_the_first_day_alone_reaches_to_today_and_is_refused_beyond_a_year(town: Town) -> None:
    town.offers(VERGUNNING)
    today = finds(town).tot_en_met
    assert today
    page = finds(town, vanaf=today - timedelta(days=365))
    assert (page.tot_en_met, page.aantal) == (today, 1)
    with pytest.raises(Refusal, match="hooguit 366 dagen; geef --tot"):
        finds(town, vanaf=today - timedelta(days=366))
