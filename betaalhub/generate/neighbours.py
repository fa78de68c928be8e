"""Neighbours in memory that answer what a story wants: a PSP, an ERP and a product system."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.ports import (
    BetaalopdrachtStand,
    BoekingsbatchBericht,
    Boekingsresultaat,
    Capabilities,
    CaptureCommand,
    Handover,
    InboundHttp,
    Notification,
    Ontvangst,
    RefundCommand,
    ReturnHint,
    StartedPspBetaling,
    StartPspBetaling,
    Verwerking,
)

_CAPABILITIES = Capabilities(
    lookup_by_reference=False,
    idempotent_create=False,
    cancel=True,
    partial_refund=True,
    capture=True,
    signed_notification=False,
    repeat_hours=None,
    idempotent_refund=False,
)


@dataclass(slots=True)
class Order:
    """One order at the PSP. Cents."""

    cents: int
    status: PogingStatus | None = None
    closed: bool = False
    refunds: list[PspBeweging] = field(default_factory=list)
    taken: list[PspBeweging] = field(default_factory=list)


@dataclass(slots=True)
class MemoryPsp:
    """A PSP whose orders are what the story makes of them; its keys are our references."""

    code: str = "geheugen"
    capabilities: Capabilities = _CAPABILITIES
    orders: dict[str, Order] = field(default_factory=dict)

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        """Open the order."""
        self.orders[command.reference] = Order(command.amount_cents)
        return StartedPspBetaling(
            command.reference, Handover("GET", f"https://psp.voorbeeld.example/{command.reference}")
        )

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        """The order as it stands."""
        order = self.orders[psp_key]
        pogingen = tuple(_poging(order, order.status) for _ in range(order.status is not None))
        return PspRapport(now, order.cents, "EUR", pogingen, tuple(order.refunds), tuple(order.taken), order.closed)

    def cancel(self, psp_key: str) -> None:
        """Close what is not paid."""
        order = self.orders[psp_key]
        if order.status != PogingStatus.APPROVED:
            order.closed, order.status = True, PogingStatus.CANCELLED

    def refund(self, command: RefundCommand) -> None:
        """Give it back at once."""
        order = self.orders[command.psp_key]
        number = f"{command.psp_key}-r{len(order.refunds) + 1}"
        order.refunds.append(
            PspBeweging(number, "1", command.reference, command.amount_cents, "EUR", BewegingStatus.DONE)
        )

    def take_back(self, psp_key: str) -> None:
        """The bank takes the whole amount."""
        order = self.orders[psp_key]
        order.taken.append(PspBeweging(f"{psp_key}-t1", "1", None, order.cents, "EUR", BewegingStatus.DONE))

    def capture(self, command: CaptureCommand) -> None:
        """Nothing is ever only authorised here."""

    def parse_notification(self, request: InboundHttp) -> Notification:
        """Nobody notifies."""
        return Notification((), None, 200, "")

    def parse_return(self, request: InboundHttp) -> ReturnHint:
        """Nobody returns."""
        return ReturnHint.UNKNOWN

    def health(self) -> None:
        """Always well."""


def _poging(order: Order, status: PogingStatus | None) -> PspPoging:
    approved = order.cents if status == PogingStatus.APPROVED else 0
    return PspPoging("1", "IDEAL", status or PogingStatus.STARTED, "", order.cents, approved, approved, 0, "EUR")


@dataclass(slots=True)
class MemoryErp:
    """A financial system that books everything, until the story says otherwise."""

    refuses: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> tuple[Boekingsresultaat, ...]:
        """Book, or reject, every journaalpost."""
        return tuple(self._result(post.journaalpostnummer) for post in batch.journaalposten)

    def _result(self, nummer: str) -> Boekingsresultaat:
        if self.refuses:
            return Boekingsresultaat(nummer, False, None, "Kostenplaats gesloten")
        return Boekingsresultaat(nummer, True, f"SJABLOON-STUK-{next(self.numbers)}", None)

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> tuple[Boekingsresultaat, ...] | None:
        """Every batch was answered at once."""
        return None


class MemoryProductsysteem:
    """A product system that takes every statusbericht."""

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        """Taken."""
        return Ontvangst(Verwerking.VERWERKT, stand.versie, None)
