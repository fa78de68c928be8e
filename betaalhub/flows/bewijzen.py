"""Gives an aansluiting a way to prove itself, ends it, and takes it away; each is a gebeurtenis, never with a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort, owner_key
from betaalhub.errors import ConfigurationError, NotFound
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.storage.tables import AansluitingRow, BewijsRow

_PAPER = (BewijsSoort.CERTIFICAAT, BewijsSoort.HANDTEKENING)


@dataclass(frozen=True, slots=True)
class NieuwBewijs:
    """What is added: `geheim` is a hash or an encrypted secret, `toelichting` the subject of a certificate.

    Valid from `geldig_van` (UTC; None: from now) until `geldig_tot` (None: until it is revoked).
    """

    soort: BewijsSoort
    sleutel: str
    geheim: str | None = None
    toelichting: str | None = None
    geldig_van: datetime | None = None
    geldig_tot: datetime | None = None

    def __repr__(self) -> str:
        return f"NieuwBewijs({self.soort}, …)"


def add_bewijs(session: Session, aansluiting_id: int, new: NieuwBewijs, door: Door) -> BewijsRow:
    """Add a bewijs. ConfigurationError when its end has passed, or when this certificate or OIN is in use already."""
    if new.geldig_tot is not None and new.geldig_tot <= door.now:
        raise ConfigurationError("Dit bewijs is al verlopen; neem er een dat nog geldig is")
    row = BewijsRow(
        aansluiting_id=aansluiting_id,
        soort=new.soort,
        sleutel=new.sleutel,
        eigenaar_sleutel=owner_key(new.soort, new.sleutel),
        geheim=new.geheim,
        toelichting=new.toelichting,
        geldig_van=new.geldig_van or door.now,
        geldig_tot=new.geldig_tot,
        aangemaakt_op=door.now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise ConfigurationError(_in_use(session, new)) from None
    _told(session, row, "BEWIJS_TOEGEVOEGD", door)
    return row


def revoke_bewijs(session: Session, bewijs_id: int, door: Door, *, reden: str | None = None) -> BewijsRow:
    """Take a bewijs away for good: nobody proves anything with it from now on (processes forget it within a minute)."""
    row = get_bewijs(session, bewijs_id)
    if row.ingetrokken_op is not None:
        raise ConfigurationError(f"Bewijs {bewijs_id} is al ingetrokken")
    row.ingetrokken_op, row.eigenaar_sleutel = door.now, None
    session.flush()
    _told(session, row, "BEWIJS_INGETROKKEN", door, reden)
    return row


def revoke_all(session: Session, aansluiting_id: int, soort: BewijsSoort, door: Door) -> None:
    """Take away every bewijs of this kind that this aansluiting has."""
    rows = session.scalars(
        select(BewijsRow.id)
        .where(BewijsRow.aansluiting_id == aansluiting_id, BewijsRow.soort == soort)
        .where(BewijsRow.ingetrokken_op.is_(None))
        .order_by(BewijsRow.id)
    ).all()
    for bewijs_id in rows:
        revoke_bewijs(session, bewijs_id, door)


def end_bewijs(session: Session, bewijs_id: int, tot: datetime | None, door: Door) -> BewijsRow:
    """Let a bewijs end at this moment (UTC); None takes the end away.

    ConfigurationError when it is revoked, or when a certificate would go on after its own end.
    """
    row = get_bewijs(session, bewijs_id)
    if row.ingetrokken_op is not None:
        raise ConfigurationError(f"Bewijs {bewijs_id} is ingetrokken en krijgt geen einddatum meer")
    if row.soort in _PAPER and row.geldig_tot is not None and (tot is None or tot > row.geldig_tot):
        raise ConfigurationError("Een certificaat kan niet later eindigen dan het zelf zegt; voeg het volgende toe")
    row.geldig_tot = tot
    session.flush()
    _told(session, row, "BEWIJS_EINDDATUM", door)
    return row


def get_bewijs(session: Session, bewijs_id: int) -> BewijsRow:
    """The row of this number; NotFound when there is none."""
    row = session.get(BewijsRow, bewijs_id)
    if row is None:
        raise NotFound(f"Bewijs {bewijs_id} bestaat niet; betaalhub aansluiting show NAAM noemt de nummers")
    return row


def _in_use(session: Session, new: NieuwBewijs) -> str:
    of = session.scalar(
        select(AansluitingRow.naam)
        .join(BewijsRow, BewijsRow.aansluiting_id == AansluitingRow.id)
        .where(BewijsRow.eigenaar_sleutel == owner_key(new.soort, new.sleutel))
    )
    return f"Dit bewijs ({new.soort}) hoort al bij aansluiting {of}; trek het daar eerst in"


def _told(session: Session, row: BewijsRow, soort: str, door: Door, reden: str | None = None) -> None:
    end = row.geldig_tot.isoformat() if row.geldig_tot else None
    facts: dict[str, str | int | None] = {"bewijs": row.id, "soort": row.soort, "geldig_tot": end}
    if row.geheim is None:  # an OIN or a fingerprint is public
        facts["sleutel"] = row.sleutel
    record(session, door, soort, onderwerp="AANSLUITING", onderwerp_id=row.aansluiting_id, reden=reden, gegevens=facts)
