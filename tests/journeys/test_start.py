"""StartBetaling, over and over: repeated, in parallel, replaced, wrong in many ways, by somebody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from lxml import etree
from zeep.exceptions import Fault

from betaalhub.demo.journey import stuurgegevens
from betaalhub.storage.tables import BetaalopdrachtRow, GebeurtenisRow, WinkelmandjeRow
from tests.builders import BUUR, ESB, GEHEIM, regel
from tests.journeys.burger import Burger
from tests.journeys.stad import Stad

BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"


def post(stad: Stad, message: dict[str, Any]) -> bytes:
    """Send a StartBetaling as bytes; gives the canonical body of the answer."""
    client = stad.client()
    envelope = client.create_message(client.service, "StartBetaling", **message)
    answer = requests.post(
        f"{stad.near.address}/soap/v1",
        data=etree.tostring(envelope),
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
        auth=(ESB, GEHEIM),
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return etree.tostring(etree.fromstring(answer.content).find(BODY))


def refused(stad: Stad, message: dict[str, Any], aansluiting: str = ESB) -> etree._Element:
    """The BetaalhubFout to a message that must be refused."""
    with pytest.raises(Fault) as caught:
        stad.client(aansluiting).service.StartBetaling(**message)
    return caught.value.detail[0]


def code_of(fout: etree._Element) -> str:
    return str(fout.findtext("{*}Code"))


def test_the_same_message_gets_the_same_bytes(stad: Stad) -> None:
    message = stad.message("EVENEMENT", "OMGEVING")
    first = post(stad, message)
    stad.passes(hours=1)
    assert post(stad, message) == first
    assert len(stad.rows(BetaalopdrachtRow)) == 1


def test_also_after_it_was_paid(stad: Stad) -> None:
    message = stad.message("EVENEMENT")
    first = post(stad, message)
    url = etree.fromstring(first).findtext(".//{*}BetaalUrl")
    Burger(str(url)).pays()
    stad.work()
    assert post(stad, message) == first


def test_sent_at_once_from_eight_sides_it_is_one_betaalopdracht(stad: Stad) -> None:
    message = stad.message("EVENEMENT")
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: post(stad, message), range(8)))
    assert len(answers) == 1
    assert len(stad.rows(BetaalopdrachtRow)) == len(stad.rows(WinkelmandjeRow)) == 1


def test_the_same_kenmerk_at_once_from_eight_sides_is_one_betaalopdracht(stad: Stad) -> None:
    messages = [stad.message("EVENEMENT", Kenmerk="ZAAK-2026-7") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        kenmerken = {
            etree.fromstring(body).findtext(".//{*}Betaalkenmerk")
            for body in pool.map(lambda message: post(stad, message), messages)
        }
    assert len(kenmerken) == len(stad.rows(BetaalopdrachtRow)) == 1


def test_a_referentienummer_for_something_else_is_refused(stad: Stad) -> None:
    message = stad.message("EVENEMENT")
    post(stad, message)
    other = {**stad.message("UITTREKSEL"), "Stuurgegevens": message["Stuurgegevens"]}
    assert code_of(refused(stad, {**message, "Kenmerk": "ZAAK-anders"})) == "REFERENTIENUMMER_NIET_UNIEK"
    other["Stuurgegevens"] = {**message["Stuurgegevens"], "Zender": "burgerzaken"}
    post(stad, other)


def test_a_living_kenmerk_with_other_regels_is_taken(stad: Stad) -> None:
    stad.offers("EVENEMENT", Kenmerk="ZAAK-2026-8")
    assert code_of(refused(stad, stad.message("EVENEMENT", "OMGEVING", Kenmerk="ZAAK-2026-8"))) == "KENMERK_BEZET"


def test_vervang_gives_other_regels_in_the_same_winkelmandje(stad: Stad) -> None:
    old = stad.offers("EVENEMENT", Kenmerk="ZAAK-2026-9")
    new = stad.offers("EVENEMENT", "OMGEVING", Kenmerk="ZAAK-2026-9", Vervang=True)
    stad.work()
    assert new.winkelmandje == old.winkelmandje
    assert (stad.status(old), stad.status(new)) == ("INGETROKKEN", "OPEN")
    assert stad.told(old) == [(2, "INGETROKKEN", False)]
    stad.burger(new).pays()
    stad.work()
    assert stad.told(new) == [(2, "BETAALD", True)]


def test_vervang_comes_too_late_once_it_is_being_paid(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", Kenmerk="ZAAK-2026-10")
    burger = stad.burger(opdracht).presses_pay()
    again = stad.message("EVENEMENT", "OMGEVING", Kenmerk="ZAAK-2026-10", Vervang=True)
    assert code_of(refused(stad, again)) == "KENMERK_BEZET"
    burger.at_psp()
    stad.work()
    assert code_of(refused(stad, again)) == "KENMERK_BEZET"


def test_everything_that_is_wrong_is_said_at_once(stad: Stad) -> None:
    lines = [
        regel("EVENEMENT", 18_751),
        regel("UITTREKSEL", nummer=1),
        regel("OMGEVING", nummer=3, StuksprijsInCenten=4_000),
    ]
    fout = refused(
        stad,
        stad.message(
            Productregel=lines, TotaalInCenten=1, TerugkeerUrl="http://elders.example/", VervaltOp=stad.clock.now
        ),
    )
    found = {(one.findtext("{*}Code"), one.findtext("{*}Element")) for one in fout.findall("{*}Bevinding")}
    start = "/StartBetaling"
    assert found == {
        ("TOTAAL_ONJUIST", f"{start}/TotaalInCenten"),
        ("PRIJS_ONJUIST", f"{start}/Productregel[1]/BedragInCenten"),
        ("REGELNUMMER_DUBBEL", f"{start}/Productregel[2]/Regelnummer"),
        ("PRODUCT_ONBEKEND", f"{start}/Productregel[2]/Productcode"),
        ("STUKSPRIJS_ONJUIST", f"{start}/Productregel[3]/StuksprijsInCenten"),
        ("TERUGKEERURL_NIET_TOEGESTAAN", f"{start}/TerugkeerUrl"),
        ("VERVALTOP_ONJUIST", f"{start}/VervaltOp"),
    }
    about = [row for row in stad.rows(GebeurtenisRow) if row.onderwerp in ("BETAALOPDRACHT", "WINKELMANDJE")]
    assert stad.rows(BetaalopdrachtRow) == about == []


def test_another_aansluiting_sees_and_does_nothing(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    assert code_of(refused(stad, stad.message("UITTREKSEL"), BUUR)) == "NIET_GEAUTORISEERD"
    with pytest.raises(Fault) as caught:
        stad.client(BUUR).service.VraagBetaalstatus(
            Stuurgegevens=stuurgegevens("parkeren", "vraag-1"), Betaalkenmerk=opdracht.betaalkenmerk
        )
    assert code_of(caught.value.detail[0]) == "BETAALOPDRACHT_ONBEKEND"


def test_a_personal_number_is_masked_before_it_is_stored(stad: Stad) -> None:
    stad.offers(Productregel=[regel("EVENEMENT", Omschrijving="Feest van 111222333")])
    burger = stad.burger(stad.opdrachten[0])
    assert "111222333" not in burger.browser.page
    assert "Feest van" in burger.browser.page
