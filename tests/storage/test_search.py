"""By a product a zender finds the same pages whichever way is walked: a plain query over random registers says which."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.storage.search import Place, find_page
from betaalhub.storage.tables import BetaalopdrachtRow, ProductregelRow, ZenderRow
from tests.storage.building import NOW, Register, make_mandje, make_opdracht, put

MONTH = Zoekvraag(vanaf=date(2026, 10, 26), tot_en_met=date(2026, 11, 24), productcode="PARKEREN")
OPEN = frozenset({BetaalopdrachtStatus.OPEN})


@pytest.fixture
def session(sessions: sessionmaker[Session], register: Register) -> Iterator[Session]:
    with sessions() as session:
        yield session


def fill(session: Session, register: Register, draw: random.Random, many: int) -> list[int]:
    """Betaalopdrachten of two zenders, some at one moment, some before the month, with any of two products or both or one twice.

    How many are whose, and who sells what, is drawn too: so that now the one is rare and then the other.
    """
    other = ZenderRow(administratie_id=register.administratie_id, code=f"zender-{draw.random()}", naam="B", actief=True)
    put(session, other)
    zenders, mandje = [register.zender_id, other.id], make_mandje(session, register)
    share, sells = draw.random(), {one: draw.choice([0.0, 0.1, 0.3, 1.0]) for one in zenders}
    for _ in range(many):
        whose = zenders[draw.random() < share]
        row = make_opdracht(session, replace(register, zender_id=whose), mandje, cents=(1250,) * draw.choice([1, 1, 2]))
        row.aangemaakt_op = NOW - timedelta(hours=draw.randrange(24 * 40))
        row.status = draw.choice(["OPEN", "INGETROKKEN"])
        for regel in session.scalars(select(ProductregelRow).where(ProductregelRow.betaalopdracht_id == row.id)):
            regel.aangemaakt_op = row.aangemaakt_op
            regel.productcode = "PARKEREN" if draw.random() < sells[whose] else "EVENEMENT"
    session.flush()
    return zenders


def plain(session: Session, zender_id: int, vraag: Zoekvraag) -> list[int]:
    """All of them in one query."""
    row, regel = BetaalopdrachtRow, ProductregelRow
    assert vraag.period is not None
    query = select(row.id).where(row.zender_id == zender_id, row.aangemaakt_op >= vraag.period[0])
    query = query.where(row.aangemaakt_op < vraag.period[1], row.status.in_(vraag.statussen or ["OPEN", "INGETROKKEN"]))
    sold = select(regel.betaalopdracht_id).where(regel.productcode == vraag.productcode)
    return list(session.scalars(query.where(row.id.in_(sold)).order_by(row.aangemaakt_op.desc(), row.id.desc())))


def pages(session: Session, zender_id: int, vraag: Zoekvraag, limit: int, far: int) -> list[int]:
    """Page after page, each from where the last one ended."""
    query, found, after = select(BetaalopdrachtRow.id, BetaalopdrachtRow.aangemaakt_op), list[int](), None
    while True:
        page = find_page(session, query, vraag, limit=limit, after=after, zender_id=zender_id, far=far)
        found += [number for number, _ in page]
        if len(page) < limit:
            return found
        after = Place(page[-1][1], page[-1][0])


@pytest.mark.parametrize("seed", range(4))
def test_the_pages_are_those_of_a_plain_query(session: Session, register: Register, seed: int) -> None:
    draw = random.Random(seed)
    zenders = fill(session, register, draw, 90)
    for vraag in (MONTH, replace(MONTH, statussen=OPEN), replace(MONTH, productcode="EVENEMENT")):
        for zender_id in zenders:
            wanted = plain(session, zender_id, vraag)
            for limit, far in ((1, 1), (2, 3), (3, 4), (2, 5), (4, 6), (2, 1000), (30, 10)):
                assert pages(session, zender_id, vraag, limit, far) == wanted, (seed, limit, far)


def test_when_most_of_a_product_is_others_the_own_betaalopdrachten_are_walked_along(
    session: Session, register: Register, engine: Engine
) -> None:
    """Otherwise a zender of few waits for the whole town's parking permits."""
    other = ZenderRow(administratie_id=register.administratie_id, code="groot", naam="Groot", actief=True)
    put(session, other)
    mandje, large = make_mandje(session, register), replace(register, zender_id=other.id)
    for number in range(40):
        make_opdracht(session, register if number % 20 == 0 else large, mandje)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    assert len(pages(session, register.zender_id, MONTH, 3, 5)) == 2
    others = [one for one in seen if "IN (SELECT" in one and one.count("FROM productregel") == 1 and "min(" not in one]
    assert len(others) == 1  # the first few productregels; not the next five of others, nor those after them
