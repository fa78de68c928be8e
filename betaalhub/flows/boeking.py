"""Books what was paid: one balanced journaalpost per betaalopdracht and event."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import Journaalpost, boekdatum, post_betaald, post_te_verrekenen
from betaalhub.domain.statuses import BoekingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.catalogus import boekingsleutel_for
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
) -> None:
    """Book one betaalopdracht of a paid betaling, once; `aside`: late or double money goes to te verrekenen ontvangsten.

    A product without a valid booking key opens CONFIG_ONGELDIG for this betaalopdracht only; others are booked.
    """
    sleutel = f"BETAALD:{betaling.id}:{opdracht.id}"
    if _is_booked(session, sleutel):
        return
    on = boekdatum(door.now)
    regels = queries.toegewezen_regels(session, betaling.id, opdracht.id)
    tussenrekening, administratie = _accounts(session, betaling, opdracht.administratie_id)
    if aside:
        bedrag = sum(cents for _, cents in regels)
        post = post_te_verrekenen(
            bedrag,
            omschrijving=f"Te verrekenen {opdracht.kenmerk}",
            boekdatum=on,
            tussenrekening=tussenrekening,
            te_verrekenen=administratie.te_verrekenen_rekening,
        )
    else:
        keyed = [
            (regel, cents, boekingsleutel_for(session, opdracht.administratie_id, regel.productcode, on))
            for regel, cents in regels
        ]
        found = [(regel.regelnummer, regel.omschrijving, cents, key) for regel, cents, key in keyed if key is not None]
        if len(found) < len(keyed):
            _missing_key(session, betaling, opdracht, door)
            return
        post = post_betaald(
            found,
            omschrijving=f"Betaling {opdracht.kenmerk}",
            boekdatum=on,
            tussenrekening=tussenrekening,
            btw_rekening=administratie.btw_rekening,
        )
    _store(
        session,
        post,
        sleutel,
        door,
        keys=keys,
        administratie_id=opdracht.administratie_id,
        betaling=betaling,
        opdracht=opdracht,
        regel_ids={regel.regelnummer: regel.id for regel, _ in regels},
    )


def book_surplus(
    session: Session, betaling: BetalingRow, surplus_cent: int, door: Door, *, keys: Keys, administratie_id: int
) -> None:
    """Book cents that came in beyond the betaling's amount on te verrekenen ontvangsten, once per total reached."""
    sleutel = f"MEER:{betaling.id}:{betaling.ontvangen_cent}"
    if _is_booked(session, sleutel):
        return
    tussenrekening, administratie = _accounts(session, betaling, administratie_id)
    post = post_te_verrekenen(
        surplus_cent,
        omschrijving=f"Meer ontvangen {betaling.psp_referentie}",
        boekdatum=boekdatum(door.now),
        tussenrekening=tussenrekening,
        te_verrekenen=administratie.te_verrekenen_rekening,
    )
    _store(
        session,
        post,
        sleutel,
        door,
        keys=keys,
        administratie_id=administratie_id,
        betaling=betaling,
        opdracht=None,
        regel_ids={},
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
    regel_ids: dict[int, int],
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
