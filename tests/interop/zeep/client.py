"""zeep, from the served WSDL alone. What it prints is explained in ../README.md."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from typing import Any

import requests
import zeep
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

RUN, TERUG = os.environ["INTEROP_RUN"], os.environ["INTEROP_TERUG"]
FOUT = "{urn:betaalhub:berichten:v1}BetaalhubFout"


def say(step: str, name: str, value: object) -> None:
    kinds = {bool: "bool", int: "int", datetime: "time", date: "time"}
    text = str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else value
    sys.stdout.write(f"{step}\t{name}\t{kinds.get(type(value), 'text')}\t{text}\n")


def some(step: str, answer: Any, *names: str) -> None:
    for name in names:
        say(step, name, getattr(answer, name))


def stuur(number: str) -> dict[str, Any]:
    return {"Zender": "vergunningen", "Referentienummer": f"{RUN}-{number}", "TijdstipBericht": datetime.now(UTC)}


def regel(number: int, product: str = "OMGEVING", aantal: int = 1) -> dict[str, Any]:
    named = {"Regelnummer": number, "Productcode": product, "Omschrijving": f"Café & terras, deel {number}"}
    return {**named, "Aantal": aantal, "BedragInCenten": 8450}


def start(number: str, regels: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {
        "Stuurgegevens": stuur(number),
        "Kenmerk": f"{RUN}-{number}",
        "Productregel": regels,
        "TotaalInCenten": 8450 * len(regels),
        "Betaler": {"Soort": "BURGER", "Naam": "Zoë & Jan", "Taal": "nl"},
        "TerugkeerUrl": TERUG,
        **changes,
    }


def refused(client: zeep.Client, message: dict[str, Any]) -> Any:
    """The detail of a fault as the object that the schema makes of it."""
    try:
        client.service.StartBetaling(**message)
    except zeep.exceptions.Fault as fault:
        kind = client.get_element(FOUT)
        return kind.parse(fault.detail.find(FOUT), client.wsdl.types)
    raise SystemExit("not refused")


def betalingen(client: zeep.Client) -> None:
    one = start("1", [regel(1)])
    for step in ("start-1", "again"):
        some(step, client.service.StartBetaling(**one), "Betaalkenmerk", "BetaalUrl", "Status", "Versie")
    started = client.service.StartBetaling(**start("50", [regel(number) for number in range(1, 51)]))
    some("start-50", started, "Betaalkenmerk")
    stand = client.service.VraagBetaalstatus(Stuurgegevens=stuur("q"), Betaalkenmerk=started.Betaalkenmerk)
    some("query", stand, "Betaalkenmerk", "Status", "Leverbaar", "TotaalInCenten")
    say("query", "Regels", len(stand.Regelstatus))
    some("query", stand.Regelstatus[49], "BedragInCenten", "Betaald")


def weigeringen(client: zeep.Client) -> None:
    regels = [regel(1, "ONBEKEND"), regel(1, "ONBEKEND")]
    fout = refused(client, start("f", regels, TotaalInCenten=1, TerugkeerUrl="https://elders.example/"))
    say("refusal", "Detail", "typed")
    some("refusal", fout, "Code", "Plek", "Herhaalbaar")
    say("refusal", "Bevindingen", ",".join(found.Code for found in fout.Bevinding))
    fout = refused(client, start("g", [regel(1), regel(2, aantal=0), regel(3, aantal=0)]))
    some("contract", fout, "Code")
    some("contract", fout.Bevinding[0], "Element", "Facet", "Regel")


def main() -> None:
    session = requests.Session()
    session.auth = HTTPBasicAuth(os.environ["INTEROP_NAAM"], os.environ["INTEROP_GEHEIM"])
    client = zeep.Client(os.environ["INTEROP_WSDL"], transport=Transport(session=session, operation_timeout=20))
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
    say("end", "zeep", zeep.__version__)


if __name__ == "__main__":
    main()
