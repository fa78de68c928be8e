"""What a mail tells: read when it is sent, so that it says what is true by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.mail import ONTVANGST, MailSoort, MailStatus
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.errors import NotFound
from betaalhub.flows.keys import Portaal, make_kijktoken
from betaalhub.flows.mail import address_of
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    MailRow,
    TerugbetalingRow,
    WinkelmandjeRow,
    ZenderRow,
)

# While a person looks at the money, nothing is promised about what was paid for.
_LOOKED_AT = frozenset({UitvalSoort.LAAT_BETAALD, UitvalSoort.DUBBEL_BETAALD, UitvalSoort.BEDRAG_AFWIJKEND})


@dataclass(frozen=True, slots=True)
class MailRegel:
    """One line that was paid. Cents."""

    omschrijving: str
    aantal: int
    bedrag_cent: int


@dataclass(frozen=True, slots=True)
class MailGroep:
    """What was paid to one product system."""

    zender_naam: str
    regels: tuple[MailRegel, ...]


@dataclass(frozen=True, slots=True)
class MailStand:
    """All that a mail needs. Cents, UTC. `naar`: None when there is no address (any more)."""

    mail_id: int
    soort: MailSoort
    status: MailStatus
    gewenst_op: datetime
    naar: str | None
    address_key: str  # stands for the address where it is counted, and tells nothing of it
    message_id: str  # the same however often it is tried, so that a receiver sees a double
    taal: str
    administratie: str  # its code
    administratie_naam: str
    kenmerk: str
    ontvangen_cent: int
    betaald_op: datetime
    methode_nl: str
    methode_en: str
    groepen: tuple[MailGroep, ...]
    nakijken: bool  # a person looks at this money
    kijk_url: str
    bedrijf: str | None = None
    referentie: str | None = None
    terug_cent: int = 0  # of a mail about a terugbetaling
    terug_op: datetime | None = None


def read_mail(session: Session, mail_id: int, *, portaal: Portaal) -> MailStand:
    """What this mail tells now. NotFound: there is no such mail."""
    row = session.get(MailRow, mail_id)
    if row is None:
        raise NotFound("No mail with this number")
    betaling = session.get_one(BetalingRow, row.betaling_id)
    mandje = session.get_one(WinkelmandjeRow, betaling.winkelmandje_id)
    administratie = session.get_one(AdministratieRow, mandje.administratie_id)
    opdrachten = queries.opdrachten_paid_by(session, betaling.id)
    methode = queries.methode_of(session, betaling)
    terug = None
    if row.zaak != ONTVANGST:
        terug = session.scalar(select(TerugbetalingRow).where(TerugbetalingRow.nummer == row.zaak))
    naar = address_of(session, betaling)
    open_soorten = {one.soort for one in queries.open_uitval_of(session, [one.id for one in opdrachten])}
    return MailStand(
        mail_id=row.id,
        soort=MailSoort(row.soort),
        status=MailStatus(row.status),
        gewenst_op=row.gewenst_op,
        naar=naar,
        address_key=portaal.sign(f"mailadres:{(naar or '').casefold()}"),
        message_id=_message_id(portaal, row),
        taal=betaling.taal,
        administratie=administratie.code,
        administratie_naam=administratie.naam,
        kenmerk=mandje.kenmerk,
        ontvangen_cent=betaling.ontvangen_cent,
        betaald_op=betaling.status_op,
        methode_nl=methode.naam_nl if methode else betaling.methode,
        methode_en=methode.naam_en if methode else betaling.methode,
        groepen=_groepen(session, betaling, opdrachten),
        nakijken=bool(open_soorten & _LOOKED_AT),
        kijk_url=portaal.at(administratie.code).kijk_url(make_kijktoken(portaal, mandje.id), betaling.taal),
        bedrijf=next((one.betaler_naam for one in opdrachten if one.betaler_soort == BetalerSoort.BEDRIJF), None),
        referentie=betaling.referentie,
        terug_cent=terug.bedrag_cent if terug else 0,
        terug_op=terug.status_op if terug else None,
    )


def _groepen(session: Session, betaling: BetalingRow, opdrachten: Sequence[BetaalopdrachtRow]) -> tuple[MailGroep, ...]:
    groups: dict[str, list[MailRegel]] = {}
    for opdracht in opdrachten:
        naam = session.get_one(ZenderRow, opdracht.zender_id).naam
        groups.setdefault(naam, []).extend(
            MailRegel(regel.omschrijving, regel.aantal, cents)
            for regel, cents in queries.toegewezen_regels(session, betaling.id, opdracht.id)
        )
    return tuple(MailGroep(naam, tuple(regels)) for naam, regels in groups.items())


def _message_id(portaal: Portaal, row: MailRow) -> str:
    """Unguessable, so that nobody else can send the answer before us."""
    host = urlsplit(portaal.url).hostname or "betaalhub.invalid"
    return f"<{row.id}.{row.keer}.{portaal.sign(f'mail:{row.id}:{row.keer}')}@{host}>"
