"""Lost work is found also where a person was told of something before: what is over tells nobody of today's loss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import LIVE
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.flows.verify import verify
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, JournaalpostRow, TerugbetalingRow, UitvalRow
from tests.flows.breakages import BREAKAGES, Breakage
from tests.flows.breakages import LIVE as LIVE_BETALING
from tests.flows.full_town import live_it
from tests.flows.test_verify import broken, found, unguarded
from tests.flows.town import NOW, Town

S = UitvalSoort
LOST = [one for one in BREAKAGES if any(code.startswith("WERK_") for code in one.codes)]
KINDS = (
    (BetalingRow, "betaling_id", (S.TE_OUD, S.ONBEKEND_TE_LANG, S.PSP_STORING)),
    (BetaalopdrachtRow, "betaalopdracht_id", (S.TE_OUD, S.BERICHT_DOOD)),
    (TerugbetalingRow, "terugbetaling_id", (S.TE_OUD, S.ONBEKEND_TE_LANG)),
    (JournaalpostRow, "journaalpost_id", (S.BOEKING_ONBEANTWOORD,)),
)


def told_before(session: Session, opened: Door, closed: Door) -> None:
    """About everything there was an uitval of every kind that might excuse lost work, and it was resolved."""
    (administratie_id, *_) = session.scalars(select(BetaalopdrachtRow.administratie_id)).all()
    for row_class, column, soorten in KINDS:
        for number in session.scalars(select(row_class.id)).all():
            for soort in soorten:
                cause = f"toen:{column}:{number}"
                about: dict[str, Any] = {column: number}
                open_uitval(session, opened, soort, cause, administratie_id=administratie_id, **about)
                close_by_itself(session, closed, {soort}, cause=cause)


def damages(town: Town) -> dict[frozenset[str], set[str]]:
    """What is found of each damage to work, where that is not what it should be."""
    engine, wrong = unguarded(town.engine), {}
    for breakage in LOST:
        with broken(engine, breakage) as session:
            codes = found(verify(session, only=breakage.codes))
        if codes != breakage.codes:
            wrong[breakage.codes] = codes
    engine.dispose()
    return wrong


def test_what_closed_by_itself_excuses_no_lost_work(town: Town) -> None:
    live_it(town)
    town.does(lambda session: told_before(session, Door("klok", NOW), Door("worker", town.clock())))
    assert damages(town) == {}


def test_what_a_person_decided_about_an_earlier_status_excuses_no_lost_work(town: Town) -> None:
    live_it(town)
    long_ago = Door("klok", NOW - timedelta(days=30))

    def decided(session: Session) -> None:
        told_before(session, long_ago, long_ago)
        old = UitvalRow.sleutel.like("%:toen:%")
        session.execute(update(UitvalRow).where(old).values(opgelost_door="J. Jansen", oplossing="GEEN_ACTIE"))

    town.does(decided)
    assert damages(town) == {}


@pytest.mark.parametrize("soort", [S.TE_OUD, S.ONBEKEND_TE_LANG, S.PSP_STORING])
def test_an_open_uitval_about_the_silence_itself_excuses_that_nobody_asks(small_town: Town, soort: UitvalSoort) -> None:
    town = small_town
    _, betaling = town.started()
    assert betaling.status in LIVE
    lost = Breakage(frozenset(), (f"DELETE FROM outbox WHERE soort = 'VRAAG_PSP' AND object_id = {LIVE_BETALING}",))
    town.does(
        lambda session: open_uitval(
            session, Door("klok", NOW), soort, "nu", administratie_id=1, betaling_id=betaling.id
        )
    )  # fmt: skip
    with broken(town.engine, lost) as session:
        codes = found(verify(session, only={"WERK_VRAAG"}))
    assert codes == ({"WERK_VRAAG"} if soort == S.PSP_STORING else set())
