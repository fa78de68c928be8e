"""The citizen pays: the intent is committed, the PSP called with nothing open, the outcome committed."""

from __future__ import annotations

from dataclasses import dataclass

from betaalhub.domain.statuses import LIVE, BetalingStatus
from betaalhub.errors import NeighbourError
from betaalhub.flows.checkout import Checkout, Intent, PayWish, checkout
from betaalhub.flows.record_start import Started, record_start
from betaalhub.hub import Hub
from betaalhub.ports import StartPspBetaling
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.tables import BetalingRow

_PAUSE = 0.1  # seconds
_LOOKS = 30  # after each of them a pause: so long a second click waits for the first one's answer


@dataclass(frozen=True, slots=True)
class PayResult:
    """Where the browser goes (`url`), or why not: down (nothing was tried), unavailable (it was), changed, closed, no_method,
    or unknown (look at the status)."""

    url: str | None
    problem: str = ""


_PROBLEMS = {
    Checkout.CHANGED: "changed",
    Checkout.CLOSED: "closed",
    Checkout.NO_METHOD: "no_method",
    Checkout.DOWN: "down",
}


def pay(hub: Hub, token: str, wish: PayWish) -> PayResult:
    """Open a betaling at the PSP, or find the one that lives; a double click makes one betaling. NotFound: no such token."""
    intent = with_retries(
        hub.sessions,
        lambda session: checkout(session, token, wish, now=hub.clock(), attempt=hub.attempt, accounts=hub.psps.keys()),
    )
    if intent.what in _PROBLEMS:
        return PayResult(None, _PROBLEMS[intent.what])
    if intent.what == Checkout.RESUME:
        return _resume(hub, intent)
    status = start_at_psp(hub, intent.betaling_id, command_for(hub, intent), intent.psp_account, wie="burger")
    return _resume(hub, intent) if status in LIVE else PayResult(None, "unavailable")


def command_for(hub: Hub, intent: Intent) -> StartPspBetaling:
    """The PSP's order for this betaling; the same values every time, so that a repeat is the same order."""
    return StartPspBetaling(
        reference=intent.referentie,
        amount_cents=intent.bedrag_cent,
        currency="EUR",
        description=intent.omschrijving,
        return_url=f"{hub.portaal.at(intent.administratie).betaal_url(intent.token, intent.taal)}/terug/{intent.volgnummer}",
        taal="en" if intent.taal == "en" else "nl",
        methode=intent.methode,
        valid_minutes=intent.minuten,
    )


def start_at_psp(hub: Hub, betaling_id: int, command: StartPspBetaling, account: str, *, wie: str) -> BetalingStatus:
    """Call the PSP with nothing open and record what came of it; the status that the betaling has then."""
    result: Started | NeighbourError
    try:
        started = hub.psp(account).start(command)
        result = Started(started.psp_key, started.handover.url)
    except NeighbourError as error:
        result = error
    return with_retries(
        hub.sessions, lambda session: record_start(session, betaling_id, result, wie=wie, now=hub.clock())
    )


def _resume(hub: Hub, intent: Intent) -> PayResult:
    """The way to the PSP order of a living betaling; waits a moment when another request is opening it just now."""
    for look in range(_LOOKS):
        if look:
            hub.pause(_PAUSE)
        with reading(hub.sessions) as session:
            row = session.get_one(BetalingRow, intent.betaling_id)
            status, url = BetalingStatus(row.status), row.doorstuur_url
        if status == BetalingStatus.GESTART and url:
            return PayResult(url)
        if status not in (BetalingStatus.AANGEMAAKT, BetalingStatus.STARTEN):
            break
    return PayResult(None, "unknown")
