"""A product system offers a betaalopdracht: checked, stored in a winkelmandje, answered; one transaction, no neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import (
    BetaalopdrachtVerzoek,
    check_betaalopdracht,
    content_key,
    default_vervalt_op,
)
from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import BetaalopdrachtStatus, LeveringStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, answer_head, answer_once
from betaalhub.flows.catalogus import products_for
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Omgeving, read_meebetaaltoken
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.wijzigingen import publish_versie
from betaalhub.flows.winkelmandje import find_joinable, fits_beside, move_apart, new_winkelmandje, reserve_kenmerk
from betaalhub.storage import outbox, queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    ProductregelRow,
    TerugkeerAdresRow,
    WinkelmandjeRow,
    ZenderRow,
)

_TAKEN = (
    "KENMERK_BEZET",
    "Onder dit Kenmerk loopt al een betaalopdracht met andere productregels. "
    "Kies een ander Kenmerk, of geef Vervang mee zolang die betaalopdracht OPEN is.",
)


@dataclass(frozen=True, slots=True)
class StartBetalingAntwoord(Antwoord):
    """The betaalopdracht and where it is paid."""

    winkelmandje: str
    betaal_url: str
    status: str
    versie: int
    vervalt_op: datetime


def start_betaling(
    session: Session, verzoek: BetaalopdrachtVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> StartBetalingAntwoord:
    """Store the betaalopdracht, or find the one that this message or Kenmerk made before.

    Raises Refusal (NIET_GEAUTORISEERD, ONGELDIG_VERZOEK with every finding, KENMERK_BEZET, REFERENTIENUMMER_NIET_UNIEK).
    """

    def effect(zender: ZenderRow) -> StartBetalingAntwoord:
        row = _find_or_make(session, zender, verzoek, omgeving)
        mandje = session.get_one(WinkelmandjeRow, row.winkelmandje_id)
        return StartBetalingAntwoord(
            *answer_head(verzoek, omgeving),
            betaalkenmerk=row.kenmerk,
            winkelmandje=mandje.kenmerk,
            betaal_url=omgeving.portaal.betaal_url(row.token, row.betaler_taal or "nl"),
            status=row.status,
            versie=row.versie_gewenst,
            vervalt_op=row.vervalt_op,
        )

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="StartBetaling",
        antwoord=StartBetalingAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def _find_or_make(
    session: Session, zender: ZenderRow, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving
) -> BetaalopdrachtRow:
    existing = _living(session, zender.id, verzoek.kenmerk)
    if existing is not None and existing.inhoud_hash == content_key(verzoek):
        return existing
    _check(session, zender, verzoek, omgeving)
    try:
        with session.begin_nested():
            mandje = _choose_winkelmandje(session, existing, zender, verzoek, omgeving)
            return _make(session, zender, mandje, verzoek, omgeving)
    except IntegrityError:  # a parallel call with the same Kenmerk was first
        winner = _living(session, zender.id, verzoek.kenmerk)
        if winner is None:  # something else is wrong, and it is not the caller's
            raise
        if winner.inhoud_hash != content_key(verzoek):
            raise Refusal(*_TAKEN) from None
        return winner


def _living(session: Session, zender_id: int, kenmerk: str) -> BetaalopdrachtRow | None:
    return session.scalar(
        select(BetaalopdrachtRow).where(BetaalopdrachtRow.levend_sleutel == _live_key(zender_id, kenmerk))
    )


def _choose_winkelmandje(
    session: Session,
    existing: BetaalopdrachtRow | None,
    zender: ZenderRow,
    verzoek: BetaalopdrachtVerzoek,
    omgeving: Omgeving,
) -> WinkelmandjeRow:
    if existing is not None:
        return _replace(session, existing, zender, verzoek, omgeving)
    mandje = find_joinable(
        session,
        _pointed_at(session, zender, verzoek, omgeving),
        verzoek,
        administratie_id=zender.administratie_id,
        omgeving=omgeving,
    )
    return mandje or new_winkelmandje(session, zender.administratie_id, keys=omgeving.keys, now=omgeving.now)


def _pointed_at(session: Session, zender: ZenderRow, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving) -> int | None:
    """The winkelmandje that the betaalopdracht wants to join: by its meebetaaltoken, or else where the installation allows it
    the one in which this customer's newest open betaalopdracht lies."""
    if verzoek.meebetaaltoken:
        return read_meebetaaltoken(omgeving.portaal, verzoek.meebetaaltoken, omgeving.now)
    if verzoek.klant_kenmerk and omgeving.limits.joins_by_klant:
        return queries.open_mandje_of_klant(session, zender.administratie_id, verzoek.klant_kenmerk)
    return None


def _check(session: Session, zender: ZenderRow, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving) -> None:
    producten = products_for(session, zender.id, boekdatum(omgeving.now))
    adressen = session.scalars(select(TerugkeerAdresRow.adres).where(TerugkeerAdresRow.zender_id == zender.id))
    findings = check_betaalopdracht(
        verzoek,
        producten=producten,
        allowed_products=frozenset(producten),
        terugkeer_adressen=tuple(adressen),
        now=omgeving.now,
        limits=omgeving.limits,
    )
    if findings:
        raise Refusal(findings[0].code, findings[0].omschrijving, findings)


def _replace(
    session: Session,
    existing: BetaalopdrachtRow,
    zender: ZenderRow,
    verzoek: BetaalopdrachtVerzoek,
    omgeving: Omgeving,
) -> WinkelmandjeRow:
    """Vervang: an OPEN betaalopdracht makes room for its successor in the same winkelmandje, or in one of its own where the
    successor would bring that one over its maximum or is paid at another PSP account."""
    mandje, old = lock_opdracht(session, existing.id)
    if old.levend_sleutel is None:  # withdrawn or expired just before the lock was ours: its Kenmerk is free
        return new_winkelmandje(session, zender.administratie_id, keys=omgeving.keys, now=omgeving.now)
    if not verzoek.vervang or old.status != BetaalopdrachtStatus.OPEN:
        raise Refusal(*_TAKEN)
    door = Door(zender.code, omgeving.now)
    old.ingetrokken_op, old.levend_sleutel = omgeving.now, None
    apart = move_apart(session, old, mandje, keys=omgeving.keys, door=door, soort="BETAALOPDRACHT_VERVANGEN")
    herbereken(session, apart, door)
    if fits_beside(session, mandje, verzoek, omgeving):
        return mandje
    return new_winkelmandje(session, zender.administratie_id, keys=omgeving.keys, now=omgeving.now)


def _make(
    session: Session,
    zender: ZenderRow,
    mandje: WinkelmandjeRow,
    verzoek: BetaalopdrachtVerzoek,
    omgeving: Omgeving,
) -> BetaalopdrachtRow:
    betaler, now = verzoek.betaler, omgeving.now
    row = BetaalopdrachtRow(
        administratie_id=zender.administratie_id,
        zender_id=zender.id,
        winkelmandje_id=mandje.id,
        kenmerk=reserve_kenmerk(session, "BETAALOPDRACHT", omgeving.keys),
        token=omgeving.keys.token(),
        eigen_kenmerk=verzoek.kenmerk,
        levend_sleutel=_live_key(zender.id, verzoek.kenmerk),
        inhoud_hash=content_key(verzoek),
        status=BetaalopdrachtStatus.OPEN,
        totaal_cent=verzoek.totaal_cent,
        ontvangen_cent=0,
        terugbetaald_cent=0,
        teruggeboekt_cent=0,
        leverbaar=False,
        versie_gewenst=1,
        versie_bevestigd=1,  # the answer to StartBetaling tells version 1
        terugkeer_url=verzoek.terugkeer_url,
        betaler_soort=betaler.soort if betaler else None,
        betaler_naam=betaler.naam if betaler else None,
        betaler_email=betaler.email if betaler else None,
        betaler_taal=betaler.taal if betaler else None,
        klant_kenmerk=verzoek.klant_kenmerk,
        aangemaakt_op=now,
        vervalt_op=verzoek.vervalt_op or default_vervalt_op(now, omgeving.limits),
    )
    session.add(row)
    session.flush()
    publish_versie(session, row, now)
    signals = _add_regels(session, row.id, verzoek)
    mandje.totaal_cent += row.totaal_cent
    mandje.versie += 1
    record(
        session,
        Door(zender.code, now),
        "BETAALOPDRACHT_GESTART",
        onderwerp="BETAALOPDRACHT",
        onderwerp_id=row.id,
        winkelmandje_id=mandje.id,
        betaalopdracht_id=row.id,
        naar=row.status,
        gegevens={
            "regels": len(verzoek.regels),
            "totaal_cent": row.totaal_cent,
            "gemaskeerd": ",".join(signals) or None,
        },
    )
    outbox.enqueue_first(session, OutboxSoort.VERVAL, row.id, ontvanger="hub", due_at=row.vervalt_op, now=now)
    return row


def _add_regels(session: Session, betaalopdracht_id: int, verzoek: BetaalopdrachtVerzoek) -> list[str]:
    """Add the productregels, personal numbers in their text masked; tells which kinds were masked, never the values."""
    signals: set[str] = set()
    rows = []
    for regel in verzoek.regels:
        omschrijving, found = mask_tekst(regel.omschrijving)
        signals.update(found)
        rows.append(
            {
                "betaalopdracht_id": betaalopdracht_id,
                "regelnummer": regel.regelnummer,
                "productcode": regel.productcode,
                "omschrijving": omschrijving,
                "aantal": regel.aantal,
                "stuksprijs_cent": regel.stuksprijs_cent,
                "bedrag_cent": regel.bedrag_cent,
                "zaaknummer": regel.zaaknummer,
                "levering": LeveringStatus.NIET_GEMELD,
            }
        )
    session.execute(insert(ProductregelRow), rows)  # in one go: nobody needs their numbers now
    return sorted(signals)


def _live_key(zender_id: int, kenmerk: str) -> str:
    return f"{zender_id}:{kenmerk}"
