"""The citizen presses pay: freeze the winkelmandje, allot the money to the productregels and record the intent to start."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from betaalhub.domain.kenmerk import ideal_description, psp_referentie
from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import LIVE, BetaalopdrachtStatus, BetalingStatus, Kanaal, WinkelmandjeStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import NotFound
from betaalhub.flows.change_status import change_betaling
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.routing import offers_of, route_of
from betaalhub.storage import outbox, queries
from betaalhub.storage.database import lock, lock_where
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    PspAccountRow,
    ToewijzingRow,
    WinkelmandjeRow,
)

START_GRACE = timedelta(seconds=60)  # a start that is still unanswered after this is asked about


@dataclass(frozen=True, slots=True)
class PayWish:
    """What the citizen sent: the method, and the winkelmandje as she saw it (signed in the form). Cents.

    `email`: where her mails about this betaling go, at most 254 characters; `referentie`: a company's own, at most 40.
    """

    methode: str
    form_key: str
    versie: int
    totaal_cent: int
    taal: str
    email: str | None = None
    referentie: str | None = None


class Checkout(StrEnum):
    """What is to be done now."""

    START = "START"  # a fresh betaling: call the PSP
    RESUME = "RESUME"  # one lives already: back to the same PSP order
    CHANGED = "CHANGED"  # the winkelmandje is not what she saw, or a betaalopdracht is about to expire
    CLOSED = "CLOSED"  # paid, expired or empty
    NO_METHOD = "NO_METHOD"  # this method is not offered
    DOWN = "DOWN"  # the PSP is spared: nothing was tried, and she may come back


@dataclass(frozen=True, slots=True)
class Intent:
    """What was decided, and for START the values for the call. Cents, UTC."""

    what: Checkout
    betaling_id: int = 0
    psp_account: str = ""
    referentie: str = ""
    bedrag_cent: int = 0
    omschrijving: str = ""
    methode: str = ""
    taal: str = "nl"
    administratie: str = ""
    token: str = ""
    volgnummer: int = 0
    minuten: int = 0  # how long the attempt lasts, from its start


def checkout(
    session: Session, token: str, wish: PayWish, *, now: datetime, attempt: timedelta, accounts: Collection[str]
) -> Intent:
    """Record the intent to pay this winkelmandje; the same form sent twice finds the same betaling. NotFound: no such token.

    `accounts`: the codes of the PSP accounts that this process can call. `attempt`: how long an attempt lasts where neither
    product nor account says so. An account whose circuit is open is passed over, and DOWN when there is no other.
    """
    found = queries.winkelmandje_by_token(session, token)
    if found is None:
        raise NotFound("No winkelmandje with this token")
    (mandje,) = lock(session, WinkelmandjeRow, [found.id])
    opdrachten = lock_where(session, BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == mandje.id)
    betalingen = queries.betalingen_of(session, mandje.id)
    for row in betalingen:
        if row.formulier_sleutel == wish.form_key or BetalingStatus(row.status) in LIVE:
            _complete(row, wish)
            return intent_of(session, Checkout.RESUME, mandje, row)
    if mandje.status != WinkelmandjeStatus.OPEN or not opdrachten:
        return Intent(Checkout.CLOSED)
    regels = queries.regels_of(session, [row.id for row in opdrachten])
    route = route_of(session, mandje.administratie_id, [regel.productcode for regel in regels], now)
    offers = offers_of(session, mandje.administratie_id, route, accounts=accounts, now=now)
    chosen = [offer for offer in offers if offer.methode.code == wish.methode]
    account = next((offer.account for offer in chosen if not offer.spared), None)
    until = now + route.attempt(account.poging_minuten if account else None, attempt)
    if not _as_seen(mandje, opdrachten, wish, until):
        return Intent(Checkout.CHANGED)
    if account is None:
        return Intent(Checkout.DOWN if chosen else Checkout.NO_METHOD)
    betaling = _record_intent(session, mandje, account, wish, volgnummer=len(betalingen) + 1, now=now, until=until)
    _allot(session, betaling, regels)
    door = Door("burger", now)
    change_betaling(session, betaling, BetalingStatus.STARTEN, door)
    herbereken(session, mandje, door)
    outbox.enqueue_first(
        session, OutboxSoort.VRAAG_PSP, betaling.id, ontvanger=f"psp:{account.code}", due_at=now + START_GRACE, now=now
    )
    return intent_of(session, Checkout.START, mandje, betaling)


def _complete(betaling: BetalingRow, wish: PayWish) -> None:
    """What she types in another tab while it is paid is not lost; what stands there is not replaced."""
    if BetalingStatus(betaling.status) in LIVE:
        betaling.email = betaling.email or wish.email
        betaling.referentie = betaling.referentie or _masked(wish.referentie)


def _masked(referentie: str | None) -> str | None:
    return mask_tekst(referentie)[0] if referentie else None


def _as_seen(mandje: WinkelmandjeRow, opdrachten: list[BetaalopdrachtRow], wish: PayWish, until: datetime) -> bool:
    """Is the winkelmandje what she saw, and does at least one attempt's length remain for every betaalopdracht?"""
    return (
        mandje.versie == wish.versie
        and sum(row.totaal_cent for row in opdrachten) == wish.totaal_cent
        and all(row.status == BetaalopdrachtStatus.OPEN and row.vervalt_op >= until for row in opdrachten)
    )


def _record_intent(
    session: Session,
    mandje: WinkelmandjeRow,
    account: PspAccountRow,
    wish: PayWish,
    *,
    volgnummer: int,
    now: datetime,
    until: datetime,
) -> BetalingRow:
    betaling = BetalingRow(
        winkelmandje_id=mandje.id,
        volgnummer=volgnummer,
        psp_account_id=account.id,
        psp_referentie=psp_referentie(mandje.kenmerk, volgnummer),
        status=BetalingStatus.AANGEMAAKT,
        levend_sleutel=str(mandje.id),
        kanaal=Kanaal.PSP,
        methode=wish.methode,
        taal=wish.taal,
        bedrag_cent=wish.totaal_cent,
        ontvangen_cent=0,
        gereserveerd_cent=0,
        formulier_sleutel=wish.form_key,
        aangemaakt_op=now,
        verloopt_op=until,
        status_op=now,
        gevraagd=0,
        email=wish.email,
        referentie=_masked(wish.referentie),
    )
    session.add(betaling)
    session.flush()
    record(
        session,
        Door("burger", now),
        "BETALING_AANGEMAAKT",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=mandje.id,
        naar=BetalingStatus.AANGEMAAKT,
        gegevens={"referentie": betaling.psp_referentie, "bedrag_cent": betaling.bedrag_cent, "methode": wish.methode},
    )
    return betaling


def _allot(session: Session, betaling: BetalingRow, regels: Sequence[ProductregelRow]) -> None:
    """Freeze which productregels this betaling pays, and for how many cents; together they are its amount."""
    rows = [
        {"betaling_id": betaling.id, "productregel_id": row.id, "bedrag_cent": row.bedrag_cent, "gereserveerd_cent": 0}
        for row in regels
    ]
    session.execute(insert(ToewijzingRow), rows)


def intent_of(session: Session, what: Checkout, mandje: WinkelmandjeRow, betaling: BetalingRow) -> Intent:
    """What stands in the register about a betaling, as the PSP call wants it."""
    account = session.get(PspAccountRow, betaling.psp_account_id) if betaling.psp_account_id else None
    administratie = session.get_one(AdministratieRow, mandje.administratie_id)
    return Intent(
        what,
        betaling_id=betaling.id,
        psp_account=account.code if account else "",
        referentie=betaling.psp_referentie,
        bedrag_cent=betaling.bedrag_cent,
        omschrijving=ideal_description(administratie.naam, mandje.kenmerk),
        methode=betaling.methode,
        taal=betaling.taal,
        administratie=administratie.code,
        token=mandje.token,
        volgnummer=betaling.volgnummer,
        minuten=max(1, int((betaling.verloopt_op - betaling.aangemaakt_op).total_seconds() // 60)),
    )
