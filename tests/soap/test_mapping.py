"""What a message says becomes a value of the trade, and the codes that we document are those of the domain."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from lxml import etree

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.boeking import JournaalSoort
from betaalhub.domain.statuses import BetaalopdrachtStatus, BetalerSoort, BtwCode, LeveringStatus
from betaalhub.soap import types
from betaalhub.soap.mapping import to_utc, to_verzoek
from tests.contract.samples import GBK, ROOT, TYP, XS


def documented(file: str, name: str) -> set[str]:
    node = etree.parse(ROOT / "xsd" / file).find(f"{XS}simpleType[@name='{name}']")
    values = {one.get("value") for one in node.iter(XS + "enumeration")}
    return values or set(re.findall(r"^\s+([A-Z][A-Z0-9_]+):", node.findtext(".//{*}documentation"), re.MULTILINE))


@pytest.mark.parametrize(
    ("moment", "utc"),
    [
        ("2026-07-01T12:00:00", "2026-07-01T10:00:00Z"),
        ("2026-12-01T12:00:00", "2026-12-01T11:00:00Z"),
        ("2026-12-01T12:00:00+05:00", "2026-12-01T07:00:00Z"),
    ],
)
def test_a_time_without_zone_is_dutch_time(moment: str, utc: str) -> None:
    assert to_utc(datetime.fromisoformat(moment)) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("file", "name", "codes"),
    [
        ("betaalhub-typen-v1.xsd", "Betaalopdrachtstatus", BetaalopdrachtStatus),
        ("betaalhub-typen-v1.xsd", "Leveringstatus", LeveringStatus),
        ("betaalhub-typen-v1.xsd", "Betalersoort", BetalerSoort),
        ("grootboek-v1.xsd", "BtwCode", BtwCode),
    ],
)
def test_the_documented_codes_are_those_of_the_domain(file: str, name: str, codes: type) -> None:
    assert documented(file, name) == {str(one) for one in codes}
    assert {TYP, GBK} >= {etree.parse(ROOT / "xsd" / file).getroot().get("targetNamespace")}


def test_every_kind_of_journaalpost_is_documented() -> None:
    assert documented("grootboek-v1.xsd", "Journaalpostsoort") >= {str(one) for one in JournaalSoort}


def test_every_element_of_a_productregel_finds_its_own_field() -> None:
    texts = {"Productcode": "OMGEVING", "Omschrijving": "Podium", "Zaaknummer": "Z-1"}
    numbers = {"Regelnummer": 3, "Aantal": 2, "BedragInCenten": 8450, "StuksprijsInCenten": 4225}
    message = types.StartBetaling(
        Stuurgegevens=types.Stuurgegevens(Zender="z", Referentienummer="r"),
        Productregel=[types.Productregel(**texts, **numbers)],
    )
    assert to_verzoek(message).regels == (
        ProductregelVerzoek(
            regelnummer=3, productcode="OMGEVING", omschrijving="Podium", aantal=2,
            bedrag_cent=8450, stuksprijs_cent=4225, zaaknummer="Z-1",
        ),
    )  # fmt: skip
