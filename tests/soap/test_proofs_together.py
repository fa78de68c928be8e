"""Connection and message, each with its own proof, on the addresses of a whole hub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.hub import Hub
from betaalhub.soap.secret_box import encrypt
from tests.builders import BUUR, ESB
from tests.soap.digikoppeling import (
    ANDER,
    HUB,
    SLEUTEL,
    VRIJ,
    WUS_BE,
    WUS_BE_S,
    betaling,
    give,
    served,
    vraag,
    zeep_client,
)
from tests.soap.papers import OIN, paper
from tests.soap.zeep_wss import verified_parts

SECRET, KEY, GEHEIM = "s" * 40, "k" * 40, "een geheim van de ESB"
SHOWN = {
    "X-Betaalhub-Proxy": SECRET,
    "X-Betaalhub-Client-Verify": "SUCCESS",
    "X-Betaalhub-Client-Cert": paper(datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)).nginx,
}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, Hub]]:
    """A hub with every way to prove oneself, that takes three messages a minute; ESB has an OIN and a UsernameToken."""
    ways = {"client_certificates": "ja", "proxy_secret": SECRET, "usernametoken": "ja", "usernametoken_key": KEY}
    with served(tmp_path, tls_proxy="ja", soap_per_minute=3, **ways) as found:
        with found[1].sessions.begin() as session:
            give(session, ESB, BewijsSoort.OIN, OIN)
            give(session, ESB, BewijsSoort.USERNAMETOKEN, ESB, encrypt(KEY, ESB, GEHEIM))
            give(session, BUUR, BewijsSoort.USERNAMETOKEN, BUUR, encrypt("another key".ljust(32), BUUR, GEHEIM))
        yield found


def named(address: str, naam: str, geheim: str = GEHEIM, **headers: str) -> Client:
    """A client that sends a UsernameToken with a digest."""
    client = zeep_client(address, **headers)
    client.wsse = UsernameToken(naam, geheim, use_digest=True, zulu_timestamp=True)
    return client


def refused(client: Client) -> str:
    with pytest.raises(Fault) as found:
        client.service.Controleer(**vraag())
    return str(found.value.detail.findtext(".//{*}Code"))


def test_the_certificate_of_the_connection_opens_2w_be(running: tuple[str, Hub]) -> None:
    client = zeep_client(running[0] + WUS_BE, **SHOWN)
    assert client.service.Controleer(**vraag()).Aansluiting == ESB
    client.transport.session.headers["X-Betaalhub-Proxy"] = "x" * 40
    assert refused(client) == "NIET_GEAUTHENTICEERD"


def test_a_username_token_of_which_the_secret_can_be_read_proves_its_aansluiting(running: tuple[str, Hub]) -> None:
    address = running[0] + VRIJ
    assert named(address, ESB).service.Controleer(**vraag()).Aansluiting == ESB
    assert refused(named(address, ESB, "fout")) == "NIET_GEAUTHENTICEERD"
    assert refused(named(address, BUUR)) == "NIET_GEAUTHENTICEERD"


def test_connection_and_message_prove_the_same(running: tuple[str, Hub]) -> None:
    address = running[0] + VRIJ
    assert named(address, ESB, **SHOWN).service.Controleer(**vraag()).Aansluiting == ESB
    assert refused(named(address, ESB, **{**SHOWN, "X-Betaalhub-Proxy": "fout"})) == "NIET_GEAUTHENTICEERD"


def test_whatever_proves_it_an_aansluiting_is_counted_once_for_all_addresses(running: tuple[str, Hub]) -> None:
    free, closed = running[0] + VRIJ, running[0] + WUS_BE
    for client in (named(free, ESB), zeep_client(free, SLEUTEL), zeep_client(closed, **SHOWN)):
        assert client.service.Controleer(**vraag()).Aansluiting == ESB
    for client in (named(free, ESB), zeep_client(closed, **SHOWN), named(free, ESB, **SHOWN)):
        assert refused(client) == "TE_VEEL_VERZOEKEN"


def test_a_certificate_that_is_not_good_does_not_invite_a_password(running: tuple[str, Hub]) -> None:
    for headers in ({}, {**SHOWN, "X-Betaalhub-Client-Verify": "FAILED:expired"}):
        client = zeep_client(running[0] + WUS_BE, **headers)
        client.settings.raw_response = True
        answer = client.service.Controleer(**vraag())
        assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (500, False)
        assert b"NIET_GEAUTHENTICEERD" in answer.content


def test_a_signature_is_refused_where_nobody_looks_at_it(running: tuple[str, Hub]) -> None:
    client = zeep_client(running[0] + WUS_BE, SLEUTEL, **SHOWN)
    client.settings.raw_response = True
    client.wsse.verify = lambda document: None
    assert b"BEVEILIGING_ONJUIST" in client.service.Controleer(**vraag()).content


def test_2w_be_s_asks_for_a_certificate_before_it_reads_a_message(running: tuple[str, Hub]) -> None:
    """The refusal is signed; it confirms no signature, because none was read."""
    without = zeep_client(running[0] + WUS_BE_S, SLEUTEL)
    without.settings.raw_response = True
    answer = without.service.Controleer(**vraag()).content
    assert b"clientcertificaat" in answer
    assert {etree.QName(one).localname for one in verified_parts(answer, HUB)} >= {"Body", "SignatureConfirmation"}


def test_behind_an_intermediary_the_signer_is_who_speaks(running: tuple[str, Hub]) -> None:
    """The certificate of the connection is that of ESB, the signature that of BUUR."""
    client = zeep_client(running[0] + WUS_BE_S, ANDER, **SHOWN)
    assert client.service.Controleer(**vraag("parkeren")).Aansluiting == BUUR


def test_a_betaling_starts_on_every_address(running: tuple[str, Hub]) -> None:
    now = datetime.now(UTC)
    clients = {VRIJ: zeep_client(running[0] + VRIJ, SLEUTEL), WUS_BE: zeep_client(running[0] + WUS_BE, **SHOWN)}
    clients[WUS_BE_S] = zeep_client(running[0] + WUS_BE_S, SLEUTEL, **SHOWN)
    for number, client in enumerate(clients.values()):
        assert client.service.StartBetaling(**betaling(f"ALLE-{number}", now)).Status == "OPEN"
