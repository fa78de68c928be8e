"""A toy service, the library that lends out books, with everything a contract can hold and nothing of Betaalhub."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from lxml import etree

from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault
from betaalhub.wire.http_basic import basic_credentials
from betaalhub.wire.service import (
    Boolean,
    ComplexModel,
    DateTime,
    Decimal,
    Fault,
    Int,
    ServiceBase,
    Unicode,
    attribute,
    enumeration,
    named,
    operation,
    optional,
    own_text,
    repeated,
    required,
)
from betaalhub.wire.serving import SoapEndpoint, make_soap_application

WSDL = Path(__file__).parent / "contract" / "wsdl" / "bibliotheek.wsdl"
BIB = "urn:test:bibliotheek:v1"
TYP = "urn:test:bibliotheek:typen:v1"
ACTION = "urn:test:bibliotheek:dienst:v1:LeenUit"
URL = "https://bieb.example/soap"

Pasnummer = named("Pasnummer", Unicode, namespace=TYP, min_len=1, max_len=12, pattern=r"[A-Z0-9\-]+")
Aantal = named("Aantal", Int, namespace=TYP, ge=1, le=99)
Soort = enumeration("Soort", ["BOEK", "FILM"], namespace=TYP)
Tekst = named("Tekst", Unicode, namespace=TYP, max_len=500)


class Boete(ComplexModel):
    __namespace__ = TYP
    _type_info = [("cent", own_text(Int)), ("valuta", attribute(Unicode, required=True))]


class Exemplaar(ComplexModel):
    __namespace__ = TYP
    _type_info = [
        ("Titel", required(Tekst)),
        ("Soort", required(Soort)),
        ("Aantal", optional(Aantal)),
        ("Boete", optional(Boete)),
    ]


class LeenUit(ComplexModel):
    __namespace__ = BIB
    _type_info = [
        ("Pasnummer", required(Pasnummer)),
        ("Exemplaar", repeated(Exemplaar, at_least=1, at_most=5)),
        ("Ingang", optional(DateTime)),
        ("Tarief", optional(Decimal)),
        ("Verlengen", optional(Boolean)),
        ("Opmerking", Tekst.customize(min_occurs=0, nillable=True, type_name="Tekst")),
    ]


class LeenUitResponse(ComplexModel):
    __namespace__ = BIB
    _type_info = [
        ("Pasnummer", required(Pasnummer)),
        ("Exemplaar", repeated(Exemplaar, at_least=0, at_most=None)),
        ("TerugOp", required(DateTime)),
        ("Opmerking", optional(Tekst)),
    ]


class BibliotheekFout(Fault):
    __namespace__ = BIB
    _type_info = [("Code", required(Tekst)), ("Omschrijving", repeated(Tekst, at_least=0, at_most=100))]


class Bibliotheek(ServiceBase):
    """Pas `KAPOT…` makes the service misbehave in the ways that a service can."""

    @operation(LeenUit, LeenUitResponse, faults=[BibliotheekFout])
    def LeenUit(ctx, request):
        """Leent een of meer exemplaren uit op een pas."""
        if request.Pasnummer == "KAPOT-FOUT":
            raise RuntimeError(f"geheim van {request.Exemplaar[0].Titel}")
        if request.Pasnummer == "GEBLOKKEERD":
            raise WireFault("PAS_GEBLOKKEERD", "Deze pas is geblokkeerd.\x0b", plek="client")
        remark = {"KAPOT-TEKEN": "bel\x07", "KAPOT-LANG": "x" * 501}.get(request.Pasnummer, request.Opmerking)
        back = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
        zone = None if request.Pasnummer == "KAPOT-ZONE" else dt.UTC
        pas = f"{ctx.udc.caller}" if request.Pasnummer == "WIE-BEN-IK" else request.Pasnummer
        return LeenUitResponse(
            Pasnummer=pas, Exemplaar=request.Exemplaar, TerugOp=back.replace(tzinfo=zone), Opmerking=remark
        )


class Details:
    """Renders every fault with its code and the texts of its findings."""

    def render(self, fault: WireFault, exchange: Exchange) -> etree._Element:
        detail = etree.Element(f"{{{BIB}}}BibliotheekFout", nsmap={"bib": BIB})
        etree.SubElement(detail, f"{{{BIB}}}Code").text = fault.code
        for finding in fault.findings:
            etree.SubElement(detail, f"{{{BIB}}}Omschrijving").text = f"{finding.element}: {finding.omschrijving}"
        return detail


def authenticate(environ: Any) -> str:
    """Lets in everybody with the password `sesam`."""
    credentials = basic_credentials(environ)
    if credentials is None or credentials[1] != "sesam":
        raise WireFault("NIET_GEAUTHENTICEERD")
    return credentials[0]


def library(url: str = URL, **choices: Any) -> SoapEndpoint:
    """The service as a WSGI application; without `authenticate` unless a test gives it."""
    choices.setdefault("fault_renderer", Details())
    return make_soap_application(Bibliotheek, ContractFiles(WSDL), url=url, tns=BIB, **choices)


def leen_uit(*, pas: str = "PAS-1", titel: str = "Max Havelaar", more: str = "", soort: str = "BOEK") -> str:
    """The message of one loan, with `more` at its end."""
    return (
        f'<b:LeenUit xmlns:b="{BIB}" xmlns:t="{TYP}"><b:Pasnummer>{pas}</b:Pasnummer>'
        f"<b:Exemplaar><t:Titel>{titel}</t:Titel><t:Soort>{soort}</t:Soort></b:Exemplaar>{more}</b:LeenUit>"
    )
