"""Connection and message, each with its own proof, on the addresses of a whole hub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.hub import Hub
from betaalhub.soap.secret_box import encrypt
from tests.builders import BUUR, ESB
from tests.soap.digikoppeling import SLEUTEL, VRIJ, WUS_BE, give, served, vraag, zeep_client
from tests.soap.papers import OIN, paper

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
