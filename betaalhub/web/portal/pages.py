"""Which page belongs to which state of a winkelmandje: one closed table, from page state to texts and ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from betaalhub.errors import ConfigurationError
from betaalhub.flows.paginastatus import Paginastatus


class Tone(StrEnum):
    """The look of the panel; never the only carrier of what it says."""

    GOOD = "goed"
    WAIT = "wacht"
    BAD = "fout"
    CALM = "rust"


class Shows(StrEnum):
    """What the address of the winkelmandje itself shows in a state."""

    CART = "CART"  # the winkelmandje, with the button to pay
    STATUS = "STATUS"  # it is being paid or paid: to the state of the payment
    GONE = "GONE"  # no longer valid


class Finds(StrEnum):
    """What "waar is mijn betaling?" advises beside the state; `find.next.<value>` is its text."""

    PAY = "pay"
    WAIT = "wait"
    NOTHING = "nothing"
    CALL = "call"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Page:
    """One page state. The keys of its title and text follow from its name; the rest says which ways on are offered."""

    tone: Tone
    shows: Shows
    finds: Finds
    next_key: str  # the text under "Hoe gaat het verder?"
    waits: bool = False  # the page looks by itself whether something changed
    to_psp: bool = False  # the way back to the same PSP order is offered
    receipt: bool = False
    lines: bool = False  # how each betaalopdracht and productregel stands is shown
    returns: bool = False  # one link per product system
    retry: bool = False
    notice: str = ""  # said above the winkelmandje after an attempt that came to nothing


def _paid(tone: Tone, finds: Finds, next_key: str, *, receipt: bool = True) -> Page:
    return Page(tone, Shows.STATUS, finds, next_key, receipt=receipt, lines=True, returns=True)


def _again(notice: str, next_key: str = "status.next.again") -> Page:
    return Page(Tone.BAD, Shows.CART, Finds.PAY, next_key, retry=True, returns=True, notice=notice)


_P, _SEES = Paginastatus, Shows.STATUS
PAGES: Mapping[Paginastatus, Page] = MappingProxyType(
    {
        _P.CART: Page(Tone.CALM, Shows.CART, Finds.PAY, "status.next.cart"),
        _P.OPEN: Page(Tone.WAIT, _SEES, Finds.WAIT, "status.next.open", waits=True, to_psp=True),
        _P.PENDING: Page(Tone.WAIT, _SEES, Finds.WAIT, "status.next.pending", waits=True, returns=True),
        _P.UNKNOWN: Page(Tone.WAIT, _SEES, Finds.WAIT, "status.next.unknown", waits=True, returns=True),
        _P.DIFFERS: Page(Tone.WAIT, _SEES, Finds.WAIT, "status.next.differs", returns=True),
        _P.PAID: _paid(Tone.GOOD, Finds.NOTHING, "status.next.paid"),
        _P.LATE: _paid(Tone.WAIT, Finds.WAIT, "status.next.late", receipt=False),
        _P.DOUBLE: _paid(Tone.GOOD, Finds.NOTHING, "status.next.double"),
        _P.DOUBLE_BACK: _paid(Tone.GOOD, Finds.NOTHING, "status.next.coming_back"),
        _P.COMING_BACK: _paid(Tone.CALM, Finds.NOTHING, "status.next.coming_back"),
        _P.REFUNDED: _paid(Tone.CALM, Finds.NOTHING, "status.next.refunded"),
        _P.PART_REFUNDED: _paid(Tone.CALM, Finds.NOTHING, "status.next.refunded"),
        _P.TAKEN_BACK: _paid(Tone.BAD, Finds.CALL, "status.next.taken_back", receipt=False),
        _P.FAILED: _again("cart.again.failed"),
        _P.CANCELLED: _again("cart.again.cancelled"),
        _P.EXPIRED: _again("cart.again.expired"),
        _P.RETURNED: _again("cart.again.returned", "status.next.returned"),
        _P.GONE: Page(Tone.BAD, Shows.GONE, Finds.GONE, ""),
    }
)
if set(PAGES) != set(Paginastatus):
    raise ConfigurationError("Every Paginastatus needs its page: " + ", ".join(set(Paginastatus) ^ set(PAGES)))

# Seconds until the page without JavaScript looks again; after the last one only the link is left (WCAG 2.2.1).
REFRESH_AFTER = (2, 3, 5, 8, 10, 15, 15, 20, 30, 30)

# What a redirect may say above the winkelmandje. Nothing else of an address is ever shown.
NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "veranderd": "cart.changed",
        "verwijderd": "cart.removed",
        "blijft": "cart.remove.fail",
        "toegevoegd": "cart.added",
        "teruggezet": "cart.put_back",
        "weg": "cart.put_back.fail",
        "vervangen": "cart.changed",
        "onbereikbaar": "go.fail",
        "storing": "cart.outage.notice",
        "bijna": "cart.late",
    }
)


@dataclass(frozen=True, slots=True)
class Refresh:
    """How the waiting page looks again: `after` seconds (None: not by itself) and the count for the next address."""

    after: int | None
    count: int
    stopped: bool


def refresh_of(page: Page, asked: str | None) -> Refresh:
    """The refresh for a page; `asked` is `vernieuw` of the address: a count, `uit`, or anything (then it counts from 0)."""
    if not page.waits or asked == "uit":
        return Refresh(None, 0, stopped=True)
    count = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    after = REFRESH_AFTER[count] if count < len(REFRESH_AFTER) else None
    return Refresh(after, count + 1, stopped=False)
