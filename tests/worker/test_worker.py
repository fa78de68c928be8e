"""One worker and many receivers: one that hangs or is away holds up nobody, and who stops leaves nothing half done."""

from __future__ import annotations

from sqlalchemy import update

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.boekingsbatch import collect_batches
from betaalhub.storage import outbox
from betaalhub.storage.tables import BetalingRow, CircuitRow, OutboxRow
from tests.flows.town import Town
from tests.worker.working import PARKING, PATIENCE, PERMITS, Systems, news, wait_until, working


def waiting(town: Town, zender: str) -> list[tuple[str, int]]:
    """State and tries of what is to be told to this zender."""
    rows = (row for row in town.all(OutboxRow) if row.ontvanger == f"zender:{zender}")
    return [(row.state, row.attempts) for row in rows]


def test_a_product_system_that_hangs_holds_up_nobody_else(town: Town) -> None:
    news(town, PERMITS, times=6)
    news(town, PARKING, times=3)
    systems = Systems(hanging={PERMITS})
    with working(town, systems, threads=4):
        wait_until(lambda: systems.told[PARKING] == 3)
        assert systems.calls[PERMITS] == 1
        systems.release.set()
        wait_until(lambda: systems.told[PERMITS] == 6)
    assert town.all(CircuitRow) == []


def test_three_receivers_that_hang_leave_the_fourth_thread_to_others(small_town: Town) -> None:
    """Two product systems and the ERP, each with more work than it gets; a citizen who pays meanwhile is not forgotten."""
    town, systems = small_town, Systems(hanging={PERMITS, PARKING})
    news(town, PARKING, times=6)
    for _ in range(6):
        town.paid()
        town.does(lambda session: collect_batches(session, keys=town.hub.keys, now=town.clock()))
    town.erp.before = lambda: systems.release.wait(PATIENCE)
    with working(town, systems, threads=4):
        wait_until(lambda: len([row for row in town.all(OutboxRow) if row.state == "L"]) >= 3 + 2 * 4)
        town.psp.answer = PogingStatus.APPROVED
        town.started()
        town.clock.forward(minutes=1)
        wait_until(lambda: town.all(BetalingRow)[-1].status == BetalingStatus.BETAALD)
        assert not systems.release.is_set()


def test_a_product_system_that_is_away_gets_three_calls_and_then_rest(town: Town) -> None:
    news(town, PERMITS, times=8)
    news(town, PARKING, times=3)
    systems = Systems(away={PERMITS})
    with working(town, systems, threads=4):
        wait_until(lambda: systems.told[PARKING] == 3)
        wait_until(lambda: bool([row for row in town.all(CircuitRow) if row.open_tot > town.clock()]))
        wait_until(lambda: "L" not in [state for state, _ in waiting(town, PERMITS)])
    assert systems.calls[PERMITS] == 3
    assert sorted(tries for _, tries in waiting(town, PERMITS)) == [0] * 5 + [1] * 3


def test_when_it_is_back_one_call_finds_out_and_the_rest_follows(town: Town) -> None:
    news(town, PERMITS, times=8)
    systems = Systems(away={PERMITS})
    with working(town, systems, threads=4):
        wait_until(lambda: bool([row for row in town.all(CircuitRow) if row.open_tot > town.clock()]))
        systems.hanging.add(PERMITS)
        systems.away.clear()
        town.clock.forward(minutes=2)
        wait_until(lambda: systems.calls[PERMITS] == 4)
        systems.release.set()
        wait_until(lambda: systems.told[PERMITS] == 8)
    assert (waiting(town, PERMITS), town.all(CircuitRow)) == ([], [])


def test_who_stops_finishes_what_runs_and_gives_back_the_rest(town: Town) -> None:
    news(town, PERMITS, times=5)
    systems = Systems(hanging={PERMITS})
    with working(town, systems, threads=1) as worker:
        wait_until(lambda: len([state for state, _ in waiting(town, PERMITS) if state == "L"]) > 1)
        wait_until(lambda: systems.calls[PERMITS] == 1)
        worker.stop()
    assert systems.told[PERMITS] == 1
    assert waiting(town, PERMITS) == [("R", 0)] * 4


def test_who_stops_before_it_tried_a_receiver_leaves_that_to_another_at_once(small_town: Town) -> None:
    town = small_town
    news(town, PARKING)
    systems = Systems(hanging={PARKING})
    with working(town, systems, threads=1) as worker:
        wait_until(lambda: systems.calls[PARKING] == 1)
        town.does(
            lambda session: session.add(CircuitRow(ontvanger=f"zender:{PERMITS}", fouten=3, open_tot=town.clock()))
        )
        news(town, PERMITS, times=2)
        wait_until(lambda: ("L", 1) in waiting(town, PERMITS))  # the one that is to find out, behind what hangs
        worker.stop()
        systems.release.set()
    assert (systems.calls[PERMITS], waiting(town, PERMITS)) == (0, [("R", 0)] * 2)
    with working(town, systems, threads=1):
        wait_until(lambda: systems.told[PERMITS] == 2)


def test_our_own_mistake_is_tried_again_later_and_spares_nobody(town: Town) -> None:
    news(town, PERMITS)
    news(town, PARKING, times=2)

    class Broken(Systems):
        def meld_betaalstatus(self, stand, **more):
            if stand.zender == PERMITS:
                raise KeyError("a fault of ours")
            return super().meld_betaalstatus(stand, **more)

    systems = Broken()
    with working(town, systems, threads=2):
        wait_until(lambda: systems.told[PARKING] == 2 and ("R", 1) in waiting(town, PERMITS))
    assert town.all(CircuitRow) == []


def test_work_of_which_not_even_the_failure_can_be_written_stops_nobody(small_town: Town) -> None:
    """It is about nothing that exists, and its ladder is at its end: giving up finds nothing to tell a person about."""
    town = small_town
    town.does(
        lambda session: outbox.enqueue(
            session, OutboxSoort.STATUSBERICHT, 999_999, ontvanger="hub", due_at=town.clock(), now=town.clock()
        )
    )
    town.does(lambda session: session.execute(update(OutboxRow).values(attempts=99)))
    news(town, PARKING, times=2)
    systems = Systems()
    with working(town, systems, threads=1):
        wait_until(lambda: systems.told[PARKING] == 2)
        wait_until(lambda: ("L", 100) in [(row.state, row.attempts) for row in town.all(OutboxRow)])
        news(town, PARKING)
        wait_until(lambda: systems.told[PARKING] == 3)
