"""A town behind the real SOAP door: what a product system asks there, and what it reads in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.soap.application import make_soap
from betaalhub.wire.serving import SoapEndpoint
from tests.builders import BUUR, ESB, GEHEIM
from tests.contract.samples import BER, TYP
from tests.flows.town import Town
from tests.soap.calls import Answer, send

KLANT = "klant-0123456789"


@dataclass(frozen=True)
class Loket:
    """One town and its SOAP service."""

    town: Town
    soap: SoapEndpoint

    @classmethod
    def of(cls, town: Town) -> Loket:
        return cls(town, make_soap(town.hub, public_url=town.hub.soap_url))

    def ask(self, operatie: str, *, zender: str = "vergunningen", user: str = ESB, **elements: Any) -> Answer:
        """Send this question; an element with a list stands there several times."""
        stuur = (
            f"<b:Stuurgegevens><t:Zender>{zender}</t:Zender><t:Referentienummer>V-1</t:Referentienummer>"
            "<t:TijdstipBericht>2026-11-24T10:30:00+01:00</t:TijdstipBericht></b:Stuurgegevens>"
        )
        given = [
            (name, one) for name, value in elements.items() for one in (value if isinstance(value, list) else [value])
        ]
        rest = "".join(f"<b:{name}>{one}</b:{name}>" for name, one in given)
        message = f"<b:{operatie} xmlns:b='{BER}' xmlns:t='{TYP}'>{stuur}{rest}</b:{operatie}>"
        return send(self.soap, message, user=user, password=GEHEIM)

    def changes(self, vanaf: int = 0, *, zender: str = "vergunningen", **elements: Any) -> Answer:
        """VraagWijzigingen after this number."""
        return self.ask("VraagWijzigingen", zender=zender, Vanaf=vanaf, **elements)

    def all_pages(self, operatie: str, **elements: Any) -> list[str]:
        """The betaalkenmerken on all pages, asked one after the other."""
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            answer = self.ask(operatie, **elements, **more)
            assert answer.status == 200, answer.bevindingen
            found += kenmerken(answer)
            if answer.text("Vervolg") is None:
                return found
            more = {"Vervolg": answer.text("Vervolg")}


def items(answer: Answer, name: str) -> list[dict[str, str | None]]:
    """The elements with this name, each as its children by local name."""
    found = etree.fromstring(answer.content).iter(f"{{{BER}}}{name}")
    return [{etree.QName(child).localname: child.text for child in one} for one in found]


def kenmerken(answer: Answer) -> list[str]:
    """Every Betaalkenmerk in an answer, in order."""
    return [one.text for one in etree.fromstring(answer.content).iter(f"{{{TYP}}}Betaalkenmerk")]


def own(*antwoorden: StartBetalingAntwoord) -> list[str]:
    """Their betaalkenmerken."""
    return [one.betaalkenmerk for one in antwoorden]


__all__ = ["BUUR", "KLANT", "Loket", "items", "kenmerken", "own"]
