"""A zender searches among its own betaalopdrachten, the newest first, a page at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.zoekvraag import Zoekvraag, check_zoekvraag
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.flows.keys import Portaal
from betaalhub.flows.vervolg import Vraag, goes_on, make_vervolg
from betaalhub.storage.search import find_page, with_kenmerk
from betaalhub.storage.tables import BetaalopdrachtRow, WinkelmandjeRow

_OPERATIE = "ZoekBetalingen"


@dataclass(frozen=True, slots=True)
class Gevonden:
    """One betaalopdracht that was found, as it stands now. Cents, UTC."""

    betaalkenmerk: str
    winkelmandje: str
    kenmerk: str
    status: str
    versie: int
    leverbaar: bool
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    aangemaakt_op: datetime
    betaald_op: datetime | None


@dataclass(frozen=True, slots=True)
class Zoekresultaat:
    """One page, and with which code the next one is asked; None on the last."""

    gevonden: tuple[Gevonden, ...]
    vervolg: str | None


def find_betalingen(
    session: Session,
    zoekvraag: Zoekvraag,
    *,
    zender: str,
    aanroeper: Aanroeper,
    portaal: Portaal,
    maximum: int,
    vervolg: str | None,
) -> Zoekresultaat:
    """At most `maximum` betaalopdrachten of this zender for which everything in the question holds.

    What is made while somebody pages is newer than what she has seen, so no page repeats or skips anything. Refusal
    ZOEKVRAAG_ONJUIST, with every finding.
    """
    zender_id = require_zender(session, aanroeper, zender, _OPERATIE).id
    if findings := check_zoekvraag(zoekvraag):
        raise Refusal(findings[0].code, findings[0].omschrijving, findings)
    vraag = Vraag(_OPERATIE, zender_id, {**asdict(zoekvraag), "statussen": sorted(zoekvraag.statussen)})
    row = BetaalopdrachtRow
    query = select(row, WinkelmandjeRow.kenmerk).join(WinkelmandjeRow, WinkelmandjeRow.id == row.winkelmandje_id)
    after = goes_on(session, portaal, vraag, vervolg)
    kenmerk = zoekvraag.betaalkenmerk
    mine = [] if kenmerk is None else [with_kenmerk(session, kenmerk)]
    rows = find_page(session, query, zoekvraag, mine, limit=maximum + 1, after=after, zender_id=zender_id)
    page = tuple(_gevonden(opdracht, mandje) for opdracht, mandje in rows[:maximum])
    return Zoekresultaat(page, make_vervolg(portaal, vraag, page[-1].betaalkenmerk) if len(rows) > maximum else None)


def _gevonden(row: BetaalopdrachtRow, winkelmandje: str) -> Gevonden:
    return Gevonden(
        betaalkenmerk=row.kenmerk,
        winkelmandje=winkelmandje,
        kenmerk=row.eigen_kenmerk,
        status=row.status,
        versie=row.versie_gewenst,
        leverbaar=row.leverbaar,
        totaal_cent=row.totaal_cent,
        ontvangen_cent=row.ontvangen_cent,
        terugbetaald_cent=row.terugbetaald_cent,
        teruggeboekt_cent=row.teruggeboekt_cent,
        aangemaakt_op=row.aangemaakt_op,
        betaald_op=row.betaald_op,
    )
