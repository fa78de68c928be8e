"""The simulated e-loket: "mijn betalingen" of one klant, asked of the hub by VraagKlantoverzicht, over all product systems."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from betaalhub.errors import Refusal
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.simulatoren.config import SimulatorConfig
from gemeentelijke_koppelingen.soap_client import SoapClient

PATH = "/mijn-betalingen"
_PAGES = 10  # of a hundred each: more than anybody looks at
_WORDS = {
    "OPEN": "nog te betalen",
    "IN_BETALING": "bezig met betalen",
    "BETAALD": "betaald",
    "DEELS_TERUGBETAALD": "deels terugbetaald",
    "TERUGBETAALD": "terugbetaald",
    "INGETROKKEN": "ingetrokken",
    "VERLOPEN": "verlopen",
}


@dataclass(frozen=True, slots=True)
class Regel:
    """One betaalopdracht as the klant sees it: what, of whom, how much (cents), how it stands in words, and the ways on."""

    omschrijving: str
    zender: str
    betaalkenmerk: str
    bedrag_cent: int
    status: str
    betaal_url: str | None
    status_url: str | None


class Eloket:
    """Asks the hub, as an e-loket in which the klant logged in would."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.klant, self._zender = config.klant, config.eloket
        self._soap = None
        if config.hub_soap_url is not None:
            endpoint = Endpoint(config.hub_soap_url, "betaalhub", config.aansluiting, config.aansluiting_geheim)
            self._soap = SoapClient(wsdl_path("betaalhub-v1.wsdl"), endpoint, typed_faults=True)

    def overzicht(self) -> tuple[Regel, ...]:
        """All of the klant, the newest first. Raises NeighbourError when the hub will not, Refusal when there is none."""
        if self._soap is None or self.klant is None:
            raise Refusal("GEEN_HUB", "Dit e-loket kent geen betaalhub.")
        regels: list[Regel] = []
        vervolg = None
        for _ in range(_PAGES):
            answer = self._soap.call("VraagKlantoverzicht", **self._message(vervolg))
            regels += [_regel(one) for one in answer.Overzichtregel or ()]
            vervolg = answer.Vervolg
            if not vervolg:
                break
        return tuple(regels)

    def _message(self, vervolg: str | None) -> dict[str, Any]:
        head = {
            "Zender": self._zender,
            "Referentienummer": secrets.token_hex(16),
            "TijdstipBericht": datetime.now(UTC),
        }
        message = {"Stuurgegevens": head, "KlantKenmerk": self.klant}
        return {**message, "Vervolg": vervolg} if vervolg else message


def _regel(one: Any) -> Regel:
    more = f" en {one.Regels - 1} meer" if one.Regels > 1 else ""
    return Regel(
        omschrijving=f"{one.Omschrijving}{more}",
        zender=str(one.ZenderNaam),
        betaalkenmerk=str(one.Betaalkenmerk),
        bedrag_cent=int(one.TotaalInCenten),
        status=_WORDS.get(str(one.Status), str(one.Status)),  # a code of a later version is shown as it is
        betaal_url=_web(one.BetaalUrl),
        status_url=_web(one.StatusUrl),
    )


def _web(url: str | None) -> str | None:
    return str(url) if url and urlsplit(url).scheme in ("http", "https") else None
