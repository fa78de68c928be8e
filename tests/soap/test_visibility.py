"""Nothing of one zender is visible to another: whatever is asked, the answer is that for something that is not there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml import etree
from sqlalchemy import delete, update
from structlog.testing import capture_logs

from betaalhub.domain.kenmerk import make_kenmerk
from betaalhub.domain.operaties import Operatie
from betaalhub.hub import Hub
from betaalhub.resources import wsdl_path
from betaalhub.storage.tables import BewijsRow, ZenderOperatieRow
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import SoapEndpoint
from tests.contract.samples import BER, TYP
from tests.soap.calls import Answer, regel, send
from tests.soap.conftest import NOW

CONTRACT = ContractFiles(wsdl_path("betaalhub-v1.wsdl"))
ABSENT = make_kenmerk(lambda below: 7 % below)
BY = ("<b:Betaalkenmerk>{betaalkenmerk}</b:Betaalkenmerk>", "<b:Kenmerk>{kenmerk}</b:Kenmerk>")

# What follows Stuurgegevens, per operation; of what can be asked in more ways, each way.
ASKED: dict[str, tuple[str, ...]] = {
    "StartBetaling": (
        "<b:Kenmerk>{kenmerk}</b:Kenmerk>" + regel(product="MARKT") + "<b:TotaalInCenten>18750</b:TotaalInCenten>"
        "<b:KlantKenmerk>pseudoniem-1</b:KlantKenmerk><b:TerugkeerUrl>http://127.0.0.1:8093/terug/1</b:TerugkeerUrl>",
    ),
    "VraagBetaalstatus": BY,
    "VraagWijzigingen": ("<b:Vanaf>0</b:Vanaf>",),
    "ZoekBetalingen": (
        "<b:Betaalkenmerk>{betaalkenmerk}</b:Betaalkenmerk>",
        "<b:Zaaknummer>{kenmerk}</b:Zaaknummer>",
        "<b:KlantKenmerk>pseudoniem-{number}</b:KlantKenmerk>",
    ),
    "TrekBetalingIn": BY,
    "VraagTerugbetaling": tuple(way + "<b:Reden>Vergissing</b:Reden>" for way in BY),
    "RegistreerBetaling": tuple(
        way + "<b:BedragInCenten>18750</b:BedragInCenten><b:Ontvangstmethode>PIN</b:Ontvangstmethode>"
        "<b:OntvangenOp>2026-11-23T14:00:00+01:00</b:OntvangenOp>"
        for way in BY
    ),
    "HerroepRegistratie": ("<b:Registratienummer>{betaalkenmerk}</b:Registratienummer><b:Reden>Vergissing</b:Reden>",),
    "MeldLevering": tuple(
        way + "<b:Leveringsregel><t:Regelnummer>1</t:Regelnummer><t:Levering>GELEVERD</t:Levering></b:Leveringsregel>"
        for way in BY
    ),
    "VraagProducten": ("",),
    "VraagKlantoverzicht": ("<b:KlantKenmerk>pseudoniem-{number}</b:KlantKenmerk>",),
    "Controleer": ("",),
}  # fmt: skip
OFFERED = (
    "<b:Kenmerk>ZK-1</b:Kenmerk>"
    + regel().replace("</b:Productregel>", "<t:Zaaknummer>ZK-1</t:Zaaknummer></b:Productregel>")
    + "<b:TotaalInCenten>18750</b:TotaalInCenten><b:KlantKenmerk>pseudoniem-1</b:KlantKenmerk>"
    "<b:TerugkeerUrl>http://127.0.0.1:8093/terug/1</b:TerugkeerUrl>"
)
OVER_ALL = {"VraagKlantoverzicht"}  # who has this right sees all zenders: that is what it is for
QUESTIONS = [(operatie, way) for operatie, ways in ASKED.items() for way in ways]


def ask(soap: SoapEndpoint, operatie: str, rest: str, *, zender: str = "parkeren", user: str = "esb-demo") -> Answer:
    ask.number += 1  # type: ignore[attr-defined]
    stuur = (
        f"<b:Stuurgegevens><t:Zender>{zender}</t:Zender><t:Referentienummer>Q-{ask.number}</t:Referentienummer>"  # type: ignore[attr-defined]
        "<t:TijdstipBericht>2026-11-23T14:30:00+01:00</t:TijdstipBericht></b:Stuurgegevens>"
    )
    return send(soap, f"<b:{operatie} xmlns:b='{BER}' xmlns:t='{TYP}'>{stuur}{rest}</b:{operatie}>", user=user)


ask.number = 0  # type: ignore[attr-defined]


def is_there(answer: Answer) -> bool:
    """Is this operation built, or does it still say that it comes?"""
    return "is er nog niet" not in (answer.text("BetaalhubFout/Omschrijving") or "")


def read(answer: Answer) -> str:
    """The answer without what is new in every answer: numbers, kenmerken, tokens."""
    body = re.sub(r"<(\w+:)?(Referentienummer|CrossRefnummer|Betaalkenmerk|Winkelmandje|BetaalUrl)[^>]*>[^<]*<", "<",
                  answer.body.decode())  # fmt: skip
    return f"{answer.status} {body}"


def test_the_operations_that_can_be_given_are_those_of_the_contract() -> None:
    assert {one.name for one in CONTRACT.operations.values()} == set(Operatie) == set(ASKED)


@pytest.mark.parametrize(("operatie", "way"), [one for one in QUESTIONS if one[0] not in OVER_ALL])
def test_what_is_of_another_zender_is_not_there(soap: SoapEndpoint, operatie: str, way: str) -> None:
    other = ask(soap, "StartBetaling", OFFERED, zender="vergunningen")
    theirs = way.format(betaalkenmerk=other.text("Betaalkenmerk"), kenmerk="ZK-1", number=1)
    nobodys = way.format(betaalkenmerk=ABSENT, kenmerk="ZK-2", number=2)
    assert other.status == 200
    answers = [ask(soap, operatie, rest) for rest in (theirs, nobodys)]
    assert read(answers[0]) == read(answers[1])
    assert "ZK-1" not in answers[0].content.decode()


@pytest.mark.parametrize(("operatie", "way"), QUESTIONS)
def test_who_does_not_speak_for_a_zender_hears_the_same_as_for_one_that_is_not_there(
    soap: SoapEndpoint, operatie: str, way: str
) -> None:
    rest = way.format(betaalkenmerk=ABSENT, kenmerk="ZK-1", number=1)
    answers = [
        ask(soap, operatie, rest, zender=zender, user="alleen-parkeren") for zender in ("vergunningen", "bestaat-niet")
    ]
    assert read(answers[0]) == read(answers[1])
    assert answers[0].fault == ("Client", "NIET_GEAUTORISEERD") or not is_there(answers[0])


@pytest.mark.parametrize(("operatie", "way"), QUESTIONS)
def test_what_a_zender_was_not_given_it_may_not_ask(hub: Hub, soap: SoapEndpoint, operatie: str, way: str) -> None:
    with hub.sessions.begin() as session:
        session.execute(delete(ZenderOperatieRow))
    answer = ask(soap, operatie, way.format(betaalkenmerk=ABSENT, kenmerk="ZK-1", number=1))
    if operatie == "Controleer":
        assert answer.status == 200
        return
    assert answer.fault == ("Client", "NIET_GEAUTORISEERD") or not is_there(answer)


def test_only_who_speaks_for_the_zender_hears_that_it_is_the_operation(hub: Hub, soap: SoapEndpoint) -> None:
    with hub.sessions.begin() as session:
        session.execute(delete(ZenderOperatieRow).where(ZenderOperatieRow.operatie == "VraagBetaalstatus"))
    rest = "<b:Kenmerk>ZK-1</b:Kenmerk>"
    told = [
        ask(soap, "VraagBetaalstatus", rest, zender=zender, user="alleen-parkeren").text("BetaalhubFout/Omschrijving")
        for zender in ("parkeren", "vergunningen")
    ]
    assert told == ["Deze operatie staat niet open voor deze zender.",
                    "Deze aansluiting mag niet namens deze zender spreken."]  # fmt: skip


def test_controleer_tells_what_the_zender_may_ask_and_until_when_it_can(hub: Hub, soap: SoapEndpoint) -> None:
    with hub.sessions.begin() as session:
        session.execute(delete(ZenderOperatieRow).where(ZenderOperatieRow.operatie != "MeldLevering"))
        session.execute(update(BewijsRow).values(geldig_tot=NOW + timedelta(days=3)))
    answer = etree.fromstring(ask(soap, "Controleer", "").content)
    assert [one.text for one in answer.iter("{*}Operatie")] == ["MeldLevering", "Controleer"]
    assert answer.findtext(".//{*}AansluitingGeldigTot") == "2026-11-26T13:30:00Z"


def test_controleer_writes_down_that_an_end_is_near(hub: Hub, soap: SoapEndpoint) -> None:
    with hub.sessions.begin() as session:
        session.execute(update(BewijsRow).values(geldig_tot=NOW + timedelta(days=3)))
    with capture_logs() as logs:
        ask(soap, "Controleer", "")
    assert [line["over"] for line in logs if line["event"] == "aansluiting_ends"] == [False]
