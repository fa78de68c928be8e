"""When is it paid? One fold over the evidence of all attempts at one PSP order (domain.md, section 5; Docdata manual 3.13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.domain.statuses import FINAL, LIVE, BetalingStatus
from betaalhub.domain.uitval import UitvalSoort


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says. `status` None: nothing new. Cents."""

    status: BetalingStatus | None
    received_cents: int
    surplus_cents: int
    methode: str | None
    uitval: tuple[UitvalSoort, ...]
    alarms: tuple[str, ...]
    refunded_cents: int
    charged_back_cents: int


def fold(
    rapport: PspRapport,
    *,
    expected_cents: int,
    current: BetalingStatus,
    currency: str = "EUR",
    accepted_cents: int | None = None,
) -> Verdict:
    """Judge one report against the amount that was stored at the start (`expected_cents` > 0) and the status until now.

    BETAALD is never left; a final status only for BETAALD; an unknown word is still open, and an alarm, never failed. The
    order of the attempts in the report means nothing. Refunds and terugboekingen are judged where they are recorded
    (`flows/bewegingen.py`, `flows/terugboeking.py`): they never turn BETAALD back.
    `accepted_cents`: what a person accepted instead of `expected_cents`; then it is paid with that, whatever was registered.
    """
    wanted = accepted_cents or expected_cents
    pogingen = sorted(rapport.pogingen, key=attempt_age)
    approved = [poging for poging in pogingen if poging.status == PogingStatus.APPROVED and not _undone(poging)]
    received = sum(money_of(poging) for poging in approved if poging.currency == currency)
    differs = _other_currency(rapport, approved, currency) or 0 < received < wanted
    differs = differs or (accepted_cents is None and _other_amount(rapport, approved, expected_cents))
    if differs:
        seen = BetalingStatus.IN_BEHANDELING
    elif received >= wanted > 0:
        seen = BetalingStatus.BETAALD
    else:
        seen = _unpaid(rapport, pogingen)
    surplus = 0 if differs else max(0, received - wanted)
    return Verdict(
        status=_step(seen, current),
        received_cents=received,
        surplus_cents=surplus,
        methode=approved[-1].methode if approved else None,
        uitval=tuple(_exceptions(seen, current, differs=differs, surplus=surplus)),
        alarms=(*_alarms(pogingen, seen, current), *_strange(rapport, currency)),
        refunded_cents=_done(rapport.terugbetalingen, currency),
        charged_back_cents=_done(rapport.terugboekingen, currency),
    )


def attempt_age(poging: PspPoging) -> tuple[int, str]:
    """Attempts by their number at the PSP, oldest first: "9" comes before "10"."""
    return len(poging.psp_id), poging.psp_id


def money_of(poging: PspPoging) -> int:
    """What the acquirer approved or captured, minus what was reversed: a reversed attempt keeps its approval (manual 3.13)."""
    return max(0, max(poging.approved_cents, poging.captured_cents) - poging.reversed_cents)


def _undone(poging: PspPoging) -> bool:
    """Approved and wholly reversed since: the same as cancelled."""
    return poging.status == PogingStatus.APPROVED and poging.reversed_cents > 0 and money_of(poging) == 0


def _other_amount(rapport: PspRapport, approved: Sequence[PspPoging], expected: int) -> bool:
    """Another amount registered. R = 0 without approval is a cancel, not a difference."""
    registered = rapport.registered_cents
    return registered is not None and registered != expected and (registered != 0 or bool(approved))


def _other_currency(rapport: PspRapport, approved: Sequence[PspPoging], currency: str) -> bool:
    currencies = {poging.currency for poging in approved} | ({rapport.currency} if rapport.currency else set())
    return bool(currencies - {currency})


def _unpaid(rapport: PspRapport, pogingen: Sequence[PspPoging]) -> BetalingStatus:
    """The order with no money: pending when any attempt may be, open when any may go on, else how its attempts ended.

    A word that we do not know, or money on an attempt that did not succeed, may be money under way: never an end.
    """
    ways = [PogingStatus.CANCELLED if _undone(poging) else poging.status for poging in pogingen]
    statuses = set(ways)
    going = {PogingStatus.PENDING, PogingStatus.APPROVED, PogingStatus.UNKNOWN}
    if statuses & going or any(_stray(poging) for poging in pogingen):
        return BetalingStatus.IN_BEHANDELING
    closed = rapport.registered_cents == 0 or rapport.closed is True
    if not closed and (not statuses or PogingStatus.STARTED in statuses):
        return BetalingStatus.GESTART
    ended = [way for way in ways if way != PogingStatus.STARTED]
    failed = bool(ended) and ended[-1] in (PogingStatus.FAILED, PogingStatus.ERROR)
    return BetalingStatus.MISLUKT if failed else BetalingStatus.GEANNULEERD


def _stray(poging: PspPoging) -> bool:
    return poging.status != PogingStatus.APPROVED and money_of(poging) > 0


def _step(seen: BetalingStatus, current: BetalingStatus) -> BetalingStatus | None:
    """What the status table lets through: BETAALD stays, and only BETAALD leaves an unpaid end."""
    if seen == current or current == BetalingStatus.BETAALD:
        return None
    return None if current in FINAL and seen != BetalingStatus.BETAALD else seen


def _exceptions(seen: BetalingStatus, current: BetalingStatus, *, differs: bool, surplus: int) -> Iterator[UitvalSoort]:
    if current == BetalingStatus.BETAALD and seen != BetalingStatus.BETAALD:
        yield UitvalSoort.PSP_SPREEKT_ZICH_TEGEN
    elif differs:
        yield UitvalSoort.BEDRAG_AFWIJKEND
    if surplus:
        yield UitvalSoort.DUBBEL_BETAALD


def _alarms(pogingen: Sequence[PspPoging], seen: BetalingStatus, current: BetalingStatus) -> Iterator[str]:
    for poging in pogingen:
        if poging.status == PogingStatus.UNKNOWN:
            yield f"onbekend statuswoord {poging.native_status[:40]}"
        if _stray(poging):
            yield f"geld op een poging met status {poging.status}"
    if current in FINAL and seen in LIVE:
        yield f"na {current} meldt de PSP {seen}"


def _strange(rapport: PspRapport, currency: str) -> Iterator[str]:
    for item in (*rapport.terugbetalingen, *rapport.terugboekingen):
        if item.status == BewegingStatus.UNKNOWN:
            yield f"onbekend statuswoord bij beweging {item.psp_id[:60]}"
        if item.currency != currency:
            yield f"andere munt bij beweging {item.psp_id[:60]}"


def _done(items: Sequence[PspBeweging], currency: str) -> int:
    return sum(item.amount_cents for item in items if item.status == BewegingStatus.DONE and item.currency == currency)
