"""The deployment examples agree with the contract, the settings and each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from betaalhub.resources import xsd_path
from betaalhub.soap.faults import FOUTEN
from betaalhub.wire.versions import SOAP11, SOAP12
from tests.structure.house import TOP

NGINX = (TOP / "deploy" / "nginx" / "betaalhub.conf").read_text(encoding="utf-8")
SHARED = (TOP / "deploy" / "nginx" / "soap-fout" / "locaties.conf").read_text(encoding="utf-8")
DOORS = NGINX.split("\nserver {")[2:]
HEADERS = ("X-Betaalhub-Proxy", "X-Betaalhub-Client-Verify", "X-Betaalhub-Client-Cert")
GUNICORN = (TOP / "betaalhub" / "gunicorn_conf.py").read_text(encoding="utf-8")
FAULTS = sorted((TOP / "deploy" / "nginx" / "soap-fout").glob("*.xml"))


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_what_nginx_refuses_reads_as_a_fault_of_the_hub(path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(xsd_path("betaalhub-berichten-v1.xsd")))
    told = etree.parse(path).find(".//{*}BetaalhubFout")
    assert told is not None
    schema.assertValid(etree.ElementTree(told))
    row = FOUTEN[told.findtext("{*}Code")]
    assert (told.findtext("{*}Plek"), told.findtext("{*}Herhaalbaar")) == (row.plek, str(row.herhaalbaar).lower())


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_the_fault_code_is_that_of_the_version_in_its_name(path: Path) -> None:
    version = SOAP12 if path.stem.endswith("1.2") else SOAP11
    root = etree.parse(path).getroot()
    code = (root.findtext(".//faultcode") or root.findtext(".//{*}Value") or "").removeprefix("soap:")
    plek = {"Client": "client", "Sender": "client", "Server": "server", "Receiver": "server"}[code]
    assert root.tag == f"{{{version.envelope}}}Envelope"
    assert root.findtext(".//{*}Plek") == plek


def test_every_fault_is_there_in_both_versions_and_used() -> None:
    names = {path.stem.rpartition("-")[0] for path in FAULTS}
    assert {path.stem for path in FAULTS} == {f"{name}-{version}" for name in names for version in ("1.1", "1.2")}
    assert names == set(re.findall(r"location = /soap-fout/(\w+)", SHARED))


def test_gunicorn_keeps_a_connection_longer_than_nginx_does() -> None:
    nginx = int(re.search(r"upstream.*?keepalive_timeout (\d+)s", NGINX, re.DOTALL)[1])  # type: ignore[index]
    gunicorn = int(re.search(r"^keepalive = (\d+)", GUNICORN, re.MULTILINE)[1])  # type: ignore[index]
    assert gunicorn > nginx


def test_nginx_lets_through_what_the_hub_itself_wants_to_refuse() -> None:
    kilobytes = int(re.search(r"location = /soap/v1 \{\s+client_max_body_size (\d+)k", NGINX)[1])  # type: ignore[index]
    assert kilobytes * 1024 > 1_048_576


@pytest.mark.parametrize("unit", ["betaalhub-hub", "betaalhub-worker"])
def test_a_unit_gives_its_process_time_to_finish_and_no_privileges(unit: str) -> None:
    text = (TOP / "deploy" / "systemd" / f"{unit}.service").read_text(encoding="utf-8")
    assert int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) > 60  # type: ignore[index]
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(text.splitlines())


def test_every_door_of_nginx_decides_itself_what_it_tells_about_a_certificate() -> None:
    citizens, certificates = DOORS
    assert all(f'proxy_set_header   {header} "";' in door for header in HEADERS for door in DOORS)
    assert "$ssl_client_" not in citizens and "proxy-geheim.conf" not in citizens
    assert all(re.search(rf"proxy_set_header {header} +\$ssl_client_", certificates) for header in HEADERS[1:])
    # A location with a header of its own loses the cleared ones: it must pass none of the sender's.
    own = [
        place
        for place in re.findall(r"location [^{]*\{[^}]*(?:\}[^}]*)?\}", NGINX + SHARED)
        if "proxy_set_header" in place
    ]
    assert own and all("proxy_pass_request_headers off;" in place for place in own)
