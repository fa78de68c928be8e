"""Which page belongs to which state of a winkelmandje: one closed table, from page state to texts and ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from betaalhub.errors import ConfigurationError
from betaalhub.flows.mandje import Paginastatus


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


@dataclass(frozen=True, slots=True)
class Page:
    """One page state. The keys of its texts follow from its name; the rest says which ways on are offered."""

    tone: Tone
    shows: Shows
    next_key: str  # the text under "Hoe gaat het verder?"
    waits: bool = False  # the page looks by itself whether something changed
    to_psp: bool = False  # the way back to the same PSP order is offered
    receipt: bool = False
    returns: bool = False  # one link per product system
    retry: bool = False
    notice: str = ""  # said above the winkelmandje after an attempt that came to nothing


PAGES: Mapping[Paginastatus, Page] = MappingProxyType(
    {
        Paginastatus.CART: Page(Tone.CALM, Shows.CART, "status.next.cart"),
        Paginastatus.OPEN: Page(Tone.WAIT, Shows.STATUS, "status.next.open", waits=True, to_psp=True),
        Paginastatus.PENDING: Page(Tone.WAIT, Shows.STATUS, "status.next.pending", waits=True, returns=True),
        Paginastatus.UNKNOWN: Page(Tone.WAIT, Shows.STATUS, "status.next.unknown", waits=True, returns=True),
        Paginastatus.DIFFERS: Page(Tone.WAIT, Shows.STATUS, "status.next.differs", returns=True),
        Paginastatus.PAID: Page(Tone.GOOD, Shows.STATUS, "status.next.paid", receipt=True, returns=True),
        Paginastatus.DOUBLE: Page(Tone.GOOD, Shows.STATUS, "status.next.double", receipt=True, returns=True),
        Paginastatus.REFUNDED: Page(Tone.CALM, Shows.STATUS, "status.next.refunded", receipt=True, returns=True),
        Paginastatus.PART_REFUNDED: Page(Tone.CALM, Shows.STATUS, "status.next.refunded", receipt=True, returns=True),
        Paginastatus.TAKEN_BACK: Page(Tone.BAD, Shows.STATUS, "status.next.taken_back", returns=True),
        Paginastatus.FAILED: Page(
            Tone.BAD, Shows.CART, "status.next.again", retry=True, returns=True, notice="cart.again.failed"
        ),
        Paginastatus.CANCELLED: Page(
            Tone.BAD, Shows.CART, "status.next.again", retry=True, returns=True, notice="cart.again.cancelled"
        ),
        Paginastatus.EXPIRED: Page(
            Tone.BAD, Shows.CART, "status.next.again", retry=True, returns=True, notice="cart.again.expired"
        ),
        Paginastatus.RETURNED: Page(
            Tone.BAD, Shows.CART, "status.next.returned", retry=True, returns=True, notice="cart.again.returned"
        ),
        Paginastatus.GONE: Page(Tone.BAD, Shows.GONE, ""),
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
