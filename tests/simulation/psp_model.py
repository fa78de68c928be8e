"""A PSP in memory, behind the hub's own port: what it says may be late or untrue, what it knows is the truth about the money."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import (
    Capabilities,
    CaptureCommand,
    Handover,
    InboundHttp,
    Notification,
    RefundCommand,
    ReturnHint,
    StartedPspBetaling,
    StartPspBetaling,
)
from tests.simulation.network import Line
from tests.simulation.profile import PspKind

REPEATED_FOR = timedelta(hours=24)  # so long the same create is the same order
OPEN_FOR = timedelta(days=5)  # so long a citizen may begin another attempt in an order that nobody closed
_GOING = (PogingStatus.APPROVED, PogingStatus.PENDING, PogingStatus.UNKNOWN)
HISTORY = 6  # states of an order that are kept, for who lies


@dataclass
class Attempt:
    """One attempt of the citizen. Cents."""

    psp_id: str
    methode: str
    amount_cents: int
    currency: str
    status: PogingStatus = PogingStatus.STARTED
    word: str = "STARTED"
    approved_cents: int = 0
    reversed_cents: int = 0

    def ends(self, status: PogingStatus, word: str) -> None:
        """It is in another status; approved is guaranteed by the acquirer."""
        self.status, self.word = status, word
        self.approved_cents = self.amount_cents if status == PogingStatus.APPROVED else 0

    @property
    def money(self) -> int:
        return self.approved_cents - self.reversed_cents

    @property
    def goes_on(self) -> bool:
        """May it still bring money, or has it brought some?"""
        return self.status in (PogingStatus.PENDING, PogingStatus.UNKNOWN) or self.money > 0


@dataclass
class Movement:
    """Money that goes back over an attempt, by refund or chargeback. Cents."""

    psp_id: str
    attempt_id: str
    reference: str | None
    amount_cents: int
    status: BewegingStatus


@dataclass
class Order:
    """One order as the PSP knows it. Cents."""

    key: str
    command: StartPspBetaling
    made_at: datetime
    registered_cents: int
    currency: str = "EUR"
    attempts: list[Attempt] = field(default_factory=list)
    refunds: list[Movement] = field(default_factory=list)
    terugboekingen: list[Movement] = field(default_factory=list)
    closed: bool = False
    reached: bool = False  # a citizen got its address
    once_paid: bool = False  # its whole amount was there at some moment
    most_cents: int = 0  # the most that was there at any moment
    past: list[Order] = field(default_factory=list)
    told: dict[datetime, list[bool]] = field(
        default_factory=dict
    )  # per report, by when it was asked: did something go on?

    def attempt(self, psp_id: str) -> Attempt:
        return next(one for one in self.attempts if one.psp_id == psp_id)

    @property
    def received_cents(self) -> int:
        """What came in and was not reversed, in euros."""
        return sum(one.money for one in self.attempts if one.currency == "EUR")

    @property
    def covers(self) -> bool:
        """Does what came in cover what was asked, in the right amount registered and the right currency?"""
        approved = [one for one in self.attempts if one.money > 0]
        asked = self.command.amount_cents
        return (
            self.registered_cents == asked <= self.received_cents
            and self.currency == "EUR"
            and all(one.currency == "EUR" for one in approved)
        )

    @property
    def refunded_cents(self) -> int:
        return sum(one.amount_cents for one in self.refunds if one.status == BewegingStatus.DONE)

    @property
    def taken_cents(self) -> int:
        return sum(one.amount_cents for one in self.terugboekingen if one.status == BewegingStatus.DONE)

    def left(self, attempt: Attempt) -> int:
        """What may still go back over an attempt."""
        gone = [one for one in self.refunds + self.terugboekingen if one.attempt_id == attempt.psp_id]
        return attempt.money - sum(one.amount_cents for one in gone if one.status != BewegingStatus.FAILED)


@dataclass
class PspModel:
    """One PSP account's view of the world; `notify` is told of every change."""

    account: str
    kind: PspKind
    line: Line
    notify: Callable[[str, str], None]
    code: str = "model"
    orders: dict[str, Order] = field(default_factory=dict)
    numbers: int = 0

    @property
    def repeats(self) -> bool:
        return self.kind == PspKind.REPEATS

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            lookup_by_reference=self.kind == PspKind.FINDS,
            idempotent_create=self.repeats,
            cancel=True,
            partial_refund=True,
            capture=False,
            signed_notification=False,
            repeat_hours=24 if self.repeats else None,
            idempotent_refund=self.repeats,
        )

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        return self.line.call("psp.start", self.account, lambda: self._start(command))

    def _start(self, command: StartPspBetaling) -> StartedPspBetaling:
        order = self._known(command)
        if order is not None and self.repeats and self.line.clock() > order.made_at + REPEATED_FOR:
            order = None  # it forgot: this opens another one
        if order is not None and not self.repeats:
            raise NeighbourError(Outcome.REFUSED, "REFERENCE_NOT_UNIQUE", neighbour=self.account)
        if order is None:
            key = f"{self.account}-{self._number()}"
            order = self.orders[key] = Order(key, command, self.line.clock(), command.amount_cents)
        return StartedPspBetaling(order.key, _handover(order))

    def find(self, command: StartPspBetaling, *, timeout: float = 10.0) -> StartedPspBetaling | None:
        return self.line.call("psp.find", self.account, lambda: self._find(command), reads=True)

    def _find(self, command: StartPspBetaling) -> StartedPspBetaling | None:
        order = self._known(command)
        return StartedPspBetaling(order.key, _handover(order)) if order else None

    def _known(self, command: StartPspBetaling) -> Order | None:
        return next((one for one in self.orders.values() if one.command.reference == command.reference), None)

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        return self.line.call("psp.status", self.account, lambda: self._status(psp_key, now), reads=True)

    def _status(self, psp_key: str, now: datetime) -> PspRapport:
        order = told = self._order(psp_key)
        if order.past and self.line.hits(self.line.faults.lies):
            self.line.note("the PSP tells how it was before")
            order = self.line.rng.choice(order.past)
        told.told.setdefault(now, []).append(any(one.goes_on for one in order.attempts))
        return _rapport(order, now, tells_end=self.repeats)

    def cancel(self, psp_key: str) -> None:
        self.line.call("psp.cancel", self.account, lambda: self._cancel(psp_key))

    def _cancel(self, psp_key: str) -> None:
        order = self._order(psp_key)
        if any(one.status in _GOING for one in order.attempts):
            return
        with self.changing(order):
            for one in order.attempts:
                if one.status == PogingStatus.STARTED:
                    one.status, one.word = PogingStatus.CANCELLED, "CANCELED"
            self.close(order)

    def close(self, order: Order) -> None:
        """Nobody can begin an attempt in it any more."""
        order.closed = True
        if not self.repeats and not any(one.money for one in order.attempts):
            order.registered_cents = 0  # as Docdata reports a cancelled order

    def refund(self, command: RefundCommand) -> None:
        self.line.call("psp.refund", self.account, lambda: self._refund(command))

    def _refund(self, command: RefundCommand) -> None:
        order = self._order(command.psp_key)
        if self.repeats and any(one.reference == command.reference for one in order.refunds):
            return
        attempt = next((one for one in order.attempts if one.psp_id == command.poging_id), None)
        if attempt is None or attempt.currency != command.currency or order.left(attempt) < command.amount_cents:
            raise NeighbourError(Outcome.REFUSED, "TE_HOOG", neighbour=self.account)
        if self.line.hits(30):
            raise NeighbourError(Outcome.REFUSED, "DECLINED", neighbour=self.account)
        if self.line.hits(30):
            self.line.note("the PSP accepts a refund and forgets it")
            return
        with self.changing(order):
            self.gives_back(order, attempt, command.amount_cents, command.reference)

    def gives_back(self, order: Order, attempt: Attempt, cents: int, reference: str | None) -> None:
        """A refund that is on its way; it is done or fails at once, or some days later."""
        rng = self.line.rng
        made = Movement(f"R{self._number()}", attempt.psp_id, reference, cents, BewegingStatus.PENDING)
        order.refunds.append(made)
        status = rng.choice([BewegingStatus.DONE] * 4 + [BewegingStatus.FAILED])

        after_all = status == BewegingStatus.FAILED and rng.random() < 0.3

        def end() -> None:
            with self.changing(order):
                made.status = status
            if after_all:
                self.line.clock.later(timedelta(days=1), done)

        def done() -> None:
            attempt_left = order.left(order.attempt(made.attempt_id))
            if attempt_left >= made.amount_cents:
                with self.changing(order):
                    made.status = BewegingStatus.DONE

        minutes = rng.choice([0, 1, 60, 1_440, 4_000])
        if minutes:
            self.line.clock.later(timedelta(minutes=minutes), end)
        else:
            made.status = status

    def takes_back(self, order: Order, attempt: Attempt, cents: int) -> None:
        """The citizen's bank has the money again."""
        made = Movement(f"C{self._number()}", attempt.psp_id, None, cents, BewegingStatus.DONE)
        order.terugboekingen.append(made)

    def capture(self, command: CaptureCommand) -> None:
        raise NeighbourError(Outcome.REFUSED, "NIET_NODIG", neighbour=self.account)

    def parse_notification(self, request: InboundHttp) -> Notification:
        return Notification((request.query["reference"],), None, 200, "OK")

    def parse_return(self, request: InboundHttp) -> ReturnHint:
        return ReturnHint.UNKNOWN

    def health(self) -> None:
        self.line.call("psp.health", self.account, lambda: None, reads=True)

    def _order(self, psp_key: str) -> Order:
        if psp_key not in self.orders:
            raise NeighbourError(Outcome.REFUSED, "ORDER_UNKNOWN", neighbour=self.account)
        return self.orders[psp_key]

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def begin_attempt(self, order: Order, methode: str, *, cents: int, currency: str) -> Attempt:
        """The citizen chose a method on the PSP's page."""
        attempt = Attempt(str(self._number()), methode, cents, currency)
        order.attempts.append(attempt)
        return attempt

    def changing(self, order: Order) -> Change:
        """What happens inside is one change of this order: the past is kept, and the hub is told."""
        return Change(self, order)


@dataclass
class Change:
    """One change of an order."""

    psp: PspModel
    order: Order

    def __enter__(self) -> Order:
        kept = copy.copy(self.order)
        kept.past = []
        kept.attempts, kept.refunds, kept.terugboekingen = (
            [copy.copy(one) for one in found]
            for found in (self.order.attempts, self.order.refunds, self.order.terugboekingen)
        )
        self.order.past = [*self.order.past[1 - HISTORY :], kept]
        return self.order

    def __exit__(self, *_: object) -> None:
        order = self.order
        order.once_paid = order.once_paid or order.covers
        order.most_cents = max(order.most_cents, order.received_cents)
        self.psp.notify(self.psp.account, order.command.reference)


def _handover(order: Order) -> Handover:
    return Handover("GET", f"https://psp.example/{order.key}")


def _rapport(order: Order, now: datetime, *, tells_end: bool) -> PspRapport:
    return PspRapport(
        now,
        order.registered_cents,
        order.currency,
        tuple(
            PspPoging(
                one.psp_id,
                one.methode,
                one.status,
                one.word,
                one.amount_cents,
                one.approved_cents,
                0,
                one.reversed_cents,
                one.currency,
            )
            for one in order.attempts
        ),
        tuple(_beweging(one) for one in order.refunds),
        tuple(_beweging(one) for one in order.terugboekingen),
        order.closed if tells_end else None,
    )


def _beweging(one: Movement) -> PspBeweging:
    return PspBeweging(one.psp_id, one.attempt_id, one.reference, one.amount_cents, "EUR", one.status)
