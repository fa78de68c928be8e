"""A search finds exactly what fits: every combination of filters is compared with looking at each betaalopdracht by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.zoek import find_betalingen
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetaalopdrachtRow, ProductregelRow, WinkelmandjeRow, ZenderRow
from tests.flows.town import ESB, PARKEREN, VERGUNNING, Town, make_town

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 10, 23)  # the clock goes back on the 25th
OMGEVING = replace(VERGUNNING, productcode="OMGEVING", bedrag_cent=8_450)
ZAKEN = ("ZAAK-1", "ZAAK-2")
KLANTEN = ("klant-0000000001", "klant-0000000002")


@pytest.fixture
def searched(engine: Engine) -> Town:
    """Forty betaalopdrachten of two zenders, over five days, in every status."""
    town, draw = make_town(engine), random.Random(4827)
    town.clock.now = datetime.combine(FIRST, datetime.min.time(), AMSTERDAM).astimezone(UTC)
    for number in range(40):
        town.clock.forward(hours=draw.choice([0, 1, 3, 6]), microseconds=draw.randrange(1_000_000))
        zaak, klant = draw.choice([None, *ZAKEN]), draw.choice([None, *KLANTEN])
        lines = draw.choice([(VERGUNNING,), (OMGEVING,), (VERGUNNING, replace(OMGEVING, regelnummer=2))])
        parkeren = number % 4 == 0
        lines = (PARKEREN,) if parkeren else lines
        lines = (replace(lines[0], zaaknummer=zaak), *lines[1:])
        offered = town.offers(*lines, zender="parkeren" if parkeren else "vergunningen", klant_kenmerk=klant)
        status = {"status": draw.choice(list(BetaalopdrachtStatus))}
        mine = BetaalopdrachtRow.kenmerk == offered.betaalkenmerk
        town.does(
            lambda session, values=status, mine=mine: session.execute(
                update(BetaalopdrachtRow).where(mine).values(values)
            )
        )
    rows = [row for row in town.all(BetaalopdrachtRow) if row.status == "OPEN"]
    for row in rows[1:]:  # some lie in one winkelmandje, also of different zenders
        town.does(
            lambda session, row=row: session.execute(
                update(BetaalopdrachtRow)
                .where(BetaalopdrachtRow.id == row.id)
                .values(winkelmandje_id=rows[0].winkelmandje_id)
            )
        )
    return town


def by_hand(town: Town, zender_id: int, vraag: Zoekvraag) -> list[str]:
    """Look at each betaalopdracht, one by one."""
    mandjes = {row.id: row.kenmerk for row in town.all(WinkelmandjeRow)}
    regels = town.all(ProductregelRow)

    def fits(row: BetaalopdrachtRow) -> bool:
        mine = [regel for regel in regels if regel.betaalopdracht_id == row.id]
        day = row.aangemaakt_op.astimezone(AMSTERDAM).date()
        return all((
            row.zender_id == zender_id,
            vraag.vanaf is None or vraag.tot_en_met is None or vraag.vanaf <= day <= vraag.tot_en_met,
            not vraag.statussen or row.status in vraag.statussen,
            vraag.productcode is None or vraag.productcode in {regel.productcode for regel in mine},
            vraag.zaaknummer is None or vraag.zaaknummer in {regel.zaaknummer for regel in mine},
            vraag.vanaf_cent is None or row.totaal_cent >= vraag.vanaf_cent,
            vraag.tot_en_met_cent is None or row.totaal_cent <= vraag.tot_en_met_cent,
            vraag.klant_kenmerk in (None, row.klant_kenmerk),
            vraag.betaalkenmerk in (None, row.kenmerk, mandjes[row.winkelmandje_id]),
        ))  # fmt: skip

    rows = sorted(town.all(BetaalopdrachtRow), key=lambda row: (row.aangemaakt_op, row.id), reverse=True)
    return [row.kenmerk for row in rows if fits(row)]


def on_pages(town: Town, zender: str, vraag: Zoekvraag, maximum: int) -> list[str]:
    """What the pages tell, one after the other."""
    found: list[str] = []
    vervolg = None
    while True:
        with reading(town.hub.sessions) as session:
            page = find_betalingen(session, vraag, zender=zender, aanroeper=ESB, portaal=town.hub.portaal, maximum=maximum, vervolg=vervolg)  # fmt: skip
        found += [one.betaalkenmerk for one in page.gevonden]
        assert len(page.gevonden) <= maximum
        if (vervolg := page.vervolg) is None:
            return found
        assert len(page.gevonden) == maximum


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.none() | st.sampled_from(values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_combined_the_pages_tell_what_fits_newest_first(searched: Town, data: st.DataObject) -> None:
    kenmerken = [row.kenmerk for row in searched.all(BetaalopdrachtRow)] + [row.kenmerk for row in searched.all(WinkelmandjeRow)]  # fmt: skip
    vanaf = FIRST + timedelta(days=data.draw(st.integers(0, 5)))
    low = data.draw(maybe(1, 8_450, 18_750))
    vraag = Zoekvraag(
        vanaf=vanaf,
        tot_en_met=vanaf + timedelta(days=data.draw(st.integers(0, 5))),
        statussen=frozenset(data.draw(st.sets(st.sampled_from(BetaalopdrachtStatus), max_size=4))),
        productcode=data.draw(maybe("EVENEMENT", "OMGEVING", "PARKEREN", "ONBEKEND")),
        zaaknummer=data.draw(maybe(*ZAKEN, "ZAAK-3")),
        vanaf_cent=low,  # type: ignore[arg-type]
        tot_en_met_cent=data.draw(maybe(18_750, 27_200, 99_999)) if low is None else None,
        klant_kenmerk=data.draw(maybe(*KLANTEN)),
        betaalkenmerk=data.draw(st.none() | st.sampled_from(kenmerken)),
    )
    zender = data.draw(st.sampled_from(["vergunningen", "parkeren"]))
    zender_id = next(row.zender_id for row in searched.all(BetaalopdrachtRow) if _code(searched, row) == zender)
    assert on_pages(searched, zender, vraag, data.draw(st.integers(1, 7))) == by_hand(searched, zender_id, vraag)


def _code(town: Town, row: BetaalopdrachtRow) -> str:
    with reading(town.hub.sessions) as session:
        return session.get_one(ZenderRow, row.zender_id).code
