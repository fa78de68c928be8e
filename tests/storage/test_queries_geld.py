"""The named reads about money: what pays, what goes back and what was taken back, over several betaalopdrachten and betalingen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductgroepRow,
    ProductRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
    WinkelmandjeRow,
)
from tests.storage.building import NOW, NUMBERS, Register, make_betaling, make_mandje, make_opdracht, make_product, put

TODAY = date(2026, 11, 24)


@pytest.fixture
def session(sessions: sessionmaker[Session], register: Register) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def paid(session: Session, register: Register) -> Paid:
    return Paid(session, register)


class Paid:
    """A winkelmandje with two betaalopdrachten of € 12,50 and € 20,00 in two productregels, paid together."""

    def __init__(self, session: Session, register: Register) -> None:
        self.session, self.register = session, register
        self.mandje = make_mandje(session, register)
        self.small = make_opdracht(session, register, self.mandje, cents=(1250,))
        self.large = make_opdracht(session, register, self.mandje, cents=(1500, 500))
        self.betaling = self.pay(self.mandje, self.small, self.large)

    def pay(self, mandje: WinkelmandjeRow, *opdrachten: BetaalopdrachtRow, **more: Any) -> BetalingRow:
        regels = list(queries.regels_of(self.session, [row.id for row in opdrachten]))
        return make_betaling(self.session, self.register, mandje, regels, **{"status": "BETAALD", **more})

    def toewijzing(self, opdracht: BetaalopdrachtRow, cents: int) -> ToewijzingRow:
        """The one of so many cents on this betaalopdracht."""
        covered = select(ToewijzingRow).where(ToewijzingRow.bedrag_cent == cents)
        mine = {regel.id for regel in queries.regels_of(self.session, [opdracht.id])}
        return next(row for row in self.session.scalars(covered) if row.productregel_id in mine)

    def give_back(self, *parts: tuple[ToewijzingRow, int], status: str = "VOLTOOID") -> TerugbetalingRow:
        """Of these cents of toewijzingen; without any, a cent of the surplus."""
        row = TerugbetalingRow(
            administratie_id=self.register.administratie_id, betaling_id=self.betaling.id, nummer=f"T{next(NUMBERS)}",
            status=status, status_op=NOW, bedrag_cent=sum(cents for _, cents in parts) or 1, aangevraagd_door="J. Jansen",
            aangevraagd_op=NOW,
        )  # fmt: skip
        put(self.session, row)
        for toewijzing, cents in parts:
            put(
                self.session,
                TerugbetalingRegelRow(terugbetaling_id=row.id, toewijzing_id=toewijzing.id, bedrag_cent=cents),
            )
        return row

    def take_back(self, toewijzing: ToewijzingRow, cents: int, *, status: str = "GEMELD") -> TerugboekingRow:
        row = TerugboekingRow(
            administratie_id=self.register.administratie_id, betaling_id=self.betaling.id, psp_id=f"B{next(NUMBERS)}",
            status=status, status_op=NOW, bedrag_cent=cents, gemeld_op=NOW,
        )  # fmt: skip
        put(self.session, row)
        put(self.session, TerugboekingRegelRow(terugboeking_id=row.id, toewijzing_id=toewijzing.id, bedrag_cent=cents))
        return row


def test_the_first_that_turned_out_paid_pays(session: Session, paid: Paid) -> None:
    elsewhere = make_mandje(session, paid.register)
    earlier = paid.pay(elsewhere, paid.small)
    paid.pay(elsewhere, paid.small, status="MISLUKT")
    assert queries.paying(session, paid.small.id) is paid.betaling  # of the same moment: the first that was made
    earlier.status_op = NOW - timedelta(seconds=1)
    session.flush()
    assert queries.paying(session, paid.small.id) is earlier
    assert queries.paying(session, paid.large.id) is paid.betaling
    assert set(queries.paid_by(session, [paid.small.id])) == {paid.betaling, earlier}
    assert list(queries.paid_by(session, [paid.large.id])) == [paid.betaling]


def test_what_the_bank_took_back_counts_until_it_is_won(session: Session, paid: Paid) -> None:
    both = [paid.small.id, paid.large.id]
    assert queries.teruggeboekt(session, both) == {}
    paid.take_back(paid.toewijzing(paid.large, 1500), 1000)
    second = paid.take_back(paid.toewijzing(paid.large, 500), 500, status="VERLOREN")
    won = paid.take_back(paid.toewijzing(paid.small, 1250), 1250, status="GEWONNEN")
    assert queries.teruggeboekt(session, both) == {paid.large.id: 1500}
    taken = terugbetaling_queries.taken_of_betaling(session, paid.betaling.id)
    assert second in taken and won not in taken and len(taken) == 2


def test_a_terugbetaling_knows_its_regels_in_order(session: Session, paid: Paid) -> None:
    last, first = paid.toewijzing(paid.large, 500), paid.toewijzing(paid.small, 1250)
    back = paid.give_back((last, 500), (paid.toewijzing(paid.large, 1500), 1), (first, 250))
    found = terugbetaling_queries.regels_of(session, back.id)
    assert [(regel.bedrag_cent, line.betaalopdracht_id, line.regelnummer) for regel, line in found] == [
        (250, paid.small.id, 1), (1, paid.large.id, 1), (500, paid.large.id, 2)]  # fmt: skip
    assert list(terugbetaling_queries.of_betaling(session, paid.betaling.id)) == [back]


def test_what_goes_back_is_added_up_per_betaalopdracht_and_status(session: Session, paid: Paid) -> None:
    large, rest, small = (paid.toewijzing(*key) for key in ((paid.large, 1500), (paid.large, 500), (paid.small, 1250)))
    paid.give_back((large, 100), (rest, 50))
    paid.give_back((large, 7), (small, 3))
    paid.give_back((small, 20), status="AANGEVRAAGD")
    told = terugbetaling_queries.per_status(session, [paid.small.id, paid.large.id])
    assert sorted(told) == sorted([(paid.large.id, "VOLTOOID", 157), (paid.small.id, "VOLTOOID", 3),
                                   (paid.small.id, "AANGEVRAAGD", 20)])  # fmt: skip
    assert all(type(cents) is int for _, _, cents in told)


def test_of_one_over_several_only_the_part_of_these_is_told(session: Session, paid: Paid) -> None:
    over_both = paid.give_back((paid.toewijzing(paid.large, 1500), 7), (paid.toewijzing(paid.small, 1250), 3))
    surplus = paid.give_back()
    assert terugbetaling_queries.of_opdrachten(session, [paid.small.id]) == [(over_both, 3)]
    assert terugbetaling_queries.of_opdrachten(session, [paid.small.id, paid.large.id]) == [(over_both, 10)]
    assert list(terugbetaling_queries.around(session, paid.mandje.id, [paid.small.id])) == [over_both, surplus]
    moved = make_mandje(session, paid.register)
    assert list(terugbetaling_queries.around(session, moved.id, [paid.small.id])) == [over_both]


def test_what_is_promised_is_told_per_product(session: Session, paid: Paid) -> None:
    session.execute(update(ToewijzingRow).values(gereserveerd_cent=100))
    ask = (session, paid.betaling.id, paid.large.id)
    assert terugbetaling_queries.promised(*ask, ["PARKEREN", "EVENEMENT"]) == {"PARKEREN": 200}
    assert terugbetaling_queries.promised(*ask, ["EVENEMENT"]) == {}


def test_the_threshold_is_that_of_the_version_of_the_day_or_of_the_newest(session: Session, paid: Paid) -> None:
    groep = session.scalars(select(ProductgroepRow)).one()
    groep.vier_ogen_cent = 5000
    old = session.scalars(select(ProductRow).where(ProductRow.code == "PARKEREN")).one()
    old.vier_ogen_cent, old.geldig_tot = 100, TODAY
    new = make_product(paid.register.administratie_id, groep.id, "PARKEREN", van=date(2027, 1, 1))
    put(session, new)

    def on(day: date) -> dict[str, tuple[int | None, int | None]]:
        codes = ["PARKEREN", "ONBEKEND"]
        return terugbetaling_queries.thresholds(session, paid.register.administratie_id, codes, day)

    assert on(TODAY) == {"PARKEREN": (100, 5000)}
    assert on(TODAY + timedelta(days=1)) == on(date(2027, 2, 1)) == {"PARKEREN": (None, 5000)}


def test_the_newest_under_an_own_kenmerk_is_found(session: Session, paid: Paid) -> None:
    zender = paid.register.zender_id
    again = make_opdracht(session, paid.register, paid.mandje)
    again.eigen_kenmerk, again.aangemaakt_op = paid.small.eigen_kenmerk, NOW + timedelta(microseconds=1)
    session.flush()
    assert queries.newest_by_own_kenmerk(session, zender, paid.small.eigen_kenmerk) is again
    again.aangemaakt_op = NOW - timedelta(microseconds=1)
    session.flush()
    assert queries.newest_by_own_kenmerk(session, zender, paid.small.eigen_kenmerk) is paid.small
    assert queries.newest_by_own_kenmerk(session, zender + 1, paid.small.eigen_kenmerk) is None


def test_a_zender_sees_its_own_in_a_winkelmandje_and_a_klant_finds_the_open_one(session: Session, paid: Paid) -> None:
    zender, administratie = paid.register.zender_id, paid.register.administratie_id
    own = [queries.own_in_mandje(session, zender, paid.mandje.kenmerk, limit=most) for most in (1, 5)]
    assert [list(rows) for rows in own] == [[paid.small], [paid.small, paid.large]]
    assert queries.own_in_mandje(session, zender + 1, paid.mandje.kenmerk, limit=5) == []
    paid.small.klant_kenmerk = paid.large.klant_kenmerk = "klant-1"
    session.flush()
    assert queries.open_mandje_of_klant(session, administratie, "klant-1") == paid.mandje.id
    paid.large.winkelmandje_id = make_mandje(session, paid.register).id
    session.flush()
    assert queries.open_mandje_of_klant(session, administratie, "klant-1") == paid.large.winkelmandje_id
    session.execute(update(BetaalopdrachtRow).values(status="BETAALD"))
    assert queries.open_mandje_of_klant(session, administratie, "klant-1") is None


def test_more_than_fits_in_one_list_is_found_too(session: Session, paid: Paid) -> None:
    many = [*range(10_000_000, 10_001_200), paid.small.id, paid.large.id]
    assert len(queries.regels_of(session, many)) == 3
    assert queries.kenmerken_of(session, many) == {row.id: row.kenmerk for row in (paid.small, paid.large)}
    assert list(queries.paid_by(session, many)) == [paid.betaling]


def test_a_betaling_is_found_with_where_each_that_it_pays_lies_now(session: Session, paid: Paid) -> None:
    home, away = paid.mandje.id, make_mandje(session, paid.register)
    assert queries.places_of_betaling(session, paid.betaling.id) == (home, {paid.small.id: home, paid.large.id: home})
    paid.small.winkelmandje_id = away.id
    session.flush()
    assert queries.places_of_betaling(session, paid.betaling.id) == (
        home,
        {paid.small.id: away.id, paid.large.id: home},
    )


def test_a_winkelmandje_tells_what_lies_in_it_and_whether_somebody_is_paying(session: Session, paid: Paid) -> None:
    assert queries.stand_of_mandje(session, paid.mandje.id) == ([paid.small, paid.large], False)
    paid.pay(paid.mandje, paid.small, status="MISLUKT")
    assert not queries.stand_of_mandje(session, paid.mandje.id)[1]
    paid.pay(paid.mandje, paid.small, status="GESTART")
    assert queries.stand_of_mandje(session, paid.mandje.id) == ([paid.small, paid.large], True)
    empty = make_mandje(session, paid.register)
    assert queries.stand_of_mandje(session, empty.id) == ([], False)


def test_of_a_betaling_only_the_part_counts_that_pays_what_is_asked_about(session: Session, paid: Paid) -> None:
    ids = [paid.betaling.id]
    both, small, large = (
        queries.toegewezen_cent(session, ids, asked)
        for asked in ([paid.small.id, paid.large.id], [paid.small.id], [paid.large.id])
    )
    assert small[ids[0]] > 0 and both == {ids[0]: small[ids[0]] + large[ids[0]]}
    assert queries.toegewezen_cent(session, [], [paid.small.id]) == {}
