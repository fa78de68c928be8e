"""Why a betaalopdracht can not be withdrawn or registered as paid as it stands now; one text for each reason."""

from __future__ import annotations

from betaalhub.domain.statuses import PAID, BetaalopdrachtStatus
from betaalhub.errors import Refusal


def require_open(status: str) -> None:
    """Refusal unless it is OPEN: BETALING_LOOPT (repeat later), AL_BETAALD, BETAALOPDRACHT_BEEINDIGD."""
    found = BetaalopdrachtStatus(status)
    if found == BetaalopdrachtStatus.IN_BETALING:
        raise Refusal("BETALING_LOOPT", "De betaler is nu aan het betalen. Herhaal het bericht later, ongewijzigd.")
    if found in PAID:
        if found == BetaalopdrachtStatus.TERUGBETAALD:
            raise Refusal("AL_BETAALD", "Deze betaalopdracht is betaald en terugbetaald. Bied een nieuwe aan.")
        raise Refusal("AL_BETAALD", "Deze betaalopdracht is al betaald.")
    if found != BetaalopdrachtStatus.OPEN:
        raise Refusal(
            "BETAALOPDRACHT_BEEINDIGD", "Deze betaalopdracht is ingetrokken of verlopen. Bied een nieuwe aan."
        )
