"""Where the pages of a state lead on: all of it for who holds the token of the winkelmandje, only looking for who holds a kijktoken."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from betaalhub.flows.mandje import MandjeStand
from betaalhub.web.context import asked_taal
from betaalhub.web.portal.door import page_url


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses of our own. `winkelmandje` (pay, change) and `ask` (ask the PSP now) are empty for who may only look."""

    status: str
    stand: str
    receipt: str
    winkelmandje: str = ""
    ask: str = ""

    @property
    def only_looks(self) -> bool:
        """May whoever holds this address do nothing but look?"""
        return not self.winkelmandje


def ways_of(stand: MandjeStand, token: str, *, stopped: bool = False) -> Ways:
    """For who holds the token. `stopped`: she does not want the page to look again by itself, and keeps that."""
    kept = {"vernieuw": "uit"} if stopped else {}
    status = page_url("status", token)
    number = str(stand.betaling.volgnummer) if stand.betaling else ""
    return Ways(
        status=status,
        stand=page_url("stand", token),
        receipt=page_url("receipt", token),
        winkelmandje=page_url("winkelmandje", token),
        ask=page_url("back", token, volgnummer=number, **kept) if number else status,
    )


def looking(kijktoken: str) -> Ways:
    """For who may only look."""
    taal = str(asked_taal())
    status, stand, receipt = (
        url_for(f"kijken.{page}", taal=taal, kijktoken=kijktoken) for page in ("status", "stand", "receipt")
    )
    return Ways(status, stand, receipt)
