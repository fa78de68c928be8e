"""Aansluitingen: adds and changes them, renews a password without downtime, and tells how they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError, NotFound
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, end_bewijs
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.lists import keep_only, told
from betaalhub.storage.tables import AansluitingRow, AansluitingZenderRow, BewijsRow, ZenderRow


@dataclass(frozen=True, slots=True)
class AansluitingChange:
    """What changes; None leaves it as it is. `zenders` is the whole list. `without_end` takes the end date away."""

    actief: bool | None = None
    geldig_tot: datetime | None = None
    without_end: bool = False
    zenders: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class BewijsStand:
    """A bewijs without its secret. UTC."""

    id: int
    soort: str
    sleutel: str
    toelichting: str | None
    geldig_van: datetime
    geldig_tot: datetime | None
    ingetrokken_op: datetime | None


@dataclass(frozen=True, slots=True)
class AansluitingStand:
    """An aansluiting with the zenders for which it may speak and its bewijzen, the newest first. UTC."""

    naam: str
    actief: bool
    geldig_tot: datetime | None
    zenders: tuple[str, ...]
    bewijzen: tuple[BewijsStand, ...]


def add_aansluiting(session: Session, naam: str, door: Door) -> AansluitingRow:
    """An aansluiting that speaks for nobody and proves nothing yet. ConfigurationError when the name is taken."""
    if session.scalar(select(AansluitingRow.id).where(AansluitingRow.naam == naam)) is not None:
        raise ConfigurationError(f"Aansluiting {naam} bestaat al; verander haar met: betaalhub aansluiting change")
    row = AansluitingRow(naam=naam, actief=True)
    session.add(row)
    session.flush()
    record(
        session, door, "AANSLUITING_TOEGEVOEGD", onderwerp="AANSLUITING", onderwerp_id=row.id, gegevens={"naam": naam}
    )
    return row


def change_aansluiting(session: Session, naam: str, change: AansluitingChange, door: Door) -> None:
    """Change an aansluiting; NotFound when there is none, ConfigurationError for a zender that is not there."""
    row = get_aansluiting(session, naam)
    facts: dict[str, str | int | None] = {}
    if change.actief is not None and change.actief != row.actief:
        row.actief = change.actief
        facts["actief"] = "ja" if change.actief else "nee"
    end = None if change.without_end else change.geldig_tot or row.geldig_tot
    if end != row.geldig_tot:
        row.geldig_tot = end
        facts["geldig_tot"] = end.isoformat() if end else "geen"
    if change.zenders is not None:
        facts |= _zenders(session, row, change.zenders)
    session.flush()
    if facts:
        record(session, door, "AANSLUITING_GEWIJZIGD", onderwerp="AANSLUITING", onderwerp_id=row.id, gegevens=facts)


def renew_password(session: Session, naam: str, geheim_hash: str, door: Door, *, keep: timedelta) -> BewijsRow:
    """Add a new password; those that there are go on for `keep` at most, so that both sides may change in their own time."""
    row = get_aansluiting(session, naam)
    until = door.now + keep
    old = session.scalars(
        select(BewijsRow).where(
            BewijsRow.aansluiting_id == row.id,
            BewijsRow.soort == BewijsSoort.WACHTWOORD,
            BewijsRow.ingetrokken_op.is_(None),
        )
    ).all()
    for one in old:
        if one.geldig_tot is None or one.geldig_tot > until:
            end_bewijs(session, one.id, until, door)
    return add_bewijs(session, row.id, NieuwBewijs(BewijsSoort.WACHTWOORD, naam, geheim=geheim_hash), door)


def get_aansluiting(session: Session, naam: str) -> AansluitingRow:
    """The aansluiting of this name; NotFound when there is none."""
    row = session.scalar(select(AansluitingRow).where(AansluitingRow.naam == naam))
    if row is None:
        raise NotFound("Deze aansluiting bestaat niet; betaalhub aansluiting list noemt ze")
    return row


def show_aansluiting(session: Session, naam: str) -> AansluitingStand:
    """How one aansluiting stands; NotFound when there is none."""
    return _stand(session, get_aansluiting(session, naam))


def list_aansluitingen(session: Session) -> Sequence[AansluitingStand]:
    """Every aansluiting, by name."""
    rows = session.scalars(select(AansluitingRow).order_by(AansluitingRow.naam)).all()
    return [_stand(session, row) for row in rows]


def _zenders(session: Session, row: AansluitingRow, codes: Collection[str]) -> dict[str, str | int | None]:
    ids = {zender.code: zender.id for zender in session.scalars(select(ZenderRow))}
    unknown = sorted(set(codes) - ids.keys())
    if unknown:
        raise ConfigurationError(f"Aansluiting {row.naam}: zender {', '.join(unknown)} is er niet")
    by_id = {number: code for code, number in ids.items()}
    came, went = keep_only(
        session, AansluitingZenderRow, {"aansluiting_id": row.id}, "zender_id", [ids[code] for code in codes]
    )
    return told("zenders", sorted(by_id[one] for one in came), sorted(by_id[one] for one in went))


def _stand(session: Session, row: AansluitingRow) -> AansluitingStand:
    zenders = session.scalars(
        select(ZenderRow.code)
        .join(AansluitingZenderRow, AansluitingZenderRow.zender_id == ZenderRow.id)
        .where(AansluitingZenderRow.aansluiting_id == row.id)
        .order_by(ZenderRow.code)
    )
    bewijzen = session.scalars(
        select(BewijsRow).where(BewijsRow.aansluiting_id == row.id).order_by(BewijsRow.id.desc())
    )
    return AansluitingStand(
        row.naam,
        row.actief,
        row.geldig_tot,
        tuple(zenders),
        tuple(
            BewijsStand(
                one.id, one.soort, one.sleutel, one.toelichting, one.geldig_van, one.geldig_tot, one.ingetrokken_op
            )
            for one in bewijzen
        ),
    )
