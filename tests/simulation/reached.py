"""Which steps between statuses a register went through, and which of the domain's tables it did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import (
    TRANSITIONS,
    BetaalopdrachtStatus,
    BetalingStatus,
    BoekingStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
    WinkelmandjeStatus,
)
from betaalhub.storage.tables import BetalingRow, GebeurtenisRow

Step = tuple[str, str, str]
KINDS = {
    "BETALING": BetalingStatus,
    "BETAALOPDRACHT": BetaalopdrachtStatus,
    "WINKELMANDJE": WinkelmandjeStatus,
    "PRODUCTREGEL": LeveringStatus,
    "TERUGBETALING": TerugbetalingStatus,
    "TERUGBOEKING": TerugboekingStatus,
    "JOURNAALPOST": BoekingStatus,
    "UITVAL": UitvalStatus,
}


def transitions(session: Session) -> Counter[Step]:
    """(kind, from, to) of every step that is written down, and how often."""
    row = GebeurtenisRow
    found = session.execute(
        select(row.onderwerp, row.van, row.naar, func.count())
        .where(row.onderwerp.in_(sorted(KINDS)), row.van.is_not(None), row.naar.is_not(None), row.van != row.naar)
        .group_by(row.onderwerp, row.van, row.naar)
    )
    return Counter({(kind, van, naar): count for kind, van, naar, count in found})


def count_betalingen(session: Session) -> int:
    """How many betalingen were begun."""
    return session.scalar(select(func.count()).select_from(BetalingRow)) or 0


# The hub writes down the key of an order together with GESTART, so an answer never meets one of these two; the table has them
# for a PSP that would tell a status with its key.
_BY_WAY_OF_GESTART = {
    ("BETALING", van, naar)
    for van, ways in (("STARTEN", ("BETAALD", "IN_BEHANDELING")), ("ONBEKEND", ("BETAALD", "IN_BEHANDELING")))
    for naar in ways
}


def not_reached(reached: Counter[Step]) -> Iterator[Step]:
    """The steps of the domain's tables that nothing went through."""
    for kind, statuses in KINDS.items():
        for van, steps in TRANSITIONS[statuses].items():
            for naar in sorted(steps):
                step = (kind, str(van), str(naar))
                if step not in reached and step not in _BY_WAY_OF_GESTART:
                    yield step
