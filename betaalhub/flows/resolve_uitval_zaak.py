"""What a person chose for an uitval, and the uitval with all that it is about, locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from betaalhub.domain.uitval import Oplossing, UitvalSoort
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import Locked, lock_around, lock_opdracht
from betaalhub.storage import queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    TerugbetalingRow,
    TerugboekingRow,
    UitvalRow,
    WinkelmandjeRow,
)


@dataclass(frozen=True, slots=True)
class Keuze:
    """What a person chose. `status`: which one, by hand. `tweede`: the second person. `regels`: cents by regelnummer."""

    oplossing: Oplossing
    door: Door
    reden: str | None = None
    status: str | None = None
    tweede: str | None = None
    regels: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Zaak:
    """An uitval with the winkelmandjes, betaalopdrachten and betaling that it is about, all locked."""

    row: UitvalRow
    mandjes: tuple[WinkelmandjeRow, ...]
    opdrachten: tuple[BetaalopdrachtRow, ...]
    opdracht: BetaalopdrachtRow | None
    around: Locked | None
    keys: Keys

    @property
    def locked(self) -> Locked:
        """What lies around its betaling."""
        if self.around is None:
            raise not_possible("Deze uitval gaat niet over een betaling.")
        return self.around


def not_possible(uitleg: str) -> Refusal:
    """This way does not fit this uitval; `uitleg` (Dutch) says why, or what to do first."""
    return Refusal("OPLOSSING_ONJUIST", uitleg)


def find_uitval(session: Session, uitval_id: int) -> UitvalRow:
    """The uitval with this number; NotFound when there is none."""
    row = session.get(UitvalRow, uitval_id)
    if row is None:
        raise NotFound(f"Er is geen uitval met nummer {uitval_id}.")
    return row


def lock_zaak(session: Session, uitval_id: int, keys: Keys) -> Zaak:
    """Lock an uitval after all that it is about (domain.md, section 2.10). NotFound when there is none with this number."""
    seen = find_uitval(session, uitval_id)
    betaling_id = betaling_of(session, seen)
    around = lock_around(session, betaling_id) if betaling_id is not None else None
    if around is not None:
        mandjes, opdrachten = around.mandjes, around.opdrachten
    elif seen.betaalopdracht_id is not None:
        mandje, opdracht = lock_opdracht(session, seen.betaalopdracht_id)
        mandjes, opdrachten = (mandje,), (opdracht,)
    else:
        mandjes, opdrachten = (), ()
    (row,) = lock(session, UitvalRow, [uitval_id])
    own = next((one for one in opdrachten if one.id == row.betaalopdracht_id), None)
    return Zaak(row, mandjes, opdrachten, own, around, keys)


def betaling_of(session: Session, row: UitvalRow) -> int | None:
    """The betaling that an uitval is about: its own, that of its terugbetaling or terugboeking, or the one that paid."""
    if row.betaling_id is not None:
        return row.betaling_id
    if row.terugbetaling_id is not None:
        return session.get_one(TerugbetalingRow, row.terugbetaling_id).betaling_id
    if row.terugboeking_id is not None:
        return session.get_one(TerugboekingRow, row.terugboeking_id).betaling_id
    if row.soort == UitvalSoort.NIET_LEVERBAAR and row.betaalopdracht_id is not None:
        paying = queries.paying(session, row.betaalopdracht_id)
        return paying.id if paying is not None else None
    return None
