"""What the page of the state and the receipt show."""

from __future__ import annotations

from typing import Any

from betaalhub.flows.mandje import MandjeStand
from betaalhub.web.portal.links import return_links
from betaalhub.web.portal.pages import Page, Refresh
from betaalhub.web.portal.ways import Ways


def status_view(stand: MandjeStand, page: Page, refresh: Refresh, ways: Ways) -> dict[str, Any]:
    """The values of status.html."""
    return {
        "stand": stand,
        "ways": ways,
        "page": page,
        "refresh": refresh,
        "betaling": stand.betaling,
        "amount_cent": stand.betaling.bedrag_cent if stand.betaling else stand.totaal_cent,
        "returns": return_links(stand) if page.returns and not ways.only_looks else (),
    }


def receipt_view(stand: MandjeStand, ways: Ways) -> dict[str, Any]:
    """The values of receipt.html."""
    return {"stand": stand, "ways": ways, "betaling": stand.betaling}
