"""The time of an attempt is over: it is asked about, cancelled, asked about again, and only then VERLOPEN; whatever races it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.closing import begin_closing
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.storage.tables import BetalingRow, GebeurtenisRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import CAPABILITIES, Psp, Town, rapport

A, P, C, F, U = (
    PogingStatus.APPROVED,
    PogingStatus.PENDING,
    PogingStatus.CANCELLED,
    PogingStatus.FAILED,
    PogingStatus.UNKNOWN,
)
NOTHING = None  # no attempt at the PSP: Docdata says so before and after a cancel
REFUSED, UNKNOWN = Outcome.REFUSED, Outcome.UNKNOWN


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def over(town: Town) -> BetalingRow:
    """An attempt at the PSP that has lasted a minute longer than it may."""
    _, betaling = town.started()
    town.clock.forward(minutes=21)
    return betaling


def on_cancel(town: Town, after: PogingStatus | None, outcome: Outcome | None = None) -> Callable[[], None]:
    """What happens while the PSP is told to cancel: it knows this afterwards, and answers like that (None: accepted)."""

    def cancelled() -> None:
        town.psp.answer = after
        if outcome is not None:
            raise NeighbourError(outcome, "CANCEL", neighbour="psp")

    return cancelled


def asked(town: Town, betaling: BetalingRow) -> BetalingStatus:
    return ask_psp(town.hub, betaling.id, wie="worker")


@pytest.mark.parametrize(
    ("story", "before", "outcome", "after", "ends", "cancels"),
    [
        ("she walked away, and nobody can tell", NOTHING, None, NOTHING, "VERLOPEN", 1),
        ("she walked away, and the PSP closes her attempt", NOTHING, None, C, "VERLOPEN", 1),
        ("she paid between the two questions", NOTHING, None, A, "BETAALD", 1),
        ("her bank began to think between the two", NOTHING, None, P, "IN_BEHANDELING", 1),
        ("the PSP answers with a new word", NOTHING, None, U, "IN_BEHANDELING", 1),
        ("her attempt failed between the two", NOTHING, None, F, "MISLUKT", 1),
        ("the cancel is refused: she is paying", NOTHING, REFUSED, A, "BETAALD", 1),
        ("the cancel is refused: her bank is thinking", NOTHING, REFUSED, P, "IN_BEHANDELING", 1),
        ("the cancel is refused and nothing moved", NOTHING, REFUSED, NOTHING, "GESTART", 1),
        ("the cancel is refused: it was closed already", NOTHING, REFUSED, C, "VERLOPEN", 1),
        ("she stopped herself before we asked", C, None, C, "GEANNULEERD", 0),
        ("she paid before we asked", A, None, A, "BETAALD", 0),
        ("her bank is thinking: it is left alone", P, None, P, "IN_BEHANDELING", 0),
        ("a new word: it is left alone", U, None, U, "IN_BEHANDELING", 0),
    ],
)
def test_every_race_of_an_expiry_ends_as_the_psp_says(
    town: Town, story: str, before, outcome, after, ends: str, cancels: int
) -> None:
    betaling = over(town)
    town.psp.answer, town.psp.during_cancel = before, on_cancel(town, after, outcome)
    assert asked(town, betaling) == ends, story
    assert len(town.psp.cancelled) == cancels


@pytest.mark.parametrize(
    ("after", "ends"), [(NOTHING, "VERLOPEN"), (C, "VERLOPEN"), (A, "BETAALD"), (P, "IN_BEHANDELING")]
)
def test_a_cancel_of_which_the_answer_is_lost_is_asked_about(town: Town, after, ends: str) -> None:
    betaling = over(town)
    town.psp.during_cancel = on_cancel(town, after, UNKNOWN)
    with pytest.raises(NeighbourError):
        asked(town, betaling)
    assert town.all(BetalingRow)[0].status == "GESTART"
    town.psp.during_cancel = lambda: None
    town.clock.forward(seconds=5)
    assert asked(town, betaling) == ends


@pytest.mark.parametrize("landed", [True, False])
def test_a_crash_between_the_intent_and_the_answer_loses_nothing(town: Town, landed: bool) -> None:
    betaling = over(town)
    town.does(lambda session: begin_closing(session, betaling.id, Door("worker", town.clock())))
    town.psp.answer = C if landed else NOTHING
    assert asked(town, betaling) == "VERLOPEN"
    assert len(town.psp.cancelled) == (0 if landed else 1)
    closings = [row for row in town.all(GebeurtenisRow) if row.soort == "SLUITEN_BIJ_PSP"]
    assert len(closings) == 1


def test_before_its_time_nothing_is_cancelled(town: Town) -> None:
    _, betaling = town.started()
    town.clock.forward(minutes=19)
    assert asked(town, betaling) == "GESTART"
    assert town.psp.cancelled == []


def test_a_citizen_who_waits_for_her_page_cancels_nothing(town: Town) -> None:
    betaling = over(town)
    assert ask_psp(town.hub, betaling.id, wie="burger", only_ask=True) == "GESTART"
    assert town.psp.cancelled == []


class SaysOpen(Psp):
    """A PSP that tells whether an order is open; it closes orders by its own clock, a little behind ours."""

    closed = False

    def status(self, psp_key: str, *, now, timeout: float = 10.0):
        found = super().status(psp_key, now=now, timeout=timeout)
        return replace(found, closed=self.closed)


@pytest.mark.parametrize("can_cancel", [True, False])
def test_a_psp_that_says_it_is_open_is_believed_and_asked_again_in_a_minute(town: Town, can_cancel: bool) -> None:
    town.hub.psps["psp"] = psp = SaysOpen(capabilities=replace(CAPABILITIES, cancel=can_cancel))  # type: ignore[index]
    over(town)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"]
    assert bool(psp.cancelled) == can_cancel
    psp.closed = True
    town.clock.forward(minutes=1)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["VERLOPEN"]


def test_money_that_was_seen_first_wins_from_an_older_answer(town: Town) -> None:
    """The worker asked before she paid, and cancels after it; the return was faster."""
    betaling = over(town)

    def she_pays() -> None:
        town.psp.answer = A
        town.clock.forward(seconds=1)
        town.answered(betaling, rapport(A, at=town.clock()))

    town.psp.during_cancel = she_pays
    assert asked(town, betaling) == "BETAALD"
