"""A register in which everything happened is whole; broken anywhere on purpose, exactly that is found, and by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.verify import CODES, Report, verify
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.storage.database_whole import snapshot
from betaalhub.storage.tables import BetaalopdrachtRow, PspAccountRow
from tests.flows.breakages import BREAKAGES, Breakage
from tests.flows.full_town import ALL, APPROVED, FAILED, live_it, paid, started
from tests.flows.movements import balances, resolves
from tests.flows.refunds import asks_back, lives, refunding, threshold
from tests.flows.test_writing import withdraws
from tests.flows.town import Town, rapport

GUARDS = {
    "sqlite": ("PRAGMA foreign_keys=OFF",),
    "postgresql": ("SET session_replication_role = replica",),
}


def unguarded(engine: Engine) -> Engine:
    """The same register without the guards of the database: as after an accident, or a hand that knows better."""
    other = make_engine(engine.url.render_as_string(hide_password=False))

    @event.listens_for(other, "connect")
    def _connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for statement in GUARDS[engine.dialect.name]:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    return other


@contextmanager
def broken(engine: Engine, breakage: Breakage) -> Iterator[Session]:
    """A session that sees the register with this damage, which is gone afterwards."""
    with make_sessions(engine)() as session:
        connection = session.connection()
        if engine.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER gebeurtenis_no_{name}")
        for statement in breakage.statements:
            done = connection.exec_driver_sql(statement)
            assert done.rowcount > 0, f"nothing to break: {statement}"
        yield session
        session.rollback()


def found(report: Report) -> set[str]:
    return {one.code for one in report.broken}


def test_every_damage_is_found_and_nothing_else(town: Town) -> None:
    live_it(town)
    with snapshot(town.hub.sessions) as session:
        assert [(one.code, one.first) for one in verify(session).broken] == []
    engine, wrong = unguarded(town.engine), {}
    whole = engine.dialect.name == "sqlite"  # all rules each time; once is enough
    for breakage in BREAKAGES:
        with broken(engine, breakage) as session:
            codes = found(verify(session, only=() if whole else breakage.codes))
        if codes != breakage.codes:
            wrong[breakage.statements] = codes
    engine.dispose()
    assert not wrong, "\n".join(f"{sorted(codes)}: {what}" for what, codes in wrong.items())


def test_every_rule_is_broken_once_by_itself_or_with_others() -> None:
    assert {code for breakage in BREAKAGES for code in breakage.codes} == set(CODES)


def test_an_empty_register_is_whole(small_town: Town) -> None:
    with snapshot(small_town.hub.sessions) as session:
        assert verify(session).broken == ()


def test_of_many_the_first_ten_are_told_by_kenmerk(small_town: Town) -> None:
    town = small_town
    for _ in range(12):
        town.offers()
    with town.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE betaalopdracht SET totaal_cent = totaal_cent + 1")
    with snapshot(town.hub.sessions) as session:
        report = verify(session, only={"OPDRACHT_SOM"})
    (one,) = report.broken
    kenmerken = [row.kenmerk for row in sorted(town.all(BetaalopdrachtRow), key=lambda row: row.id)]
    assert one.number == 12
    assert [mismatch.where for mismatch in one.first] == kenmerken[:10]
    assert one.first[0].what == "totaal 18751 cent, regels 18750 cent"


def test_what_is_written_meanwhile_is_not_seen(town: Town) -> None:
    town.offers()
    with snapshot(town.hub.sessions) as session:
        before = verify(session).rows
        town.paid()
        assert verify(session).rows == before
    with snapshot(town.hub.sessions) as session:
        assert verify(session).rows["betaling"] == before["betaling"] + 1


def test_of_late_money_the_rest_is_accepted_after_a_part_went_back(small_town: Town) -> None:
    """Found by seed 35 of the simulation: a step that the table of the betaalopdracht did not hold."""
    town = small_town
    refunding(town)
    threshold(town, ALL)
    about, betaling = started(town)
    town.answered(betaling, rapport(FAILED, at=town.clock()))
    withdraws(town, about)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    resolves(town, "LAAT_BETAALD", Oplossing.TERUGBETALEN, regels={1: 5_000})
    lives(town, hours=1)
    resolves(town, "LAAT_BETAALD", Oplossing.ACCEPTEREN)
    assert town.opdracht(about).status == "DEELS_TERUGBETAALD"
    with snapshot(town.hub.sessions) as session:
        assert [(one.code, one.first) for one in verify(session).broken] == []


def test_a_catalogue_that_names_another_tussenrekening_breaks_no_older_booking(small_town: Town) -> None:
    town = small_town
    refunding(town)
    threshold(town, ALL)
    about, _ = paid(town)
    town.does(lambda session: session.execute(update(PspAccountRow).values(tussenrekening="1399")))
    asks_back(town, about, 5_000)
    lives(town, hours=1)
    assert balances(town)["1399"] == -5_000
    with snapshot(town.hub.sessions) as session:
        assert [(one.code, one.first) for one in verify(session).broken] == []
