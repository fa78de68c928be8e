"""Books what was paid: one balanced journaalpost per betaalopdracht and event."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import (
    Boekingsregel,
    Journaalpost,
    JournaalSoort,
    boekdatum,
    post_betaald,
    post_te_verrekenen,
    reverse,
)
from betaalhub.domain.statuses import BoekingStatus, BtwCode, Kanaal
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

_NO_COUNTER = "De administratie heeft nog geen tussenrekening voor de balie (balie_tussenrekening in de catalogus)."


def book_paid(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys, aside: bool
) -> bool:
    """Book one betaalopdracht of a paid betaling, once; `aside`: late or double money goes to te verrekenen ontvangsten.

    A product without a valid booking key, or a counter without a tussenrekening, opens CONFIG_ONGELDIG for this betaalopdracht
    only; others are booked. False then.
    """
    sleutel = paid_key(betaling.id, opdracht.id)
    if is_booked(session, sleutel):
        return True
    post = post_of(session, betaling, opdracht, boekdatum(door.now), aside=aside)
    if post is None:
        _missing_key(session, betaling, opdracht, door)
        return False
    store_post(
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


def replace_post(session: Session, row: JournaalpostRow, post: Journaalpost, door: Door) -> None:
    """The same journaalpost with other lines, to be booked under its own number."""
    change_boeking(session, row, BoekingStatus.TE_BOEKEN, door)
    row.batch_id = None
    session.execute(delete(BoekingsregelRow).where(BoekingsregelRow.journaalpost_id == row.id))
    _add_regels(session, row, post)


def reverse_paid(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys
) -> bool:
    """Book the opposite of what `book_paid` booked, once, today and on the same accounts; False when that was never booked."""
    booked = session.scalar(
        select(JournaalpostRow).where(JournaalpostRow.sleutel == paid_key(betaling.id, opdracht.id))
    )
    if booked is None:
        return False
    store_post(
        session,
        reverse(
            stored_post(session, booked),
            soort=JournaalSoort.CORRECTIE,
            boekdatum=boekdatum(door.now),
            omschrijving=f"Herroepen {opdracht.kenmerk}",
        ),
        f"HERROEPEN:{betaling.id}:{opdracht.id}",
        door,
        keys=keys,
        administratie_id=opdracht.administratie_id,
        betaling=betaling,
        opdracht=opdracht,
    )
    return True


def stored_post(session: Session, row: JournaalpostRow) -> Journaalpost:
    """A journaalpost as it was written down."""
    numbers: dict[int, int] = {}
    if row.betaalopdracht_id is not None:
        numbers = {regel.id: regel.regelnummer for regel in queries.regels_of(session, [row.betaalopdracht_id])}
    regels = tuple(
        Boekingsregel(
            line.grootboekrekening,
            line.kostenplaats,
            line.project,
            BtwCode(line.btw),
            line.debet_cent,
            line.credit_cent,
            line.omschrijving,
            numbers.get(line.productregel_id) if line.productregel_id is not None else None,
        )
        for line in queries.boekingsregels_of(session, [row.id])
    )
    return Journaalpost(JournaalSoort(row.soort), row.boekdatum, row.omschrijving, regels)


def paid_key(betaling_id: int | None, opdracht_id: int | None) -> str:
    """The key of the journaalpost of what a betaling pays of a betaalopdracht."""
    return f"BETAALD:{betaling_id}:{opdracht_id}"


def post_of(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, on: date, *, aside: bool
) -> Journaalpost | None:
    """The journaalpost of what this betaling pays of a betaalopdracht; None when an account for it is not configured."""
    regels = queries.toegewezen_regels(session, betaling.id, opdracht.id)
    administratie = session.get_one(AdministratieRow, opdracht.administratie_id)
    tussenrekening = tussenrekening_of(session, betaling, administratie)
    if tussenrekening is None:
        return None
    if aside:
        return post_te_verrekenen(
            sum(cents for _, cents in regels),
            omschrijving=f"Te verrekenen {opdracht.kenmerk}",
            boekdatum=on,
            tussenrekening=tussenrekening,
            te_verrekenen=administratie.te_verrekenen_rekening,
        )
    codes = dict.fromkeys(regel.productcode for regel, _ in regels)
    sleutels = {code: boekingsleutel_for(session, opdracht.administratie_id, code, on) for code in codes}
    keyed = [(regel, cents, sleutels[regel.productcode]) for regel, cents in regels]
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
    if is_booked(session, sleutel):
        return
    post = surplus_of(session, betaling, surplus_cent, boekdatum(door.now), administratie_id=administratie_id)
    store_post(
        session, post, sleutel, door, keys=keys, administratie_id=administratie_id, betaling=betaling, opdracht=None
    )


def surplus_of(
    session: Session, betaling: BetalingRow, surplus_cent: int, on: date, *, administratie_id: int
) -> Journaalpost:
    """The journaalpost of what came in beyond the amount of a betaling."""
    account = session.get_one(PspAccountRow, betaling.psp_account_id)  # a counter registers no surplus
    administratie = session.get_one(AdministratieRow, administratie_id)
    return post_te_verrekenen(
        surplus_cent,
        omschrijving=f"Meer ontvangen {betaling.psp_referentie}",
        boekdatum=on,
        tussenrekening=account.tussenrekening,
        te_verrekenen=administratie.te_verrekenen_rekening,
    )


def is_booked(session: Session, sleutel: str) -> bool:
    """Is there a journaalpost for this event?"""
    return session.scalar(select(JournaalpostRow.id).where(JournaalpostRow.sleutel == sleutel)) is not None


def tussenrekening_of(session: Session, betaling: BetalingRow, administratie: AdministratieRow) -> str | None:
    """Where the money of this betaling rests: the account of the counter, or of the PSP account."""
    if betaling.kanaal == Kanaal.BALIE:
        return administratie.balie_tussenrekening
    return session.get_one(PspAccountRow, betaling.psp_account_id).tussenrekening


def _missing_key(session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door) -> None:
    administratie = session.get_one(AdministratieRow, opdracht.administratie_id)
    no_counter = tussenrekening_of(session, betaling, administratie) is None
    open_uitval(
        session,
        door,
        UitvalSoort.CONFIG_ONGELDIG,
        f"boeking:{betaling.id}:{opdracht.id}",
        administratie_id=opdracht.administratie_id,
        betaalopdracht_id=opdracht.id,
        winkelmandje_id=opdracht.winkelmandje_id,
        betaling_id=betaling.id,
        omschrijving=_NO_COUNTER if no_counter else None,
    )


def store_post(
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
    """Write a journaalpost down under the key of its event; the caller knows that it is not there yet."""
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
    rows = [
        {
            "journaalpost_id": row.id,
            "volgnummer": volgnummer,
            "productregel_id": regel_ids.get(regel.regelnummer) if regel.regelnummer else None,
            "grootboekrekening": regel.grootboekrekening,
            "kostenplaats": regel.kostenplaats,
            "project": regel.project,
            "btw": regel.btw,
            "debet_cent": regel.debet_cent,
            "credit_cent": regel.credit_cent,
            "omschrijving": regel.omschrijving,
        }
        for volgnummer, regel in enumerate(post.regels, 1)
    ]
    session.execute(insert(BoekingsregelRow), rows, execution_options={"render_nulls": True})  # one statement for all
