"""How a betaalopdracht stands today: the content of a statusbericht and of VraagBetaalstatus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.errors import Finding, Refusal
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.flows.eigen_adres import portaal_of
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Portaal
from betaalhub.flows.routing import can_begin
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.ports import BetaalopdrachtStand, Ontvangst, RegelStand, TerugbetalingStand, Verwerking
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    ToewijzingRow,
    WinkelmandjeRow,
    ZenderRow,
)


def vraag_betaalstatus(
    session: Session,
    *,
    zender: str,
    aanroeper: Aanroeper,
    portaal: Portaal,
    now: datetime,
    attempt: timedelta,
    betaalkenmerk: str | None = None,
    kenmerk: str | None = None,
) -> tuple[BetaalopdrachtStand, str | None]:
    """The stand and the BetaalUrl of one betaalopdracht of this zender, by betaalkenmerk or by its own Kenmerk (the newest).

    No BetaalUrl when nothing can be paid any more; `attempt` is how long paying may take by default. Refusal
    ZOEKVRAAG_ONJUIST unless exactly one is given, BETAALOPDRACHT_ONBEKEND when there is none of this zender.
    """
    row = require_zender(session, aanroeper, zender, "VraagBetaalstatus")
    if (betaalkenmerk is None) == (kenmerk is None):
        raise _not_one()
    opdracht = _find(session, row.id, betaalkenmerk, kenmerk)
    if opdracht is None:
        raise Refusal("BETAALOPDRACHT_ONBEKEND", "Deze betaalopdracht is niet bekend bij deze zender.")
    payable = can_begin(session, opdracht, attempt=attempt, now=now)
    if not payable:
        return stand_of(session, opdracht), None
    portaal = portaal_of(session, portaal, opdracht.administratie_id)
    return stand_of(session, opdracht), portaal.betaal_url(opdracht.token, opdracht.betaler_taal or "nl")


def _not_one() -> Refusal:
    uitleg = "Geef Betaalkenmerk of Kenmerk, en niet allebei."
    ways = ("Betaalkenmerk", "Kenmerk")
    findings = tuple(Finding("ZOEKVRAAG_ONJUIST", f"/VraagBetaalstatus/{way}", uitleg) for way in ways)
    return Refusal("ZOEKVRAAG_ONJUIST", uitleg, findings)


def _find(session: Session, zender_id: int, betaalkenmerk: str | None, kenmerk: str | None) -> BetaalopdrachtRow | None:
    if betaalkenmerk is None:
        return queries.newest_by_own_kenmerk(session, zender_id, kenmerk or "")
    own = queries.betaalopdracht_by_kenmerk(session, zender_id, betaalkenmerk)
    # every search accepts the kenmerk of the winkelmandje too; of its betaalopdrachten only this zender's own
    return own or next(iter(queries.own_in_mandje(session, zender_id, betaalkenmerk, limit=1)), None)


def stand_of(session: Session, row: BetaalopdrachtRow) -> BetaalopdrachtStand:
    """Everything that a product system may know of its betaalopdracht. Cents, UTC."""
    mandje = session.get_one(WinkelmandjeRow, row.winkelmandje_id)
    zender = session.get_one(ZenderRow, row.zender_id)
    regels = queries.regels_of(session, [row.id])
    methoden = _paid_with(session, row.id)
    return BetaalopdrachtStand(
        zender=zender.code,
        betaalkenmerk=row.kenmerk,
        winkelmandje=mandje.kenmerk,
        kenmerk=row.eigen_kenmerk,
        status=row.status,
        versie=row.versie_gewenst,
        leverbaar=row.leverbaar,
        totaal_cent=row.totaal_cent,
        ontvangen_cent=row.ontvangen_cent,
        terugbetaald_cent=row.terugbetaald_cent,
        teruggeboekt_cent=row.teruggeboekt_cent,
        regels=_standen(regels, methoden),
        aangemaakt_op=row.aangemaakt_op,
        vervalt_op=row.vervalt_op,
        betaald_op=row.betaald_op,
        betaalmethode=next(iter(methoden.values()), None),
        terugbetalingen=tuple(
            TerugbetalingStand(one.nummer, one.status, cents, one.aangevraagd_op)
            for one, cents in terugbetaling_queries.of_opdrachten(session, [row.id])
        ),
    )


def regel_standen(session: Session, betaalopdracht_id: int) -> tuple[RegelStand, ...]:
    """How each productregel of a betaalopdracht stands; two queries."""
    return _standen(queries.regels_of(session, [betaalopdracht_id]), _paid_with(session, betaalopdracht_id))


def _standen(regels: Sequence[ProductregelRow], methoden: dict[int, str]) -> tuple[RegelStand, ...]:
    return tuple(
        RegelStand(regel.regelnummer, regel.productcode, regel.bedrag_cent, regel.id in methoden, regel.levering)
        for regel in regels
    )


def _paid_with(session: Session, betaalopdracht_id: int) -> dict[int, str]:
    """The paid productregels, each with the method of the first betaling that pays it; the first betaling first."""
    methoden: dict[int, str] = {}
    rows = session.execute(
        select(ToewijzingRow.productregel_id, BetalingRow.methode)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(ProductregelRow.betaalopdracht_id == betaalopdracht_id, BetalingRow.status == BetalingStatus.BETAALD)
        .order_by(BetalingRow.aangemaakt_op, BetalingRow.id)
    )
    for regel_id, methode in rows:
        methoden.setdefault(regel_id, methode)
    return methoden


def read_statusbericht(session: Session, betaalopdracht_id: int) -> tuple[BetaalopdrachtStand, str] | None:
    """What is to be told now and to which address; None when the receiver is up to date or does not want to be told."""
    row = session.get_one(BetaalopdrachtRow, betaalopdracht_id)
    zender = session.get_one(ZenderRow, row.zender_id)
    if not zender.push_url or row.versie_bevestigd >= row.versie_gewenst:
        return None
    return stand_of(session, row), zender.push_url


def record_statusbericht(session: Session, betaalopdracht_id: int, told: int, ontvangst: Ontvangst, door: Door) -> None:
    """The receiver's answer to versie `told`: it has it, or refuses it, which waits for a person (BERICHT_DOOD)."""
    (row,) = lock(session, BetaalopdrachtRow, [betaalopdracht_id])
    if ontvangst.verwerking == Verwerking.VERWERKT:
        row.versie_bevestigd = max(row.versie_bevestigd, told)
        close_by_itself(session, door, {UitvalSoort.BERICHT_DOOD}, betaalopdracht_id=row.id)
    else:
        open_uitval(
            session,
            door,
            UitvalSoort.BERICHT_DOOD,
            f"betaalopdracht:{row.id}",
            administratie_id=row.administratie_id,
            betaalopdracht_id=row.id,
            winkelmandje_id=row.winkelmandje_id,
        )
    record(
        session,
        door,
        "STATUSBERICHT",
        onderwerp="BETAALOPDRACHT",
        onderwerp_id=row.id,
        winkelmandje_id=row.winkelmandje_id,
        betaalopdracht_id=row.id,
        naar=ontvangst.verwerking,
        gegevens={"versie": told},
    )
