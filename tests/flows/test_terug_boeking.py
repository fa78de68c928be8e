"""What goes back leaves the accounts on which it lies, in whichever order, and what the ERP rejects is booked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.boeking import btw_deel
from betaalhub.domain.evidence import BewegingStatus
from betaalhub.domain.statuses import BoekingStatus, BtwCode
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Outcome, Refusal
from betaalhub.flows.book_again import book_again
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling_besluit import link
from betaalhub.storage.database import make_engine, migrate
from betaalhub.storage.tables import (
    BetalingRow,
    BoekingsleutelRow,
    BoekingsregelRow,
    JournaalpostRow,
    TerugbetalingRow,
    ToewijzingRow,
)
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, resolves, waiting
from tests.flows.refunds import RefundingPsp, asks_back, decides, lives, looks, refunding, terug, trouble, works
from tests.flows.town import PARKEREN, Town, make_town

PAS = ProductregelVerzoek(2, "AFVALPAS", "Vervangende afvalpas", 1, 1_210)
PRICE = PARKEREN.bedrag_cent + PAS.bedrag_cent
STEP = st.one_of(
    st.tuples(st.just("asks"), st.integers(1, PARKEREN.bedrag_cent), st.integers(1, PAS.bedrag_cent)),
    st.tuples(st.just("refused"), st.integers(1, PARKEREN.bedrag_cent), st.integers(1, PAS.bedrag_cent)),
    st.tuples(st.just("extern"), st.integers(1, PRICE), st.just(0)),
    st.tuples(st.just("links"), st.just(0), st.just(0)),
)


@pytest.fixture
def town(small_town: Town) -> Town:
    refunding(small_town)
    return small_town


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
    """Registers of one test, each new."""
    numbers = iter(range(10_000))

    def make() -> Engine:
        engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('terug')}/{next(numbers)}.sqlite3")
        migrate(engine)
        return engine

    return make


def set_keys(town: Town, **values: object) -> None:
    town.does(lambda session: session.execute(update(BoekingsleutelRow).values(**values)))


def rejected(town: Town, *prefixes: str) -> list[int]:
    """The ERP rejected these journaalposten; their ids."""
    ids = [row.id for row in town.all(JournaalpostRow) if row.sleutel.startswith(prefixes)]
    where = JournaalpostRow.id.in_(ids)
    town.does(lambda session: session.execute(update(JournaalpostRow).where(where).values(status="AFGEKEURD")))
    return ids


def again(town: Town, post_id: int) -> bool:
    return town.does(
        lambda session: book_again(session, session.get_one(JournaalpostRow, post_id), Door("beheer", town.clock()))
    )


def links(town: Town) -> None:
    for row in town.all(TerugbetalingRow):
        if row.status == "EXTERN":
            town.does(linking(town, row.nummer))


def linking(town: Town, nummer: str) -> Callable[[Session], object]:
    door = Door("J. Jansen", town.clock())
    return lambda session: link(session, nummer, None, door=door, keys=town.hub.keys)


def two_products(town: Town) -> object:
    """Two productregels, one with btw, paid."""
    refunding(town, paid=PRICE)
    town.psp.registered = PRICE  # type: ignore[attr-defined]
    antwoord = town.offers(PARKEREN, PAS, zender="parkeren")
    assert town.pays(antwoord).url
    looks(town)
    return antwoord


def check(town: Town) -> None:
    """The tussenrekening holds what the PSP holds, and proceeds and btw follow from what is gone of each productregel."""
    found, psp = balances(town), town.psp
    assert isinstance(psp, RefundingPsp)
    back = sum(one.amount_cents for one in psp.moved if one.status == BewegingStatus.DONE)
    assert sum(found.values()) == 0
    assert found.get(TUSSEN, 0) == PRICE - back
    gone = [row.gereserveerd_cent for row in sorted(town.all(ToewijzingRow), key=lambda row: row.id)]
    assert found.get(ASIDE, 0) == back - sum(gone)
    btw = btw_deel(PAS.bedrag_cent, BtwCode.HOOG) - btw_deel(gone[1], BtwCode.HOOG)
    assert (found.get("1590", 0), found.get("8321", 0)) == (-btw, gone[0] - PARKEREN.bedrag_cent)
    (betaling,) = town.all(BetalingRow)
    assert sum(gone) <= betaling.gereserveerd_cent <= PRICE


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=6))
def test_every_cent_that_goes_back_leaves_where_it_lies(
    fresh: Callable[[], Engine], steps: list[tuple[str, int, int]]
) -> None:
    engine = fresh()
    town = make_town(engine)
    antwoord = two_products(town)
    for what, first, second in steps:
        if what in ("asks", "refused"):
            town.psp.before = [trouble(Outcome.REFUSED)] * (what == "refused")  # type: ignore[attr-defined]
            try:
                asks_back(town, antwoord, first, second, zender="parkeren")
            except Refusal:
                continue
            decides(town)
            lives(town, minutes=10)
            town.psp.before = []  # type: ignore[attr-defined]
        elif what == "extern":
            town.psp.gives(first)  # type: ignore[attr-defined]
            looks(town)
        else:
            links(town)
        check(town)
    links(town)
    check(town)
    engine.dispose()


def test_money_that_came_late_goes_back_from_where_it_lies_aside(town: Town) -> None:
    antwoord, _ = town.paid()
    town.does(lambda session: session.execute(update(JournaalpostRow).values(soort="TE_VERREKENEN")))
    town.does(
        lambda session: session.execute(
            update(BoekingsregelRow)
            .where(BoekingsregelRow.grootboekrekening == PROCEEDS)
            .values(grootboekrekening=ASIDE, kostenplaats=None)
        )
    )
    asks_back(town, antwoord, 10_000)
    decides(town)
    lives(town, minutes=10)
    assert balances(town) == {TUSSEN: 8_750, ASIDE: -8_750}


def test_what_goes_back_before_its_proceeds_are_booked_is_booked_after_them(town: Town) -> None:
    set_keys(town, geldig_van=date(2030, 1, 1))
    antwoord = two_products(town)
    for cents in ((1_000, 3), (2_000, 3)):
        asks_back(town, antwoord, *cents, zender="parkeren")
        decides(town)
        lives(town, minutes=10)
    assert balances(town) == {}
    set_keys(town, geldig_van=date(2020, 1, 1))
    resolves(town, "CONFIG_ONGELDIG", Oplossing.OPNIEUW_BOEKEN)
    check(town)
    assert waiting(town) == []


@pytest.mark.parametrize("first", ["proceeds", "refund"])
def test_rejected_posts_meet_on_the_mended_account_in_either_order(town: Town, first: str) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord, 10_000)
    decides(town)
    lives(town, minutes=10)
    posts = rejected(town, "BETAALD:") + rejected(town, "TERUGBETALING:")
    set_keys(town, grootboekrekening="8999")
    for post in posts if first == "proceeds" else reversed(posts):
        assert again(town, post)
    assert balances(town) == {TUSSEN: 8_750, "8999": -8_750}
    assert {row.status for row in town.all(JournaalpostRow)} == {BoekingStatus.TE_BOEKEN}


def test_a_rejected_refund_found_at_the_psp_and_its_link_are_booked_again(town: Town) -> None:
    antwoord, _ = town.paid()
    town.psp.gives(5_000)  # type: ignore[attr-defined]
    looks(town)
    links(town)
    posts = rejected(town, "EXTERN:", "GEKOPPELD:")
    set_keys(town, grootboekrekening="8999")
    assert len(posts) == 2
    assert all(again(town, post) for post in posts)
    assert balances(town) == {TUSSEN: 13_750, PROCEEDS: -18_750, "8999": 5_000}
    assert town.opdracht(antwoord).terugbetaald_cent == 5_000


def test_without_a_valid_key_a_rejected_refund_waits(town: Town) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    lives(town, minutes=10)
    (post,) = rejected(town, "TERUGBETALING:")
    set_keys(town, geldig_van=date(2030, 1, 1))
    assert not again(town, post)
    works(town)
    assert terug(town).status == "VOLTOOID"
