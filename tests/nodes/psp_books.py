"""The PSP simulator's own books, in the shape in which the simulation's rules about money read a PSP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from betaalhub.domain.evidence import BewegingStatus
from betaalhub.ports import StartPspBetaling
from tests.simulation.psp_model import Movement

_STATUSES = {"CAPTURED": BewegingStatus.DONE, "CHARGED": BewegingStatus.DONE, "FAILED": BewegingStatus.FAILED}


@dataclass(frozen=True)
class Order:
    """One order. Cents."""

    told: Mapping[str, Any]  # as the control API lists it

    @property
    def key(self) -> str:
        return str(self.told["key"])

    @property
    def attempts(self) -> list[Mapping[str, Any]]:
        return list(self.told["payments"])

    @cached_property
    def command(self) -> StartPspBetaling:
        """What the hub asked, as far as the rules look at it."""
        return StartPspBetaling(
            reference=self.told["reference"], amount_cents=self.told["amount"], currency=self.told["currency"],
            description="", return_url="", taal="nl", methode="", valid_minutes=0,
        )  # fmt: skip

    @property
    def received_cents(self) -> int:
        captured = (move for one in self.attempts for move in one["captures"] if move["status"] == "CAPTURED")
        return sum(move["amount"] for move in captured) - sum(one["reversed"] for one in self.attempts)

    @property
    def most_cents(self) -> int:
        """Nothing is reversed in these towns, so what is there is the most that ever was."""
        return self.received_cents

    @property
    def covers(self) -> bool:
        return self.received_cents >= self.command.amount_cents

    @property
    def once_paid(self) -> bool:
        return self.covers

    @property
    def refunds(self) -> list[Movement]:
        return list(self._moves("refunds"))

    @property
    def refunded_cents(self) -> int:
        return _done(self.refunds)

    @property
    def taken_cents(self) -> int:
        return _done(self._moves("chargebacks"))

    def _moves(self, kind: str) -> Iterator[Movement]:
        for one in self.attempts:
            for number, move in enumerate(one[kind], 1):
                status = _STATUSES.get(move["status"], BewegingStatus.PENDING)
                yield Movement(f"{one['id']}:{number}", str(one["id"]), move["name"], move["amount"], status)


@dataclass(frozen=True)
class PspBooks:
    """Every order."""

    all: tuple[Order, ...]

    @classmethod
    def read(cls, listing: Mapping[str, Any]) -> PspBooks:
        """From what the control API lists."""
        return cls(tuple(Order(one) for one in listing["orders"]))

    def orders(self) -> Iterator[Order]:
        return iter(self.all)


def _done(moves: Any) -> int:
    return sum(move.amount_cents for move in moves if move.status == BewegingStatus.DONE)
