"""Between the hub's boekingsbatch and the elements of grootboek-v1: pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from betaalhub.ports import BoekingsbatchBericht, BoekingsregelBericht, Boekingsresultaat, JournaalpostBericht


class Verwerking(StrEnum):
    """What an ERP did with a journaalpost; the XSD closes this list."""

    GEBOEKT = "GEBOEKT"
    AFGEKEURD = "AFGEKEURD"


def batch_values(batch: BoekingsbatchBericht) -> dict[str, Any]:
    """The elements of VerwerkBoekingsbatch after Stuurgegevens."""
    return {
        "Batchnummer": batch.batchnummer,
        "Administratie": batch.administratie,
        "Journaalpost": [_journaalpost(post) for post in batch.journaalposten],
    }


def resultaten(elements: Iterable[Any]) -> tuple[Boekingsresultaat, ...]:
    """The results of an answer. Raises ValueError for GEBOEKT without a number, AFGEKEURD without a reason, or a twin."""
    found = tuple(_resultaat(element) for element in elements)
    if len({one.journaalpostnummer for one in found}) != len(found):
        raise ValueError("a journaalpost has two results")
    return found


def _journaalpost(post: JournaalpostBericht) -> dict[str, Any]:
    return {
        "Journaalpostnummer": post.journaalpostnummer,
        "Soort": post.soort,
        "Boekdatum": post.boekdatum,
        "Omschrijving": post.omschrijving,
        "Betaalkenmerk": post.betaalkenmerk,
        "Boekingsregel": [_regel(regel) for regel in post.regels],
    }


def _regel(regel: BoekingsregelBericht) -> dict[str, Any]:
    return {
        "Volgnummer": regel.volgnummer,
        "Grootboekrekening": regel.grootboekrekening,
        "Kostenplaats": regel.kostenplaats,
        "Project": regel.project,
        "BtwCode": regel.btw_code,
        "DebetInCenten": regel.debet_cent,
        "CreditInCenten": regel.credit_cent,
        "Omschrijving": regel.omschrijving,
    }


def _resultaat(element: Any) -> Boekingsresultaat:
    geboekt = Verwerking(element.Verwerking) is Verwerking.GEBOEKT
    if not (element.Boekstuknummer if geboekt else element.Reden):
        raise ValueError("a result without its number or reason")
    return Boekingsresultaat(
        journaalpostnummer=str(element.Journaalpostnummer),
        geboekt=geboekt,
        boekstuknummer=element.Boekstuknummer if geboekt else None,
        reden=None if geboekt else element.Reden,
    )
