"""A PSP that gives money back, or does to a refund what a test says; and how terugbetalingen are asked for and decided about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspRapport
from betaalhub.domain.verzoeken import TerugbetaalregelVerzoek, TerugbetalingVerzoek
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.terugbetaling_besluit import decide
from betaalhub.ports import RefundCommand
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.storage.tables import (
    AdministratieRow,
    BetalingRow,
    CircuitRow,
    OutboxRow,
    TerugbetalingRow,
    ToewijzingRow,
)
from betaalhub.worker.loop import run_until_idle
from tests.flows.town import ESB, Psp, Town, rapport

DONE, PENDING, FAILED = BewegingStatus.DONE, BewegingStatus.PENDING, BewegingStatus.FAILED


@dataclass
class RefundingPsp(Psp):
    """A PSP where every order is paid by one attempt; `becomes` is what a refund is there, `trouble` what its caller meets:
    before the refund is there, or after it."""

    paid: int = 18_750
    pogingen: int = 1
    becomes: BewegingStatus = DONE
    before: list[NeighbourError] = field(default_factory=list)
    after: list[NeighbourError] = field(default_factory=list)
    during: Callable[[], object] = lambda: None
    calls: list[RefundCommand] = field(default_factory=list)
    moved: list[PspBeweging] = field(default_factory=list)
    hides: bool = False
    registered: int = 18_750

    def refund(self, command: RefundCommand) -> None:
        self.calls.append(command)
        self.during()
        if self.before:
            raise self.before.pop(0)
        known = any(one.our_reference == command.reference for one in self.moved)
        if not (known and self.capabilities.idempotent_refund):
            self.gives(command.amount_cents, command.reference, poging=command.poging_id)
        if self.after:
            raise self.after.pop(0)

    def gives(
        self, cents: int, reference: str | None = None, *, poging: str = "1", status: BewegingStatus | None = None
    ) -> None:
        """Money goes back at the PSP; without our reference somebody did it there."""
        number = f"{poging}:refund:{len(self.moved)}"
        self.moved.append(PspBeweging(number, poging, reference, cents, "EUR", status or self.becomes))

    def settles(self, status: BewegingStatus) -> None:
        """What was under way ends so."""
        self.moved = [replace(one, status=status) for one in self.moved]

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        self.during_status()
        found = rapport(PogingStatus.APPROVED, cents=self.paid, at=now)
        pogingen = tuple(replace(found.pogingen[0], psp_id=str(n)) for n in range(1, self.pogingen + 1))
        moved = () if self.hides else tuple(self.moved)
        return replace(found, registered_cents=self.registered, pogingen=pogingen, terugbetalingen=moved)


def psp_of(town: Town) -> RefundingPsp:
    """The PSP that `refunding` gave the town."""
    assert isinstance(town.psp, RefundingPsp)
    return town.psp


def reserved(town: Town) -> tuple[int, int, int]:
    """Reserved cents of the only toewijzing, of the only betaling, and of the latter what lies on no productregel."""
    (betaling,), (toewijzing,) = town.all(BetalingRow), town.all(ToewijzingRow)
    return toewijzing.gereserveerd_cent, betaling.gereserveerd_cent, betaling.meer_gereserveerd_cent


def trouble(outcome: Outcome, code: str = "STORING") -> NeighbourError:
    return NeighbourError(outcome, code, neighbour="proef")


def refunding(town: Town, **values: Any) -> RefundingPsp:
    """The town gets a PSP that gives money back."""
    psp = RefundingPsp(**values)
    town.psp = psp
    town.hub.psps["psp"] = psp  # type: ignore[index,assignment]  # what these tests need of a PSP
    return psp


def threshold(town: Town, cents: int | None) -> None:
    """From so many cents the administratie wants a second person."""
    town.does(lambda session: session.execute(update(AdministratieRow).values(vier_ogen_cent=cents)))


def asks_back(
    town: Town,
    about: Any,
    *cents: int | None,
    nummer: str = "",
    zender: str = "vergunningen",
    regels: Mapping[int, int | None] | None = None,
) -> Any:
    """VraagTerugbetaling: these cents of the productregels, the first first, or by regelnummer; everything without."""
    chosen = regels or dict(enumerate(cents, 1))
    lines = tuple(TerugbetaalregelVerzoek(place, one) for place, one in chosen.items())
    number = nummer or f"t-{next(town.numbers)}"
    verzoek = TerugbetalingVerzoek(zender, number, about.betaalkenmerk, None, lines, "Te veel")
    omgeving = Omgeving(town.clock(), town.hub.keys, town.hub.limits, town.hub.portaal)
    return town.does(lambda session: request_terugbetaling(session, verzoek, aanroeper=ESB, omgeving=omgeving))


def decides(town: Town, *, goedkeuren: bool = True, wie: str = "P. Prins", reden: str | None = None) -> None:
    """A person decides about the newest terugbetaling."""
    nummer = terug(town).nummer
    door = Door(wie, town.clock())
    town.does(lambda session: decide(session, nummer, goedkeuren=goedkeuren, door=door, reden=reden))


def terug(town: Town) -> TerugbetalingRow:
    """The newest terugbetaling."""
    return sorted(town.all(TerugbetalingRow), key=lambda row: row.id)[-1]


def works(town: Town, **passed: float) -> None:
    """Time passes in one go, and the worker does what is due then."""
    town.clock.forward(**passed or {"seconds": 1})
    run_until_idle(town.hub)


def lives(town: Town, **passed: float) -> None:
    """Time passes, and the worker does everything when it is due."""
    until = town.clock() + timedelta(**passed)
    while True:
        spared = {row.ontvanger: row.open_tot for row in town.all(CircuitRow)}
        due = [
            max(row.due_at, spared.get(row.ontvanger, row.due_at)) for row in town.all(OutboxRow) if row.state in "RL"
        ]
        if not due or min(due) > until:
            break
        town.clock.now = max(town.clock.now, min(due))
        run_until_idle(town.hub)
    town.clock.now = until


def looks(town: Town) -> None:
    """The hub asks the PSP about the newest betaling, as after a notification."""
    town.clock.forward(minutes=1)
    ask_psp(town.hub, town.all(BetalingRow)[-1].id, wie="worker")
