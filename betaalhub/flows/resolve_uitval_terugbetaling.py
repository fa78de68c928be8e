"""A person decides from an uitval about the terugbetaling that it is about; the same flows as those of `betaalhub terugbetaling`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.errors import Refusal
from betaalhub.flows.resolve_uitval_zaak import Keuze, Zaak, not_possible
from betaalhub.flows.terugbetaling_besluit import ask_again, decide, link, send_again, settle_by_hand
from betaalhub.storage.tables import ProductregelRow, TerugbetalingRow, ToewijzingRow, UitvalRow

_DECIDED = frozenset({TerugbetalingStatus.GOEDGEKEURD, TerugbetalingStatus.AFGEWEZEN})


def can_link(session: Session, row: UitvalRow) -> bool:
    """Is it a refund made at the PSP of which nobody said what it was for?"""
    if row.terugbetaling_id is None:
        return False
    return session.get_one(TerugbetalingRow, row.terugbetaling_id).status == TerugbetalingStatus.EXTERN


def link_extern(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """Over the productregels that the person names, or what was paid too much first and then all of them."""
    cents = None
    if keuze.regels is not None:
        ids = _toewijzingen(session, zaak)
        unknown = sorted(set(keuze.regels) - ids.keys())
        if unknown:
            raise not_possible(f"Regel {unknown[0]} wordt niet door deze betaling betaald.")
        cents = {ids[nummer]: asked for nummer, asked in keuze.regels.items()}
    link(session, _nummer(session, zaak), cents, door=keuze.door, keys=zaak.keys)


def _toewijzingen(session: Session, zaak: Zaak) -> dict[int, int]:
    """Of the betaalopdracht of this uitval: the toewijzing of its betaling on each regelnummer."""
    rows = session.execute(
        select(ProductregelRow.regelnummer, ToewijzingRow.id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == zaak.locked.betaling.id)
        .where(ProductregelRow.betaalopdracht_id == zaak.row.betaalopdracht_id)
    )
    return dict(rows.all())


def ask_terugbetaling(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The PSP is asked now."""
    ask_again(session, _nummer(session, zaak), door=keuze.door)


def send_terugbetaling(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """It goes once more, under the same reference."""
    send_again(session, _nummer(session, zaak), door=keuze.door)


def set_terugbetaling(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """Approved or rejected by another person, or with two persons VOLTOOID or MISLUKT."""
    nummer, to = _nummer(session, zaak), TerugbetalingStatus(keuze.status or "")
    if to in _DECIDED:
        yes = to == TerugbetalingStatus.GOEDGEKEURD
        decide(session, nummer, goedkeuren=yes, door=keuze.door, reden=keuze.reden)
        return
    if not keuze.tweede:
        raise Refusal(
            "TWEEDE_ONTBREEKT", "Met de hand afsluiten vraagt twee mensen: geef met --tweede de naam van een collega."
        )
    settle_by_hand(session, nummer, to, door=keuze.door, tweede=keuze.tweede, keys=zaak.keys, reden=keuze.reden or "")


def _nummer(session: Session, zaak: Zaak) -> str:
    return session.get_one(TerugbetalingRow, zaak.row.terugbetaling_id).nummer
