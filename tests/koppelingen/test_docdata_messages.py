"""What we send to Docdata fits the XSD that Docdata publishes, and tells it no more than it must know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from betaalhub.errors import ConfigurationError, NeighbourError
from betaalhub.ports import CaptureCommand, RefundCommand, ReturnHint
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp, mapping
from gemeentelijke_koppelingen.soap_client import SoapClient
from tests.koppelingen.voorbeelden import PUBLISHED, TERUG, request, start_command

published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published Docdata contract is not here")
CLIENT = SoapClient(wsdl_path("docdata-order-1.3.wsdl"), Endpoint("http://127.0.0.1:9/", "docdata"))
KEY = "098F6BCD4621D373CADE4E832627B4F6"
NS = "{http://www.docdatapayments.com/services/paymentservice/1_3/}"
TEXT = st.text(max_size=300)


def docdata(**choices: Any) -> DocdataPsp:
    known = {"url": "https://psp.example.nl/soap", "menu_url": "https://psp.example.nl/ps/menu", "merchant": "gemeente"}
    return DocdataPsp(**{**known, "password": "geheim", **choices})


def message(operation: str, values: dict[str, Any]) -> etree._Element:
    merchant = {"name": "gemeente", "password": "geheim"}
    sent = etree.fromstring(CLIENT.message(operation, version="1.3", merchant=merchant, **values))
    return sent[-1][0]


def create(**changes: Any) -> etree._Element:
    command = replace(start_command(), **changes)
    return message("create", mapping.create_values(command, profile="standard", filler_email="a@example.nl"))


def assert_published(element: etree._Element) -> None:
    schema = etree.XMLSchema(etree.parse(PUBLISHED / "xsd1-1_3.xsd"))
    assert schema.validate(element), schema.error_log


@published
@given(description=TEXT, email=st.none() | TEXT | st.emails(), cents=st.integers(1, 5_000_000))
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_it_a_create_fits_or_is_never_sent(description: str, email: str | None, cents: int) -> None:
    try:
        element = create(description=description, email=email, amount_cents=cents)
    except NeighbourError as error:
        assert error.code == "EIGEN_BERICHT_ONJUIST"  # such as a control character
    else:
        assert_published(element)


@published
@pytest.mark.parametrize("operation", ["status", "statusExtended", "cancel"])
def test_asking_and_cancelling_fit_the_published_contract(operation: str) -> None:
    assert_published(message(operation, {"paymentOrderKey": KEY}))


@published
def test_giving_back_and_collecting_fit_the_published_contract() -> None:
    refund = RefundCommand(KEY, "12345678", "482710936577-1-T1", 100, "EUR", "Terug\nbetaald")
    assert_published(message("refund", mapping.refund_values(refund)))
    capture = CaptureCommand(KEY, "12345678", "482710936577-1-C1", 100, "EUR")
    assert_published(message("capture", mapping.capture_values(capture)))


def test_docdata_learns_nothing_of_the_citizen_but_the_language() -> None:
    values = [node.text for node in create().iter() if node.text and node.text.strip()]
    known = {"-", "Unknown", "U", "standard", "1", "a@example.nl", "12345", "Gemeente 4827 1093 6577"}
    assert {one for one in values if not one.startswith("482710936577-")} <= known


def test_an_email_address_is_passed_on_only_when_docdata_can_read_it() -> None:
    assert create(email="jan@example.nl").findtext(f".//{NS}email") == "jan@example.nl"
    assert create(email="jan o'brien@x").findtext(f".//{NS}email") == "a@example.nl"


def test_the_amount_is_whole_cents() -> None:
    amount = create(amount_cents=59980).find(f"{NS}totalGrossAmount")
    assert (amount.text, amount.get("currency")) == ("59980", "EUR")


@pytest.mark.parametrize(("minutes", "days"), [(5, "1"), (1440, "1"), (1441, "2")])
def test_docdata_counts_in_days(minutes: int, days: str) -> None:
    assert create(valid_minutes=minutes).findtext(f".//{NS}numberOfDaysToPay") == days


def test_the_menu_gets_every_way_back_and_the_bank_at_once() -> None:
    url = docdata().menu(KEY, start_command()).url
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith("https://psp.example.nl/ps/menu?")
    assert query["return_url_success"] == f"{TERUG}?uitkomst=gelukt"
    assert query["return_url_canceled"] == f"{TERUG}?uitkomst=geannuleerd"
    assert (query["default_pm"], query["default_act"], query["client_language"]) == ("IDEAL", "true", "nl")
    assert "geheim" not in url


def test_a_card_is_chosen_in_the_menu_and_a_query_is_kept() -> None:
    command = replace(start_command(methode="CREDITCARD"), return_url=f"{TERUG}?a=1")
    query = parse_qs(urlsplit(docdata().menu(KEY, command).url).query)
    assert "default_pm" not in query
    assert query["return_url_error"] == [f"{TERUG}?a=1&uitkomst=fout"]


@pytest.mark.parametrize(
    ("mark", "hint"),
    [
        ("gelukt", ReturnHint.SUCCESS),
        ("in-behandeling", ReturnHint.PENDING),
        ("geannuleerd", ReturnHint.CANCELLED),
        ("fout", ReturnHint.ERROR),
        ("betaald!", ReturnHint.UNKNOWN),
    ],
)
def test_a_return_suggests_what_we_marked(mark: str, hint: ReturnHint) -> None:
    assert docdata().parse_return(request(uitkomst=mark)) is hint


def test_a_return_without_a_mark_suggests_nothing() -> None:
    assert docdata().parse_return(request()) is ReturnHint.UNKNOWN


def test_a_notification_is_a_reference_and_always_gets_200() -> None:
    notification = docdata().parse_notification(request(reference="482710936577-1"))
    assert (notification.references, notification.reply_status) == (("482710936577-1",), 200)


@given(reference=st.text())
def test_a_strange_notification_points_at_nothing_dangerous(reference: str) -> None:
    notification = docdata().parse_notification(request(reference=reference))
    assert notification.reply_status == 200 and notification.event_id is None
    assert all(one.isprintable() and len(one) <= 35 for one in notification.references)


@pytest.mark.parametrize(
    "choices",
    [
        {"menu_url": "https://psp.example.nl/ps/menu?x=1"},
        {"menu_url": "/ps/menu"},
        {"password": "x" * 36},
        {"merchant": ""},
        {"filler_email": "geen adres"},
        {"url": "psp.example.nl"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(choices: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        docdata(**choices)
