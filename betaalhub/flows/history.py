"""Who changed a zender or an aansluiting, and when: read from the gebeurtenissen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.flows.aansluitingen import get_aansluiting
from betaalhub.flows.zenders import get_zender
from betaalhub.storage.tables import GebeurtenisRow

_MOST = 50


@dataclass(frozen=True, slots=True)
class Verandering:
    """One change: when (UTC), by whom, of what kind, what it was and why; no secret is in it."""

    tijdstip: datetime
    wie: str
    soort: str
    gegevens: str
    reden: str | None


def history_of_zender(session: Session, code: str) -> Sequence[Verandering]:
    """The last changes of a zender, the newest first; NotFound when there is none of this code."""
    return _history(session, "ZENDER", get_zender(session, code).id)


def history_of_aansluiting(session: Session, naam: str) -> Sequence[Verandering]:
    """The last changes of an aansluiting and its bewijzen, the newest first; NotFound when there is none of this name."""
    return _history(session, "AANSLUITING", get_aansluiting(session, naam).id)


def _history(session: Session, onderwerp: str, onderwerp_id: int) -> Sequence[Verandering]:
    rows = session.scalars(
        select(GebeurtenisRow)
        .where(GebeurtenisRow.onderwerp == onderwerp, GebeurtenisRow.onderwerp_id == onderwerp_id)
        .order_by(GebeurtenisRow.tijdstip.desc(), GebeurtenisRow.id.desc())
        .limit(_MOST)
    ).all()
    return [Verandering(row.tijdstip, row.wie, row.soort, _told(row.gegevens), row.reden) for row in rows]


def _told(gegevens: str | None) -> str:
    facts = json.loads(gegevens) if gegevens else {}
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
