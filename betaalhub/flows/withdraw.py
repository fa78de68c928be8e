"""TrekBetalingIn: a product system withdraws a betaalopdracht that is not paid; what lay beside it stays payable."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.verzoeken import IntrekkingVerzoek
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, answer_head, answer_once
from betaalhub.flows.find_opdracht import find_opdracht
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys, Omgeving
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.refusals import require_open
from betaalhub.flows.winkelmandje import move_apart
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, WinkelmandjeRow, ZenderRow


@dataclass(frozen=True, slots=True)
class StatusAntwoord(Antwoord):
    """How the betaalopdracht stood after it."""

    status: str
    versie: int


def withdraw(
    session: Session, verzoek: IntrekkingVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> StatusAntwoord:
    """Withdraw a betaalopdracht; one that is withdrawn already stays so.

    Refusal BETALING_LOOPT while a betaling of its winkelmandje lives, AL_BETAALD, BETAALOPDRACHT_BEEINDIGD (expired).
    """

    def effect(zender: ZenderRow) -> StatusAntwoord:
        opdracht_id = find_opdracht(session, zender.id, verzoek.betaalkenmerk, verzoek.kenmerk)
        mandje, row = lock_opdracht(session, opdracht_id)
        if row.status != BetaalopdrachtStatus.INGETROKKEN:
            require_open(row.status)
            _withdraw(session, mandje, row, Door(zender.code, omgeving.now), keys=omgeving.keys, reden=verzoek.reden)
        return StatusAntwoord(*answer_head(verzoek, omgeving), row.kenmerk, row.status, row.versie_gewenst)

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="TrekBetalingIn",
        antwoord=StatusAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def _withdraw(
    session: Session, mandje: WinkelmandjeRow, row: BetaalopdrachtRow, door: Door, *, keys: Keys, reden: str | None
) -> None:
    row.ingetrokken_op = door.now
    record(
        session,
        door,
        "INTREKKING",
        onderwerp="BETAALOPDRACHT",
        onderwerp_id=row.id,
        winkelmandje_id=mandje.id,
        betaalopdracht_id=row.id,
        reden=mask_tekst(reden)[0] if reden else None,
    )
    if len(queries.opdrachten_of(session, mandje.id)) > 1:
        apart = move_apart(session, row, mandje, keys=keys, door=door, soort="BETAALOPDRACHT_INGETROKKEN")
        herbereken(session, apart, door)
    herbereken(session, mandje, door)
