"""What a person can do next: pages to open, and a SOAP call to paste, with the files that it needs."""

from __future__ import annotations

import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from betaalhub.demo.betaling import ZENDER, Addresses
from betaalhub.demo.environment import ENV_FILE, write_private
from betaalhub.demo.story import Story

_NETRC, _MESSAGE = "aansluiting.netrc", "startbetaling.xml"

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- Een StartBetaling van het vergunningensysteem. NUMMER wordt bij elk gebruik een nieuw getal. -->
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body>
    <b:StartBetaling xmlns:b="urn:betaalhub:berichten:v1" xmlns:t="urn:betaalhub:typen:v1">
      <b:Stuurgegevens>
        <t:Zender>{zender}</t:Zender>
        <t:Referentienummer>hand-NUMMER</t:Referentienummer>
        <t:TijdstipBericht>{now}</t:TijdstipBericht>
      </b:Stuurgegevens>
      <b:Kenmerk>HAND-NUMMER</b:Kenmerk>
      <b:Productregel>
        <t:Regelnummer>1</t:Regelnummer>
        <t:Productcode>EVENEMENT</t:Productcode>
        <t:Omschrijving>Evenementenvergunning straatfeest</t:Omschrijving>
        <t:Aantal>1</t:Aantal>
        <t:BedragInCenten>18750</t:BedragInCenten>
      </b:Productregel>
      <b:TotaalInCenten>18750</b:TotaalInCenten>
      <b:TerugkeerUrl>{terug}</b:TerugkeerUrl>
    </b:StartBetaling>
  </soap:Body>
</soap:Envelope>
"""


def write_files(directory: Path, at: Addresses) -> None:
    """The message to send and the credentials to send it with, as files in the demo's folder."""
    message = _ENVELOPE.format(
        zender=ZENDER, now=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), terug=f"{at.productsysteem}/terug"
    )
    (directory / _MESSAGE).write_text(message, encoding="utf-8")
    host = urlsplit(at.hub).hostname
    write_private(directory / _NETRC, f"machine {host} login {at.aansluiting} password {at.geheim}\n")


def soap_command(directory: Path, at: Addresses) -> str:
    """A shell command that starts a betaling of its own each time; the answer stands under each other."""
    message, netrc = (shlex.quote(str(directory / name)) for name in (_MESSAGE, _NETRC))
    return (
        f'sed "s/NUMMER/$(date +%s)/" {message} |\n'
        f"  curl -sS --netrc-file {netrc} -H 'Content-Type: text/xml; charset=utf-8' \\\n"
        f"    --data-binary @- {at.hub}/soap/v1 | sed 's/></>\\n</g'; echo"
    )


def tell(directory: Path, at: Addresses, betaalkenmerk: str, story: Story) -> None:
    """What keeps running, and how to start another betaling, in two ways."""
    story.heading("Alles blijft draaien tot u Ctrl-C drukt")
    pages = (
        ("productsysteem", f"{at.productsysteem}/", "wat het te horen kreeg, en knoppen om te betalen"),
        ("e-loket", f"{at.productsysteem}/mijn-betalingen", "wat een burger van alle afdelingen ziet"),
        ("PSP", f"{at.psp}/", "de orders bij de betaaldienst"),
        ("financieel systeem", f"{at.erp}/", "de boekingen"),
        ("postbus", f"{at.postbus}/", "de mails aan burgers"),
        ("hub", f"{at.hub}/soap/v1?wsdl", "het contract van de SOAP-dienst"),
    )
    for name, url, what in pages:
        story.line(f"  {name:<20}{url:<40}  {what}")
    story.heading("Zelf een betaling starten")
    story.line(f"  In de browser: open {at.productsysteem}/ en kies een product.")
    story.line("  Met SOAP: plak dit in een tweede terminal, in deze map; open daarna het adres uit BetaalUrl.\n")
    story.line(_indented(soap_command(directory, at)))
    env = shlex.quote(str(directory / ENV_FILE))
    story.line("\n  De tijdlijn van de betaling hierboven:\n")
    story.line(_indented(f"( set -a; . {env}; {_program()} status {betaalkenmerk} )"))
    story.line("")


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _program() -> str:
    """How this program was called."""
    if Path(sys.argv[0]).name != "betaalhub":
        return f"{shlex.quote(sys.executable)} -m betaalhub.cli"
    return "betaalhub" if shutil.which("betaalhub") == sys.argv[0] else shlex.quote(sys.argv[0])
