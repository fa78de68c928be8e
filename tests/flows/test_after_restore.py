"""A register is put back to an earlier moment, and its neighbours remember more than it does: nothing is paid, booked or given
back twice by itself (docs/backup.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from betaalhub.domain.evidence import PogingStatus
from betaalhub.flows.verify import verify
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.storage.database_backup import copy_register
from betaalhub.storage.database_whole import snapshot
from betaalhub.storage.tables import BetalingRow, JournaalpostRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.full_town import ALL, newest, paid, started
from tests.flows.refunds import asks_back, psp_of, refunding, terug, threshold
from tests.flows.town import Town, rapport


def backup(town: Town, folder: Path) -> Path:
    """What lies in the safe."""
    copy_register(town.engine, folder / "kopie.sqlite3", lambda done, of: None)
    return folder / "kopie.sqlite3"


@contextmanager
def restored(town: Town, copy: Path) -> Iterator[Town]:
    """The town with the register of the copy; everybody else is as before, and it is whole at the end."""
    engine = make_engine(f"sqlite:///{copy}")
    yield replace(town, engine=engine, hub=replace(town.hub, sessions=make_sessions(engine)))
    with snapshot(make_sessions(engine)) as session:
        assert [(one.code, one.first) for one in verify(session).broken] == []
    engine.dispose()


def booked(town: Town) -> list[str]:
    """The journaalposten that the ERP saw, each time that it saw them."""
    return [post.journaalpostnummer for batch in town.erp.seen for post in batch.journaalposten]


def test_what_was_paid_since_is_found_at_the_psp(small_town: Town, tmp_path: Path) -> None:
    town = small_town
    refunding(town)
    _, betaling = started(town)
    copy = backup(town, tmp_path)
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(PogingStatus.APPROVED, at=town.clock()))
    run_until_idle(town.hub)
    told = [(stand.betaalkenmerk, stand.versie, stand.status) for stand in town.ontvanger.told]
    with restored(town, copy) as again:
        assert newest(again).status == "GESTART"
        run_until_idle(again.hub)
        assert newest(again).status == "BETAALD"
        assert [row.status for row in again.all(JournaalpostRow)] == ["GEBOEKT"]
    assert [(stand.betaalkenmerk, stand.versie, stand.status) for stand in town.ontvanger.told] == 2 * told
    assert len(set(booked(town))) == 2  # under another number: a person compares what the ERP booked in between


def test_a_booking_that_was_made_before_goes_again_under_its_own_number(small_town: Town, tmp_path: Path) -> None:
    town = small_town
    paid(town)
    copy = backup(town, tmp_path)
    run_until_idle(town.hub)
    (nummer,) = booked(town)
    with restored(town, copy) as again:
        run_until_idle(again.hub)
        assert [row.status for row in again.all(JournaalpostRow)] == ["GEBOEKT"]
    assert booked(town) == [nummer, nummer]


def test_money_that_went_back_since_does_not_go_again(small_town: Town, tmp_path: Path) -> None:
    town = small_town
    refunding(town)
    threshold(town, ALL)
    about, _ = paid(town)
    asks_back(town, about, 5_000)
    copy = backup(town, tmp_path)
    run_until_idle(town.hub)
    assert [call.amount_cents for call in psp_of(town).calls] == [5_000]
    town.clock.forward(minutes=1)
    with restored(town, copy) as again:
        assert terug(again).status == "GOEDGEKEURD"
        run_until_idle(again.hub)
        assert terug(again).status == "VOLTOOID"
    assert len(psp_of(town).calls) == 1


def test_money_that_was_asked_back_since_comes_back_as_somebody_elses(small_town: Town, tmp_path: Path) -> None:
    town = small_town
    refunding(town)
    threshold(town, ALL)
    about, _ = paid(town)
    copy = backup(town, tmp_path)
    asks_back(town, about, 5_000)
    run_until_idle(town.hub)
    town.clock.forward(days=2)
    with restored(town, copy) as again:
        run_until_idle(again.hub)
        assert (terug(again).status, terug(again).bedrag_cent) == ("EXTERN", 5_000)
        assert [row.status for row in again.all(BetalingRow)] == ["BETAALD"]
    assert len(psp_of(town).calls) == 1
