"""VraagTerugbetaling: a product system asks to give back what was paid, whole or per productregel; recorded and reserved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from betaalhub.domain.privacy import mask_tekst
from betaalhub.domain.statuses import PAID
from betaalhub.domain.verzoeken import TerugbetaalregelVerzoek, TerugbetalingVerzoek, allot_terugbetaling
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, answer_head, answer_once
from betaalhub.flows.find_opdracht import find_opdracht
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys, Omgeving
from betaalhub.flows.levering import close_niet_leverbaar
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.terugbetaling import lock_delen, request, whole_left
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, TerugbetalingRow, WinkelmandjeRow, ZenderRow


@dataclass(frozen=True, slots=True)
class TerugbetalingAntwoord(Antwoord):
    """The terugbetaling that was recorded. Cents."""

    terugbetaling: str
    status: str
    bedrag_cent: int
    versie: int


def request_terugbetaling(
    session: Session, verzoek: TerugbetalingVerzoek, *, aanroeper: Aanroeper, omgeving: Omgeving
) -> TerugbetalingAntwoord:
    """Record a terugbetaling of the betaling that pays this betaalopdracht; below the threshold it is on its way at once, above
    it a person decides.

    Refusal NIET_BETAALD, or with every finding: REGELNUMMER_ONBEKEND, REGELNUMMER_DUBBEL, TERUGBETALING_TE_HOOG. Money that came
    late or twice is not asked back here: its uitval waits for a person.
    """

    def effect(zender: ZenderRow) -> TerugbetalingAntwoord:
        opdracht_id = find_opdracht(session, zender.id, verzoek.betaalkenmerk, verzoek.kenmerk)
        mandje, opdracht = lock_opdracht(session, opdracht_id)
        door = Door(zender.code, omgeving.now)
        row = ask_back(session, mandje, opdracht, verzoek.regels, door=door, keys=omgeving.keys, reden=verzoek.reden)
        return TerugbetalingAntwoord(
            *answer_head(verzoek, omgeving),
            betaalkenmerk=opdracht.kenmerk,
            terugbetaling=row.nummer,
            status=row.status,
            bedrag_cent=row.bedrag_cent,
            versie=opdracht.versie_gewenst,
        )

    return answer_once(
        session,
        verzoek,
        effect,
        operatie="VraagTerugbetaling",
        antwoord=TerugbetalingAntwoord,
        aanroeper=aanroeper,
        omgeving=omgeving,
    )


def ask_back(
    session: Session,
    mandje: WinkelmandjeRow,
    opdracht: BetaalopdrachtRow,
    regels: Sequence[TerugbetaalregelVerzoek],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    """Ask back of the betaling that pays a locked betaalopdracht: these regels, or everything that is left of it. Refusal as above."""
    paying = queries.paying(session, opdracht.id) if opdracht.status in PAID else None
    if paying is None:
        raise Refusal("NIET_BETAALD", "Deze betaalopdracht is niet betaald; er is niets om terug te betalen.")
    betaling, delen = lock_delen(session, paying.id, opdracht.id)
    left = {nummer: deel.left_cent for nummer, deel in delen.items()}
    chosen, findings = allot_terugbetaling(regels, left=left, whole=whole_left(session, betaling, delen))
    if findings:
        raise Refusal(findings[0].code, findings[0].omschrijving, findings)
    cents = {delen[nummer]: bedrag for nummer, bedrag in sorted(chosen.items())}
    row = request(session, betaling, opdracht, cents, door=door, keys=keys, reden=mask_tekst(reden)[0])
    close_niet_leverbaar(session, opdracht.id, delen.values(), door)
    herbereken(session, mandje, door)
    return row
