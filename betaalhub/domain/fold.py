"""When is it paid? One fold over the evidence of all attempts at one PSP order (domain.md, section 5; Docdata manual 3.13)."""

from __future__ import annotations

from dataclasses import dataclass

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.domain.statuses import FINAL, BetalingStatus
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
    known_refunds: frozenset[str] = frozenset(),
) -> Verdict:
    """Judge one report against the amount that was stored at the start (`expected_cents` > 0) and the status until now.

    BETAALD is never left; a final status only for BETAALD; an unknown word is still open, and an alarm, never failed.
    `known_refunds`: the references of the terugbetalingen that the hub itself asked for.
    """
    approved = [poging for poging in rapport.pogingen if poging.status == PogingStatus.APPROVED]
    received = max(0, sum(_received(poging) for poging in approved))
    alarms = [
        f"onbekend statuswoord {poging.native_status[:40]}"
        for poging in rapport.pogingen
        if poging.status == PogingStatus.UNKNOWN
    ]
    uitval = list(_movements(rapport, known_refunds))
    differs = _differs(rapport, approved, expected_cents, currency)
    status: BetalingStatus | None
    if differs or 0 < received < expected_cents:
        status = BetalingStatus.IN_BEHANDELING
        if current != BetalingStatus.BETAALD:
            uitval.append(UitvalSoort.BEDRAG_AFWIJKEND)
    elif received >= expected_cents:
        status = BetalingStatus.BETAALD
        if received > expected_cents:
            uitval.append(UitvalSoort.DUBBEL_BETAALD)
    else:
        status = _unpaid(rapport)
    status = _allowed(status, current, received, expected_cents, uitval, alarms)
    return Verdict(
        status=status,
        received_cents=received,
        surplus_cents=max(0, received - expected_cents) if not differs else 0,
        methode=approved[-1].methode if approved else None,
        uitval=tuple(dict.fromkeys(uitval)),
        alarms=tuple(alarms),
        refunded_cents=_sum(rapport.terugbetalingen),
        charged_back_cents=_sum(rapport.terugboekingen),
    )


def _received(poging: PspPoging) -> int:
    """What the acquirer approved or captured, minus what was reversed: a reversed attempt keeps its approval (manual 3.13)."""
    return max(poging.approved_cents, poging.captured_cents) - poging.reversed_cents


def _differs(rapport: PspRapport, approved: list[PspPoging], expected: int, currency: str) -> bool:
    """Another amount registered, or another currency anywhere. R = 0 without approval is a cancel, not a difference."""
    registered = rapport.registered_cents
    if registered is not None and registered != expected and (registered != 0 or approved):
        return True
    currencies = {poging.currency for poging in approved} | ({rapport.currency} if rapport.currency else set())
    return bool(currencies - {currency})


def _unpaid(rapport: PspRapport) -> BetalingStatus:
    """The order with no money: pending when any attempt is, open when any may go on, else how its attempts ended."""
    statuses = {poging.status for poging in rapport.pogingen}
    if PogingStatus.PENDING in statuses or PogingStatus.APPROVED in statuses:
        return BetalingStatus.IN_BEHANDELING
    if rapport.registered_cents == 0 or rapport.closed:
        return (
            BetalingStatus.MISLUKT
            if statuses & {PogingStatus.FAILED} and PogingStatus.CANCELLED not in statuses
            else BetalingStatus.GEANNULEERD
        )
    if not statuses or statuses & {PogingStatus.STARTED, PogingStatus.UNKNOWN}:
        return BetalingStatus.GESTART
    newest = max(rapport.pogingen, key=lambda poging: (len(poging.psp_id), poging.psp_id))
    return BetalingStatus.GEANNULEERD if newest.status == PogingStatus.CANCELLED else BetalingStatus.MISLUKT


def _allowed(
    status: BetalingStatus,
    current: BetalingStatus,
    received: int,
    expected: int,
    uitval: list[UitvalSoort],
    alarms: list[str],
) -> BetalingStatus | None:
    """What the status table lets through."""
    if current == BetalingStatus.BETAALD:
        if received < expected:
            uitval.append(UitvalSoort.PSP_SPREEKT_ZICH_TEGEN)
        return None
    if current in FINAL:
        if status in (BetalingStatus.BETAALD, current):
            return status if status == BetalingStatus.BETAALD else None
        alarms.append(f"na {current} meldt de PSP {status}")
        return None
    return None if status == current else status


def _movements(rapport: PspRapport, known: frozenset[str]) -> list[UitvalSoort]:
    found = []
    if any(
        item.our_reference not in known and item.status != BewegingStatus.FAILED for item in rapport.terugbetalingen
    ):
        found.append(UitvalSoort.EXTERNE_TERUGBETALING)
    if any(item.status != BewegingStatus.FAILED for item in rapport.terugboekingen):
        found.append(UitvalSoort.TERUGBOEKING)
    return found


def _sum(items: tuple[PspBeweging, ...]) -> int:
    return sum(item.amount_cents for item in items if item.status == BewegingStatus.DONE)
