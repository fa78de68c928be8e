"""When the hub asks, tries again and gives up: short pure schedules, each with an end (domain.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from betaalhub.domain.statuses import FINAL, LIVE, BetalingStatus

_M, _H, _D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_OPEN = (_M, 3 * _M, 15 * _M, _H, 6 * _H, *(n * _D for n in range(1, 91)))
_UNPAID = (_H, _D, 7 * _D)
_PAID = tuple(n * _D for n in (1, 7, 30, 90, 120, 180))
_LADDER = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    _M,
    5 * _M,
    15 * _M,
    _H,
    3 * _H,
    6 * _H,
    12 * _H,
    *(_D for _ in range(7)),
)
_CIRCUIT = (timedelta(seconds=10), timedelta(seconds=30), _M, 5 * _M)


def next_ask(
    status: BetalingStatus,
    *,
    created_at: datetime,
    expires_at: datetime,
    final_at: datetime | None,
    has_psp_key: bool,
    now: datetime,
) -> datetime | None:
    """The next moment (UTC, after `now`) to ask the PSP about a betaling; None: no more by itself.

    While not final: 1, 3, 15 min, at expiry, 1 h, 6 h, daily to 90 days; after an unpaid end: +1 h, +1 d, +7 d; after
    BETAALD: +1, 7, 30, 90, 120, 180 days. An ended betaling without a PSP key cannot be asked about; one that is still
    open can: at a PSP without look-up, creating again with the same reference is the ask.
    """
    if status in LIVE:
        moments = [*(created_at + step for step in _OPEN), expires_at]
    elif has_psp_key:
        moments = [(final_at or created_at) + step for step in (_UNPAID if status in FINAL else _PAID)]
    else:
        moments = []
    return min((moment for moment in moments if moment > now), default=None)


def retry_delay(attempt: int, *, draw: Callable[[int], int]) -> timedelta | None:
    """How long to wait after the n-th failed try (from 1): 5 s rising to a day, with up to a tenth added so that many do not
    come at once; None after the last: then a person is asked."""
    if not 1 <= attempt <= len(_LADDER):
        return None
    step = _LADDER[attempt - 1]
    return step + step * draw(101) / 1000


def circuit_delay(failures: int) -> timedelta:
    """How long a receiver is spared after this many failures in a row: 10 s up to 5 min."""
    return _CIRCUIT[min(max(failures, 1), len(_CIRCUIT)) - 1]
