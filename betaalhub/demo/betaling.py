"""The demo payment: performs it step by step through SOAP and the browser, and prints each step readably."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from betaalhub.demo.journey import Browser, soap_client, stuurgegevens, wait_until

REGELS = (
    ("EVENEMENT", "Evenementenvergunning buurtfeest", 1, 18750),
    ("OMGEVING", "Omgevingsvergunning podium", 1, 8450),
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo's doors are, and the secret of its aansluiting."""

    hub: str
    psp: str
    erp: str
    productsysteem: str
    aansluiting: str
    geheim: str


def perform(at: Addresses, kenmerk: str, say: Callable[[str], None]) -> None:
    """Let one betaalopdracht of the permit system be paid with iDEAL, told and booked. BetaalhubError: a step failed."""
    answer = _start(at, kenmerk, say)
    _pay(answer.BetaalUrl, say)
    stand = _wait_for_status(at, answer.Betaalkenmerk)
    say(
        f"  status            {stand.Status}, versie {stand.Versie}, leverbaar: {'ja' if stand.Leverbaar else 'nee'}, "
        f"ontvangen {euro(stand.OntvangenInCenten)}"
    )
    told = _told(at, answer.Betaalkenmerk)
    say(f"4. Het productsysteem heeft bericht gekregen: {told['status']}, versie {told['versie']}")
    for post in _booked(at, answer.Betaalkenmerk):
        say(f"5. Geboekt in het financiële systeem: boekstuk {post['boekstuknummer']}")
        for regel in post["regels"]:
            side = (
                f"debet  {euro(regel['debet_cent']):>10}"
                if regel["debet_cent"]
                else f"credit {euro(regel['credit_cent']):>10}"
            )
            say(
                f"     {regel['grootboekrekening']:<6} {regel['kostenplaats'] or '-':<6} {side}  {regel['omschrijving']}"
            )


def _start(at: Addresses, kenmerk: str, say: Callable[[str], None]) -> Any:
    total = sum(bedrag for *_, bedrag in REGELS)
    say("1. Het vergunningensysteem vraagt om een betaling (SOAP, StartBetaling)")
    for nummer, (code, omschrijving, aantal, bedrag) in enumerate(REGELS, 1):
        say(f"     regel {nummer}  {code:<10} {aantal} × {omschrijving:<34} {euro(bedrag):>10}")
    client = soap_client(f"{at.hub}/soap/v1?wsdl", at.aansluiting, at.geheim)
    answer = client.service.StartBetaling(
        Stuurgegevens=stuurgegevens("vergunningen", f"ref-{kenmerk}"),
        Kenmerk=kenmerk,
        Productregel=[
            {
                "Regelnummer": nummer,
                "Productcode": code,
                "Omschrijving": omschrijving,
                "Aantal": aantal,
                "BedragInCenten": bedrag,
            }
            for nummer, (code, omschrijving, aantal, bedrag) in enumerate(REGELS, 1)
        ],
        TotaalInCenten=total,
        Betaler={"Soort": "BURGER", "Taal": "nl"},
        TerugkeerUrl=f"{at.productsysteem}/terug",
    )
    spaced = " ".join(answer.Betaalkenmerk[n : n + 4] for n in (0, 4, 8))
    say(
        f"2. De hub antwoordt\n  betaalkenmerk     {spaced}\n  status            {answer.Status}, versie {answer.Versie}\n"
        f"  betaalpagina      {answer.BetaalUrl}"
    )
    return answer


def _pay(url: str, say: Callable[[str], None]) -> None:
    say("3. De burger betaalt met iDEAL | Wero")
    browser = Browser()
    browser.open(url)
    browser.submit(browser.form("/betalen"), methode="IDEAL")
    say(f"  bij de PSP        {browser.url.partition('?')[0]}")
    browser.submit(browser.form("/afronden"))
    say(f"  terug bij         {browser.url.rpartition('/')[2]}")


def _wait_for_status(at: Addresses, betaalkenmerk: str) -> Any:
    client = soap_client(f"{at.hub}/soap/v1?wsdl", at.aansluiting, at.geheim)

    def look() -> Any:
        stand = client.service.VraagBetaalstatus(
            Stuurgegevens=stuurgegevens("vergunningen", f"vraag-{betaalkenmerk}"), Betaalkenmerk=betaalkenmerk
        )
        return stand if stand.Status == "BETAALD" else None

    return wait_until("status BETAALD", look)


def _told(at: Addresses, betaalkenmerk: str) -> Any:
    def look() -> Any:
        standen = _json(f"{at.productsysteem}/control/berichten")["standen"]
        return [item for item in standen if item["betaalkenmerk"] == betaalkenmerk and item["status"] == "BETAALD"]

    return wait_until("statusbericht bij het productsysteem", look)[0]


def _booked(at: Addresses, betaalkenmerk: str) -> Any:
    def look() -> Any:
        posten = _json(f"{at.erp}/control/journaalposten")["journaalposten"]
        return [post for post in posten if post["betaalkenmerk"] == betaalkenmerk and post["boekstuknummer"]]

    return wait_until("boeking in het financiële systeem", look)


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def euro(cents: int) -> str:
    """Cents as a person reads them."""
    return f"€ {cents // 100}.{cents % 100:02d}".replace(".", ",")
