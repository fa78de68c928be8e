"""Books what was paid: one balanced journaalpost per betaalopdracht and event."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import Journaalpost, JournaalSoort, boekdatum, post_betaald, post_te_verrekenen
from betaalhub.domain.statuses import BoekingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.catalogus import boekingsleutel_for
from betaalhub.flows.change_status import change_boeking
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsregelRow,
    JournaalpostRow,
    PspAccountRow,
)


def book_paid(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys, aside: bool
) -> bool:
    """Book one betaalopdracht of a paid betaling, once; `aside`: late or double money goes to te verrekenen ontvangsten.

    A product without a valid booking key opens CONFIG_ONGELDIG for this betaalopdracht only; others are booked. False then.
    """
    sleutel = f"BETAALD:{betaling.id}:{opdracht.id}"
    if _is_booked(session, sleutel):
        return True
    post = _post_of(session, betaling, opdracht, boekdatum(door.now), aside=aside)
    if post is None:
        _missing_key(session, betaling, opdracht, door)
        return False
    _store(
        session,
        post,
        sleutel,
        door,
        keys=keys,
        administratie_id=opdracht.administratie_id,
        betaling=betaling,
        opdracht=opdracht,
    )
    return True


def book_again(session: Session, row: JournaalpostRow, door: Door) -> bool:
    """Make a journaalpost that the ERP rejected again, with the accounts of today's catalogue on its own boekdatum, to be
    booked under its own number; it was never booked, so nothing is reversed. False while there is no valid booking key."""
    betaling = session.get_one(BetalingRow, row.betaling_id)
    opdracht = session.get(BetaalopdrachtRow, row.betaalopdracht_id) if row.betaalopdracht_id else None
    aside = row.soort == JournaalSoort.TE_VERREKENEN
    if opdracht is None:
        surplus = sum(regel.debet_cent for regel in queries.boekingsregels_of(session, [row.id]))
        post = _surplus_of(session, betaling, surplus, row.boekdatum, administratie_id=row.administratie_id)
    elif (made := _post_of(session, betaling, opdracht, row.boekdatum, aside=aside)) is None:
        return False
    else:
        post = made
    change_boeking(session, row, BoekingStatus.TE_BOEKEN, door)
    row.batch_id = None
    session.execute(delete(BoekingsregelRow).where(BoekingsregelRow.journaalpost_id == row.id))
    _add_regels(session, row, post)
    return True


def _post_of(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, on: date, *, aside: bool
) -> Journaalpost | None:
    """The journaalpost of what this betaling pays of a betaalopdracht; None when a product has no valid booking key."""
    regels = queries.toegewezen_regels(session, betaling.id, opdracht.id)
    tussenrekening, administratie = _accounts(session, betaling, opdracht.administratie_id)
    if aside:
        return post_te_verrekenen(
            sum(cents for _, cents in regels),
            omschrijving=f"Te verrekenen {opdracht.kenmerk}",
            boekdatum=on,
            tussenrekening=tussenrekening,
            te_verrekenen=administratie.te_verrekenen_rekening,
        )
    keyed = [
        (regel, cents, boekingsleutel_for(session, opdracht.administratie_id, regel.productcode, on))
        for regel, cents in regels
    ]
    found = [(regel.regelnummer, regel.omschrijving, cents, key) for regel, cents, key in keyed if key is not None]
    if len(found) < len(keyed):
        return None
    return post_betaald(
        found,
        omschrijving=f"Betaling {opdracht.kenmerk}",
        boekdatum=on,
        tussenrekening=tussenrekening,
        btw_rekening=administratie.btw_rekening,
    )


def book_surplus(
    session: Session, betaling: BetalingRow, surplus_cent: int, door: Door, *, keys: Keys, administratie_id: int
) -> None:
    """Book cents that came in beyond the betaling's amount on te verrekenen ontvangsten, once per total reached."""
    sleutel = f"MEER:{betaling.id}:{betaling.ontvangen_cent}"
    if _is_booked(session, sleutel):
        return
    post = _surplus_of(session, betaling, surplus_cent, boekdatum(door.now), administratie_id=administratie_id)
    _store(session, post, sleutel, door, keys=keys, administratie_id=administratie_id, betaling=betaling, opdracht=None)


def _surplus_of(
    session: Session, betaling: BetalingRow, surplus_cent: int, on: date, *, administratie_id: int
) -> Journaalpost:
    tussenrekening, administratie = _accounts(session, betaling, administratie_id)
    return post_te_verrekenen(
        surplus_cent,
        omschrijving=f"Meer ontvangen {betaling.psp_referentie}",
        boekdatum=on,
        tussenrekening=tussenrekening,
        te_verrekenen=administratie.te_verrekenen_rekening,
    )


def _is_booked(session: Session, sleutel: str) -> bool:
    return session.scalar(select(JournaalpostRow.id).where(JournaalpostRow.sleutel == sleutel)) is not None


def _accounts(session: Session, betaling: BetalingRow, administratie_id: int) -> tuple[str, AdministratieRow]:
    account = session.get_one(PspAccountRow, betaling.psp_account_id)
    return account.tussenrekening, session.get_one(AdministratieRow, administratie_id)


def _missing_key(session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door) -> None:
    open_uitval(
        session,
        door,
        UitvalSoort.CONFIG_ONGELDIG,
        f"boeking:{betaling.id}:{opdracht.id}",
        administratie_id=opdracht.administratie_id,
        betaalopdracht_id=opdracht.id,
        winkelmandje_id=opdracht.winkelmandje_id,
        betaling_id=betaling.id,
    )


def _store(
    session: Session,
    post: Journaalpost,
    sleutel: str,
    door: Door,
    *,
    keys: Keys,
    administratie_id: int,
    betaling: BetalingRow,
    opdracht: BetaalopdrachtRow | None,
) -> None:
    row = JournaalpostRow(
        administratie_id=administratie_id,
        betaalopdracht_id=opdracht.id if opdracht else None,
        betaling_id=betaling.id,
        nummer=keys.number(),
        sleutel=sleutel,
        soort=post.soort,
        boekdatum=post.boekdatum,
        omschrijving=post.omschrijving,
        status=BoekingStatus.TE_BOEKEN,
        aangemaakt_op=door.now,
    )
    session.add(row)
    session.flush()
    _add_regels(session, row, post)
    record(
        session,
        door,
        "JOURNAALPOST_GEMAAKT",
        onderwerp="JOURNAALPOST",
        onderwerp_id=row.id,
        winkelmandje_id=betaling.winkelmandje_id,
        betaalopdracht_id=row.betaalopdracht_id,
        naar=row.status,
        gegevens={"soort": post.soort, "nummer": row.nummer},
    )


def _add_regels(session: Session, row: JournaalpostRow, post: Journaalpost) -> None:
    regel_ids: dict[int, int] = {}
    if row.betaalopdracht_id is not None:
        regel_ids = {regel.regelnummer: regel.id for regel in queries.regels_of(session, [row.betaalopdracht_id])}
    for volgnummer, regel in enumerate(post.regels, 1):
        session.add(
            BoekingsregelRow(
                journaalpost_id=row.id,
                volgnummer=volgnummer,
                productregel_id=regel_ids.get(regel.regelnummer) if regel.regelnummer else None,
                grootboekrekening=regel.grootboekrekening,
                kostenplaats=regel.kostenplaats,
                project=regel.project,
                btw=regel.btw,
                debet_cent=regel.debet_cent,
                credit_cent=regel.credit_cent,
                omschrijving=regel.omschrijving,
            )
        )
