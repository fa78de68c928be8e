"""Which aansluiting is calling, and for which zenders it may speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.storage import queries
from betaalhub.storage.tables import AansluitingRow, AansluitingZenderRow, ZenderRow

_LONGEST = 100  # characters of a name in the register: a stranger may send any


@dataclass(frozen=True, slots=True)
class Aanroeper:
    """A caller that has proved itself: its aansluiting and the codes of the zenders it may speak for."""

    aansluiting_id: int
    naam: str
    zenders: frozenset[str]


def find_aansluiting(session: Session, naam: str, now: datetime) -> tuple[str, Aanroeper] | None:
    """The argon2 hash of the secret and the caller it would prove; None when unknown, switched off or past its end date."""
    if len(naam) > _LONGEST:
        return None
    row = session.scalar(select(AansluitingRow).where(AansluitingRow.naam == naam))
    if row is None or not row.actief or (row.geldig_tot is not None and row.geldig_tot <= now):
        return None
    zenders = session.execute(
        select(ZenderRow.code, ZenderRow.actief)
        .join(AansluitingZenderRow, AansluitingZenderRow.zender_id == ZenderRow.id)
        .where(AansluitingZenderRow.aansluiting_id == row.id)
    )
    return row.geheim_hash, Aanroeper(row.id, row.naam, frozenset(code for code, actief in zenders if actief))


def require_zender(session: Session, aanroeper: Aanroeper, code: str, operatie: str) -> ZenderRow:
    """The zender that the caller speaks for, and that may use this operation of the contract.

    Refusal NIET_GEAUTORISEERD otherwise, the same for unknown zenders: nothing is told.
    """
    zender = queries.zender_by_code(session, code) if code in aanroeper.zenders else None
    if zender is None or not zender.actief:
        raise Refusal("NIET_GEAUTORISEERD", "Deze aansluiting mag niet namens deze zender spreken.")
    return zender
