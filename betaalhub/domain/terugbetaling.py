"""The rules of giving money back: who must look along, over which attempt at the PSP it goes, and when the PSP is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspPoging, PspRapport
from betaalhub.domain.fold import attempt_age, money_of

_M, _H, _D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_ASKS = (_M, 5 * _M, 15 * _M, _H, 6 * _H, *(n * _D for n in range(1, 91)))
_ENDED_ASKS = (_D, 7 * _D, 30 * _D)
ACCEPTED_AND_GONE = _D  # so long may a PSP not show what it accepted


def inherited(*levels: int | None) -> int:
    """The four-eyes threshold in cents: of the product, else of its productgroep, else of the administratie, else 0, which asks
    for a second person always."""
    return next((level for level in levels if level is not None), 0)


def needs_second(cents: Mapping[str, int], thresholds: Mapping[str, int]) -> bool:
    """Must a person other than the asker approve? Yes as soon as the cents of one product reach its threshold."""
    return any(amount >= thresholds.get(product, 0) for product, amount in cents.items())


def is_same_person(one: str, other: str) -> bool:
    """Are these the same name, whatever the capitals, spaces and dots? "J. de Vries" and "j de vries" are."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name) if letter.isalnum()).casefold()


def choose_poging(rapport: PspRapport, cents: int, *, newest: bool, currency: str = "EUR") -> str | None:
    """The PSP's number of an approved attempt that still has `cents` to give back: the oldest, or the newest (for what was paid
    twice); None when no single one has so much."""
    found = [poging for poging in rapport.pogingen if _left(rapport, poging, currency) >= cents]
    found.sort(key=attempt_age, reverse=newest)
    return found[0].psp_id if found else None


def _left(rapport: PspRapport, poging: PspPoging, currency: str) -> int:
    """What came in over this attempt, minus what went or is on its way back over it."""
    if poging.status != PogingStatus.APPROVED or poging.currency != currency:
        return 0
    moved = (*rapport.terugbetalingen, *rapport.terugboekingen)
    return money_of(poging) - sum(
        beweging.amount_cents
        for beweging in moved
        if beweging.poging_id == poging.psp_id and beweging.status != BewegingStatus.FAILED
    )


def next_refund_ask(since: datetime, now: datetime) -> datetime | None:
    """The next moment (UTC, after `now`) to ask the PSP about a refund that it was given at `since`: after 1, 5 and 15 minutes,
    1 and 6 hours, then daily to 90 days; None: never again by itself."""
    return _next(_ASKS, since, now)


def next_ended_refund_ask(since: datetime, now: datetime) -> datetime | None:
    """The same about one that ended at `since`: after 1, 7 and 30 days. A refund that failed is sometimes done after all, and one
    that was done comes back from a bank account that is closed."""
    return _next(_ENDED_ASKS, since, now)


def _next(steps: tuple[timedelta, ...], since: datetime, now: datetime) -> datetime | None:
    return min((since + step for step in steps if since + step > now), default=None)
