"""What is known of a call that failed: surely not done, refused, or unknown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.soap_client import SoapClient
from tests.koppelingen import lastig, voorbeelden

HEAD = {"Zender": "BETAALHUB", "Referentienummer": "R-1", "TijdstipBericht": voorbeelden.NU}
HTML = b"<html><head><title>Bad</title></head><body>BSN 123456782</body></html>"


def envelope(content: str) -> bytes:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{soap}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


def fault(code: str, detail: str = "") -> bytes:
    return envelope(f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>x</faultstring>{detail}</s:Fault>")


TYPED = '<detail><BetaalhubFout xmlns="urn:betaalhub:berichten:v1"><Code>BATCH_ANDERS</Code></BetaalhubFout></detail>'


def failure_of(url: str, *, typed_faults: bool = False, timeout: float = 5.0) -> NeighbourError:
    endpoint = Endpoint(url, "erp", "gebruiker", "wachtwoord", connect_timeout=0.3)
    client = SoapClient(wsdl_path("grootboek-v1.wsdl"), endpoint, typed_faults=typed_faults)
    with pytest.raises(NeighbourError) as caught:
        client.call("VraagBoekingsbatch", timeout=timeout, Stuurgegevens=HEAD, Batchnummer="B-1")
    return caught.value


@pytest.mark.parametrize("place", [lastig.nobody, lastig.never_accepts])
def test_without_a_connection_nothing_was_done(place: Callable[[], AbstractContextManager[str]]) -> None:
    with place() as url:
        error = failure_of(url)
    assert (error.outcome, error.code) == (Outcome.NOT_DONE, "CONNECT_FAILED")


def test_a_name_that_does_not_exist_is_no_connection() -> None:
    assert failure_of("http://nergens.invalid/soap").outcome is Outcome.NOT_DONE


def test_without_tls_nothing_was_done() -> None:
    with lastig.neighbour(lastig.not_http) as url:
        error = failure_of(url.replace("http:", "https:"))
    assert (error.outcome, error.code) == (Outcome.NOT_DONE, "TLS_FAILED")


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (lastig.hang_up, "CONNECTION_LOST"),
        (lastig.hang_up_at_once, "CONNECTION_LOST"),
        (lastig.cut_off, "ANSWER_NOT_XML"),
        (lastig.not_http, "CONNECTION_LOST"),
        (lastig.flood, "ANSWER_TOO_LARGE"),
        (lastig.answer(HTML, status="502 Bad Gateway", media_type="text/html"), "HTTP_502"),
        (lastig.answer(b"", status="503 Service Unavailable"), "HTTP_503"),
        (lastig.answer(HTML, status="302 Found"), "HTTP_302"),
        (lastig.answer(b""), "ANSWER_EMPTY"),
        (lastig.answer(HTML, media_type="text/html"), "ANSWER_NOT_UNDERSTOOD"),
        (lastig.answer(b"\x00\xff garbage"), "ANSWER_NOT_XML"),
        (lastig.answer(b"<!DOCTYPE x>" + fault("Server")), "ANSWER_NOT_XML"),
        (lastig.answer(envelope("")), "ANSWER_NOT_UNDERSTOOD"),
        (lastig.answer(envelope("<Iets/>")), "ANSWER_NOT_UNDERSTOOD"),
        (lastig.answer(fault("Server"), status="500 Error"), "SOAP_FAULT"),
        (lastig.answer(fault("Client")), "SOAP_FAULT"),
        (lastig.answer(fault("Client", TYPED)), "SOAP_FAULT"),
    ],
)
def test_after_the_request_left_the_outcome_is_unknown(behaviour: lastig.Behaviour, code: str) -> None:
    with lastig.neighbour(behaviour) as url:
        error = failure_of(url)
    assert (error.outcome, error.code) == (Outcome.UNKNOWN, code)


@pytest.mark.parametrize("behaviour", [lastig.hang, lastig.drip, lastig.drip_headers])
def test_a_call_ends_at_its_own_deadline_however_slowly_the_peer_drips(behaviour: lastig.Behaviour) -> None:
    with lastig.neighbour(behaviour) as url:
        error = failure_of(url, timeout=0.3)
    assert (error.outcome, error.code) == (Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_who_does_not_let_us_in_refuses(status: str) -> None:
    with lastig.neighbour(lastig.answer(HTML, status=status)) as url:
        error = failure_of(url)
    assert (error.outcome, error.code) == (Outcome.REFUSED, "MISCONFIGURED")


def test_a_peer_that_is_too_busy_did_nothing() -> None:
    with lastig.neighbour(lastig.answer(b"", status="429 Too Many Requests")) as url:
        assert failure_of(url).outcome is Outcome.NOT_DONE


def test_a_typed_client_fault_of_our_own_contract_is_a_refusal() -> None:
    with lastig.neighbour(lastig.answer(fault("Client", TYPED), status="500 Error")) as url:
        error = failure_of(url, typed_faults=True)
    assert (error.outcome, error.code) == (Outcome.REFUSED, "BATCH_ANDERS")


@pytest.mark.parametrize("content", [fault("Client"), fault("Server", TYPED)])
def test_any_other_fault_of_our_own_contract_proves_nothing(content: bytes) -> None:
    with lastig.neighbour(lastig.answer(content, status="500 Error")) as url:
        assert failure_of(url, typed_faults=True).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("values", [{"Batchnummer": "te lang " * 20}, {"Batchnummer": None}, {"Onbekend": "x"}])
def test_a_message_of_ours_that_does_not_fit_is_never_sent(values: dict[str, str | None]) -> None:
    with lastig.nobody() as url:
        client = SoapClient(wsdl_path("grootboek-v1.wsdl"), Endpoint(url, "erp"))
        with pytest.raises(NeighbourError, match="REFUSED .EIGEN_BERICHT_ONJUIST"):
            client.call("VraagBoekingsbatch", Stuurgegevens=HEAD, **values)


def test_an_error_holds_no_secret_and_no_message() -> None:
    with lastig.neighbour(lastig.answer(HTML)) as url:
        error = failure_of(url)
    assert str(error) == "erp: UNKNOWN (ANSWER_NOT_UNDERSTOOD)"
    assert error.__cause__ is None and error.__suppress_context__
    assert "wachtwoord" not in repr(Endpoint(url, "erp", "gebruiker", "wachtwoord"))


@pytest.mark.parametrize("url", ["ftp://x/", "geen adres", "http://", "http://gebruiker:geheim@x/", "http://x:99999/"])
def test_an_address_that_cannot_work_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Endpoint(url, "erp")
    assert "geheim" not in str(caught.value)


def test_a_contract_file_never_sends_us_to_the_network(tmp_path: Path) -> None:
    text = wsdl_path("grootboek-v1.wsdl").read_text()
    path = tmp_path / "grootboek-v1.wsdl"
    path.write_text(text.replace("../xsd/grootboek-v1.xsd", "http://127.0.0.1:9/grootboek-v1.xsd"))
    with pytest.raises(ConfigurationError):
        SoapClient(path, Endpoint("http://127.0.0.1:9/", "erp")).message("VraagBoekingsbatch")
