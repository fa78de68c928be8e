"""Digikoppeling WUS from end to end: zeep over HTTP, whole hub, real register, an address per profile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from lxml import etree
from sqlalchemy import func, select
from zeep.exceptions import Fault, SignatureVerificationFailed

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.flows.bewijzen import revoke_bewijs
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.storage.tables import BetaalopdrachtRow, GezienRow
from tests.builders import BUUR, ESB, GEHEIM
from tests.soap.calls import controleer
from tests.soap.digikoppeling import (
    ANDER,
    HUB,
    SLEUTEL,
    VREEMD,
    VRIJ,
    WUS_BE,
    WUS_BE_S,
    betaling,
    give,
    served,
    vraag,
    zeep_client,
)
from tests.soap.zeep_wss import Ondertekend, verified_parts
from tests.wire.calls import envelope
from tests.wire.identities import identity
from tests.wire.sender import sign

XML = {"Content-Type": "text/xml; charset=utf-8"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Hub]]:
    """A hub behind an ESB that has seen the certificate of the connection."""
    with served(tmp_path_factory.mktemp("hub"), soap_tls_elsewhere="ja") as found:
        yield found


@pytest.fixture(scope="module")
def address(running: tuple[str, Hub]) -> str:
    return running[0]


@pytest.fixture(scope="module")
def hub(running: tuple[str, Hub]) -> Hub:
    return running[1]


def code_of(fault: Fault) -> str:
    return etree.tostring(fault.detail).decode().partition("Code>")[2].partition("<")[0]


def refused(call: Any) -> tuple[str, str]:
    """(Client or Server, our code) of a call that is refused."""
    with pytest.raises(Fault) as found:
        call()
    return found.value.code.partition(":")[2], code_of(found.value)


def post(address: str, body: bytes) -> requests.Response:
    return requests.post(address, body, headers=XML, timeout=30)


def sent_again(address: str, client: Any) -> requests.Response:
    """The last message of a client once more, byte for byte."""
    return post(address, etree.tostring(client.wsse.sent[-1]))


def test_a_signed_betaling_starts_and_its_answer_is_signed(address: str, hub: Hub) -> None:
    client = zeep_client(address + WUS_BE_S, SLEUTEL)
    answer = client.service.StartBetaling(**betaling("WUS-1", datetime.now(UTC)))
    assert (answer.Status, answer.Stuurgegevens.CrossRefnummer) == ("OPEN", "WUS-1")
    assert client.wsse.verified[0] >= {"Body", "Timestamp", "Action", "MessageID", "RelatesTo", "SignatureConfirmation"}
    with hub.sessions() as session:
        assert session.scalar(select(func.count()).where(BetaalopdrachtRow.eigen_kenmerk == "K-WUS-1")) == 1


def test_a_message_signed_again_gets_the_same_answer(address: str) -> None:
    client, message = zeep_client(address + WUS_BE_S, SLEUTEL), betaling("WUS-2", datetime.now(UTC))
    first, second = (client.service.StartBetaling(**message) for _ in range(2))
    assert first.Betaalkenmerk == second.Betaalkenmerk


def test_a_copy_of_a_signed_message_is_refused_with_a_signed_fault(address: str) -> None:
    client = zeep_client(address + WUS_BE_S, SLEUTEL)
    client.service.Controleer(**vraag())
    again = sent_again(address + WUS_BE_S, client)
    assert (again.status_code, b"BERICHT_HERHAALD" in again.content) == (500, True)
    client.wsse.verify(etree.fromstring(again.content))


def test_a_copy_is_refused_at_another_address_and_by_another_process_too(address: str, hub: Hub) -> None:
    client = zeep_client(address + WUS_BE_S, SLEUTEL)
    client.service.Controleer(**vraag())
    assert b"BERICHT_HERHAALD" in sent_again(address + VRIJ, client).content
    with hub.sessions() as session:
        assert session.scalar(select(func.count()).select_from(GezienRow)) > 0


def test_a_rule_that_says_no_says_so_in_a_signed_fault(address: str) -> None:
    client = zeep_client(address + WUS_BE_S, SLEUTEL)
    wrong = {**betaling("WUS-3", datetime.now(UTC)), "TotaalInCenten": 1}
    assert refused(lambda: client.service.StartBetaling(**wrong))[0] == "Client"
    assert "Body" in client.wsse.verified[0]


@pytest.mark.parametrize("body", [b"<html/>", b"", b'<!DOCTYPE x [<!ENTITY e "2">]><x/>'])
def test_who_can_not_be_recognised_gets_a_signed_fault(address: str, body: bytes) -> None:
    answer = post(address + WUS_BE_S, body)
    names = {etree.QName(one).localname for one in verified_parts(answer.content, HUB)}
    assert names >= {"Body", "Timestamp", "Action", "MessageID", "RelatesTo"}


def test_without_a_signature_nobody_comes_in(address: str) -> None:
    client = zeep_client(address + WUS_BE_S)
    client.transport.session.auth = (ESB, GEHEIM)
    assert refused(lambda: client.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTHENTICEERD")


def test_a_stranger_is_told_so_signed(address: str) -> None:
    client = zeep_client(address + WUS_BE_S, VREEMD)
    assert refused(lambda: client.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTHENTICEERD")


def test_without_addressing_a_signed_message_is_refused(address: str) -> None:
    message = sign(envelope(controleer()), SLEUTEL, now=datetime.now(UTC))
    answer = post(address + WUS_BE_S, etree.tostring(message))
    assert b"WSA_TO_ONJUIST" in answer.content and b"WSA_MESSAGEID_ONJUIST" in answer.content


def test_who_signs_is_who_speaks(address: str) -> None:
    mine = zeep_client(address + WUS_BE_S, SLEUTEL).service.Controleer(**vraag())
    assert mine.Aansluiting == ESB
    other = zeep_client(address + WUS_BE_S, ANDER)
    assert refused(lambda: other.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTORISEERD")
    assert other.service.Controleer(**vraag("parkeren")).Aansluiting == BUUR


def test_a_certificate_that_is_withdrawn_signs_no_more(address: str, hub: Hub) -> None:
    who = identity("tijdelijk")
    with hub.sessions.begin() as session:
        bewijs = give(session, ESB, BewijsSoort.HANDTEKENING, who.fingerprint)
    client = zeep_client(address + WUS_BE_S, who)
    assert client.service.Controleer(**vraag()).Aansluiting == ESB
    with hub.sessions.begin() as session:
        revoke_bewijs(session, bewijs, Door("beheerder", datetime.now(UTC)))
    assert refused(lambda: client.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTHENTICEERD")


def test_on_the_free_address_a_signature_is_one_of_the_proofs(address: str) -> None:
    signed = zeep_client(address + VRIJ, SLEUTEL)
    assert signed.service.Controleer(**vraag()).Aansluiting == ESB
    assert "Body" in signed.wsse.verified[0]
    plain = zeep_client(address + VRIJ)
    plain.transport.session.auth = (ESB, GEHEIM)
    assert plain.service.StartBetaling(**betaling("WUS-4", datetime.now(UTC))).Status == "OPEN"


def test_two_proofs_of_two_callers_are_refused_on_the_free_address(address: str) -> None:
    client = zeep_client(address + VRIJ, SLEUTEL)
    client.transport.session.auth = (BUUR, GEHEIM)
    assert refused(lambda: client.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTHENTICEERD")


def test_a_password_does_not_open_2w_be(address: str) -> None:
    client = zeep_client(address + WUS_BE)
    client.transport.session.auth = (ESB, GEHEIM)
    assert refused(lambda: client.service.Controleer(**vraag())) == ("Client", "NIET_GEAUTHENTICEERD")


@pytest.mark.parametrize("path", [VRIJ, WUS_BE, WUS_BE_S])
def test_every_address_tells_its_own_wsdl(address: str, path: str) -> None:
    wsdl = etree.fromstring(requests.get(f"{address}{path}?wsdl", timeout=30).content)
    (told,) = {one.get("location") for one in wsdl.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")}
    (schema,) = {one.get("schemaLocation").partition("?")[0] for one in wsdl.iter("{*}import")}
    assert (told, schema) == (address + path, address + path)


def test_a_client_does_not_believe_an_answer_that_another_signed(address: str) -> None:
    client = zeep_client(address + WUS_BE_S, SLEUTEL)
    client.wsse = Ondertekend(SLEUTEL, VREEMD)
    with pytest.raises(SignatureVerificationFailed):
        client.service.Controleer(**vraag())
