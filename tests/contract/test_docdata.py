"""Our own Docdata contract fits the published one: what we send is valid there, what was recorded there is valid here."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import zeep
from lxml import etree

from tests.contract.samples import DDP, DOCDATA, ROOT, XS, declarations, schema

SHARED = Path(os.environ.get("BETAALHUB_TEST_SHARED", ROOT.parent / "shared")) / "contracts" / "docdata-1.3"
ANSWERS = sorted(SHARED.glob("responses/*.xml"))
published = pytest.mark.skipif(not SHARED.is_dir(), reason="the published Docdata contract is not here")

EUR = {"_value_1": 5000, "currency": "EUR"}
MERCHANT = {"name": "gemeente", "password": "geheim"}
NAME = {"first": "-", "last": "-"}
KEY = "098F6BCD4621D373CADE4E832627B4F6"
ADDRESS = {
    "street": "Onbekend",
    "houseNumber": "1",
    "postalCode": "0000AA",
    "city": "Onbekend",
    "country": {"code": "NL"},
}
INFO = {
    "webshopPlugin": "Betaalhub",
    "webshopPluginVersion": "0.1.0",
    "programmingLanguage": "Python",
    "ddpXsdVersion": "1.3",
}
SHOPPER = {
    "id": "482710936577-1",
    "name": NAME,
    "email": "betaler@example.nl",
    "language": {"code": "nl"},
    "gender": "U",
}

REQUESTS = {
    "create": {
        "merchantOrderReference": "482710936577-1",
        "paymentPreferences": {"profile": "standard", "numberOfDaysToPay": 1},
        "menuPreferences": {"css": {"id": 1}},
        "shopper": SHOPPER,
        "totalGrossAmount": EUR,
        "billTo": {"name": NAME, "address": ADDRESS},
        "description": "Gemeente 482710936577",
        "receiptText": "482710936577",
        "includeCosts": False,
        "integrationInfo": INFO,
    },
    "status": {"paymentOrderKey": KEY, "integrationInfo": INFO},
    "statusExtended": {"paymentOrderKey": KEY, "integrationInfo": INFO},
    "cancel": {"paymentOrderKey": KEY},
    "refund": {"paymentId": 12345678, "merchantRefundReference": "T-1", "amount": EUR, "description": "Terugbetaling", "cancelReserved": False},
    "capture": {"paymentId": 12345678, "merchantCaptureReference": "C-1", "amount": EUR, "finalCapture": True, "cancelReserved": True},
}  # fmt: skip


@cache
def client() -> zeep.Client:
    return zeep.Client(str(ROOT / "wsdl" / "docdata-order-1.3.wsdl"))


def request(operation: str) -> etree._Element:
    service = client().bind("paymentService", "PaymentServiceSOAP")
    envelope = client().create_message(service, operation, merchant=MERCHANT, version="1.3", **REQUESTS[operation])
    return etree.fromstring(etree.tostring(envelope[0][0]))


@pytest.mark.parametrize("operation", REQUESTS)
def test_what_we_send_is_valid_in_our_own_contract(operation: str) -> None:
    schema(DOCDATA).assertValid(request(operation))


@published
@pytest.mark.parametrize("operation", REQUESTS)
def test_what_we_send_is_valid_in_the_published_contract(operation: str) -> None:
    etree.XMLSchema(etree.parse(SHARED / "xsd1-1_3.xsd")).assertValid(request(operation))


@published
@pytest.mark.parametrize("path", [one for one in ANSWERS if one.stem != "soap_fault"], ids=lambda one: one.stem)
def test_every_recorded_answer_is_valid_here(path: Path) -> None:
    schema(DOCDATA).assertValid(etree.parse(path).getroot()[0][0])


@published
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "path", [one for one in ANSWERS if one.stem.startswith("status_success")], ids=lambda one: one.stem
)
def test_every_recorded_status_is_read(path: Path, strict: bool) -> None:
    with client().settings(strict=strict):
        answer = (
            client()
            .get_element(f"{{{DDP}}}extendedStatusResponse")
            .parse(etree.parse(path).getroot()[0][0], client().wsdl.types)
        )
    recorded = etree.parse(path).findall(".//{*}payment")
    assert answer.statusSuccess.report.approximateTotals.totalRegistered in (100, 1000)
    assert [one.id for one in answer.statusSuccess.report.payment] == [int(one.findtext("{*}id")) for one in recorded]


@published
def test_every_name_of_ours_is_a_published_one() -> None:
    theirs = {node.get("name") for node in etree.parse(SHARED / "xsd1-1_3.xsd").iter(XS + "element", XS + "attribute")}
    drift = {"modifiedDate", "issuers", "issuer"}  # not published, but in recorded answers
    assert {node.get("name") for node in declarations(DOCDATA, "element", "attribute")} <= theirs | drift


@published
@pytest.mark.parametrize(
    "name", ["createRequest", "statusRequest", "extendedStatusRequest", "cancelRequest", "captureRequest"]
)
def test_a_request_keeps_the_published_order(name: str) -> None:
    ours, theirs = (_members(etree.parse(path), name) for path in (ROOT / "xsd" / DOCDATA, SHARED / "xsd1-1_3.xsd"))
    assert ours == [one for one in theirs if one in ours]


@pytest.mark.parametrize("value", ["", "x" * 256])
def test_an_empty_or_long_text_is_refused_before_it_is_sent(value: str) -> None:
    message = request("create")
    message.find(f"{{{DDP}}}description").text = value
    assert not schema(DOCDATA).validate(message)


def _members(tree: etree._ElementTree, name: str) -> list[str]:
    return [one.get("name") for one in tree.find(f"{XS}element[@name='{name}']").iter(XS + "element")][1:]
