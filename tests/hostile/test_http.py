"""Attacks by HTTP, as raw bytes through gunicorn with the shipped configuration."""

from __future__ import annotations

import gzip

import pytest

from tests.hostile.corpus_xml import BOMBS
from tests.hostile.door import BASIC, Wire, read_answer, unchanged
from tests.hostile.messages import XML, XML_12, controleer, envelope, envelope_12, start
from tests.hostile.verdict import MARKER, judge

PATH = "/soap/v1"
GOOD = envelope(start())
ASK = envelope(controleer())
MIB = 1024 * 1024

# The header lines of a good message that must be refused all the same, and the code.
HEADERS: dict[str, tuple[list[str], str]] = {
    "no content type": (["Content-Type:"], "MEDIATYPE_ONBEKEND"),
    "JSON": (["Content-Type: application/json"], "MEDIATYPE_ONBEKEND"),
    "a form": (["Content-Type: application/x-www-form-urlencoded"], "MEDIATYPE_ONBEKEND"),
    "application/xml": (["Content-Type: application/xml"], "MEDIATYPE_ONBEKEND"),
    "MTOM": (
        [f'Content-Type: multipart/related; type="application/xop+xml"; boundary={MARKER}; start-info="text/xml"'],
        "MEDIATYPE_ONBEKEND",
    ),
    "SOAP with attachments": (["Content-Type: multipart/related; type=text/xml; boundary=x"], "MEDIATYPE_ONBEKEND"),
    "a file": (["Content-Type: multipart/form-data; boundary=x"], "MEDIATYPE_ONBEKEND"),
    "a wrong content type": ([f"Content-Type: {MARKER}"], "MEDIATYPE_ONBEKEND"),
    "a charset of UTF-7": (["Content-Type: text/xml; charset=utf-7"], "ONGELDIG_BERICHT"),
    "the media type of 1.2": ([f"Content-Type: {XML_12}"], "VERSIE_ONBEKEND"),
    "compressed, it says": (["Content-Encoding: gzip"], "MEDIATYPE_ONBEKEND"),
    "compressed twice": (["Content-Encoding: gzip, br"], "MEDIATYPE_ONBEKEND"),
    "another action": (["SOAPAction: urn:anders"], "SOAPACTION_ONJUIST"),
    "another operation": (['SOAPAction: "urn:betaalhub:dienst:v1:Controleer"'], "SOAPACTION_ONJUIST"),
    "two actions": (["SOAPAction: urn:betaalhub:dienst:v1:StartBetaling", "SOAPAction: urn:x"], "SOAPACTION_ONJUIST"),
    "an action with the marker": ([f"SOAPAction: {MARKER}"], "SOAPACTION_ONJUIST"),
    "an action of 6000 characters": (["SOAPAction: " + "x" * 6000], "SOAPACTION_ONJUIST"),
    "nobody": (["Authorization:"], "NIET_GEAUTHENTICEERD"),
    "a wrong secret": (["Authorization: Basic ZXNiLWRlbW86Zm91dA=="], "NIET_GEAUTHENTICEERD"),
    "a bearer": ([f"Authorization: Bearer {MARKER}"], "NIET_GEAUTHENTICEERD"),
    "no base64": (["Authorization: Basic %%%"], "NIET_GEAUTHENTICEERD"),
    "a name with NUL": (["Authorization: Basic ZXNiAC1kZW1vOng="], "NIET_GEAUTHENTICEERD"),
    "credentials twice": ([f"Authorization: {BASIC}", "Authorization: Basic eDp4"], "NIET_GEAUTHENTICEERD"),
}  # fmt: skip

# An action that is the operation's own, in every spelling that clients use.
ACTIONS = (
    "SOAPAction: urn:betaalhub:dienst:v1:Controleer", 'SOAPAction: "urn:betaalhub:dienst:v1:Controleer"', 'SOAPAction: ""', "SOAPAction:",
    'soapaction:   "urn:betaalhub:dienst:v1:Controleer"  ',
)  # fmt: skip
PLACES = (
    "/soap/v1/x",
    "/soap/v1/wsdl",
    "/soap/v1/%2e%2e/v1/x",
    "/soap/v1//x",
    "/soap/v1/StartBetaling",
)
METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "M-POST")


def chunked(*pieces: bytes) -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("attack", HEADERS)
def test_a_message_with_wrong_headers_is_refused(wire: Wire, attack: str) -> None:
    lines, code = HEADERS[attack]
    assert wire.refused(wire.request(GOOD, *lines)).code == code


@pytest.mark.parametrize("line", ACTIONS)
def test_every_spelling_of_the_action_is_understood(wire: Wire, line: str) -> None:
    assert judge(wire.post(ASK, line)).code == "OK"


def test_the_action_of_soap_1_2_stands_in_the_content_type(wire: Wire) -> None:
    right, wrong = (f'Content-Type: {XML_12}; action="urn:betaalhub:dienst:v1:{name}"' for name in ("Controleer", "X"))
    assert judge(wire.post(envelope_12(controleer()), right)).code == "OK"
    assert wire.refused(wire.request(envelope_12(start()), wrong)).code == "SOAPACTION_ONJUIST"


@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_told_which_one_to_use(wire: Wire, method: str) -> None:
    heard = wire.refused(wire.request(GOOD, method=method))
    assert (heard.status, heard.code, heard.headers["allow"]) == (405, "METHODE_NIET_TOEGESTAAN", "POST, GET, HEAD")


@pytest.mark.parametrize("place", PLACES)
def test_a_message_to_a_place_that_is_not_there_is_refused(wire: Wire, place: str) -> None:
    assert wire.refused(wire.request(GOOD, path=place)).code == "ADRES_ONBEKEND"


@pytest.mark.parametrize(
    "place", ["/soap/v1/", "/soap/v1?x=1", "/soap/v1/?wsdl", "/soap/v1?" + "x" * 2000, "/%73oap/v1"]
)
def test_a_message_to_another_spelling_of_the_place_arrives(wire: Wire, place: str) -> None:
    assert judge(wire.post(ASK, path=place)).code == "OK"


@pytest.mark.parametrize(
    "query", ["", "?", "?x", "?wsdl&x", "?wsdl=1", "?xsd=", "?xsd=../../etc/passwd", "?xsd=%2e%2e/x", f"?{MARKER}"]
)
@pytest.mark.parametrize("place", ["/soap/v1", "/soap/v1/x"])
def test_a_document_that_is_not_there_is_plain_text(wire: Wire, place: str, query: str) -> None:
    heard = wire.raw(wire.request("", path=place + query, method="GET"))
    assert (heard.status, heard.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert MARKER.encode() not in heard.body


def test_a_document_below_another_place_is_not_there(wire: Wire) -> None:
    assert wire.raw(wire.request("", path="/soap/v1/x?wsdl", method="GET")).status == 404


def test_a_document_is_not_sent_twice(wire: Wire) -> None:
    first = wire.raw(wire.request("", path=f"{PATH}?wsdl", method="GET"))
    again = wire.raw(wire.request("", f"If-None-Match: {first.headers['etag']}", path=f"{PATH}?wsdl", method="GET"))
    other = wire.raw(wire.request("", 'If-None-Match: "x"', path=f"{PATH}?wsdl", method="GET"))
    assert (first.status, again.status, again.body, other.body == first.body) == (200, 304, b"", True)


@pytest.mark.parametrize("query", ["wsdl", "singleWsdl", "xsd=betaalhub-typen-v1.xsd"])
def test_documents_never_hold_what_the_caller_said(wire: Wire, query: str) -> None:
    lines = [f"{name}: evil.example" for name in ("Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded")]
    heard = wire.raw(wire.request("", *lines, "X-Forwarded-Proto: gopher", path=f"{PATH}?{query}", method="GET"))
    assert heard.status == 200
    assert b"evil.example" not in heard.body and b"gopher" not in heard.body


def test_head_has_no_body(wire: Wire) -> None:
    with wire.connect() as sock:
        sock.sendall(wire.request("", path=f"{PATH}?wsdl", method="HEAD"))
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert (b"200 OK" in head, b"Content-Length: " in head, rest) == (True, True, b"")


def test_a_get_with_a_body_is_a_get(wire: Wire) -> None:
    assert wire.raw(wire.request(GOOD, path=f"{PATH}?wsdl", method="GET")).status == 200


def test_a_compressed_message_is_refused_before_it_is_opened(wire: Wire) -> None:
    bomb = gzip.compress(b"x" * 50 * MIB)
    assert wire.refused(wire.request(bomb, "Content-Encoding: gzip")).code == "MEDIATYPE_ONBEKEND"


@pytest.mark.parametrize("size", [MIB + 1, 3 * MIB])
def test_a_message_that_is_too_large_gets_to_read_why(wire: Wire, size: int) -> None:
    body = GOOD.encode() + b" " * (size - len(GOOD.encode()))
    assert "BERICHT_TE_GROOT" in wire.refused(wire.request(body)).codes
    lines = ["Transfer-Encoding: chunked"]
    sent = wire.request(chunked(body[:MIB], body[MIB:]), *lines, length=False)
    assert "BERICHT_TE_GROOT" in wire.refused(sent).codes


def test_a_message_of_exactly_the_size_is_read(wire: Wire) -> None:
    assert judge(wire.post(ASK.encode() + b" " * (MIB - len(ASK.encode())))).code == "OK"


def test_an_announced_terabyte_is_answered_at_once(wire: Wire) -> None:
    with wire.connect() as sock, unchanged(wire.served.digest):
        sock.sendall(wire.request("", "Content-Length: 1099511627776") + b"x" * (MIB + 1))
        sock.shutdown(1)
        assert "BERICHT_TE_GROOT" in judge(read_answer(sock)).codes


@pytest.mark.parametrize("pieces", [[b"<"], [GOOD.encode()[:99]], []])
def test_a_chunked_message_may_come_in_pieces_but_whole(wire: Wire, pieces: list[bytes]) -> None:
    sent = wire.request(chunked(*pieces), "Transfer-Encoding: chunked", length=False)
    assert "NIET_WELGEVORMD" in wire.refused(sent).codes


def test_a_chunked_message_of_single_bytes_is_read(wire: Wire) -> None:
    pieces = [bytes([one]) for one in ASK.encode()]
    assert judge(wire.post(chunked(*pieces), "Transfer-Encoding: chunked", length=False)).code == "OK"


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nx\r\n",
        b"5\r\nabc",
        b"5\r\nabcdefgh\r\n",
        b"-1\r\n\r\n",
        b"ffffffffffffffffffff\r\nx",
        b"5;" + b"x" * 9000,
        b"",
    ],
)
def test_broken_chunks_are_an_incomplete_message(wire: Wire, body: bytes) -> None:
    with wire.connect() as sock, unchanged(wire.served.digest):
        sock.sendall(wire.request(body, "Transfer-Encoding: chunked", length=False))
        sock.shutdown(1)
        assert "BERICHT_ONVOLLEDIG" in judge(read_answer(sock)).codes


def test_a_trailer_that_is_too_long_is_an_incomplete_message(wire: Wire) -> None:
    body = chunked(ASK.encode())[:-2] + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n"
    heard = wire.post(body, "Transfer-Encoding: chunked", length=False)
    assert judge(heard).code in ("OK", "ONGELDIG_BERICHT")


def test_a_message_shorter_than_it_says_is_incomplete(wire: Wire) -> None:
    with wire.connect() as sock, unchanged(wire.served.digest):
        sock.sendall(wire.request(GOOD, f"Content-Length: {len(GOOD) + 9}"))
        sock.shutdown(1)
        assert "BERICHT_ONVOLLEDIG" in judge(read_answer(sock)).codes


def test_a_message_longer_than_it_says_is_cut_off(wire: Wire) -> None:
    assert "NIET_WELGEVORMD" in wire.refused(wire.request(GOOD, f"Content-Length: {len(GOOD) - 9}")).codes


def test_who_asks_first_may_send(wire: Wire) -> None:
    with wire.connect() as sock:
        whole = wire.request(ASK, "Expect: 100-continue")
        head, _, body = whole.partition(b"\r\n\r\n")
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(4096).startswith(b"HTTP/1.1 100 Continue")
        sock.sendall(body)
        assert judge(read_answer(sock)).code == "OK"


def test_two_messages_on_one_connection_are_two(wire: Wire) -> None:
    whole = wire.request(ASK, "Connection: keep-alive")
    with wire.connect() as sock:
        for _ in range(2):
            sock.sendall(whole)
            assert judge(read_answer(sock)).code == "OK"


def test_a_refused_message_does_not_run_into_the_next(wire: Wire) -> None:
    bad = wire.request(GOOD, "Connection: keep-alive", "Content-Type: application/json")
    with wire.connect() as sock:
        sock.sendall(bad + wire.request(ASK))
        assert judge(read_answer(sock)).code == "MEDIATYPE_ONBEKEND"


def test_bombs_do_not_make_a_worker_grow(wire: Wire) -> None:
    (worker,) = wire.served.workers()
    judge(wire.post(ASK))
    before = _kilobytes(worker, "VmRSS")
    for body, code in BOMBS.values():
        assert code in wire.refused(wire.request(body, f"Content-Type: {XML}")).codes
    assert _kilobytes(worker, "VmHWM") - before < 192 * 1024


def _kilobytes(pid: int, name: str) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))
