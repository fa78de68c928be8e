"""A product system offers a betaalopdracht: checked, stored in a winkelmandje, answered; one transaction, no neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert
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
from betaalhub.domain.zoeknaam import search_name
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper, checked, given
from betaalhub.flows.antwoorden import (
    LOOKED_UP,
    Antwoord,
    answer_head,
    find_asked,
    same_answer,
    stored_answer,
    unless_answered,
)
from betaalhub.flows.catalogus import AANBOD, Aangeboden, read_aanbod
from betaalhub.flows.eigen_adres import portaal_of
from betaalhub.flows.gebeurtenissen import Door, gebeurtenis
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Omgeving, read_meebetaaltoken
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.wijzigingen import first_versie
from betaalhub.flows.winkelmandje import find_joinable, fits_beside, kenmerk_row, mandje_values, move_apart
from betaalhub.storage import outbox, queries
from betaalhub.storage.database_insert import IdOf, Insert, insert_together
from betaalhub.storage.tables import (
    AntwoordRow,
    BetaalopdrachtRow,
    GebeurtenisRow,
    KenmerkRow,
    OutboxRow,
    ProductregelRow,
    WijzigingRow,
    WinkelmandjeRow,
    ZenderRow,
)

_OPERATIE = "StartBetaling"
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


# Beside what every message asks: the betaalopdracht that lives under its Kenmerk, where that one lies, and what may be sold.
_LOOKED_UP = (
    LOOKED_UP.add_columns(BetaalopdrachtRow, WinkelmandjeRow.kenmerk, *AANBOD.c)
    .outerjoin(
        BetaalopdrachtRow,
        and_(
            BetaalopdrachtRow.zender_id == ZenderRow.id,
            BetaalopdrachtRow.eigen_kenmerk == given("kenmerk"),
            BetaalopdrachtRow.levend_sleutel.is_not(None),
        ),
    )
    .outerjoin(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
    .outerjoin(AANBOD, AANBOD.c.of_zender == ZenderRow.id)
)


def start_betaling(
    session: Session, verzoek: BetaalopdrachtVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> StartBetalingAntwoord:
    """Store the betaalopdracht, or find the one that this message or Kenmerk made before.

    Of two at once the second one to store finds a key taken, and `with_retries` has it look again. Raises Refusal
    (NIET_GEAUTORISEERD, ONGELDIG_VERZOEK with every finding, KENMERK_BEZET, REFERENTIENUMMER_NIET_UNIEK).
    """
    codes = sorted({regel.productcode for regel in verzoek.regels})
    found = find_asked(session, _LOOKED_UP, verzoek, _OPERATIE, aanroeper, kenmerk=verzoek.kenmerk, codes=codes)
    zender = checked(found, _OPERATIE)
    stored, existing, mandje_kenmerk = found[0][2:5]
    if stored is not None:
        return same_answer(stored, verzoek, _OPERATIE, StartBetalingAntwoord)
    if existing is not None and existing.inhoud_hash == content_key(verzoek):
        antwoord = _answer(session, existing, mandje_kenmerk, verzoek, omgeving)
        session.execute(insert(AntwoordRow), [stored_answer(antwoord, zender.id, verzoek, _OPERATIE, omgeving.now)])
        return antwoord
    _check(read_aanbod(found, boekdatum(omgeving.now)), verzoek, omgeving)
    with unless_answered(session, zender.id, verzoek):
        mandje = _choose_winkelmandje(session, existing, zender, verzoek, omgeving)
    return _make(session, zender, mandje, verzoek, omgeving)


def _answer(
    session: Session, row: BetaalopdrachtRow, mandje_kenmerk: str, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving
) -> StartBetalingAntwoord:
    portaal = portaal_of(session, omgeving.portaal, row.administratie_id)
    return StartBetalingAntwoord(
        *answer_head(verzoek, omgeving),
        betaalkenmerk=row.kenmerk,
        winkelmandje=mandje_kenmerk,
        betaal_url=portaal.betaal_url(row.token, row.betaler_taal or "nl"),
        status=row.status,
        versie=row.versie_gewenst,
        vervalt_op=row.vervalt_op,
    )


def _choose_winkelmandje(
    session: Session,
    existing: BetaalopdrachtRow | None,
    zender: ZenderRow,
    verzoek: BetaalopdrachtVerzoek,
    omgeving: Omgeving,
) -> WinkelmandjeRow | None:
    """The locked winkelmandje that it joins; None: it gets one of its own."""
    if existing is not None:
        return _replace(session, existing, zender, verzoek, omgeving)
    return find_joinable(
        session,
        _pointed_at(session, zender, verzoek, omgeving),
        verzoek,
        administratie_id=zender.administratie_id,
        omgeving=omgeving,
    )


def _pointed_at(session: Session, zender: ZenderRow, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving) -> int | None:
    """The winkelmandje that the betaalopdracht wants to join: by its meebetaaltoken, or else where the installation allows it
    the one in which this customer's newest open betaalopdracht lies."""
    if verzoek.meebetaaltoken:
        return read_meebetaaltoken(omgeving.portaal, verzoek.meebetaaltoken, omgeving.now)
    if verzoek.klant_kenmerk and omgeving.limits.joins_by_klant:
        return queries.open_mandje_of_klant(session, zender.administratie_id, verzoek.klant_kenmerk)
    return None


def _check(aanbod: Aangeboden, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving) -> None:
    findings = check_betaalopdracht(
        verzoek,
        producten=aanbod.producten,
        allowed_products=frozenset(aanbod.producten),
        terugkeer_adressen=aanbod.terugkeer_adressen,
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
) -> WinkelmandjeRow | None:
    """Vervang: an OPEN betaalopdracht makes room for its successor in the same winkelmandje; None where the successor would
    bring that one over its maximum or is paid at another PSP account."""
    mandje, old = lock_opdracht(session, existing.id)
    if old.levend_sleutel is None:  # withdrawn or expired just before the lock was ours: its Kenmerk is free
        return None
    if not verzoek.vervang or old.status != BetaalopdrachtStatus.OPEN:
        raise Refusal(*_TAKEN)
    door = Door(zender.code, omgeving.now)
    old.ingetrokken_op, old.levend_sleutel = omgeving.now, None
    apart = move_apart(session, old, mandje, keys=omgeving.keys, door=door, soort="BETAALOPDRACHT_VERVANGEN")
    herbereken(session, apart, door)
    return mandje if fits_beside(session, mandje, verzoek, omgeving) else None


def _make(
    session: Session,
    zender: ZenderRow,
    mandje: WinkelmandjeRow | None,
    verzoek: BetaalopdrachtVerzoek,
    omgeving: Omgeving,
) -> StartBetalingAntwoord:
    """Store the betaalopdracht with all that belongs to it and the answer, in one go."""
    door = Door(zender.code, omgeving.now)
    kenmerken = [kenmerk_row("BETAALOPDRACHT", omgeving.keys)]
    inserts: list[Insert] = []
    mandje_id: int | IdOf
    if mandje is None:
        kenmerken.append(kenmerk_row("WINKELMANDJE", omgeving.keys))
        mandje_kenmerk, mandje_id = kenmerken[-1]["kenmerk"], _MANDJE
        values = mandje_values(
            zender.administratie_id,
            mandje_kenmerk,
            totaal_cent=verzoek.totaal_cent,
            keys=omgeving.keys,
            now=omgeving.now,
        )
        inserts.append(Insert(WinkelmandjeRow, [values], _MANDJE.name))
    else:
        mandje_kenmerk, mandje_id = mandje.kenmerk, mandje.id
        mandje.totaal_cent += verzoek.totaal_cent
        mandje.versie += 1
    opdracht = _opdracht_values(zender, kenmerken[0]["kenmerk"], verzoek, omgeving)
    antwoord = _answer(session, BetaalopdrachtRow(**opdracht), mandje_kenmerk, verzoek, omgeving)
    regels, masked = _regel_values(verzoek, omgeving.now)
    gestart = _gestart(opdracht, door, masked=masked, regels=len(regels))
    insert_together(
        session,
        Insert(KenmerkRow, kenmerken),
        *inserts,
        Insert(BetaalopdrachtRow, [{**opdracht, "winkelmandje_id": mandje_id}], _OPDRACHT.name),
        Insert(ProductregelRow, regels),
        Insert(WijzigingRow, [first_versie(_OPDRACHT, opdracht, omgeving.now)]),
        Insert(GebeurtenisRow, [{**gestart, "winkelmandje_id": mandje_id}]),
        Insert(OutboxRow, [_verval(opdracht["vervalt_op"], omgeving.now)]),
        Insert(AntwoordRow, [stored_answer(antwoord, zender.id, verzoek, _OPERATIE, omgeving.now)]),
    )
    return antwoord


_MANDJE, _OPDRACHT = IdOf("mandje"), IdOf("opdracht")


def _opdracht_values(
    zender: ZenderRow, kenmerk: str, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving
) -> dict[str, Any]:
    betaler, now = verzoek.betaler, omgeving.now
    return {
        "administratie_id": zender.administratie_id,
        "zender_id": zender.id,
        "kenmerk": kenmerk,
        "token": omgeving.keys.token(),
        "eigen_kenmerk": verzoek.kenmerk,
        "levend_sleutel": f"{zender.id}:{verzoek.kenmerk}",
        "inhoud_hash": content_key(verzoek),
        "status": BetaalopdrachtStatus.OPEN,
        "totaal_cent": verzoek.totaal_cent,
        "ontvangen_cent": 0,
        "terugbetaald_cent": 0,
        "teruggeboekt_cent": 0,
        "leverbaar": False,
        "versie_gewenst": 1,
        "versie_bevestigd": 1,  # the answer to StartBetaling tells version 1
        "terugkeer_url": verzoek.terugkeer_url,
        "betaler_soort": betaler.soort if betaler else None,
        "betaler_naam": betaler.naam if betaler else None,
        "betaler_email": betaler.email if betaler else None,
        "betaler_taal": betaler.taal if betaler else None,
        "klant_kenmerk": verzoek.klant_kenmerk,
        "aangemaakt_op": now,
        "vervalt_op": verzoek.vervalt_op or default_vervalt_op(now, omgeving.limits),
        "zoeknaam": search_name(betaler.naam, betaler.soort) if betaler else None,
    }


def _regel_values(verzoek: BetaalopdrachtVerzoek, now: datetime) -> tuple[list[dict[str, Any]], list[str]]:
    """The productregels, personal numbers in their text masked; and which kinds were masked, never the values."""
    signals: set[str] = set()
    rows = []
    for regel in verzoek.regels:
        omschrijving, found = mask_tekst(regel.omschrijving)
        signals.update(found)
        rows.append(
            {
                "betaalopdracht_id": _OPDRACHT,
                "regelnummer": regel.regelnummer,
                "productcode": regel.productcode,
                "omschrijving": omschrijving,
                "aantal": regel.aantal,
                "stuksprijs_cent": regel.stuksprijs_cent,
                "bedrag_cent": regel.bedrag_cent,
                "zaaknummer": regel.zaaknummer,
                "levering": LeveringStatus.NIET_GEMELD,
                "aangemaakt_op": now,
            }
        )
    return rows, sorted(signals)


def _gestart(opdracht: dict[str, Any], door: Door, *, masked: list[str], regels: int) -> dict[str, Any]:
    values = gebeurtenis(
        door,
        "BETAALOPDRACHT_GESTART",
        onderwerp="BETAALOPDRACHT",
        naar=opdracht["status"],
        gegevens={"regels": regels, "totaal_cent": opdracht["totaal_cent"], "gemaskeerd": ",".join(masked) or None},
    )
    return {**values, "onderwerp_id": _OPDRACHT, "betaalopdracht_id": _OPDRACHT}


def _verval(vervalt_op: datetime, now: datetime) -> dict[str, Any]:
    """Nobody can have wished for it before: its object is made in the same go."""
    return {"object_id": _OPDRACHT, **outbox.fresh(OutboxSoort.VERVAL, ontvanger="hub", due_at=vervalt_op, now=now)}
