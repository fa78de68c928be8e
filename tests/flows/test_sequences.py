"""Whatever comes, goes, comes back and is accepted, in whichever order: the books say where every cent is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.boeking import btw_deel
from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging
from betaalhub.domain.statuses import BtwCode
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.verval import expire
from betaalhub.storage.database import make_engine
from betaalhub.storage.tables import BetalingRow, JournaalpostRow, TerugboekingRow, ToewijzingRow
from tests.flows.movements import ASIDE, DONE, FAILED, TUSSEN, balances, may, resolves, says, taken, waiting
from tests.flows.town import PARKEREN, Town, make_town, rapport
from tests.storage.conftest import sqlite_template  # noqa: F401  the empty register

PAS = ProductregelVerzoek(2, "AFVALPAS", "Vervangende afvalpas", 1, 1_210)
PRICE = PARKEREN.bedrag_cent + PAS.bedrag_cent
BTW = btw_deel(PAS.bedrag_cent, BtwCode.HOOG)
STEP = st.one_of(
    st.tuples(st.just("take"), st.integers(1, PRICE + 2_000)),
    st.tuples(st.just("return"), st.integers(0, 3)),
    st.tuples(st.just("accept"), st.just(0)),
)


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Callable[[], Engine]:  # noqa: F811  the fixture
    """An empty register, again for each sequence."""

    def make() -> Engine:
        shutil.copy(sqlite_template, tmp_path / "register.sqlite3")
        return make_engine(f"sqlite:///{tmp_path}/register.sqlite3")

    return make


def late(town: Town) -> BetalingRow:
    """Two productregels, one with btw, paid after they expired."""
    antwoord = town.offers(PARKEREN, PAS, zender="parkeren")
    assert town.pays(antwoord).url
    (betaling,) = town.all(BetalingRow)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.CANCELLED, cents=PRICE, at=town.clock()))
    town.clock.forward(days=20)
    row = town.opdracht(antwoord)
    town.does(lambda session: expire(session, row.id, keys=town.hub.keys, now=town.clock()))
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=PRICE, at=town.clock()))
    return betaling


def check(town: Town) -> None:
    """The tussenrekening holds what the PSP holds; the rest is proceeds and btw, or lies aside, never both."""
    found = balances(town)
    gone = sum(row.bedrag_cent for row in town.all(TerugboekingRow) if row.status != "GEWONNEN")
    held = sum(row.gereserveerd_cent for row in town.all(ToewijzingRow))
    assert sum(found.values()) == 0
    assert found.get(TUSSEN, 0) == PRICE - gone
    assert town.all(BetalingRow)[0].gereserveerd_cent == min(gone, PRICE) >= held
    beyond = gone - held
    accepted = any(row.sleutel.startswith("AANVAARD:") for row in town.all(JournaalpostRow))
    assert found.get(ASIDE, 0) == beyond - (0 if accepted else PRICE - held)
    if accepted:
        pas = max(town.all(ToewijzingRow), key=lambda row: row.id)
        assert -found.get("1590", 0) == BTW - btw_deel(pas.gereserveerd_cent, BtwCode.HOOG)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=7))
def test_every_cent_is_where_the_books_say(fresh: Callable[[], Engine], steps: list[tuple[str, int]]) -> None:
    engine = fresh()
    town, movements = make_town(engine), list[PspBeweging]()
    betaling = late(town)
    check(town)
    for what, number in steps:
        if what == "take":
            movements.append(taken(number, psp_id=f"1:chargeback:C{len(movements)}"))
        elif what == "return" and movements:
            place = number % len(movements)
            back = movements[place].status == DONE
            movements[place] = taken(
                movements[place].amount_cents, FAILED if back else DONE, psp_id=movements[place].psp_id
            )
        elif what == "accept" and "LAAT_BETAALD" in waiting(town) and "ACCEPTEREN" in may(town, "LAAT_BETAALD"):
            resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN)
        says(town, betaling, *movements, cents=PRICE)
        check(town)
    assert all(one.status in (BewegingStatus.DONE, BewegingStatus.FAILED) for one in movements)
    engine.dispose()
