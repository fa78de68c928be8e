"""RegistreerBetaling: money that a zender received itself, at the counter say, pays one whole betaalopdracht."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from betaalhub.domain.kenmerk import psp_referentie
from betaalhub.domain.statuses import BetalingStatus, Kanaal
from betaalhub.domain.verzoeken import RegistratieVerzoek, check_registratie
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, answer_head, answer_once
from betaalhub.flows.boeking import book_paid
from betaalhub.flows.change_status import change_betaling
from betaalhub.flows.find_opdracht import find_opdracht
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys, Omgeving
from betaalhub.flows.levering import open_niet_leverbaar
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.refusals import require_open
from betaalhub.flows.winkelmandje import move_apart
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    RegistratieRow,
    ToewijzingRow,
    WinkelmandjeRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class RegistratieAntwoord(Antwoord):
    """The betaling that was recorded."""

    status: str
    versie: int
    registratienummer: str


def register_betaling(
    session: Session, verzoek: RegistratieVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> RegistratieAntwoord:
    """Record the betaling, its toewijzingen and its booking; the betaalopdracht leaves a winkelmandje that it shared.

    Refusal with every finding (BEDRAG_ONJUIST, ONTVANGENOP_ONJUIST), BETALING_LOOPT while an online betaling lives, AL_BETAALD,
    BETAALOPDRACHT_BEEINDIGD. An account that is not configured keeps no money out: it opens CONFIG_ONGELDIG.
    """

    def effect(zender: ZenderRow) -> RegistratieAntwoord:
        opdracht_id = find_opdracht(session, zender.id, verzoek.betaalkenmerk, verzoek.kenmerk)
        mandje, opdracht = lock_opdracht(session, opdracht_id)
        findings = check_registratie(verzoek, totaal_cent=opdracht.totaal_cent, now=omgeving.now)
        if findings:
            raise Refusal(findings[0].code, findings[0].omschrijving, findings)
        require_open(opdracht.status)
        door = Door(zender.code, omgeving.now)
        alone = _alone(session, mandje, opdracht, door, keys=omgeving.keys)
        betaling = _record(session, alone, opdracht, verzoek, door)
        change_betaling(session, betaling, BetalingStatus.BETAALD, door)
        open_niet_leverbaar(session, [opdracht], door)
        book_paid(session, betaling, opdracht, door, keys=omgeving.keys, aside=False)
        herbereken(session, alone, door)
        return RegistratieAntwoord(
            *answer_head(verzoek, omgeving),
            betaalkenmerk=opdracht.kenmerk,
            status=opdracht.status,
            versie=opdracht.versie_gewenst,
            registratienummer=betaling.psp_referentie,
        )

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="RegistreerBetaling",
        antwoord=RegistratieAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def _alone(
    session: Session, mandje: WinkelmandjeRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys
) -> WinkelmandjeRow:
    """The winkelmandje in which it lies by itself: only this one is paid at the counter, what lay beside it stays payable."""
    if len(queries.opdrachten_of(session, mandje.id)) == 1:
        return mandje
    apart = move_apart(session, opdracht, mandje, keys=keys, door=door, soort="BETAALOPDRACHT_BALIE")
    herbereken(session, mandje, door)
    return apart


def _record(
    session: Session, mandje: WinkelmandjeRow, opdracht: BetaalopdrachtRow, verzoek: RegistratieVerzoek, door: Door
) -> BetalingRow:
    """The betaling AANGEMAAKT, what it pays, and where it was received."""
    volgnummer = len(queries.betalingen_of(session, mandje.id)) + 1
    betaling = BetalingRow(
        winkelmandje_id=mandje.id,
        volgnummer=volgnummer,
        psp_referentie=psp_referentie(mandje.kenmerk, volgnummer),
        status=BetalingStatus.AANGEMAAKT,
        levend_sleutel=str(mandje.id),
        kanaal=Kanaal.BALIE,
        methode=verzoek.ontvangstmethode,
        taal="nl",
        bedrag_cent=opdracht.totaal_cent,
        ontvangen_cent=opdracht.totaal_cent,
        gereserveerd_cent=0,
        formulier_sleutel=f"balie:{opdracht.zender_id}:{verzoek.referentienummer}",
        aangemaakt_op=door.now,
        verloopt_op=door.now,
        status_op=door.now,
        gevraagd=0,
    )
    session.add(betaling)
    session.flush()
    session.execute(
        insert(ToewijzingRow),
        [
            {
                "betaling_id": betaling.id,
                "productregel_id": regel.id,
                "bedrag_cent": regel.bedrag_cent,
                "gereserveerd_cent": 0,
            }
            for regel in queries.regels_of(session, [opdracht.id])
        ],
    )
    session.add(
        RegistratieRow(
            betaling_id=betaling.id,
            betaalopdracht_id=opdracht.id,
            zender_id=opdracht.zender_id,
            ontvangen_op=verzoek.ontvangen_op,
            bewijsnummer=verzoek.bewijsnummer,
            geregistreerd_op=door.now,
        )
    )
    record(
        session,
        door,
        "BETALING_AANGEMAAKT",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=mandje.id,
        naar=BetalingStatus.AANGEMAAKT,
        gegevens={
            "referentie": betaling.psp_referentie,
            "bedrag_cent": betaling.bedrag_cent,
            "methode": betaling.methode,
            "kanaal": betaling.kanaal,
        },
    )
    return betaling
