"""A person resolves an uitval: who, how and why are written down, and what follows is queued in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from betaalhub.errors import Refusal
from betaalhub.flows.gebeurtenissen import record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys
from betaalhub.flows.part_unpaid import part_unpaid
from betaalhub.flows.resolve_uitval_geld import (
    accept_amount,
    accept_double,
    accept_late,
    accept_loss,
    accept_taken,
    can_accept,
    can_dispute,
    can_give_back,
    dispute,
    give_back,
    leaves_a_rest,
    takes_regels,
)
from betaalhub.flows.resolve_uitval_hand import by_hand_options, set_by_hand
from betaalhub.flows.resolve_uitval_terugbetaling import can_link, link_extern
from betaalhub.flows.resolve_uitval_werk import (
    ask_again,
    book_once_more,
    can_ask,
    can_send,
    close_circuit,
    send_again,
)
from betaalhub.flows.resolve_uitval_zaak import Keuze, Zaak, lock_zaak, not_possible
from betaalhub.storage.tables import UitvalRow

Action = Callable[[Session, Zaak, Keuze], None]


def ways(session: Session, row: UitvalRow) -> tuple[Oplossing, ...]:
    """The resolutions that fit this uitval as it stands now, the proposal first."""
    soort = UitvalSoort(row.soort)
    return tuple(
        way
        for way in UITVAL[soort].oplossingen
        if (soort, way) in _ACTIONS or way in _ALWAYS
        if way not in _FITS or _FITS[way](session, row)
    )


def possible(soort: UitvalSoort) -> tuple[Oplossing, ...]:
    """The resolutions that an uitval of this kind may have; which of them fit depends on what it is about."""
    return tuple(way for way in UITVAL[soort].oplossingen if (soort, way) in _ACTIONS or way in _ALWAYS)


def resolve_uitval(session: Session, uitval_id: int, keuze: Keuze, *, keys: Keys) -> UitvalRow:
    """Do what was chosen, and close the uitval or let it wait for the money; the same cause opens it again.

    NotFound; Refusal OPLOSSING_ONJUIST when this way does not fit this uitval, REDEN_ONTBREEKT, STATUS_ONJUIST or
    TWEEDE_ONTBREEKT when something is needed with it.
    """
    zaak = lock_zaak(session, uitval_id, keys)
    row = zaak.row
    _check(session, row, keuze)
    keuze = replace(keuze, reden=mask_tekst(keuze.reden)[0] if keuze.reden else None)
    _write(session, zaak, keuze)
    _ACTIONS.get((UitvalSoort(row.soort), keuze.oplossing), _ALWAYS.get(keuze.oplossing, _nothing))(
        session, zaak, keuze
    )
    for mandje in zaak.mandjes:
        herbereken(session, mandje, keuze.door)
        part_unpaid(session, mandje, keys=keys, door=keuze.door)
    return row


def _check(session: Session, row: UitvalRow, keuze: Keuze) -> None:
    if row.status == UitvalStatus.OPGELOST:
        raise not_possible("Deze uitval is al opgelost.")
    fitting = ways(session, row)
    if keuze.oplossing not in fitting:
        raise not_possible(f"Bij {row.soort} kan nu alleen: {', '.join(fitting)}.")
    if keuze.regels is not None and not takes_regels(session, row, keuze.oplossing):
        raise not_possible("--regel kan hier niet: dit gaat niet over losse productregels.")
    if keuze.oplossing in _WITH_REASON and not keuze.reden:
        why = "er niets hoeft te gebeuren" if keuze.oplossing == Oplossing.GEEN_ACTIE else "u dit met de hand doet"
        raise Refusal("REDEN_ONTBREEKT", f"Geef met --reden aan waarom {why}.")


def _write(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """Who, how and why; before the deed, so that what the deed closes by itself is not this one."""
    row, van = zaak.row, zaak.row.status
    if _stays(session, zaak, keuze):
        what = "UITVAL_GEDAAN"
    else:
        waits = keuze.oplossing in _WAITING and row.soort != UitvalSoort.NIET_LEVERBAAR
        what = "UITVAL_IN_BEHANDELING" if waits else "UITVAL_OPGELOST"
        row.status = UitvalStatus.IN_BEHANDELING if waits else UitvalStatus.OPGELOST
        row.opgelost_door, row.oplossing, row.reden = keuze.door.wie, keuze.oplossing, keuze.reden
    row.gewijzigd_op = keuze.door.now
    record(
        session,
        keuze.door,
        what,
        onderwerp="UITVAL",
        onderwerp_id=row.id,
        betaalopdracht_id=row.betaalopdracht_id,
        van=van,
        naar=row.status,
        reden=keuze.reden,
        gegevens={"oplossing": keuze.oplossing, "status": keuze.status, "tweede": keuze.tweede},
    )
    session.flush()


def _stays(session: Session, zaak: Zaak, keuze: Keuze) -> bool:
    """Does it wait on as it did? A question about money settles nothing: the answer does. Nor does a part of what is to go back."""
    if keuze.oplossing == Oplossing.OPNIEUW_VRAGEN:
        return UitvalSoort(zaak.row.soort) in _UNTIL_ANSWERED
    return keuze.oplossing == Oplossing.TERUGBETALEN and leaves_a_rest(session, zaak, keuze)


def _nothing(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The reason is the whole of it."""


_O, _S = Oplossing, UitvalSoort
_WITH_REASON = frozenset({_O.GEEN_ACTIE, _O.HANDMATIG_STATUS})
_WAITING = frozenset({_O.TERUGBETALEN, _O.BETWISTEN})  # until the money went, or the PSP says how it ended
_UNTIL_ANSWERED = frozenset({_S.BEDRAG_AFWIJKEND, _S.PSP_SPREEKT_ZICH_TEGEN})
_ALWAYS: Mapping[Oplossing, Action] = {_O.GEEN_ACTIE: _nothing, _O.OPNIEUW_VRAGEN: ask_again}
_ACTIONS: Mapping[tuple[UitvalSoort, Oplossing], Action] = {
    (_S.ONBEKEND_TE_LANG, _O.HANDMATIG_STATUS): set_by_hand,
    (_S.TE_OUD, _O.HANDMATIG_STATUS): set_by_hand,
    (_S.ONBEKEND_TE_LANG, _O.OPNIEUW_VERZENDEN): send_again,
    (_S.TE_OUD, _O.KOPPELEN): link_extern,
    (_S.LAAT_BETAALD, _O.ACCEPTEREN): accept_late,
    (_S.LAAT_BETAALD, _O.TERUGBETALEN): give_back,
    (_S.DUBBEL_BETAALD, _O.TERUGBETALEN): give_back,
    (_S.DUBBEL_BETAALD, _O.ACCEPTEREN): accept_double,
    (_S.BEDRAG_AFWIJKEND, _O.ACCEPTEREN): accept_amount,
    (_S.BEDRAG_AFWIJKEND, _O.TERUGBETALEN): give_back,
    (_S.PSP_SPREEKT_ZICH_TEGEN, _O.ACCEPTEREN): accept_loss,
    (_S.PSP_STORING, _O.CIRCUIT_SLUITEN): close_circuit,
    (_S.EXTERNE_TERUGBETALING, _O.KOPPELEN): link_extern,
    (_S.TERUGBETALING_MISLUKT, _O.TERUGBETALEN): give_back,
    (_S.TERUGBOEKING, _O.ACCEPTEREN): accept_taken,
    (_S.TERUGBOEKING, _O.BETWISTEN): dispute,
    (_S.NIET_LEVERBAAR, _O.TERUGBETALEN): give_back,
    (_S.BOEKING_AFGEKEURD, _O.OPNIEUW_BOEKEN): book_once_more,
    (_S.CONFIG_ONGELDIG, _O.OPNIEUW_BOEKEN): book_once_more,
    (_S.BERICHT_DOOD, _O.OPNIEUW_VERZENDEN): send_again,
}
_FITS: Mapping[Oplossing, Callable[[Session, UitvalRow], bool]] = {
    _O.OPNIEUW_VRAGEN: can_ask,
    _O.OPNIEUW_VERZENDEN: can_send,
    _O.ACCEPTEREN: can_accept,
    _O.TERUGBETALEN: can_give_back,
    _O.KOPPELEN: can_link,
    _O.BETWISTEN: can_dispute,
    _O.HANDMATIG_STATUS: lambda session, row: bool(by_hand_options(session, row)),
}
