"""Nothing stays in a non-final status past its maximum age without a person knowing (domain.md, section 2.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import (
    MAX_AGE,
    BetalingStatus,
    BoekingStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around, lock_opdracht
from betaalhub.flows.uitval import open_about, open_about_post, open_uitval
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetalingRow,
    GebeurtenisRow,
    JournaalpostRow,
    TerugbetalingRow,
    TerugboekingRow,
    UitvalRow,
)

_WAITS: Mapping[StrEnum, str] = {
    BoekingStatus.TE_BOEKEN: "Een journaalpost wacht al te lang om naar het financiële systeem te gaan.",
    BoekingStatus.IN_BATCH: "Een batch kan al te lang niet naar het financiële systeem.",
}

_Ages = BetalingRow | TerugbetalingRow | TerugboekingRow | JournaalpostRow


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at in this round, the ids by their table: one that fails is passed over, and comes again next round."""

    ids: dict[type[_Ages], set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def at(self) -> int:
        """How many."""
        return sum(map(len, self.ids.values()))

    def others(self, row: type[_Ages]) -> ColumnElement[bool]:
        """Of this table: not looked at yet."""
        return row.id.not_in(sorted(self.ids[row]))

    def note(self, row: type[_Ages], id_: int) -> None:
        """It is looked at now."""
        self.ids[row].add(id_)


def find_too_old(session: Session, now: datetime, looked: Looked | None = None) -> int:
    """Open ONBEKEND_TE_LANG, TE_OUD, BOEKING_ONBEANTWOORD or BOEKING_AFGEKEURD for the next one that waits too long and is not in
    `looked`, which gets it; 0 when there is none.

    One at a time, in a transaction of its own: so its locks are few, short and in order.
    """
    looked = looked or Looked()
    return (
        _next_betaling(session, now, looked)
        or _next_terugbetaling(session, now, looked)
        or _next_terugboeking(session, now, looked)
        or _next_boeking(session, now, looked)
    )


def _next_betaling(session: Session, now: datetime, looked: Looked) -> int:
    for status, age in MAX_AGE[BetalingStatus].items():
        soort = UitvalSoort.ONBEKEND_TE_LANG if status == BetalingStatus.ONBEKEND else UitvalSoort.TE_OUD
        found = session.scalar(
            select(BetalingRow.id)
            .where(BetalingRow.status == status, BetalingRow.status_op < now - age, looked.others(BetalingRow))
            .where(~_known(soort, now - age).where(UitvalRow.betaling_id == BetalingRow.id).exists())
            .order_by(BetalingRow.status_op, BetalingRow.id)
            .limit(1)
        )
        if found is not None:
            looked.note(BetalingRow, found)
            locked, door = lock_around(session, found), Door("klok", now)
            if locked.betaling.status == status:  # the PSP may have answered before the lock was ours
                open_about(session, door, soort, locked)
                for mandje in locked.mandjes:
                    herbereken(session, mandje, door)
            return 1
    return 0


def _next_terugbetaling(session: Session, now: datetime, looked: Looked) -> int:
    for status, age in MAX_AGE[TerugbetalingStatus].items():
        soort = UitvalSoort.ONBEKEND_TE_LANG if status == TerugbetalingStatus.ONBEKEND else UitvalSoort.TE_OUD
        row = session.scalar(
            select(TerugbetalingRow)
            .where(
                TerugbetalingRow.status == status,
                TerugbetalingRow.status_op < now - age,
                looked.others(TerugbetalingRow),
            )
            .where(~_known(soort, now - age).where(UitvalRow.terugbetaling_id == TerugbetalingRow.id).exists())
            .order_by(TerugbetalingRow.status_op, TerugbetalingRow.id)
            .limit(1)
        )
        if row is not None:
            looked.note(TerugbetalingRow, row.id)
            _open_about_terugbetaling(session, row, soort, Door("klok", now))
            return 1
    return 0


def _open_about_terugbetaling(session: Session, row: TerugbetalingRow, soort: UitvalSoort, door: Door) -> None:
    mandje = lock_opdracht(session, row.betaalopdracht_id)[0] if row.betaalopdracht_id is not None else None
    status = row.status
    session.refresh(row)
    if row.status != status:  # somebody decided before the lock was ours
        return
    open_uitval(
        session,
        door,
        soort,
        f"terugbetaling:{row.id}",
        administratie_id=row.administratie_id,
        betaalopdracht_id=row.betaalopdracht_id,
        winkelmandje_id=mandje.id if mandje else None,
        terugbetaling_id=row.id,
        omschrijving=f"Een terugbetaling staat al te lang op {status}.",
    )
    if mandje is not None:
        herbereken(session, mandje, door)


def _next_terugboeking(session: Session, now: datetime, looked: Looked) -> int:
    soort, status = UitvalSoort.TE_OUD, TerugboekingStatus.GEMELD
    since = now - MAX_AGE[TerugboekingStatus][status]
    row = session.scalar(
        select(TerugboekingRow)
        .where(TerugboekingRow.status == status, TerugboekingRow.status_op < since, looked.others(TerugboekingRow))
        .where(~_known(soort, since).where(UitvalRow.terugboeking_id == TerugboekingRow.id).exists())
        .order_by(TerugboekingRow.status_op, TerugboekingRow.id)
        .limit(1)
    )
    if row is None:
        return 0
    looked.note(TerugboekingRow, row.id)
    betaling = lock_around(session, row.betaling_id).betaling
    session.refresh(row)
    if row.status == status:  # nobody decided before the lock was ours
        open_uitval(
            session,
            Door("klok", now),
            soort,
            f"terugboeking:{row.id}",
            administratie_id=row.administratie_id,
            winkelmandje_id=betaling.winkelmandje_id,
            betaling_id=betaling.id,
            terugboeking_id=row.id,
            omschrijving="Een terugboeking staat al langer dan 120 dagen op GEMELD.",
        )
    return 1


def _next_boeking(session: Session, now: datetime, looked: Looked) -> int:
    """A rejected one is told of as such; any other waits for the ERP, and takes no Leverbaar away: the citizen did pay."""
    for status, age in MAX_AGE[BoekingStatus].items():
        rejected = status == BoekingStatus.AFGEKEURD
        soort = UitvalSoort.BOEKING_AFGEKEURD if rejected else UitvalSoort.BOEKING_ONBEANTWOORD
        found = session.scalar(
            select(JournaalpostRow.id)
            .where(JournaalpostRow.status == status, JournaalpostRow.aangemaakt_op < now - age)
            .where(looked.others(JournaalpostRow))
            .where(~_stepped(now - age).exists())
            .where(~_known(soort, now - age).where(UitvalRow.journaalpost_id == JournaalpostRow.id).exists())
            .order_by(JournaalpostRow.aangemaakt_op, JournaalpostRow.id)
            .limit(1)
        )
        if found is not None:
            looked.note(JournaalpostRow, found)
            (post,) = lock(session, JournaalpostRow, [found])
            if post.status == status:  # the ERP may have answered before the lock was ours
                open_about_post(session, Door("klok", now), soort, post, omschrijving=_WAITS.get(status))
            return 1
    return 0


def _stepped(since: datetime) -> Select[int]:
    """Did the journaalpost come into another status since? One that was corrected is older than its last status."""
    return select(GebeurtenisRow.id).where(
        GebeurtenisRow.onderwerp == "JOURNAALPOST",
        GebeurtenisRow.onderwerp_id == JournaalpostRow.id,
        GebeurtenisRow.soort == "BOEKING_STATUS",
        GebeurtenisRow.tijdstip >= since,
    )


def _known(soort: UitvalSoort, since: datetime) -> Select[int]:
    """An uitval of this kind that is open, or that a person looked at since: it is not opened every round."""
    recent = or_(UitvalRow.status != UitvalStatus.OPGELOST, UitvalRow.gewijzigd_op > since)
    return select(UitvalRow.id).where(UitvalRow.soort == soort, recent)
