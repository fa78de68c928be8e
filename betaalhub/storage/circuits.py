"""Receivers that failed lately: how often in a row, until when each is spared, and whose turn it is to try it again.

All nodes share these rows. A PSP account is tried again by a probe of its own, since citizens stand before it; any other
receiver by one piece of work, which the claim takes for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, case, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.storage.outbox import PSP, changed, plain
from betaalhub.storage.tables import CircuitRow

CIRCUIT_THRESHOLD = 3  # failures in a row after which a receiver is spared


@dataclass(frozen=True, slots=True)
class Circuit:
    """How a receiver stands at one moment. `spared`: nothing goes there; `half_open`: one piece of work may find out."""

    fouten: int
    open_tot: datetime
    spared: bool
    half_open: bool


def circuits(session: Session, now: datetime) -> dict[str, Circuit]:
    """Every receiver that failed lately; who is not in it is well."""
    rows = session.execute(select(CircuitRow.ontvanger, CircuitRow.fouten, CircuitRow.open_tot))
    return {ontvanger: _circuit(ontvanger, fouten, open_tot, now) for ontvanger, fouten, open_tot in rows}


def _circuit(ontvanger: str, fouten: int, open_tot: datetime, now: datetime) -> Circuit:
    waits, too_often = open_tot > now, fouten >= CIRCUIT_THRESHOLD
    by_probe = ontvanger.startswith(PSP) and too_often
    return Circuit(fouten, open_tot, spared=waits or by_probe, half_open=too_often and not waits and not by_probe)


def circuit_failure(session: Session, ontvanger: str, *, now: datetime) -> int:
    """Count a failure of this receiver; gives how many there were in a row."""
    more = update(CircuitRow).where(CircuitRow.ontvanger == ontvanger).values(fouten=CircuitRow.fouten + 1)
    if not changed(session, more):
        try:
            with session.begin_nested():
                session.add(CircuitRow(ontvanger=ontvanger, fouten=1, open_tot=now))
        except IntegrityError:
            changed(session, more)
    # a success elsewhere may have removed the row just now
    return session.scalar(select(CircuitRow.fouten).where(CircuitRow.ontvanger == ontvanger)) or 1


def circuit_open(session: Session, ontvanger: str, *, until: datetime) -> None:
    """Spare this receiver, which failed before, until that time; then it is tried again by one call, whatever opened it."""
    counted = case((CircuitRow.fouten < CIRCUIT_THRESHOLD, CIRCUIT_THRESHOLD), else_=CircuitRow.fouten)
    session.execute(plain(_of(ontvanger)).values(open_tot=until, fouten=counted))


def circuit_success(session: Session, ontvanger: str) -> None:
    """This receiver works, or is to be tried again now: forget its failures."""
    session.execute(
        delete(CircuitRow).where(CircuitRow.ontvanger == ontvanger).execution_options(synchronize_session=False)
    )


def circuits_open(session: Session, now: datetime) -> frozenset[str]:
    """The receivers that are spared now."""
    spared = or_(CircuitRow.open_tot > now, _waits_for_probe())
    return frozenset(session.scalars(select(CircuitRow.ontvanger).where(spared)))


def circuits_to_probe(session: Session, now: datetime) -> list[str]:
    """The PSP accounts, as receivers, of which the circuit is open and that may be tried again now."""
    due = select(CircuitRow.ontvanger).where(_waits_for_probe(), CircuitRow.open_tot <= now)
    return list(session.scalars(due.order_by(CircuitRow.ontvanger)))


def circuit_take(session: Session, ontvanger: str, *, now: datetime, until: datetime) -> bool:
    """Is it ours to try this receiver again? One at a time: nobody else gets it before `until`."""
    mine = _of(ontvanger).where(CircuitRow.fouten >= CIRCUIT_THRESHOLD, CircuitRow.open_tot <= now)
    return changed(session, mine.values(open_tot=until))


def circuit_let_go(session: Session, ontvangers: Collection[str], *, now: datetime) -> None:
    """We were to try these receivers and did not: another may do so now."""
    for ontvanger in sorted(ontvangers):
        session.execute(plain(_of(ontvanger)).where(CircuitRow.fouten >= CIRCUIT_THRESHOLD).values(open_tot=now))


def _of(ontvanger: str) -> Update:
    return update(CircuitRow).where(CircuitRow.ontvanger == ontvanger)


def _waits_for_probe() -> ColumnElement[bool]:
    """A PSP account that failed too often: citizens stand before it, so a probe and not the next work finds out."""
    return and_(CircuitRow.ontvanger.startswith(PSP, autoescape=True), CircuitRow.fouten >= CIRCUIT_THRESHOLD)
