"""What a person decides about a terugbetaling: yes or no, what an external one was for, paid at the counter, again, or by hand.

Each takes the locks itself (domain.md, section 2.10), writes down who and why, and recomputes what follows.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import Kanaal, TerugbetalingStatus
from betaalhub.domain.terugbetaling import is_same_person
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.verdeling import spread
from betaalhub.domain.verzoeken import more_than_left
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.boeking_terug import book_given_back
from betaalhub.flows.change_status import change_terugbetaling
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import Locked
from betaalhub.flows.terugbetaling import approve, enqueue, surplus_left
from betaalhub.flows.terugbetaling_outcome import complete, fail, release
from betaalhub.flows.terugbetaling_send import lock_terugbetaling, recompute
from betaalhub.flows.uitval import close_by_itself
from betaalhub.storage.database import lock
from betaalhub.storage.tables import TerugbetalingRegelRow, TerugbetalingRow, ToewijzingRow

_S = TerugbetalingStatus
_SHORTEST = 6  # characters with which a number may be abbreviated


def find_nummer(session: Session, nummer: str) -> int:
    """The id of the terugbetaling with this number, or with the only number that begins so. NotFound, or Refusal when more do or
    too little of it was given."""
    given = nummer.strip().upper()
    query = select(TerugbetalingRow.id).where(TerugbetalingRow.nummer == given)
    found = session.scalars(query).all()
    if not found and len(given) >= _SHORTEST and given.isalnum():
        found = session.scalars(
            select(TerugbetalingRow.id).where(TerugbetalingRow.nummer.startswith(given)).limit(2)
        ).all()
    if len(found) > 1:
        raise Refusal("ZOEKVRAAG_ONJUIST", f"Meer terugbetalingen beginnen met {given}: geef het hele nummer.")
    if not found:
        if len(given) < _SHORTEST:
            raise Refusal("ZOEKVRAAG_ONJUIST", f"Geef ten minste {_SHORTEST} tekens van het nummer.")
        raise NotFound(
            f"Er is geen terugbetaling met nummer {nummer.strip()}. Kijk met: betaalhub terugbetaling list --alles."
        )
    return found[0]


def decide(
    session: Session, nummer: str, *, goedkeuren: bool, door: Door, reden: str | None = None
) -> TerugbetalingRow:
    """Approve, after which the worker sends it, or reject, after which its cents are free again.

    Refusal TERUGBETALING_ONJUIST when it was decided before, when a second person is needed, or when a rejection has no reason.
    """
    locked, row = _locked(session, nummer)
    _require(row, {_S.AANGEVRAAGD}, "Over deze terugbetaling is al beslist")
    if goedkeuren:
        _other_person(row.aangevraagd_door, door, "Wie een terugbetaling vraagt, keurt haar niet zelf goed")
        approve(session, locked.betaling, row, door)
    else:
        if not reden:
            raise Refusal("REDEN_ONTBREEKT", "Geef aan waarom er niet wordt terugbetaald.")
        change_terugbetaling(session, row, _S.AFGEWEZEN, door, reden=mask_tekst(reden)[0])
        row.beslist_door, row.beslist_op = door.wie, door.now
        release(session, locked, row, door)
    recompute(session, locked, door)
    return row


def link(session: Session, nummer: str, cents: Mapping[int, int] | None, *, door: Door, keys: Keys) -> TerugbetalingRow:
    """Say what a refund that was made at the PSP was for (EXTERN → GEKOPPELD): cents per toewijzing (by id), or None for what was
    paid too much first and then, in proportion, what is left of each productregel.

    What fits nowhere stays on te verrekenen ontvangsten. Refusal TERUGBETALING_ONJUIST for more than there is.
    """
    locked, row = _locked(session, nummer)
    _require(row, {_S.EXTERN}, "Koppelen kan alleen wat bij de PSP zelf is teruggestort (EXTERN)")
    toewijzingen = _toewijzingen(session, row)
    chosen = _proposed(locked, row, toewijzingen) if cents is None else dict(cents)
    _check_cents(locked, row, toewijzingen, chosen)
    for toewijzing_id, bedrag_cent in sorted(chosen.items()):
        toewijzingen[toewijzing_id].gereserveerd_cent += bedrag_cent
        session.add(
            TerugbetalingRegelRow(terugbetaling_id=row.id, toewijzing_id=toewijzing_id, bedrag_cent=bedrag_cent)
        )
    betaling, on_regels = locked.betaling, sum(chosen.values())
    betaling.gereserveerd_cent += on_regels
    loose = min(row.bedrag_cent - on_regels, betaling.ontvangen_cent - betaling.gereserveerd_cent)
    betaling.gereserveerd_cent += loose
    betaling.meer_gereserveerd_cent += loose
    change_terugbetaling(session, row, _S.GEKOPPELD, door)
    row.beslist_door, row.beslist_op = door.wie, door.now
    session.flush()
    book_given_back(session, row, door, keys=keys)
    close_by_itself(session, door, {UitvalSoort.EXTERNE_TERUGBETALING}, terugbetaling_id=row.id)
    recompute(session, locked, door)
    return row


def pay_out(session: Session, nummer: str, *, bewijs: str, door: Door, keys: Keys) -> TerugbetalingRow:
    """The money of a betaling at the counter was given back there; `bewijs` is the number of the receipt."""
    locked, row = _locked(session, nummer)
    if locked.betaling.kanaal != Kanaal.BALIE:
        raise Refusal("TERUGBETALING_ONJUIST", "Deze betaling liep via de PSP: de hub betaalt haar daar zelf terug.")
    _require(row, {_S.GOEDGEKEURD}, "Uitbetalen kan pas als de terugbetaling is goedgekeurd")
    row.uitbetaald_bewijs = mask_tekst(bewijs)[0][:40]
    complete(session, locked, row, _S.HANDMATIG, door, keys=keys)
    recompute(session, locked, door)
    return row


def send_again(session: Session, nummer: str, *, door: Door) -> TerugbetalingRow:
    """Send one of which nobody knows whether it arrived once more, under the same reference: only a person may choose that, after
    she looked at the PSP. A fresh report comes first, so what the PSP shows by then is not sent."""
    locked, row = _locked(session, nummer)
    _require(row, {_S.ONBEKEND}, "Opnieuw verzenden kan alleen als onbekend is of zij aankwam (ONBEKEND)")
    change_terugbetaling(session, row, _S.VERZENDEN, door, reden="OPNIEUW_VERZENDEN")
    row.poging_id, row.gezocht = None, max(1, row.gezocht)
    enqueue(session, locked.betaling, row, door)
    recompute(session, locked, door)
    return row


def ask_again(session: Session, nummer: str, *, door: Door) -> TerugbetalingRow:
    """Ask the PSP now, or try now to send what is approved."""
    locked, row = _locked(session, nummer)
    waits = {_S.GOEDGEKEURD, _S.VERZENDEN, _S.INGEDIEND, _S.ONBEKEND}
    _require(row, waits, "Over deze terugbetaling valt bij de PSP niets te vragen")
    if locked.betaling.kanaal != Kanaal.PSP:
        raise Refusal("TERUGBETALING_ONJUIST", "Deze betaling liep via de balie: betaal daar uit en meld het.")
    enqueue(session, locked.betaling, row, door)
    return row


def settle_by_hand(
    session: Session, nummer: str, to: TerugbetalingStatus, *, door: Door, tweede: str, keys: Keys, reden: str
) -> TerugbetalingRow:
    """Two persons saw at the PSP what became of it: VOLTOOID or MISLUKT, with a reason."""
    locked, row = _locked(session, nummer)
    _require(row, {_S.INGEDIEND, _S.ONBEKEND}, "Met de hand afsluiten kan alleen wat naar de PSP is gestuurd")
    _other_person(tweede, door, "Met de hand afsluiten vraagt twee mensen")
    if to not in (_S.VOLTOOID, _S.MISLUKT):
        raise Refusal("TERUGBETALING_ONJUIST", "Kies VOLTOOID of MISLUKT.")
    why = mask_tekst(reden)[0]
    record(
        session,
        door,
        "TERUGBETALING_MET_DE_HAND",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        betaalopdracht_id=row.betaalopdracht_id,
        reden=why,
        gegevens={"tweede": tweede, "status": to},
    )
    if to == _S.VOLTOOID:
        complete(session, locked, row, to, door, keys=keys)
    else:
        fail(session, locked, row, door, reden=why)
    recompute(session, locked, door)
    return row


def _locked(session: Session, nummer: str) -> tuple[Locked, TerugbetalingRow]:
    return lock_terugbetaling(session, find_nummer(session, nummer))


def _require(row: TerugbetalingRow, statuses: set[TerugbetalingStatus], why: str) -> None:
    if row.status not in statuses:
        raise Refusal("TERUGBETALING_ONJUIST", f"{why}; deze staat op {row.status}.")


def _other_person(one: str, door: Door, why: str) -> None:
    if is_same_person(one, door.wie):
        raise Refusal("TERUGBETALING_ONJUIST", f"{why}: laat een collega het doen.")


def _toewijzingen(session: Session, row: TerugbetalingRow) -> dict[int, ToewijzingRow]:
    ids = session.scalars(select(ToewijzingRow.id).where(ToewijzingRow.betaling_id == row.betaling_id)).all()
    return {one.id: one for one in lock(session, ToewijzingRow, ids)}


def _proposed(locked: Locked, row: TerugbetalingRow, toewijzingen: Mapping[int, ToewijzingRow]) -> dict[int, int]:
    """What was paid too much first; the rest over the productregels, in proportion to what each has left."""
    betaling = locked.betaling
    whole_left = betaling.ontvangen_cent - betaling.gereserveerd_cent
    surplus = min(row.bedrag_cent, surplus_left(betaling))
    cents = min(row.bedrag_cent, whole_left) - surplus
    keys = sorted(toewijzingen)
    left = [toewijzingen[key].bedrag_cent - toewijzingen[key].gereserveerd_cent for key in keys]
    return {key: part for key, part in zip(keys, spread(cents, left), strict=True) if part}


def _check_cents(
    locked: Locked, row: TerugbetalingRow, toewijzingen: Mapping[int, ToewijzingRow], chosen: Mapping[int, int]
) -> None:
    """Not more than it is, than each productregel has left, nor than came in: a betaling may be accepted with less."""
    if sum(chosen.values()) > row.bedrag_cent:
        raise Refusal("TERUGBETALING_TE_HOOG", "Dit is meer dan er bij de PSP is teruggestort.")
    for toewijzing_id, cents in chosen.items():
        one = toewijzingen.get(toewijzing_id)
        left = one.bedrag_cent - one.gereserveerd_cent if one is not None else 0
        if not 0 < cents <= left:
            raise Refusal("TERUGBETALING_TE_HOOG", more_than_left(left))
    betaling = locked.betaling
    on_regels = betaling.gereserveerd_cent - betaling.meer_gereserveerd_cent
    if on_regels + sum(chosen.values()) > betaling.ontvangen_cent:
        raise Refusal("TERUGBETALING_TE_HOOG", "Dit is meer dan er van deze betaling nog over is.")
