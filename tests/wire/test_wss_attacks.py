"""What somebody may try with a signed message: each is refused, with a cause that its sender understands."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable

import pytest
from lxml import etree

from tests.wire.bibliotheek import BIB, leen_uit
from tests.wire.calls import envelope
from tests.wire.identities import identity
from tests.wire.sender import DS, MORE, NS, WSSE, WSU, resign, to_bytes
from tests.wire.wss_desk import ESB, STRANGER, addressing, desk, loan, post

Element = etree._Element
Change = Callable[[Element], object]
ID = f"{{{WSU}}}Id"
SHA1_RSA = DS + "rsa-sha1"


def one(root: Element, path: str) -> Element:
    """The first node at a path."""
    return root.xpath(path, namespaces=NS)[0]


def header(root: Element) -> Element:
    return one(root, "s:Header")


def security(root: Element) -> Element:
    return one(root, "s:Header/wsse:Security")


def other_body(root: Element) -> Element:
    """A Body with another message."""
    body = etree.fromstring(envelope(leen_uit(pas="GESTOLEN"))).find("s:Body", NS)
    root.append(body)
    return body


def move_body(root: Element) -> None:
    """Wrapping: the signed Body lies in a header, another one in its place."""
    wrapper = etree.SubElement(header(root), "{urn:x}Wrapper")
    wrapper.append(one(root, "s:Body"))
    other_body(root)


def move_body_with_same_id(root: Element) -> None:
    signed = one(root, "s:Body").get(ID)
    move_body(root)
    one(root, "s:Body").set(ID, signed)


def move_body_into_object(root: Element) -> None:
    """Wrapping inside the signature itself."""
    etree.SubElement(one(root, "//ds:Signature"), f"{{{DS}}}Object").append(one(root, "s:Body"))
    other_body(root)


def move_timestamp(root: Element) -> None:
    wrapper = etree.SubElement(header(root), "{urn:x}Wrapper")
    old = one(root, "//wsu:Timestamp")
    fresh = copy.deepcopy(old)
    fresh.attrib.clear()
    security(root).replace(old, fresh)
    wrapper.append(old)


def move_addressing(root: Element) -> None:
    wrapper = etree.SubElement(header(root), "{urn:x}Wrapper")
    signed = one(root, "//wsa:MessageID")
    fresh = etree.SubElement(header(root), signed.tag)
    fresh.text = "urn:uuid:2"
    wrapper.append(signed)


def unqualified(root: Element, path: str = "s:Body") -> None:
    node = one(root, path)
    node.set("Id", node.attrib.pop(ID))


def set_id(name: str) -> Change:
    def change(root: Element) -> None:
        root[-1][0][0].set(name, root[-1].get(ID))

    return change


def text(path: str, value: str) -> Change:
    def change(root: Element) -> None:
        one(root, path).text = value

    return change


def attribute(path: str, name: str, value: str) -> Change:
    return lambda root: one(root, path).set(name, value)


def drop(path: str) -> Change:
    def change(root: Element) -> None:
        node = one(root, path)
        node.getparent().remove(node)

    return change


def twice(path: str) -> Change:
    return lambda root: one(root, path).addnext(copy.deepcopy(one(root, path)))


def append(path: str, xml: str) -> Change:
    return lambda root: one(root, path).append(etree.fromstring(xml))


def insert_second_body(root: Element) -> None:
    one(root, "s:Body").addprevious(etree.fromstring(envelope(leen_uit(pas="GESTOLEN")))[0])


def second_header(root: Element) -> None:
    root.insert(0, etree.Element(f"{{{NS['s']}}}Header"))


def security_in_body(root: Element) -> None:
    root[-1][0].append(security(root))


def empty_reference(root: Element) -> None:
    one(root, "//ds:Reference").set("URI", "")
    resign(root, ESB)


def external_reference(root: Element) -> None:
    one(root, "//ds:Reference").set("URI", "http://127.0.0.1/body.xml")
    resign(root, ESB)


def xpointer(root: Element) -> None:
    one(root, "//ds:Reference").set("URI", f"#xpointer(id('{root[-1].get(ID)}'))")
    resign(root, ESB)


def with_transform(algorithm: str, inside: str = "") -> Change:
    """An extra transform in the first reference, signed by the owner of the key."""

    def change(root: Element) -> None:
        one(root, "//ds:Transforms").insert(
            0, etree.fromstring(f'<Transform xmlns="{DS}" Algorithm="{algorithm}">{inside}</Transform>')
        )
        resign(root, ESB)

    return change


def hmac_length(root: Element) -> None:
    etree.SubElement(one(root, "//ds:SignatureMethod"), f"{{{DS}}}HMACOutputLength").text = "1"
    resign(root, ESB)


def stranger_token(root: Element) -> None:
    """The signature of ESB with the certificate of a stranger before it."""
    one(root, "//wsse:BinarySecurityToken").text = base64.b64encode(STRANGER.der).decode()


def other_type(root: Element) -> None:
    for node in root.xpath("//*[@ValueType]"):
        node.set("ValueType", "urn:x#X509PKIPathv1")


def cut_signature(root: Element) -> None:
    value = one(root, "//ds:SignatureValue")
    value.text = value.text[: len(value.text) // 2 // 4 * 4]


def other_operation_inside(root: Element) -> None:
    root[-1][0].tag = f"{{{BIB}}}Steel"


ENVELOPED = DS + "enveloped-signature"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH2 = "http://www.w3.org/2002/06/xmldsig-filter2"
STR = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"
PASS_ALL = f'<XPath xmlns="{DS}">true()</XPath>'
SHEET = '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>'

# What is done to a rightly signed message → the cause that is told.
CHANGED: dict[str, tuple[Change, str]] = {
    "body moved to a wrapper": (move_body, "Body is niet ondertekend"),
    "body moved, its id copied": (move_body_with_same_id, "Id komt meer dan één keer"),
    "body moved into the signature": (move_body_into_object, "SignedInfo, SignatureValue en KeyInfo"),
    "timestamp moved to a wrapper": (move_timestamp, "buiten de Security-header"),
    "wsa header moved to a wrapper": (move_addressing, "MessageID is niet ondertekend"),
    "unsigned wsa header added": (append("s:Header", f'<w:From xmlns:w="{NS["wsa"]}"><w:Address>urn:x</w:Address></w:From>'), "From is niet ondertekend"),
    "duplicate wsu:Id": (set_id(ID), "Id komt meer dan één keer"),
    "duplicate in Id": (set_id("Id"), "Id komt meer dan één keer"),
    "duplicate in ID": (set_id("ID"), "Id komt meer dan één keer"),
    "duplicate in xml:id": (set_id("{http://www.w3.org/XML/1998/namespace}id"), "Id komt meer dan één keer"),
    "duplicate in an id of their own": (set_id("{urn:x}iD"), "Id komt meer dan één keer"),
    "unqualified Id on the body": (unqualified, "wsu:Id van één element"),
    "unqualified Id on the timestamp": (lambda root: unqualified(root, "//wsu:Timestamp"), "wsu:Id van één element"),
    "unqualified Id on the token": (lambda root: unqualified(root, "//wsse:BinarySecurityToken"), "KeyInfo moet naar"),
    "second timestamp": (twice("//wsu:Timestamp"), "Timestamp komt meer dan één keer"),
    "timestamp in the body": (append("s:Body/*", f'<T:Timestamp xmlns:T="{WSU}"/>'), "buiten de Security-header"),
    "second signature": (twice("//ds:Signature"), "Signature komt meer dan één keer"),
    "signature in the body": (append("s:Body/*", f'<Signature xmlns="{DS}"/>'), "buiten de Security-header"),
    "second token": (twice("//wsse:BinarySecurityToken"), "BinarySecurityToken komt meer dan één keer"),
    "two security headers": (append("s:Header", f'<o:Security xmlns:o="{WSSE}"/>'), "precies één Security-header"),
    "security in the body": (security_in_body, "precies één Security-header"),
    "security for somebody else": (attribute("//wsse:Security", f"{{{NS['s']}}}actor", "urn:ander"), "andere partij"),
    "encrypted part": (append("//wsse:Security", '<EncryptedKey xmlns="http://www.w3.org/2001/04/xmlenc#"/>'), "hoort niet in de Security-header"),
    "no timestamp": (drop("//wsu:Timestamp"), "Timestamp ontbreekt"),
    "no token": (drop("//wsse:BinarySecurityToken"), "BinarySecurityToken ontbreekt"),
    "no signature value": (drop("//ds:SignatureValue"), "SignedInfo, SignatureValue en KeyInfo"),
    "no references": (lambda root: [node.getparent().remove(node) for node in list(root.iter(f"{{{DS}}}Reference"))], "SignedInfo bestaat uit"),
    "reference to the whole document": (empty_reference, "wsu:Id van één element"),
    "external reference": (external_reference, "wsu:Id van één element"),
    "xpointer reference": (xpointer, "wsu:Id van één element"),
    "reference named twice": (twice("//ds:Reference"), "door twee verwijzingen"),
    "enveloped transform": (with_transform(ENVELOPED), "enige Transform"),
    "xslt transform": (with_transform(XSLT, SHEET), "enige Transform"),
    "xpath transform": (with_transform(XPATH, PASS_ALL), "enige Transform"),
    "xpath filter transform": (with_transform(XPATH2), "enige Transform"),
    "base64 transform": (with_transform(DS + "base64"), "enige Transform"),
    "STR transform": (with_transform(STR), "enige Transform"),
    "no transforms": (drop("//ds:Transforms"), "Transforms, DigestMethod"),
    "xpath inside the canonicalisation": (append("//ds:Transform", PASS_ALL), "enige Transform"),
    "hmac output length": (hmac_length, "zonder parameters"),
    "signature method changed to hmac": (attribute("//ds:SignatureMethod", "Algorithm", MORE + "hmac-sha256"), "Onderteken met RSA"),
    "signature method changed to ecdsa": (attribute("//ds:SignatureMethod", "Algorithm", MORE + "ecdsa-sha256"), "hoort niet bij de sleutel"),
    "signature method taken away": (drop("//ds:SignatureMethod"), "SignedInfo bestaat uit"),
    "changed message": (text("//*[local-name()='Pasnummer']", "GESTOLEN"), "klopt niet"),
    "message made another": (other_operation_inside, "klopt niet"),
    "changed timestamp": (text("//wsu:Created", "2026-11-23T13:30:01Z"), "klopt niet"),
    "changed addressing": (text("//wsa:MessageID", "urn:uuid:2"), "klopt niet"),
    "changed digest": (text("//ds:DigestValue", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "klopt niet"),
    "digest that is no base64": (text("//ds:DigestValue", "****"), "klopt niet"),
    "truncated signature": (cut_signature, "klopt niet"),
    "empty signature": (text("//ds:SignatureValue", ""), "klopt niet"),
    "signature that is no base64": (text("//ds:SignatureValue", "****"), "klopt niet"),
    "key info names another element": (lambda root: one(root, "//wsse:Reference").set("URI", "#" + root[-1].get(ID)), "KeyInfo moet naar"),
    "key info names two": (append("//ds:KeyInfo", f'<KeyName xmlns="{DS}">x</KeyName>'), "KeyInfo moet precies"),
    "token of another type": (attribute("//wsse:BinarySecurityToken", "ValueType", "urn:x#X509PKIPathv1"), "ValueType"),
    "token and key info of another type": (other_type, "X509v3 in base64"),
    "token that is no certificate": (text("//wsse:BinarySecurityToken", "AAAA"), "geen leesbaar"),
    "token that is no base64": (text("//wsse:BinarySecurityToken", "een certificaat"), "geen leesbaar"),
    "two times of creation": (twice("//wsu:Created"), "precies één Created"),
    "an unknown child in the timestamp": (append("//wsu:Timestamp", "<x/>"), "precies één Created"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED)
def test_a_signed_message_that_was_tampered_with_is_refused(case: str) -> None:
    change, cause = CHANGED[case]
    message = loan()
    change(message)
    answer = post(desk(), message)
    assert answer.fault == ("Client", "BEVEILIGING_ONJUIST")
    assert cause in answer.findings[0]


# How a sender signs → the cause that is told.
WEAK: dict[str, tuple[dict[str, object], str]] = {
    "SHA-1 signature": ({"method": SHA1_RSA}, "SHA-256"),
    "SHA-1 digest": ({"digest": DS + "sha1"}, "DigestMethod"),
    "hmac with the public key as secret": ({"method": MORE + "hmac-sha256"}, "Onderteken met RSA"),
    "inclusive canonicalisation": ({"canonicalization": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}, "exclusive c14n"),
    "canonicalisation with comments": ({"canonicalization": "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"}, "exclusive c14n"),
    "inclusive transform": ({"transforms": ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315",)}, "enige Transform"),
    "two transforms": ({"transforms": ("http://www.w3.org/2001/10/xml-exc-c14n#",) * 2}, "enige Transform"),
    "key value": ({"key_info": "keyvalue"}, "KeyInfo moet precies"),
    "certificate inside key info": ({"key_info": "x509data"}, "KeyInfo moet precies"),
    "body not signed": ({"parts": ("//wsu:Timestamp", "s:Header/wsa:*")}, "Body is niet ondertekend"),
    "timestamp not signed": ({"parts": ("s:Body", "s:Header/wsa:*")}, "Timestamp is niet ondertekend"),
    "addressing not signed": ({"parts": ("s:Body", "//wsu:Timestamp")}, "To is niet ondertekend"),
    "only the message inside the body": ({"parts": ("s:Body/*", "//wsu:Timestamp", "s:Header/wsa:*")}, "Body is niet ondertekend"),
    "a node where nobody looks": ({"parts": ("s:Body", "//wsu:Timestamp", "s:Header/wsa:*", "//wsu:Created")}, "niet de Body"),
    "plain Id": ({"id_attribute": "Id"}, "wsu:Id van één element"),
    "Created with an offset": ({"created": "2026-11-23T14:30:00+01:00"}, "UTC"),
    "Created without zone": ({"created": "2026-11-23T13:30:00"}, "UTC"),
    "Created that is no moment": ({"created": "2026-02-30T13:30:00Z"}, "UTC"),
}  # fmt: skip


@pytest.mark.parametrize("case", WEAK)
def test_a_message_signed_in_a_weak_way_is_refused(case: str) -> None:
    how, cause = WEAK[case]
    answer = post(desk(), loan(**how))
    assert answer.fault == ("Client", "BEVEILIGING_ONJUIST")
    assert cause in answer.findings[0]


KEYS = {
    "RSA of 1024 bits": ({"kind": "RSA-1024"}, "2048"),
    "a small curve": ({"kind": "P-192"}, "256"),
    "a key of another kind": ({"kind": "Ed25519"}, "RSA"),
    "not valid any more": ({"days": (-30, -1)}, "niet (meer) geldig"),
    "not valid yet": ({"days": (1, 30)}, "niet (meer) geldig"),
    "not meant for signing": ({"signs": False}, "keyUsage"),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_key_that_may_not_sign_is_refused_even_when_we_know_it(case: str) -> None:
    choices, cause = KEYS[case]
    who = identity(case, **choices)
    method = MORE + ("ecdsa-sha256" if choices.get("kind") == "P-192" else "rsa-sha256")
    answer = post(desk(who), loan(who, method=method))
    assert answer.fault == ("Client", "BEVEILIGING_ONJUIST")
    assert cause in answer.findings[0]


@pytest.mark.parametrize("message", [loan(STRANGER), envelope(leen_uit(), header=addressing()), envelope(leen_uit())])
def test_who_is_unknown_or_does_not_sign_is_not_let_in(message: Element | bytes) -> None:
    answer = post(desk(), message)
    assert (answer.status, answer.fault) == (500, ("Client", "NIET_GEAUTHENTICEERD"))


def test_the_certificate_of_another_does_not_help() -> None:
    message = loan()
    stranger_token(message)
    assert post(desk(ESB, STRANGER), message).fault == ("Client", "BEVEILIGING_ONJUIST")


def test_http_credentials_do_not_replace_the_signature() -> None:
    assert post(desk(), envelope(leen_uit()), CALLER="ESB").fault == ("Client", "NIET_GEAUTHENTICEERD")


@pytest.mark.parametrize("change", [insert_second_body, second_header], ids=["second body", "second header"])
def test_a_second_body_or_header_is_no_envelope(change: Change) -> None:
    message = loan()
    change(message)
    assert post(desk(), message).fault == ("Client", "ONGELDIG_BERICHT")


def test_a_signature_outside_a_security_header_is_not_ignored() -> None:
    loose = envelope(leen_uit(), header=f'<Signature xmlns="{DS}"/>')
    assert post(desk(required=False), loose).fault == ("Client", "BEVEILIGING_ONJUIST")


def test_a_security_header_of_a_draft_is_none() -> None:
    draft = to_bytes(loan()).replace(WSSE.encode(), b"http://schemas.xmlsoap.org/ws/2003/06/secext")
    assert post(desk(), draft).fault[1] == "HEADER_NIET_BEGREPEN"


def test_an_entity_can_not_bring_text_in() -> None:
    message = b'<!DOCTYPE x [<!ENTITY e "GESTOLEN">]>' + to_bytes(loan()).replace(b"WIE-BEN-IK", b"&e;")
    assert "DOCTYPE" in post(desk(), message).findings[0]


@pytest.mark.parametrize("trick", ["WIE-<!-- x -->BEN-IK", "<!-- a -->WIE-BEN-IK", "WIE-BEN-<?x y?>IK"])
def test_a_comment_does_not_cut_a_value(trick: str) -> None:
    """Canonical XML leaves comments out, so the signature holds; the value that we read is the whole one."""
    message = to_bytes(loan()).replace(b"WIE-BEN-IK", trick.encode())
    answer = post(desk(), message)
    assert (answer.status, answer.text("Pasnummer")) == (200, "ESB")


def test_another_prefix_for_a_namespace_breaks_the_signature() -> None:
    message = to_bytes(loan()).replace(b"<b:", b"<c:").replace(b"</b:", b"</c:").replace(b"xmlns:b=", b"xmlns:c=")
    assert post(desk(), message).fault == ("Client", "BEVEILIGING_ONJUIST")


def test_a_namespace_that_nobody_uses_changes_nothing() -> None:
    message = to_bytes(loan()).replace(b"<s:Envelope ", b'<s:Envelope xmlns:unused="urn:x" ', 1)
    assert post(desk(), message).status == 200


def test_too_many_references_are_refused_before_anything_is_computed() -> None:
    message = loan()
    info = one(message, "//ds:SignedInfo")
    for _ in range(30):
        info.append(copy.deepcopy(info[-1]))
    assert "hooguit 30" in post(desk(), message).findings[0]


def test_nothing_of_a_refused_message_comes_back_in_the_fault() -> None:
    message = loan()
    one(message, "//ds:SignatureMethod").set("Algorithm", "urn:GEHEIM")
    append("//wsse:Security", "<GEHEIM/>")(message)
    assert b"GEHEIM" not in post(desk(), message).body
