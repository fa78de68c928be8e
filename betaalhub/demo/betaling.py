"""The demo betaling: performs it step by step through SOAP and the browser, and tells each step."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from betaalhub.demo.journey import Browser, soap_client, stuurgegevens, wait_until
from betaalhub.demo.story import Story
from betaalhub.domain.bedrag import in_euro
from betaalhub.domain.kenmerk import format_kenmerk

ZENDER = "vergunningen"
EMAIL = "burger@voorbeeld.example"
KLANT = "demo-klant-0001"  # who pays in the demo: a pseudonym, as an e-loket would give
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
    geheim: str = field(repr=False)
    postbus: str = ""  # no mails are looked for


def perform(at: Addresses, kenmerk: str, story: Story, *, alive: Callable[[], None]) -> str:
    """Let one betaalopdracht of the permit system be paid with iDEAL, told and booked; gives its betaalkenmerk.

    `alive` raises when one of the processes has died. BetaalhubError: a step failed.
    """
    answer = _start(at, kenmerk, story)
    betaalkenmerk = str(answer.Betaalkenmerk)
    _pay(answer.BetaalUrl, story)
    _ask(at, betaalkenmerk, story, alive)
    _told(at, betaalkenmerk, story, alive)
    if at.postbus:
        _mailed(at, str(answer.Winkelmandje), story, alive)
    _booked(at, betaalkenmerk, story, alive)
    return betaalkenmerk


def _start(at: Addresses, kenmerk: str, story: Story) -> Any:
    total = sum(bedrag for *_, bedrag in REGELS)
    story.step("Het vergunningensysteem biedt een betaalopdracht aan", "SOAP StartBetaling")
    story.fact("eigen kenmerk", kenmerk)
    lines = [(code, f"{aantal} × {naam}", in_euro(bedrag)) for code, naam, aantal, bedrag in REGELS]
    story.amounts([*lines, ("totaal", "", in_euro(total))])
    answer = soap_client(f"{at.hub}/soap/v1?wsdl", at.aansluiting, at.geheim).service.StartBetaling(
        Stuurgegevens=stuurgegevens(ZENDER, f"ref-{kenmerk}"),
        Kenmerk=kenmerk,
        Productregel=[_productregel(nummer, *regel) for nummer, regel in enumerate(REGELS, 1)],
        TotaalInCenten=total,
        Betaler={"Soort": "BURGER", "Email": EMAIL, "Taal": "nl"},
        KlantKenmerk=KLANT,
        TerugkeerUrl=f"{at.productsysteem}/terug",
    )
    story.step("De hub antwoordt meteen", "SOAP StartBetalingResponse")
    story.fact("betaalkenmerk", format_kenmerk(answer.Betaalkenmerk))
    story.fact("winkelmandje", f"{format_kenmerk(answer.Winkelmandje)} (dit leest de burger als haar betaalkenmerk)")
    story.fact("status", f"{answer.Status}, versie {answer.Versie}")
    story.fact("betaalpagina", answer.BetaalUrl)
    return answer


def _productregel(nummer: int, code: str, omschrijving: str, aantal: int, bedrag: int) -> dict[str, Any]:
    return {
        "Regelnummer": nummer,
        "Productcode": code,
        "Omschrijving": omschrijving,
        "Aantal": aantal,
        "BedragInCenten": bedrag,
    }


def _pay(url: str, story: Story) -> None:
    story.step("De burger opent de betaalpagina en betaalt met iDEAL | Wero", "browser")
    browser = Browser()
    browser.open(url)
    story.fact("leest bij de hub", browser.title)
    browser.submit(browser.form("/betalen"), methode="IDEAL")
    story.fact("leest bij de PSP", f"{browser.title}  ({browser.url.partition('?')[0]})")
    browser.submit(browser.form("/afronden"))
    story.fact("weer bij de hub", browser.title)


def _ask(at: Addresses, betaalkenmerk: str, story: Story, alive: Callable[[], None]) -> None:
    client = soap_client(f"{at.hub}/soap/v1?wsdl", at.aansluiting, at.geheim)

    def look() -> Any:
        alive()
        stand = client.service.VraagBetaalstatus(
            Stuurgegevens=stuurgegevens(ZENDER, f"vraag-{betaalkenmerk}"), Betaalkenmerk=betaalkenmerk
        )
        return stand if stand.Status == "BETAALD" else None

    story.step("Het vergunningensysteem vraagt hoe het staat", "SOAP VraagBetaalstatus")
    stand = wait_until("status BETAALD", look)
    story.fact("status", f"{stand.Status}, versie {stand.Versie}, ontvangen {in_euro(stand.OntvangenInCenten)}")
    story.fact("leverbaar", "ja" if stand.Leverbaar else "nee")


def _told(at: Addresses, betaalkenmerk: str, story: Story, alive: Callable[[], None]) -> None:
    def look() -> Any:
        alive()
        standen = _json(f"{at.productsysteem}/control/berichten")["standen"]
        return [item for item in standen if item["betaalkenmerk"] == betaalkenmerk and item["status"] == "BETAALD"]

    story.step("De worker meldt het aan het vergunningensysteem", "SOAP MeldBetaalstatus")
    told = wait_until("statusbericht bij het productsysteem", look)[0]
    leverbaar = "mag leveren" if told["leverbaar"] else "nog niet leveren"
    story.fact("ontvangen daar", f"{told['status']}, versie {told['versie']}, {leverbaar}")


def _mailed(at: Addresses, winkelmandje: str, story: Story, alive: Callable[[], None]) -> None:
    kenmerk = format_kenmerk(winkelmandje)

    def look() -> Any:
        alive()
        return [mail for mail in _json(f"{at.postbus}/control/mails")["mails"] if kenmerk in mail["onderwerp"]]

    story.step("De worker mailt de burger haar betaalbewijs", "SMTP")
    mail = wait_until("mail in de postbus", look)[0]
    story.fact("aan", ", ".join(mail["aan"]))
    story.fact("onderwerp", mail["onderwerp"])
    story.fact("lezen", f"{at.postbus}/mails/{mail['nummer']}/html")


def _booked(at: Addresses, betaalkenmerk: str, story: Story, alive: Callable[[], None]) -> None:
    def look() -> Any:
        alive()
        posten = _json(f"{at.erp}/control/journaalposten")["journaalposten"]
        return [post for post in posten if post["betaalkenmerk"] == betaalkenmerk and post["boekstuknummer"]]

    story.step("De worker boekt de opbrengst in het financiële systeem", "SOAP VerwerkBoekingsbatch")
    for post in wait_until("boeking in het financiële systeem", look):
        story.fact("boekstuknummer", post["boekstuknummer"])
        story.line(f"     {'rekening':<10}{'kostenplaats':<14}{'debet':>10}{'credit':>12}   omschrijving")
        for regel in post["regels"]:
            debet, credit = (in_euro(regel[side]) if regel[side] else "" for side in ("debet_cent", "credit_cent"))
            place = f"{regel['grootboekrekening']:<10}{regel['kostenplaats'] or '-':<14}"
            story.line(f"     {place}{debet:>10}{credit:>12}   {regel['omschrijving']}")


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)
