"""The nginx example before a real hub: whatever nginx itself refuses reaches a SOAP sender as a fault of ours, never as HTML."""

from __future__ import annotations

import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from betaalhub.web.security import ALWAYS
from tests.hostile.door import Served, Wire, read_answer
from tests.hostile.messages import XML_12, controleer, envelope, envelope_12, start
from tests.hostile.refusals import REFUSED, documented
from tests.hostile.verdict import Heard, judge
from tests.ports import free_port
from tests.proxy import NGINX, skip_without_nginx, write_config
from tests.structure.house import TOP

ASK = envelope(controleer())
SECRET = "S3cr3t-" + "x" * 36
TERMS = {r"proxy_read_timeout 65s": "proxy_read_timeout 2s", r"_timeout\s+10s": "_timeout 2s"}


@dataclass(frozen=True)
class Proxy(Wire):
    """The door behind nginx, over TLS."""

    port: int = 0
    folder: Path = Path()

    def connect(self) -> socket.socket:
        """A fresh connection; the certificate is our own."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.suppress_ragged_eofs = True
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=30))


def run(folder: Path, served: Served, *upstreams: int) -> Iterator[Proxy]:
    """The example before these nodes, until it is no longer needed."""
    skip_without_nginx()
    port = free_port()
    process = subprocess.Popen([str(NGINX), "-c", str(write_config(folder, port, upstreams, TERMS)), "-p", str(folder)])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            break
        except OSError:
            time.sleep(0.05)
    yield Proxy(served, port, folder)
    process.send_signal(signal.SIGTERM)
    process.wait(20)


@pytest.fixture(scope="module")
def proxy(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    yield from run(tmp_path_factory.mktemp("nginx"), served, served.port)


@pytest.fixture
def lonely(served: Served, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy whose hub is not there."""
    yield from run(tmp_path, served, free_port())


def facts(heard: Heard) -> tuple[int, str, str]:
    """Status, code, and who must act by the SOAP fault code."""
    judge(heard)
    found = re.search(rb"soap:(Client|Server|Sender|Receiver)<", heard.body)
    return heard.status, heard.code, found[1].decode() if found else ""


@pytest.mark.parametrize(("ask", "line"), [(ASK, "X: y"), (envelope_12(controleer()), f"Content-Type: {XML_12}")])
def test_a_message_comes_through(proxy: Proxy, ask: str, line: str) -> None:
    assert facts(proxy.post(ask, line)) == (200, "OK", "")
    assert judge(proxy.post(ask, line, path="/soap/v1/")).code == "OK"


def test_a_refusal_of_the_hub_comes_through_as_it_is(proxy: Proxy) -> None:
    assert facts(proxy.post(envelope(start(Aantal="x")))) == (500, "ONGELDIG_BERICHT", "Client")
    assert proxy.post(ASK, "Authorization: x").status == 401
    assert proxy.post(ASK, "Content-Encoding: gzip").status == 415
    assert proxy.post(ASK, "SOAPAction: urn:x").code == "SOAPACTION_ONJUIST"
    assert facts(proxy.post(envelope_12(start(Aantal="x")), f"Content-Type: {XML_12}"))[0] == 400


@pytest.mark.parametrize("size", [1_100_000, 3_000_000])
def test_a_body_that_is_too_large_is_a_fault_of_the_sender(proxy: Proxy, size: int) -> None:
    big = ASK + " " * size
    assert facts(proxy.post(big)) == (500, "ONGELDIG_BERICHT", "Client")
    assert facts(proxy.post(big, f"Content-Type: {XML_12}")) == (400, "ONGELDIG_BERICHT", "Sender")


@pytest.mark.parametrize("name", [name for name, listed in documented().items() if listed[2][0].isdigit()])
def test_what_gunicorn_would_refuse_in_html_is_a_fault(proxy: Proxy, name: str) -> None:
    status, code, _ = facts(proxy.raw(REFUSED[name]))
    assert f"{status} {code}" == documented()[name][2]


@pytest.mark.parametrize("place", ["/soap/v1/x", "/soap/", "/soap/v2", "/soap/v1/wsdl", "/soap/v1/%2e/x"])
def test_a_message_to_another_place_is_a_fault(proxy: Proxy, place: str) -> None:
    assert facts(proxy.post(ASK, path=place)) == (500, "ADRES_ONBEKEND", "Client")


@pytest.mark.parametrize("place", ["/soap/v1?wsdl", "/soap/v1/wsdl", "/soap/v1?singleWsdl"])
def test_the_contract_comes_through(proxy: Proxy, place: str) -> None:
    heard = proxy.raw(proxy.request("", path=place, method="GET"))
    assert (heard.status, heard.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    again = proxy.raw(proxy.request("", f"If-None-Match: {heard.headers['etag']}", path=place, method="GET"))
    assert again.status == 304


def test_a_sender_that_stalls_is_told_or_cut_off(proxy: Proxy) -> None:
    with proxy.connect() as sock:
        sock.sendall(proxy.request(ASK)[:-20])
        heard = read_answer(sock)
    assert heard.status == 0 or facts(heard) == (500, "ONGELDIG_BERICHT", "Client")


def test_a_hub_that_is_down_is_a_fault_of_the_server(lonely: Proxy) -> None:
    assert facts(lonely.post(ASK)) == (500, "PROCES_NIET_BESCHIKBAAR", "Server")
    heard = lonely.post(ASK, f"Content-Type: {XML_12}")
    assert facts(heard) == (500, "PROCES_NIET_BESCHIKBAAR", "Receiver")
    assert heard.headers["retry-after"] == "30"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_person_reads_that_it_does_not_work_now_and_not_to_pay_again(lonely: Proxy, method: str) -> None:
    heard = lonely.raw(lonely.request("", path=f"/nl/winkelmandje/{'a' * 43}/betalen", method=method))
    assert (heard.status, heard.headers["retry-after"]) == (503, "60")
    assert heard.body.decode() == (TOP / "deploy/nginx/even-niet/pagina.html").read_text("utf-8")
    assert "style-src 'self'" in heard.headers["content-security-policy"]
    style = lonely.raw(lonely.request("", path="/even-niet/stijl.css", method="GET"))
    assert (style.status, style.headers["content-type"].split(";")[0]) == (200, "text/css")


OURS = {name.lower(): value for name, value in ALWAYS}
SAME = ("x-content-type-options", "x-frame-options", "referrer-policy", "x-robots-tag")


@pytest.mark.parametrize("what", ["hub", "page", "style", "fault", "broken"])
def test_what_nginx_answers_by_itself_carries_the_headers_too_and_the_hubs_stay_as_they_are(
    proxy: Proxy, lonely: Proxy, what: str
) -> None:
    heard = {
        "hub": lambda: proxy.raw(proxy.request("", path="/nl/hulp", method="GET")),
        "page": lambda: lonely.raw(lonely.request("", path="/nl/hulp", method="GET")),
        "style": lambda: lonely.raw(lonely.request("", path="/even-niet/stijl.css", method="GET")),
        "fault": lambda: lonely.post(ASK),
        "broken": lambda: proxy.raw(b"GET / a HTTP/1.1\r\n\r\n"),
    }[what]()
    assert {name: heard.headers.get(name) for name in SAME} == {name: OURS[name] for name in SAME}
    assert heard.headers["cache-control"] == "no-store" and "set-cookie" not in heard.headers
    assert heard.headers["content-security-policy"].startswith("default-src 'none'; ")
    if what != "hub":  # here the hub knows of no proxy, so it tells nobody to insist on TLS; in its place nginx does
        assert heard.headers["strict-transport-security"].startswith("max-age=63072000")
    else:
        assert heard.headers["content-security-policy"] == OURS["content-security-policy"]


@pytest.mark.parametrize("kind", ["winkelmandje", "betaling"])
def test_no_token_stands_in_the_log_of_nginx(proxy: Proxy, kind: str) -> None:
    for path in (
        f"/nl/{kind}/{SECRET}",
        f"/en/{kind}/{SECRET}/bewijs?rit={SECRET}",
        f"/nl/{kind}//{SECRET}",
        f"/nl/{kind[:-1]}%{ord(kind[-1]):02x}/{SECRET}",
    ):
        proxy.raw(proxy.request("", f"Referer: https://x{path}", path=path, method="GET"))
    written = "".join(path.read_text("utf-8") for path in proxy.folder.rglob("*.log"))
    assert f"/nl/{kind}/***" in written and SECRET not in written


def test_a_hub_that_does_not_answer_is_a_fault_of_the_server(served: Served, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        for proxy in run(tmp_path, served, deaf.getsockname()[1]):
            assert facts(proxy.post(ASK)) == (500, "PROCES_NIET_BESCHIKBAAR", "Server")


class Node:
    """A node that takes a whole request and is killed before it answers. `taken`: the first words of each."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._door.accept()
            except OSError:
                return
            with connection:
                self.taken.append(connection.recv(65536).split(b" ")[0])

    def close(self) -> None:
        self._door.close()


def test_a_node_that_is_away_is_passed_over(served: Served, tmp_path: Path) -> None:
    for proxy in run(tmp_path, served, free_port(), served.port):
        assert [facts(proxy.post(ASK)) for _ in range(6)] == 6 * [(200, "OK", "")]


def test_a_message_that_a_node_took_is_sent_to_no_other(served: Served, tmp_path: Path) -> None:
    nodes = [Node(), Node()]
    for proxy in run(tmp_path, served, *(node.port for node in nodes)):
        assert facts(proxy.post(ASK)) == (500, "PROCES_NIET_BESCHIKBAAR", "Server")
    assert [word for node in nodes for word in node.taken] == [b"POST"]
    for node in nodes:
        node.close()
