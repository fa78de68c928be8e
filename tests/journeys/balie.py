"""What a product system does by SOAP after StartBetaling, in the words of the trade."""

from __future__ import annotations

import itertools
from typing import Any

import zeep

from betaalhub.demo.journey import stuurgegevens
from tests.journeys.stad import Opdracht, Stad

_NUMBERS = itertools.count(1)


def message(opdracht: Opdracht, **values: Any) -> dict[str, Any]:
    """A message about this betaalopdracht, with a Referentienummer of its own."""
    return {
        "Stuurgegevens": stuurgegevens(opdracht.zender, f"balie-{next(_NUMBERS)}"),
        "Betaalkenmerk": opdracht.betaalkenmerk,
        **values,
    }


def registration(stad: Stad, opdracht: Opdracht) -> dict[str, Any]:
    """A RegistreerBetaling of the whole amount, received just now."""
    cents = stad.stand(opdracht).TotaalInCenten
    return message(opdracht, BedragInCenten=cents, Ontvangstmethode="CONTANT", OntvangenOp=stad.clock.now)


def registers(stad: Stad, opdracht: Opdracht) -> Any:
    """The citizen paid at the counter."""
    return stad.client().service.RegistreerBetaling(**registration(stad, opdracht))


def withdraws(stad: Stad, opdracht: Opdracht) -> Any:
    """The product system withdraws it."""
    return stad.client().service.TrekBetalingIn(**message(opdracht, Reden="De aanvraag is ingetrokken"))


def revokes(stad: Stad, opdracht: Opdracht, registratienummer: str) -> Any:
    """The registration was wrong."""
    kop = message(opdracht)["Stuurgegevens"]
    return stad.client().service.HerroepRegistratie(
        Stuurgegevens=kop, Registratienummer=registratienummer, Reden="Op de verkeerde zaak"
    )


def asks_back(stad: Stad, opdracht: Opdracht, **regels: int) -> Any:
    """Money must go back: all of it, or `r1=500` of a regel."""
    lines = [{"Regelnummer": int(name[1:]), "BedragInCenten": cents} for name, cents in regels.items()]
    values = message(opdracht, Terugbetaalregel=lines, Reden="Gaat niet door")
    return stad.client().service.VraagTerugbetaling(**values)


def tells(stad: Stad, opdracht: Opdracht, **regels: str) -> Any:
    """How far the levering is: `r1="GELEVERD"`."""
    lines = [{"Regelnummer": int(name[1:]), "Levering": levering} for name, levering in regels.items()]
    return stad.client().service.MeldLevering(**message(opdracht, Leveringsregel=lines))


def refusal(fault: zeep.exceptions.Fault) -> tuple[str, str]:
    """Client or Server, and the code."""
    code = fault.detail.findtext("{*}BetaalhubFout/{*}Code")
    return str(fault.code).rpartition(":")[2], str(code)
