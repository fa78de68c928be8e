"""suds-community, from the served WSDL alone. What it prints is explained in ../README.md."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

from suds import WebFault
from suds.client import Client
from suds.transport.http import HttpAuthenticated

RUN, TERUG = os.environ["INTEROP_RUN"], os.environ["INTEROP_TERUG"]


def say(step: str, name: str, value: object) -> None:
    kinds = {bool: "bool", int: "int", datetime: "time", date: "time"}
    text = str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else value
    sys.stdout.write(f"{step}\t{name}\t{kinds.get(type(value), 'text')}\t{text}\n")


def some(step: str, answer: Any, *names: str) -> None:
    for name in names:
        say(step, name, getattr(answer, name))


def stuur(number: str) -> dict[str, Any]:
    return {
        "Zender": "vergunningen",
        "Referentienummer": f"{RUN}-{number}",
        "TijdstipBericht": datetime.now(UTC).isoformat(),
    }


def regel(client: Client, number: int, product: str = "OMGEVING", aantal: int = 1) -> Any:
    found = client.factory.create("{urn:betaalhub:typen:v1}Productregel")
    found.Regelnummer, found.Productcode, found.Omschrijving = number, product, f"Café & terras, deel {number}"
    found.Aantal, found.BedragInCenten = aantal, 8450
    return found


def start(number: str, regels: list[Any], **changes: Any) -> dict[str, Any]:
    return {
        "Stuurgegevens": stuur(number),
        "Kenmerk": f"{RUN}-{number}",
        "Productregel": regels,
        "TotaalInCenten": 8450 * len(regels),
        "Betaler": {"Soort": "BURGER", "Naam": "Zoë & Jan", "Taal": "nl"},
        "TerugkeerUrl": TERUG,
        **changes,
    }


def refused(client: Client, message: dict[str, Any]) -> Any:
    """The detail of a fault as suds hands it over."""
    try:
        client.service.StartBetaling(**message)
    except WebFault as fault:
        return fault.fault.detail.BetaalhubFout
    raise SystemExit("not refused")


def betalingen(client: Client) -> None:
    one = start("1", [regel(client, 1)])
    for step in ("start-1", "again"):
        some(step, client.service.StartBetaling(**one), "Betaalkenmerk", "BetaalUrl", "Status", "Versie")
    started = client.service.StartBetaling(**start("50", [regel(client, number) for number in range(1, 51)]))
    some("start-50", started, "Betaalkenmerk")
    stand = client.service.VraagBetaalstatus(Stuurgegevens=stuur("q"), Betaalkenmerk=started.Betaalkenmerk)
    some("query", stand, "Betaalkenmerk", "Status", "Leverbaar", "TotaalInCenten")
    say("query", "Regels", len(stand.Regelstatus))
    some("query", stand.Regelstatus[49], "BedragInCenten", "Betaald")


def weigeringen(client: Client) -> None:
    regels = [regel(client, 1, "ONBEKEND"), regel(client, 1, "ONBEKEND")]
    fout = refused(client, start("f", regels, TotaalInCenten=1, TerugkeerUrl="https://elders.example/"))
    say("refusal", "Detail", "tree")
    some("refusal", fout, "Code", "Plek", "Herhaalbaar")
    say("refusal", "Bevindingen", ",".join(found.Code for found in fout.Bevinding))
    regels = [regel(client, 1), regel(client, 2, aantal=0), regel(client, 3, aantal=0)]
    fout = refused(client, start("g", regels))
    some("contract", fout, "Code")
    some("contract", fout.Bevinding[0], "Element", "Facet", "Regel")


def main() -> None:
    naam, geheim = os.environ["INTEROP_NAAM"], os.environ["INTEROP_GEHEIM"]
    transport = HttpAuthenticated(username=naam, password=geheim, timeout=20)
    client = Client(os.environ["INTEROP_WSDL"], cache=None, transport=transport)
    checked = client.service.Controleer(Stuurgegevens=stuur("c"))
    some("controleer", checked, "Aansluiting", "ZenderNaam", "RegisterBereikbaar", "Tijdstip")
    betalingen(client)
    weigeringen(client)
    producten = client.service.VraagProducten(Stuurgegevens=stuur("p")).Product
    say("products", "Codes", ",".join(product.Productcode for product in producten))
    some("products", producten[1], "Omschrijving", "GeldigVan")
    feed = client.service.VraagWijzigingen(Stuurgegevens=stuur("w"), Vanaf=0, Maximum=500)
    some("feed", feed.Wijziging[-1], "Betaalkenmerk")
    some("feed", feed, "Volgende", "Compleet")
    say("end", "suds-community", version("suds-community"))


if __name__ == "__main__":
    main()
