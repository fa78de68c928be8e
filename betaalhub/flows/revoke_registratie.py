"""HerroepRegistratie: a registration that turned out wrong is undone, by giving back on paper what was never received.

BETAALD never goes back (domain.md, section 2.4): the whole betaling becomes a terugbetaling by hand, and its journaalpost is
booked the other way round.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import LeveringStatus, TerugbetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.verzoeken import HerroepingVerzoek
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import answer_head, answer_once
from betaalhub.flows.boeking import reverse_paid
from betaalhub.flows.change_status import change_terugbetaling
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys, Omgeving
from betaalhub.flows.levering import close_niet_leverbaar
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.terugbetaling import Deel, lock_delen, reserve
from betaalhub.flows.uitval import close_by_itself
from betaalhub.flows.withdraw import StatusAntwoord
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, RegistratieRow, ZenderRow


def revoke_registratie(
    session: Session, verzoek: HerroepingVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> StatusAntwoord:
    """Undo one registration of this zender; one that is undone already stays so. Its Kenmerk is free again.

    Refusal REGISTRATIE_ONBEKEND (also for another zender's), REGISTRATIE_NIET_HERROEPBAAR: something is delivered, a
    terugbetaling was asked for, or other money came in beside it.
    """

    def effect(zender: ZenderRow) -> StatusAntwoord:
        registratie = _find(session, zender.id, verzoek.registratienummer)
        mandje, opdracht = lock_opdracht(session, registratie.betaalopdracht_id)
        if opdracht.herroepen_op is None:
            door, reden = Door(zender.code, omgeving.now), mask_tekst(verzoek.reden)[0]
            betaling, delen = lock_delen(session, registratie.betaling_id, opdracht.id)
            _check(session, betaling, list(delen.values()))
            _give_back(session, betaling, opdracht, list(delen.values()), door=door, keys=omgeving.keys, reden=reden)
            herbereken(session, mandje, door)
        return StatusAntwoord(
            *answer_head(verzoek, omgeving), opdracht.kenmerk, opdracht.status, opdracht.versie_gewenst
        )

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="HerroepRegistratie",
        antwoord=StatusAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def _find(session: Session, zender_id: int, registratienummer: str) -> RegistratieRow:
    found = session.scalar(
        select(RegistratieRow)
        .join(BetalingRow, BetalingRow.id == RegistratieRow.betaling_id)
        .where(BetalingRow.psp_referentie == registratienummer, RegistratieRow.zender_id == zender_id)
    )
    if found is None:
        raise Refusal("REGISTRATIE_ONBEKEND", "Deze registratie is niet bekend bij deze zender.")
    return found


def _check(session: Session, betaling: BetalingRow, delen: list[Deel]) -> None:
    """What is delivered, promised back or paid twice is for a person to judge: nothing is undone behind her back."""
    why = None
    if betaling.gereserveerd_cent:
        why = "Er is al een terugbetaling van gevraagd."
    elif any(deel.regel.levering == LeveringStatus.GELEVERD for deel in delen):
        why = "Er is al van geleverd."
    elif queries.double_covered(session, betaling.id):
        why = "Er is ook op een andere manier betaald."
    if why:
        raise Refusal("REGISTRATIE_NIET_HERROEPBAAR", f"Deze registratie kan niet worden herroepen. {why}")


def _give_back(
    session: Session,
    betaling: BetalingRow,
    opdracht: BetaalopdrachtRow,
    delen: list[Deel],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> None:
    cents = {deel: deel.left_cent for deel in delen}
    row = reserve(session, betaling, opdracht, cents, door=door, keys=keys, reden=reden)
    for status in (TerugbetalingStatus.GOEDGEKEURD, TerugbetalingStatus.HANDMATIG):
        change_terugbetaling(session, row, status, door, reden="REGISTRATIE_HERROEPEN")
    opdracht.herroepen_op = door.now
    close_niet_leverbaar(session, opdracht.id, delen, door)
    if not reverse_paid(
        session, betaling, opdracht, door, keys=keys
    ):  # never booked: there is nothing to book any more
        close_by_itself(session, door, {UitvalSoort.CONFIG_ONGELDIG}, betaling_id=betaling.id)
