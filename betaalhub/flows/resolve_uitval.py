"""A person resolves an uitval: who, how and why are written down, and what follows is queued in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import BetalingStatus, BoekingStatus, UitvalStatus
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.boeking import book_again, book_paid
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import lock_opdracht
from betaalhub.storage import outbox
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    JournaalpostRow,
    PspAccountRow,
    UitvalRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class UitvalStand:
    """One uitval as a person reads it. Times are UTC."""

    id: int
    soort: UitvalSoort
    status: str
    omschrijving: str
    voorstel: str
    oplossingen: tuple[Oplossing, ...]
    betaalkenmerk: str | None
    geopend_op: datetime
    keer: int
    opgelost_door: str | None
    oplossing: str | None
    reden: str | None


def list_uitval(session: Session, *, everything: bool = False, limit: int = 200) -> Sequence[UitvalStand]:
    """What waits for a person, oldest first; with `everything` also what is resolved."""
    query = select(UitvalRow, BetaalopdrachtRow.kenmerk).outerjoin(
        BetaalopdrachtRow, BetaalopdrachtRow.id == UitvalRow.betaalopdracht_id
    )
    if not everything:
        query = query.where(UitvalRow.status != UitvalStatus.OPGELOST)
    rows = session.execute(query.order_by(UitvalRow.geopend_op, UitvalRow.id).limit(limit))
    return [_stand(row, kenmerk) for row, kenmerk in rows]


def show_uitval(session: Session, uitval_id: int) -> UitvalStand:
    """One uitval; NotFound when there is none with this number."""
    row = session.get(UitvalRow, uitval_id)
    if row is None:
        raise NotFound(f"Er is geen uitval met nummer {uitval_id}.")
    opdracht = session.get(BetaalopdrachtRow, row.betaalopdracht_id) if row.betaalopdracht_id else None
    return _stand(row, opdracht.kenmerk if opdracht else None)


def _stand(row: UitvalRow, betaalkenmerk: str | None) -> UitvalStand:
    soort = UitvalSoort(row.soort)
    return UitvalStand(
        id=row.id,
        soort=soort,
        status=row.status,
        omschrijving=row.omschrijving,
        voorstel=UITVAL[soort].voorstel,
        oplossingen=possible(soort),
        betaalkenmerk=betaalkenmerk,
        geopend_op=row.geopend_op,
        keer=row.keer,
        opgelost_door=row.opgelost_door,
        oplossing=row.oplossing,
        reden=row.reden,
    )


def possible(soort: UitvalSoort) -> tuple[Oplossing, ...]:
    """The resolutions of this kind that can be done from here."""
    return tuple(way for way in UITVAL[soort].oplossingen if way in _ACTIONS)


def resolve_uitval(
    session: Session, uitval_id: int, *, oplossing: Oplossing, door: str, reden: str | None, now: datetime, keys: Keys
) -> UitvalStand:
    """Do what was chosen and close the uitval; the same cause opens it again.

    Refusal OPLOSSING_ONJUIST when this way does not fit the kind, REDEN_ONTBREEKT when a reason is needed.
    """
    seen = session.get(UitvalRow, uitval_id)
    if seen is None:
        raise NotFound(f"Er is geen uitval met nummer {uitval_id}.")
    mandje = lock_opdracht(session, seen.betaalopdracht_id)[0] if seen.betaalopdracht_id else None
    (row,) = lock(session, UitvalRow, [uitval_id])
    soort = UitvalSoort(row.soort)
    if row.status == UitvalStatus.OPGELOST:
        raise Refusal("OPLOSSING_ONJUIST", "Deze uitval is al opgelost.")
    if oplossing not in possible(soort):
        ways = ", ".join(possible(soort))
        raise Refusal("OPLOSSING_ONJUIST", f"Bij {soort} kan alleen: {ways}.")
    if oplossing == Oplossing.GEEN_ACTIE and not reden:
        raise Refusal("REDEN_ONTBREEKT", "Geef met --reden aan waarom er niets hoeft te gebeuren.")
    reden = mask_tekst(reden)[0] if reden else None
    who = Door(door, now)
    _ACTIONS[oplossing](session, row, who, keys)
    van, row.status = row.status, UitvalStatus.OPGELOST
    row.opgelost_door, row.oplossing, row.reden, row.gewijzigd_op = door, oplossing, reden, now
    record(
        session,
        who,
        "UITVAL_OPGELOST",
        onderwerp="UITVAL",
        onderwerp_id=row.id,
        betaalopdracht_id=row.betaalopdracht_id,
        van=van,
        naar=row.status,
        reden=reden,
        gegevens={"oplossing": oplossing},
    )
    if mandje is not None:
        herbereken(session, mandje, who)
    return show_uitval(session, uitval_id)


def _nothing(session: Session, row: UitvalRow, door: Door, keys: Keys) -> None:
    """The reason is the whole of it."""


def _ask_again(session: Session, row: UitvalRow, door: Door, keys: Keys) -> None:
    if row.terugbetaling_id is not None:
        raise Refusal(
            "OPLOSSING_ONJUIST",
            "Over een terugbetaling valt niets opnieuw te vragen: beslis erover en sluit met GEEN_ACTIE.",
        )
    if row.journaalpost_id is not None:
        post = session.get_one(JournaalpostRow, row.journaalpost_id)
        if post.batch_id is not None:
            administratie = session.get_one(AdministratieRow, post.administratie_id)
            _again(session, OutboxSoort.BOEKINGSBATCH, post.batch_id, f"erp:{administratie.code}", door)
    elif row.betaling_id is not None:
        betaling = session.get_one(BetalingRow, row.betaling_id)
        account = session.get_one(PspAccountRow, betaling.psp_account_id)
        _again(session, OutboxSoort.VRAAG_PSP, betaling.id, f"psp:{account.code}", door)


def _send_again(session: Session, row: UitvalRow, door: Door, keys: Keys) -> None:
    opdracht = session.get_one(BetaalopdrachtRow, row.betaalopdracht_id)
    zender = session.get_one(ZenderRow, opdracht.zender_id)
    _again(session, OutboxSoort.STATUSBERICHT, opdracht.id, f"zender:{zender.code}", door)


def _again(session: Session, soort: OutboxSoort, object_id: int, ontvanger: str, door: Door) -> None:
    outbox.enqueue(session, soort, object_id, ontvanger=ontvanger, due_at=door.now, now=door.now)
    outbox.circuit_success(session, ontvanger)


def _book_again(session: Session, row: UitvalRow, door: Door, keys: Keys) -> None:
    """After the catalogue was mended: a rejected journaalpost is made again, a missing one is made."""
    booked = True
    if row.journaalpost_id is not None:
        (post,) = lock(session, JournaalpostRow, [row.journaalpost_id])
        booked = post.status != BoekingStatus.AFGEKEURD or book_again(session, post, door)
    elif row.betaling_id is not None and row.betaalopdracht_id is not None:
        betaling = session.get_one(BetalingRow, row.betaling_id)
        opdracht = session.get_one(BetaalopdrachtRow, row.betaalopdracht_id)
        if betaling.status == BetalingStatus.BETAALD:
            booked = book_paid(session, betaling, opdracht, door, keys=keys, aside=False)
    if not booked:
        raise Refusal("OPLOSSING_ONJUIST", "Er is nog geen geldige boekingssleutel. Herstel eerst de catalogus.")


def _close_circuit(session: Session, row: UitvalRow, door: Door, keys: Keys) -> None:
    betaling = session.get(BetalingRow, row.betaling_id) if row.betaling_id else None
    account = session.get(PspAccountRow, betaling.psp_account_id) if betaling and betaling.psp_account_id else None
    if account is not None:
        outbox.circuit_success(session, f"psp:{account.code}")


_ACTIONS: Mapping[Oplossing, Callable[[Session, UitvalRow, Door, Keys], None]] = {
    Oplossing.GEEN_ACTIE: _nothing,
    Oplossing.OPNIEUW_VRAGEN: _ask_again,
    Oplossing.OPNIEUW_VERZENDEN: _send_again,
    Oplossing.OPNIEUW_BOEKEN: _book_again,
    Oplossing.CIRCUIT_SLUITEN: _close_circuit,
}
