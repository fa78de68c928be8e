"""A create of which the answer is lost: found out by what the PSP can do, never by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from betaalhub.domain.evidence import PogingStatus
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.ask import next_ask_of
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.ports import Handover, StartedPspBetaling, StartPspBetaling
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow, OutboxRow
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import CAPABILITIES, Psp, Town

UNIQUE = CAPABILITIES  # Docdata: a reference is unique for ever
REPEATS = replace(CAPABILITIES, idempotent_create=True, repeat_hours=24)
NEVER = replace(CAPABILITIES, repeat_hours=0)


def fails(outcome: Outcome, code: str) -> Callable[[], None]:
    def raises() -> None:
        raise NeighbourError(outcome, code, neighbour="psp")

    return raises


LOST = fails(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")


@dataclass
class Finds(Psp):
    """A PSP that can look an order up by our reference."""

    has: bool = True
    looked_for: list[str] = field(default_factory=list)

    def find(self, command: StartPspBetaling, *, timeout: float = 10.0) -> StartedPspBetaling | None:
        self.looked_for.append(command.reference)
        self.during_status()
        handover = Handover("GET", f"https://psp.example/{command.reference}")
        return StartedPspBetaling(f"sleutel-{command.reference}", handover) if self.has else None


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def lost(town: Town, psp: Psp) -> StartBetalingAntwoord:
    """The citizen pressed the button and the PSP's answer never came."""
    town.hub.psps["psp"] = town.psp = psp  # type: ignore[index]
    psp.during_start = LOST
    antwoord = town.offers()
    assert town.pays(antwoord).problem == "unknown"
    psp.during_start = lambda: None
    return antwoord


def stands(town: Town) -> list[tuple[str, str | None]]:
    return [(row.status, row.reden) for row in town.all(BetalingRow)]


def asked(town: Town) -> None:
    ask_psp(town.hub, town.all(BetalingRow)[0].id, wie="worker")


@pytest.mark.parametrize("capabilities", [UNIQUE, REPEATS])
def test_within_its_time_creating_again_with_the_same_reference_is_the_ask(town: Town, capabilities) -> None:
    lost(town, Psp(capabilities=capabilities))
    town.clock.forward(hours=23)
    asked(town)
    assert stands(town) == [("GESTART", None)]
    assert len(town.psp.started) == 2 and len(set(town.psp.started)) == 1


@pytest.mark.parametrize(
    ("capabilities", "hours", "ends"),
    [
        (UNIQUE, 24 * 30, ("GESTART", None)),
        (REPEATS, 23.9, ("GESTART", None)),
        (REPEATS, 24, ("MISLUKT", "VERWEESD")),
        (NEVER, 0.1, ("MISLUKT", "VERWEESD")),
    ],
)
def test_after_its_time_a_create_is_never_repeated(town: Town, capabilities, hours: float, ends) -> None:
    lost(town, Psp(capabilities=capabilities))
    town.clock.forward(hours=hours)
    asked(town)
    assert stands(town) == [ends]
    assert len(town.psp.started) == (2 if ends[0] == "GESTART" else 1)


@pytest.mark.parametrize("capabilities", [UNIQUE, REPEATS, NEVER])
def test_the_attempt_after_one_that_was_given_up_has_the_next_reference(town: Town, capabilities) -> None:
    antwoord = lost(town, Psp(capabilities=capabilities))
    town.psp.during_start = fails(Outcome.REFUSED, "REFERENCE_NOT_UNIQUE")
    town.clock.forward(hours=25)
    asked(town)
    assert stands(town) == [("MISLUKT", "VERWEESD")]
    town.psp.during_start = lambda: None
    assert town.pays(antwoord).url
    assert [reference[-2:] for reference in (town.psp.started[0], town.psp.started[-1])] == ["-1", "-2"]


@pytest.mark.parametrize("has", [True, False])
def test_a_psp_that_can_look_up_is_asked_and_nothing_is_created_again(town: Town, has: bool) -> None:
    psp = Finds(capabilities=replace(CAPABILITIES, lookup_by_reference=True), has=has)
    antwoord = lost(town, psp)
    town.clock.forward(minutes=2)
    asked(town)
    assert stands(town) == [("GESTART", None) if has else ("MISLUKT", "NIET_GEVONDEN")]
    assert (len(psp.started), psp.looked_for) == (1, psp.started)
    assert town.opdracht(antwoord).status == ("IN_BETALING" if has else "OPEN")


def test_a_look_up_without_an_answer_says_nothing(town: Town) -> None:
    lost(town, Finds(capabilities=replace(CAPABILITIES, lookup_by_reference=True)))
    town.psp.during_status = LOST
    with pytest.raises(NeighbourError):
        asked(town)
    assert stands(town)[0][0] == "ONBEKEND"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.NOT_DONE, "CONNECT_FAILED"), (Outcome.UNKNOWN, "HTTP_502"), (Outcome.REFUSED, MISCONFIGURED)],
)
def test_a_repeat_that_says_nothing_of_the_first_try_leaves_it_unknown(town: Town, outcome, code: str) -> None:
    lost(town, Psp())
    town.psp.during_start = fails(outcome, code)
    asked(town)
    assert stands(town) == [("ONBEKEND", "NO_ANSWER_IN_TIME")]


def test_every_repeat_is_the_same_order(town: Town) -> None:
    """Also when the settings were changed between the two."""
    seen: list[StartPspBetaling] = []

    class Remembers(Psp):
        def start(self, command: StartPspBetaling) -> StartedPspBetaling:
            seen.append(command)
            return super().start(command)

    lost(town, Remembers())
    later = replace(town.hub, attempt=town.hub.attempt * 2)
    ask_psp(later, town.all(BetalingRow)[0].id, wie="worker")
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_an_attempt_without_a_key_is_not_asked_about_once_it_has_ended(town: Town) -> None:
    lost(town, Psp(capabilities=NEVER))
    town.clock.forward(minutes=2)
    run_until_idle(town.hub)
    assert stands(town) == [("MISLUKT", "VERWEESD")]
    (betaling,) = town.all(BetalingRow)
    with reading(town.hub.sessions) as session:
        assert next_ask_of(session, betaling.id, town.clock()) is None
    assert "VRAAG_PSP" not in [row.soort for row in town.all(OutboxRow)]


def test_what_was_found_is_paid_like_any_other(town: Town) -> None:
    antwoord = lost(town, Finds(capabilities=replace(CAPABILITIES, lookup_by_reference=True)))
    town.clock.forward(minutes=2)
    run_until_idle(town.hub)
    town.psp.answer = PogingStatus.APPROVED
    town.clock.forward(minutes=3)
    run_until_idle(town.hub)
    assert town.opdracht(antwoord).status == "BETAALD"
