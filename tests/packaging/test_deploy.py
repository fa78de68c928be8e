"""The deployment examples agree with the contract, the settings and each other."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from betaalhub.resources import xsd_path
from tests.structure.house import TOP

NGINX = (TOP / "deploy" / "nginx" / "betaalhub.conf").read_text(encoding="utf-8")
GUNICORN = (TOP / "betaalhub" / "gunicorn_conf.py").read_text(encoding="utf-8")
# Both doors tell the same two; the door for certificates has one more.
FAULTS = list(dict.fromkeys(re.findall(r"return (?:500|401) '(<\?xml.*?)';", NGINX)))
DOORS = NGINX.split("\nserver {")[2:]
HEADERS = ("X-Betaalhub-Proxy", "X-Betaalhub-Client-Verify", "X-Betaalhub-Client-Cert")


@pytest.mark.parametrize("fault", FAULTS, ids=["client", "server", "certificate"])
def test_what_nginx_refuses_reads_as_a_fault_of_the_hub(fault: str) -> None:
    schema = etree.XMLSchema(etree.parse(xsd_path("betaalhub-berichten-v1.xsd")))
    detail = etree.fromstring(fault.encode()).find(".//detail")
    assert detail is not None
    schema.assertValid(etree.ElementTree(detail[0]))


@pytest.mark.parametrize(
    ("fault", "repeatable"),
    list(zip(FAULTS, ["false", "true", "false"], strict=True)),
    ids=["client", "server", "certificate"],
)
def test_the_fault_code_and_the_detail_say_the_same(fault: str, repeatable: str) -> None:
    root = etree.fromstring(fault.encode())
    code = str(root.findtext(".//faultcode")).removeprefix("soap:").lower()
    told = {etree.QName(child).localname: child.text for child in root.find(".//detail")[0]}
    assert (told["Plek"], told["Herhaalbaar"]) == (code, repeatable)


def test_gunicorn_keeps_a_connection_longer_than_nginx_does() -> None:
    nginx = int(re.search(r"upstream.*?keepalive_timeout (\d+)s", NGINX, re.DOTALL)[1])  # type: ignore[index]
    gunicorn = int(re.search(r"^keepalive = (\d+)", GUNICORN, re.MULTILINE)[1])  # type: ignore[index]
    assert gunicorn > nginx


def test_nginx_lets_through_what_the_hub_itself_wants_to_refuse() -> None:
    kilobytes = int(re.search(r"location /soap/ \{\s+client_max_body_size (\d+)k", NGINX)[1])  # type: ignore[index]
    assert kilobytes * 1024 > 1_048_576


@pytest.mark.parametrize("unit", ["betaalhub-hub", "betaalhub-worker"])
def test_a_unit_gives_its_process_time_to_finish_and_no_privileges(unit: str) -> None:
    text = (TOP / "deploy" / "systemd" / f"{unit}.service").read_text(encoding="utf-8")
    assert int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) > 60  # type: ignore[index]
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(text.splitlines())


def test_every_door_of_nginx_decides_itself_what_it_tells_about_a_certificate() -> None:
    citizens, certificates = DOORS
    assert all(f'proxy_set_header   {header} "";' in citizens for header in HEADERS)
    assert all(f"proxy_set_header   {header} $ssl_client_" in certificates for header in HEADERS[1:])
    assert "proxy-geheim.conf" in certificates
    # A location with a header of its own would lose all of these.
    assert not re.findall(r"location [^{]*\{[^}]*proxy_set_header", NGINX)
