"""The end-to-end ping: who are you to us, what may you ask, and is the register there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.operaties import ALWAYS, Operatie
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.storage.tables import ZenderOperatieRow


@dataclass(frozen=True, slots=True)
class Zenderkennis:
    """What the register knows of a zender: its name, and the operations that it may use, in the order of the contract."""

    naam: str
    operaties: tuple[Operatie, ...]


def controleer(session: Session, *, aanroeper: Aanroeper, zender: str) -> Zenderkennis:
    """What the register knows of this zender; Refusal NIET_GEAUTORISEERD when the caller may not speak for it."""
    row = require_zender(session, aanroeper, zender, Operatie.CONTROLEER)
    given = set(session.scalars(select(ZenderOperatieRow.operatie).where(ZenderOperatieRow.zender_id == row.id)))
    return Zenderkennis(row.naam, tuple(one for one in Operatie if one in given or one in ALWAYS))
