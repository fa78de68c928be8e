"""UsernameToken: a digest that shows that the sender knows the secret, once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

import pytest
from lxml import etree
from zeep.wsse.username import UsernameToken

from betaalhub.wire.wss_username import Candidate
from tests.wire.bibliotheek import leen_uit
from tests.wire.calls import envelope
from tests.wire.identities import NOW
from tests.wire.sender import BASE64, NS, WSSE, WSU
from tests.wire.wss_desk import desk, loan, post

DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
SECRETS = {"erp": ["een heel lang geheim", "het geheim van straks"]}


def candidates(name: str) -> list[Candidate]:
    return [Candidate(secret, name.upper()) for secret in SECRETS.get(name, [])]


def open_desk():
    return desk(required=False, candidates=candidates)


def token(
    secret: str = SECRETS["erp"][0], *, name: str = "erp", nonce: bytes = b"", when: datetime = NOW, kind: str = DIGEST
) -> str:
    """A Security header with a UsernameToken, made without the hub's own code."""
    nonce = nonce or secrets.token_bytes(16)
    created = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + secret.encode()).digest()).decode()
    return (
        f'<o:Security xmlns:o="{WSSE}" xmlns:u="{WSU}" s:mustUnderstand="1"><o:UsernameToken><o:Username>{name}</o:Username>'
        f'<o:Password Type="{kind}">{digest if kind == DIGEST else secret}</o:Password>'
        f'<o:Nonce EncodingType="{BASE64}">{base64.b64encode(nonce).decode()}</o:Nonce><u:Created>{created}</u:Created>'
        "</o:UsernameToken></o:Security>"
    )


def message(header: str) -> bytes:
    return envelope(leen_uit(pas="WIE-BEN-IK"), header=header)


def test_the_digest_proves_who_calls() -> None:
    assert post(open_desk(), message(token())).text("Pasnummer") == "ERP"


def test_an_old_and_a_new_secret_are_both_good_while_they_are_changed() -> None:
    assert post(open_desk(), message(token(SECRETS["erp"][1]))).text("Pasnummer") == "ERP"


def test_the_token_of_zeep_is_understood() -> None:
    root = etree.fromstring(message(""))
    UsernameToken("erp", SECRETS["erp"][0], use_digest=True, created=NOW).apply(root, {})
    assert post(open_desk(), etree.tostring(root)).text("Pasnummer") == "ERP"


@pytest.mark.parametrize("wrong", [token("fout"), token(name="onbekend")], ids=["wrong secret", "unknown name"])
def test_a_wrong_secret_and_an_unknown_name_get_the_same_answer(wrong: str) -> None:
    answer = post(open_desk(), message(wrong))
    assert (answer.status, answer.fault) == (500, ("Client", "NIET_GEAUTHENTICEERD"))
    assert "de naam of het geheim" in answer.text("faultstring")


def test_a_nonce_is_used_once() -> None:
    library, header = open_desk(), token()
    assert post(library, message(header)).status == 200
    assert post(library, message(header)).fault == ("Client", "BERICHT_HERHAALD")


def test_a_nonce_is_used_once_also_for_a_later_moment() -> None:
    library, nonce = open_desk(), secrets.token_bytes(16)
    post(library, message(token(nonce=nonce)))
    later = token(nonce=nonce, when=NOW + timedelta(seconds=1))
    assert post(library, message(later)).fault == ("Client", "BERICHT_HERHAALD")


@pytest.mark.parametrize("seconds", [-361, 61])
def test_a_token_has_its_time(seconds: int) -> None:
    header = token(when=NOW + timedelta(seconds=seconds))
    assert post(open_desk(), message(header)).fault == ("Client", "BERICHT_VERLOPEN")


def without(name: str) -> str:
    start, end = token().index(f":{name}"), token().index(f"/{'u' if name == 'Created' else 'o'}:{name}>")
    return token()[: start - 2] + token()[end + len(name) + 4 :]


WRONG = {
    "a password as text": (token(kind=DIGEST.replace("Digest", "Text")), "wachtwoord als tekst"),
    "no type at all": (token().replace(f' Type="{DIGEST}"', ""), "wachtwoord als tekst"),
    "no nonce": (without("Nonce"), "precies één van elk"),
    "no created": (without("Created"), "precies één van elk"),
    "no password": (without("Password"), "precies één van elk"),
    "two usernames": (token().replace("<o:Nonce", "<o:Username>x</o:Username><o:Nonce"), "precies één van elk"),
    "a short nonce": (token(nonce=b"1234567"), "8 tot en met 128"),
    "a long nonce": (token(nonce=b"x" * 129), "8 tot en met 128"),
    "a long name": (token(name="x" * 101), "te lang"),
    "an element inside": (token(name="<x/>erp"), "precies één van elk"),
    "two tokens": (token().replace("</o:Security>", "<o:UsernameToken/></o:Security>"), "meer dan één keer"),
}


@pytest.mark.parametrize("case", WRONG)
def test_another_form_is_refused(case: str) -> None:
    header, cause = WRONG[case]
    answer = post(open_desk(), message(header))
    assert answer.fault == ("Client", "BEVEILIGING_ONJUIST")
    assert cause in answer.findings[0]


def test_it_is_off_unless_somebody_turns_it_on() -> None:
    assert post(desk(required=False), message(token())).fault == ("Client", "NIET_GEAUTHENTICEERD")


def test_a_token_beside_a_signature_is_refused() -> None:
    signed = loan()
    other = etree.fromstring(message(token())).find(".//wsse:UsernameToken", NS)
    signed.find(".//wsse:Security", NS).append(other)
    for library in (open_desk(), desk(candidates=candidates)):
        assert "één bewijs" in post(library, signed).findings[0]


def test_a_candidate_does_not_show_its_secret() -> None:
    assert "geheim" not in repr(candidates("erp"))
