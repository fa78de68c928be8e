"""Makes a journaalpost that the ERP rejected again, on the accounts of today, under its own number and on its own boekdatum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import Boekingsregel, Journaalpost, JournaalSoort, reverse
from betaalhub.domain.boeking_uitval import post_verschil, recode
from betaalhub.domain.producten import Boekingsleutel
from betaalhub.domain.statuses import BoekingStatus
from betaalhub.flows.boeking import paid_key, post_of, replace_post, stored_post, surplus_of
from betaalhub.flows.boeking_uitval import accounts_of, booked_keys
from betaalhub.flows.catalogus import boekingsleutel_for
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, JournaalpostRow

# Per event of which only the accounts may differ: does te verrekenen ontvangsten stand debet in it?
_ASIDE_DEBET: Mapping[str, bool] = {
    "TERUGBETALING": True,
    "EXTERN": True,
    "GEKOPPELD": True,
    "TERUGBOEKING": True,
    "GEWONNEN": False,
    "AANVAARD": True,
}


def book_again(session: Session, row: JournaalpostRow, door: Door) -> bool:
    """Give a rejected journaalpost the accounts of today's catalogue; it was never booked, so nothing is reversed. False while
    there is no valid booking key, or while what it reverses is rejected itself."""
    event = row.sleutel.partition(":")[0]
    made = _MAKERS.get(event, _on_other_accounts)(session, row)
    if made is None:
        return False
    replace_post(session, row, made, door)
    return True


def _paid(session: Session, row: JournaalpostRow) -> Journaalpost | None:
    betaling = session.get_one(BetalingRow, row.betaling_id)
    opdracht = session.get_one(BetaalopdrachtRow, row.betaalopdracht_id)
    return post_of(session, betaling, opdracht, row.boekdatum, aside=row.soort == JournaalSoort.TE_VERREKENEN)


def _surplus(session: Session, row: JournaalpostRow) -> Journaalpost | None:
    cents = sum(regel.debet_cent for regel in queries.boekingsregels_of(session, [row.id]))
    betaling = session.get_one(BetalingRow, row.betaling_id)
    return surplus_of(session, betaling, cents, row.boekdatum, administratie_id=row.administratie_id)


def _revoked(session: Session, row: JournaalpostRow) -> Journaalpost | None:
    """A rejected reversal follows what it reverses, which may have other accounts by now."""
    key = paid_key(row.betaling_id, row.betaalopdracht_id)
    (booked,) = session.scalars(select(JournaalpostRow).where(JournaalpostRow.sleutel == key)).all()
    if booked.status == BoekingStatus.AFGEKEURD:
        return None
    return reverse(
        stored_post(session, booked),
        soort=JournaalSoort.CORRECTIE,
        boekdatum=row.boekdatum,
        omschrijving=row.omschrijving,
    )


def _difference(session: Session, row: JournaalpostRow) -> Journaalpost | None:
    betaling = session.get_one(BetalingRow, row.betaling_id)
    return post_verschil(
        betaling.bedrag_cent - (betaling.aanvaard_cent or betaling.bedrag_cent),
        accounts_of(session, betaling, row.administratie_id),
        boekdatum=row.boekdatum,
        omschrijving=row.omschrijving,
    )


def _on_other_accounts(session: Session, row: JournaalpostRow) -> Journaalpost | None:
    """The same cents, btw included: they follow from what was gone when it was made."""
    betaling, post = session.get_one(BetalingRow, row.betaling_id), stored_post(session, row)
    accounts = accounts_of(session, betaling, row.administratie_id)
    event = row.sleutel.partition(":")[0]
    if event == "GEKOPPELD":  # its money left when it was found
        accounts = replace(accounts, tussenrekening=accounts.te_verrekenen)
    sleutels = _sleutels(session, row, post) if row.betaalopdracht_id is not None else {}
    if any(line.regelnummer is not None and line.regelnummer not in sleutels for line in post.regels):
        return None
    aside_debet = _ASIDE_DEBET.get(event, row.soort == JournaalSoort.CORRECTIE)  # AFWIJKEND comes and goes
    return recode(post, accounts, aside_debet=aside_debet, sleutels=sleutels)


def _sleutels(session: Session, row: JournaalpostRow, post: Journaalpost) -> dict[int, Boekingsleutel]:
    """Where the proceeds lie, when that is another account by now than it says; else what the mended catalogue says."""
    booked = booked_keys(session, row.betaling_id or 0, row.betaalopdracht_id or 0)
    lines = {line.regelnummer: line for line in post.regels if line.regelnummer is not None}
    found = {}
    for regel in queries.regels_of(session, [row.betaalopdracht_id or 0]):
        line, key = lines.get(regel.regelnummer), booked.get(regel.regelnummer)
        if line is not None and (key is None or _is_on(line, key)):
            key = boekingsleutel_for(session, row.administratie_id, regel.productcode, row.boekdatum)
        if key is not None:
            found[regel.regelnummer] = key
    return found


def _is_on(line: Boekingsregel, key: Boekingsleutel) -> bool:
    return (line.grootboekrekening, line.kostenplaats, line.project) == (
        key.grootboekrekening,
        key.kostenplaats,
        key.project,
    )


_MAKERS: Mapping[str, Callable[[Session, JournaalpostRow], Journaalpost | None]] = {
    "BETAALD": _paid,
    "MEER": _surplus,
    "HERROEPEN": _revoked,
    "VERSCHIL": _difference,
}
