"""Why a betaalopdracht can not be withdrawn or registered as paid as it stands now; one text for each reason."""

from __future__ import annotations

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.errors import Refusal

_PAID = frozenset(
    {BetaalopdrachtStatus.BETAALD, BetaalopdrachtStatus.DEELS_TERUGBETAALD, BetaalopdrachtStatus.TERUGBETAALD}
)


def require_open(status: str) -> None:
    """Refusal unless it is OPEN: BETALING_LOOPT (repeat later), AL_BETAALD, BETAALOPDRACHT_BEEINDIGD."""
    found = BetaalopdrachtStatus(status)
    if found == BetaalopdrachtStatus.IN_BETALING:
        raise Refusal("BETALING_LOOPT", "De betaler is nu aan het betalen. Herhaal het bericht later, ongewijzigd.")
    if found in _PAID:
        raise Refusal("AL_BETAALD", "Deze betaalopdracht is al betaald.")
    if found != BetaalopdrachtStatus.OPEN:
        raise Refusal("BETAALOPDRACHT_BEEINDIGD", "Deze betaalopdracht is ingetrokken of verlopen.")
