"""Zenders: adds and changes them, with what each may sell and ask and where it may send the citizen; tells how they stand.

The command line and the catalogue both come here. Every change is a gebeurtenis with who did it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.operaties import Operatie
from betaalhub.errors import ConfigurationError, NotFound
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.lists import keep_only, told
from betaalhub.storage.queries import zender_by_code
from betaalhub.storage.tables import (
    AansluitingRow,
    AansluitingZenderRow,
    AdministratieRow,
    ProductRow,
    TerugkeerAdresRow,
    ZenderOperatieRow,
    ZenderProductRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class ZenderChange:
    """What changes; None leaves it as it is. The lists are whole. `without_push` takes the push address away."""

    naam: str | None = None
    actief: bool | None = None
    push_url: str | None = None
    without_push: bool = False
    producten: Collection[str] | None = None
    operaties: Collection[str] | None = None
    adressen: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class ZenderStand:
    """A zender with its rights, and the names of the aansluitingen that may speak for it."""

    code: str
    naam: str
    actief: bool
    push_url: str | None
    producten: tuple[str, ...]
    operaties: tuple[str, ...]
    adressen: tuple[str, ...]
    aansluitingen: tuple[str, ...]


def add_zender(session: Session, code: str, naam: str, door: Door, *, administratie: str | None = None) -> ZenderRow:
    """A zender that may nothing yet but Controleer. `administratie`: a code; may be left out where there is one only.

    ConfigurationError when the code is taken or the administratie is not clear.
    """
    if zender_by_code(session, code) is not None:
        raise ConfigurationError(f"Zender {code} bestaat al; verander haar met: betaalhub zender change {code}")
    row = ZenderRow(administratie_id=_administratie(session, administratie), code=code, naam=naam, actief=True)
    session.add(row)
    session.flush()
    record(session, door, "ZENDER_TOEGEVOEGD", onderwerp="ZENDER", onderwerp_id=row.id, gegevens={"code": code})
    return row


def change_zender(session: Session, code: str, change: ZenderChange, door: Door) -> None:
    """Change a zender; NotFound when there is none, ConfigurationError for a product that is not in the catalogue."""
    row = get_zender(session, code)
    facts = _plain(row, change)
    owner = {"zender_id": row.id}
    if change.producten is not None:
        _known_products(session, row, change.producten)
        facts |= told("producten", *keep_only(session, ZenderProductRow, owner, "productcode", change.producten))
    if change.operaties is not None:
        wanted = {Operatie(one).value for one in change.operaties}
        facts |= told("operaties", *keep_only(session, ZenderOperatieRow, owner, "operatie", wanted))
    if change.adressen is not None:
        facts |= told("adressen", *keep_only(session, TerugkeerAdresRow, owner, "adres", change.adressen))
    session.flush()
    if facts:
        record(session, door, "ZENDER_GEWIJZIGD", onderwerp="ZENDER", onderwerp_id=row.id, gegevens=facts)


def get_zender(session: Session, code: str) -> ZenderRow:
    """The zender of this code; NotFound when there is none."""
    row = zender_by_code(session, code)
    if row is None:
        raise NotFound("Deze zender bestaat niet; betaalhub zender list noemt ze")
    return row


def show_zender(session: Session, code: str) -> ZenderStand:
    """How one zender stands; NotFound when there is none."""
    return _stand(session, get_zender(session, code))


def list_zenders(session: Session) -> Sequence[ZenderStand]:
    """Every zender, by code."""
    return [_stand(session, row) for row in session.scalars(select(ZenderRow).order_by(ZenderRow.code)).all()]


def _plain(row: ZenderRow, change: ZenderChange) -> dict[str, str | int | None]:
    """Write the plain values; gives what changed. Of a push address only that it did: it may hold a key."""
    facts: dict[str, str | int | None] = {}
    if change.naam is not None and change.naam != row.naam:
        row.naam = facts["naam"] = change.naam
    if change.actief is not None and change.actief != row.actief:
        row.actief = change.actief
        facts["actief"] = "ja" if change.actief else "nee"
    push = None if change.without_push else change.push_url or row.push_url
    if push != row.push_url:
        row.push_url = push
        facts["push_url"] = "gewijzigd" if push else "weg"
    return facts


def _administratie(session: Session, code: str | None) -> int:
    query = select(AdministratieRow.id)
    found = session.scalars(query if code is None else query.where(AdministratieRow.code == code)).all()
    if len(found) != 1:
        why = "bestaat niet" if code else "is niet duidelijk; noem haar met --administratie"
        raise ConfigurationError(f"De administratie {why}" + ("" if found else "; laad eerst een catalogus"))
    return found[0]


def _known_products(session: Session, row: ZenderRow, codes: Collection[str]) -> None:
    query = select(ProductRow.code).where(ProductRow.administratie_id == row.administratie_id)
    unknown = sorted(set(codes) - set(session.scalars(query)))
    if unknown:
        raise ConfigurationError(f"Zender {row.code}: product {', '.join(unknown)} staat niet in de catalogus")


def _stand(session: Session, row: ZenderRow) -> ZenderStand:
    def of(column: Any, owner: Any) -> tuple[str, ...]:
        return tuple(session.scalars(select(column).where(owner == row.id).order_by(column)))

    speakers = session.scalars(
        select(AansluitingRow.naam)
        .join(AansluitingZenderRow, AansluitingZenderRow.aansluiting_id == AansluitingRow.id)
        .where(AansluitingZenderRow.zender_id == row.id)
        .order_by(AansluitingRow.naam)
    )
    return ZenderStand(
        row.code,
        row.naam,
        row.actief,
        row.push_url,
        of(ZenderProductRow.productcode, ZenderProductRow.zender_id),
        of(ZenderOperatieRow.operatie, ZenderOperatieRow.zender_id),
        of(TerugkeerAdresRow.adres, TerugkeerAdresRow.zender_id),
        tuple(speakers),
    )
