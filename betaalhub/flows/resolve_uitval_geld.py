"""A person decides about money that came late, twice or differently, that is gone, or that must go back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from betaalhub.domain.bedrag import in_euro
from betaalhub.domain.statuses import (
    TAKEN,
    UNDER_WAY,
    BetaalopdrachtStatus,
    BetalingStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
)
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from betaalhub.flows.boeking_uitval import book_accepted, book_difference
from betaalhub.flows.change_status import change_betaling, change_terugboeking
from betaalhub.flows.mail import wish_ontvangst
from betaalhub.flows.process_psp_status import settle
from betaalhub.flows.resolve_uitval_zaak import Keuze, Zaak, betaling_of, not_possible
from betaalhub.flows.terugbetaling import Deel, lock_delen, request, request_surplus, surplus_left, whole_left
from betaalhub.flows.terugboeking import BY_HAND, add_terugboeking
from betaalhub.flows.uitval import close_by_itself, evidence_of
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
)

_LATE = frozenset({BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN})


def accept_late(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The betaalopdracht is BETAALD after all, and what lay aside becomes proceeds."""
    opdracht = _opdracht(zaak)
    opdracht.aanvaard_op = keuze.door.now
    if not book_accepted(session, zaak.locked.betaling, opdracht, keuze.door, keys=zaak.keys):
        raise not_possible("Er is nog geen geldige boekingssleutel. Herstel eerst de catalogus.")


def accept_double(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The first betaling went back or was taken: what the second one brought becomes the proceeds."""
    if not book_accepted(session, zaak.locked.betaling, _opdracht(zaak), keuze.door, keys=zaak.keys):
        raise not_possible("Er is nog geen geldige boekingssleutel. Herstel eerst de catalogus.")


def accept_amount(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """What came in is taken for the whole: BETAALD, and the difference is booked as such."""
    betaling, door = zaak.locked.betaling, keuze.door
    betaling.aanvaard_cent = betaling.ontvangen_cent
    change_betaling(session, betaling, BetalingStatus.BETAALD, door, reden="BEDRAG_AANVAARD")
    settle(session, zaak.locked, door, zaak.keys)
    wish_ontvangst(session, zaak.locked, door, keys=zaak.keys)
    administratie_id = zaak.locked.mandje.administratie_id
    book_difference(session, betaling, door, keys=zaak.keys, administratie_id=administratie_id)


def accept_loss(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The PSP no longer has money that it had: it is gone, as if the bank took it."""
    door, keys = keuze.door, zaak.keys
    row = add_terugboeking(
        session,
        zaak.locked,
        f"{BY_HAND}{zaak.row.id}",
        _missing(session, zaak.row),
        poging_id=None,
        seen=door,
        door=door,
        keys=keys,
    )
    mandje_id = zaak.locked.betaling.winkelmandje_id
    change_terugboeking(session, row, TerugboekingStatus.VERLOREN, door, winkelmandje_id=mandje_id, reden=keuze.reden)
    close_by_itself(session, door, {UitvalSoort.PSP_SPREEKT_ZICH_TEGEN}, betaling_id=row.betaling_id)


def accept_taken(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The bank keeps it: VERLOREN, for every betaalopdracht that lost money by it."""
    row = session.get_one(TerugboekingRow, zaak.row.terugboeking_id)
    if row.status == TerugboekingStatus.GEMELD:
        mandje_id = zaak.locked.betaling.winkelmandje_id
        change_terugboeking(
            session, row, TerugboekingStatus.VERLOREN, keuze.door, winkelmandje_id=mandje_id, reden=keuze.reden
        )
    close_by_itself(session, keuze.door, {UitvalSoort.TERUGBOEKING}, terugboeking_id=row.id)


def dispute(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """A person disputes it at the PSP: it stays GEMELD until the PSP says how that ended."""


def give_back(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """Ask the money back for whoever paid, by the rules of every terugbetaling; the uitval waits until it went."""
    row, door, betaling = zaak.row, keuze.door, zaak.locked.betaling
    rest = leaves_a_rest(session, zaak, keuze)
    reden = keuze.reden or UITVAL[UitvalSoort(row.soort)].omschrijving
    if _on_surplus(session, row):
        cents = _loose(session, row, betaling)
        administratie_id = row.administratie_id
        made = request_surplus(
            session, betaling, cents, administratie_id=administratie_id, door=door, keys=zaak.keys, reden=reden
        )
    else:
        opdracht = _opdracht(zaak)
        _, delen = lock_delen(session, betaling.id, opdracht.id)
        most = wanted(session, row, betaling.id)
        left = whole_left(session, betaling, {nummer: delen[nummer] for nummer in most})
        whole = {nummer: cents for nummer, there in left.items() if (cents := min(most[nummer], there))}
        chosen = _chosen(delen, most, whole if keuze.regels is None else keuze.regels)
        made = request(session, betaling, opdracht, chosen, door=door, keys=zaak.keys, reden=reden)
    for one in () if rest else _together(session, row):
        one.terugbetaling_id = made.id


def takes_regels(session: Session, row: UitvalRow, oplossing: Oplossing) -> bool:
    """Can a person name productregels with this choice?"""
    if oplossing == Oplossing.TERUGBETALEN:
        return not _on_surplus(session, row)
    return oplossing == Oplossing.KOPPELEN


def leaves_a_rest(session: Session, zaak: Zaak, keuze: Keuze) -> bool:
    """Does a person give back less than this uitval is about? Then it waits on, for what is left."""
    if keuze.regels is None:
        return False
    betaling = zaak.locked.betaling
    most = sum(wanted(session, zaak.row, betaling.id).values())
    return sum(keuze.regels.values()) < min(most, betaling.ontvangen_cent - betaling.gereserveerd_cent)


def _chosen(delen: Mapping[int, Deel], most: Mapping[int, int], cents: Mapping[int, int]) -> dict[Deel, int]:
    """What is asked of each productregel, at most what this uitval is about."""
    for nummer, asked in cents.items():
        if not 0 < asked <= most.get(nummer, 0):
            raise not_possible(f"Van regel {nummer} kan hier hooguit {in_euro(most.get(nummer, 0))} terug.")
    if not cents:
        raise not_possible("Er is niets meer over om terug te betalen.")
    return {delen[nummer]: asked for nummer, asked in sorted(cents.items())}


def wanted(session: Session, row: UitvalRow, betaling_id: int) -> dict[int, int]:
    """The cents by regelnummer that an uitval proposes to give back, of what is not promised yet."""
    query = (
        select(
            ProductregelRow.regelnummer, ToewijzingRow.id, ToewijzingRow.bedrag_cent, ToewijzingRow.gereserveerd_cent
        )
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == betaling_id, ProductregelRow.betaalopdracht_id == row.betaalopdracht_id)
        .order_by(ProductregelRow.regelnummer)
    )
    if row.soort == UitvalSoort.NIET_LEVERBAAR:
        query = query.where(ProductregelRow.levering == LeveringStatus.NIET_LEVERBAAR)
    if row.soort == UitvalSoort.DUBBEL_BETAALD:
        other, paid = aliased(ToewijzingRow), aliased(BetalingRow)
        query = query.where(
            exists()
            .where(other.productregel_id == ProductregelRow.id, other.betaling_id != betaling_id)
            .where(paid.id == other.betaling_id, paid.status == BetalingStatus.BETAALD)
        )
    failed = _failed(session, row)
    return {
        nummer: cents
        for nummer, toewijzing_id, bedrag_cent, held in session.execute(query)
        if (cents := min(bedrag_cent - held, failed.get(toewijzing_id, 0) if failed is not None else bedrag_cent)) > 0
    }


def _failed(session: Session, row: UitvalRow) -> dict[int, int] | None:
    """What a failed terugbetaling was to give back per toewijzing; None for any other kind of uitval."""
    if row.soort != UitvalSoort.TERUGBETALING_MISLUKT:
        return None
    regels = session.execute(
        select(TerugbetalingRegelRow.toewijzing_id, TerugbetalingRegelRow.bedrag_cent).where(
            TerugbetalingRegelRow.terugbetaling_id == row.terugbetaling_id
        )
    )
    return dict(regels.all())


def _on_surplus(session: Session, row: UitvalRow) -> bool:
    """Is it about money that covers no productregel?"""
    if row.soort == UitvalSoort.TERUGBETALING_MISLUKT:
        return row.terugbetaling_id is not None and not _failed(session, row)
    surplus = row.soort == UitvalSoort.DUBBEL_BETAALD and evidence_of(row) is not None
    return surplus or row.soort == UitvalSoort.BEDRAG_AFWIJKEND


def _loose(session: Session, row: UitvalRow, betaling: BetalingRow) -> int:
    left = surplus_left(betaling)
    if row.soort == UitvalSoort.TERUGBETALING_MISLUKT:
        left = min(left, session.get_one(TerugbetalingRow, row.terugbetaling_id).bedrag_cent)
    return left


def _together(session: Session, row: UitvalRow) -> list[UitvalRow]:
    """This uitval, and those that the same cause opened on the other betaalopdrachten of its betaling: one decision for all."""
    found = [row.id]
    if row.terugbetaling_id is not None and row.soort == UitvalSoort.TERUGBETALING_MISLUKT:
        found += _ids(session, row, UitvalRow.terugbetaling_id == row.terugbetaling_id)
    elif _on_surplus(session, row):
        found += _ids(session, row, UitvalRow.betaling_id == row.betaling_id)
    others = lock(session, UitvalRow, found)
    return [one for one in others if one.id == row.id or evidence_of(one) == evidence_of(row)]


def _ids(session: Session, row: UitvalRow, about: object) -> list[int]:
    query = select(UitvalRow.id).where(UitvalRow.soort == row.soort, UitvalRow.status != UitvalStatus.OPGELOST)
    return list(session.scalars(query.where(about)))  # type: ignore[arg-type]


def can_accept(session: Session, row: UitvalRow) -> bool:
    """May this be accepted as it is?"""
    betaling_id = betaling_of(session, row)
    betaling = session.get_one(BetalingRow, betaling_id) if betaling_id is not None else None
    if row.soort == UitvalSoort.TERUGBOEKING:
        return row.terugboeking_id is not None and _taken(session, row.terugboeking_id)
    if betaling is None or is_going_back(session, row):
        return False
    if row.soort == UitvalSoort.LAAT_BETAALD:
        opdracht = session.get_one(BetaalopdrachtRow, row.betaalopdracht_id)
        return opdracht.status in _LATE and bool(wanted(session, row, betaling.id))
    if row.soort == UitvalSoort.DUBBEL_BETAALD:
        return _covers_alone(session, row, betaling.id)
    if row.soort == UitvalSoort.BEDRAG_AFWIJKEND:
        unpaid = betaling.status != BetalingStatus.BETAALD
        return unpaid and betaling.ontvangen_cent > 0 and betaling.gereserveerd_cent == 0
    return _missing(session, row) > 0


def can_give_back(session: Session, row: UitvalRow) -> bool:
    """Is there money of this uitval that is not promised yet?"""
    betaling_id = betaling_of(session, row)
    if betaling_id is None or is_going_back(session, row):
        return False
    if _on_surplus(session, row):
        return _loose(session, row, session.get_one(BetalingRow, betaling_id)) > 0
    return row.betaalopdracht_id is not None and bool(wanted(session, row, betaling_id))


def _covers_alone(session: Session, row: UitvalRow, betaling_id: int) -> bool:
    """Without what this betaling pays a second time, is less kept than the whole? Then the first one went back or was taken."""
    if _on_surplus(session, row):
        return False
    opdracht = session.get_one(BetaalopdrachtRow, row.betaalopdracht_id)
    kept = opdracht.ontvangen_cent - opdracht.terugbetaald_cent - opdracht.teruggeboekt_cent
    second = sum(wanted(session, row, betaling_id).values())
    return second > 0 and kept - second < opdracht.totaal_cent


def is_going_back(session: Session, row: UitvalRow) -> bool:
    """Is a terugbetaling for this uitval under way?"""
    if row.terugbetaling_id is None:
        return False
    return TerugbetalingStatus(session.get_one(TerugbetalingRow, row.terugbetaling_id).status) in UNDER_WAY


def can_dispute(session: Session, row: UitvalRow) -> bool:
    """Is it a terugboeking that nobody disputes or accepted yet?"""
    return row.status == UitvalStatus.OPEN and row.terugboeking_id is not None and _gemeld(session, row.terugboeking_id)


def _gemeld(session: Session, terugboeking_id: int) -> bool:
    return session.get_one(TerugboekingRow, terugboeking_id).status == TerugboekingStatus.GEMELD


def _taken(session: Session, terugboeking_id: int) -> bool:
    return TerugboekingStatus(session.get_one(TerugboekingRow, terugboeking_id).status) in TAKEN


def _missing(session: Session, row: UitvalRow) -> int:
    """The cents that the PSP had and has no longer, less what was written off for it before."""
    betaling = session.get_one(BetalingRow, row.betaling_id)
    seen = evidence_of(row)
    gone = session.scalars(
        select(TerugboekingRow.bedrag_cent).where(
            TerugboekingRow.betaling_id == betaling.id,
            TerugboekingRow.psp_id.startswith(BY_HAND),
            TerugboekingRow.status.in_(sorted(TAKEN)),
        )
    )
    return betaling.ontvangen_cent - int(seen.partition("-")[0].rstrip(".")) - sum(gone) if seen is not None else 0


def _opdracht(zaak: Zaak) -> BetaalopdrachtRow:
    if zaak.opdracht is None:
        raise not_possible("Deze uitval gaat niet over één betaalopdracht.")
    return zaak.opdracht
