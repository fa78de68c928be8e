"""The named reads find what they promise, in few statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage import queries
from betaalhub.storage.database import reading
from betaalhub.storage.tables import (
    BetaalmethodeRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsleutelRow,
    BoekingsregelRow,
    GebeurtenisRow,
    JournaalpostRow,
    ProductgroepRow,
    ProductregelRow,
    UitvalRow,
    WinkelmandjeRow,
)
from tests.storage.building import (
    NOW,
    Register,
    make_betaling,
    make_mandje,
    make_opdracht,
    make_product,
    make_sleutel,
    put,
)

TODAY = date(2026, 11, 24)


@pytest.fixture
def session(sessions: sessionmaker[Session], register: Register) -> Iterator[Session]:
    with sessions() as session:
        yield session


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def two_in_one(session: Session, register: Register) -> tuple[WinkelmandjeRow, BetaalopdrachtRow, BetaalopdrachtRow]:
    """A winkelmandje with two betaalopdrachten, of two productregels and one."""
    mandje = make_mandje(session, register)
    return mandje, make_opdracht(session, register, mandje, cents=(1000, 250)), make_opdracht(session, register, mandje)


def regels(session: Session, *opdrachten: BetaalopdrachtRow) -> list[ProductregelRow]:
    return list(queries.regels_of(session, [row.id for row in opdrachten]))


def test_a_zender_is_found_by_its_code(session: Session, register: Register) -> None:
    found = queries.zender_by_code(session, "parkeren")
    assert found is not None and found.id == register.zender_id
    assert queries.zender_by_code(session, "onbekend") is None


def test_a_zender_sells_its_own_products_in_every_version(session: Session, register: Register) -> None:
    groep = session.scalars(select(ProductgroepRow)).one()
    put(session, make_product(register.administratie_id, groep.id, "PARKEREN", van=date(2027, 1, 1)))
    put(session, make_product(register.administratie_id, groep.id, "VANEENANDER"))
    found = [(row.code, row.geldig_van.year) for row in queries.products_of(session, register.zender_id)]
    assert found == [("EVENEMENT", 2020), ("PARKEREN", 2020), ("PARKEREN", 2027)]


def sleutel_on(session: Session, register: Register, on: date, code: str = "PARKEREN") -> str | None:
    row: BoekingsleutelRow | None = queries.valid_boekingsleutel(session, register.administratie_id, code, on)
    return row.grootboekrekening if row else None


def test_a_product_inherits_the_booking_key_of_its_group(session: Session, register: Register) -> None:
    assert sleutel_on(session, register, TODAY) == "8321"
    assert sleutel_on(session, register, TODAY, "ONBEKEND") is None
    assert sleutel_on(session, register, date(2019, 12, 31)) is None


def test_the_key_of_the_product_itself_wins_on_the_dates_on_which_it_is_valid(
    session: Session, register: Register
) -> None:
    groep = session.scalars(select(ProductgroepRow)).one()
    own = make_sleutel(register.administratie_id, groep.id, "8399", product="PARKEREN", van=TODAY, tot=TODAY)
    newer = make_sleutel(register.administratie_id, groep.id, "8330", van=date(2026, 11, 25))
    put(session, own, newer)
    days = [date(2026, 11, day) for day in (23, 24, 25)]
    assert [sleutel_on(session, register, day) for day in days] == ["8321", "8399", "8330"]
    assert sleutel_on(session, register, TODAY, "EVENEMENT") == "8321"


def test_a_zender_finds_only_its_own_betaalopdracht(session: Session, register: Register) -> None:
    _, opdracht, _ = two_in_one(session, register)
    assert queries.betaalopdracht_by_kenmerk(session, register.zender_id, opdracht.kenmerk) is opdracht
    assert queries.betaalopdracht_by_kenmerk(session, register.zender_id + 1, opdracht.kenmerk) is None


def test_every_token_opens_the_winkelmandje_in_which_it_lies_now(session: Session, register: Register) -> None:
    mandje, first, _ = two_in_one(session, register)
    other = make_mandje(session, register)
    assert queries.winkelmandje_by_token(session, mandje.token) is mandje
    assert queries.winkelmandje_by_token(session, first.token) is mandje
    first.winkelmandje_id = other.id
    assert queries.winkelmandje_by_token(session, first.token) is other
    assert queries.winkelmandje_by_token(session, "onbekend") is None


def test_a_betaalopdracht_joins_by_its_own_kenmerk(session: Session, register: Register) -> None:
    _, opdracht, _ = two_in_one(session, register)
    assert queries.joinable_by_kenmerk(session, register.administratie_id, opdracht.kenmerk) is opdracht
    opdracht.status = "IN_BETALING"
    assert queries.joinable_by_kenmerk(session, register.administratie_id, opdracht.kenmerk) is None
    assert queries.joinable_by_kenmerk(session, register.administratie_id + 1, opdracht.kenmerk) is None


def test_a_betaalopdracht_joins_by_its_winkelmandje_only_when_it_lies_there_alone(
    session: Session, register: Register
) -> None:
    mandje, first, second = two_in_one(session, register)
    assert queries.joinable_by_kenmerk(session, register.administratie_id, mandje.kenmerk) is None
    second.winkelmandje_id = make_mandje(session, register).id
    assert queries.joinable_by_kenmerk(session, register.administratie_id, mandje.kenmerk) is first


def test_the_parts_of_a_winkelmandje_come_in_order(session: Session, register: Register) -> None:
    mandje, first, second = two_in_one(session, register)
    lines = regels(session, second, first)
    betaling = make_betaling(session, register, mandje, lines)
    assert list(queries.opdrachten_of(session, mandje.id)) == [first, second]
    assert [(row.betaalopdracht_id, row.regelnummer) for row in lines] == [(first.id, 1), (first.id, 2), (second.id, 1)]
    assert list(queries.betalingen_of(session, mandje.id)) == [betaling]
    assert queries.kenmerken_of(session, {first.id, second.id}) == {first.id: first.kenmerk, second.id: second.kenmerk}


def test_a_betaling_knows_what_it_covers(session: Session, register: Register) -> None:
    mandje, first, second = two_in_one(session, register)
    betaling = make_betaling(session, register, mandje, regels(session, first))
    assert list(queries.opdrachten_paid_by(session, betaling.id)) == [first]
    covered = queries.toegewezen_regels(session, betaling.id, first.id)
    assert [(regel.regelnummer, cents) for regel, cents in covered] == [(1, 1000), (2, 250)]
    assert queries.toegewezen_regels(session, betaling.id, second.id) == []


def test_a_way_to_pay_is_called_as_its_own_account_calls_it(session: Session, register: Register) -> None:
    mandje, first, _ = two_in_one(session, register)
    betaling = make_betaling(session, register, mandje, regels(session, first))
    words = {
        "naam_nl": "iDEAL | Wero",
        "naam_en": "iDEAL | Wero",
        "uitleg_nl": "Met uw bank",
        "uitleg_en": "With your bank",
    }
    ours = BetaalmethodeRow(psp_account_id=register.account_id, code=betaling.methode, volgorde=1, actief=True, **words)
    assert queries.methode_of(session, betaling) is None
    put(session, ours)
    assert queries.methode_of(session, betaling) is ours


def test_only_paid_betalingen_cover_double(session: Session, register: Register) -> None:
    mandje, first, second = two_in_one(session, register)
    once = make_betaling(session, register, mandje, regels(session, first, second), status="BETAALD")
    again = make_betaling(session, register, mandje, regels(session, first), status="MISLUKT")
    assert queries.double_covered(session, once.id) == set()
    session.execute(update(BetalingRow).where(BetalingRow.id == again.id).values(status="BETAALD"))
    assert queries.double_covered(session, once.id) == {first.id}
    assert queries.double_covered(session, again.id) == {first.id}


def test_resolved_uitval_is_no_longer_open(session: Session, register: Register) -> None:
    _, first, second = two_in_one(session, register)
    for opdracht, status in ((first, "OPEN"), (first, "OPGELOST"), (second, "IN_BEHANDELING")):
        put(session, UitvalRow(administratie_id=register.administratie_id, soort="LAAT_BETAALD", status=status,
                               sleutel=f"{opdracht.id}:{status}", betaalopdracht_id=opdracht.id, omschrijving="x",
                               geopend_op=NOW, gewijzigd_op=NOW, keer=1))  # fmt: skip
    assert [row.status for row in queries.open_uitval_of(session, [first.id, second.id])] == ["OPEN", "IN_BEHANDELING"]
    assert [row.status for row in queries.open_uitval_of(session, [first.id])] == ["OPEN"]


def make_post(session: Session, register: Register, number: int) -> JournaalpostRow:
    post = JournaalpostRow(administratie_id=register.administratie_id, nummer=f"N{number}", sleutel=f"S{number}",
                           soort="BETAALD", boekdatum=TODAY, omschrijving="Betaling", status="TE_BOEKEN",
                           aangemaakt_op=NOW)  # fmt: skip
    put(session, post)
    for volgnummer, (debet, credit) in enumerate(((1250, 0), (0, 1250)), 1):
        put(session, BoekingsregelRow(journaalpost_id=post.id, volgnummer=volgnummer, grootboekrekening="1310", btw="NUL",
                                      debet_cent=debet, credit_cent=credit, omschrijving="Betaling"))  # fmt: skip
    return post


def test_boekingsregels_come_per_journaalpost_in_order(session: Session, register: Register) -> None:
    posts = [make_post(session, register, number) for number in (1, 2)]
    lines = queries.boekingsregels_of(session, [post.id for post in posts])
    assert [(row.journaalpost_id, row.volgnummer) for row in lines] == [(p.id, n) for p in posts for n in (1, 2)]


def test_a_timeline_opens_with_either_kenmerk(session: Session, register: Register) -> None:
    mandje, first, second = two_in_one(session, register)
    away = make_mandje(session, register)
    for soort, keys in (
        ("GESTART", {"betaalopdracht_id": first.id}),
        ("BETALING", {"winkelmandje_id": mandje.id}),
        ("ELDERS", {"winkelmandje_id": away.id}),
        ("TWEEDE", {"betaalopdracht_id": second.id, "winkelmandje_id": mandje.id}),
    ):
        put(session, GebeurtenisRow(onderwerp="PROEF", onderwerp_id=1, tijdstip=NOW, soort=soort, wie="proef", **keys))
    for kenmerk in (mandje.kenmerk, first.kenmerk, second.kenmerk):
        assert [row.soort for row in queries.timeline(session, kenmerk)] == ["GESTART", "BETALING", "TWEEDE"]
    assert queries.timeline(session, "999999999999") == []


def test_many_lines_cost_one_statement(engine: Engine, sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
        ids = [make_opdracht(session, register, mandje, cents=(100, 200)).id for _ in range(10)]
    with reading(sessions) as session, statements_of(engine) as seen:
        assert len(queries.regels_of(session, ids)) == 20
        assert len(seen) == 1
