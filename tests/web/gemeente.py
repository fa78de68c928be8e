"""A municipality to test the pages with: what its product systems offer and what a citizen does in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, ProductregelVerzoek
from betaalhub.domain.verzoeken import IntrekkingVerzoek, RegistratieVerzoek
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.register_betaling import register_betaling
from betaalhub.flows.start_betaling import Omgeving, StartBetalingAntwoord, start_betaling
from betaalhub.flows.verval import expire
from betaalhub.flows.withdraw import withdraw
from betaalhub.hub import Hub
from betaalhub.storage.tables import BetaalopdrachtRow
from betaalhub.web.application import make_web

TERUG = "http://127.0.0.1:8093/terug"
ZENDERS = frozenset({"vergunningen", "burgerzaken", "parkeren"})
ESB = Aanroeper(1, "esb-demo", ZENDERS)
EVENEMENT = ("vergunningen", ProductregelVerzoek(1, "EVENEMENT", "Evenementenvergunning", 1, 18_750))
UITTREKSEL = ("burgerzaken", ProductregelVerzoek(1, "UITTREKSEL", "Uittreksel <basisregistratie>", 2, 3_160, 1_580))


class Clock:
    """The hub's time; starts at a fixed moment and moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 13, 32, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: int) -> None:
        self.now += timedelta(**time)


@dataclass
class Gemeente:
    """What a test holds: the hub behind its pages, the PSP's base address, a browser without cookies."""

    hub: Hub
    clock: Clock
    psp: str
    browser: Client
    count: int = field(default=0)

    def offers(self, product: tuple[str, ProductregelVerzoek], **more: Any) -> StartBetalingAntwoord:
        """A product system starts a betaling."""
        self.count += 1
        zender, regel = product
        values = {"terugkeer_url": f"{TERUG}?aanvraag={self.count}", "kenmerk": f"zaak-{self.count}", **more}
        verzoek = BetaalopdrachtVerzoek(
            zender=zender,
            referentienummer=f"ref-{self.count}",
            regels=(regel,),
            totaal_cent=regel.bedrag_cent,
            **values,
        )
        with self.hub.sessions.begin() as session:
            return start_betaling(session, verzoek, aanroeper=ESB, omgeving=self.omgeving)

    @property
    def omgeving(self) -> Omgeving:
        """What an entry point would bring now."""
        return Omgeving(self.clock(), self.hub.keys, self.hub.limits, self.hub.portaal)

    def withdraws(self, zender: str, antwoord: StartBetalingAntwoord) -> None:
        """A product system does not want it paid any more."""
        verzoek = IntrekkingVerzoek(zender, f"weg-{antwoord.betaalkenmerk}", antwoord.betaalkenmerk, None, None)
        with self.hub.sessions.begin() as session:
            withdraw(session, verzoek, aanroeper=ESB, omgeving=self.omgeving)

    def registers(self, zender: str, antwoord: StartBetalingAntwoord, bedrag_cent: int) -> None:
        """A product system received the money at its counter."""
        verzoek = RegistratieVerzoek(
            zender,
            f"balie-{antwoord.betaalkenmerk}",
            antwoord.betaalkenmerk,
            None,
            bedrag_cent,
            "PIN",
            self.clock(),
            None,
        )
        with self.hub.sessions.begin() as session:
            register_betaling(session, verzoek, aanroeper=ESB, omgeving=self.omgeving)

    def expires(self, antwoord: StartBetalingAntwoord) -> None:
        """The worker looks whether the time of this betaalopdracht is over."""
        of = select(BetaalopdrachtRow.id).where(BetaalopdrachtRow.kenmerk == antwoord.betaalkenmerk)
        with self.hub.sessions.begin() as session:
            expire(session, session.execute(of).scalar_one(), keys=self.hub.keys, now=self.clock())

    def settled(self, **changes: Any) -> Gemeente:
        """The same municipality with other settings of its hub, and pages of its own."""
        hub = replace(self.hub, **changes)
        return Gemeente(hub, self.clock, self.psp, Client(make_web(hub, telefoon="14 010")), self.count)

    def get(self, address: str) -> TestResponse:
        return self.browser.get(address)

    def post(self, page: str, action: str, **values: str) -> TestResponse:
        """Send a form of this page, with the key that stands in it unless another is given."""
        values.setdefault("sleutel", key_of(self.get(page)))
        return self.browser.post(f"{page}/{action}", data=values)

    def pays(self, page: str, methode: str = "IDEAL") -> TestResponse:
        """The citizen chooses a method and presses the button; the answer is the page that goes to the PSP."""
        return self.get(self.post(page, "betalen", methode=methode).location)

    def at_psp(self, reference: str, outcome: str) -> None:
        """What she does on the PSP's page."""
        self.control(f"orders/{reference}/pay", outcome=outcome)

    def control(self, what: str, **values: Any) -> None:
        requests.post(f"{self.psp}/control/{what}", json=values, timeout=10).raise_for_status()

    def orders(self) -> list[dict[str, Any]]:
        found = requests.get(f"{self.psp}/control/orders", timeout=10).json()["orders"]
        assert isinstance(found, list)
        return found

    def orders_of(self, page: str) -> list[dict[str, Any]]:
        """What the PSP knows of this winkelmandje."""
        kenmerk = kenmerk_of(self.get(f"{page}/status"))
        return [order for order in self.orders() if str(order["reference"]).startswith(kenmerk)]

    def page_after(self, page: str, outcome: str, n: int = 1) -> TestResponse:
        """She paid (or not) at the PSP and comes back: the page she then sees."""
        self.pays(page)
        self.at_psp(f"{kenmerk_of(self.get(f'{page}/status'))}-{n}", outcome)
        return self.get(self.get(f"{page}/terug/{n}").location)


def key_of(response: TestResponse) -> str:
    """The signed key in the first form of a page; empty when it has none."""
    found = re.search(r'name="sleutel" value="([^"]+)"', response.text)
    return found[1] if found else ""


def kenmerk_of(response: TestResponse) -> str:
    """The kenmerk that a page shows."""
    found = re.search(r"\b(\d{4})\xa0(\d{4})\xa0(\d{4})\b", response.text)
    assert found, response.text
    return "".join(found.groups())


def page_of(antwoord: StartBetalingAntwoord, taal: str = "nl") -> str:
    """The path of the BetaalUrl."""
    return f"/{taal}/winkelmandje/{urlsplit(antwoord.betaal_url).path.rsplit('/', 1)[1]}"
