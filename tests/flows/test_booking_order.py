"""The ERP gets the journaalposten of one betaalopdracht in order: a later one waits until the earlier one is answered."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.boekingsbatch import collect_batches, has_unbatched
from betaalhub.storage.database import reading
from betaalhub.storage.tables import AdministratieRow, BoekingsbatchRow, JournaalpostRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import Aside, Town


def silent() -> None:
    raise NeighbourError(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME", neighbour="erp")


def good() -> None:
    """The ERP answers."""


def another_post(town: Town, betaalopdracht_id: int | None, number: int = 2) -> None:
    """One more journaalpost about this betaalopdracht waits."""
    (administratie,) = town.all(AdministratieRow)
    town.does(
        lambda session: session.add(
            JournaalpostRow(
                administratie_id=administratie.id,
                betaalopdracht_id=betaalopdracht_id,
                nummer=f"N{number}",
                sleutel=f"S{number}",
                soort="TERUGBETALING",
                boekdatum=town.clock().date(),
                omschrijving="Terug",
                status="TE_BOEKEN",
                aangemaakt_op=town.clock(),
            )  # fmt: skip
        )
    )


def statuses(town: Town) -> list[str]:
    return [row.status for row in sorted(town.all(JournaalpostRow), key=lambda row: row.id)]


def sent(town: Town) -> list[list[str]]:
    """The kinds of the journaalposten in each message that the ERP took, in order."""
    return [[post.soort for post in batch.journaalposten] for batch in town.erp.seen]


def test_a_later_booking_waits_while_the_erp_owes_an_answer_about_an_earlier_one(town: Town) -> None:
    antwoord, _ = town.paid()
    town.erp.before = silent
    run_until_idle(town.hub)
    another_post(town, town.opdracht(antwoord).id)
    run_until_idle(town.hub)
    assert (statuses(town), len(town.all(BoekingsbatchRow))) == (["VERZONDEN", "TE_BOEKEN"], 1)
    with reading(town.hub.sessions) as session:
        assert not has_unbatched(session)
    town.erp.before = good
    for _ in range(4):
        town.clock.forward(minutes=20)
        run_until_idle(town.hub)
    assert statuses(town) == ["GEBOEKT", "GEBOEKT"]
    assert sent(town) == [["BETAALD"], ["TERUGBETALING"]]


def test_others_do_not_wait_for_it(town: Town) -> None:
    town.paid()
    town.erp.before = silent
    run_until_idle(town.hub)
    town.paid()
    another_post(town, None)
    run_until_idle(town.hub)
    assert "TE_BOEKEN" not in statuses(town)
    assert len(town.all(BoekingsbatchRow)) > 1


def test_a_rejected_one_does_not_stop_a_later_one(town: Town) -> None:
    antwoord, _ = town.paid()
    town.erp.refuses = True
    run_until_idle(town.hub)
    town.erp.refuses = False
    another_post(town, town.opdracht(antwoord).id)
    run_until_idle(town.hub)
    assert statuses(town) == ["AFGEKEURD", "GEBOEKT"]


def test_in_one_message_they_stand_in_order(town: Town) -> None:
    antwoord, _ = town.paid()
    another_post(town, town.opdracht(antwoord).id)
    run_until_idle(town.hub)
    assert sent(town) == [["BETAALD", "TERUGBETALING"]]


def test_a_worker_that_gathers_while_another_does_leaves_the_later_one(town: Town) -> None:
    if town.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite one transaction writes at a time: nobody can add a journaalpost meanwhile")
    antwoord, _ = town.paid()
    opdracht_id = town.opdracht(antwoord).id
    with town.holding(lambda session: collect_batches(session, keys=town.hub.keys, now=town.clock())):
        another_post(town, opdracht_id)
        second = Aside(lambda: town.does(lambda s: collect_batches(s, keys=town.hub.keys, now=town.clock())))
        town.wait_for_lock()
    assert second.result() == 0
    assert (statuses(town), len(town.all(BoekingsbatchRow))) == (["IN_BATCH", "TE_BOEKEN"], 1)
    town.does(lambda session: session.execute(update(JournaalpostRow).values(status="GEBOEKT")))
