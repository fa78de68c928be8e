"""What gunicorn itself refuses is exactly what docs/deur.md lists; and no sender, however slow, holds up the others."""

from __future__ import annotations

import time

import pytest

from betaalhub.web.security import ALWAYS
from tests.hostile.door import Wire, read_answer, unchanged
from tests.hostile.messages import controleer, envelope, start
from tests.hostile.refusals import REFUSED, documented
from tests.hostile.verdict import judge

ASK = envelope(controleer())
SECRET = "S3cr3t-" + "x" * 36
TELLING = (
    f"/nl/winkelmandje/{SECRET}",
    f"/nl/winkelmandje/{SECRET}/ga?rit={SECRET}",
    f"/en/betaling/{SECRET}/bewijs",
    f"/nl/winkelmandj%65/{SECRET}/status",
    f"/nl//winkelmandje//{SECRET}",
    f"/psp/psp/melding?reference={SECRET}",
    f"https://x/nl/winkelmandje/{SECRET}",
    f"/nl/hulp?meebetaaltoken={SECRET}",
    f"/NL/Winkelmandje/{SECRET}",
    f"/nl/winkelmandje%2F{SECRET}",
    f"/nl/winkelmandje%252F{SECRET}",
)


@pytest.mark.parametrize("name", REFUSED)
def test_gunicorn_refuses_what_the_document_lists(wire: Wire, name: str) -> None:
    with unchanged(wire.served.digest):
        heard = wire.raw(REFUSED[name])
    listed = documented()[name]
    assert (str(heard.status), heard.headers["content-type"], heard.headers["connection"]) == (
        listed[0],
        "text/html",
        "close",
    )
    assert f"<title>{listed[1]}</title>".encode() in heard.body
    assert not [name for name, value in ALWAYS if heard.headers.get(name.lower()) != value]
    assert heard.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", TELLING)
def test_nothing_that_opens_a_page_stands_in_the_log(wire: Wire, address: str) -> None:
    before = wire.served.log.stat().st_size
    for method in ("GET", "POST"):
        wire.raw(
            f"{method} {address} HTTP/1.1\r\nHost: x\r\nReferer: https://x{address}\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n".encode()
        )
    until = time.monotonic() + 10  # the line is written after the answer
    while (written := wire.served.log.read_bytes()[before:].decode()).count("http_request") < 2:
        assert time.monotonic() < until, written
        time.sleep(0.05)
    assert SECRET not in written


def test_the_document_lists_no_more_than_is_true() -> None:
    assert set(documented()) == set(REFUSED)


def test_half_a_message_is_answered_and_holds_up_nobody(wire: Wire) -> None:
    whole = wire.request(envelope(start()))
    slow = [wire.connect() for _ in range(8)]  # twice as many as there are threads
    with unchanged(wire.served.digest):
        for sock in slow:
            sock.sendall(whole[:-20])
        assert judge(wire.post(ASK)).code == "OK"
        heard = [judge(read_answer(sock)) for sock in slow]
    assert [one.codes for one in heard] == [{"ONGELDIG_BERICHT", "BERICHT_ONVOLLEDIG"}] * 8
    for sock in slow:
        sock.close()


def test_half_a_header_is_cut_off_and_holds_up_nobody(wire: Wire) -> None:
    slow = [wire.connect() for _ in range(8)]
    for sock in slow:
        sock.sendall(b"POST /soap/v1 HTTP/1.1\r\nHost: hub")
    assert judge(wire.post(ASK)).code == "OK"
    assert [read_answer(sock).status for sock in slow] == [0] * 8
    for sock in slow:
        sock.close()


def test_a_sender_of_single_bytes_gets_its_answer_while_others_get_theirs(wire: Wire) -> None:
    whole = wire.request(ASK)
    with wire.connect() as sock:
        sock.sendall(whole[:-6])
        for at in range(6, 0, -1):
            time.sleep(0.2)
            sock.sendall(whole[len(whole) - at :][:1])
            assert judge(wire.post(ASK)).code == "OK"
        assert judge(read_answer(sock)).code == "OK"


def test_connections_that_say_nothing_hold_up_nobody(wire: Wire) -> None:
    silent = [wire.connect() for _ in range(40)]
    assert judge(wire.post(ASK)).code == "OK"
    for sock in silent:
        sock.close()


def test_a_sender_that_leaves_at_once_is_forgotten(wire: Wire) -> None:
    for cut in (10, 60, -30):
        with wire.connect() as sock:
            sock.sendall(wire.request(envelope(start()))[:cut])
    assert judge(wire.post(ASK)).code == "OK"
