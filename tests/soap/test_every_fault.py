"""The fault catalogue is the whole truth: every code in it can be met at the door, and nothing else comes out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree

from betaalhub.hub import Hub
from betaalhub.soap.faults import FOUTEN, Gebruik
from betaalhub.wire.codes import WIRE_CODES, Plek
from betaalhub.wire.serving import SoapEndpoint
from betaalhub.wire.versions import SOAP11, SOAP12, SoapVersion
from tests.contract.samples import BER, ROOT, TYP
from tests.hostile.verdict import Heard, judge
from tests.soap.calls import regel, start
from tests.soap.conftest import fill, make_hub
from tests.soap.provoked import CASES, NOT_HERE, Scene
from tests.soap.raised import raised_codes

IN_MESSAGES = [row for row in FOUTEN.values() if row.gebruik is not Gebruik.SCHERM]
SPOKEN = {"Client": "Sender", "Server": "Receiver"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with the demo catalogue, to be copied: faster than to make one each time."""
    path = tmp_path_factory.mktemp("register") / "register.sqlite3"
    fill(make_hub(f"sqlite:///{path}")).sessions.kw["bind"].dispose()
    return path


@pytest.fixture
def hub(empty: Path, tmp_path: Path) -> Hub:
    return make_hub(f"sqlite:///{shutil.copy(empty, tmp_path)}")


@pytest.fixture(params=[SOAP11, SOAP12], ids=["1.1", "1.2"])
def scene(request: pytest.FixtureRequest, hub: Hub, soap: SoapEndpoint) -> Scene:
    return Scene(hub, soap, lambda: request.getfixturevalue("loket"), make_hub, request.param)


def fault(heard: Heard, version: SoapVersion) -> tuple[str, etree._Element]:
    """The SOAP fault code without prefix and the typed detail of an answer that keeps every rule."""
    root = etree.fromstring(judge(heard).body)
    code = root.findtext(".//{*}Code/{*}Value") if version is SOAP12 else root.findtext(".//faultcode")
    return str(code).partition(":")[2], root.find(f".//{{{BER}}}BetaalhubFout")


def findings(heard: Heard) -> list[tuple[str | None, ...]]:
    """(code, element, line, facet) of every finding."""
    found = etree.fromstring(judge(heard).body).iter(f"{{{BER}}}Bevinding")
    return [tuple(one.findtext(f"{{{TYP}}}{name}") for name in ("Code", "Element", "Regel", "Facet")) for one in found]


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    raised = raised_codes()
    assert {code: module for code, module in raised.items() if code not in FOUTEN} == {}


def test_every_code_of_the_catalogue_is_raised() -> None:
    assert set(FOUTEN) - set(raised_codes()) == set()


def test_every_code_has_its_case_or_is_tested_elsewhere() -> None:
    assert set(CASES) | set(NOT_HERE) == {row.code for row in IN_MESSAGES}
    assert not [code for code, test in NOT_HERE.items() if code not in (ROOT / test).read_text(encoding="utf-8")]


@pytest.mark.parametrize("code", [row.code for row in IN_MESSAGES if row.code not in NOT_HERE])
def test_a_code_is_met_at_the_door_as_the_catalogue_says(scene: Scene, code: str) -> None:
    heard, row = CASES[code](scene), FOUTEN[code]
    spoken, detail = fault(heard, scene.version)
    own = detail.findtext("{*}Code")
    found = {one.text for one in detail.iterfind("{*}Bevinding/{*}Code")}
    assert code == own or (code in found and FOUTEN[str(own)].gebruik is Gebruik.FOUT)
    assert row.gebruik is Gebruik.BEVINDING or own == code
    assert detail.findtext("{*}Plek") == row.plek
    assert detail.findtext("{*}Herhaalbaar") == str(row.herhaalbaar).lower()
    wire = WIRE_CODES[str(own)].faultcode if own in WIRE_CODES else row.plek.capitalize()
    assert spoken == (SPOKEN.get(wire, wire) if scene.version is SOAP12 else wire)
    assert row.plek is Plek.CLIENT or spoken in ("Server", "Receiver")


WRONG_SHAPE = (
    start()
    .replace("<t:Zender>vergunningen<", "\n<t:Zender><")
    .replace("<t:Referentienummer>R-1<", "\n<t:Referentienummer>R 1<")
    .replace("2026-11-23T14:30:00+01:00", "gisteren")
    .replace("<b:Kenmerk>ZK-1<", f"\n<b:Kenmerk>{'x' * 300}<")
    .replace("<t:Regelnummer>1<", "\n<t:Regelnummer>0<")
    .replace("<t:Aantal>1<", "\n<t:Aantal>een<")
    .replace("18750</b:TotaalInCenten>", "-1</b:TotaalInCenten>")
    .replace("</b:TerugkeerUrl>", "</b:TerugkeerUrl><b:Morgen/>")
)
WRONG_VALUES = start(
    regels=regel(product="NIETS")
    + regel(bedrag=1).replace("</b:Pro", "<t:StuksprijsInCenten>2</t:StuksprijsInCenten></b:Pro")
    + regel(2, product="NOG-NIETS"),
    totaal="99999999",
    terug="https://elders.example/",
    rest="<b:VervaltOp>2026-11-23T14:31:00Z</b:VervaltOp>",
)


def test_all_that_is_wrong_with_the_shape_is_told_at_once(scene: Scene) -> None:
    heard = scene.says(WRONG_SHAPE)
    kop, line = "/StartBetaling/Stuurgegevens", "/StartBetaling/Productregel"
    told = {element: (code, facet) for code, element, _, facet in findings(heard)}
    assert set(told) == {
        f"{kop}/Zender", f"{kop}/Referentienummer", f"{kop}/TijdstipBericht", "/StartBetaling/Kenmerk",
        f"{line}/Regelnummer", f"{line}/Aantal", "/StartBetaling/TotaalInCenten", "/StartBetaling/*",
    }  # fmt: skip
    assert told[f"{kop}/Referentienummer"] == ("WAARDE_ONJUIST", "pattern")
    assert told[f"{line}/Regelnummer"] == ("WAARDE_ONJUIST", "minInclusive")
    assert told["/StartBetaling/*"] == ("ELEMENT_ONVERWACHT", None)
    lines = [int(str(regel)) for _, _, regel, _ in findings(heard)]
    assert lines == sorted(lines)
    assert set(lines) >= {2, 3, 4, 5, 6}


def test_all_that_is_wrong_with_the_values_is_told_at_once(scene: Scene) -> None:
    line = "/StartBetaling/Productregel"
    assert findings(scene.says(WRONG_VALUES)) == [
        ("TOTAAL_ONJUIST", "/StartBetaling/TotaalInCenten", "4", None),
        ("MAXIMUM_OVERSCHREDEN", "/StartBetaling/TotaalInCenten", "4", None),
        ("PRODUCT_ONBEKEND", f"{line}[1]/Productcode", "1", None),
        ("REGELNUMMER_DUBBEL", f"{line}[2]/Regelnummer", "2", None),
        ("STUKSPRIJS_ONJUIST", f"{line}[2]/StuksprijsInCenten", "2", None),
        ("PRIJS_ONJUIST", f"{line}[2]/BedragInCenten", "2", None),
        ("PRODUCT_ONBEKEND", f"{line}[3]/Productcode", "3", None),
        ("VERVALTOP_ONJUIST", "/StartBetaling/VervaltOp", "4", None),
        ("TERUGKEERURL_NIET_TOEGESTAAN", "/StartBetaling/TerugkeerUrl", "4", None),
    ]


BLAMED = {
    "REFERENTIENUMMER_NIET_UNIEK": "/StartBetaling/Stuurgegevens/Referentienummer",
    "KENMERK_BEZET": "/StartBetaling/Kenmerk",
    "NIET_GEAUTORISEERD": "/Controleer/Stuurgegevens/Zender",
    "BETAALOPDRACHT_ONBEKEND": "/TrekBetalingIn/Kenmerk",
    "ZOEKVRAAG_ONJUIST": "/TrekBetalingIn/Betaalkenmerk",
    "REGISTRATIE_ONBEKEND": "/HerroepRegistratie/Registratienummer",
    "REGISTRATIE_NIET_HERROEPBAAR": "/HerroepRegistratie/Registratienummer",
}


def test_every_code_about_an_element_is_looked_at() -> None:
    assert set(BLAMED) == {row.code for row in FOUTEN.values() if row.elementen}


@pytest.mark.parametrize("code", BLAMED)
def test_a_refusal_names_the_element_that_it_is_about(scene: Scene, code: str) -> None:
    line = None if code == "ZOEKVRAAG_ONJUIST" else "1"  # there the element is missing
    assert findings(CASES[code](scene)) == [(code, BLAMED[code], line, None)]


@pytest.mark.parametrize(
    "code", ["REFERENTIENUMMER_NIET_UNIEK", "KENMERK_BEZET", "BETAALOPDRACHT_ONBEKEND", "AL_BETAALD"]
)
def test_a_refusal_says_at_least_what_the_catalogue_says(scene: Scene, code: str) -> None:
    assert fault(CASES[code](scene), scene.version)[1].findtext("{*}Omschrijving") == FOUTEN[code].omschrijving


def test_of_what_is_missing_the_mandatory_element_is_named(scene: Scene) -> None:
    whole = start()
    short = whole[: whole.index("<b:TotaalInCenten>")] + "</b:StartBetaling>"
    assert findings(scene.says(short))[0][:2] == ("ELEMENT_ONTBREEKT", "/StartBetaling/TotaalInCenten")


def test_where_an_element_does_not_belong_the_mandatory_one_is_named(scene: Scene) -> None:
    whole = start()
    heard = scene.says(whole[: whole.index("<b:TerugkeerUrl>")] + "<b:Morgen/></b:StartBetaling>")
    assert ", TerugkeerUrl (verplicht)" in heard.body.decode()
