"""Pages while others write: what was there at the first page comes exactly once, whatever is added in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, update

from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.klantoverzicht import vraag_klantoverzicht
from betaalhub.flows.wijzigingen import number_wijzigingen, vraag_wijzigingen
from betaalhub.flows.zoek import find_betalingen
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetaalopdrachtRow
from tests.flows.town import ESB, Town, make_town

KLANT = "klant-0000000001"
Page = tuple[list[str], str | None]  # betaalkenmerken, and where it goes on


@pytest.fixture
def town(engine: Engine) -> Town:
    return make_town(engine)


def searching(town: Town) -> Callable[[str | None], Page]:
    """Pages of three, of the period around now."""
    day = town.clock().date()
    vraag = Zoekvraag(vanaf=day - timedelta(days=1), tot_en_met=day + timedelta(days=1))

    def page(vervolg: str | None) -> Page:
        with reading(town.hub.sessions) as session:
            found = find_betalingen(session, vraag, zender="vergunningen", aanroeper=ESB, portaal=town.hub.portaal,
                                    maximum=3, vervolg=vervolg)  # fmt: skip
        return [one.betaalkenmerk for one in found.gevonden], found.vervolg

    return page


def of_the_klant(town: Town) -> Callable[[str | None], Page]:
    def page(vervolg: str | None) -> Page:
        with reading(town.hub.sessions) as session:
            found = vraag_klantoverzicht(session, zender="vergunningen", aanroeper=ESB, klant_kenmerk=KLANT, vervolg=vervolg,
                                         portaal=town.hub.portaal, now=town.clock(), attempt=town.hub.attempt)  # fmt: skip
        return [one.betaalkenmerk for one in found.regels], found.vervolg

    return page


def all_pages(page: Callable[[str | None], Page], meanwhile: Callable[[], object]) -> list[str]:
    seen, vervolg = page(None)
    while vervolg is not None:
        meanwhile()
        more, vervolg = page(vervolg)
        seen += more
    return seen


def offers(town: Town, number: int) -> str:
    """Two of three at the very same moment."""
    town.clock.forward(seconds=number % 3 // 2)
    return town.offers(klant_kenmerk=KLANT).betaalkenmerk


def test_a_search_tells_each_once_newest_first_while_new_ones_come(town: Town) -> None:
    there, numbers = [offers(town, number) for number in range(10)], count()

    def meanwhile() -> None:
        offers(town, 0)  # at the moment of the newest that was seen
        offers(town, 2)
        change = update(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == there[next(numbers)])
        town.does(lambda session: session.execute(change.values(status="INGETROKKEN")))

    assert all_pages(searching(town), meanwhile) == there[::-1]


def test_the_overview_of_a_klant_tells_each_once_while_new_ones_come(town: Town) -> None:
    there = [offers(town, number) for number in range(104)]  # a page is a hundred, and ends between two of one moment
    assert all_pages(of_the_klant(town), lambda: offers(town, 0)) == there[::-1]


def test_the_feed_tells_each_once_and_goes_on_with_what_came_meanwhile(town: Town) -> None:
    made = [offers(town, number) for number in range(5)]
    zender = town.all(BetaalopdrachtRow)[0].zender_id
    seen: list[str] = []
    place, complete = 0, False
    while not complete:
        town.does(lambda session: number_wijzigingen(session, zender))
        with reading(town.hub.sessions) as session:
            part = vraag_wijzigingen(session, zender="vergunningen", aanroeper=ESB, vanaf=place, maximum=2)
        seen += [one.betaalkenmerk for one in part.wijzigingen]
        place, complete = part.volgende, part.compleet
        if len(made) < 8:
            made.append(offers(town, 0))
            complete = False
    assert (sorted(seen), place) == (sorted(made), 8)
