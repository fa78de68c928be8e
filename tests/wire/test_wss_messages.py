"""Signed messages of a good sender: with every algorithm that we accept, fresh, and once."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.wire.versions import ENVELOPE_12
from betaalhub.wire.wss_timestamp import Window
from tests.wire.bibliotheek import leen_uit
from tests.wire.calls import envelope
from tests.wire.identities import NOW, identity
from tests.wire.sender import ENC, MORE, NS, sign
from tests.wire.wss_desk import ESB, Clock, Memory, addressing, desk, loan, post

PSS = "http://www.w3.org/2007/05/xmldsig-more#sha{}-rsa-MGF1"
METHODS = [("RSA-2048", MORE + f"rsa-sha{bits}") for bits in (256, 384, 512)]
METHODS += [("RSA-2048", PSS.format(bits)) for bits in (256, 384, 512)]
METHODS += [("RSA-3072", MORE + "rsa-sha256"), ("P-256", MORE + "ecdsa-sha256"), ("P-384", MORE + "ecdsa-sha384")]
METHODS += [("P-521", MORE + "ecdsa-sha512")]


@pytest.mark.parametrize(("kind", "method"), METHODS)
def test_every_strong_algorithm_is_accepted(kind: str, method: str) -> None:
    who = identity("esb", kind=kind)
    answer = post(desk(who), loan(who, method=method))
    assert (answer.status, answer.text("Pasnummer")) == (200, "ESB")


@pytest.mark.parametrize("digest", [ENC + "sha256", MORE + "sha384", ENC + "sha512"])
def test_every_strong_digest_is_accepted(digest: str) -> None:
    assert post(desk(), loan(digest=digest)).status == 200


def test_the_namespace_lists_of_wss4j_are_followed() -> None:
    assert post(desk(), loan(prefixes=("s", "b", "t"))).status == 200


def test_the_token_and_other_headers_may_be_signed_too() -> None:
    parts = ("s:Body", "//wsu:Timestamp", "s:Header/wsa:*", "//wsse:BinarySecurityToken")
    message = loan(parts=parts, header=addressing() + '<x:Eigen xmlns:x="urn:x"/>')
    token = message.find(".//wsse:BinarySecurityToken", NS)
    # The sender gave the token a new id when signing it; the key still has to be found.
    message.find(".//wsse:Reference", NS).set("URI", "#" + token.get(f"{{{NS['wsu']}}}Id"))
    assert post(desk(), message).status == 200


def test_a_soap_12_message_may_be_signed_as_well() -> None:
    message = sign(envelope(leen_uit(), header=addressing(), namespace=ENVELOPE_12), ESB)
    answer = post(desk(), message, CONTENT_TYPE="application/soap+xml")
    assert (answer.status, answer.xml.tag) == (200, f"{{{ENVELOPE_12}}}Envelope")
    assert post(desk(), message, CONTENT_TYPE="text/xml").fault[0] == "VersionMismatch"


FRESH = {"now": 0, "a minute from the future": 60, "nearly five minutes old": -299, "five minutes and our clock": -359}
STALE = {"two minutes from the future": 121, "six minutes old": -360, "of yesterday": -86_400}


@pytest.mark.parametrize("seconds", FRESH.values(), ids=FRESH)
def test_a_fresh_message_is_accepted(seconds: int) -> None:
    assert post(desk(), loan(now=NOW + timedelta(seconds=seconds))).status == 200


@pytest.mark.parametrize("seconds", STALE.values(), ids=STALE)
@pytest.mark.parametrize("life", [timedelta(minutes=5), timedelta(days=30), None])
def test_a_stale_message_is_refused_whatever_it_says_of_itself(seconds: int, life: timedelta | None) -> None:
    answer = post(desk(), loan(now=NOW + timedelta(seconds=seconds), life=life))
    assert answer.fault == ("Client", "BERICHT_VERLOPEN")


def test_a_message_that_gave_itself_ten_seconds_is_refused_after_them() -> None:
    message = loan(now=NOW - timedelta(seconds=71), life=timedelta(seconds=10))
    assert post(desk(), message).fault == ("Client", "BERICHT_VERLOPEN")


@pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=-10)])
def test_an_end_before_the_beginning_is_refused(life: timedelta) -> None:
    assert post(desk(), loan(life=life)).fault == ("Client", "BEVEILIGING_ONJUIST")


def test_the_same_signed_message_comes_in_once() -> None:
    library, message = desk(), loan()
    assert post(library, message).status == 200
    again = post(library, message)
    assert again.fault == ("Client", "BERICHT_HERHAALD")
    assert "Onderteken het opnieuw" in again.findings[0]


def test_a_message_that_is_signed_again_comes_in_again() -> None:
    library = desk()
    assert [post(library, loan(now=NOW + timedelta(seconds=n))).status for n in range(3)] == [200, 200, 200]


def test_a_message_id_is_not_used_for_another_message() -> None:
    library = desk()
    post(library, loan())
    answer = post(library, loan(pas="PAS-2", now=NOW + timedelta(seconds=1)))
    assert answer.fault == ("Client", "BERICHT_HERHAALD")
    assert answer.findings[0].startswith("/Envelope/Header/MessageID")


def test_two_senders_may_choose_the_same_message_id() -> None:
    other = identity("another")
    library = desk(ESB, other)
    assert [post(library, loan(who, pas=pas)).status for who, pas in ((ESB, "PAS-1"), (other, "PAS-2"))] == [200, 200]


def test_a_second_ecdsa_value_for_the_same_message_is_a_repeat() -> None:
    """(r, s) and (r, n-s) are both right: the memory goes by what was signed, not by the value."""
    who = identity("esb", kind="P-256")
    library, message = desk(who), loan(who, method=MORE + "ecdsa-sha256")
    assert post(library, message).status == 200
    value = message.find(".//ds:SignatureValue", NS)
    value.text = flipped(value.text)
    assert post(library, message).fault == ("Client", "BERICHT_HERHAALD")


def flipped(value: str) -> str:
    """The other value that is right."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    raw = base64.b64decode(value)
    return base64.b64encode(raw[:32] + (order - int.from_bytes(raw[32:])).to_bytes(32)).decode()


def test_nothing_is_remembered_of_a_message_that_was_refused() -> None:
    memory = Memory()
    message = loan()
    message.find(".//{*}Pasnummer").text = "GESTOLEN"
    post(desk(memory=memory), message)
    post(desk(memory=memory), loan(identity("stranger")))
    assert memory.keys == {}


@given(
    created=st.integers(-400, 400), life=st.none() | st.integers(1, 1000), skew=st.integers(0, 120), wait=st.integers(0, 2000)
)  # fmt: skip
def test_what_is_forgotten_can_not_be_accepted_any_more(created: int, life: int | None, skew: int, wait: int) -> None:
    """Also not by a process whose clock is behind by as much as we allow."""
    window = Window(skew=timedelta(seconds=skew))
    start = NOW + timedelta(seconds=created)
    end = None if life is None else start + timedelta(seconds=life)
    until = window.until(start, end, NOW)
    later = NOW + timedelta(seconds=wait)
    if until is not None and later >= until:
        assert window.until(start, end, later - window.skew) is None


def test_a_clock_that_moves_on_ends_a_message() -> None:
    clock = Clock()
    library, message = desk(clock=clock), loan()
    clock.now += timedelta(minutes=7)
    assert post(library, message).fault == ("Client", "BERICHT_VERLOPEN")


def test_where_signing_is_free_http_may_prove_who_calls() -> None:
    library = desk(required=False)
    assert post(library, envelope(leen_uit(pas="WIE-BEN-IK")), CALLER="BALIE").text("Pasnummer") == "BALIE"
    assert post(library, loan()).text("Pasnummer") == "ESB"
    assert post(library, envelope(leen_uit())).fault == ("Client", "NIET_GEAUTHENTICEERD")


def test_a_message_and_a_connection_of_two_callers_are_refused() -> None:
    answer = post(desk(), loan(), CALLER="BALIE")
    assert (answer.status, answer.fault) == (500, ("Client", "NIET_GEAUTHENTICEERD"))
    assert post(desk(join=lambda http, message: message), loan(), CALLER="BALIE").status == 200


def test_an_address_without_ws_security_refuses_a_signature_instead_of_ignoring_it() -> None:
    plain = desk(identify=None, required=False)
    assert post(plain, loan(), CALLER="ESB").fault == ("Client", "BEVEILIGING_ONJUIST")
    assert post(plain, envelope(leen_uit()), CALLER="ESB").status == 200


def test_an_unsigned_timestamp_is_looked_at_too() -> None:
    message = sign(envelope(leen_uit()), ESB, now=NOW - timedelta(hours=1))
    security = message.find(".//wsse:Security", NS)
    for name in ("ds:Signature", "wsse:BinarySecurityToken"):
        security.remove(security.find(name, NS))
    assert post(desk(required=False), message, CALLER="ESB").fault == ("Client", "BERICHT_VERLOPEN")


def test_many_threads_may_sign_and_verify_at_once() -> None:
    library = desk(required=True)
    messages = [loan(header=addressing(MessageID=f"urn:uuid:{n}"), pas=f"PAS-{n}") for n in range(60)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda message: post(library, message), messages))
    assert [one.text("Pasnummer") for one in answers] == [f"PAS-{n}" for n in range(60)]
