"""MeldLevering: a product system tells how far the levering is, per productregel."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import LeveringStatus
from betaalhub.domain.verzoeken import LeveringVerzoek, check_levering
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, answer_head, answer_once
from betaalhub.flows.change_status import change_levering
from betaalhub.flows.find_opdracht import find_opdracht
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.levering import open_niet_leverbaar
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.stand import regel_standen
from betaalhub.ports import RegelStand
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, ZenderRow


@dataclass(frozen=True, slots=True)
class LeveringAntwoord(Antwoord):
    """How every productregel stood after it."""

    versie: int
    regels: tuple[RegelStand, ...]


def report_levering(
    session: Session, verzoek: LeveringVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> LeveringAntwoord:
    """Write down what is told, also of what is not paid or not leverbaar: it has happened, and the register must know.

    Told again it changes nothing. NIET_LEVERBAAR of what is paid opens an uitval at once, of what is not when it becomes paid.
    Refusal with every finding: REGELNUMMER_ONBEKEND, REGELNUMMER_DUBBEL, LEVERING_ONJUIST.
    """

    def effect(zender: ZenderRow) -> LeveringAntwoord:
        opdracht_id = find_opdracht(session, zender.id, verzoek.betaalkenmerk, verzoek.kenmerk)
        mandje, opdracht = lock_opdracht(session, opdracht_id)
        door = Door(zender.code, omgeving.now)
        if _write_down(session, opdracht, verzoek, door):
            session.flush()
            open_niet_leverbaar(session, [opdracht], door)
            herbereken(session, mandje, door)
        return LeveringAntwoord(
            *answer_head(verzoek, omgeving),
            betaalkenmerk=opdracht.kenmerk,
            versie=opdracht.versie_gewenst,
            regels=regel_standen(session, opdracht.id),
        )

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="MeldLevering",
        antwoord=LeveringAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def _write_down(session: Session, opdracht: BetaalopdrachtRow, verzoek: LeveringVerzoek, door: Door) -> bool:
    """Change what changes; tells whether something became NIET_LEVERBAAR."""
    rows = {row.regelnummer: row for row in queries.regels_of(session, [opdracht.id])}
    findings = check_levering(
        verzoek.regels, present={nummer: LeveringStatus(row.levering) for nummer, row in rows.items()}
    )
    if findings:
        raise Refusal(findings[0].code, findings[0].omschrijving, findings)
    news = [one for one in verzoek.regels if one.levering != rows[one.regelnummer].levering]
    for one in news:
        reden = mask_tekst(one.reden)[0] if one.reden else None
        change_levering(
            session, rows[one.regelnummer], one.levering, door, reden=reden, leverbaar=bool(opdracht.leverbaar)
        )
    return any(one.levering == LeveringStatus.NIET_LEVERBAAR for one in news)
