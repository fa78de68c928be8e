"""Who may call with a client certificate: only when the proxy says so, and proves that it is the proxy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, revoke_bewijs
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.application import Beveiliging, make_soap
from betaalhub.soap.certificates import read_header
from betaalhub.soap.remembered import REMEMBERED
from betaalhub.storage.tables import BewijsRow
from tests.soap.calls import controleer, send
from tests.soap.conftest import NOW
from tests.soap.papers import OIN, Paper, paper
from tests.soap.test_access import Clock, bewijs_of, does, environ, refused

SECRET = "s" * 40
USED = AccessChoices(proxy_secret=SECRET)
GOOD = paper(NOW - timedelta(days=10))
JAN = Door("Jan", NOW)


def shown(one: Paper = GOOD, **changes: str) -> dict[str, str]:
    """The headers of the proxy for this certificate."""
    told = {"proxy": SECRET, "client_verify": "SUCCESS", "client_cert": one.nginx, **changes}
    return {f"HTTP_X_BETAALHUB_{name.upper()}": value for name, value in told.items()}


def knows(hub: Hub, soort: BewijsSoort, sleutel: str, naam: str = "esb-demo", **more: Any) -> BewijsRow:
    aansluiting = bewijs_of(hub, naam).aansluiting_id
    row = does(hub, lambda s: add_bewijs(s, aansluiting, NieuwBewijs(soort, sleutel, **more), JAN))
    assert isinstance(row, BewijsRow)
    return row


@pytest.fixture
def known(hub: Hub) -> Hub:
    """A hub that knows the good certificate by its OIN."""
    knows(hub, BewijsSoort.OIN, OIN)
    return hub


def test_an_oin_or_a_fingerprint_leads_to_the_aansluiting(known: Hub) -> None:
    other = paper(NOW - timedelta(days=10), serials=())
    knows(known, BewijsSoort.CERTIFICAAT, other.fingerprint, "alleen-parkeren")
    access = TransportAccess(known.sessions, known.clock, USED)
    callers = [access(shown(one)) for one in (GOOD, GOOD, other)]
    assert [one and one.naam for one in callers] == ["esb-demo", "esb-demo", "alleen-parkeren"]


def test_this_very_certificate_goes_before_the_oin_of_its_owner(known: Hub) -> None:
    knows(known, BewijsSoort.CERTIFICAAT, GOOD.fingerprint, "alleen-parkeren")
    caller = TransportAccess(known.sessions, known.clock, USED)(shown())
    assert caller is not None
    assert caller.naam == "alleen-parkeren"


def test_nginx_and_haproxy_may_each_spell_it_their_own_way() -> None:
    assert read_header(GOOD.nginx) == read_header(GOOD.haproxy)
    assert (read_header(GOOD.nginx).oin, read_header(GOOD.nginx).fingerprint) == (OIN, GOOD.fingerprint)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (shown(proxy="x" * 40), "not_from_the_proxy"),
        (shown(proxy=""), "not_from_the_proxy"),
        (shown(proxy="é"), "not_from_the_proxy"),
        (shown(proxy=f"{SECRET}, {SECRET}"), "not_from_the_proxy"),
        ({"HTTP_X_BETAALHUB_CLIENT_VERIFY": "SUCCESS"}, "not_from_the_proxy"),
        (shown(client_verify="FAILED:self-signed certificate"), "not_verified"),
        (shown(client_verify=""), "not_verified"),
        (shown(client_verify="NONE"), "not_verified"),
        (shown(client_verify="SUCCESS", client_cert=""), "not_verified"),
        (shown(client_cert="geen certificaat"), "not_readable"),
        (shown(client_cert=f"{GOOD.nginx},{GOOD.nginx}"), "not_readable"),
        (shown(client_cert=GOOD.nginx + " " * 40_000), "not_readable"),
        (shown(paper(NOW - timedelta(days=30), days=30)), "expired"),
        (shown(paper(NOW + timedelta(seconds=1))), "expired"),
        (shown(paper(NOW, serials=("00000001003214345999",))), "unknown"),
        (shown(paper(NOW, serials=(OIN, "2"))), "unknown"),
        (shown(paper(NOW, serials=(f"{OIN}0",))), "unknown"),
    ],
)
def test_what_does_not_hold_is_refused_and_logged(known: Hub, headers: dict[str, str], why: str) -> None:
    access = TransportAccess(known.sessions, known.clock, USED)
    with capture_logs() as logs:
        refused(access, {**headers, **environ()})  # a password beside it does not make it good
    assert [line["why"] for line in logs if line["event"] == "client_certificate_refused"] == [why]
    assert SECRET not in str(logs)


def test_where_certificates_are_not_used_their_headers_are_refused(known: Hub) -> None:
    refused(TransportAccess(known.sessions, known.clock), {**shown(), **environ()})


def test_a_proxy_that_says_that_there_is_none_leaves_the_password(known: Hub) -> None:
    access = TransportAccess(known.sessions, known.clock, USED)
    assert access({**shown(client_verify="NONE", client_cert=""), **environ()})
    refused(access, shown(client_verify="NONE", client_cert=""))


def test_two_proofs_must_be_of_one_aansluiting(known: Hub) -> None:
    access = TransportAccess(known.sessions, known.clock, USED)
    assert access({**shown(), **environ()})
    refused(access, {**shown(), **environ(naam="alleen-parkeren")})
    refused(access, {**shown(), **environ(geheim="fout")})


def test_a_certificate_that_is_revoked_or_ends_is_forgotten_within_a_minute(hub: Hub) -> None:
    row, clock = knows(hub, BewijsSoort.CERTIFICAAT, GOOD.fingerprint), Clock()
    access = TransportAccess(hub.sessions, clock, USED)
    assert access(shown())
    does(hub, lambda session: revoke_bewijs(session, row.id, JAN))
    clock.now += REMEMBERED
    refused(access, shown())


def test_the_memory_ends_with_the_certificate(known: Hub) -> None:
    clock = Clock()
    access = TransportAccess(known.sessions, clock, USED)
    last = paper(NOW - timedelta(days=1) + timedelta(seconds=5), days=1)
    assert access(shown(last))
    clock.forward(seconds=5)
    refused(access, shown(last))


def test_one_certificate_leads_to_one_aansluiting_until_it_is_revoked(known: Hub) -> None:
    with pytest.raises(ConfigurationError, match="hoort al bij aansluiting esb-demo"):
        knows(known, BewijsSoort.OIN, OIN, "alleen-parkeren")
    row = bewijs_of(known)
    does(known, lambda session: revoke_bewijs(session, row.id, JAN))
    assert knows(known, BewijsSoort.OIN, OIN, "alleen-parkeren")


def test_a_message_comes_in_with_a_certificate_alone(known: Hub) -> None:
    transport = TransportAccess(known.sessions, known.clock, USED)
    soap = make_soap(known, public_url=known.soap_url, beveiliging=Beveiliging(transport=transport))
    found = send(soap, controleer(), user="", extra=shown())
    told = [found.text(f"ControleerResponse/{one}") for one in ("Aansluiting", "AansluitingGeldigTot")]
    assert told == ["esb-demo", "2027-11-13T13:30:00Z"]
    answer = send(soap, controleer(), user="", extra=shown(proxy="fout"))
    assert (answer.status, answer.fault) == (401, ("Client", "NIET_GEAUTHENTICEERD"))


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda b: b.decode("latin-1"))))
def test_whatever_stands_in_the_header_is_a_certificate_or_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError):
        read_header(value)
