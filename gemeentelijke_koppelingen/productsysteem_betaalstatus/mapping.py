"""Between the state of a betaalopdracht and the elements of betaalstatus-v1: pure."""

from __future__ import annotations

from typing import Any

from betaalhub.ports import BetaalopdrachtStand, Ontvangst, RegelStand, Verwerking


def stand_values(stand: BetaalopdrachtStand) -> dict[str, Any]:
    """The elements of MeldBetaalstatus after Stuurgegevens."""
    return {
        "Betaalkenmerk": stand.betaalkenmerk,
        "Winkelmandje": stand.winkelmandje,
        "Kenmerk": stand.kenmerk,
        "Status": stand.status,
        "Versie": stand.versie,
        "Leverbaar": stand.leverbaar,
        "TotaalInCenten": stand.totaal_cent,
        "OntvangenInCenten": stand.ontvangen_cent,
        "TerugbetaaldInCenten": stand.terugbetaald_cent,
        "TeruggeboektInCenten": stand.teruggeboekt_cent,
        "Regelstatus": [_regel(regel) for regel in stand.regels],
        "AangemaaktOp": stand.aangemaakt_op,
        "VervaltOp": stand.vervalt_op,
        "BetaaldOp": stand.betaald_op,
        "Betaalmethode": stand.betaalmethode,
    }


def ontvangst(answer: Any, referentienummer: str) -> Ontvangst:
    """The answer; ValueError when it belongs to another message or refuses without a reason."""
    if answer.Stuurgegevens.CrossRefnummer != referentienummer:
        raise ValueError("an answer to another message")
    verwerking = Verwerking(answer.Verwerking)
    if verwerking is Verwerking.GEWEIGERD and not answer.Reden:
        raise ValueError("a refusal without a reason")
    return Ontvangst(verwerking, int(answer.Versie), answer.Reden)


def _regel(regel: RegelStand) -> dict[str, Any]:
    return {
        "Regelnummer": regel.regelnummer,
        "Productcode": regel.productcode,
        "BedragInCenten": regel.bedrag_cent,
        "Betaald": regel.betaald,
        "Levering": regel.levering,
    }
