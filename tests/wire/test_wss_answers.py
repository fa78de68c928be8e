"""Signed answers and faults: others verify them, with a library that is not the hub's."""

from __future__ import annotations

import base64

import pytest
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier

from betaalhub.errors import ConfigurationError
from betaalhub.wire.wss_signer import Signer
from tests.wire.bibliotheek import leen_uit
from tests.wire.calls import Answer, envelope
from tests.wire.identities import Identity, identity
from tests.wire.sender import NS
from tests.wire.wss_desk import ESB, HUB, desk, loan, post

CONFIRMATION = ".//{http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd}SignatureConfirmation"


def signed_parts(answer: Answer, who: Identity = HUB) -> list[str]:
    """The local names of what the signature covers, verified by signxml with the hub's certificate alone."""
    references = answer.xml.findall(".//ds:Reference", NS)
    expect = SignatureConfiguration(
        require_x509=True, location=".//", expect_references=len(references),
        signature_methods=frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
    )  # fmt: skip
    verified = XMLVerifier().verify(answer.body, x509_cert=who.certificate, id_attribute="Id", expect_config=expect)
    return sorted(etree.QName(one.signed_xml).localname for one in verified)


ALL = ["Action", "Body", "MessageID", "RelatesTo", "SignatureConfirmation", "Timestamp", "To"]


def test_an_answer_is_signed_whole_and_confirms_the_signature_of_the_question() -> None:
    message = loan()
    answer = post(desk(), message)
    assert (answer.status, signed_parts(answer)) == (200, ALL)
    assert answer.xml.find(CONFIRMATION).get("Value") == message.findtext(".//ds:SignatureValue", namespaces=NS)


@pytest.mark.parametrize("kind", ["P-256", "P-384", "RSA-3072"])
def test_the_hub_signs_with_the_kind_of_key_it_has(kind: str) -> None:
    hub = identity("hub", kind=kind)
    answer = post(desk(signer=Signer(hub.key_pem, hub.pem)), loan())
    assert signed_parts(answer, hub) == ALL


def test_a_fault_about_the_message_is_signed_and_confirms() -> None:
    answer = post(desk(), loan(pas="fout"))
    assert (answer.fault, signed_parts(answer)) == (("Client", "ONGELDIG_BERICHT"), ALL)


def test_a_fault_about_the_signature_is_signed_and_confirms() -> None:
    message = loan()
    message.find(".//{*}Pasnummer").text = "GESTOLEN"
    answer = post(desk(), message)
    assert (answer.fault, signed_parts(answer)) == (("Client", "BEVEILIGING_ONJUIST"), ALL)
    assert answer.xml.find(CONFIRMATION).get("Value")


@pytest.mark.parametrize("body", [b"", b"<html/>", envelope(leen_uit()), b'<!DOCTYPE x [<!ENTITY e "2">]><x/>'])
def test_a_stranger_gets_a_signed_fault_too(body: bytes) -> None:
    answer = post(desk(), body)
    assert answer.fault[0] == "Client"
    assert signed_parts(answer) == ["Body", "SignatureConfirmation", "Timestamp"]
    assert "Value" not in answer.xml.find(CONFIRMATION).attrib


def test_a_mistake_of_ours_is_signed_too() -> None:
    answer = post(desk(), loan(pas="KAPOT-FOUT"))
    assert (answer.fault, signed_parts(answer)) == (("Server", "INTERNE_FOUT"), ALL)


def test_a_changed_answer_does_not_verify() -> None:
    answer = post(desk(), loan())
    changed = Answer(200, {}, answer.body.replace(b">ESB<", b">ESC<"))
    with pytest.raises(Exception, match="Digest mismatch"):
        signed_parts(changed)


def test_where_signing_is_free_only_a_signed_question_gets_a_signed_answer() -> None:
    library = desk(required=False)
    assert signed_parts(post(library, loan())) == ALL
    assert post(library, envelope(leen_uit()), CALLER="ESB").xml.find(".//ds:Signature", NS) is None


def test_the_body_of_a_signed_answer_is_still_the_answer() -> None:
    signed, plain = (post(one, loan(pas="PAS-1")).xml.find("s:Body/*", NS) for one in (desk(), desk(signer=None)))
    assert etree.tostring(signed, method="c14n", exclusive=True) == etree.tostring(plain, method="c14n", exclusive=True)


def test_no_invented_prefixes_stand_in_an_answer() -> None:
    answer = post(desk(), loan())
    prefixes = {prefix for node in answer.xml.iter() for prefix in node.nsmap}
    assert not {one for one in prefixes if one.startswith("ns")}


def test_the_confirmation_gives_back_base64_and_nothing_else() -> None:
    message = loan()
    message.find(".//ds:SignatureValue", NS).text = base64.b64encode(b"\x00<x>&").decode() + "\n "
    assert post(desk(), message).xml.find(CONFIRMATION).get("Value") == base64.b64encode(b"\x00<x>&").decode()


WRONG = {
    "another certificate": (HUB.key_pem, ESB.pem, "hoort niet bij"),
    "no key": (b"niets", HUB.pem, "geen leesbare PEM"),
    "no certificate": (HUB.key_pem, b"niets", "geen leesbare PEM"),
    "a weak key": (identity("zwak", kind="RSA-1024").key_pem, identity("zwak", kind="RSA-1024").pem, "te zwak"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_hub_does_not_start_with_a_key_that_can_not_sign(case: str) -> None:
    key, certificate, cause = WRONG[case]
    with pytest.raises(ConfigurationError, match=cause):
        Signer(key, certificate)
