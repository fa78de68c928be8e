"""What a PSP reports about one order, in the hub's own words: amounts and attempts, no judgement (domain.md, section 2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MIXED_CURRENCY = "XXX"  # ISO 4217 for "no currency": the amounts under one attempt are in different ones


class PogingStatus(StrEnum):
    """What one attempt at the PSP is in, after the connector's closed table; UNKNOWN words stay UNKNOWN, never failed."""

    STARTED = "STARTED"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    ERROR = "ERROR"  # failed by an error at the PSP: asked again
    UNKNOWN = "UNKNOWN"


class BewegingStatus(StrEnum):
    """How far a refund or chargeback is at the PSP."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class PspPoging:
    """One attempt of the citizen within an order. Amounts in cents; `approved_cents` counts only what the acquirer approved."""

    psp_id: str
    methode: str
    status: PogingStatus
    native_status: str
    amount_cents: int
    approved_cents: int
    captured_cents: int
    reversed_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class PspBeweging:
    """A refund or chargeback that the PSP reports on an attempt. Amounts in cents.

    `by_place`: the PSP gave it no number, so that its `psp_id` is its place in a list that may turn round.
    """

    psp_id: str
    poging_id: str
    our_reference: str | None
    amount_cents: int
    currency: str
    status: BewegingStatus
    by_place: bool = False


@dataclass(frozen=True, slots=True)
class PspRapport:
    """Everything the PSP says of one order at one moment (UTC). `registered_cents` is None when it does not say."""

    observed_at: datetime
    registered_cents: int | None
    currency: str | None
    pogingen: tuple[PspPoging, ...]
    terugbetalingen: tuple[PspBeweging, ...]
    terugboekingen: tuple[PspBeweging, ...]
    closed: bool | None  # None: this PSP cannot tell (Docdata)
