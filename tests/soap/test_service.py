"""A product system starts betalingen and asks for them, over the real door and a real register."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests
import zeep
from sqlalchemy import func, select

from betaalhub.hub import Hub
from betaalhub.soap.access import TransportAccess
from betaalhub.soap.application import make_soap
from betaalhub.soap.service import betaalhub_service
from betaalhub.storage.tables import BetaalopdrachtRow
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import SoapEndpoint, make_soap_application
from tests.contract.samples import BER, ROOT
from tests.soap.calls import controleer, regel, send, start, vraag
from tests.soap.conftest import make_hub


def opdrachten(hub: Hub) -> int:
    with hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(BetaalopdrachtRow))


def test_a_product_system_starts_a_betaling_and_asks_how_it_stands(soap: SoapEndpoint) -> None:
    started = send(soap, start())
    assert (started.status, started.text("Status"), started.text("CrossRefnummer")) == (200, "OPEN", "R-1")
    betaalkenmerk = started.text("StartBetalingResponse/Betaalkenmerk")
    for way in (f"<b:Betaalkenmerk>{betaalkenmerk}</b:Betaalkenmerk>", "<b:Kenmerk>ZK-1</b:Kenmerk>"):
        stand = send(soap, vraag(way))
        assert (stand.text("VraagBetaalstatusResponse/Betaalkenmerk"), stand.text("Leverbaar")) == (
            betaalkenmerk,
            "false",
        )
        assert (stand.text("TotaalInCenten"), stand.text("OntvangenInCenten"), stand.text("Levering")) == (
            "18750",
            "0",
            "NIET_GEMELD",
        )
        assert stand.text("BetaalUrl") == started.text("BetaalUrl")


def test_the_same_message_again_gets_the_same_bytes_and_makes_nothing_new(soap: SoapEndpoint, hub: Hub) -> None:
    first, again = send(soap, start()), send(soap, start().replace("14:30:00", "15:45:00"))
    assert first.body == again.body
    assert opdrachten(hub) == 1


def test_a_message_rewritten_by_an_esb_is_still_the_same(soap: SoapEndpoint) -> None:
    rewritten = (
        start().replace("<b:", "<esb:").replace("</b:", "</esb:").replace(":b=", ":esb=").replace("><", ">\n  <")
    )
    assert send(soap, start()).body == send(soap, rewritten).body


def test_a_number_used_for_another_message_is_refused(soap: SoapEndpoint) -> None:
    send(soap, start())
    answer = send(soap, start(kenmerk="ZK-2"))
    assert (answer.status, answer.fault) == (500, ("Client", "REFERENTIENUMMER_NIET_UNIEK"))
    assert (answer.text("Herhaalbaar"), answer.text("CrossRefnummer")) == ("false", "R-1")


def test_a_new_number_for_the_same_kenmerk_finds_the_same_betaalopdracht(soap: SoapEndpoint, hub: Hub) -> None:
    first, second = send(soap, start("R-1")), send(soap, start("R-2"))
    assert first.text("StartBetalingResponse/Betaalkenmerk") == second.text("StartBetalingResponse/Betaalkenmerk")
    assert opdrachten(hub) == 1


def test_other_regels_under_a_living_kenmerk_are_refused_unless_they_replace(soap: SoapEndpoint) -> None:
    other = {"regels": regel() + regel(2, product="OMGEVING", bedrag=100), "totaal": "18850"}
    first = send(soap, start("R-1"))
    assert send(soap, start("R-2", **other)).fault == ("Client", "KENMERK_BEZET")
    replaced = send(soap, start("R-3", **other, rest="<b:Vervang>true</b:Vervang>"))
    assert replaced.text("Betaalkenmerk") not in (None, first.text("Betaalkenmerk"))
    assert replaced.text("Winkelmandje") == first.text("Winkelmandje")


def test_eight_calls_at_once_make_one_betaalopdracht_and_all_get_the_same_answer(soap: SoapEndpoint, hub: Hub) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(soap, start()), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert opdrachten(hub) == 1


def test_everything_that_is_wrong_is_told_at_once(soap: SoapEndpoint, hub: Hub) -> None:
    answer = send(
        soap,
        start(regels=regel() + regel(1, product="ONBEKEND", bedrag=5), totaal="7", terug="https://elders.example.nl/"),
    )
    assert answer.fault[0] == "Client"
    assert {code for code, _ in answer.bevindingen} == {
        "TOTAAL_ONJUIST",
        "REGELNUMMER_DUBBEL",
        "PRODUCT_ONBEKEND",
        "TERUGKEERURL_NIET_TOEGESTAAN",
    }
    assert ("PRODUCT_ONBEKEND", "/StartBetaling/Productregel[2]/Productcode") in answer.bevindingen
    assert opdrachten(hub) == 0


def test_a_message_outside_the_contract_tells_element_and_line_and_never_the_value(soap: SoapEndpoint) -> None:
    answer = send(soap, start(regels=regel(aantal=123456)))
    assert answer.fault == ("Client", "ONGELDIG_BERICHT")
    assert answer.bevindingen == [("WAARDE_ONJUIST", "/StartBetaling/Productregel/Aantal")]
    assert (answer.text("Bevinding/Regel"), answer.text("Facet")) == ("1", "maxInclusive")
    assert b"123456" not in answer.content


def test_a_fault_is_not_remembered(soap: SoapEndpoint) -> None:
    assert send(soap, start(totaal="7")).fault == ("Client", "TOTAAL_ONJUIST")
    assert send(soap, start()).status == 200


def test_without_the_right_secret_nobody_comes_in(soap: SoapEndpoint) -> None:
    for user, password in (("", ""), ("esb-demo", "fout"), ("bestaat-niet", "geheim")):
        answer = send(soap, start(), user=user, password=password)
        assert (answer.status, answer.fault) == (401, ("Client", "NIET_GEAUTHENTICEERD"))
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_an_aansluiting_speaks_for_its_own_zenders_only(soap: SoapEndpoint) -> None:
    own = start(zender="parkeren", regels=regel(product="MARKT"))
    assert send(soap, own, user="alleen-parkeren").status == 200
    answers = [
        send(soap, start("R-2", zender=zender), user="alleen-parkeren") for zender in ("vergunningen", "bestaat-niet")
    ]
    assert {answer.fault for answer in answers} == {("Client", "NIET_GEAUTORISEERD")}
    assert answers[0].text("Omschrijving") == answers[1].text("Omschrijving")


def test_nothing_of_another_zender_is_visible(soap: SoapEndpoint) -> None:
    kenmerk = send(soap, start()).text("Betaalkenmerk")
    for way in (f"<b:Betaalkenmerk>{kenmerk}</b:Betaalkenmerk>", "<b:Kenmerk>ZK-1</b:Kenmerk>"):
        assert send(soap, vraag(way, zender="parkeren")).fault == ("Client", "BETAALOPDRACHT_ONBEKEND")


def test_a_question_names_exactly_one_kenmerk(soap: SoapEndpoint) -> None:
    for way in ("", "<b:Betaalkenmerk>482710936577</b:Betaalkenmerk><b:Kenmerk>ZK-1</b:Kenmerk>"):
        assert send(soap, vraag(way)).fault == ("Client", "ZOEKVRAAG_ONJUIST")


def test_controleer_tells_who_you_are_and_that_the_register_is_there(soap: SoapEndpoint) -> None:
    answer = send(soap, controleer())
    told = [
        answer.text(f"ControleerResponse/{one}")
        for one in ("Aansluiting", "Zender", "ZenderNaam", "RegisterBereikbaar", "Contractversie")
    ]
    assert told == ["esb-demo", "vergunningen", "Vergunningen", "true", "1.0"]
    assert send(soap, controleer(zender="bestaat-niet")).fault == ("Client", "NIET_GEAUTORISEERD")


def test_a_register_that_is_down_is_a_fault_that_may_be_repeated() -> None:
    hub = make_hub("sqlite:////nergens/register.sqlite3")
    answer = send(make_soap(hub, public_url=hub.soap_url), start())
    assert (answer.status, answer.fault) == (500, ("Server", "PROCES_NIET_BESCHIKBAAR"))
    assert answer.text("Herhaalbaar") == "true"


def test_controleer_answers_also_when_the_register_is_lost_after_the_login(hub: Hub) -> None:
    lost = make_hub("sqlite:////nergens/register.sqlite3")
    contract = ContractFiles(ROOT / "wsdl/betaalhub-v1.wsdl")
    access = TransportAccess(hub.sessions, hub.clock)
    soap = make_soap_application(betaalhub_service(lost), contract, url=lost.soap_url, tns=BER, authenticate=access)
    answer = send(soap, controleer())
    assert (answer.text("RegisterBereikbaar"), answer.text("ZenderNaam")) == ("false", None)


def test_ws_addressing_is_echoed(soap: SoapEndpoint) -> None:
    wsa = "<a:{0} xmlns:a='http://www.w3.org/2005/08/addressing'>{1}</a:{0}>"
    header = wsa.format("MessageID", "urn:uuid:1") + wsa.format("Action", "urn:betaalhub:dienst:v1:Controleer")
    answer = send(soap, controleer(), header=header)
    assert answer.text("RelatesTo") == "urn:uuid:1"
    assert answer.text("Action") == "urn:betaalhub:dienst:v1:ControleerResponse"


def test_a_client_needs_the_address_only(server: str) -> None:
    session = requests.Session()
    session.auth = ("esb-demo", "geheim")
    client = zeep.Client(server + "?wsdl", transport=zeep.Transport(session=session, operation_timeout=20))
    kop = {"Zender": "vergunningen", "Referentienummer": "R-1", "TijdstipBericht": "2026-11-23T14:30:00+01:00"}
    line = {
        "Regelnummer": 1,
        "Productcode": "EVENEMENT",
        "Omschrijving": "Buurtfeest",
        "Aantal": 1,
        "BedragInCenten": 18750,
    }
    answer = client.service.StartBetaling(kop, "ZK-1", [line], 18750, TerugkeerUrl="http://127.0.0.1:8093/terug")
    assert (answer.Status, len(answer.Betaalkenmerk)) == ("OPEN", 12)
    assert client.service.VraagBetaalstatus(kop, Kenmerk="ZK-1").Betaalkenmerk == answer.Betaalkenmerk
