"""A product system that calls as docs/koppelen says: every message has its own Referentienummer, and is sent again unchanged
until it is answered."""

from __future__ import annotations

import base64
import random
import time
import uuid
from dataclasses import dataclass, field

import requests
from lxml import etree

from tests.builders import ESB, GEHEIM
from tests.nodes.measures import Measures, how_of
from tests.nodes.town import Addresses
from tests.soap.calls import SOAP, Answer, bericht, elements, regel, start

_WAITS = (0.3, 0.6, 1.0, 1.5)  # shorter than the ladder of docs/koppelen: a town of some minutes
_MOST_SECONDS = 300.0
_TIMEOUT = 40.0
HEADERS = {
    "Content-Type": "text/xml; charset=utf-8",
    "SOAPAction": '""',
    "Authorization": "Basic " + base64.b64encode(f"{ESB}:{GEHEIM}".encode()).decode(),
}


class NeverAnswered(Exception):
    """All the time that a product system takes was not enough."""


@dataclass(slots=True)
class Bericht:
    """A message with what became of it: how often it was sent, and the first answer or the code of the refusal."""

    operatie: str
    referentienummer: str
    text: str
    sent: int = 0
    answer: Answer | None = None
    refusal: str = ""


@dataclass(slots=True)
class Zender:
    """One connection of a product system; not shared between threads."""

    at: Addresses
    measures: Measures
    rng: random.Random
    _session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self._session = self.measures.session(self.at.certificate)

    def offers(self, zender: str, kenmerk: str, codes: dict[str, int], **rest: str) -> Bericht:
        """StartBetaling: a regel per product at these cents."""
        regels = "".join(
            regel(nummer, product=code, bedrag=cents) for nummer, (code, cents) in enumerate(codes.items(), 1)
        )
        referentie = uuid.UUID(int=self.rng.getrandbits(128)).hex
        text = start(
            referentie, zender=zender, kenmerk=kenmerk, regels=regels, totaal=str(sum(codes.values())),
            terug=self.at.terugkeer, rest=elements(**rest),
        )  # fmt: skip
        return self.sends("StartBetaling", referentie, text)

    def says(self, operatie: str, zender: str, rest: str) -> Bericht:
        """Another message; `rest` follows Stuurgegevens."""
        referentie = uuid.UUID(int=self.rng.getrandbits(128)).hex
        return self.sends(operatie, referentie, bericht(operatie, rest, nummer=referentie, zender=zender))

    def sends(self, operatie: str, referentie: str, text: str) -> Bericht:
        """Send until it is answered or refused. NeverAnswered when that takes too long."""
        made = Bericht(operatie, referentie, text)
        body = f"<s:Envelope xmlns:s='{SOAP}'><s:Body>{text}</s:Body></s:Envelope>".encode()
        until = time.monotonic() + _MOST_SECONDS
        while time.monotonic() < until:
            made.sent += 1
            answer = self._once(operatie, body)
            if answer is not None and answer.status == 200:
                made.answer = answer
                return made
            if answer is not None:
                place, code = answer.fault
                if place != "Server":
                    made.refusal = str(code)
                    return made
                self.measures.failed(operatie, str(code))
            time.sleep(_WAITS[min(made.sent, len(_WAITS)) - 1] * self.rng.uniform(1, 1.1))
        raise NeverAnswered(f"{operatie} {referentie}")

    def again(self, made: Bericht) -> bool:
        """Send a message that was answered once more: is the answer the same to the letter?"""
        repeated = self.sends(made.operatie, made.referentienummer, made.text)
        return made.answer is not None and repeated.answer is not None and repeated.answer.body == made.answer.body

    def _once(self, operatie: str, body: bytes) -> Answer | None:
        """One try; None when no answer came that is SOAP."""
        began = time.monotonic()
        try:
            heard = self._session.post(self.at.soap, data=body, headers=HEADERS, timeout=_TIMEOUT)
            etree.fromstring(heard.content)
        except requests.RequestException as error:
            self.measures.failed(operatie, how_of(error))
            return None
        except etree.XMLSyntaxError:
            self.measures.failed(operatie, f"HTTP {heard.status_code} zonder SOAP")
            return None
        if heard.status_code == 200:
            self.measures.took(operatie, time.monotonic() - began)
        return Answer(heard.status_code, dict(heard.headers), heard.content)
