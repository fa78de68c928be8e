"""What the page of the state and the receipt show."""

from __future__ import annotations

from typing import Any

from betaalhub.flows.mandje import MandjeStand
from betaalhub.web.portal.links import return_links
from betaalhub.web.portal.pages import Page, Refresh


def status_view(stand: MandjeStand, page: Page, refresh: Refresh, token: str) -> dict[str, Any]:
    """The values of status.html."""
    return {
        "stand": stand,
        "token": token,
        "page": page,
        "refresh": refresh,
        "betaling": stand.betaling,
        "amount_cent": stand.betaling.bedrag_cent if stand.betaling else stand.totaal_cent,
        "returns": return_links(stand) if page.returns else (),
    }


def receipt_view(stand: MandjeStand, token: str) -> dict[str, Any]:
    """The values of receipt.html."""
    return {"stand": stand, "token": token, "betaling": stand.betaling}
